/* Explanations hold together and never differ from decisions: random texts, many conditions, limits too. */
#include "judging.h"

#include "weir/explain.h"

#include <stdlib.h>

#define TEXTS 5000
#define CUT_TEXTS 2000
#define CUT_HITS 3
#define VALUES_MAX 3
#define LENGTH_MAX 40

static const char *const CONDITIONS[] = {
    "a",
    "a and b",
    "a or b and c",
    "(a or b) and not c",
    "a and not (b and c)",
    "not (b or not c) and a",
    "2 of them",
    "all of them",
    "2 of (a, b, d)",
    "any of (c, d) and a",
    "count(a) >= 2",
    "count(b) > 2",
    "a and count(b) < 2",
    "b and count(a) <= 1",
    "count(a) == 2",
    "near(a, b, 3)",
    "near(b, a, 0)",
    "near(a, a, 2)",
    "near(a, b, 8) and not near(b, c, 3)",
    "near(c, d, 5) or count(d) >= 3",
    "within(a, b, 5s) or d",
    "a and not not (b or near(c, d, 1))",
};
#define CONDITION_COUNT (sizeof CONDITIONS / sizeof *CONDITIONS)

static struct weir_ruleset *load_all(struct fixture *fixture)
{
    char source[32768];
    size_t length = (size_t)snprintf(source, sizeof source, "pack: t\nversion: 1.0.0\nrules:\n");
    for (size_t i = 0; i < CONDITION_COUNT; i++)
        length += (size_t)snprintf(source + length, sizeof source - length,
                                   "- id: t.r%zu\n  title: t\n  why: w\n  category: scams_and_fraud\n  severity: low\n"
                                   "  patterns:\n    a: {literals: [a]}\n    b: {regex: 'b+'}\n"
                                   "    c: {literals: [c, \"c a\"], boundary: none}\n    d: {literals: [d]}\n"
                                   "  condition: %s\n%s%s  examples: {flag: [a], pass: [x]}\n",
                                   i, CONDITIONS[i], i % 2 ? "  except:\n  - {literals: [\"a d\", \"x b\"]}\n" : "",
                                   i % 3 == 2 ? "  status: shadow\n" : "");
    struct weir_folding folding = weir_normalizer_folding(fixture->normalizer);
    struct weir_field_names fields = {.at = {"text"}, .count = 1};
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_ruleset *ruleset = NULL;
    if (weir_ruleset_parse("t.yaml", (struct weir_text){source, length}, &fields, &folding, diagnostics, &ruleset) !=
        WEIR_OK)
        weir_diagnostics_print(diagnostics, stderr);
    weir_diagnostics_free(diagnostics);
    assert_non_null(ruleset);
    return ruleset;
}

static void assert_number(const struct weir_explained_condition *node)
{
    const struct weir_condition *asked = node->condition;
    bool holds = node->truth == WEIR_TRUTH_YES;
    switch (asked->kind) {
    case WEIR_CONDITION_NEAR:
        assert_int_equal(holds, node->found != WEIR_FOUND_NONE && node->found <= asked->number);
        assert_int_equal(node->found == WEIR_FOUND_NONE, node->closest[0].quote.data == NULL);
        break;
    case WEIR_CONDITION_WITHIN:
        assert_true(node->found == WEIR_FOUND_NONE && !holds);
        break;
    case WEIR_CONDITION_NAME:
    case WEIR_CONDITION_OF:
        assert_int_equal(holds, node->found >= asked->number);
        break;
    case WEIR_CONDITION_COUNT:
        if (asked->comparison == WEIR_AT_LEAST)
            assert_int_equal(holds, node->found >= asked->number);
        else if (asked->comparison == WEIR_EXACTLY)
            assert_int_equal(holds, node->found == asked->number);
        break;
    case WEIR_CONDITION_NOT:
    case WEIR_CONDITION_AND:
    case WEIR_CONDITION_OR:
        break;
    }
}

/* A parent's truth is what its parts make of it. */
static void assert_tree(const struct weir_explained_condition *node, bool is_cut)
{
    enum weir_truth least = WEIR_TRUTH_YES;
    enum weir_truth greatest = WEIR_TRUTH_NO;
    for (const struct weir_explained_condition *part = node->first; part; part = part->next) {
        assert_tree(part, is_cut);
        least = part->truth < least ? part->truth : least;
        greatest = part->truth > greatest ? part->truth : greatest;
    }
    if (node->condition->kind == WEIR_CONDITION_AND)
        assert_int_equal(node->truth, least);
    else if (node->condition->kind == WEIR_CONDITION_OR)
        assert_int_equal(node->truth, greatest);
    else if (node->condition->kind == WEIR_CONDITION_NOT)
        assert_int_equal(node->truth, WEIR_TRUTH_YES - node->first->truth);
    else if (!is_cut)
        assert_number(node);
}

static bool is_counted(const struct weir_explained_rule *rule, const struct weir_evidence *evidence)
{
    for (uint32_t i = 0; i < rule->rule->pattern_count; i++)
        for (size_t j = 0; j < rule->patterns[i].hit_count; j++) {
            const struct weir_explained_hit *hit = &rule->patterns[i].hits[j];
            if (hit->fate == WEIR_FATE_COUNTED && hit->evidence.pattern == evidence->pattern &&
                hit->evidence.start == evidence->start && hit->evidence.end == evidence->end)
                return true;
        }
    return false;
}

static void assert_rule(const struct weir_explained_rule *rule, bool is_cut)
{
    assert_tree(rule->condition, is_cut);
    if (!is_cut || rule->rule->exception_count == 0) /* else what counts may itself not be known */
        assert_int_equal(rule->match != NULL, rule->condition->truth != WEIR_TRUTH_NO);
    for (size_t i = 0; rule->match && i < rule->match->evidence_count; i++)
        assert_true(is_counted(rule, &rule->match->evidence[i]));
    for (uint32_t i = 0; i < rule->rule->pattern_count; i++)
        for (size_t j = 0; j < rule->patterns[i].hit_count; j++) {
            const struct weir_explained_hit *hit = &rule->patterns[i].hits[j];
            bool has_cover = hit->exception.quote.data != NULL;
            assert_int_equal(has_cover, hit->fate == WEIR_FATE_EXCEPTED);
            assert_true(!has_cover ||
                        (hit->exception.start <= hit->evidence.start && hit->exception.end >= hit->evidence.end));
        }
}

/* Same rules, same evidence as weir_decide gives by itself; every rule that flags is among those explained. */
static void assert_verdict(const struct weir_explanation *explanation, const struct weir_verdict *verdict)
{
    for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++) {
        assert_int_equal(explanation->verdict.match_count[channel], verdict->match_count[channel]);
        for (size_t i = 0; i < verdict->match_count[channel]; i++) {
            const struct weir_match *match = &verdict->matches[channel][i];
            bool is_explained = false;
            for (size_t j = 0; j < explanation->rule_count; j++)
                is_explained =
                    is_explained || (explanation->rules[j].rule == match->rule && explanation->rules[j].match);
            assert_true(is_explained);
            assert_int_equal(explanation->verdict.matches[channel][i].evidence_count, match->evidence_count);
        }
    }
}

static void try_texts(struct fixture *fixture, size_t hits_max, size_t texts_max, unsigned seed)
{
    static const char letters[] = "aaabbccdx       ,";
    struct weir_ruleset *ruleset = load_all(fixture);
    struct weir_limits limits = fixture->limits;
    limits.hits = hits_max;
    bool is_cut = hits_max == CUT_HITS;
    struct weir_scanner *scanner;
    struct weir_decider *decider;
    assert_int_equal(weir_scanner_new(ruleset, limits.hits, &scanner), WEIR_OK);
    assert_int_equal(weir_decider_new(ruleset, fixture->chars, &limits, &decider), WEIR_OK);
    size_t flags = 0;
    for (size_t i = 0; i < texts_max; i++) {
        char data[VALUES_MAX][LENGTH_MAX];
        struct weir_value values[VALUES_MAX];
        size_t count = 1 + (size_t)rand_r(&seed) % VALUES_MAX;
        for (size_t j = 0; j < count; j++) {
            size_t length = 1 + (size_t)rand_r(&seed) % LENGTH_MAX;
            for (size_t k = 0; k < length; k++)
                data[j][k] = letters[(size_t)rand_r(&seed) % (sizeof letters - 1)];
            values[j] = (struct weir_value){0, {data[j], length}};
        }
        struct weir_item item = {.kind = WEIR_POST, .values = values, .value_count = count};
        struct weir_scan_text seen;
        struct weir_hits hits;
        struct weir_verdict verdict;
        struct weir_explanation explanation;
        weir_arena_reset(fixture->arena);
        assert_int_equal(weir_normalize(fixture->normalizer, &item, ruleset->views, &seen), WEIR_OK);
        weir_scan(scanner, &seen, &hits);
        assert_int_equal(weir_decide(decider, &item, &seen, &hits, fixture->arena, &verdict), WEIR_OK);
        assert_int_equal(weir_explain(decider, &item, &seen, &hits, fixture->arena, &explanation), WEIR_OK);
        assert_int_equal(explanation.rule_count + explanation.quiet_count, ruleset->rule_count);
        assert_verdict(&explanation, &verdict);
        for (size_t j = 0; j < explanation.rule_count; j++)
            assert_rule(&explanation.rules[j], is_cut);
        flags += verdict.match_count[WEIR_CHANNEL_REVIEW] + verdict.match_count[WEIR_CHANNEL_SHADOW];
    }
    assert_true(flags > texts_max);
    weir_scanner_free(scanner);
    weir_decider_free(decider);
    weir_ruleset_free(ruleset);
}

static void explanation__random_texts__as_decided(void **state)
{
    try_texts(*state, WEIR_LIMITS_DEFAULT.hits, TEXTS, 7);
}

static void explanation__hits_cut_off__as_decided(void **state)
{
    try_texts(*state, CUT_HITS, CUT_TEXTS, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explanation__random_texts__as_decided),
        cmocka_unit_test(explanation__hits_cut_off__as_decided),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
