/* A pipeline between a source that goes back and a sink that commits or aborts as it is told: what is committed, and
 * what is read again. */
#include "path_run.h"

static const char PACK[] = "pack: t\nversion: 1.0.0\nrules:\n"
                           "  - {id: t.a, title: t, why: w, category: scams_and_fraud, severity: low, "
                           "patterns: {p: {literals: [safe account]}}, examples: {flag: [safe account], pass: [b]}}\n";

#define BATCH 2 /* posts that one poll gives */
#define POSTS 6
#define OUTCOMES_MAX 16

struct world {
    struct path_run *run;
    struct post posts[POSTS];
    char texts[POSTS][128];
    size_t read_to;                          /* of posts, by this assignment */
    int64_t finished;                        /* told by the pipeline; -1: nothing new */
    int64_t committed;                       /* the offset that the last transaction had */
    size_t open[POSTS];                      /* records of the open transaction, by the post that they are about */
    size_t flags[POSTS];                     /* committed */
    enum weir_commit outcomes[OUTCOMES_MAX]; /* of the next commits; WEIR_COMMITTED when there are no more */
    size_t outcome_next;
    bool is_spoiled;
    size_t rewinds;
    uint32_t epoch;
    int64_t fails_at; /* the post whose record the sink does not take: no memory; -1: none */
};

static void assign(struct world *world)
{
    const struct weir_source_events *events = weir_pipeline_source_events(world->run->pipeline);
    assert_int_equal(
        events->assigned(events->context, "posts", 0, ++world->epoch, (struct weir_progress){world->committed, -1}), 0);
    world->read_to = world->committed < 0 ? 0 : (size_t)world->committed;
    world->finished = -1;
}

static enum weir_status poll_some(struct weir_source *source, struct weir_batch *batch, int timeout_ms,
                                  struct weir_error *error)
{
    struct world *world = RUN_OF_SOURCE(source)->owner;
    (void)timeout_ms;
    (void)error;
    for (size_t i = 0; i < BATCH && world->read_to < POSTS; i++) {
        struct weir_message *message = &batch->messages[batch->count++];
        *message = (struct weir_message){
            .origin = {WEIR_TEXT_LITERAL("posts"), 0, (int64_t)world->read_to, -1, false},
            .payload = weir_arena_padded(batch->arena, weir_text_of(world->texts[world->read_to])),
            .epoch = world->epoch,
        };
        world->read_to++;
    }
    return WEIR_OK;
}

static enum weir_status note_progress(struct weir_source *source, uint32_t slot, struct weir_progress progress)
{
    struct world *world = RUN_OF_SOURCE(source)->owner;
    assert_int_equal(slot, 0);
    world->finished = progress.offset;
    return WEIR_OK;
}

/* The position is never looked into but by the sink. */
static enum weir_status give_position(struct weir_source *source, struct weir_kafka_position **position)
{
    struct world *world = RUN_OF_SOURCE(source)->owner;
    *position = world->finished >= 0 ? (struct weir_kafka_position *)(void *)&world->finished : NULL;
    return WEIR_OK;
}

static enum weir_status go_back(struct weir_source *source, struct weir_error *error)
{
    struct world *world = RUN_OF_SOURCE(source)->owner;
    (void)error;
    const struct weir_source_events *events = weir_pipeline_source_events(world->run->pipeline);
    events->revoked(events->context, 0, true, 0);
    world->rewinds++;
    assign(world);
    return WEIR_OK;
}

static enum weir_status put_open(struct weir_sink *sink, const struct weir_record *record, struct weir_error *error)
{
    struct world *world = RUN_OF_SINK(sink)->owner;
    json_t *json = json_loadb(record->value.data, record->value.length, 0, NULL);
    int64_t offset = json_integer_value(json_object_get(json_object_get(json, "source"), "offset"));
    json_decref(json);
    assert_int_equal(record->ticket, 0);
    if (offset == world->fails_at)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory");
    world->open[offset]++;
    return WEIR_OK;
}

static enum weir_status poll_nothing(struct weir_sink *sink, int timeout_ms, struct weir_error *error)
{
    (void)sink;
    (void)timeout_ms;
    (void)error;
    return WEIR_OK;
}

static int is_due(struct weir_sink *sink, bool is_busy)
{
    (void)sink;
    (void)is_busy;
    return 0;
}

static enum weir_commit commit_open(struct weir_sink *sink, struct weir_kafka_position *position, int deadline_ms,
                                    struct weir_error *error)
{
    struct world *world = RUN_OF_SINK(sink)->owner;
    (void)deadline_ms;
    (void)error;
    static const size_t none[POSTS] = {0};
    if (!position && !world->is_spoiled && memcmp(world->open, none, sizeof none) == 0)
        return WEIR_COMMITTED;
    enum weir_commit outcome = world->is_spoiled                    ? WEIR_ABORTED
                               : world->outcome_next < OUTCOMES_MAX ? world->outcomes[world->outcome_next++]
                                                                    : WEIR_COMMITTED;
    if (outcome == WEIR_COMMITTING)
        return outcome;
    if (outcome == WEIR_COMMITTED) {
        for (size_t i = 0; i < POSTS; i++)
            world->flags[i] += world->open[i];
        world->committed = world->finished >= 0 ? world->finished : world->committed;
        world->finished = -1;
    }
    memset(world->open, 0, sizeof world->open);
    world->is_spoiled = false;
    return outcome;
}

static void spoil_open(struct weir_sink *sink)
{
    struct world *world = RUN_OF_SINK(sink)->owner;
    world->is_spoiled = true;
}

static int set_up(void **state)
{
    static const struct weir_source_operations source = {
        .poll = poll_some, .finished = note_progress, .position = give_position, .rewind = go_back};
    static const struct weir_sink_operations sink = {
        .put = put_open, .poll = poll_nothing, .due = is_due, .commit = commit_open, .spoil = spoil_open};
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->run = open_run(PACK, NULL);
    world->run->owner = world;
    world->run->source.operations = &source;
    world->run->sink.operations = &sink;
    world->committed = -1;
    world->fails_at = -1;
    for (size_t i = 0; i < POSTS; i++)
        snprintf(world->texts[i], sizeof world->texts[i], "{\"id\":\"%zu\",\"text\":\"a safe account\"}", i);
    assign(world);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    close_run(world->run);
    free(world);
    return 0;
}

static enum weir_status turn(struct world *world)
{
    struct weir_error error;
    return weir_pipeline_turn(world->run->pipeline, 0, &error);
}

static void assert_each_once(const struct world *world, size_t from, size_t to)
{
    for (size_t i = 0; i < POSTS; i++)
        assert_int_equal(world->flags[i], i >= from && i < to);
}

static void commit__each_turn__with_the_offsets(void **state)
{
    struct world *world = *state;
    assert_int_equal(turn(world), WEIR_OK);
    assert_int_equal(world->committed, 2);
    assert_int_equal(turn(world), WEIR_OK);
    assert_int_equal(turn(world), WEIR_OK);
    assert_int_equal(world->committed, 6);
    assert_int_equal(world->rewinds, 0);
    assert_each_once(world, 0, 6);
}

static void commit__aborted__read_again_from_the_last_commit(void **state)
{
    struct world *world = *state;
    static const enum weir_commit outcomes[] = {WEIR_COMMITTED, WEIR_ABORTED, WEIR_ABORTED};
    memcpy(world->outcomes, outcomes, sizeof outcomes);
    for (int i = 0; i < 5; i++)
        assert_int_equal(turn(world), WEIR_OK);
    assert_int_equal(world->rewinds, 2);
    assert_int_equal(world->committed, 6);
    assert_each_once(world, 0, 6);
}

static void commit__not_known_yet__nothing_is_put_until_it_is(void **state)
{
    struct world *world = *state;
    static const enum weir_commit outcomes[] = {WEIR_COMMITTING, WEIR_COMMITTING, WEIR_COMMITTED};
    memcpy(world->outcomes, outcomes, sizeof outcomes);
    assert_int_equal(turn(world), WEIR_OK);
    assert_int_equal(world->outcome_next, 3);
    assert_each_once(world, 0, 2);
}

static void message__half_published__is_not_committed_on_the_way_out(void **state)
{
    struct world *world = *state;
    const struct weir_source_events *events = weir_pipeline_source_events(world->run->pipeline);
    assert_int_equal(turn(world), WEIR_OK);
    world->fails_at = 3; /* the one before it is put */
    assert_int_equal(turn(world), WEIR_NO_MEMORY);
    events->revoking(events->context, 1000);
    assert_int_equal(world->committed, 2);
    assert_each_once(world, 0, 2);
}

static void revocation__commits_what_is_finished(void **state)
{
    struct world *world = *state;
    const struct weir_source_events *events = weir_pipeline_source_events(world->run->pipeline);
    static const enum weir_commit outcomes[] = {WEIR_COMMITTED, WEIR_ABORTED};
    memcpy(world->outcomes, outcomes, sizeof outcomes);
    assert_int_equal(turn(world), WEIR_OK);
    events->revoking(events->context, 1000); /* nothing is open */
    assert_int_equal(world->outcome_next, 1);
    world->finished = 2;
    events->revoking(events->context, 1000); /* aborted: what others had in it is read again */
    assert_int_equal(turn(world), WEIR_OK);
    assert_int_equal(world->rewinds, 1);
    for (int i = 0; i < 3; i++)
        assert_int_equal(turn(world), WEIR_OK);
    assert_each_once(world, 0, 6);
}

static void partitions__lost__their_records_are_not_committed(void **state)
{
    struct world *world = *state;
    const struct weir_source_events *events = weir_pipeline_source_events(world->run->pipeline);
    assert_int_equal(turn(world), WEIR_OK);
    world->open[3]++; /* of a message that is somebody else's now */
    events->revoked(events->context, 0, true, 0);
    assign(world);
    for (int i = 0; i < 4; i++)
        assert_int_equal(turn(world), WEIR_OK);
    assert_each_once(world, 0, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(commit__each_turn__with_the_offsets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(commit__aborted__read_again_from_the_last_commit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(commit__not_known_yet__nothing_is_put_until_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(message__half_published__is_not_committed_on_the_way_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(revocation__commits_what_is_finished, set_up, tear_down),
        cmocka_unit_test_setup_teardown(partitions__lost__their_records_are_not_committed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
