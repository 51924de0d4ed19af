/* What rules cost and what floods, on packs and corpora of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "weir/normalize.h"
#include "weir/rule_parts.h"
#include "weir/survey.h"

#include <stdlib.h>
#include <unistd.h>

struct fixture {
    struct weir_settings_file *settings;
    struct weir_chars *chars;
    struct weir_normalizer *normalizer;
    struct weir_diagnostics *diagnostics;
    struct weir_ruleset *ruleset;
    char corpus[64];
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->chars = weir_chars_new();
    fixture->diagnostics = weir_diagnostics_new(50);
    assert_non_null(fixture->chars);
    assert_non_null(fixture->diagnostics);
    assert_int_equal(weir_settings_default(&fixture->settings), WEIR_OK);
    assert_int_equal(weir_normalizer_new(fixture->chars, &fixture->normalizer), WEIR_OK);
    strcpy(fixture->corpus, "/tmp/weir-survey-XXXXXX");
    int descriptor = mkstemp(fixture->corpus);
    assert_true(descriptor >= 0);
    close(descriptor);
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    unlink(fixture->corpus);
    weir_ruleset_free(fixture->ruleset);
    weir_normalizer_free(fixture->normalizer);
    weir_diagnostics_free(fixture->diagnostics);
    weir_chars_free(fixture->chars);
    weir_settings_free(fixture->settings);
    free(fixture);
    return 0;
}

/* Rules in YAML, each without what is the same in all. */
static void load(struct fixture *fixture, const char *const *rules, size_t count)
{
    char source[8192];
    int length = snprintf(source, sizeof source, "pack: t\nversion: 1.0.0\nrules:\n");
    for (size_t i = 0; i < count; i++)
        length += snprintf(source + length, sizeof source - (size_t)length,
                           "- id: t.r%zu\n  title: t\n  why: w\n  category: scams_and_fraud\n  severity: low\n%s"
                           "  examples: {flag: [\"some text\"], pass: [\"other text\"]}\n",
                           i, rules[i]);
    struct weir_folding folding = weir_normalizer_folding(fixture->normalizer);
    enum weir_status status =
        weir_ruleset_parse("t.yaml", weir_text_of(source), &weir_settings_get(fixture->settings)->fields, &folding,
                           fixture->diagnostics, &fixture->ruleset);
    if (status != WEIR_OK)
        weir_diagnostics_print(fixture->diagnostics, stderr);
    assert_int_equal(status, WEIR_OK);
}

static void load_one(struct fixture *fixture, const char *rule)
{
    load(fixture, &rule, 1);
}

/* `times` lines of "line N: ", each followed by one of the texts in turn. */
static void write_corpus(struct fixture *fixture, const char *const *texts, size_t count, int times)
{
    FILE *file = fopen(fixture->corpus, "w");
    assert_non_null(file);
    for (int i = 0; i < times; i++)
        fprintf(file, "line %d: %s\n", i + 1, texts[(size_t)i % count]);
    assert_int_equal(fclose(file), 0);
}

static enum weir_status run(struct fixture *fixture, const char *corpus, bool text, struct weir_survey *survey)
{
    struct weir_survey_options options = {
        .settings = weir_settings_get(fixture->settings),
        .ruleset = fixture->ruleset,
        .chars = fixture->chars,
        .corpus = corpus,
        .text = text,
    };
    struct weir_error error = {0};
    return weir_survey_run(&options, fixture->diagnostics, survey, &error);
}

static void assert_warning(const struct fixture *fixture, size_t index, unsigned line, const char *text)
{
    const struct weir_diagnostic *warning = weir_diagnostics_at(fixture->diagnostics, index);
    assert_non_null(warning);
    assert_true(warning->is_warning);
    if (!strstr(warning->text, text))
        fail_msg("'%s' is not in '%s'", text, warning->text);
    assert_int_equal(warning->place.line, line);
}

static size_t warn_short(struct fixture *fixture, const char *rule)
{
    size_t before = weir_diagnostics_warnings(fixture->diagnostics);
    weir_ruleset_free(fixture->ruleset);
    load_one(fixture, rule);
    weir_ruleset_warn_short(fixture->ruleset, fixture->chars, fixture->diagnostics);
    return weir_diagnostics_warnings(fixture->diagnostics) - before;
}

static void warn_short__scripts__as_long_as_each_needs(void **state)
{
    struct fixture *fixture = *state;
    static const char *const shorts[] = {"btc", "币", "돈", "מי", "क", "да", "$$", "☎", "is a"};
    static const char *const longs[] = {"coin", "转账", "대출", "פנה", "लोन", "грош", "t.me/", "is a coin", "ยา"};
    char rule[256];
    for (size_t i = 0; i < sizeof shorts / sizeof *shorts; i++) {
        snprintf(rule, sizeof rule, "  patterns: {a: {literals: ['%s']}}\n", shorts[i]);
        if (warn_short(fixture, rule) != 1)
            fail_msg("no warning of '%s'", shorts[i]);
    }
    for (size_t i = 0; i < sizeof longs / sizeof *longs; i++) {
        snprintf(rule, sizeof rule, "  patterns: {a: {literals: ['%s']}}\n", longs[i]);
        if (warn_short(fixture, rule) != 0)
            fail_msg("a warning of '%s'", longs[i]);
    }
}

static void warn_short__place__that_of_the_literal(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(warn_short(fixture, "  patterns:\n    a:\n      literals:\n      - long enough\n      - btc\n"),
                     1);
    assert_warning(fixture, 0, 13, "'btc' is short, and alone makes 't.r0' flag");
}

static void warn_short__boundary_none__needs_more(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(warn_short(fixture, "  patterns: {a: {literals: [ring], boundary: none}}\n"), 1);
    assert_int_equal(warn_short(fixture, "  patterns: {a: {literals: [rings], boundary: none}}\n"), 1);
    assert_int_equal(warn_short(fixture, "  patterns: {a: {literals: [ringed], boundary: none}}\n"), 0);
}

static void warn_short__needs_another_pattern__no_warning(void **state)
{
    struct fixture *fixture = *state;
    static const char *const conditions[] = {
        "a and b",     "near(a, b, 20)", "2 of them",           "count(a) >= 2 or b",
        "b and not a", "b or (a and b)", "near(a, a, 50) or b", "a and b and not a"};
    char rule[256];
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        snprintf(rule, sizeof rule, "  patterns: {a: {literals: [ok]}, b: {literals: [wire money]}}\n  condition: %s\n",
                 conditions[i]);
        if (warn_short(fixture, rule) != 0)
            fail_msg("a warning with '%s'", conditions[i]);
    }
    assert_int_equal(warn_short(fixture, "  patterns: {a: {literals: [wire money]}}\n  except: [{literals: [ok]}]\n"),
                     0);
}

static void warn_short__alone_is_enough__warning(void **state)
{
    struct fixture *fixture = *state;
    static const char *const conditions[] = {"a or b", "a and not b", "any of them", "a and count(b) < 3",
                                             "count(a) >= 1 and (a or b)"};
    char rule[256];
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        snprintf(rule, sizeof rule, "  patterns: {a: {literals: [ok]}, b: {literals: [wire money]}}\n  condition: %s\n",
                 conditions[i]);
        if (warn_short(fixture, rule) != 1)
            fail_msg("no warning with '%s'", conditions[i]);
    }
}

static void warn_short__regex__by_its_least_width(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(warn_short(fixture, "  patterns: {a: {regex: '[a-z]+'}}\n"), 1);
    assert_int_equal(warn_short(fixture, "  patterns: {a: {regex: '(?<!x)ab'}}\n"), 1);
    assert_int_equal(warn_short(fixture, "  patterns: {a: {regex: '(wire|send).{0,5}cash'}}\n"), 0);
    assert_int_equal(warn_short(fixture, "  patterns: {a: {regex: '(?<!x)abcd'}}\n"), 0);
    assert_int_equal(warn_short(fixture, "  patterns: {a: {regex: '[0-9]+', check: luhn}}\n"), 0);
}

static void survey__two_rules__the_slow_one_is_dearest_and_shares_add_up(void **state)
{
    struct fixture *fixture = *state;
    const char *const rules[] = {"  patterns: {a: {literals: [safe account]}}\n",
                                 "  patterns: {a: {regex: '([a-z0-9]{1,20}[ ,.]){2,3}[0-9]{1,3}(?=x)'}}\n",
                                 "  patterns: {a: {literals: [text]}}\n"};
    const char *const texts[] = {"some 1 text 22 of 3 words 4", "nothing 5 at 6 all 7", "one 1 two 2 three 3 four 44",
                                 "a1 b2 c3 d4 e5 f6 g7 h8 i9",  "12 34 56 78 9 10 11",  "a safe account"};
    struct weir_survey survey;
    load(fixture, rules, 3);
    write_corpus(fixture, texts, 6, 300);
    assert_int_equal(run(fixture, fixture->corpus, true, &survey), WEIR_OK);
    assert_int_equal(survey.lines, 300);
    assert_int_equal(survey.bad, 0);
    assert_int_equal(survey.texts, 300);
    assert_int_equal(survey.cost_count, 3);
    assert_int_equal(survey.costs[0].rule, 1);
    assert_true(survey.costs[0].share > survey.costs[1].share);
    assert_true(survey.costs[0].hits > 600);
    assert_int_equal((int)survey.costs[0].flags, 0);
    double sum = 0;
    for (size_t i = 0; i < 3; i++) {
        sum += survey.costs[i].share;
        assert_true(survey.costs[i].is_noise == (survey.costs[i].ns == 0));
        if (survey.costs[i].rule == 0)
            assert_int_equal((int)(survey.costs[i].flags + 0.5), 167);
    }
    assert_true(sum > 0.999 && sum < 1.001);
    weir_survey_fini(&survey);
}

static void survey__without_a_corpus__on_the_examples(void **state)
{
    struct fixture *fixture = *state;
    struct weir_survey survey;
    load_one(fixture, "  patterns: {a: {literals: [some]}}\n");
    assert_int_equal(run(fixture, NULL, false, &survey), WEIR_OK);
    assert_int_equal(survey.texts, 2);
    assert_int_equal((int)survey.costs[0].hits, 500);
    assert_int_equal((int)survey.costs[0].flags, 500);
    assert_int_equal(weir_diagnostics_count(fixture->diagnostics), 0);
    weir_survey_fini(&survey);
}

static void survey__rule_floods__named_with_lines(void **state)
{
    struct fixture *fixture = *state;
    const char *const texts[] = {"we \"wire\" money\t\xE2\x80\xAE now", "quiet"};
    struct weir_survey survey;
    load_one(fixture, "  patterns: {a: {literals: [wire]}}\n");
    write_corpus(fixture, texts, 2, 100);
    assert_int_equal(run(fixture, fixture->corpus, true, &survey), WEIR_OK);
    assert_int_equal(weir_diagnostics_count(fixture->diagnostics), 1);
    assert_warning(fixture, 0, 9,
                   "'t.r0' flags 50 of 100 lines, more than 1 in 1,000; line 1: \"line 1: we \\\"wire\\\"");
    assert_warning(fixture, 0, 9, "<U+0009><U+202E> now\", line 3: ");
    assert_warning(fixture, 0, 9, "line 5: ");
    assert_null(strstr(weir_diagnostics_at(fixture->diagnostics, 0)->text, "line 7: "));
    weir_survey_fini(&survey);
}

static void survey__pattern_is_common_and_the_rule_is_not__says_what_holds_it(void **state)
{
    struct fixture *fixture = *state;
    const char *const texts[] = {"the lake"};
    struct weir_survey survey;
    load_one(fixture, "  patterns:\n    the: {literals: [the]}\n    safe: {literals: [safe account]}\n"
                      "    calm: {literals: [lake]}\n"
                      "  condition: the and safe and not calm\n  except: [{literals: [line]}]\n");
    write_corpus(fixture, texts, 1, 100);
    assert_int_equal(run(fixture, fixture->corpus, true, &survey), WEIR_OK);
    assert_int_equal(weir_diagnostics_count(fixture->diagnostics), 1);
    assert_warning(fixture, 0, 10, "'the' of 't.r0' matches 100 of 100 lines");
    assert_warning(fixture, 0, 10, "only the rest of the condition keeps the rule from flooding");
    weir_survey_fini(&survey);
}

static void survey__one_line_in_a_thousand__no_warning(void **state)
{
    struct fixture *fixture = *state;
    const char *texts[1000];
    struct weir_survey survey;
    for (size_t i = 0; i < 1000; i++)
        texts[i] = i == 700 ? "wire money" : "quiet";
    load_one(fixture, "  kinds: [caption]\n  patterns: {a: {literals: [wire money]}}\n");
    write_corpus(fixture, texts, 1000, 2000);
    assert_int_equal(run(fixture, fixture->corpus, true, &survey), WEIR_OK);
    assert_int_equal(weir_diagnostics_count(fixture->diagnostics), 0);
    weir_survey_fini(&survey);
    texts[701] = "wire money";
    write_corpus(fixture, texts, 1000, 2000);
    assert_int_equal(run(fixture, fixture->corpus, true, &survey), WEIR_OK);
    assert_warning(fixture, 0, 10, "flags 4 of 2000 lines");
    weir_survey_fini(&survey);
}

static void survey__corpus_of_no_posts__refused(void **state)
{
    struct fixture *fixture = *state;
    const char *const texts[] = {"no JSON"};
    struct weir_survey survey;
    load_one(fixture, "  patterns: {a: {literals: [wire money]}}\n");
    write_corpus(fixture, texts, 1, 3);
    assert_int_equal(run(fixture, fixture->corpus, false, &survey), WEIR_INVALID);
    assert_int_equal(run(fixture, "/nowhere/corpus", false, &survey), WEIR_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(warn_short__scripts__as_long_as_each_needs, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(warn_short__place__that_of_the_literal, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(warn_short__boundary_none__needs_more, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(warn_short__needs_another_pattern__no_warning, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(warn_short__alone_is_enough__warning, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(warn_short__regex__by_its_least_width, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(survey__two_rules__the_slow_one_is_dearest_and_shares_add_up, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(survey__without_a_corpus__on_the_examples, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(survey__rule_floods__named_with_lines, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(survey__pattern_is_common_and_the_rule_is_not__says_what_holds_it, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(survey__one_line_in_a_thousand__no_warning, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(survey__corpus_of_no_posts__refused, open_fixture, close_fixture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
