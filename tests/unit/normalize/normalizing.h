/* A normalizer for the tests of this folder, and what they ask of it. Texts are C strings unless a length is given. */
#ifndef NORMALIZING_H
#define NORMALIZING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view_check.h"
#include "weir/normalize.h"

#define ALL_VIEWS ((1u << WEIR_VIEW_COUNT) - 1)

struct normalizing {
    struct weir_chars *chars;
    struct weir_normalizer *normalizer;
    struct weir_arena *arena;
};

static inline int open_normalizing(void **state)
{
    static struct normalizing opened;
    opened = (struct normalizing){.chars = weir_chars_new(), .arena = weir_arena_new(1u << 16)};
    assert_non_null(opened.chars);
    assert_non_null(opened.arena);
    assert_int_equal(weir_normalizer_new(opened.chars, &opened.normalizer), WEIR_OK);
    *state = &opened;
    return 0;
}

static inline int close_normalizing(void **state)
{
    struct normalizing *opened = *state;
    weir_normalizer_free(opened->normalizer);
    weir_arena_free(opened->arena);
    weir_chars_free(opened->chars);
    return 0;
}

/* All views of one value, their maps checked. */
static inline struct weir_scan_text normalize_text(void **state, struct weir_text text)
{
    struct normalizing *opened = *state;
    struct weir_value value = {.text = text};
    struct weir_item item = {.values = &value, .value_count = 1};
    struct weir_scan_text texts;
    assert_int_equal(weir_normalize(opened->normalizer, &item, ALL_VIEWS, &texts), WEIR_OK);
    for (enum weir_view view = 0; view < WEIR_VIEW_COUNT; view++) {
        if (!texts.views[view].text.data)
            continue;
        const char *wrong = view_check_buffer(&texts.views[view], 1, view != WEIR_VIEW_EXACT);
        if (!wrong)
            wrong = view_check_value(&texts.views[view], 0, text);
        if (wrong)
            fail_msg("%s view of '%s': %s", weir_view_name(view), text.data, wrong);
    }
    return texts;
}

static inline void assert_text(struct weir_text text, struct weir_text expected)
{
    if (!weir_text_equal(text, expected))
        fail_msg("'%.*s' is not '%.*s'", (int)text.length, text.data, (int)expected.length, expected.data);
}

static inline void assert_view(void **state, enum weir_view view, const char *text, const char *expected)
{
    struct weir_scan_text texts = normalize_text(state, weir_text_of(text));
    assert_non_null(texts.views[view].text.data);
    assert_text(weir_text_from_padded(texts.views[view].text), weir_text_of(expected));
}

static inline void assert_folded(void **state, const char *text, const char *expected)
{
    assert_view(state, WEIR_VIEW_FOLDED, text, expected);
}

static inline void assert_no_skeleton(void **state, const char *text)
{
    struct weir_scan_text texts = normalize_text(state, weir_text_of(text));
    assert_null(texts.views[WEIR_VIEW_SKELETON].text.data);
}

/* The first occurrence of `found` in the view came from the source bytes `expected`, which stand at byte `at`. */
static inline void assert_came_from(void **state, enum weir_view view, const char *text, const char *found, size_t at,
                                    const char *expected)
{
    struct weir_scan_text texts = normalize_text(state, weir_text_of(text));
    const struct weir_view_text *seen = &texts.views[view];
    assert_non_null(seen->text.data);
    const char *hit = memmem(seen->text.data, seen->text.length, found, strlen(found));
    assert_non_null(hit);
    uint32_t start = (uint32_t)(hit - seen->text.data);
    struct weir_range source = weir_view_source(seen, 0, start, start + (uint32_t)strlen(found));
    assert_int_equal(source.start, at);
    assert_text(weir_text_slice(weir_text_of(text), source.start, source.end), weir_text_of(expected));
}

static inline struct weir_text fold_literal(void **state, enum weir_view view, struct weir_text text)
{
    struct normalizing *opened = *state;
    struct weir_folding folding = weir_normalizer_folding(opened->normalizer);
    struct weir_text folded;
    assert_int_equal(folding.fold(folding.context, view, text, opened->arena, &folded), WEIR_OK);
    return folded;
}

#endif
