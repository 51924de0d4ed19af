/* Stages run once more, alone: they do what they did in the path, and leave no trace in it. */
#include "path_run.h"

#include "weir/scan.h"
#include "weir/stages.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char PACK[] =
    "pack: t\nversion: 1.0.0\nrules:\n"
    "  - {id: t.account, title: t, why: w, category: scams_and_fraud, severity: low,\n"
    "     patterns: {p: {literals: [safe account]}}, examples: {flag: [safe account], pass: [b]}}\n"
    "  - {id: t.trial, title: t, why: w, category: scams_and_fraud, severity: low,\n"
    "     status: shadow, cooldown: 0s, patterns: {p: {regex: 'pay \\d+'}},\n"
    "     examples: {flag: [pay 12], pass: [b]}}\n";

/* A run whose pipeline is turned by stages. */
static struct path_run *open_stages(uint32_t mapping, struct weir_stages **stages)
{
    struct path_run *run = open_run(PACK, NULL);
    const struct weir_pipeline_parts parts = {.settings = &run->used,
                                              .ruleset = run->ruleset,
                                              .chars = run->chars,
                                              .counters = &run->counters,
                                              .clock = {tell_wall, tell_wall, run},
                                              .record_max = SIZE_MAX,
                                              .is_reproducible = true};
    weir_pipeline_free(run->pipeline);
    assert_int_equal(weir_pipeline_new(&parts, &run->pipeline), WEIR_OK);
    weir_pipeline_connect(run->pipeline, &run->source, &run->sink);
    run->mapping = mapping;
    assert_int_equal(weir_stages_new(run->pipeline, stages), WEIR_OK);
    assert_int_equal(weir_stages_begin(*stages), WEIR_OK);
    return run;
}

static void run_all(struct weir_stages *stages)
{
    struct weir_error error;
    for (int stage = 0; stage < WEIR_STAGE_COUNT; stage++)
        assert_int_equal(weir_stages_run(stages, (enum weir_stage)stage, &error), WEIR_OK);
}

/* What one turn publishes, and then the stage alone. */
static void check_published_twice(uint32_t mapping, const struct post *posts, size_t count, size_t records)
{
    struct weir_stages *stages;
    struct weir_error error = {0};
    struct path_run *run = open_stages(mapping, &stages);
    run->posts = posts;
    run->post_count = count;
    assert_int_equal(weir_stages_turn(stages, &error), WEIR_FATAL);
    assert_int_equal(error.status, WEIR_OK);
    assert_int_equal(run->taken_count, records);
    run_all(stages);
    assert_int_equal(run->taken_count, 2 * records);
    for (size_t i = 0; i < records; i++) {
        assert_int_equal(run->taken[records + i].output, run->taken[i].output);
        assert_true(json_equal(run->taken[records + i].json, run->taken[i].json));
    }
    weir_stages_free(stages);
    close_run(run);
}

static void publish__posts_once_more__the_same_records(void **state)
{
    (void)state;
    static const struct post posts[] = {
        {"{\"id\":\"1\",\"text\":\"a \xEF\xBD\x93\xEF\xBD\x81\xEF\xBD\x86\xEF\xBD\x85 account, pay 12\"}", -1, true},
        {"{\"id\":\"2\",\"text\":\"nothing\"}", -1, true},
        {"no JSON", -1, true},
        {"{\"id\":\"3\",\"text\":\"s\xD0\xB0"
         "fe account\"}",
         -1, true},
        {"{\"id\":\"4\"}", -1, true},
    };
    check_published_twice(0, posts, COUNT_OF(posts), 5);
}

static void publish__captions_once_more__the_same_records(void **state)
{
    (void)state;
    static const struct post posts[] = {
        {"{\"stream_id\":\"s\",\"seq\":1,\"start_ms\":0,\"text\":\"to a safe\"}", -1, false},
        {"{\"stream_id\":\"s\",\"seq\":2,\"start_ms\":9,\"text\":\"account\",\"final\":false}", -1, false},
        {"{\"stream_id\":\"s\",\"seq\":2,\"start_ms\":9,\"text\":\"accountant, pay 12 now\"}", -1, false},
        {"{", -1, false},
        {"{\"stream_id\":\"s\",\"seq\":3,\"start_ms\":20,\"text\":\"my safe account.\"}", -1, false},
    };
    /* A provisional flag, its withdrawal, a flag on trial, a dead letter, a flag. */
    check_published_twice(1, posts, COUNT_OF(posts), 5);
}

#define FRAGMENTS 600
static char fragments[FRAGMENTS][96];

/* More than a batch holds: what stages do between two turns is nothing to the next one. */
static void turn__stages_run_in_between__the_records_of_the_path(void **state)
{
    (void)state;
    struct post posts[FRAGMENTS];
    struct weir_stages *stages;
    struct weir_error error = {0};
    for (int i = 0; i < FRAGMENTS; i++) {
        const char *text = i % 7 == 0 ? "pay 12" : i % 2 ? "safe" : "account";
        snprintf(fragments[i], sizeof fragments[i], "{\"stream_id\":\"%d\",\"seq\":%d,\"text\":\"%s\"}", i / 2 % 3, i,
                 text);
        posts[i] = (struct post){fragments[i], -1, false};
    }
    struct path_run *plain = open_run(PACK, NULL);
    plain->mapping = 1;
    pass_posts(plain, posts, FRAGMENTS);
    struct path_run *run = open_stages(1, &stages);
    run->posts = posts;
    run->post_count = FRAGMENTS;
    size_t seen = 0;
    for (enum weir_status status = WEIR_OK; status == WEIR_OK;) {
        size_t next = run->taken_count;
        status = weir_stages_turn(stages, &error);
        for (; next < run->taken_count; next++, seen++) {
            assert_true(seen < plain->taken_count);
            assert_true(json_equal(run->taken[next].json, plain->taken[seen].json));
        }
        run_all(stages);
        run_all(stages);
    }
    assert_int_equal(error.status, WEIR_OK);
    assert_int_equal(seen, plain->taken_count);
    assert_true(seen > 5);
    assert_int_equal(run->finished, plain->finished);
    weir_stages_free(stages);
    close_run(run);
    close_run(plain);
}

static void sums__of_a_turn__calls_and_dead_letters(void **state)
{
    (void)state;
    static const struct post posts[] = {
        {"{\"text\":\"a safe account\"}", -1, false},
        {"{\"text\":\"four\"}", -1, false},
        {"[]", -1, false},
        {"no", -1, false},
        {"no", -1, false},
    };
    struct weir_stages *stages;
    struct weir_error error = {0};
    struct path_run *run = open_stages(0, &stages);
    run->posts = posts;
    run->post_count = COUNT_OF(posts);
    assert_int_equal(weir_stages_turn(stages, &error), WEIR_FATAL);
    const struct weir_stages_sums sums = weir_stages_sums(stages);
    assert_int_equal(sums.calls[WEIR_STAGE_DECODE], 5);
    assert_int_equal(sums.calls[WEIR_STAGE_NORMALIZE], 2);
    assert_int_equal(sums.calls[WEIR_STAGE_SCAN], 2);
    assert_int_equal(sums.calls[WEIR_STAGE_DECIDE], 2);
    assert_int_equal(sums.calls[WEIR_STAGE_PUBLISH], 5); /* of a post without a flag it is asked too */
    assert_int_equal(sums.calls[WEIR_STAGE_BARE_SCAN], 2);
    assert_int_equal(sums.scanned_bytes, strlen("a safe account") + strlen("four"));
    assert_int_equal(sums.bad[WEIR_BAD_NOT_OBJECT], 1);
    assert_int_equal(sums.bad[WEIR_BAD_NOT_JSON], 2);
    assert_int_equal(sums.bad[WEIR_BAD_NO_TEXT], 0);
    weir_stages_free(stages);
    close_run(run);
}

static void bare_scan__of_a_text__counts_what_hyperscan_reports(void **state)
{
    (void)state;
    struct path_run *run = open_run(PACK, NULL);
    const struct weir_value value = {0, WEIR_TEXT_LITERAL("Safe account, a safe account; pay 1")};
    const struct weir_item item = {.values = &value, .value_count = 1};
    struct weir_bare_scanner *bare;
    struct weir_scanner *scanner;
    struct weir_scan_text texts;
    struct weir_hits hits;
    uint64_t matches = 1;
    assert_int_equal(weir_bare_scanner_new(run->ruleset, &bare), WEIR_OK);
    assert_int_equal(weir_scanner_new(run->ruleset, 100, &scanner), WEIR_OK);
    assert_int_equal(weir_normalize(run->normalizer, &item, run->ruleset->views, &texts), WEIR_OK);
    assert_int_equal(weir_bare_scan(bare, &texts, &matches), WEIR_OK);
    weir_scan(scanner, &texts, &hits);
    assert_int_equal(hits.count, 3);
    assert_int_equal(matches, 1 + hits.count);
    weir_scanner_free(scanner);
    weir_bare_scanner_free(bare);
    close_run(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(publish__posts_once_more__the_same_records),
        cmocka_unit_test(publish__captions_once_more__the_same_records),
        cmocka_unit_test(turn__stages_run_in_between__the_records_of_the_path),
        cmocka_unit_test(sums__of_a_turn__calls_and_dead_letters),
        cmocka_unit_test(bare_scan__of_a_text__counts_what_hyperscan_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
