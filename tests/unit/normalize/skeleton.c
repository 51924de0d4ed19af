/* Mixed tokens and the skeleton view (RULES.md section 2), with the way back to the original text. */
#include "normalizing.h"

static void assert_skeleton(void **state, const char *text, const char *expected)
{
    assert_view(state, WEIR_VIEW_SKELETON, text, expected);
}

/* The text has one mixed token. */
static void assert_mixed(void **state, const char *text, const char *token)
{
    struct weir_scan_text texts = normalize_text(state, weir_text_of(text));
    const struct weir_view_text *view = &texts.views[WEIR_VIEW_SKELETON];
    assert_non_null(view->text.data);
    assert_int_equal(view->values[0].mixed_count, 1);
    struct weir_range range = texts.mixed[view->values[0].mixed_first];
    assert_text(weir_text_slice(weir_text_of(text), range.start, range.end), weir_text_of(token));
}

static void latin_with_cyrillic__is_mixed(void **state)
{
    const char *text = "Your ассount НЕ now"; /* a, s and s of the second word are Cyrillic */
    assert_mixed(state, text, "ассount");
    assert_skeleton(state, text, "your account не now");
    assert_came_from(state, WEIR_VIEW_SKELETON, text, "account", 5, "ассount");
    assert_came_from(state, WEIR_VIEW_SKELETON, text, "unt", 12, "unt");
    assert_came_from(state, WEIR_VIEW_SKELETON, text, "now", 21, "now");
}

static void russian__has_no_skeleton(void **state)
{
    assert_no_skeleton(state, "Безопасный счёт, переведите деньги на ассоциацию");
    assert_no_skeleton(state, "Купите iPhone в рассрочку: 5000 руб. на сайте example.ru");
}

static void greek_with_latin__is_mixed(void **state)
{
    assert_mixed(state, "a \u03C1aypal b", "\u03C1aypal");
    assert_skeleton(state, "a \u03C1aypal b", "a paypal b");
    assert_no_skeleton(state, "\u039A\u03B1\u03BB\u03B7\u03BC\u03AD\u03C1\u03B1 from Athens");
}

static void scripts_of_chinese_japanese_korean__with_latin__are_not_mixed(void **state)
{
    assert_no_skeleton(state, "Tシャツを買うとAmazonギフト券ラーメン々〆");
    assert_no_skeleton(state, "我的iPhone手机ㄅㄆ");
    assert_no_skeleton(state, "한국어Korean漢字");
}

static void hiragana_with_hangul__is_mixed(void **state)
{
    assert_mixed(state, "x ひ한 y", "ひ한");
}

static void latin_with_one_recommended_script__is_not_mixed(void **state)
{
    assert_no_skeleton(state, "aبc aกb aकb");
}

static void latin_with_two_further_scripts__is_mixed(void **state)
{
    assert_mixed(state, "aبכ", "aبכ");
}

static void cherokee_with_latin__is_mixed(void **state)
{
    assert_mixed(state, "a \u13E2aypal b", "\u13E2aypal");
    assert_skeleton(state, "a \u13E2aypal b", "a paypal b");
}

static void struck_out_letters__lose_their_marks(void **state)
{
    const char *text = "a s\u0336a\u0336f\u0336e\u0336 account";
    assert_mixed(state, text, "s\u0336a\u0336f\u0336e\u0336");
    assert_skeleton(state, text, "a safe account");
    assert_came_from(state, WEIR_VIEW_SKELETON, text, "safe", 2,
                     "s\u0336a\u0336f\u0336e"); /* decide adds the last mark */
    assert_came_from(state, WEIR_VIEW_SKELETON, text, "af", 5, "a\u0336f");
}

static void marks__that_compose__do_not_mix(void **state)
{
    assert_no_skeleton(state, "Tie\u0302\u0301ng Vie\u0323\u0302t vie\u0302\u0323t");
    assert_no_skeleton(state, "cafe\u0301 и\u0306 \u03B1\u0313\u0301\u0345");
    assert_no_skeleton(state, "e\u200B\u0301");
}

static void marks__one_of_two_composes__only_the_other_is_dropped(void **state)
{
    assert_skeleton(state, "e\u0301\u0336x", "\u00E9x");
    assert_skeleton(state, "e\u0336\u0301x", "\u00E9x");
}

static void marks__after_letters_of_other_scripts__do_not_mix(void **state)
{
    assert_no_skeleton(state, "كِتَابٌ"); /* Arabic vowel signs are Inherited */
    assert_no_skeleton(state, "שָׁלוֹם");
    assert_no_skeleton(state, "か\u3099 中\u0301 1\u0336 \u2764\uFE0F _\u0301");
}

static void ignorables__inside_a_token__belong_to_it(void **state)
{
    assert_mixed(state, "\u200Bа\u200Bcc\u00ADount\u200B!", "а\u200Bcc\u00ADount");
    assert_skeleton(state, "\u200Bа\u200Bcc\u00ADount\u200B!", "account!");
    assert_came_from(state, WEIR_VIEW_SKELETON, "x а\u200Bcc\u00ADount\u200B!", "account", 2, "а\u200Bcc\u00ADount");
    assert_mixed(state, "а\u3164б", "а\u3164б"); /* an ignorable of script Hangul */
    assert_mixed(state, "A\u180B\u17B5b", "A\u180B\u17B5b"); /* of Mongolian and of Khmer */
}

static void punctuation__ends_a_token(void **state)
{
    assert_no_skeleton(state, "счёт-account.счёт/account");
    assert_mixed(state, "счёт_account", "счёт_account");
}

static void capitals__prototype_first__then_fold(void **state)
{
    assert_skeleton(state, "РayРal", "paypal"); /* Cyrillic R, which looks like P, is small as p */
}

static void fullwidth__in_a_mixed_token__is_replaced_too(void **state)
{
    const char *text = "ｓａｆｅ ассоｕｎｔ  now";
    assert_skeleton(state, text, "safe account now");
    assert_came_from(state, WEIR_VIEW_SKELETON, text, "account n", 13, "ассоｕｎｔ  n");
}

static void prototype_of_several_characters__is_one_edit(void **state)
{
    const char *text = "x а\u0271e"; /* m with a hook looks like r, n and a comma below */
    assert_skeleton(state, text, "x arn\u0326e");
    assert_came_from(state, WEIR_VIEW_SKELETON, text, "ar", 2, "а\u0271");
    assert_came_from(state, WEIR_VIEW_SKELETON, text, "e", 6, "e");
}

static void several_values__one_of_them_mixed__are_all_in_the_view(void **state)
{
    struct normalizing *opened = *state;
    struct weir_value values[] = {{.text = WEIR_TEXT_LITERAL("Plain ТЕКСТ")},
                                  {.text = WEIR_TEXT_LITERAL("an ассount and a sаfe")},
                                  {.text = WEIR_TEXT_LITERAL("Last")}};
    struct weir_item item = {.values = values, .value_count = 3};
    struct weir_scan_text texts;
    assert_int_equal(weir_normalize(opened->normalizer, &item, ALL_VIEWS, &texts), WEIR_OK);
    const struct weir_view_text *view = &texts.views[WEIR_VIEW_SKELETON];
    assert_text(weir_text_from_padded(view->text), WEIR_TEXT_LITERAL("plain текст\nan account and a safe\nlast"));
    assert_int_equal(view->values[0].mixed_count, 0);
    assert_int_equal(view->values[1].mixed_count, 2);
    assert_int_equal(texts.mixed[view->values[1].mixed_first].start, 3);
    assert_int_equal(view->values[2].mixed_count, 0);
    for (size_t i = 0; i < 3; i++)
        assert_null(view_check_value(view, i, values[i].text));
    uint32_t start = view->values[1].range.start + 3;
    struct weir_range source = weir_view_source(view, 1, start, start + 7);
    assert_text(weir_text_slice(values[1].text, source.start, source.end), WEIR_TEXT_LITERAL("ассount"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(latin_with_cyrillic__is_mixed),
        cmocka_unit_test(russian__has_no_skeleton),
        cmocka_unit_test(greek_with_latin__is_mixed),
        cmocka_unit_test(scripts_of_chinese_japanese_korean__with_latin__are_not_mixed),
        cmocka_unit_test(hiragana_with_hangul__is_mixed),
        cmocka_unit_test(latin_with_one_recommended_script__is_not_mixed),
        cmocka_unit_test(latin_with_two_further_scripts__is_mixed),
        cmocka_unit_test(cherokee_with_latin__is_mixed),
        cmocka_unit_test(struck_out_letters__lose_their_marks),
        cmocka_unit_test(marks__that_compose__do_not_mix),
        cmocka_unit_test(marks__one_of_two_composes__only_the_other_is_dropped),
        cmocka_unit_test(marks__after_letters_of_other_scripts__do_not_mix),
        cmocka_unit_test(ignorables__inside_a_token__belong_to_it),
        cmocka_unit_test(punctuation__ends_a_token),
        cmocka_unit_test(capitals__prototype_first__then_fold),
        cmocka_unit_test(fullwidth__in_a_mixed_token__is_replaced_too),
        cmocka_unit_test(prototype_of_several_characters__is_one_edit),
        cmocka_unit_test(several_values__one_of_them_mixed__are_all_in_the_view),
    };
    return cmocka_run_group_tests(tests, open_normalizing, close_normalizing);
}
