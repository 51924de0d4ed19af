/* Scan texts that outlive the normalizer's next call. Owns nothing: copies live in the caller's arena. */
#include "weir/arena.h"
#include "weir/view.h"

/* The list in the arena; an empty one is NULL. */
static bool keep(struct weir_arena *arena, const void *list, size_t count, size_t size, const void **kept)
{
    if (count == 0)
        return true;
    void *copy = weir_arena_array(arena, count, size);
    if (copy)
        memcpy(copy, list, count * size);
    *kept = copy;
    return copy != NULL;
}

static bool keep_view(struct weir_arena *arena, const struct weir_view_text *view, size_t value_count,
                      struct weir_view_text *kept)
{
    const void *values = NULL;
    const void *edits = NULL;
    size_t edit_count = 0;
    if (!view->text.data)
        return true;
    for (size_t i = 0; i < value_count; i++)
        if (view->values[i].edit_count && view->values[i].edit_first + view->values[i].edit_count > edit_count)
            edit_count = view->values[i].edit_first + view->values[i].edit_count;
    if (!keep(arena, view->values, value_count, sizeof *view->values, &values) ||
        !keep(arena, view->edits, edit_count, sizeof *view->edits, &edits))
        return false;
    *kept = (struct weir_view_text){
        .text = weir_arena_padded(arena, weir_text_from_padded(view->text)),
        .values = values,
        .edits = edits,
    };
    return kept->text.data != NULL;
}

enum weir_status weir_scan_text_copy(const struct weir_scan_text *texts, struct weir_arena *arena,
                                     struct weir_scan_text *copy)
{
    const struct weir_view_text *skeleton = &texts->views[WEIR_VIEW_SKELETON]; /* there is one if a token is mixed */
    const void *mixed = NULL;
    size_t mixed_count = 0;
    for (size_t i = 0; skeleton->text.data && i < texts->value_count; i++)
        if (skeleton->values[i].mixed_count)
            mixed_count = skeleton->values[i].mixed_first + skeleton->values[i].mixed_count;
    struct weir_scan_text kept = {.value_count = texts->value_count};
    for (int view = 0; view < WEIR_VIEW_COUNT; view++)
        if (!keep_view(arena, &texts->views[view], texts->value_count, &kept.views[view]))
            return WEIR_NO_MEMORY;
    if (!keep(arena, texts->mixed, mixed_count, sizeof *texts->mixed, &mixed))
        return WEIR_NO_MEMORY;
    kept.mixed = mixed;
    *copy = kept;
    return WEIR_OK;
}
