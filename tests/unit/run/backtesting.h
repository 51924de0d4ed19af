/* What the tests of backtests share: rule sets from texts, and a history that stands in memory. */
#ifndef WEIR_TEST_BACKTESTING_H
#define WEIR_TEST_BACKTESTING_H

#include "weir/backtest.h"
#include "weir/normalize.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Messages of topic "posts", handed out `step` apart: another step, another order. */
struct memory_source {
    struct weir_source source;
    const char *const *payloads;
    size_t count;
    size_t step; /* without a common divisor with count */
    size_t next;
    struct weir_error end; /* how it ends */
};

static enum weir_status poll_memory(struct weir_source *base, struct weir_batch *batch, int timeout_ms,
                                    struct weir_error *error)
{
    struct memory_source *memory = (struct memory_source *)base;
    (void)timeout_ms;
    while (memory->next < memory->count && batch->count < 7) {
        size_t number = memory->next++ * memory->step % memory->count;
        batch->messages[batch->count] = (struct weir_message){
            .origin = {.topic = WEIR_TEXT_LITERAL("posts"),
                       .partition = (int32_t)(number % 3),
                       .offset = (int64_t)(number / 3),
                       .timestamp_ms = 1000 + (int64_t)number},
            .payload = weir_arena_padded(batch->arena, weir_text_of(memory->payloads[number])),
        };
        assert_non_null(batch->messages[batch->count++].payload.data);
    }
    *error = memory->end;
    return batch->count > 0 ? WEIR_OK : WEIR_FATAL;
}

struct fixture {
    struct weir_chars *chars;
    struct weir_normalizer *normalizer;
    struct weir_settings_file *settings_file;
    const struct weir_settings *settings;
    struct weir_ruleset *rulesets[WEIR_BACKTEST_SIDES];
    struct weir_backtest *backtest;
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->chars = weir_chars_new();
    assert_int_equal(weir_normalizer_new(fixture->chars, &fixture->normalizer), WEIR_OK);
    assert_int_equal(weir_settings_default(&fixture->settings_file), WEIR_OK);
    fixture->settings = weir_settings_get(fixture->settings_file);
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    weir_backtest_free(fixture->backtest);
    weir_ruleset_free(fixture->rulesets[WEIR_BACKTEST_OLD]);
    weir_ruleset_free(fixture->rulesets[WEIR_BACKTEST_NEW]);
    weir_settings_free(fixture->settings_file);
    weir_normalizer_free(fixture->normalizer);
    weir_chars_free(fixture->chars);
    free(fixture);
    return 0;
}

/* A rule of a pack `p`, in one line of YAML. */
#define RULE(name, status, patterns, rest)                                                                             \
    "  - {id: p." name ", title: Finds " name ", why: The test says so., category: scams_and_fraud, severity: low, "   \
    "status: " status ", patterns: {" patterns "}, " rest "}\n"
#define EXAMPLES "examples: {flag: [x], pass: [y]}"

static void load_side(struct fixture *fixture, enum weir_backtest_side side, const char *rules)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_folding folding = weir_normalizer_folding(fixture->normalizer);
    char source[4096];
    assert_true(snprintf(source, sizeof source, "pack: p\nversion: 1.0.0\ndescription: A test.\nrules:\n%s", rules) <
                (int)sizeof source);
    enum weir_status status = weir_ruleset_parse("p.yaml", weir_text_of(source), &fixture->settings->fields, &folding,
                                                 diagnostics, &fixture->rulesets[side]);
    weir_diagnostics_print(diagnostics, stderr);
    assert_int_equal(status, WEIR_OK);
    weir_diagnostics_free(diagnostics);
}

/* Both sets over the payloads. */
static enum weir_status run_sets(struct fixture *fixture, const char *const *payloads, size_t count, size_t step,
                                 size_t samples_max, struct weir_error *error)
{
    static const struct weir_source_operations operations = {.poll = poll_memory};
    struct memory_source memory = {
        .source.operations = &operations, .payloads = payloads, .count = count, .step = step, .end = *error};
    const struct weir_backtest_options options = {
        .rulesets = {fixture->rulesets[WEIR_BACKTEST_OLD], fixture->rulesets[WEIR_BACKTEST_NEW]},
        .samples_max = samples_max,
    };
    const struct weir_backtest_run run = {
        .settings = fixture->settings, .chars = fixture->chars, .source = &memory.source};
    weir_backtest_free(fixture->backtest);
    assert_int_equal(weir_backtest_new(&options, &fixture->backtest), WEIR_OK);
    return weir_backtest_run(&run, fixture->backtest, error);
}

static void run_all(struct fixture *fixture, const char *const *payloads, size_t count)
{
    struct weir_error error = {0};
    assert_int_equal(run_sets(fixture, payloads, count, 1, 5, &error), WEIR_OK);
}

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
