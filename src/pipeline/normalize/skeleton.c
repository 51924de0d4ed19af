/* The skeleton: stray marks dropped and prototypes put in, then folded like any text; both steps' edits joined to one
 * map. */
#include "skeleton.h"

/* Appends bytes of the source as they are. */
static bool keep(struct weir_view_buffer *prepared, struct weir_text bytes)
{
    if (!weir_view_buffer_reserve(prepared, bytes.length))
        return false;
    memcpy(weir_view_buffer_end(prepared), bytes.data, bytes.length);
    prepared->text.count += bytes.length;
    return true;
}

static bool replace(struct weir_view_buffer *prepared, struct weir_range source, struct weir_text bytes)
{
    uint32_t start = (uint32_t)prepared->text.count;
    if (!keep(prepared, bytes))
        return false;
    struct weir_edit edit = {.view = {start, (uint32_t)prepared->text.count}, .source = source};
    return weir_view_buffer_edit(prepared, edit);
}

static bool prepare_token(const struct weir_folder *folder, struct weir_text text, struct weir_range token,
                          struct weir_view_buffer *prepared)
{
    struct weir_mark_base base = {0};
    for (uint32_t at = token.start; at < token.end;) {
        size_t width;
        uint32_t code_point = weir_utf8_decode(text.data + at, &width);
        uint32_t next = at + (uint32_t)width;
        struct weir_text character = weir_text_slice(text, at, next);
        struct weir_range source = {at, next};
        char prototype[WEIR_ICU_CHAR_MAX];
        bool done;
        if (weir_mark_is_stray(folder, &base, code_point)) {
            done = replace(prepared, source, (struct weir_text){prototype, 0});
        } else if (code_point < 0x80) {
            done = keep(prepared, character);
        } else {
            struct weir_text put = {prototype, weir_icu_prototype(folder->icu, character, prototype)};
            done = weir_text_equal(put, character) ? keep(prepared, character) : replace(prepared, source, put);
        }
        if (!done)
            return false;
        at = next;
    }
    return true;
}

static bool prepare(const struct weir_folder *folder, struct weir_text text, const struct weir_range *mixed,
                    size_t mixed_count, struct weir_view_buffer *prepared)
{
    size_t at = 0;
    for (size_t i = 0; i < mixed_count; i++) {
        if (!keep(prepared, weir_text_slice(text, at, mixed[i].start)) ||
            !prepare_token(folder, text, mixed[i], prepared))
            return false;
        at = mixed[i].end;
    }
    return keep(prepared, weir_text_slice(text, at, text.length));
}

/* Folds what was prepared; its edits, which lead to that, are moved out of the view to room->edits. */
static bool fold_prepared(struct weir_folder *folder, struct weir_skeleton_room *room, struct weir_view_buffer *view)
{
    struct weir_traits traits;
    struct weir_text prepared = {room->prepared.text.data, room->prepared.text.count};
    size_t first = view->edits.count;
    if (!weir_fold_value(folder, prepared, view, &traits))
        return false;
    size_t count = view->edits.count - first;
    if (!weir_buffer_reserve(&room->edits, count, sizeof(struct weir_edit)))
        return false;
    if (count > 0)
        memcpy(room->edits.data, (struct weir_edit *)view->edits.data + first, count * sizeof(struct weir_edit));
    room->edits.count = count;
    view->edits.count = first;
    return true;
}

bool weir_skeleton_write(struct weir_folder *folder, struct weir_skeleton_room *room, struct weir_text text,
                         const struct weir_range *mixed, size_t mixed_count, struct weir_view_buffer *view)
{
    struct weir_view_buffer *prepared = &room->prepared;
    uint32_t view_start = (uint32_t)view->text.count;
    if (!weir_view_buffer_reset(prepared) || !weir_view_buffer_open_value(prepared) ||
        !prepare(folder, text, mixed, mixed_count, prepared) || !fold_prepared(folder, room, view))
        return false;
    struct weir_edits first = {prepared->edits.data, prepared->edits.count};
    struct weir_edits second = {room->edits.data, room->edits.count};
    return weir_edits_join(first, second, (uint32_t)prepared->text.count, view_start, view);
}

bool weir_skeleton_reset(struct weir_skeleton_room *room)
{
    weir_buffer_reset(&room->edits, sizeof(struct weir_edit));
    return weir_view_buffer_reset(&room->prepared);
}

void weir_skeleton_fini(struct weir_skeleton_room *room)
{
    weir_view_buffer_fini(&room->prepared);
    weir_buffer_fini(&room->edits);
}
