/* Messages that are copies of others: their flags are those of where they first stood, while what is finished is what
 * they stand for themselves; and bad payloads that somebody is told of. */
#include "path_run.h"

static const char PACK[] = "pack: t\nversion: 1.0.0\nrules:\n"
                           "  - {id: t.a, title: t, why: w, category: scams_and_fraud, severity: low, "
                           "patterns: {p: {literals: [safe account]}}, examples: {flag: [safe account], pass: [b]}}\n";

#define COPIES 4

static const struct weir_origin first_places[COPIES] = {
    {{"posts", 5}, 5, 900, 1000, false},
    {{"posts", 5}, 5, 10, 2000, false},
    {{"posts", 5}, 1, 3, -1, false},
    {{"posts", 5}, 1, 4, -1, false},
};
static const struct {
    const char *json;
    bool is_skipped;
} copies[COPIES] = {{"{\"text\":\"safe account\"}", false},
                    {"{\"text\":\"a safe account\"}", false},
                    {"{}", false},
                    {"no letter, safe account", true}};

static enum weir_status poll_copies(struct weir_source *source, struct weir_batch *batch, int timeout_ms,
                                    struct weir_error *error)
{
    struct path_run *run = RUN_OF_SOURCE(source);
    (void)timeout_ms;
    for (; run->post_next < COPIES; run->post_next++)
        batch->messages[batch->count++] = (struct weir_message){
            .origin = {WEIR_TEXT_LITERAL("letters"), 0, 20 + (int64_t)run->post_next, 9000, false},
            .original = &first_places[run->post_next],
            .is_skipped = copies[run->post_next].is_skipped,
            .payload = weir_arena_padded(batch->arena, weir_text_of(copies[run->post_next].json)),
        };
    *error = (struct weir_error){0};
    return WEIR_FATAL;
}

static const struct weir_source_operations copying = {.poll = poll_copies, .finished = note_finished};

struct told {
    size_t count;
    int64_t offset;
    enum weir_bad_reason reason;
};

static void note_bad(void *context, const struct weir_message *message, const struct weir_bad_payload *bad)
{
    struct told *told = context;
    told->count++;
    told->offset = weir_message_source(message).offset;
    told->reason = bad->reason;
}

/* The run's pipeline made anew, so that bad payloads are told. */
static void tell_bad(struct path_run *run, struct told *told)
{
    struct weir_pipeline_parts parts = {.settings = &run->used,
                                        .ruleset = run->ruleset,
                                        .chars = run->chars,
                                        .counters = &run->counters,
                                        .clock = {tell_wall, tell_wall, run},
                                        .record_max = SIZE_MAX,
                                        .bad = {note_bad, told}};
    weir_pipeline_free(run->pipeline);
    assert_int_equal(weir_pipeline_new(&parts, &run->pipeline), WEIR_OK);
    const struct weir_source_events *events = weir_pipeline_source_events(run->pipeline);
    assert_int_equal(events->assigned(events->context, "letters", 0, 0, (struct weir_progress){-1, -1}), 0);
    weir_pipeline_connect(run->pipeline, &run->source, &run->sink);
}

static void turn(struct path_run *run)
{
    struct weir_error error;
    assert_int_equal(weir_pipeline_turn(run->pipeline, 0, &error), WEIR_FATAL);
    assert_int_equal(error.status, WEIR_OK);
}

static const char *flag_id(const struct path_run *run, size_t number)
{
    return json_string_value(json_object_get(run->taken[number].json, "flag_id"));
}

static void copy__of_a_post__has_the_flag_of_the_first(void **state)
{
    (void)state;
    struct path_run *run = open_run(PACK, NULL);
    run->source.operations = &copying;
    turn(run);
    assert_int_equal(run->taken_count, 3); /* two flags, and the dead letter of the third */
    json_t *source = json_object_get(run->taken[0].json, "source");
    assert_string_equal(json_string_value(json_object_get(source, "topic")), "posts");
    assert_int_equal(json_integer_value(json_object_get(source, "partition")), 5);
    assert_int_equal(json_integer_value(json_object_get(source, "offset")), 900);
    assert_int_equal(json_integer_value(json_object_get(source, "timestamp")), 1000);
    assert_int_equal(run->finished, 20 + COPIES); /* of the letters, the skipped one among them */
    struct weir_arena *arena = weir_arena_new(0);
    const struct weir_encoder encoder = {.ruleset = run->ruleset};
    const struct weir_item item = {.origin = first_places[1]};
    char expected[WEIR_UUID_SIZE];
    assert_int_equal(weir_flag_id(&encoder, &item, WEIR_CHANNEL_REVIEW, NULL, arena, expected), WEIR_OK);
    assert_string_equal(flag_id(run, 1), expected);
    weir_arena_free(arena);
    close_run(run);
}

static void copy__still_bad__is_told_and_makes_no_dead_letter(void **state)
{
    (void)state;
    struct told told = {0};
    struct path_run *run = open_run(PACK, NULL);
    run->source.operations = &copying;
    tell_bad(run, &told);
    turn(run);
    assert_int_equal(run->taken_count, 2);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.offset, 3);
    assert_int_equal(told.reason, WEIR_BAD_NO_TEXT);
    assert_int_equal(run->finished, 20 + COPIES);
    close_run(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copy__of_a_post__has_the_flag_of_the_first),
        cmocka_unit_test(copy__still_bad__is_told_and_makes_no_dead_letter),
    };
    return cmocka_run_group_tests_name("pipeline copies", tests, NULL, NULL);
}
