/* Which matches of a regex pass its check: all starts from left to right, the longest that passes, nothing beyond a
 * limit called clean. */
#include "../../../src/pipeline/decide/checked.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void expect_spans(enum weir_check check, const char *source, const char *text, const char *expected)
{
    struct weir_pattern pattern = {.kind = WEIR_PATTERN_REGEX, .check = check};
    struct weir_regex_scratch *scratch = weir_regex_scratch_new();
    struct weir_regex *regex;
    struct weir_error error;
    struct weir_text whole = weir_text_of(text);
    char got[256] = "";
    size_t offset;
    size_t start;
    size_t end;
    assert_int_equal(weir_regex_new_listing(weir_text_of(source), true, &regex, &offset, &error), WEIR_OK);
    pattern.regex = regex;
    for (size_t from = 0;
         find_checked(&pattern, scratch, whole, from, whole.length, &start, &end) == WEIR_REGEX_MATCH; from = end) {
        assert_true(start >= from && end > start);
        strcat(got, "[");
        strncat(got, text + start, end - start);
        strcat(got, "]");
    }
    if (strcmp(got, expected) != 0)
        fail_msg("/%s/ on \"%s\": got %s, expected %s", source, text, got, expected);
    weir_regex_free(regex);
    weir_regex_scratch_free(scratch);
}

static void find__several_matches__longest_that_passes_from_left_to_right(void **unused)
{
    (void)unused;
    static const char card[] = "[0-9](?:[ -]?[0-9]){12,18}[ -]*";
    expect_spans(WEIR_CHECK_LUHN, card, "pay 4111 1111 1111 1111 now", "[4111 1111 1111 1111]");
    expect_spans(WEIR_CHECK_LUHN, "[0-9](?:[ -]?[0-9]){15}", "4111 1111 1111 1112", "");
    expect_spans(WEIR_CHECK_LUHN, card, "4111-1111-1111-1111 -- x", "[4111-1111-1111-1111]");
    /* the greedy match takes the digits of the date too and fails; a shorter one passes */
    expect_spans(WEIR_CHECK_LUHN, card, "4111111111111111 12", "[4111111111111111]");
    /* nothing passes at the first starts */
    expect_spans(WEIR_CHECK_LUHN, "[0-9]{16}", "994111111111111111", "[4111111111111111]");
    expect_spans(WEIR_CHECK_LUHN, "[0-9]{2}", "18182618", "[18][18][26][18]");
    expect_spans(WEIR_CHECK_LUHN, "[0-9]{2,4}", "1826", "[1826]");
    expect_spans(WEIR_CHECK_LUHN, "[0-9]+?", "x 18 x", "[18]");
    expect_spans(WEIR_CHECK_IBAN, "[a-z]{2}[0-9]{2}(?: ?[a-z0-9]){11,30}", "to de89 3704 0044 0532 0130 00 now",
                 "[de89 3704 0044 0532 0130 00]");
    expect_spans(WEIR_CHECK_MOD11_2, "[0-9]{17}[0-9x]", "id 11010519491231002x.", "[11010519491231002x]");
    expect_spans(WEIR_CHECK_LUHN, "\u00e9[0-9]{2}", "\u00e918", ""); /* a letter is no digit */
    expect_spans(WEIR_CHECK_LUHN, "(?<=\u00e9)[0-9]{2}(?!0)", "\u00e91818\u00e9180\u00e926", "[18][26]");
}

static void find__more_than_can_be_looked_at__a_limit(void **unused)
{
    (void)unused;
    size_t length = 200000;
    char *text = malloc(length);
    struct weir_regex_scratch *scratch = weir_regex_scratch_new();
    struct weir_pattern pattern = {.kind = WEIR_PATTERN_REGEX, .check = WEIR_CHECK_LUHN};
    struct weir_regex *regex;
    struct weir_error error;
    size_t offset;
    size_t start;
    size_t end;
    assert_non_null(text);
    memset(text, '1', length); /* 11 fails */
    static const char *const sources[] = {"[0-9]{2}", "[0-9]+x?"};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        text[length - 1] = 'a';
        assert_int_equal(weir_regex_new_listing(weir_text_of(sources[i]), true, &regex, &offset, &error), WEIR_OK);
        pattern.regex = regex;
        enum weir_regex_answer answer =
            find_checked(&pattern, scratch, (struct weir_text){text, length}, 0, length, &start, &end);
        /* the second has a long match that passes */
        assert_int_equal(answer, i == 0 ? WEIR_REGEX_LIMIT : WEIR_REGEX_MATCH);
        weir_regex_free(regex);
    }
    weir_regex_scratch_free(scratch);
    free(text);
}

static void new_listing__what_dfa_matching_cannot_do__refused(void **unused)
{
    (void)unused;
    static const char *const sources[] = {"([0-9])\\1", "(?<a>[0-9])\\k<a>", "([0-9])?(?(1)a|b)", "(?*[0-9])[0-9]{2}",
                                          "[0-9]{2}(?<*[0-9])"};
    struct weir_regex *regex = NULL;
    struct weir_error error;
    size_t offset;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        assert_int_equal(weir_regex_new_listing(weir_text_of(sources[i]), true, &regex, &offset, &error),
                         WEIR_INVALID);
    assert_null(regex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find__several_matches__longest_that_passes_from_left_to_right),
        cmocka_unit_test(find__more_than_can_be_looked_at__a_limit),
        cmocka_unit_test(new_listing__what_dfa_matching_cannot_do__refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
