/* The stage: which views of which values are made, and where they live. Decides nothing about characters. */
#include "weir/normalize.h"

#include "skeleton.h"

#include <stdlib.h>

struct weir_normalizer {
    struct weir_icu *icu;
    struct weir_folder folder;
    struct weir_skeleton_room room;
    struct weir_buffer mixed; /* of struct weir_range */
    struct weir_view_buffer views[WEIR_VIEW_COUNT];
};

enum weir_status weir_normalizer_new(const struct weir_chars *chars, struct weir_normalizer **normalizer)
{
    struct weir_normalizer *made = calloc(1, sizeof *made);
    if (!made)
        return WEIR_NO_MEMORY;
    enum weir_status status = weir_icu_open(&made->icu);
    if (status != WEIR_OK) {
        free(made);
        return status;
    }
    made->folder.chars = chars;
    made->folder.icu = made->icu;
    *normalizer = made;
    return WEIR_OK;
}

void weir_normalizer_free(struct weir_normalizer *normalizer)
{
    if (!normalizer)
        return;
    for (size_t i = 0; i < WEIR_VIEW_COUNT; i++)
        weir_view_buffer_fini(&normalizer->views[i]);
    weir_buffer_fini(&normalizer->mixed);
    weir_skeleton_fini(&normalizer->room);
    weir_folder_fini(&normalizer->folder);
    weir_icu_close(normalizer->icu);
    free(normalizer);
}

static bool wants(unsigned views, enum weir_view view)
{
    return (views >> view & 1) != 0;
}

static bool reset(struct weir_normalizer *normalizer, unsigned views)
{
    for (enum weir_view view = 0; view < WEIR_VIEW_COUNT; view++)
        if (wants(views, view) && !weir_view_buffer_reset(&normalizer->views[view]))
            return false;
    weir_buffer_reset(&normalizer->mixed, sizeof(struct weir_range));
    weir_folder_reset(&normalizer->folder);
    return !wants(views, WEIR_VIEW_SKELETON) || weir_skeleton_reset(&normalizer->room);
}

static bool copy_value(struct weir_view_buffer *view, struct weir_text text)
{
    if (!weir_view_buffer_open_value(view) || !weir_view_buffer_reserve(view, text.length))
        return false;
    memcpy(weir_view_buffer_end(view), text.data, text.length);
    view->text.count += text.length;
    weir_view_buffer_close_value(view);
    return true;
}

static bool fold_value(struct weir_normalizer *normalizer, struct weir_text text, struct weir_traits *traits)
{
    struct weir_view_buffer *view = &normalizer->views[WEIR_VIEW_FOLDED];
    if (!weir_view_buffer_open_value(view) || !weir_fold_value(&normalizer->folder, text, view, traits))
        return false;
    weir_view_buffer_close_value(view);
    return true;
}

static bool skeleton_value(struct weir_normalizer *normalizer, struct weir_text text, size_t mixed_first,
                           size_t mixed_count)
{
    struct weir_view_buffer *view = &normalizer->views[WEIR_VIEW_SKELETON];
    const struct weir_range *mixed = normalizer->mixed.data;
    if (!weir_view_buffer_open_value(view) ||
        !weir_skeleton_write(&normalizer->folder, &normalizer->room, text, mixed_count ? mixed + mixed_first : NULL,
                             mixed_count, view))
        return false;
    weir_view_buffer_close_value(view);
    return true;
}

static bool make_exact(struct weir_normalizer *normalizer, const struct weir_item *item)
{
    for (size_t i = 0; i < item->value_count; i++)
        if (!copy_value(&normalizer->views[WEIR_VIEW_EXACT], item->values[i].text))
            return false;
    return true;
}

/* The folded view and, when tokens are asked for, the mixed ones of each value. */
static bool make_folded(struct weir_normalizer *normalizer, const struct weir_item *item, bool tokens)
{
    for (size_t i = 0; i < item->value_count; i++) {
        struct weir_text text = item->values[i].text;
        struct weir_traits traits;
        size_t mixed_first = normalizer->mixed.count;
        if (!fold_value(normalizer, text, &traits))
            return false;
        if (tokens && weir_tokens_may_mix(&traits) &&
            !weir_tokens_find(&normalizer->folder, text, false, &normalizer->mixed))
            return false;
        struct weir_value_view *values = normalizer->views[WEIR_VIEW_FOLDED].values.data;
        values[i].mixed_first = (uint32_t)mixed_first;
        values[i].mixed_count = (uint32_t)(normalizer->mixed.count - mixed_first);
    }
    return true;
}

/* Every value, once one of them has a mixed token: a view is one buffer. */
static bool make_skeleton(struct weir_normalizer *normalizer, const struct weir_item *item)
{
    const struct weir_value_view *folded = normalizer->views[WEIR_VIEW_FOLDED].values.data;
    for (size_t i = 0; i < item->value_count; i++) {
        if (!skeleton_value(normalizer, item->values[i].text, folded[i].mixed_first, folded[i].mixed_count))
            return false;
        struct weir_value_view *values = normalizer->views[WEIR_VIEW_SKELETON].values.data;
        values[i].mixed_first = folded[i].mixed_first;
        values[i].mixed_count = folded[i].mixed_count;
    }
    return true;
}

enum weir_status weir_normalize(struct weir_normalizer *normalizer, const struct weir_item *item, unsigned views,
                                struct weir_scan_text *texts)
{
    bool tokens = wants(views, WEIR_VIEW_SKELETON);
    unsigned made = views | (tokens ? 1u << WEIR_VIEW_FOLDED : 0); /* tokens are found on the way */
    if (!reset(normalizer, made) || (wants(made, WEIR_VIEW_EXACT) && !make_exact(normalizer, item)) ||
        (wants(made, WEIR_VIEW_FOLDED) && !make_folded(normalizer, item, tokens)))
        return WEIR_NO_MEMORY;
    bool skeleton = normalizer->mixed.count > 0;
    if (skeleton && !make_skeleton(normalizer, item))
        return WEIR_NO_MEMORY;
    *texts = (struct weir_scan_text){.mixed = normalizer->mixed.data, .value_count = item->value_count};
    for (enum weir_view view = 0; view < WEIR_VIEW_COUNT; view++)
        if (wants(views, view) && (view != WEIR_VIEW_SKELETON || skeleton))
            weir_view_buffer_finish(&normalizer->views[view], &texts->views[view]);
    return WEIR_OK;
}

static bool fold_literal(struct weir_normalizer *normalizer, enum weir_view view, struct weir_text text)
{
    struct weir_traits traits;
    switch (view) {
    case WEIR_VIEW_FOLDED:
        return fold_value(normalizer, text, &traits);
    case WEIR_VIEW_SKELETON:
        return weir_tokens_find(&normalizer->folder, text, true, &normalizer->mixed) &&
               skeleton_value(normalizer, text, 0, normalizer->mixed.count);
    case WEIR_VIEW_EXACT:
    case WEIR_VIEW_COUNT:
    default:
        return copy_value(&normalizer->views[view], text);
    }
}

static enum weir_status fold_for_rules(void *context, enum weir_view view, struct weir_text text,
                                       struct weir_arena *arena, struct weir_text *folded)
{
    struct weir_normalizer *normalizer = context;
    if (!reset(normalizer, 1u << view) || !fold_literal(normalizer, view, text))
        return WEIR_NO_MEMORY;
    const struct weir_buffer *written = &normalizer->views[view].text;
    struct weir_text copy = weir_arena_text(arena, (struct weir_text){written->data, written->count});
    if (!copy.data)
        return WEIR_NO_MEMORY;
    *folded = copy;
    return WEIR_OK;
}

struct weir_folding weir_normalizer_folding(struct weir_normalizer *normalizer)
{
    return (struct weir_folding){.fold = fold_for_rules, .context = normalizer, .version = weir_icu_version()};
}
