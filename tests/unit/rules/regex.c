/* The search for matches: which one, from where to where, and what happens when it takes too long. */
#include "loading.h"

static struct weir_regex *compile(const char *source, bool caseless)
{
    struct weir_regex *regex = NULL;
    struct weir_error error;
    size_t offset = 0;
    if (weir_regex_new(weir_text_of(source), caseless, &regex, &offset, &error) != WEIR_OK)
        fail_msg("%s: %s at %zu", source, error.text, offset);
    return regex;
}

/* "start-end", "none" or "limit". */
static void expect(const char *source, const char *text, size_t from, size_t from_last, const char *expected)
{
    struct weir_regex *regex = compile(source, false);
    struct weir_regex_scratch *scratch = weir_regex_scratch_new();
    char got[64] = "none";
    size_t start;
    size_t end;
    enum weir_regex_answer answer = weir_regex_find(regex, scratch, weir_text_of(text), from, from_last, &start, &end);
    if (answer == WEIR_REGEX_MATCH)
        snprintf(got, sizeof got, "%zu-%zu", start, end);
    else if (answer == WEIR_REGEX_LIMIT)
        snprintf(got, sizeof got, "limit");
    if (strcmp(got, expected) != 0)
        fail_msg("%s on '%s' from %zu to %zu: %s instead of %s", source, text, from, from_last, got, expected);
    weir_regex_scratch_free(scratch);
    weir_regex_free(regex);
}

static void find__several_matches__the_leftmost(void **unused)
{
    (void)unused;
    expect("a+", "xaaxa", 0, 5, "1-3");
    expect("a+", "xaaxa", 3, 5, "4-5");
    expect("b", "xaaxa", 0, 5, "none");
    expect("a|ab", "ab", 0, 2, "0-1");
}

static void find__starts__only_in_the_range(void **unused)
{
    (void)unused;
    expect("a", "xxa", 0, 1, "none");
    expect("a", "xxa", 0, 2, "2-3");
    expect("a", "xxa", 3, 3, "none");
    expect("a", "xxa", 0, 99, "2-3");
    expect("a", "xxa", 4, 2, "none");
}

static void find__context__seen_beyond_the_range(void **unused)
{
    (void)unused;
    expect("(?<=x)a", "xa", 1, 1, "1-2");
    expect("a(?=b)", "ab", 0, 0, "0-1");
    expect("^a", "xa", 1, 1, "none");
    expect("\\ba", "xa", 1, 1, "none");
}

static void find__anchors__are_the_ends_of_the_value(void **unused)
{
    (void)unused;
    expect("^b", "a\nb", 0, 3, "none");
    expect("a$", "a\n", 0, 2, "none");
    expect("a.b", "a\nb", 0, 3, "0-3");
}

static void find__empty_matches__passed_over(void **unused)
{
    (void)unused;
    expect("x*", "aaxx", 0, 4, "2-4");
    expect("(?=a)|b", "ab", 0, 2, "1-2");
    expect("$", "ab", 0, 2, "none");
}

static void find__characters__never_split(void **unused)
{
    (void)unused;
    expect(".", "\u4e2d\u56fd", 0, 6, "0-3");
    expect("[^a]", "a\u4e2d", 0, 4, "1-4");
    expect("\\w", "\u00e9", 0, 2, "none");
}

static void find__long_text__found_beyond_many_chunks(void **unused)
{
    (void)unused;
    enum { LENGTH = 300000 };
    char *text = malloc(LENGTH + 1);
    for (size_t i = 0; i < LENGTH; i += 3)
        memcpy(text + i, "\u4e2d", 3);
    text[LENGTH] = '\0';
    memcpy(text + LENGTH - 3, "abc", 3);
    char expected[64];
    snprintf(expected, sizeof expected, "%d-%d", LENGTH - 3, LENGTH);
    expect("[^\u4e2d]bc", text, 0, LENGTH, expected);
    expect("[^\u4e2d]bd", text, 0, LENGTH, "none");
    free(text);
}

static void find__exploding_pattern__is_a_limit(void **unused)
{
    (void)unused;
    char text[3001];
    memset(text, 'a', 3000);
    text[3000] = '\0';
    expect("(a+)+b?$(?<!a)", text, 0, 3000, "limit");
    expect("(a|aa)+$(?<!a)", text, 0, 3000, "limit");
}

static void new__wrong_source__offset_and_reason(void **unused)
{
    (void)unused;
    struct weir_regex *regex = NULL;
    struct weir_error error;
    size_t offset = 0;
    assert_int_equal(weir_regex_new(weir_text_of("ab(c"), false, &regex, &offset, &error), WEIR_INVALID);
    assert_null(regex);
    assert_int_equal(offset, 4);
    assert_non_null(strstr(error.text, "parenthesis"));
}

static void new__caseless__beyond_ascii(void **unused)
{
    (void)unused;
    struct weir_regex *regex = compile("\u00c9A", true);
    struct weir_regex_scratch *scratch = weir_regex_scratch_new();
    size_t start;
    size_t end;
    assert_int_equal(weir_regex_find(regex, scratch, weir_text_of("x\u00e9a"), 0, 4, &start, &end), WEIR_REGEX_MATCH);
    assert_int_equal(start, 1);
    assert_int_equal(end, 4);
    weir_regex_scratch_free(scratch);
    weir_regex_free(regex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find__several_matches__the_leftmost),
        cmocka_unit_test(find__starts__only_in_the_range),
        cmocka_unit_test(find__context__seen_beyond_the_range),
        cmocka_unit_test(find__anchors__are_the_ends_of_the_value),
        cmocka_unit_test(find__empty_matches__passed_over),
        cmocka_unit_test(find__characters__never_split),
        cmocka_unit_test(find__long_text__found_beyond_many_chunks),
        cmocka_unit_test(find__exploding_pattern__is_a_limit),
        cmocka_unit_test(new__wrong_source__offset_and_reason),
        cmocka_unit_test(new__caseless__beyond_ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
