/* The audit sample: which items are drawn, and that what a rule flags, or what was not scanned wholly, never is. */
#include "path_run.h"

#include "weir/audit.h"

#include <math.h>

#define OFFSETS 100000
#define NOW_MS INT64_C(1795467475123)

static const char PACK[] =
    "pack: t\nversion: 1.0.0\nrules:\n"
    "- {id: t.red, title: t, why: w, category: scams_and_fraud, severity: low,\n"
    "   patterns: {p: {literals: [red door]}}, examples: {flag: [a red door], pass: [x]}}\n"
    "- {id: t.trial, title: t, why: w, category: scams_and_fraud, severity: low, status: shadow,\n"
    "   patterns: {p: {literals: [green]}}, examples: {flag: [green], pass: [x]}}\n"
    "- {id: t.two, title: t, why: w, category: scams_and_fraud, severity: low, condition: a and b,\n"
    "   patterns: {a: {literals: [blue]}, b: {literals: [whale]}}, examples: {flag: [blue whale], pass: [x]}}\n";

static bool draw(const char *topic, int32_t partition, int64_t offset, uint32_t share)
{
    const struct weir_origin origin = {.topic = weir_text_of(topic), .partition = partition, .offset = offset};
    bool is_drawn = false;
    assert_int_equal(weir_audit_draw(&origin, share, &is_drawn), WEIR_OK);
    return is_drawn;
}

static void draw__any_share__within_five_deviations(void **state)
{
    (void)state;
    static const uint32_t shares[] = {1000, 10000, 100000, 333333, 900000};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        const double share = shares[i] / 1e6;
        const double most_apart = 5 * sqrt(OFFSETS * share * (1 - share));
        size_t count = 0;
        for (int64_t offset = 0; offset < OFFSETS; offset++)
            count += draw("posts", 3, offset, shares[i]);
        if (fabs((double)count - OFFSETS * share) > most_apart)
            fail_msg("%zu of %d at %f", count, OFFSETS, share);
    }
}

static void draw__none_and_all__none_and_all(void **state)
{
    (void)state;
    for (int64_t offset = 0; offset < OFFSETS; offset++) {
        assert_false(draw("posts", 0, offset, 0));
        assert_true(draw("posts", 0, offset, WEIR_AUDIT_ALL));
    }
    const int64_t first_of_all = 1347256; /* its number is 0 */
    assert_false(draw("posts", 0, first_of_all, 0));
    assert_true(draw("posts", 0, first_of_all, 1));
}

/* As the Python of docs/records.md draws. */
static void draw__known_places__the_ones_of_the_documentation(void **state)
{
    (void)state;
    static const int64_t drawn[] = {22, 51, 335, 336, 709, 824, 833, 857};
    for (int64_t offset = 0, next = 0; offset < 1000; offset++) {
        bool is_next = next < (int64_t)(sizeof drawn / sizeof *drawn) && drawn[next] == offset;
        assert_int_equal(draw("posts", 2, offset, 10000), is_next);
        next += is_next;
    }
}

static void draw__for_a_greater_share__has_those_of_the_smaller(void **state)
{
    (void)state;
    for (int64_t offset = 0; offset < OFFSETS; offset++)
        assert_true(!draw("posts", 1, offset, 20000) || draw("posts", 1, offset, 50000));
}

static void draw__of_two_partitions_or_topics__independent(void **state)
{
    (void)state;
    size_t both = 0;
    size_t across = 0;
    for (int64_t offset = 0; offset < OFFSETS; offset++) {
        both += draw("posts", 0, offset, 100000) && draw("posts", 1, offset, 100000);
        across += draw("posts", 0, offset, 100000) && draw("comments", 0, offset, 100000);
    }
    assert_in_range(both, 850, 1150); /* 1,000 expected, 5 deviations are 157 */
    assert_in_range(across, 850, 1150);
}

/* ---- Through the path */

static void draw_all(struct weir_settings *settings)
{
    settings->audit_share = WEIR_AUDIT_ALL;
}

static void draw_third(struct weir_settings *settings)
{
    settings->audit_share = 333333;
}

static void draw_all_with_few_hits(struct weir_settings *settings)
{
    draw_all(settings);
    settings->limits.hits = 3;
}

static int offset_of(const struct taken *taken)
{
    return (int)json_integer_value(json_object_get(json_object_get(taken->json, "source"), "offset"));
}

/* "OFFSET:TEXT", the texts of the audit records in the order in which they came. */
static void describe(const struct path_run *run, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < run->taken_count; i++) {
        json_t *text = json_object_get(json_object_get(run->taken[i].json, "content"), "text");
        if (run->taken[i].output == WEIR_OUTPUT_AUDIT)
            length += (size_t)snprintf(out + length, size - length, "%s%d:%s", length ? "; " : "",
                                       offset_of(&run->taken[i]), json_string_value(text));
    }
}

static void check_audited(const char *const *texts, size_t count, uint32_t mapping,
                          void (*change)(struct weir_settings *settings), const char *wanted)
{
    struct post posts[16];
    char got[2048];
    struct path_run *run = open_run(PACK, change);
    assert_true(count <= 16);
    for (size_t i = 0; i < count; i++)
        posts[i] = (struct post){texts[i], NOW_MS, false};
    run->mapping = mapping;
    pass_posts(run, posts, count);
    describe(run, got, sizeof got);
    assert_string_equal(got, wanted);
    assert_int_equal(run->finished, count);
    close_run(run);
}

#define CHECK_AUDITED(mapping, change, wanted, ...)                                                                    \
    do {                                                                                                               \
        static const char *const texts[] = {__VA_ARGS__};                                                              \
        check_audited(texts, sizeof texts / sizeof *texts, mapping, change, wanted);                                   \
    } while (0)

static void post__without_an_active_flag__is_drawn_and_no_other(void **state)
{
    (void)state;
    CHECK_AUDITED(0, draw_all, "0:plain; 2:green; 6:a blue sky", "{\"text\":\"plain\"}", "{\"text\":\"a red door\"}",
                  "{\"text\":\"green\"}", "{\"text\":\"a green and red door\"}", "not JSON", "{}",
                  "{\"text\":\"a blue sky\"}", "{\"text\":\"a blue whale\"}");
}

static void post__without_a_share__nothing_is_drawn(void **state)
{
    (void)state;
    CHECK_AUDITED(0, NULL, "", "{\"text\":\"plain\"}", "{\"text\":\"green\"}", "{\"text\":\"a red door\"}");
}

/* Of so many hits some are left out: the third post could have been flagged, the second not. */
static void post__that_was_not_scanned_wholly__is_not_drawn(void **state)
{
    (void)state;
    CHECK_AUDITED(0, draw_all_with_few_hits, "0:blue blue", "{\"text\":\"blue blue\"}",
                  "{\"text\":\"blue blue blue blue blue\"}", "{\"text\":\"blue blue blue blue blue whale\"}");
}

static void records__of_many_posts__those_that_the_draw_says_each_with_its_id(void **state)
{
    (void)state;
    enum { POSTS = 3000 };
    static struct post posts[POSTS];
    struct path_run *run = open_run(PACK, draw_third);
    struct weir_budget *budget = NULL;
    run->wall_ms = NOW_MS;
    assert_int_equal(weir_budget_new(run->ruleset, 5, NULL, &budget), WEIR_OK);
    assert_int_equal(weir_pipeline_swap(run->pipeline, run->ruleset, budget), WEIR_OK);
    for (size_t i = 0; i < POSTS; i++)
        posts[i] = (struct post){i % 3 ? "{\"text\":\"a quiet day\"}" : "{\"text\":\"a red door\"}", NOW_MS, false};
    pass_posts(run, posts, POSTS);
    static bool is_audited[POSTS];
    size_t count = 0;
    for (size_t i = 0; i < run->taken_count; i++) {
        if (run->taken[i].output != WEIR_OUTPUT_AUDIT)
            continue;
        is_audited[offset_of(&run->taken[i])] = true;
        count++;
        assert_true(json_real_value(json_object_get(run->taken[i].json, "share")) == 0.333333);
    }
    for (int64_t i = 0; i < POSTS; i++)
        assert_int_equal(is_audited[i], i % 3 && draw("posts", 0, i, 333333));
    assert_int_equal(weir_counted(&run->counters, WEIR_COUNT_AUDITED), count);
    assert_int_equal(run->taken_count - count, POSTS / 3);
    close_run(run);
    weir_budget_free(budget);
}

static void offset__of_a_drawn_item__held_until_it_is_delivered(void **state)
{
    (void)state;
    static const struct post posts[] = {{"{\"text\":\"plain\"}", NOW_MS, false}, {"{\"text\":\"x\"}", NOW_MS, false}};
    struct path_run *run = open_run(PACK, draw_all);
    run->holds_deliveries = true;
    pass_posts(run, posts, 2);
    assert_int_equal(run->taken_count, 2);
    assert_true(run->finished <= 0);
    const struct weir_sink_events *events = weir_pipeline_sink_events(run->pipeline);
    events->delivered(events->context, run->taken[0].ticket);
    pass_posts(run, posts, 0);
    assert_int_equal(run->finished, 1);
    events->delivered(events->context, run->taken[1].ticket);
    pass_posts(run, posts, 0);
    assert_int_equal(run->finished, 2);
    close_run(run);
}

/* ---- Captions */

#define FRAGMENT(number, more) "{\"stream_id\":\"s\",\"seq\":" #number "," more "}"

static void fragment__final_and_unflagged__is_drawn_with_its_own_text(void **state)
{
    (void)state;
    CHECK_AUDITED(1, draw_all, "0:good evening; 2:good evening all; 5:to everybody",
                  FRAGMENT(1, "\"text\":\"good evening\""), FRAGMENT(2, "\"final\":false,\"text\":\"good eve\""),
                  FRAGMENT(2, "\"text\":\"good evening all\""), FRAGMENT(2, "\"text\":\"good evening all\""),
                  FRAGMENT(3, "\"final\":false,\"text\":\"to every\""),
                  FRAGMENT(3, "\"end\":true,\"text\":\"to everybody\""));
}

/* The phrase stands in the window from its second half on; the stream begins anew after its end. */
static void fragment__of_a_window_that_is_flagged__is_not_drawn(void **state)
{
    (void)state;
    CHECK_AUDITED(1, draw_all, "0:behind the red; 3:green", FRAGMENT(1, "\"text\":\"behind the red\""),
                  FRAGMENT(2, "\"text\":\"door\""), FRAGMENT(3, "\"end\":true,\"text\":\"and so on\""),
                  FRAGMENT(1, "\"text\":\"green\""), FRAGMENT(2, "\"text\":\"and another red door\""));
}

static void fragment__without_text_or_stream__only_the_text_counts(void **state)
{
    (void)state;
    CHECK_AUDITED(1, draw_all, "2:a word; 3:the last", FRAGMENT(1, "\"text\":\"\""), "{\"text\":\"a red door\"}",
                  "{\"text\":\"a word\"}", FRAGMENT(2, "\"end\":true,\"text\":\"the last\""),
                  FRAGMENT(3, "\"end\":true"));
}

static void fragment__without_a_number__is_counted(void **state)
{
    (void)state;
    static const struct post posts[] = {{"{\"stream_id\":\"s\",\"text\":\"one\"}", NOW_MS, false},
                                        {"{\"stream_id\":\"s\",\"start_ms\":5,\"text\":\"two\"}", NOW_MS, false}};
    struct path_run *run = open_run(PACK, draw_all);
    run->mapping = 1;
    pass_posts(run, posts, 2);
    assert_int_equal(run->taken_count, 2);
    json_t *item = json_object_get(run->taken[1].json, "item");
    assert_int_equal(json_integer_value(json_object_get(item, "sequence_first")), 1);
    assert_int_equal(json_integer_value(json_object_get(item, "sequence_last")), 1);
    assert_int_equal(json_integer_value(json_object_get(item, "start_ms")), 5);
    assert_string_equal(json_string_value(json_object_get(item, "stream")), "s");
    close_run(run);
}

/* Read once more only to rebuild the window: it was done with before. */
static void fragment__read_for_its_window_alone__is_not_drawn_again(void **state)
{
    (void)state;
    static const struct post posts[] = {{FRAGMENT(1, "\"text\":\"one\""), NOW_MS, false},
                                        {FRAGMENT(2, "\"text\":\"two\""), NOW_MS, false},
                                        {FRAGMENT(3, "\"text\":\"three\""), NOW_MS, false}};
    char got[256];
    struct path_run *run = open_run(PACK, draw_all);
    const struct weir_source_events *events = weir_pipeline_source_events(run->pipeline);
    assert_int_equal(events->assigned(events->context, "posts", 0, 1, (struct weir_progress){2, 0}), 0);
    run->mapping = 1;
    pass_posts(run, posts, 3);
    describe(run, got, sizeof got);
    assert_string_equal(got, "2:three");
    close_run(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draw__any_share__within_five_deviations),
        cmocka_unit_test(draw__none_and_all__none_and_all),
        cmocka_unit_test(draw__known_places__the_ones_of_the_documentation),
        cmocka_unit_test(draw__for_a_greater_share__has_those_of_the_smaller),
        cmocka_unit_test(draw__of_two_partitions_or_topics__independent),
        cmocka_unit_test(post__without_an_active_flag__is_drawn_and_no_other),
        cmocka_unit_test(post__without_a_share__nothing_is_drawn),
        cmocka_unit_test(post__that_was_not_scanned_wholly__is_not_drawn),
        cmocka_unit_test(records__of_many_posts__those_that_the_draw_says_each_with_its_id),
        cmocka_unit_test(offset__of_a_drawn_item__held_until_it_is_delivered),
        cmocka_unit_test(fragment__final_and_unflagged__is_drawn_with_its_own_text),
        cmocka_unit_test(fragment__of_a_window_that_is_flagged__is_not_drawn),
        cmocka_unit_test(fragment__without_text_or_stream__only_the_text_counts),
        cmocka_unit_test(fragment__without_a_number__is_counted),
        cmocka_unit_test(fragment__read_for_its_window_alone__is_not_drawn_again),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
