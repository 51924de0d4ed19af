/* normalize under hostile texts: the input, cut at bytes 0xFF into up to three values, is repaired and made into all
 * views. What must hold of any view and of the way back from it is checked. */
#include "../support/view_check.h"
#include "weir/normalize.h"

#include <stdlib.h>

#define VALUES_MAX 3
#define SPANS 16

struct world {
    struct weir_chars *chars;
    struct weir_normalizer *normalizer;
    struct weir_normalizer *again; /* folds what is compared */
    struct weir_arena *arena;
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* Made once: it takes longer than a thousand texts. */
static struct world *find_world(void)
{
    static struct world world;
    if (!world.chars) {
        world.chars = weir_chars_new();
        world.arena = weir_arena_new(1u << 20);
        require(world.chars && world.arena && weir_normalizer_new(world.chars, &world.normalizer) == WEIR_OK &&
                weir_normalizer_new(world.chars, &world.again) == WEIR_OK);
    }
    return &world;
}

static struct weir_text repair(struct world *world, struct weir_text bytes)
{
    char *out = weir_arena_alloc(world->arena, WEIR_UTF8_REPAIRED_MAX(bytes.length) + 1);
    require(out != NULL);
    return (struct weir_text){out, weir_utf8_repair(bytes, out)};
}

static size_t cut_values(struct world *world, struct weir_text input, struct weir_value *values)
{
    size_t count = 0;
    while (input.length > 0 && count < VALUES_MAX) {
        const char *cut = memchr(input.data, 0xFF, input.length);
        size_t length = cut ? (size_t)(cut - input.data) : input.length;
        if (length > 0)
            values[count++] = (struct weir_value){.text = repair(world, weir_text_slice(input, 0, length))};
        input = weir_text_slice(input, cut ? length + 1 : length, input.length);
    }
    return count;
}

static struct weir_text fold_again(struct world *world, enum weir_view view, struct weir_text text)
{
    struct weir_folding folding = weir_normalizer_folding(world->again);
    struct weir_text folded;
    require(folding.fold(folding.context, view, text, world->arena, &folded) == WEIR_OK);
    return folded;
}

/* Some spans of the value, each of which must be contained in its source's fold. */
static void check_spans(struct world *world, const struct weir_view_text *view, size_t index, struct weir_text source)
{
    struct weir_text whole = weir_text_from_padded(view->text);
    struct weir_range range = view->values[index].range;
    uint32_t length = range.end - range.start;
    for (uint32_t i = 0; i < SPANS && length > 0; i++) {
        uint32_t start = range.start + (uint32_t)((uint64_t)length * i / SPANS);
        uint32_t end = start + 1 + i % 5;
        end = end < range.end ? end : range.end;
        while (!view_check_is_boundary(whole, start))
            start--;
        while (!view_check_is_boundary(whole, end))
            end++;
        struct weir_range from = weir_view_source(view, index, start, end);
        require(from.start < from.end && from.end <= source.length);
        struct weir_text folded = fold_again(world, WEIR_VIEW_FOLDED, weir_text_slice(source, from.start, from.end));
        require(view_check_contains(folded, weir_text_slice(whole, start, end)));
    }
}

static void check_mixed(const struct weir_scan_text *texts, const struct weir_value_view *value,
                        struct weir_text source)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < value->mixed_count; i++) {
        struct weir_range token = texts->mixed[value->mixed_first + i];
        require(token.start >= at && token.end > token.start && token.end <= source.length);
        require(view_check_is_boundary(source, token.start) && view_check_is_boundary(source, token.end));
        at = token.end;
    }
}

static void check_value(struct world *world, const struct weir_scan_text *texts, size_t index, struct weir_text source)
{
    const struct weir_view_text *folded = &texts->views[WEIR_VIEW_FOLDED];
    struct weir_range range = folded->values[index].range;
    struct weir_text text = {folded->text.data + range.start, range.end - range.start};
    require(weir_text_equal(text, fold_again(world, WEIR_VIEW_FOLDED, source)));
    require(weir_text_equal(text, fold_again(world, WEIR_VIEW_FOLDED, text)));
    check_spans(world, folded, index, source);
    check_mixed(texts, &folded->values[index], source);
    fold_again(world, WEIR_VIEW_SKELETON, source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world *world = find_world();
    weir_arena_reset(world->arena);
    struct weir_value values[VALUES_MAX];
    struct weir_item item = {.values = values};
    item.value_count = cut_values(world, (struct weir_text){(const char *)data, size}, values);
    struct weir_scan_text texts;
    require(weir_normalize(world->normalizer, &item, (1u << WEIR_VIEW_COUNT) - 1, &texts) == WEIR_OK);
    for (enum weir_view view = 0; view < WEIR_VIEW_COUNT; view++) {
        const struct weir_view_text *made = &texts.views[view];
        require(made->text.data || view == WEIR_VIEW_SKELETON);
        if (!made->text.data)
            continue;
        require(!view_check_buffer(made, item.value_count, view != WEIR_VIEW_EXACT));
        for (size_t i = 0; i < item.value_count; i++)
            require(!view_check_value(made, i, values[i].text));
    }
    for (size_t i = 0; i < item.value_count; i++)
        check_value(world, &texts, i, values[i].text);
    return 0;
}
