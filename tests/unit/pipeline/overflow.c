/* Flags beyond the budgets of their rules: all of them in the overflow output, each once, as good as the others. */
#include "path_run.h"

#include <string.h>

#define NOW_MS INT64_C(1795467475123)

static const char pack[] =
    "pack: t\nversion: 1.0.0\ndescription: d\nrules:\n"
    "- {id: t.red, title: t, why: w, category: scams_and_fraud, severity: low,\n"
    "   patterns: {p: {literals: [red]}}, examples: {flag: [red], pass: [x]}}\n"
    "- {id: t.blue, title: t, why: w, category: scams_and_fraud, severity: low,\n"
    "   patterns: {p: {literals: [blue]}}, examples: {flag: [blue], pass: [x]}}\n"
    "- {id: t.trial, title: t, why: w, category: scams_and_fraud, severity: low, status: shadow,\n"
    "   patterns: {p: {literals: [red]}}, examples: {flag: [red], pass: [x]}}\n";

static struct weir_budget *set_budget(struct path_run *run, uint32_t per_minute)
{
    struct weir_budget *budget = NULL;
    assert_int_equal(weir_budget_new(run->ruleset, per_minute, NULL, &budget), WEIR_OK);
    assert_int_equal(weir_pipeline_swap(run->pipeline, run->ruleset, budget), WEIR_OK);
    run->wall_ms = NOW_MS;
    return budget;
}

static size_t count_output(const struct path_run *run, enum weir_output output)
{
    size_t count = 0;
    for (size_t i = 0; i < run->taken_count; i++)
        count += run->taken[i].output == output;
    return count;
}

static const char *id_of(const struct taken *taken)
{
    return json_string_value(json_object_get(taken->json, "flag_id"));
}

static void flags__beyond_the_budget__each_once_in_overflow(void **state)
{
    (void)state;
    enum { POSTS = 2000, BUDGET = 7 };
    static struct post posts[POSTS];
    struct path_run *run = open_run(pack, NULL);
    struct weir_budget *budget = set_budget(run, BUDGET);
    for (size_t i = 0; i < POSTS; i++)
        posts[i] = (struct post){i % 2 ? "{\"text\":\"a red door\"}" : "{\"text\":\"a green door\"}", NOW_MS, false};
    pass_posts(run, posts, POSTS);
    assert_int_equal(count_output(run, WEIR_OUTPUT_REVIEW), BUDGET);
    assert_int_equal(count_output(run, WEIR_OUTPUT_OVERFLOW), POSTS / 2 - BUDGET);
    assert_int_equal(count_output(run, WEIR_OUTPUT_SHADOW), POSTS / 2);
    static unsigned char seen[POSTS];
    for (size_t i = 0; i < run->taken_count; i++) {
        json_t *offset = json_object_get(json_object_get(run->taken[i].json, "source"), "offset");
        seen[json_integer_value(offset)] |= run->taken[i].output == WEIR_OUTPUT_SHADOW ? 1 : 2;
    }
    for (size_t i = 0; i < POSTS; i++)
        assert_int_equal(seen[i], i % 2 ? 3 : 0);
    assert_int_equal(weir_counted(&run->counters, WEIR_COUNT_FLAGS), BUDGET);
    assert_int_equal(weir_counted(&run->counters, WEIR_COUNT_OVERFLOW_FLAGS), POSTS / 2 - BUDGET);
    assert_int_equal(run->finished, POSTS);
    close_run(run);
    weir_budget_free(budget);
}

static void flag__in_overflow__has_the_id_it_would_have_in_review(void **state)
{
    (void)state;
    static const struct post posts[] = {{"{\"text\":\"red\"}", NOW_MS, false}, {"{\"text\":\"red 2\"}", NOW_MS, false}};
    struct path_run *free_run = open_run(pack, NULL);
    free_run->wall_ms = NOW_MS;
    pass_posts(free_run, posts, 2);
    struct path_run *run = open_run(pack, NULL);
    struct weir_budget *budget = set_budget(run, 1);
    pass_posts(run, posts, 2);
    assert_int_equal(run->taken_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(id_of(&run->taken[i]), id_of(&free_run->taken[i]));
    assert_int_equal(free_run->taken[2].output, WEIR_OUTPUT_REVIEW);
    assert_int_equal(run->taken[2].output, WEIR_OUTPUT_OVERFLOW);
    close_run(free_run);
    close_run(run);
    weir_budget_free(budget);
}

static void flag__of_a_rule_within_its_budget__stays_in_review(void **state)
{
    (void)state;
    static const struct post posts[] = {{"{\"text\":\"red\"}", NOW_MS, false},
                                        {"{\"text\":\"red\"}", NOW_MS, false},
                                        {"{\"text\":\"red and blue\"}", NOW_MS, false},
                                        {"{\"text\":\"red and blue\"}", NOW_MS, false}};
    struct path_run *run = open_run(pack, NULL);
    struct weir_budget *budget = set_budget(run, 1);
    pass_posts(run, posts, 4);
    static const enum weir_output expected[] = {WEIR_OUTPUT_REVIEW, WEIR_OUTPUT_OVERFLOW, WEIR_OUTPUT_REVIEW,
                                                WEIR_OUTPUT_OVERFLOW};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(run->taken[2 * i].output, expected[i]);
    run->wall_ms += WEIR_BUDGET_MINUTE_MS;
    pass_posts(run, posts, 1);
    assert_int_equal(run->taken[8].output, WEIR_OUTPUT_REVIEW);
    close_run(run);
    weir_budget_free(budget);
}

static void offset__of_a_flag_in_overflow__held_until_it_is_delivered(void **state)
{
    (void)state;
    static const struct post posts[] = {{"{\"text\":\"blue\"}", NOW_MS, false},
                                        {"{\"text\":\"blue\"}", NOW_MS, false},
                                        {"{\"text\":\"x\"}", NOW_MS, false}};
    struct path_run *run = open_run(pack, NULL);
    struct weir_budget *budget = set_budget(run, 1);
    run->holds_deliveries = true;
    pass_posts(run, posts, 3);
    assert_int_equal(run->taken[1].output, WEIR_OUTPUT_OVERFLOW);
    const struct weir_sink_events *events = weir_pipeline_sink_events(run->pipeline);
    events->delivered(events->context, run->taken[0].ticket);
    pass_posts(run, posts, 0);
    assert_int_equal(run->finished, 1);
    events->delivered(events->context, run->taken[1].ticket);
    pass_posts(run, posts, 0);
    assert_int_equal(run->finished, 3);
    close_run(run);
    weir_budget_free(budget);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags__beyond_the_budget__each_once_in_overflow),
        cmocka_unit_test(flag__in_overflow__has_the_id_it_would_have_in_review),
        cmocka_unit_test(flag__of_a_rule_within_its_budget__stays_in_review),
        cmocka_unit_test(offset__of_a_flag_in_overflow__held_until_it_is_delivered),
    };
    return cmocka_run_group_tests_name("overflow", tests, NULL, NULL);
}
