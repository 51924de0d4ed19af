/* How caption fragments meet (join and roll-up on auto), and examples that are caption streams. */
#include "judging.h"

#include "weir/captions.h"
#include "weir/pipeline.h"

#include <stdlib.h>

static void join__auto__a_space_where_words_have_spaces(void **state)
{
    static const struct {
        const char *so_far;
        const char *fragment;
        bool takes_space;
    } cases[] = {
        {"send the", "money", true},
        {"send the ", "money", false},
        {"send the", "\nmoney", false},
        {"send the", "\u3000money", false},
        {"", "money", false},
        {"money", "", false},
        {"stop.", "Now", true},
        {"\u8f6c\u8d26", "\u7ed9\u6211", false},
        {"\u8f6c\u8d26", "now", false},
        {"now", "\u8f6c\u8d26", false},
        {"\u8f6c\u8d26\u3002", "now", true},
        {"\u304b\u3099", "now", false}, /* a mark is as the letter that it follows */
        {"\ud55c\uad6d", "\ub9d0", true},
        {"\u1112\u1161\u11ab", "\u1100\u1161", true},
        {"\ud55c\u0301", "now", true},
        {"\u0e01\u0e32\u0e23", "now", false},
        {"\u043c\u043e\u0439", "\u0441\u0447\u0435\u0442", true},
        {"\u0627\u0644", "\u0639", true},
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct weir_text so_far = weir_text_of(cases[i].so_far);
        struct weir_text fragment = weir_text_of(cases[i].fragment);
        bool both = so_far.length > 0 && fragment.length > 0;
        if (weir_caption_takes_space(fixture->chars, WEIR_JOIN_AUTO, so_far, fragment) != cases[i].takes_space)
            fail_msg("\"%s\" + \"%s\"", cases[i].so_far, cases[i].fragment);
        assert_int_equal(weir_caption_takes_space(fixture->chars, WEIR_JOIN_SPACE, so_far, fragment), both);
        assert_false(weir_caption_takes_space(fixture->chars, WEIR_JOIN_NONE, so_far, fragment));
    }
}

static void rollup__repeated_end__whole_words_and_enough_of_them(void **state)
{
    static const struct {
        const char *so_far;
        const char *fragment;
        const char *left; /* of the fragment */
    } cases[] = {
        {"and we will call", "we will call you at noon", " you at noon"},
        {"and we will call ", " we will call you", " you"},
        {"we will call", "we will call", ""},
        {"we will call", "you will call", "you will call"},
        {"we will call", "call you", "call you"}, /* one word of four characters */
        {"a telephone", "telephone now", " now"}, /* one of nine */
        {"a telephone", "telephones now", "telephones now"},
        {"microphone", "phone me", "phone me"},
        {"rewe will call", "we will call you", "we will call you"}, /* begins in a word */
        {"a b a b", "a b a b c", " c"},
        {"x a b", "a b a b c", " a b c"},
        {"a b a b a", "b a b a b", " b"},
        {"LINE ONE\nLINE TWO", "LINE TWO\nLINE THREE", "\nLINE THREE"},
        {"we  will call", "we will call you", "we will call you"}, /* not equal */
        {"\u6211\u4eec\u4eca\u5929\u8981\u8bf4\u7684\u662f", "\u6211\u4eec\u4eca\u5929\u8981\u8bf4\u7684\u662f\u94b1",
         "\u94b1"},
        {"\u6211\u4eec\u4eca\u5929\u8981\u8bf4\u7684", "\u6211\u4eec\u4eca\u5929\u8981\u8bf4\u7684\u94b1",
         "\u6211\u4eec\u4eca\u5929\u8981\u8bf4\u7684\u94b1"}, /* seven characters of one word */
        {"", "we will call", "we will call"},
        {"we will call", "", ""},
        {"we will call e", "we will call e\u0301t", "we will call e\u0301t"},
        {"", "   ", "   "},
    };
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t bytes = 99;
        weir_arena_reset(fixture->arena);
        assert_int_equal(weir_caption_repeated(fixture->chars, weir_text_of(cases[i].so_far),
                                               weir_text_of(cases[i].fragment), fixture->arena, &bytes),
                         WEIR_OK);
        if (strcmp(cases[i].fragment + bytes, cases[i].left) != 0)
            fail_msg("\"%s\" then \"%s\": left \"%s\", not \"%s\"", cases[i].so_far, cases[i].fragment,
                     cases[i].fragment + bytes, cases[i].left);
    }
}

static void rollup__hostile_repetition__in_time(void **state)
{
    struct fixture *fixture = *state;
    size_t length = 2u << 20;
    char *text = malloc(length);
    size_t bytes;
    assert_non_null(text);
    memset(text, 'a', length);
    struct weir_text whole = {text, length};
    struct weir_text longer = {text, length - 1};
    text[length / 2] = ' ';
    assert_int_equal(weir_caption_repeated(fixture->chars, longer, whole, fixture->arena, &bytes), WEIR_OK);
    assert_int_equal(bytes, 0);
    free(text);
}

static void rollup__gap__two_seconds_at_most(void **state)
{
    (void)state;
    assert_true(weir_caption_adjoins(1000, 3000));
    assert_false(weir_caption_adjoins(1000, 3001));
    assert_true(weir_caption_adjoins(1000, 500));
    assert_true(weir_caption_adjoins(INT64_MAX, INT64_MIN));
    assert_false(weir_caption_adjoins(INT64_MIN, INT64_MAX));
}

/* Loads a rule of these patterns, condition and examples, runs the examples, and returns how many failed. */
static size_t count_failed(struct fixture *fixture, const char *body, const char *examples)
{
    char source[4096];
    snprintf(source, sizeof source,
             "pack: t\nversion: 1.0.0\nrules:\n- id: t.r\n  title: t\n  why: w\n  category: scams_and_fraud\n"
             "  severity: low\n  %s\n  examples: {%s}\n",
             body, examples);
    struct weir_folding folding = weir_normalizer_folding(fixture->normalizer);
    struct weir_field_names fields = {.at = {"text"}, .count = 1};
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_ruleset *ruleset = NULL;
    enum weir_status status =
        weir_ruleset_parse("t.yaml", weir_text_of(source), &fields, &folding, diagnostics, &ruleset);
    if (status == WEIR_OK)
        status = weir_trial_run(ruleset, fixture->chars, &fixture->limits, diagnostics);
    size_t errors = weir_diagnostics_errors(diagnostics);
    if (!ruleset) {
        weir_diagnostics_print(diagnostics, stderr);
        fail_msg("the pack does not load");
    }
    assert_int_equal(status, errors ? WEIR_INVALID : WEIR_OK);
    weir_ruleset_free(ruleset);
    weir_diagnostics_free(diagnostics);
    return errors;
}

#define PASS ", pass: [x]"

static void example__caption_stream__joined_and_judged_as_one_text(void **state)
{
    static const char safe[] = "patterns: {p: {literals: [safe account]}}";
    static const char han[] = "patterns: {p: {literals: [\u8f6c\u8d26\u7ed9\u6211]}}";
    assert_int_equal(
        count_failed(*state, safe, "flag: [[{at_ms: 0, text: your safe}, {at_ms: 900, text: account}]]" PASS), 0);
    assert_int_equal(count_failed(*state, safe, "flag: [[{at_ms: 0, text: unsafe}, {at_ms: 900, text: account}]]" PASS),
                     1);
    assert_int_equal(
        count_failed(*state, safe, "flag: [safe account], pass: [[{at_ms: 0, text: safe}, {at_ms: 9, text: account}]]"),
        1);
    assert_int_equal(
        count_failed(*state, han, "flag: [[{at_ms: 0, text: \u8f6c\u8d26}, {at_ms: 900, text: \u7ed9\u6211}]]" PASS),
        0);
}

static void example__caption_stream__within_counts_its_times(void **state)
{
    static const char rule[] = "patterns: {a: {literals: [officer]}, b: {literals: [money]}}\n"
                               "  condition: within(a, b, 10s)\n  kinds: [caption]";
    assert_int_equal(count_failed(*state, rule,
                                  "flag: [[{at_ms: 0, text: hello}, {at_ms: 1000, text: officer here}, "
                                  "{at_ms: 11000, text: the money}]],"
                                  " pass: [[{at_ms: 0, text: officer here}, {at_ms: 10001, text: the money}],"
                                  " officer money]"),
                     0);
    assert_int_equal(count_failed(*state, rule,
                                  "flag: [[{at_ms: 0, text: officer}, {at_ms: 10001, text: money}]],"
                                  " pass: [[{at_ms: 0, text: officer}, {at_ms: 10000, text: money}]]"),
                     2);
}

static void example__caption_stream__roll_up_counts_once(void **state)
{
    static const char twice[] = "patterns: {p: {literals: [send money]}}\n  condition: count(p) >= 2";
    assert_int_equal(count_failed(*state, twice,
                                  "flag: [[{at_ms: 0, text: send money}, {at_ms: 2001, text: send money now}]],"
                                  " pass: [[{at_ms: 0, text: send money}, {at_ms: 2000, text: send money now}]]"),
                     0);
}

static void example__caption_stream__only_for_captions(void **state)
{
    /* What the stream flags, a post would not: its fragments are no values. */
    static const char both[] = "patterns: {p: {regex: '^two$'}}\n  kinds: [post, caption]";
    assert_int_equal(count_failed(*state, both, "flag: [two], pass: [[{at_ms: 0, text: one}, {at_ms: 9, text: two}]]"),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(join__auto__a_space_where_words_have_spaces),
        cmocka_unit_test(rollup__repeated_end__whole_words_and_enough_of_them),
        cmocka_unit_test(rollup__hostile_repetition__in_time),
        cmocka_unit_test(rollup__gap__two_seconds_at_most),
        cmocka_unit_test(example__caption_stream__joined_and_judged_as_one_text),
        cmocka_unit_test(example__caption_stream__within_counts_its_times),
        cmocka_unit_test(example__caption_stream__roll_up_counts_once),
        cmocka_unit_test(example__caption_stream__only_for_captions),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
