/* The Kafka sink against a broker that refuses, forgets, is slow or gone: every record arrives, its ticket comes back
 * once. */
#include "kafka_broker.h"

#include "weir/kafka_client.h"
#include "weir/publish.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define API_PRODUCE 0
/* Soon, on an idle machine; a sanitizer on a busy one takes its time. */
#define DELIVERED_WITHIN_MS 60000
#define TICKETS_MAX 5000
#define PROPERTIES_MAX 8

struct fixture {
    struct broker broker;
    struct test_log log;
    struct weir_kafka_cluster *cluster;
    struct weir_property properties[PROPERTIES_MAX];
    struct weir_settings settings;
    struct weir_counters counters;
    struct weir_sink_events events;
    struct weir_sink *sink;
    unsigned delivered[TICKETS_MAX]; /* by ticket */
    size_t delivered_count;
};

static void note_delivery(void *context, uint64_t ticket)
{
    struct fixture *fixture = context;
    assert_true(ticket > 0 && ticket < TICKETS_MAX);
    fixture->delivered[ticket]++;
    fixture->delivered_count++;
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->broker = broker_start();
    broker_topic(&fixture->broker, "review", 2);
    broker_topic(&fixture->broker, "shadow", 1);
    broker_topic(&fixture->broker, "dead", 1);
    fixture->log = test_log_open(WEIR_LOG_INFO);
    fixture->cluster = weir_kafka_cluster_new(&fixture->log.log);
    fixture->properties[0] = (struct weir_property){"bootstrap.servers", fixture->broker.bootstrap, {0}, NULL};
    fixture->settings =
        (struct weir_settings){.kafka = fixture->properties,
                               .kafka_count = 1,
                               .topics = {.review = "review", .shadow = "shadow", .dead_letters = "dead"}};
    fixture->events = (struct weir_sink_events){note_delivery, fixture};
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    if (fixture->sink)
        fixture->sink->operations->close(fixture->sink);
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

static struct weir_sink *open_sink(struct fixture *fixture)
{
    struct weir_error error = {0};
    enum weir_status status = weir_kafka_sink_open(&fixture->settings, fixture->cluster, 0, &fixture->counters,
                                                   &fixture->events, &fixture->sink, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(status, WEIR_OK);
    return fixture->sink;
}

static enum weir_status put_text(struct weir_sink *sink, enum weir_output output, const char *value, uint64_t ticket)
{
    const struct weir_record record = {.output = output,
                                       .key = weir_text_of("key"),
                                       .value = weir_text_of(value),
                                       .flag_id = output == WEIR_OUTPUT_DEAD_LETTERS ? NULL : "id-1",
                                       .severity = output == WEIR_OUTPUT_DEAD_LETTERS ? NULL : "high",
                                       .category = output == WEIR_OUTPUT_DEAD_LETTERS ? NULL : "scams_and_fraud",
                                       .ticket = ticket};
    struct weir_error error;
    return sink->operations->put(sink, &record, &error);
}

static enum weir_status flush(struct weir_sink *sink, int deadline_ms)
{
    struct weir_error error = {0};
    return sink->operations->flush(sink, deadline_ms, &error);
}

static void assert_each_delivered_once(const struct fixture *fixture, uint64_t count)
{
    for (uint64_t ticket = 1; ticket <= count; ticket++)
        assert_int_equal(fixture->delivered[ticket], 1);
    assert_int_equal(fixture->delivered_count, count);
}

static void put__each_output__arrives_with_its_headers(void **state)
{
    struct fixture *fixture = *state;
    struct weir_sink *sink = open_sink(fixture);
    assert_int_equal(put_text(sink, WEIR_OUTPUT_REVIEW, "{\"a\":1}", 1), WEIR_OK);
    assert_int_equal(put_text(sink, WEIR_OUTPUT_SHADOW, "{\"b\":1}", 2), WEIR_OK);
    assert_int_equal(put_text(sink, WEIR_OUTPUT_DEAD_LETTERS, "{\"c\":1}", 3), WEIR_OK);
    assert_int_equal(put_text(sink, WEIR_OUTPUT_DEAD_LETTERS, "{\"d\":1}", 0), WEIR_OK); /* nobody waits */
    assert_int_equal(flush(sink, DELIVERED_WITHIN_MS), WEIR_OK);
    assert_each_delivered_once(fixture, 3);

    size_t count = 1;
    struct broker_message *messages = broker_read(&fixture->broker, "review", 2, &count);
    assert_int_equal(count, 1);
    assert_string_equal(messages[0].key, "key");
    assert_string_equal(messages[0].value, "{\"a\":1}");
    assert_string_equal(messages[0].headers, "content-type=application/json;weir-flag-id=id-1;weir-severity=high;"
                                             "weir-category=scams_and_fraud;");
    broker_messages_free(messages, count);
    count = 2;
    messages = broker_read(&fixture->broker, "dead", 1, &count);
    assert_int_equal(count, 2);
    assert_string_equal(messages[0].headers, "content-type=application/json;");
    broker_messages_free(messages, count);
}

static void put__endless_key__leaves_it_out(void **state)
{
    struct fixture *fixture = *state;
    struct weir_sink *sink = open_sink(fixture);
    char *key = malloc(900000);
    char *value = malloc(1000000);
    assert_true(key && value);
    memset(key, 'k', 900000);
    memset(value, 'v', 1000000);
    size_t record_max = weir_kafka_sink_record_max(&fixture->settings);
    const struct weir_record record = {.output = WEIR_OUTPUT_REVIEW,
                                       .key = {key, 900000},
                                       .value = {value, record_max},
                                       .flag_id = "i",
                                       .severity = "low",
                                       .category = "self_harm",
                                       .ticket = 1};
    struct weir_error error;
    assert_int_equal(sink->operations->put(sink, &record, &error), WEIR_OK);
    assert_int_equal(flush(sink, DELIVERED_WITHIN_MS), WEIR_OK);
    assert_each_delivered_once(fixture, 1);
    assert_int_equal(weir_counted(&fixture->counters, WEIR_COUNT_RETRIED), 0);
    free(key);
    free(value);
}

static void delivery__refused_for_a_while__arrives_once(void **state)
{
    struct fixture *fixture = *state;
    struct weir_sink *sink = open_sink(fixture);
    rd_kafka_mock_push_request_errors(fixture->broker.cluster, API_PRODUCE, 2,
                                      RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                                      RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    assert_int_equal(put_text(sink, WEIR_OUTPUT_REVIEW, "{}", 1), WEIR_OK);
    clock_t processor_before = clock();
    assert_int_equal(flush(sink, DELIVERED_WITHIN_MS), WEIR_OK);
    assert_true(clock() - processor_before < CLOCKS_PER_SEC); /* of several seconds: it waits, it does not spin */
    assert_each_delivered_once(fixture, 1);
    assert_int_equal(weir_counted(&fixture->counters, WEIR_COUNT_RETRIED), 2);
    assert_int_equal(test_log_count(&fixture->log, "record_refused"), 1);
    assert_int_equal(test_log_count(&fixture->log, "record_accepted"), 1);
    size_t count = 1;
    struct broker_message *messages = broker_read(&fixture->broker, "review", 2, &count);
    assert_int_equal(count, 1);
    broker_messages_free(messages, count);
}

static void delivery__topic_missing__waits_for_it(void **state)
{
    struct fixture *fixture = *state;
    set_property(fixture, "topic.metadata.propagation.max.ms", "500");
    rd_kafka_mock_topic_set_error(fixture->broker.cluster, "review", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    struct weir_sink *sink = open_sink(fixture);
    for (uint64_t ticket = 1; ticket <= 100; ticket++)
        assert_int_equal(put_text(sink, WEIR_OUTPUT_REVIEW, "{}", ticket), WEIR_OK);
    assert_int_equal(flush(sink, 4000), WEIR_RETRY);
    assert_int_equal(fixture->delivered_count, 0);
    assert_int_equal(test_log_count(&fixture->log, "record_refused"), 1);
    /* The other outputs are not held up. */
    assert_int_equal(put_text(sink, WEIR_OUTPUT_SHADOW, "{}", 101), WEIR_OK);
    for (int i = 0; i < 20 && !fixture->delivered[101]; i++)
        assert_int_equal(flush(sink, 500), WEIR_RETRY);
    assert_int_equal(fixture->delivered[101], 1);
    rd_kafka_mock_topic_set_error(fixture->broker.cluster, "review", RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_int_equal(flush(sink, 30000), WEIR_OK);
    assert_each_delivered_once(fixture, 101);
    assert_int_equal(test_log_count(&fixture->log, "record_accepted"), 1);
}

static void put__too_large_for_the_producer__kept_and_said_once(void **state)
{
    struct fixture *fixture = *state;
    set_property(fixture, "message.max.bytes", "1000");
    struct weir_sink *sink = open_sink(fixture);
    char large[2001] = "";
    memset(large, 'x', sizeof large - 1);
    assert_int_equal(put_text(sink, WEIR_OUTPUT_REVIEW, large, 1), WEIR_OK);
    assert_int_equal(put_text(sink, WEIR_OUTPUT_REVIEW, "{}", 2), WEIR_OK);
    assert_int_equal(flush(sink, 1500), WEIR_RETRY);
    assert_int_equal(fixture->delivered[1], 0);
    assert_int_equal(fixture->delivered[2], 1);
    assert_int_equal(test_log_count(&fixture->log, "record_refused"), 1);
    assert_true(test_log_contains(&fixture->log, "raise kafka.message.max.bytes"));
    assert_false(test_log_contains(&fixture->log, "lower"));
}

static void delivery__too_large_for_the_broker__says_where_to_raise_the_limit(void **state)
{
    struct fixture *fixture = *state;
    struct weir_sink *sink = open_sink(fixture);
    rd_kafka_mock_push_request_errors(fixture->broker.cluster, API_PRODUCE, 1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    assert_int_equal(put_text(sink, WEIR_OUTPUT_REVIEW, "{}", 1), WEIR_OK);
    assert_int_equal(flush(sink, DELIVERED_WITHIN_MS), WEIR_OK);
    assert_true(test_log_contains(&fixture->log, "raise max.message.bytes of the topic"));
}

#define LONG_FLAG_SIZE 6000

/* A flag of a long text, which can be cut to some 300 bytes. */
static void write_long_flag(char flag[LONG_FLAG_SIZE], int number)
{
    char text[5001] = "";
    memset(text, 'x', sizeof text - 1);
    snprintf(flag, LONG_FLAG_SIZE,
             "{\"schema\":\"weir.flag/1\",\"flag_id\":\"f%d\",\"source\":{\"topic\":\"posts\",\"partition\":0,"
             "\"offset\":%d},\"severity\":\"low\",\"rules\":[{\"id\":\"a.b\",\"severity\":\"low\",\"evidence\":[]}],"
             "\"content\":{\"text\":\"%s\"}}",
             number, number, text);
}

/* The message of the topic that holds the text, or NULL. */
static const char *find_message(const struct broker_message *messages, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(messages[i].value, text))
            return messages[i].value;
    return NULL;
}

static void delivery__too_large_by_itself__cut_and_delivered(void **state)
{
    struct fixture *fixture = *state;
    struct weir_sink *sink = open_sink(fixture);
    char flag[LONG_FLAG_SIZE];
    write_long_flag(flag, 1);
    /* As one of many it may not be the one that is too large; by itself it is. */
    rd_kafka_mock_push_request_errors(fixture->broker.cluster, API_PRODUCE, 2, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
                                      RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    assert_int_equal(put_text(sink, WEIR_OUTPUT_REVIEW, flag, 1), WEIR_OK);
    assert_int_equal(flush(sink, DELIVERED_WITHIN_MS), WEIR_OK);
    write_long_flag(flag, 2); /* cut before it is sent */
    assert_int_equal(put_text(sink, WEIR_OUTPUT_REVIEW, flag, 2), WEIR_OK);
    assert_int_equal(put_text(sink, WEIR_OUTPUT_SHADOW, flag, 3), WEIR_OK);
    assert_int_equal(flush(sink, DELIVERED_WITHIN_MS), WEIR_OK);
    assert_each_delivered_once(fixture, 3);
    size_t count = 2;
    struct broker_message *messages = broker_read(&fixture->broker, "review", 2, &count);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++) {
        assert_true(strlen(messages[i].value) < 500);
        assert_non_null(strstr(messages[i].value, "\"truncated\":true"));
    }
    broker_messages_free(messages, count);
    count = 1;
    messages = broker_read(&fixture->broker, "shadow", 1, &count);
    assert_int_equal(count, 1);
    assert_int_equal(strlen(messages[0].value), strlen(flag)); /* another topic, another limit */
    broker_messages_free(messages, count);
    assert_int_equal(test_log_count(&fixture->log, "records_too_large"), 1);
    assert_int_equal(test_log_count(&fixture->log, "record_refused"), 0);
    assert_int_equal(weir_counted(&fixture->counters, WEIR_COUNT_DEAD_LETTERS), 0);
}

static void put__flag_too_large_however_it_is_cut__becomes_a_dead_letter(void **state)
{
    struct fixture *fixture = *state;
    set_property(fixture, "message.max.bytes", "1000");
    struct weir_sink *sink = open_sink(fixture);
    char flag[LONG_FLAG_SIZE];
    char text[1201] = "";
    memset(text, 'i', sizeof text - 1);
    snprintf(flag, sizeof flag,
             "{\"schema\":\"weir.flag/1\",\"flag_id\":\"f1\",\"source\":{\"topic\":\"posts\",\"partition\":0,"
             "\"offset\":7},\"rules\":[{\"id\":\"%s\"}]}",
             text);
    assert_int_equal(put_text(sink, WEIR_OUTPUT_REVIEW, flag, 1), WEIR_OK);
    assert_int_equal(put_text(sink, WEIR_OUTPUT_REVIEW, flag, 2), WEIR_OK);
    assert_int_equal(flush(sink, DELIVERED_WITHIN_MS), WEIR_OK);
    assert_each_delivered_once(fixture, 2);
    size_t count = 2;
    struct broker_message *messages = broker_read(&fixture->broker, "dead", 1, &count);
    assert_int_equal(count, 2);
    assert_non_null(find_message(messages, count, "\"reason\":\"flag_too_large\""));
    assert_non_null(find_message(messages, count, "\"flag_id\":\"f1\",\"payload_omitted\":true"));
    assert_non_null(strstr(messages[0].headers, "weir-severity=high;"));
    broker_messages_free(messages, count);
    assert_int_equal(test_log_count(&fixture->log, "records_too_large"), 1);
    assert_int_equal(test_log_count(&fixture->log, "flags_undeliverable"), 1);
    assert_int_equal(test_log_count(&fixture->log, "record_refused"), 0);
    assert_int_equal(weir_counted(&fixture->counters, WEIR_COUNT_DEAD_LETTERS), 2);
}

/* Ticket 1 is delivered; the next request breaks the producer. */
static struct weir_sink *open_sink_to_break(struct fixture *fixture)
{
    struct weir_sink *sink = open_sink(fixture);
    assert_int_equal(put_text(sink, WEIR_OUTPUT_REVIEW, "{}", 1), WEIR_OK);
    assert_int_equal(flush(sink, DELIVERED_WITHIN_MS), WEIR_OK);
    rd_kafka_mock_push_request_errors(fixture->broker.cluster, API_PRODUCE, 1,
                                      RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    return sink;
}

static void producer__broken_for_good__rebuilt_without_loss(void **state)
{
    struct fixture *fixture = *state;
    struct weir_sink *sink = open_sink_to_break(fixture);
    struct weir_error error;
    for (uint64_t ticket = 2; ticket <= 500; ticket++) {
        enum weir_status status;
        while ((status = put_text(sink, ticket % 2 ? WEIR_OUTPUT_REVIEW : WEIR_OUTPUT_SHADOW, "{}", ticket)) ==
               WEIR_RETRY)
            assert_int_equal(sink->operations->poll(sink, 10, &error), WEIR_OK);
        assert_int_equal(status, WEIR_OK);
        if (ticket % 50 == 0)
            assert_int_equal(sink->operations->poll(sink, 10, &error), WEIR_OK);
    }
    assert_int_equal(flush(sink, 20000), WEIR_OK);
    assert_int_equal(test_log_count(&fixture->log, "producer_rebuilt"), 1);
    assert_int_equal(test_log_count(&fixture->log, "record_refused"), 0);
    assert_each_delivered_once(fixture, 500);
}

/* The producer breaks on a thread of its own, between two polls. */
static void put__into_a_broken_producer__retry_and_no_refusal(void **state)
{
    struct fixture *fixture = *state;
    struct weir_sink *sink = open_sink_to_break(fixture);
    uint64_t ticket = 2;
    while (put_text(sink, WEIR_OUTPUT_REVIEW, "{}", ticket) == WEIR_OK) {
        ticket++;
        assert_true(ticket < TICKETS_MAX);
        usleep(10000);
    }
    assert_int_equal(flush(sink, DELIVERED_WITHIN_MS), WEIR_OK);
    assert_int_equal(test_log_count(&fixture->log, "record_refused"), 0);
    assert_int_equal(test_log_count(&fixture->log, "producer_rebuilt"), 1);
    assert_each_delivered_once(fixture, ticket - 1);
}

static void put__queue_full__retry_and_nothing_lost(void **state)
{
    struct fixture *fixture = *state;
    set_property(fixture, "queue.buffering.max.messages", "10");
    rd_kafka_mock_broker_set_rtt(fixture->broker.cluster, 1, 100);
    struct weir_sink *sink = open_sink(fixture);
    unsigned full = 0;
    char value[16];
    struct weir_error error;
    for (uint64_t ticket = 1; ticket <= 60; ticket++) {
        enum weir_status status;
        snprintf(value, sizeof value, "%u", (unsigned)ticket);
        while ((status = put_text(sink, WEIR_OUTPUT_REVIEW, value, ticket)) == WEIR_RETRY) {
            full++;
            assert_int_equal(sink->operations->poll(sink, 100, &error), WEIR_OK);
        }
        assert_int_equal(status, WEIR_OK);
    }
    assert_true(full > 0);
    assert_int_equal(flush(sink, 20000), WEIR_OK);
    assert_each_delivered_once(fixture, 60);
    size_t count = 60;
    struct broker_message *messages = broker_read(&fixture->broker, "review", 2, &count);
    assert_int_equal(count, 60);
    broker_messages_free(messages, count);
}

static void outage__in_the_middle__nothing_lost_and_two_lines(void **state)
{
    struct fixture *fixture = *state;
    struct weir_sink *sink = open_sink(fixture);
    struct weir_error error;
    uint64_t ticket = 0;
    while (ticket < 50)
        assert_int_equal(put_text(sink, WEIR_OUTPUT_REVIEW, "{}", ++ticket), WEIR_OK);
    assert_int_equal(flush(sink, DELIVERED_WITHIN_MS), WEIR_OK);
    rd_kafka_mock_broker_set_down(fixture->broker.cluster, 1);
    int64_t until = test_now_ms() + 5000;
    while (test_now_ms() < until) {
        assert_int_equal(put_text(sink, WEIR_OUTPUT_REVIEW, "{}", ++ticket), WEIR_OK);
        assert_int_equal(sink->operations->poll(sink, 50, &error), WEIR_OK);
    }
    assert_int_equal(fixture->delivered_count, 50);
    rd_kafka_mock_broker_set_up(fixture->broker.cluster, 1);
    assert_int_equal(flush(sink, 20000), WEIR_OK);
    assert_each_delivered_once(fixture, ticket);
    until = test_now_ms() + 3000;
    while (test_now_ms() < until)
        assert_int_equal(sink->operations->poll(sink, 50, &error), WEIR_OK);
    assert_int_equal(test_log_count(&fixture->log, "broker_down"), 1);
    assert_int_equal(test_log_count(&fixture->log, "broker_back"), 1);
    assert_int_equal(test_log_count(&fixture->log, "record_refused"), 0);
}

static void close__records_undelivered__comes_back(void **state)
{
    struct fixture *fixture = *state;
    struct weir_sink *sink = open_sink(fixture);
    rd_kafka_mock_broker_set_down(fixture->broker.cluster, 1);
    for (uint64_t ticket = 1; ticket <= 10; ticket++)
        assert_int_equal(put_text(sink, WEIR_OUTPUT_REVIEW, "{}", ticket), WEIR_OK);
    assert_int_equal(flush(sink, 300), WEIR_RETRY);
    int64_t before = test_now_ms();
    sink->operations->close(sink);
    fixture->sink = NULL;
    assert_true(test_now_ms() - before < 6000);
    assert_int_equal(test_log_count(&fixture->log, "records_given_up"), 1);
}

static void close__records_nobody_waits_for__says_nothing_of_messages(void **state)
{
    struct fixture *fixture = *state;
    fixture->settings.topics.rollups = "rollups";
    struct weir_sink *sink = open_sink(fixture);
    rd_kafka_mock_broker_set_down(fixture->broker.cluster, 1);
    assert_int_equal(put_text(sink, WEIR_OUTPUT_ROLLUPS, "{}", 0), WEIR_OK);
    assert_int_equal(flush(sink, 300), WEIR_RETRY);
    sink->operations->close(sink);
    fixture->sink = NULL;
    assert_int_equal(test_log_count(&fixture->log, "records_given_up"), 0);
}

static void delivery__of_a_record_nobody_waits_for__is_not_promised(void **state)
{
    struct fixture *fixture = *state;
    fixture->settings.topics.rollups = "rollups";
    set_property(fixture, "topic.metadata.propagation.max.ms", "500");
    rd_kafka_mock_topic_set_error(fixture->broker.cluster, "rollups", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    struct weir_sink *sink = open_sink(fixture);
    assert_int_equal(put_text(sink, WEIR_OUTPUT_ROLLUPS, "{}", 0), WEIR_OK);
    assert_int_equal(flush(sink, 4000), WEIR_RETRY);
    assert_int_equal(test_log_count(&fixture->log, "record_refused"), 1);
    assert_true(test_log_contains(&fixture->log, "tries again until it ends"));
    assert_false(test_log_contains(&fixture->log, "keeps the records"));
}

static void record_max__follows_message_max_bytes(void **state)
{
    struct fixture *fixture = *state;
    size_t usual = weir_kafka_sink_record_max(&fixture->settings);
    assert_true(usual > 990000 && usual < 1000000);
    set_property(fixture, "message.max.bytes", "5000000");
    assert_int_equal(weir_kafka_sink_record_max(&fixture->settings) - usual, 4000000);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(put__each_output__arrives_with_its_headers),
        TEST(put__endless_key__leaves_it_out),
        TEST(delivery__refused_for_a_while__arrives_once),
        TEST(delivery__topic_missing__waits_for_it),
        TEST(put__too_large_for_the_producer__kept_and_said_once),
        TEST(delivery__too_large_for_the_broker__says_where_to_raise_the_limit),
        TEST(delivery__too_large_by_itself__cut_and_delivered),
        TEST(put__flag_too_large_however_it_is_cut__becomes_a_dead_letter),
        TEST(producer__broken_for_good__rebuilt_without_loss),
        TEST(put__into_a_broken_producer__retry_and_no_refusal),
        TEST(put__queue_full__retry_and_nothing_lost),
        TEST(outage__in_the_middle__nothing_lost_and_two_lines),
        TEST(close__records_undelivered__comes_back),
        TEST(close__records_nobody_waits_for__says_nothing_of_messages),
        TEST(delivery__of_a_record_nobody_waits_for__is_not_promised),
        TEST(record_max__follows_message_max_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
