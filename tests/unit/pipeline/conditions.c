/* Conditions, exceptions, gates: which rules hold, and with what evidence. The expectations of the table were made by
 * another, brute-force evaluator of the same language. */
#include "judging.h"

#define LETTERS                                                                                                        \
    "  patterns:\n    a: {literals: [a]}\n    b: {literals: [b]}\n    c: {literals: [c]}\n    d: {literals: [d]}\n"

/* A ruleset of one rule with these further lines; NULL when it does not load, and then *error is what is said. */
static struct weir_ruleset *load(struct fixture *fixture, const char *lines, char *said, size_t said_size)
{
    char source[8192];
    int length = snprintf(source, sizeof source,
                          "pack: t\nversion: 1.0.0\ndescription: d\nrules:\n- id: t.r\n  title: t\n  why: w\n"
                          "  category: scams_and_fraud\n  severity: low\n%s  examples: {flag: [a], pass: [x]}\n",
                          lines);
    assert_true(length > 0 && (size_t)length < sizeof source);
    struct weir_folding folding = weir_normalizer_folding(fixture->normalizer);
    struct weir_field_names fields = {.at = {"text"}, .count = 1};
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_ruleset *ruleset = NULL;
    enum weir_status status = weir_ruleset_parse("t.yaml", (struct weir_text){source, (size_t)length}, &fields,
                                                 &folding, diagnostics, &ruleset);
    assert_int_equal(status == WEIR_OK, weir_diagnostics_errors(diagnostics) == 0);
    FILE *out = fmemopen(said, said_size, "w");
    assert_non_null(out);
    weir_diagnostics_print(diagnostics, out);
    fclose(out);
    weir_diagnostics_free(diagnostics);
    return ruleset;
}

static struct weir_ruleset *load_good(struct fixture *fixture, const char *lines)
{
    char said[4096] = "";
    struct weir_ruleset *ruleset = load(fixture, lines, said, sizeof said);
    if (!ruleset)
        fail_msg("the rule does not load:\n%s\n%s", lines, said);
    return ruleset;
}

/* "a0 b4": quote and start of each evidence; "-" when the rule does not hold. A '?' is added when it is inconclusive.
 */
static void judge(struct fixture *fixture, const struct weir_ruleset *ruleset, const struct weir_item *item, char *out,
                  size_t size)
{
    struct weir_scanner *scanner;
    struct weir_decider *decider;
    struct weir_scan_text texts;
    struct weir_hits hits;
    struct weir_verdict verdict;
    size_t used = 0;
    weir_arena_reset(fixture->arena);
    assert_int_equal(weir_scanner_new(ruleset, fixture->limits.hits, &scanner), WEIR_OK);
    assert_int_equal(weir_decider_new(ruleset, fixture->chars, &fixture->limits, &decider), WEIR_OK);
    assert_int_equal(weir_normalize(fixture->normalizer, item, ruleset->views, &texts), WEIR_OK);
    weir_scan(scanner, &texts, &hits);
    assert_int_equal(weir_decide(decider, item, &texts, &hits, fixture->arena, &verdict), WEIR_OK);
    snprintf(out, size, "-");
    for (size_t i = 0; i < verdict.match_count[WEIR_CHANNEL_REVIEW]; i++) {
        const struct weir_match *match = &verdict.matches[WEIR_CHANNEL_REVIEW][i];
        for (size_t j = 0; j < match->evidence_count; j++)
            used += (size_t)snprintf(out + used, size - used, "%s%.*s%zu", j ? " " : "",
                                     (int)match->evidence[j].quote.length, match->evidence[j].quote.data,
                                     match->evidence[j].start);
        if (match->inconclusive)
            snprintf(out + used, size - used, "?");
    }
    weir_scanner_free(scanner);
    weir_decider_free(decider);
}

static void judge_text(struct fixture *fixture, const struct weir_ruleset *ruleset, const char *text, char *out,
                       size_t size)
{
    const struct weir_value value = {0, weir_text_of(text)};
    const struct weir_item item = {.kind = WEIR_POST, .values = &value, .value_count = 1};
    judge(fixture, ruleset, &item, out, size);
}

static const struct {
    const char *condition;
    const char *text;
    const char *evidence;
} TABLE[] = {
    {"a", "a", "a0"},
    {"a", "b", "-"},
    {"a", "x a x a", "a2 a6"},
    {"a", "aa", "-"},
    {"not b and a", "a", "a0"},
    {"not b and a", "a b", "-"},
    {"not b and a", "b", "-"},
    {"not b and a", "a x x b a", "-"},
    {"a and b", "a b", "a0 b2"},
    {"a and b", "b a", "b0 a2"},
    {"a and b", "a", "-"},
    {"a and b", "b", "-"},
    {"a or b", "a", "a0"},
    {"a or b", "b", "b0"},
    {"a or b", "b x a", "b0 a4"},
    {"a or b", "c", "-"},
    {"a and b or c", "a b", "a0 b2"},
    {"a and b or c", "c", "c0"},
    {"a and b or c", "a c", "c2"},
    {"a and b or c", "a", "-"},
    {"a or b and c", "a", "a0"},
    {"a or b and c", "b", "-"},
    {"a or b and c", "b c", "b0 c2"},
    {"a or b and c", "a b c", "a0 b2 c4"},
    {"(a or b) and c", "a c", "a0 c2"},
    {"(a or b) and c", "b c", "b0 c2"},
    {"(a or b) and c", "a b", "-"},
    {"(a or b) and c", "c", "-"},
    {"a and (b or c)", "a b", "a0 b2"},
    {"a and (b or c)", "a c", "a0 c2"},
    {"a and (b or c)", "a", "-"},
    {"a and (b or c)", "b c a", "b0 c2 a4"},
    {"a and not b", "a", "a0"},
    {"a and not b", "a b", "-"},
    {"a and not b", "b", "-"},
    {"a and not b", "c a", "a2"},
    {"a and not (b or c)", "a", "a0"},
    {"a and not (b or c)", "a b", "-"},
    {"a and not (b or c)", "a c", "-"},
    {"a and not (b or c)", "a d", "a0"},
    {"a and not (b and c)", "a b", "a0"},
    {"a and not (b and c)", "a c", "a0"},
    {"a and not (b and c)", "a b c", "-"},
    {"a and not (b and c)", "a", "a0"},
    {"a and not not b", "a b", "a0"},
    {"a and not not b", "a", "-"},
    {"a and not not b", "b", "-"},
    {"a and not not b", "b a b", "a2"},
    {"not (b and not c) and a", "a", "a0"},
    {"not (b and not c) and a", "a b", "-"},
    {"not (b and not c) and a", "a b c", "a0"},
    {"not (b and not c) and a", "b c", "-"},
    {"((a))", "a", "a0"},
    {"((a))", "b", "-"},
    {"((a))", "a a", "a0 a2"},
    {"((a))", "x", "-"},
    {"a and b and c", "a b c", "a0 b2 c4"},
    {"a and b and c", "c b a", "c0 b2 a4"},
    {"a and b and c", "a b", "-"},
    {"a and b and c", "b c", "-"},
    {"a or b or c or d", "d", "d0"},
    {"a or b or c or d", "c b", "c0 b2"},
    {"a or b or c or d", "x", "-"},
    {"a or b or c or d", "a b c d", "a0 b2 c4 d6"},
    {"a and b or c and d", "a b", "a0 b2"},
    {"a and b or c and d", "c d", "c0 d2"},
    {"a and b or c and d", "a c", "-"},
    {"a and b or c and d", "a b c d", "a0 b2 c4 d6"},
    {"1 of them", "a", "a0"},
    {"1 of them", "d", "d0"},
    {"1 of them", "x", "-"},
    {"1 of them", "a d", "a0 d2"},
    {"any of them", "b", "b0"},
    {"any of them", "c d", "c0 d2"},
    {"any of them", "x x", "-"},
    {"any of them", "a b c d", "a0 b2 c4 d6"},
    {"2 of them", "a", "-"},
    {"2 of them", "a a", "-"},
    {"2 of them", "a b", "a0 b2"},
    {"2 of them", "b c d", "b0 c2 d4"},
    {"3 of them", "a b", "-"},
    {"3 of them", "a b c", "a0 b2 c4"},
    {"3 of them", "b c d d", "b0 c2 d4 d6"},
    {"3 of them", "d d d", "-"},
    {"all of them", "a b c d", "a0 b2 c4 d6"},
    {"all of them", "a b c", "-"},
    {"all of them", "d c b a", "d0 c2 b4 a6"},
    {"all of them", "a a a a", "-"},
    {"4 of them", "a b c d", "a0 b2 c4 d6"},
    {"4 of them", "b c d", "-"},
    {"4 of them", "d c b a", "d0 c2 b4 a6"},
    {"4 of them", "x", "-"},
    {"2 of (a, b, c)", "a b", "a0 b2"},
    {"2 of (a, b, c)", "a d", "-"},
    {"2 of (a, b, c)", "c a", "c0 a2"},
    {"2 of (a, b, c)", "d d b", "-"},
    {"any of (c, d)", "a b", "-"},
    {"any of (c, d)", "c", "c0"},
    {"any of (c, d)", "d a", "d0"},
    {"any of (c, d)", "b", "-"},
    {"all of (a, d)", "a d", "a0 d2"},
    {"all of (a, d)", "a", "-"},
    {"all of (a, d)", "d", "-"},
    {"all of (a, d)", "d b a", "d0 a4"},
    {"2 of (a, b) and c", "a b c", "a0 b2 c4"},
    {"2 of (a, b) and c", "a b", "-"},
    {"2 of (a, b) and c", "a c", "-"},
    {"2 of (a, b) and c", "c b a", "c0 b2 a4"},
    {"2 of (a, b) or not d and c", "c", "c0"},
    {"2 of (a, b) or not d and c", "c d", "-"},
    {"2 of (a, b) or not d and c", "a b d", "a0 b2"},
    {"2 of (a, b) or not d and c", "d", "-"},
    {"count(a) >= 2", "a", "-"},
    {"count(a) >= 2", "a a", "a0 a2"},
    {"count(a) >= 2", "a b a", "a0 a4"},
    {"count(a) >= 2", "aa a", "-"},
    {"count(a) > 1", "a", "-"},
    {"count(a) > 1", "a a", "a0 a2"},
    {"count(a) > 1", "a x a x a", "a0 a4 a8"},
    {"count(a) > 1", "b b", "-"},
    {"count(a) == 2", "a", "-"},
    {"count(a) == 2", "a a", "a0 a2"},
    {"count(a) == 2", "a a a", "-"},
    {"count(a) == 2", "a b a b", "a0 a4"},
    {"count(a) < 2 and b", "b", "b0"},
    {"count(a) < 2 and b", "a b", "a0 b2"},
    {"count(a) < 2 and b", "a a b", "-"},
    {"count(a) < 2 and b", "b b", "b0 b2"},
    {"count(a) <= 1 and b", "b", "b0"},
    {"count(a) <= 1 and b", "b a", "b0 a2"},
    {"count(a) <= 1 and b", "a b a", "-"},
    {"count(a) <= 1 and b", "a", "-"},
    {"count(a) == 0 and b", "b", "b0"},
    {"count(a) == 0 and b", "a b", "-"},
    {"count(a) == 0 and b", "a", "-"},
    {"count(a) == 0 and b", "b b b", "b0 b2 b4"},
    {"count(a) >= 2 or count(b) >= 2", "a b", "-"},
    {"count(a) >= 2 or count(b) >= 2", "a a", "a0 a2"},
    {"count(a) >= 2 or count(b) >= 2", "b b", "b0 b2"},
    {"count(a) >= 2 or count(b) >= 2", "a a b b", "a0 a2 b4 b6"},
    {"count(a) >= 1 and count(b) < 3", "a", "a0"},
    {"count(a) >= 1 and count(b) < 3", "a b b", "a0 b2 b4"},
    {"count(a) >= 1 and count(b) < 3", "a b b b", "-"},
    {"count(a) >= 1 and count(b) < 3", "b", "-"},
    {"not count(a) >= 2 and a", "a", "a0"},
    {"not count(a) >= 2 and a", "a a", "-"},
    {"not count(a) >= 2 and a", "b", "-"},
    {"not count(a) >= 2 and a", "a b", "a0"},
    {"near(a, b, 3)", "a x b", "a0 b4"},
    {"near(a, b, 3)", "a xx b", "-"},
    {"near(a, b, 3)", "b x a", "b0 a4"},
    {"near(a, b, 3)", "a b", "a0 b2"},
    {"near(a, b, 1)", "a b", "a0 b2"},
    {"near(a, b, 1)", "a  b", "-"},
    {"near(a, b, 1)", "b a", "b0 a2"},
    {"near(a, b, 1)", "a x b", "-"},
    {"near(a, b, 5)", "a b c a", "a0 b2 a6"},
    {"near(a, b, 5)", "a xxx b", "a0 b6"},
    {"near(a, b, 5)", "a xxxx b", "-"},
    {"near(a, b, 5)", "b xxxxxx a xx b", "b0 a9 b14"},
    {"near(a, a, 3)", "a", "-"},
    {"near(a, a, 3)", "a a", "a0 a2"},
    {"near(a, a, 3)", "a x a", "a0 a4"},
    {"near(a, a, 3)", "a xx a", "-"},
    {"near(b, a, 3) and c", "a b c", "a0 b2 c4"},
    {"near(b, a, 3) and c", "a b", "-"},
    {"near(b, a, 3) and c", "c", "-"},
    {"near(b, a, 3) and c", "a xxxxx b c", "-"},
    {"near(a, b, 3) or c", "a b", "a0 b2"},
    {"near(a, b, 3) or c", "c", "c0"},
    {"near(a, b, 3) or c", "a xxxxx b", "-"},
    {"near(a, b, 3) or c", "a xxxxx b c", "c10"},
    {"near(a, b, 3) and not c", "a b", "a0 b2"},
    {"near(a, b, 3) and not c", "a b c", "-"},
    {"near(a, b, 3) and not c", "a c b", "-"},
    {"near(a, b, 3) and not c", "a", "-"},
    {"not near(a, b, 3) and a", "a", "a0"},
    {"not near(a, b, 3) and a", "a b", "-"},
    {"not near(a, b, 3) and a", "a xxxx b", "a0"},
    {"not near(a, b, 3) and a", "b", "-"},
    {"near(a, b, 3) and near(b, c, 3)", "a b c", "a0 b2 c4"},
    {"near(a, b, 3) and near(b, c, 3)", "a b xxxx c", "-"},
    {"near(a, b, 3) and near(b, c, 3)", "c b a", "c0 b2 a4"},
    {"near(a, b, 3) and near(b, c, 3)", "a c b", "a0 c2 b4"},
    {"near(a, b, 100)",
     "a xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx b",
     "a0 b101"},
    {"near(a, b, 100)",
     "a xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx b", "-"},
    {"near(a, b, 100)",
     "b éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé a",
     "b0 a101"},
    {"near(a, b, 100)",
     "a "
     "中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中"
     "中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中 b",
     "-"},
};

static void condition__table__holds_with_its_evidence(void **state)
{
    struct weir_ruleset *ruleset = NULL;
    const char *loaded = "";
    for (size_t i = 0; i < sizeof TABLE / sizeof TABLE[0]; i++) {
        char got[1024];
        char lines[1024];
        if (strcmp(loaded, TABLE[i].condition) != 0) {
            weir_ruleset_free(ruleset);
            snprintf(lines, sizeof lines, LETTERS "  condition: %s\n", TABLE[i].condition);
            ruleset = load_good(*state, lines);
            loaded = TABLE[i].condition;
        }
        judge_text(*state, ruleset, TABLE[i].text, got, sizeof got);
        if (strcmp(got, TABLE[i].evidence) != 0)
            fail_msg("%s on \"%s\": got \"%s\", expected \"%s\"", TABLE[i].condition, TABLE[i].text, got,
                     TABLE[i].evidence);
    }
    weir_ruleset_free(ruleset);
}

static void near__two_values__never_across(void **state)
{
    char got[256];
    struct weir_ruleset *ruleset = load_good(*state, LETTERS "  condition: near(a, b, 100)\n");
    const struct weir_value apart[] = {{0, WEIR_TEXT_LITERAL("a")}, {0, WEIR_TEXT_LITERAL("b")}};
    const struct weir_value together[] = {{0, WEIR_TEXT_LITERAL("a")}, {0, WEIR_TEXT_LITERAL("x b a")}};
    judge(*state, ruleset, &(struct weir_item){.values = apart, .value_count = 2}, got, sizeof got);
    assert_string_equal(got, "-");
    judge(*state, ruleset, &(struct weir_item){.values = together, .value_count = 2}, got, sizeof got);
    assert_string_equal(got, "a0 b4 a6");
    weir_ruleset_free(ruleset);
}

static void near__overlapping_hits__no_distance(void **state)
{
    char got[256];
    struct weir_ruleset *ruleset =
        load_good(*state, "  patterns: {p: {literals: [\"a b c\"]}, q: {literals: [b]}}\n  condition: near(p, q, 0)\n");
    judge_text(*state, ruleset, "a b c", got, sizeof got);
    assert_string_equal(got, "a b c0 b2");
    judge_text(*state, ruleset, "a b c b", got, sizeof got);
    assert_string_equal(got, "a b c0 b2 b6");
    weir_ruleset_free(ruleset);
}

static void within__fragments__media_time_counts(void **state)
{
    char got[256];
    struct weir_ruleset *ruleset = load_good(*state, LETTERS "  condition: within(a, b, 30s)\n");
    const struct weir_value value = {0, WEIR_TEXT_LITERAL("a x b")};
    const struct weir_fragment close[] = {
        {.start_ms = 1000}, {.start_byte = 2, .start_ms = 20000}, {.start_byte = 4, .start_ms = 31000}};
    const struct weir_fragment far[] = {
        {.start_ms = 1000}, {.start_byte = 2, .start_ms = 20000}, {.start_byte = 4, .start_ms = 31001}};
    struct weir_item item = {.kind = WEIR_CAPTION, .values = &value, .value_count = 1};
    judge(*state, ruleset, &item, got, sizeof got);
    assert_string_equal(got, "-"); /* no times */
    item.fragments = close;
    item.fragment_count = 3;
    judge(*state, ruleset, &item, got, sizeof got);
    assert_string_equal(got, "a0 b4");
    item.fragments = far;
    judge(*state, ruleset, &item, got, sizeof got);
    assert_string_equal(got, "-");
    weir_ruleset_free(ruleset);
}

static void except__spans__cover_only_what_lies_inside(void **state)
{
    static const struct {
        const char *text;
        const char *evidence;
    } cases[] = {
        {"a", "a0"},         {"x a y", "-"},       {"x a y a", "a6"},          {"a x a y", "a0"},
        {"X  A  y a", "a8"}, {"x a y x a y", "-"}, {"x a yy a", "a2 a7"},      {"c a b d", "-"},
        {"a b", "a0 a b0"},  {"c a b d a", "a8"},  {"x a y c a b d a", "a14"}, {"z", "-"},
    };
    struct weir_ruleset *ruleset =
        load_good(*state, "  patterns: {p: {literals: [a]}, q: {literals: [\"a b\"]}}\n  condition: p or q\n"
                          "  except:\n  - {literals: [\"x a y\"]}\n  - {regex: 'c [a-b] b d'}\n");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char got[256];
        judge_text(*state, ruleset, cases[i].text, got, sizeof got);
        if (strcmp(got, cases[i].evidence) != 0)
            fail_msg("\"%s\": got \"%s\", expected \"%s\"", cases[i].text, got, cases[i].evidence);
    }
    weir_ruleset_free(ruleset);
}

static void languages__tags__gate_the_item(void **state)
{
    static const struct {
        const char *lang; /* NULL: none */
        const char *evidence;
    } cases[] = {
        {NULL, "a0"}, {"en", "a0"}, {"en-GB", "a0"},   {"EN_us", "a0"},      {"eng", "-"},
        {"de", "-"},  {"zh", "-"},  {"zh-Hant", "a0"}, {"zh-hant-TW", "a0"}, {"e", "-"},
    };
    struct weir_ruleset *ruleset = load_good(*state, LETTERS "  languages: [en, zh-Hant]\n");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char got[64];
        const struct weir_value value = {0, WEIR_TEXT_LITERAL("a")};
        struct weir_item item = {.values = &value, .value_count = 1};
        if (cases[i].lang)
            item.lang = weir_text_of(cases[i].lang);
        judge(*state, ruleset, &item, got, sizeof got);
        assert_string_equal(got, cases[i].evidence);
    }
    weir_ruleset_free(ruleset);
}

static void limits__hits_cut__never_called_clean(void **state)
{
    struct fixture *fixture = *state;
    char got[1024];
    struct weir_ruleset *ruleset = load_good(fixture, LETTERS "  condition: count(a) >= 5 and not b\n");
    fixture->limits.hits = 3;
    judge_text(fixture, ruleset, "a a a", got, sizeof got);
    assert_string_equal(got, "-");
    judge_text(fixture, ruleset, "a a a a", got, sizeof got);
    assert_string_equal(got, "a0 a2 a4?");
    judge_text(fixture, ruleset, "b a a a", got, sizeof got);
    assert_string_equal(got, "-"); /* b is there, whatever else is */
    fixture->limits = WEIR_LIMITS_DEFAULT;
    weir_ruleset_free(ruleset);
}

static void limits__word_of_two_patterns__counted_once(void **state)
{
    struct fixture *fixture = *state;
    char got[1024];
    struct weir_ruleset *ruleset =
        load_good(fixture, "  patterns: {p: {literals: [a]}, q: {literals: [a]}}\n  condition: p and q\n");
    fixture->limits.hits = 3;
    judge_text(fixture, ruleset, "a a a", got, sizeof got);
    assert_string_equal(got, "a0 a0 a2 a2 a4 a4");
    fixture->limits = WEIR_LIMITS_DEFAULT;
    weir_ruleset_free(ruleset);
}

static void limits__needed_word_absent__nothing_in_doubt(void **state)
{
    struct fixture *fixture = *state;
    char got[1024];
    struct weir_ruleset *ruleset =
        load_good(fixture, LETTERS "  condition: a and b\n  except: [{literals: [\"x a\"]}]\n");
    fixture->limits.hits = 3;
    judge_text(fixture, ruleset, "a x a x a x a x a", got, sizeof got);
    assert_string_equal(got, "-"); /* whatever is excepted, there is no b */
    judge_text(fixture, ruleset, "b x a x a x a x a", got, sizeof got);
    assert_string_equal(got, "b0?");
    fixture->limits = WEIR_LIMITS_DEFAULT;
    weir_ruleset_free(ruleset);
}

static void condition__mistakes__point_at_the_character(void **state)
{
    static const struct {
        const char *condition;
        const char *said; /* column within the condition, from 1, and text */
    } cases[] = {
        {"a and", "6: the condition ends before the name of a pattern"},
        {"a b", "3: expected 'and', 'or' or the end here, not 'b'"},
        {"a and or b", "7: expected a pattern's name, 'not' or a '(' here, not 'or'"},
        {"and a", "1: expected a pattern's name, 'not' or a '(' here, not 'and'"},
        {"them", "1: expected a pattern's name, 'not' or a '(' here, not 'them'"},
        {"not of", "5: expected a pattern's name, 'not' or a '(' here, not 'of'"},
        {"a or )", "6: expected a pattern's name, 'not' or a '(' here, not ')'"},
        {"near(a, not, 3)", "9: expected a pattern's name here, not 'not'"},
        {"2 of (a, them)", "10: expected a pattern's name here, not 'them'"},
        {"NOT a", "1: expected a pattern's name, 'not' or a '(' here, not 'NOT'"},
        {"A and b", "1: no pattern is named 'A'; did you mean 'a'?"},
        {"(a or b", "8: the condition ends before 'and', 'or' or a ')'"},
        {"a) or b", "2: expected 'and', 'or' or the end here, not ')'"},
        {"a AND b", "3: expected 'and', 'or' or the end here, not 'AND'"},
        {"alpha", "1: no pattern is named 'alpha'"},
        {"near(a, b)", "10: expected a ',' here, not ')'"},
        {"near(a b, 3)", "8: expected a ',' here, not 'b'"},
        {"near(a, b, x)", "12: expected a number of characters"},
        {"near(a, b, 3s)", "13: expected a ')' here, not 's'"},
        {"within(a, b, 3)", "15: expected an 's' for seconds here"},
        {"count(a)", "9: expected a comparison here"},
        {"count(a) => 2", "10: expected a comparison here"},
        {"count(a) >= b", "13: expected a number of hits"},
        {"2 of", "5: the condition ends before 'them' or a '('"},
        {"2 them", "3: expected 'of' here, not 'them'"},
        {"5 of them", "1: this asks for more patterns than are named"},
        {"2 of (a, a)", "10: this pattern is named twice"},
        {"any of (a b)", "11: expected a ',' or a ')' here, not 'b'"},
        {"count(a) > 99999999999", "12: this number is too large"},
        {"a & b", "3: expected 'and', 'or' or the end here, not '&'"},
        {"not a", "1: this condition holds for a text in which nothing is found"},
        {"a or not b", "1: this condition holds for a text"},
        {"count(a) < 3", "1: this condition holds for a text"},
        {"0 of them", "1: this condition holds for a text"},
        {"a or count(b) == 0", "1: this condition holds for a text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char said[4096] = "";
        char lines[1024];
        char expected[256];
        unsigned column = 0;
        int skipped = 0;
        assert_int_equal(sscanf(cases[i].said, "%u: %n", &column, &skipped), 1);
        snprintf(expected, sizeof expected, "t.yaml:15:%u: error: %s", column + 13, cases[i].said + skipped);
        snprintf(lines, sizeof lines, LETTERS "  condition: %s\n", cases[i].condition);
        struct weir_ruleset *ruleset = load(*state, lines, said, sizeof said);
        if (ruleset || !strstr(said, expected))
            fail_msg("%s:\n  said     %s\n  expected %s", cases[i].condition, said, expected);
    }
}

static void condition__unused_pattern__warned_of(void **state)
{
    char said[4096] = "";
    struct weir_ruleset *ruleset = load(*state, LETTERS "  condition: a and not b\n", said, sizeof said);
    assert_non_null(ruleset);
    assert_non_null(strstr(said, "no condition uses the pattern 'c'"));
    assert_non_null(strstr(said, "no condition uses the pattern 'd'"));
    assert_null(strstr(said, "the pattern 'b'"));
    weir_ruleset_free(ruleset);
}

static void condition__nested_without_end__refused(void **state)
{
    char said[4096] = "";
    char lines[4096];
    char deep[2001];
    memset(deep, '(', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    snprintf(lines, sizeof lines, LETTERS "  condition: \"%sa\"\n", deep);
    assert_null(load(*state, lines, said, sizeof said));
    assert_non_null(strstr(said, "nested too deep"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(condition__table__holds_with_its_evidence),
        cmocka_unit_test(near__two_values__never_across),
        cmocka_unit_test(near__overlapping_hits__no_distance),
        cmocka_unit_test(within__fragments__media_time_counts),
        cmocka_unit_test(except__spans__cover_only_what_lies_inside),
        cmocka_unit_test(languages__tags__gate_the_item),
        cmocka_unit_test(limits__hits_cut__never_called_clean),
        cmocka_unit_test(limits__word_of_two_patterns__counted_once),
        cmocka_unit_test(limits__needed_word_absent__nothing_in_doubt),
        cmocka_unit_test(condition__mistakes__point_at_the_character),
        cmocka_unit_test(condition__unused_pattern__warned_of),
        cmocka_unit_test(condition__nested_without_end__refused),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
