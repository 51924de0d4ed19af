/* The Kafka source against a mock broker: what it hands out, and what happens to partitions. */
#include "kafka_broker.h"

#include "weir/consume.h"
#include "weir/kafka_client.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define API_HEARTBEAT 12
#define API_OFFSET_COMMIT 8
#define PARTITIONS 4
#define MESSAGES_MAX 20000
#define PROPERTIES_MAX 12

struct fixture {
    struct broker broker;
    struct test_log log;
    struct weir_kafka_cluster *cluster;
    struct weir_property properties[PROPERTIES_MAX];
    struct weir_mapping mappings[2];
    struct weir_settings settings;
    unsigned seen[MESSAGES_MAX]; /* by the number in the payload */
    size_t seen_count;           /* with repetitions */
    size_t distinct_count;
};

/* One worker: a source, and the offset after the last message that it has worked through, by partition. */
struct member {
    struct fixture *fixture;
    struct weir_source *source;
    struct weir_source_events events;
    struct weir_batch batch;
    int64_t next[PARTITIONS];
    uint32_t epochs[PARTITIONS]; /* 0: not ours */
    unsigned assignments;
    unsigned revocations;
    unsigned losses;
};

static uint32_t take(void *context, const char *topic, int32_t partition, uint32_t epoch, struct weir_progress resume)
{
    struct member *member = context;
    assert_int_equal(resume.offset, -1); /* asked for of captions only */
    assert_string_equal(topic, "posts");
    assert_int_equal(member->epochs[partition], 0);
    member->epochs[partition] = epoch;
    member->next[partition] = -1;
    member->assignments++;
    return (uint32_t)partition;
}

static struct weir_progress give(void *context, uint32_t slot, bool lost, int deadline_ms)
{
    struct member *member = context;
    assert_true(member->epochs[slot] != 0);
    assert_true(lost || deadline_ms > 0);
    member->epochs[slot] = 0;
    member->revocations++;
    member->losses += lost;
    return (struct weir_progress){lost ? -1 : member->next[slot], member->next[slot]};
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->broker = broker_start();
    fixture->log = test_log_open(WEIR_LOG_INFO);
    fixture->cluster = weir_kafka_cluster_new(&fixture->log.log);
    fixture->mappings[0].topic = "posts";
    fixture->mappings[0].kind = WEIR_POST;
    fixture->properties[0] = (struct weir_property){"bootstrap.servers", fixture->broker.bootstrap, {0}, NULL};
    fixture->properties[1] = (struct weir_property){"group.id", "weir", {0}, NULL};
    /* The mock broker lets members wait for each other for a session less a second. */
    fixture->properties[2] = (struct weir_property){"session.timeout.ms", "3000", {0}, NULL};
    fixture->properties[3] = (struct weir_property){"heartbeat.interval.ms", "300", {0}, NULL};
    fixture->settings = (struct weir_settings){
        .kafka = fixture->properties, .kafka_count = 4, .mappings = fixture->mappings, .mapping_count = 1};
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    weir_kafka_cluster_free(fixture->cluster);
    test_log_close(&fixture->log);
    broker_stop(&fixture->broker);
    free(fixture);
    return 0;
}

static void set_property(struct fixture *fixture, const char *name, const char *value)
{
    fixture->properties[fixture->settings.kafka_count++] = (struct weir_property){name, value, {0}, NULL};
}

static struct member *join(struct fixture *fixture, unsigned number, size_t batch_messages, size_t batch_bytes)
{
    struct member *member = calloc(1, sizeof *member);
    assert_non_null(member);
    member->fixture = fixture;
    member->events = (struct weir_source_events){.assigned = take, .revoked = give, .context = member};
    assert_int_equal(weir_batch_init(&member->batch, batch_messages, batch_bytes), WEIR_OK);
    struct weir_error error = {0};
    enum weir_status status =
        weir_kafka_source_open(&fixture->settings, fixture->cluster, number, &member->events, &member->source, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(status, WEIR_OK);
    return member;
}

static void leave(struct member *member)
{
    int64_t before = test_now_ms();
    member->source->operations->close(member->source, 10000);
    assert_true(test_now_ms() - before < 11000);
    weir_batch_fini(&member->batch);
    free(member);
}

/* Polls once and works through the batch as the path does. */
static size_t turn(struct member *member, int timeout_ms)
{
    struct weir_error error = {0};
    weir_batch_reset(&member->batch);
    enum weir_status status = member->source->operations->poll(member->source, &member->batch, timeout_ms, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(status, WEIR_OK);
    for (size_t i = 0; i < member->batch.count; i++) {
        const struct weir_message *message = &member->batch.messages[i];
        char text[16];
        snprintf(text, sizeof text, "%.*s", (int)message->payload.length, message->payload.data);
        int number = atoi(text);
        assert_true(number >= 0 && number < MESSAGES_MAX);
        member->fixture->distinct_count += member->fixture->seen[number]++ == 0;
        member->fixture->seen_count++;
        assert_int_equal(message->slot, message->origin.partition);
        assert_int_equal(message->epoch, member->epochs[message->slot]);
        assert_true(message->origin.offset >= member->next[message->slot]);
        member->next[message->slot] = message->origin.offset + 1;
    }
    for (uint32_t slot = 0; slot < PARTITIONS; slot++)
        if (member->epochs[slot] && member->next[slot] >= 0)
            member->source->operations->finished(member->source, slot,
                                                 (struct weir_progress){member->next[slot], member->next[slot]});
    return member->batch.count;
}

static void read_until(struct fixture *fixture, struct member *a, struct member *b, size_t distinct)
{
    int64_t until = test_now_ms() + 30000;
    while (fixture->distinct_count < distinct && test_now_ms() < until) {
        turn(a, 20);
        if (b)
            turn(b, 20);
    }
}

static void assert_each_seen_once(const struct fixture *fixture, int count)
{
    for (int i = 0; i < count; i++)
        assert_int_equal(fixture->seen[i], 1);
    assert_int_equal(fixture->seen_count, count);
}

static void poll__messages_of_every_shape__as_they_came(void **state)
{
    struct fixture *fixture = *state;
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    broker_put(&fixture->broker, "posts", weir_text_of("k"), weir_text_of("1"));
    broker_put(&fixture->broker, "posts", (struct weir_text){0}, (struct weir_text){0});
    broker_put(&fixture->broker, "posts", (struct weir_text){"", 0}, (struct weir_text){"", 0});
    struct member *member = join(fixture, 0, 16, 1 << 20);
    struct weir_message got[3];
    size_t count = 0;
    int64_t until = test_now_ms() + 20000;
    struct weir_error error;
    while (count < 3 && test_now_ms() < until) {
        assert_int_equal(member->source->operations->poll(member->source, &member->batch, 50, &error), WEIR_OK);
        for (count = 0; count < member->batch.count && count < 3; count++)
            got[count] = member->batch.messages[count];
    }
    assert_int_equal(count, 3);
    assert_true(weir_text_is(got[0].key, "k"));
    assert_true(weir_text_is(weir_text_from_padded(got[0].payload), "1"));
    assert_true(weir_text_is(got[0].origin.topic, "posts"));
    assert_int_equal(got[0].origin.offset, 0);
    assert_true(got[0].origin.timestamp_ms > 1500000000000);
    assert_false(got[0].origin.is_file);
    assert_null(got[1].payload.data); /* a tombstone */
    assert_null(got[1].key.data);
    assert_non_null(got[2].payload.data);
    assert_int_equal(got[2].payload.length, 0);
    assert_non_null(got[2].key.data);
    leave(member);
}

static void poll__small_batches__keep_order_and_lose_nothing(void **state)
{
    struct fixture *fixture = *state;
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 0, 3000);
    struct member *by_count = join(fixture, 0, 7, 1 << 20);
    read_until(fixture, by_count, NULL, 1500);
    assert_true(by_count->batch.count <= 7);
    leave(by_count);
    struct member *by_bytes = join(fixture, 0, 512, 300);
    read_until(fixture, by_bytes, NULL, 3000);
    assert_true(by_bytes->batch.count <= 8);
    leave(by_bytes);
    assert_each_seen_once(fixture, 3000);
}

static void idle(struct member *a, struct member *b, int time_ms)
{
    int64_t until = test_now_ms() + time_ms;
    while (test_now_ms() < until) {
        turn(a, 20);
        if (b)
            turn(b, 20);
    }
}

/* Unlike a real broker the mock refuses commits once a rebalance has begun, so what is under way then is read twice. */
static void rebalance__second_member_joins_and_leaves__nothing_lost(void **state)
{
    struct fixture *fixture = *state;
    set_property(fixture, "auto.commit.interval.ms", "100");
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 0, 4000);
    struct member *a = join(fixture, 0, 100, 1 << 20);
    read_until(fixture, a, NULL, 1000);
    assert_true(fixture->seen_count >= 1000 && fixture->seen_count < 4000);
    struct member *b = join(fixture, 1, 100, 1 << 20);
    int64_t until = test_now_ms() + 20000;
    while ((a->revocations == 0 || b->assignments == 0) && test_now_ms() < until)
        idle(a, b, 40);
    assert_true(a->revocations > 0 && b->assignments > 0);
    read_until(fixture, a, b, 4000);
    assert_int_equal(fixture->distinct_count, 4000);
    idle(a, b, 500);

    broker_fill(&fixture->broker, "posts", PARTITIONS, 4000, 4000);
    read_until(fixture, a, b, 8000);
    idle(a, b, 500);
    unsigned assignments = a->assignments;
    leave(b);
    until = test_now_ms() + 20000;
    while (a->assignments < assignments + PARTITIONS && test_now_ms() < until)
        idle(a, NULL, 40);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 8000, 1000);
    read_until(fixture, a, NULL, 9000);
    idle(a, NULL, 500);
    leave(a);
    for (int i = 4000; i < 9000; i++)
        assert_int_equal(fixture->seen[i], 1);

    struct member *again = join(fixture, 0, 100, 1 << 20);
    size_t before = fixture->seen_count;
    until = test_now_ms() + 15000;
    while (again->assignments < PARTITIONS && test_now_ms() < until)
        idle(again, NULL, 50);
    idle(again, NULL, 1000);
    assert_int_equal(fixture->seen_count, before); /* all was committed */
    leave(again);
}

static void rebalance__cooperative__keeps_partitions_and_loses_nothing(void **state)
{
    struct fixture *fixture = *state;
    set_property(fixture, "partition.assignment.strategy", "cooperative-sticky");
    set_property(fixture, "auto.commit.interval.ms", "100");
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 0, 2000);
    struct member *a = join(fixture, 0, 100, 1 << 20);
    read_until(fixture, a, NULL, 500);
    struct member *b = join(fixture, 1, 100, 1 << 20);
    int64_t until = test_now_ms() + 25000;
    while (b->assignments == 0 && test_now_ms() < until)
        idle(a, b, 40);
    assert_true(b->assignments > 0);
    assert_true(a->revocations < PARTITIONS); /* it keeps some all along */
    read_until(fixture, a, b, 2000);
    assert_int_equal(fixture->distinct_count, 2000);
    idle(a, b, 500);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 2000, 2000);
    read_until(fixture, a, b, 4000);
    for (int i = 2000; i < 4000; i++)
        assert_int_equal(fixture->seen[i], 1);
    leave(b);
    leave(a);
}

static void assignment__lost__committed_by_nobody_and_read_again(void **state)
{
    struct fixture *fixture = *state;
    set_property(fixture, "auto.commit.interval.ms", "60000");
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 0, 100);
    struct member *member = join(fixture, 0, 512, 1 << 20);
    read_until(fixture, member, NULL, 100);
    assert_each_seen_once(fixture, 100);
    rd_kafka_mock_push_request_errors(fixture->broker.cluster, API_HEARTBEAT, 1, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID);
    int64_t until = test_now_ms() + 20000;
    while (fixture->seen_count < 200 && test_now_ms() < until)
        turn(member, 20);
    assert_int_equal(member->losses, PARTITIONS);
    assert_int_equal(fixture->seen_count, 200);
    for (int i = 0; i < 100; i++)
        assert_int_equal(fixture->seen[i], 2);
    assert_int_equal(test_log_count(&fixture->log, "partitions_lost"), 1);
    leave(member);
}

static void commit__refused_on_the_way_out__leaves_all_the_same(void **state)
{
    struct fixture *fixture = *state;
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 0, 100);
    struct member *member = join(fixture, 0, 512, 1 << 20);
    read_until(fixture, member, NULL, 100);
    rd_kafka_mock_push_request_errors(fixture->broker.cluster, API_OFFSET_COMMIT, 3,
                                      RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
                                      RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION);
    leave(member);
    /* Gone for the group too: the next one has all partitions, and misses nothing. */
    broker_fill(&fixture->broker, "posts", PARTITIONS, 100, 100);
    member = join(fixture, 1, 512, 1 << 20);
    read_until(fixture, member, NULL, 200);
    assert_int_equal(fixture->distinct_count, 200);
    leave(member);
}

static void topic__missing__said_once_and_found_later(void **state)
{
    struct fixture *fixture = *state;
    set_property(fixture, "topic.metadata.refresh.interval.ms", "500");
    rd_kafka_mock_topic_set_error(fixture->broker.cluster, "posts", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    struct member *a = join(fixture, 0, 512, 1 << 20);
    struct member *b = join(fixture, 1, 512, 1 << 20);
    idle(a, b, 6000);
    assert_int_equal(test_log_count(&fixture->log, "source_topic_missing"), 1);
    rd_kafka_mock_topic_set_error(fixture->broker.cluster, "posts", RD_KAFKA_RESP_ERR_NO_ERROR);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 0, 100);
    read_until(fixture, a, b, 100);
    assert_int_equal(fixture->distinct_count, 100);
    assert_int_equal(test_log_count(&fixture->log, "source_topic_missing"), 1);
    assert_int_equal(test_log_count(&fixture->log, "source_topic_found"), 1);
    leave(b);
    leave(a);
}

static void outage__in_the_middle__two_lines_and_reads_on(void **state)
{
    struct fixture *fixture = *state;
    set_property(fixture, "session.timeout.ms", "60000");
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 0, 100);
    struct member *a = join(fixture, 0, 512, 1 << 20);
    struct member *b = join(fixture, 1, 512, 1 << 20);
    read_until(fixture, a, b, 100);
    rd_kafka_mock_broker_set_down(fixture->broker.cluster, 1);
    idle(a, b, 6000);
    assert_true(weir_kafka_cluster_is_down(fixture->cluster));
    rd_kafka_mock_broker_set_up(fixture->broker.cluster, 1);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 100, 100);
    read_until(fixture, a, b, 200);
    idle(a, b, 2000);
    assert_int_equal(fixture->distinct_count, 200);
    assert_int_equal(test_log_count(&fixture->log, "broker_down"), 1);
    assert_int_equal(test_log_count(&fixture->log, "broker_back"), 1);
    leave(b);
    leave(a);
}

static void close__broker_gone__in_bounded_time(void **state)
{
    struct fixture *fixture = *state;
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 0, 100);
    struct member *member = join(fixture, 0, 512, 1 << 20);
    read_until(fixture, member, NULL, 100);
    rd_kafka_mock_broker_set_down(fixture->broker.cluster, 1);
    int64_t before = test_now_ms();
    member->source->operations->close(member->source, 8000);
    assert_true(test_now_ms() - before < 9000);
    weir_batch_fini(&member->batch);
    free(member);
}

static void open__without_group__is_invalid(void **state)
{
    struct fixture *fixture = *state;
    fixture->settings.kafka_count = 1;
    struct weir_source_events events = {0};
    struct weir_source *source;
    struct weir_error error;
    assert_int_equal(weir_kafka_source_open(&fixture->settings, fixture->cluster, 0, &events, &source, &error),
                     WEIR_INVALID);
    assert_non_null(strstr(error.text, "group.id"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(poll__messages_of_every_shape__as_they_came),
        TEST(poll__small_batches__keep_order_and_lose_nothing),
        TEST(rebalance__second_member_joins_and_leaves__nothing_lost),
        TEST(rebalance__cooperative__keeps_partitions_and_loses_nothing),
        TEST(assignment__lost__committed_by_nobody_and_read_again),
        TEST(commit__refused_on_the_way_out__leaves_all_the_same),
        TEST(topic__missing__said_once_and_found_later),
        TEST(outage__in_the_middle__two_lines_and_reads_on),
        TEST(close__broker_gone__in_bounded_time),
        TEST(open__without_group__is_invalid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
