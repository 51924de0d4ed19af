/* A topic's past against a mock broker: exactly what was there at the start, and no trace of the reader. */
#include "kafka_broker.h"

#include "weir/history.h"
#include "weir/kafka_client.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define API_FETCH 1
#define API_LIST_OFFSETS 2
#define API_OFFSET_COMMIT 8
#define API_JOIN_GROUP 11
#define PARTITIONS 3
#define MESSAGES_MAX 1000

struct fixture {
    struct broker broker;
    struct test_log log;
    struct weir_kafka_cluster *cluster;
    struct weir_property properties[2];
    struct weir_settings settings;
    struct weir_history_options options;
    struct weir_source *source;
    struct weir_batch batch;
    unsigned seen[MESSAGES_MAX]; /* by the number in the payload */
    size_t count;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->broker = broker_start();
    fixture->log = test_log_open(WEIR_LOG_INFO);
    fixture->cluster = weir_kafka_cluster_new(&fixture->log.log);
    fixture->properties[0] = (struct weir_property){"bootstrap.servers", fixture->broker.bootstrap, {0}, NULL};
    fixture->properties[1] = (struct weir_property){"group.id", "weir", {0}, NULL};
    fixture->settings = (struct weir_settings){.kafka = fixture->properties, .kafka_count = 2};
    fixture->options = (struct weir_history_options){.settings = &fixture->settings,
                                                     .cluster = fixture->cluster,
                                                     .topic = "posts",
                                                     .mapping = 7,
                                                     .start_within_ms = 10000};
    assert_int_equal(weir_batch_init(&fixture->batch, 16, (size_t)1 << 20), WEIR_OK);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    if (fixture->source)
        fixture->source->operations->close(fixture->source, 5000);
    weir_batch_fini(&fixture->batch);
    weir_kafka_cluster_free(fixture->cluster);
    test_log_close(&fixture->log);
    broker_stop(&fixture->broker);
    free(fixture);
    return 0;
}

static void open_history(struct fixture *fixture)
{
    struct weir_error error = {0};
    enum weir_status status = weir_history_open(&fixture->options, &fixture->source, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(status, WEIR_OK);
}

static enum weir_status poll_once(struct fixture *fixture, struct weir_error *error)
{
    weir_batch_reset(&fixture->batch);
    enum weir_status status = fixture->source->operations->poll(fixture->source, &fixture->batch, 200, error);
    for (size_t i = 0; i < fixture->batch.count; i++) {
        const struct weir_message *message = &fixture->batch.messages[i];
        char text[16];
        snprintf(text, sizeof text, "%.*s", (int)message->payload.length, message->payload.data);
        int number = atoi(text);
        assert_true(number >= 0 && number < MESSAGES_MAX);
        assert_int_equal(message->origin.partition, number % PARTITIONS);
        assert_int_equal(message->origin.offset, number / PARTITIONS);
        assert_true(weir_text_is(message->origin.topic, "posts"));
        assert_false(message->origin.is_file);
        assert_true(weir_text_is(message->key, text));
        assert_int_equal(message->mapping, 7);
        fixture->seen[number]++;
        fixture->count++;
    }
    return status;
}

/* To the end, however that comes. */
static struct weir_error read_all(struct fixture *fixture)
{
    struct weir_error error = {0};
    int64_t until = test_now_ms() + 20000;
    while (poll_once(fixture, &error) == WEIR_OK)
        assert_true(test_now_ms() < until);
    return error;
}

static void assert_seen(const struct fixture *fixture, int first, int end)
{
    for (int i = 0; i < MESSAGES_MAX; i++)
        assert_int_equal(fixture->seen[i], i >= first && i < end);
}

static void history__three_partitions__every_message_once_then_the_end(void **state)
{
    struct fixture *fixture = *state;
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 0, 100);
    open_history(fixture);
    struct weir_error error = read_all(fixture);
    assert_int_equal(error.status, WEIR_OK);
    assert_seen(fixture, 0, 100);
    size_t count;
    const struct weir_history_range *ranges = weir_history_ranges(fixture->source, &count);
    assert_int_equal(count, PARTITIONS);
    for (int i = 0; i < PARTITIONS; i++) {
        assert_int_equal(ranges[i].partition, i);
        assert_int_equal(ranges[i].start, 0);
        assert_int_equal(ranges[i].end, i == 0 ? 34 : 33);
    }
}

static void history__messages_that_come_meanwhile__left_out(void **state)
{
    struct fixture *fixture = *state;
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 0, 90);
    open_history(fixture);
    struct weir_error error = {0};
    while (fixture->count == 0)
        assert_int_equal(poll_once(fixture, &error), WEIR_OK);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 90, 90);
    error = read_all(fixture);
    assert_int_equal(error.status, WEIR_OK);
    assert_seen(fixture, 0, 90);
}

static void history__time_after_the_last_message__nothing_and_the_end(void **state)
{
    struct fixture *fixture = *state;
    struct weir_clock clock = weir_clock_system();
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 0, 9);
    fixture->options.from_ms = clock.wall_ms(clock.context) + 3600000;
    open_history(fixture);
    struct weir_error error = read_all(fixture);
    assert_int_equal(error.status, WEIR_OK);
    assert_int_equal(fixture->count, 0);
    size_t count;
    const struct weir_history_range *ranges = weir_history_ranges(fixture->source, &count);
    assert_int_equal(ranges[0].start, 3);
    assert_int_equal(ranges[0].end, 3);
}

static void history__empty_topic__the_end_at_once(void **state)
{
    struct fixture *fixture = *state;
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    open_history(fixture);
    struct weir_error error = read_all(fixture);
    assert_int_equal(error.status, WEIR_OK);
    assert_int_equal(fixture->count, 0);
}

static void assert_refused(struct fixture *fixture, const char *what)
{
    open_history(fixture);
    struct weir_error error = read_all(fixture);
    assert_int_equal(error.status, WEIR_UNAVAILABLE);
    assert_non_null(strstr(error.text, what));
    assert_non_null(strstr(error.text, "'posts'"));
    assert_int_equal(fixture->count, 0);
}

static void history__no_such_topic__unavailable(void **state)
{
    struct fixture *fixture = *state;
    rd_kafka_mock_topic_set_error(fixture->broker.cluster, "posts", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    assert_refused(fixture, "there is no topic");
}

/* The answer about the offsets refuses, not the metadata: there the mock cluster would list partitions beside its error,
 * which no broker does, and of which librdkafka 2.8 dies. */
static void history__topic_not_allowed__unavailable(void **state)
{
    struct fixture *fixture = *state;
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    rd_kafka_mock_push_request_errors(fixture->broker.cluster, API_LIST_OFFSETS, 2, /* the start and the end */
                                      RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                                      RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    assert_refused(fixture, "do not let this user read");
}

static void history__fetch_not_allowed__unavailable(void **state)
{
    struct fixture *fixture = *state;
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 0, 9);
    rd_kafka_mock_push_request_errors(
        fixture->broker.cluster, API_FETCH, 3, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    open_history(fixture);
    struct weir_error error = read_all(fixture);
    assert_int_equal(error.status, WEIR_UNAVAILABLE);
}

static void history__no_broker__unavailable_in_time(void **state)
{
    struct fixture *fixture = *state;
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    rd_kafka_mock_broker_set_down(fixture->broker.cluster, 1);
    fixture->options.start_within_ms = 2000;
    open_history(fixture);
    int64_t before = test_now_ms();
    struct weir_error error = read_all(fixture);
    assert_int_equal(error.status, WEIR_UNAVAILABLE);
    assert_non_null(strstr(error.text, "did not answer"));
    assert_true(test_now_ms() - before < 8000);
}

static void history__broker_away_in_the_middle__waits_and_reads_the_rest(void **state)
{
    struct fixture *fixture = *state;
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 0, 30);
    open_history(fixture);
    /* Down between the answer about the offsets and the first fetch. */
    struct weir_error error = {0};
    size_t count = 0;
    rd_kafka_mock_broker_set_rtt(fixture->broker.cluster, 1, 100);
    while (count == 0 && fixture->count == 0) {
        assert_int_equal(poll_once(fixture, &error), WEIR_OK);
        weir_history_ranges(fixture->source, &count);
    }
    rd_kafka_mock_broker_set_down(fixture->broker.cluster, 1);
    for (int64_t until = test_now_ms() + 4000; test_now_ms() < until;) {
        enum weir_status status = poll_once(fixture, &error);
        if (status != WEIR_OK)
            break;
    }
    rd_kafka_mock_broker_set_up(fixture->broker.cluster, 1);
    error = read_all(fixture);
    assert_int_equal(error.status, WEIR_OK);
    assert_seen(fixture, 0, 30);
    assert_true(test_log_count(&fixture->log, "broker_down") <= 1);
}

/* Any of these requests would be answered with an error that the log at level debug would show; the group stays
 * unknown. */
static void history__a_group_of_the_daemon__untouched(void **state)
{
    struct fixture *fixture = *state;
    broker_topic(&fixture->broker, "posts", PARTITIONS);
    broker_fill(&fixture->broker, "posts", PARTITIONS, 0, 30);
    rd_kafka_mock_push_request_errors(fixture->broker.cluster, API_JOIN_GROUP, 1,
                                      RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    rd_kafka_mock_push_request_errors(fixture->broker.cluster, API_OFFSET_COMMIT, 1,
                                      RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    fixture->log.log.level = WEIR_LOG_DEBUG;
    open_history(fixture);
    struct weir_error error = read_all(fixture);
    assert_int_equal(error.status, WEIR_OK);
    assert_seen(fixture, 0, 30);
    fixture->source->operations->close(fixture->source, 5000);
    fixture->source = NULL;
    assert_false(test_log_contains(&fixture->log, "GROUP_AUTHORIZATION_FAILED"));
    assert_false(test_log_contains(&fixture->log, "Group authorization failed"));
}

static void open__no_brokers_configured__invalid(void **state)
{
    struct fixture *fixture = *state;
    fixture->settings.kafka_count = 0;
    struct weir_error error = {0};
    assert_int_equal(weir_history_open(&fixture->options, &fixture->source, &error), WEIR_INVALID);
    assert_non_null(strstr(error.text, "bootstrap.servers"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(history__three_partitions__every_message_once_then_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(history__messages_that_come_meanwhile__left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(history__time_after_the_last_message__nothing_and_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(history__empty_topic__the_end_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(history__no_such_topic__unavailable, set_up, tear_down),
        cmocka_unit_test_setup_teardown(history__topic_not_allowed__unavailable, set_up, tear_down),
        cmocka_unit_test_setup_teardown(history__fetch_not_allowed__unavailable, set_up, tear_down),
        cmocka_unit_test_setup_teardown(history__no_broker__unavailable_in_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(history__broker_away_in_the_middle__waits_and_reads_the_rest, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(history__a_group_of_the_daemon__untouched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(open__no_brokers_configured__invalid, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
