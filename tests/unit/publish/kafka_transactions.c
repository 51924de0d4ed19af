/* The transactional sink without a broker that keeps transactions: whose ids it takes, and how it says no. What it does
 * with transactions is shown on real Kafka (tests/integration, tests/chaos). */
#include "kafka_broker.h"

#include "weir/kafka_client.h"
#include "weir/publish.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SOON_MS 30000

static struct weir_settings settings_of(struct weir_property *properties, size_t count)
{
    return (struct weir_settings){
        .kafka = properties, .kafka_count = count, .delivery = WEIR_EXACTLY_ONCE, .topics = {.review = "review"}};
}

static void start__on_the_embedded_broker__refused_with_the_remedy(void **state)
{
    (void)state;
    struct broker broker = broker_start();
    struct test_log log = test_log_open(WEIR_LOG_INFO);
    struct weir_kafka_cluster *cluster = weir_kafka_cluster_new(&log.log);
    struct weir_property properties[] = {{"bootstrap.servers", broker.bootstrap, {0}, NULL},
                                         {"group.id", "weir", {0}, NULL}};
    struct weir_settings settings = settings_of(properties, 2);
    struct weir_counters counters = {0};
    struct weir_sink *sink = NULL;
    struct weir_error error = {0};
    assert_int_equal(weir_kafka_transactional_sink_open(&settings, cluster, 0, &counters, &sink, &error), WEIR_OK);
    enum weir_status status = WEIR_OK;
    for (int64_t until = test_now_ms() + SOON_MS; status == WEIR_OK && test_now_ms() < until;)
        status = sink->operations->poll(sink, 100, &error);
    assert_int_equal(status, WEIR_FATAL);
    assert_non_null(strstr(error.text, "the embedded broker keeps no transactions; use delivery: at_least_once"));
    sink->operations->close(sink);
    weir_kafka_cluster_free(cluster);
    test_log_close(&log);
    broker_stop(&broker);
}

static void put__before_the_start__waits_and_nothing_is_committed(void **state)
{
    (void)state;
    struct test_log log = test_log_open(WEIR_LOG_INFO);
    struct weir_kafka_cluster *cluster = weir_kafka_cluster_new(&log.log);
    struct weir_property properties[] = {{"bootstrap.servers", "127.0.0.1:1", {0}, NULL},
                                         {"group.id", "weir", {0}, NULL}};
    struct weir_settings settings = settings_of(properties, 2);
    struct weir_counters counters = {0};
    struct weir_sink *sink = NULL;
    struct weir_error error = {0};
    const struct weir_record record = {.output = WEIR_OUTPUT_REVIEW, .value = WEIR_TEXT_LITERAL("{}")};
    assert_int_equal(weir_kafka_transactional_sink_open(&settings, cluster, 0, &counters, &sink, &error), WEIR_OK);
    assert_int_equal(sink->operations->put(sink, &record, &error), WEIR_RETRY);
    assert_int_equal(sink->operations->poll(sink, 10, &error), WEIR_OK);
    assert_int_equal(sink->operations->put(sink, &record, &error), WEIR_RETRY);
    assert_true(sink->operations->due(sink, false) > 1000);
    assert_int_equal(sink->operations->commit(sink, NULL, 10, &error), WEIR_COMMITTED); /* of nothing */
    assert_int_equal(weir_counted(&counters, WEIR_COUNT_COMMITTED), 0);
    sink->operations->close(sink);
    weir_kafka_cluster_free(cluster);
    test_log_close(&log);
}

static const char *identify(struct weir_kafka_cluster *cluster, struct weir_property *properties, size_t count)
{
    struct weir_settings settings = settings_of(properties, count);
    struct weir_error error = {0};
    const char *id = NULL;
    assert_int_equal(weir_kafka_cluster_identify(cluster, &settings, &id, &error), WEIR_OK);
    return id;
}

static void identity__of_processes_of_one_group__differs_and_is_taken_up_again(void **state)
{
    (void)state;
    char group[64];
    char first[600];
    struct test_log log = test_log_open(WEIR_LOG_INFO);
    struct weir_kafka_cluster *clusters[3];
    snprintf(group, sizeof group, "weir-test-%lld", (long long)test_now_ms());
    struct weir_property own[] = {{"group.id", group, {0}, NULL}};
    struct weir_property given[] = {{"group.id", group, {0}, NULL}, {"transactional.id", "mine", {0}, NULL}};
    for (size_t i = 0; i < 3; i++)
        clusters[i] = weir_kafka_cluster_new(&log.log);
    snprintf(first, sizeof first, "%s", identify(clusters[0], own, 1));
    assert_non_null(strstr(first, group));
    assert_string_equal(identify(clusters[0], own, 1), first);
    assert_string_not_equal(identify(clusters[1], own, 1), first);
    assert_string_equal(identify(clusters[2], given, 2), "mine");
    weir_kafka_cluster_free(clusters[0]); /* as when the process ends, however it does */
    weir_kafka_cluster_free(clusters[2]);
    clusters[2] = weir_kafka_cluster_new(&log.log);
    assert_string_equal(identify(clusters[2], own, 1), first);
    weir_kafka_cluster_free(clusters[1]);
    weir_kafka_cluster_free(clusters[2]);
    test_log_close(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start__on_the_embedded_broker__refused_with_the_remedy),
        cmocka_unit_test(put__before_the_start__waits_and_nothing_is_committed),
        cmocka_unit_test(identity__of_processes_of_one_group__differs_and_is_taken_up_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
