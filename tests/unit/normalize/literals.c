/* Folding for rules: literals become what texts become. */
#include "normalizing.h"

static void assert_literal(void **state, enum weir_view view, const char *text, const char *expected)
{
    assert_text(fold_literal(state, view, weir_text_of(text)), weir_text_of(expected));
}

static void folded__is_what_a_text_becomes(void **state)
{
    assert_literal(state, WEIR_VIEW_FOLDED, "  Ｓafe\u00A0 Account\u2019s ", "safe account's");
    assert_literal(state, WEIR_VIEW_FOLDED, "ассount", "ассount");
    assert_literal(state, WEIR_VIEW_FOLDED, "\u200B", "");
}

static void skeleton__replaces_in_every_token(void **state)
{
    assert_literal(state, WEIR_VIEW_SKELETON, "Safe Account", "safe account");
    assert_literal(state, WEIR_VIEW_SKELETON, "счета", "c\u0447e\u1D1Ba");
    assert_literal(state, WEIR_VIEW_SKELETON, "ｓａｆｅ s\u0336a\u0336", "safe sa");
}

/* What is no word character stands in no token, so texts keep it; a literal that lost it would match nothing. */
static void skeleton__leaves_punctuation(void **state)
{
    assert_literal(state, WEIR_VIEW_SKELETON, "\u201Cсору\u201D \u2014 now", "\"copy\" - now");
    struct weir_text literal = fold_literal(state, WEIR_VIEW_SKELETON, weir_text_of("\u201Cсору\u201D \u2014 now"));
    struct weir_text copy = {literal.data, literal.length};
    struct weir_scan_text texts = normalize_text(state, weir_text_of("\u201Ccорy\u201D \u2014 now"));
    assert_text(weir_text_from_padded(texts.views[WEIR_VIEW_SKELETON].text), copy);
}

static void exact__is_a_copy(void **state)
{
    assert_literal(state, WEIR_VIEW_EXACT, " Ｓafe\u00A0 ", " Ｓafe\u00A0 ");
}

static void long_literal__needs_more_than_the_base_buffers(void **state)
{
    static char text[300000];
    memset(text, 'A', sizeof text);
    struct weir_text folded = fold_literal(state, WEIR_VIEW_FOLDED, (struct weir_text){text, sizeof text});
    assert_int_equal(folded.length, sizeof text);
    assert_int_equal(folded.data[0], 'a');
    assert_int_equal(folded.data[sizeof text - 1], 'a');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folded__is_what_a_text_becomes),
        cmocka_unit_test(skeleton__replaces_in_every_token),
        cmocka_unit_test(skeleton__leaves_punctuation),
        cmocka_unit_test(exact__is_a_copy),
        cmocka_unit_test(long_literal__needs_more_than_the_base_buffers),
    };
    return cmocka_run_group_tests(tests, open_normalizing, close_normalizing);
}
