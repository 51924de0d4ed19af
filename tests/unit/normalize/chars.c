/* The table of code points: what the stages rely on, and what the fast way of folding takes for granted. */
#include "normalizing.h"

#include "../../../src/pipeline/normalize/fold_icu.h"

static bool has(void **state, uint32_t code_point, unsigned flags)
{
    struct normalizing *opened = *state;
    return (opened->chars->flags[code_point] & flags) == flags;
}

static void flags__of_samples__are_those_of_unicode(void **state)
{
    assert_true(has(state, 'a', WEIR_CHAR_WORD | WEIR_CHAR_BOUNDARY | WEIR_CHAR_SAME));
    assert_true(has(state, '_', WEIR_CHAR_WORD) && has(state, '7', WEIR_CHAR_WORD));
    assert_false(has(state, '-', WEIR_CHAR_WORD) || has(state, 'A', WEIR_CHAR_SAME));
    assert_true(has(state, 0x4E2D, WEIR_CHAR_WORD | WEIR_CHAR_UNSPACED | WEIR_CHAR_SAME));
    assert_true(has(state, 0x30FC, WEIR_CHAR_UNSPACED)); /* Common, but its extensions are Hiragana and Katakana */
    assert_true(has(state, 0x0E01, WEIR_CHAR_UNSPACED) && has(state, 0xAC00, WEIR_CHAR_UNSPACED));
    assert_false(has(state, 0x0430, WEIR_CHAR_UNSPACED) || has(state, 0x3002, WEIR_CHAR_UNSPACED));
    assert_true(has(state, 0x0301, WEIR_CHAR_WORD | WEIR_CHAR_MARK | WEIR_CHAR_INHERITED));
    assert_false(has(state, 0x0301, WEIR_CHAR_BOUNDARY));
    assert_true(has(state, 0x0903, WEIR_CHAR_MARK) && !has(state, 0x0903, WEIR_CHAR_INHERITED));
    assert_true(has(state, 0x200B, WEIR_CHAR_IGNORABLE) && !has(state, 0x200B, WEIR_CHAR_WORD));
    assert_true(has(state, 0xFE0F, WEIR_CHAR_IGNORABLE | WEIR_CHAR_INHERITED) && !has(state, 0xFE0F, WEIR_CHAR_MARK));
    assert_true(has(state, 0xE0FFF, WEIR_CHAR_IGNORABLE)); /* not assigned */
    assert_true(has(state, 0x85, WEIR_CHAR_SPACE) && has(state, 0x3000, WEIR_CHAR_SPACE));
    assert_false(has(state, 0x1C, WEIR_CHAR_SPACE) || has(state, 0x180E, WEIR_CHAR_SPACE));
}

static void folds_to__of_samples__is_what_the_character_becomes(void **state)
{
    struct normalizing *opened = *state;
    const uint16_t *folds_to = opened->chars->folds_to;
    assert_int_equal(folds_to[0x3000], ' ');
    assert_int_equal(folds_to['\n'], ' ');
    assert_int_equal(folds_to[0x2019], '\'');
    assert_int_equal(folds_to[0xFF0C], ',');
    assert_int_equal(folds_to[0x0410], 0x0430);
    assert_int_equal(folds_to['A'], 'a');
    assert_int_equal(folds_to[0x00DF], 0);
    assert_int_equal(folds_to[0x200B], 0);
}

static void dashes__all_of_them_and_no_other__become_hyphens(void **state)
{
    struct normalizing *opened = *state;
    static const uint16_t dashes[] = {0x002D, 0x058A, 0x05BE, 0x1400, 0x1806, 0x2010, 0x2011, 0x2012, 0x2013, 0x2014,
                                      0x2015, 0x207B, 0x208B, 0x2212, 0x2E17, 0x2E1A, 0x2E3A, 0x2E3B, 0x2E40, 0x2E5D,
                                      0x301C, 0x3030, 0x30A0, 0xFE31, 0xFE32, 0xFE58, 0xFE63, 0xFF0D};
    size_t next = 0;
    for (uint32_t c = 0; c < 0x10000; c++) {
        if (opened->chars->folds_to[c] != '-')
            continue;
        assert_true(next < sizeof dashes / sizeof *dashes);
        assert_int_equal(c, dashes[next++]);
    }
    assert_int_equal(next, sizeof dashes / sizeof *dashes);
}

/* Each code point alone: the table says what ICU says. */
static void table__of_every_code_point__agrees_with_the_fold(void **state)
{
    struct normalizing *opened = *state;
    struct weir_icu *icu;
    assert_int_equal(weir_icu_open(&icu), WEIR_OK);
    for (uint32_t c = 0; c < WEIR_CODE_POINTS; c++) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        char text[4];
        char folded[WEIR_ICU_CHAR_MAX];
        size_t width = weir_utf8_encode(c, text);
        size_t length = weir_icu_fold(icu, (struct weir_text){text, width}, folded, sizeof folded);
        assert_in_range(length, 0, sizeof folded);
        bool same = length == width && memcmp(text, folded, width) == 0;
        assert_int_equal(same, has(state, c, WEIR_CHAR_SAME));
        assert_int_equal(length == 0, has(state, c, WEIR_CHAR_IGNORABLE));
        size_t folded_width = 0;
        uint32_t target = length > 0 ? weir_utf8_decode(folded, &folded_width) : 0;
        bool is_one = folded_width == length && target < 0x10000;
        if (c > 0 && c < 0x10000)
            assert_int_equal(opened->chars->folds_to[c], is_one ? target : 0);
        if (c < 0x10000 && is_one) /* what weir_fold_bound reckons with */
            assert_true(length <= width + width / 2);
    }
    weir_icu_close(icu);
}

/* Letters that blocks copy, and ideographs that are walked over without a look at the table. */
static void letters_taken_unseen__fold_to_themselves(void **state)
{
    static const struct weir_range ranges[] = {{0xE0, 0x100}, {0x430, 0x460}, {0x4000, 0xA000}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        for (uint32_t c = ranges[i].start; c < ranges[i].end; c++) {
            assert_true(has(state, c, WEIR_CHAR_SAME | WEIR_CHAR_BOUNDARY));
            assert_false(has(state, c, WEIR_CHAR_INHERITED) || has(state, c, WEIR_CHAR_IGNORABLE));
        }
    }
}

static void version__names_icu_and_unicode(void **state)
{
    (void)state;
    assert_non_null(strstr(weir_icu_version(), " (Unicode "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags__of_samples__are_those_of_unicode),
        cmocka_unit_test(folds_to__of_samples__is_what_the_character_becomes),
        cmocka_unit_test(dashes__all_of_them_and_no_other__become_hyphens),
        cmocka_unit_test(table__of_every_code_point__agrees_with_the_fold),
        cmocka_unit_test(letters_taken_unseen__fold_to_themselves),
        cmocka_unit_test(version__names_icu_and_unicode),
    };
    return cmocka_run_group_tests(tests, open_normalizing, close_normalizing);
}
