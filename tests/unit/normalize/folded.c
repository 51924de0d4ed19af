/* The folded view (RULES.md section 2, the first row), and the way back from each kind of change. */
#include "normalizing.h"

static void ascii__capitals__become_small(void **state)
{
    assert_folded(state, "Please TRANSFER your savings, it's 100% SAFE: [A-Z] @{`~",
                  "please transfer your savings, it's 100% safe: [a-z] @{`~");
    assert_came_from(state, WEIR_VIEW_FOLDED, "Please TRANSFER it", "transfer", 7, "TRANSFER");
}

static void fullwidth__letters__become_ascii(void **state)
{
    assert_folded(state, "ｓａＦｅ　ａ", "safe a");
    assert_came_from(state, WEIR_VIEW_FOLDED, "a ｓａＦｅ b", "af", 5, "ａＦ");
}

static void zero_width_space__inside_a_word__is_gone(void **state)
{
    assert_folded(state, "sa\u200Bfe", "safe");
    assert_came_from(state, WEIR_VIEW_FOLDED, "a sa\u200Bfe b", "safe", 2, "sa\u200Bfe");
}

static void ignorables__at_the_ends_of_a_hit__are_left_out(void **state)
{
    const char *text = "a\u200B safe\u200B\u00AD account\uFE0F b";
    assert_folded(state, text, "a safe account b");
    assert_came_from(state, WEIR_VIEW_FOLDED, text, "safe", 5, "safe");
    assert_came_from(state, WEIR_VIEW_FOLDED, text, "account", 15, "account");
}

static void soft_hyphen__inside_a_word__is_gone(void **state)
{
    assert_folded(state, "ac\u00ADcount", "account");
    assert_came_from(state, WEIR_VIEW_FOLDED, "ac\u00ADcount", "cc", 1, "c\u00ADc");
}

static void ligature__part_of_it_hit__is_whole_in_the_source(void **state)
{
    assert_folded(state, "oﬃce", "office");
    assert_came_from(state, WEIR_VIEW_FOLDED, "oﬃce", "of", 0, "oﬃ");
    assert_came_from(state, WEIR_VIEW_FOLDED, "oﬃce", "ice", 1, "ﬃce");
}

static void sharp_s__is_ss(void **state)
{
    assert_folded(state, "Straße", "strasse");
    assert_came_from(state, WEIR_VIEW_FOLDED, "Straße", "ras", 2, "raß");
    assert_came_from(state, WEIR_VIEW_FOLDED, "Straße", "e", 6, "e");
}

static void combining_sequence__composes__is_one_edit(void **state)
{
    assert_folded(state, "cafe\u0301 b", "caf\u00E9 b");
    assert_came_from(state, WEIR_VIEW_FOLDED, "cafe\u0301 b", "\u00E9", 3, "e\u0301");
    assert_came_from(state, WEIR_VIEW_FOLDED, "cafe\u0301 b", "f", 2, "f");
}

static void combining_sequence__with_an_ignorable_inside__composes(void **state)
{
    assert_folded(state, "xE\u200B\u0301\u200By", "x\u00E9y");
    assert_came_from(state, WEIR_VIEW_FOLDED, "xE\u200B\u0301\u200By", "\u00E9", 1, "E\u200B\u0301");
}

static void marks__out_of_order__are_sorted(void **state)
{
    assert_folded(state, "q\u0307\u0323", "q\u0323\u0307");
    assert_folded(state, "e\u0302\u0323", "\u1EC7");
}

static void mark__that_does_not_compose__stays_in_step(void **state)
{
    assert_folded(state, "X\u0336Y", "x\u0336y");
    assert_came_from(state, WEIR_VIEW_FOLDED, "X\u0336Y", "x", 0, "X");
    assert_came_from(state, WEIR_VIEW_FOLDED, "e\u0301\u0301", "\u0301", 3, "\u0301");
}

static void signs_of_comparison__compose_with_a_stroke(void **state)
{
    assert_folded(state, "a =\u0338 b", "a \u2260 b");
    assert_came_from(state, WEIR_VIEW_FOLDED, "a =\u0338 b", "\u2260", 2, "=\u0338");
}

static void hangul_jamo__become_a_syllable(void **state)
{
    assert_folded(state, "\u1112\u1161\u11ABx", "\uD55Cx");
    assert_folded(state, "\uD558\u11AB", "\uD55C");
    assert_folded(state, "\uFFBE\uFFC2\uFFA4", "\uD558\u1102"); /* a halfwidth consonant becomes a leading one */
    assert_came_from(state, WEIR_VIEW_FOLDED, "a\u1112\u1161\u11ABx", "\uD55C", 1, "\u1112\u1161\u11AB");
}

static void halfwidth_katakana__compose_with_their_marks(void **state)
{
    assert_folded(state, "\uFF76\uFF9E\uFF76", "\u30AC\u30AB");
    assert_came_from(state, WEIR_VIEW_FOLDED, "\uFF76\uFF9E\uFF76", "\u30AC", 0, "\uFF76\uFF9E");
}

static void quotes__become_straight(void **state)
{
    assert_folded(state, "\u2018a\u2019 \u201Bb\u02BC \u201Cc\u201D \u201Ed\u201F", "'a' 'b' \"c\" \"d\"");
    assert_folded(state, "\u201A\u2039\u00AB\u2032", "\u201A\u2039\u00AB\u2032");
    assert_came_from(state, WEIR_VIEW_FOLDED, "don\u2019t", "n't", 2, "n\u2019t");
}

static void dashes__become_hyphens(void **state)
{
    assert_folded(state, "a\u2010b\u2011c\u2012d\u2013e\u2014f\u2015g\u2212h\uFF0Di\uFE58j\u207Bk",
                  "a-b-c-d-e-f-g-h-i-j-k");
    assert_folded(state, "\u058A\u05BE\u1806\u2E3A\u301C\u3030\U00010EAD", "-------");
    assert_folded(state, "a\u2043\u00B7\u30FCb", "a\u2043\u00B7\u30FCb");
    assert_came_from(state, WEIR_VIEW_FOLDED, "a \u2014 b", "-", 2, "\u2014");
}

static void white_space__of_any_kind__is_one_space(void **state)
{
    assert_folded(state,
                  "a\tb\nc\vd\fe\rf\xC2\x85"
                  "g\u00A0h\u1680i\u2003j\u2028k\u2029l\u202Fm\u205Fn\u3000o",
                  "a b c d e f g h i j k l m n o");
    assert_folded(state, "a \r\n\t \u3000\u00A0 b", "a b");
    assert_folded(state, "a \u200B b", "a b");
    assert_folded(state, "0123456789abcde  f               g", "0123456789abcde f g");
    assert_folded(state,
                  "a\x1C"
                  "b\u180Ec\u200Bd",
                  "a\x1C"
                  "bcd");
    assert_came_from(state, WEIR_VIEW_FOLDED, "a \r\n\t \u3000 b", "a b", 0, "a \r\n\t \u3000 b");
    assert_came_from(state, WEIR_VIEW_FOLDED, "a \r\n\t \u3000 b", "b", 10, "b");
}

static void white_space__at_the_ends__is_trimmed(void **state)
{
    assert_folded(state, " \u3000\u200B\t a \u200B\n", "a");
    assert_folded(state, "\uFEFFa", "a");
    assert_folded(state, " \u3000\n\u200B", "");
    assert_folded(state, "\u00A8a", "\u0308a"); /* itself a space and a mark */
    assert_folded(state, "a \u00A8", "a \u0308");
    assert_came_from(state, WEIR_VIEW_FOLDED, "  \u3000 a b  ", "a b", 6, "a b");
}

static void nul__is_an_ordinary_character(void **state)
{
    struct weir_text text = WEIR_TEXT_LITERAL("A\0B \0\0");
    struct weir_scan_text texts = normalize_text(state, text);
    assert_text(weir_text_from_padded(texts.views[WEIR_VIEW_FOLDED].text), WEIR_TEXT_LITERAL("a\0b \0\0"));
}

static void cyrillic_and_greek__capitals__become_small(void **state)
{
    assert_folded(state, "МОСКВА, Ёлка и Ночь \u0404\u0462 ΑΘΉΝΑΣ Όδος",
                  "москва, ёлка и ночь \u0454\u0463 αθήνασ όδοσ");
    assert_folded(state, "и\u0306 И\u0306 b", "\u0439 \u0439 b");
    assert_came_from(state, WEIR_VIEW_FOLDED, "при И\u0306 b", "\u0439", 7, "И\u0306");
    assert_came_from(state, WEIR_VIEW_FOLDED, "Привет МОСКВА!", "москва", 13, "МОСКВА");
}

static void letters__that_change_length__map_back(void **state)
{
    assert_folded(state, "\u023Ax\u2126y\u0130z\u1E9E", "\u2C65x\u03C9yi\u0307zss");
    assert_came_from(state, WEIR_VIEW_FOLDED, "\u023Ax\u2126y", "x", 2, "x");
    assert_came_from(state, WEIR_VIEW_FOLDED, "\u023Ax\u2126y", "\u03C9y", 3, "\u2126y");
}

static void vietnamese__decomposed__composes(void **state)
{
    const char *text = "Tie\u0302\u0301ng Vie\u0323\u0302t";
    assert_folded(state, text, "ti\u1EBFng vi\u1EC7t");
    assert_came_from(state, WEIR_VIEW_FOLDED, text, "vi\u1EC7t", 10, "Vie\u0323\u0302t");
}

static void chinese__with_fullwidth_punctuation__maps_back(void **state)
{
    const char *text = "请把钱转到安全账户，马上！（Ａ１）";
    assert_folded(state, text, "请把钱转到安全账户,马上!(a1)");
    assert_came_from(state, WEIR_VIEW_FOLDED, text, "安全账户", 15, "安全账户");
    assert_came_from(state, WEIR_VIEW_FOLDED, text, "马上!", 30, "马上！");
}

static void ideograph__of_compatibility__is_the_unified_one(void **state)
{
    assert_folded(state, "\uF9FE㍻\u3392", "茶平成mhz");
    assert_came_from(state, WEIR_VIEW_FOLDED, "a㍻b", "成", 1, "㍻");
}

static void ideograph__with_a_mark_or_selector__is_one_stretch(void **state)
{
    assert_folded(state, "中\u0301\uFE00国\U000E0100好", "中\u0301国好");
    assert_came_from(state, WEIR_VIEW_FOLDED, "中\uFE00国好", "中", 0, "中");
}

static void japanese__folds_to_itself(void **state)
{
    assert_folded(state, "ラーメンをﾀﾍﾞﾙ", "ラーメンをタベル");
}

static void arabic__with_vowel_signs__keeps_them(void **state)
{
    assert_folded(state, "كِتَابٌ", "كِتَابٌ");
    assert_folded(state, "\uFEFB\uFDFA",
                  "\u0644\u0627\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 "
                  "\u0648\u0633\u0644\u0645");
    assert_came_from(state, WEIR_VIEW_FOLDED, "a\uFDFAb", "\u0639", 1, "\uFDFA");
}

static void emoji__lose_their_joiners_only(void **state)
{
    assert_folded(state, "\u2764\uFE0F \U0001F468\u200D\U0001F469 \U0001F44D\U0001F3FD",
                  "\u2764 \U0001F468\U0001F469 \U0001F44D\U0001F3FD");
    assert_came_from(state, WEIR_VIEW_FOLDED, "x \u2764\uFE0F y", "\u2764", 2, "\u2764");
}

static void mathematical_letters__become_plain(void **state)
{
    assert_folded(state, "\U0001D5D9\U0001D5E5\U0001D5D8\U0001D5D8 \u2460 \u00BD \u2026", "free 1 1\u20442 ...");
    assert_came_from(state, WEIR_VIEW_FOLDED, "\U0001D5D9\U0001D5E5", "r", 4, "\U0001D5E5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ascii__capitals__become_small),
        cmocka_unit_test(fullwidth__letters__become_ascii),
        cmocka_unit_test(zero_width_space__inside_a_word__is_gone),
        cmocka_unit_test(ignorables__at_the_ends_of_a_hit__are_left_out),
        cmocka_unit_test(soft_hyphen__inside_a_word__is_gone),
        cmocka_unit_test(ligature__part_of_it_hit__is_whole_in_the_source),
        cmocka_unit_test(sharp_s__is_ss),
        cmocka_unit_test(combining_sequence__composes__is_one_edit),
        cmocka_unit_test(combining_sequence__with_an_ignorable_inside__composes),
        cmocka_unit_test(marks__out_of_order__are_sorted),
        cmocka_unit_test(mark__that_does_not_compose__stays_in_step),
        cmocka_unit_test(signs_of_comparison__compose_with_a_stroke),
        cmocka_unit_test(hangul_jamo__become_a_syllable),
        cmocka_unit_test(halfwidth_katakana__compose_with_their_marks),
        cmocka_unit_test(quotes__become_straight),
        cmocka_unit_test(dashes__become_hyphens),
        cmocka_unit_test(white_space__of_any_kind__is_one_space),
        cmocka_unit_test(white_space__at_the_ends__is_trimmed),
        cmocka_unit_test(nul__is_an_ordinary_character),
        cmocka_unit_test(cyrillic_and_greek__capitals__become_small),
        cmocka_unit_test(letters__that_change_length__map_back),
        cmocka_unit_test(vietnamese__decomposed__composes),
        cmocka_unit_test(chinese__with_fullwidth_punctuation__maps_back),
        cmocka_unit_test(ideograph__of_compatibility__is_the_unified_one),
        cmocka_unit_test(ideograph__with_a_mark_or_selector__is_one_stretch),
        cmocka_unit_test(japanese__folds_to_itself),
        cmocka_unit_test(arabic__with_vowel_signs__keeps_them),
        cmocka_unit_test(emoji__lose_their_joiners_only),
        cmocka_unit_test(mathematical_letters__become_plain),
    };
    return cmocka_run_group_tests(tests, open_normalizing, close_normalizing);
}
