/* The brokers' health: two log lines for an outage, none for a false alarm, whatever the number of clients. */
#include "kafka_broker.h"

#include "weir/kafka_client.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <unistd.h>

#include <cmocka.h>

#define CLIENTS 3

static void configure(struct rd_kafka_conf_s *conf)
{
    (void)conf;
}

static struct weir_kafka_client *open_client(struct weir_kafka_cluster *cluster, const struct weir_settings *settings,
                                             enum weir_kafka_role role)
{
    const struct weir_kafka_client_options options = {
        .cluster = cluster, .settings = settings, .role = role, .configure = configure};
    struct weir_kafka_client *client;
    struct weir_error error;
    assert_int_equal(weir_kafka_client_open(&options, &client, &error), WEIR_OK);
    return client;
}

#define SETTINGS(bootstrap, origin)                                                                                    \
    {                                                                                                                  \
        .kafka = (const struct weir_property[]){{"bootstrap.servers", (bootstrap), {0}, (origin)},                     \
                                                {"group.id", "g", {0}, NULL}},                                         \
        .kafka_count = 2                                                                                               \
    }

static void await_connection(const struct weir_kafka_client *client)
{
    const struct rd_kafka_metadata *metadata;
    assert_int_equal(rd_kafka_metadata(weir_kafka_client_handle(client), 0, NULL, &metadata, 10000), 0);
    rd_kafka_metadata_destroy(metadata);
}

struct worker {
    struct weir_kafka_client *client;
    atomic_bool *stop;
};

static void *watch(void *argument)
{
    struct worker *worker = argument;
    while (!atomic_load(worker->stop)) {
        rd_kafka_poll(weir_kafka_client_handle(worker->client), 20);
        weir_kafka_client_watch(worker->client);
    }
    return NULL;
}

static bool wait_until(const struct weir_kafka_cluster *cluster, bool down, int timeout_ms)
{
    int64_t until = test_now_ms() + timeout_ms;
    while (weir_kafka_cluster_is_down(cluster) != down && test_now_ms() < until)
        usleep(20000);
    return weir_kafka_cluster_is_down(cluster) == down;
}

static void outage__several_clients__two_lines(void **state)
{
    (void)state;
    struct broker broker = broker_start();
    const struct weir_settings settings = SETTINGS(broker.bootstrap, NULL);
    struct test_log log = test_log_open(WEIR_LOG_INFO);
    struct weir_kafka_cluster *cluster = weir_kafka_cluster_new(&log.log);
    atomic_bool stop = false;
    struct worker workers[CLIENTS];
    pthread_t threads[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        workers[i] = (struct worker){open_client(cluster, &settings, WEIR_KAFKA_PRODUCER), &stop};
        await_connection(workers[i].client);
        assert_int_equal(pthread_create(&threads[i], NULL, watch, &workers[i]), 0);
    }
    for (int outage = 1; outage <= 2; outage++) {
        rd_kafka_mock_broker_set_down(broker.cluster, 1);
        assert_true(wait_until(cluster, true, 10000));
        usleep(1500000);
        rd_kafka_mock_broker_set_up(broker.cluster, 1);
        assert_true(wait_until(cluster, false, 10000));
        usleep(1200000);
        assert_int_equal(test_log_count(&log, "broker_down"), outage);
        assert_int_equal(test_log_count(&log, "broker_back"), outage);
    }
    assert_true(test_log_contains(&log, broker.bootstrap));
    atomic_store(&stop, true);
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        assert_true(weir_kafka_client_close(workers[i].client, 5000));
    }
    weir_kafka_cluster_free(cluster);
    test_log_close(&log);
    broker_stop(&broker);
}

static void suspicion__brokers_answer__no_line(void **state)
{
    (void)state;
    struct broker broker = broker_start();
    const struct weir_settings settings = SETTINGS(broker.bootstrap, NULL);
    struct test_log log = test_log_open(WEIR_LOG_INFO);
    struct weir_kafka_cluster *cluster = weir_kafka_cluster_new(&log.log);
    struct weir_kafka_client *client = open_client(cluster, &settings, WEIR_KAFKA_CONSUMER);
    await_connection(client);
    int64_t until = test_now_ms() + 2500;
    while (test_now_ms() < until) {
        weir_kafka_cluster_suspect(cluster, "an idle connection closed");
        weir_kafka_client_watch(client);
        usleep(10000);
    }
    assert_int_equal(test_log_count(&log, "broker_down"), 0);
    assert_int_equal(test_log_count(&log, "broker_back"), 0);
    assert_true(weir_kafka_client_close(client, 5000));
    weir_kafka_cluster_free(cluster);
    test_log_close(&log);
    broker_stop(&broker);
}

static void start__no_broker__one_line_and_a_quick_end(void **state)
{
    (void)state;
    const struct weir_settings settings = SETTINGS("127.0.0.1:1", NULL);
    struct test_log log = test_log_open(WEIR_LOG_INFO);
    struct weir_kafka_cluster *cluster = weir_kafka_cluster_new(&log.log);
    struct weir_kafka_client *client = open_client(cluster, &settings, WEIR_KAFKA_PRODUCER);
    int64_t until = test_now_ms() + 6000;
    while (test_now_ms() < until) {
        rd_kafka_poll(weir_kafka_client_handle(client), 20);
        weir_kafka_client_watch(client);
    }
    assert_int_equal(test_log_count(&log, "broker_down"), 1);
    assert_true(test_log_contains(&log, "refused"));
    assert_true(weir_kafka_client_close(client, 5000));
    weir_kafka_cluster_free(cluster);
    test_log_close(&log);
}

static void start__brokers_from_a_secret__not_named(void **state)
{
    (void)state;
    const struct weir_settings settings = SETTINGS("topsecret.invalid:1,127.0.0.1:1", "${env:BROKERS}");
    struct test_log log = test_log_open(WEIR_LOG_DEBUG);
    struct weir_kafka_cluster *cluster = weir_kafka_cluster_new(&log.log);
    struct weir_kafka_client *client = open_client(cluster, &settings, WEIR_KAFKA_PRODUCER);
    int64_t until = test_now_ms() + 10000;
    while (test_log_count(&log, "broker_down") == 0 && test_now_ms() < until) {
        rd_kafka_poll(weir_kafka_client_handle(client), 20);
        weir_kafka_client_watch(client);
    }
    assert_true(test_log_contains(&log, "brokers=${env:BROKERS}"));
    assert_false(test_log_contains(&log, "topsecret"));
    assert_false(test_log_contains(&log, "127.0.0.1"));
    assert_true(weir_kafka_client_close(client, 5000));
    weir_kafka_cluster_free(cluster);
    test_log_close(&log);
}

static int64_t told_ms(void *context)
{
    return *(const int64_t *)context;
}

static void login__refused__one_line_in_place_of_an_outage(void **state)
{
    (void)state;
    int64_t now = 1000;
    struct test_log log = test_log_open(WEIR_LOG_INFO);
    log.log.clock = (struct weir_clock){told_ms, told_ms, &now};
    struct weir_kafka_cluster *cluster = weir_kafka_cluster_new(&log.log);
    for (int i = 0; i < 20; i++) {
        weir_kafka_cluster_login_refused(cluster, "b:1", "wrong password", "correct it");
        weir_kafka_cluster_suspect(cluster, "wrong password");
        weir_kafka_cluster_probed(cluster, false, "b:1");
    }
    assert_true(weir_kafka_cluster_is_down(cluster));
    assert_int_equal(test_log_count(&log, "broker_refuses_login"), 1);
    assert_int_equal(test_log_count(&log, "broker_down"), 0);
    weir_kafka_cluster_probed(cluster, true, "b:1");
    assert_int_equal(test_log_count(&log, "broker_back"), 1);
    now += 12000; /* another client, with the password or token of before */
    weir_kafka_cluster_login_refused(cluster, "b:1", "wrong password", "correct it");
    assert_int_equal(test_log_count(&log, "broker_refuses_login"), 1);
    now += 60000;
    for (int i = 0; i < 20; i++)
        weir_kafka_cluster_login_refused(cluster, "b:1", "wrong password", "correct it");
    assert_int_equal(test_log_count(&log, "broker_refuses_login"), 2);
    weir_kafka_cluster_free(cluster);
    test_log_close(&log);
}

static void trouble__several_holders__one_line_each_way(void **state)
{
    (void)state;
    struct test_log log = test_log_open(WEIR_LOG_INFO);
    struct weir_kafka_cluster *cluster = weir_kafka_cluster_new(&log.log);
    struct weir_kafka_trouble trouble = {.event = "record_refused",
                                         .over_event = "record_accepted",
                                         .subject_key = "topic",
                                         .subject = "review",
                                         .cause = "A",
                                         .reason = "why",
                                         .advice = "what"};
    for (int i = 0; i < 20; i++)
        weir_kafka_trouble_begin(cluster, &trouble);
    assert_int_equal(test_log_count(&log, "record_refused"), 1);
    trouble.cause = "B";
    weir_kafka_trouble_begin(cluster, &trouble);
    assert_int_equal(test_log_count(&log, "record_refused"), 2);
    weir_kafka_trouble_end(cluster, &trouble, true);
    trouble.cause = "A";
    for (int i = 0; i < 19; i++)
        weir_kafka_trouble_end(cluster, &trouble, false);
    assert_int_equal(test_log_count(&log, "record_accepted"), 0);
    weir_kafka_trouble_end(cluster, &trouble, false);
    weir_kafka_trouble_end(cluster, &trouble, false);
    assert_int_equal(test_log_count(&log, "record_accepted"), 1);
    weir_kafka_trouble_begin(cluster, &trouble);
    weir_kafka_trouble_begin(cluster, &trouble);
    weir_kafka_trouble_over(cluster, &trouble);
    weir_kafka_trouble_over(cluster, &trouble);
    assert_int_equal(test_log_count(&log, "record_accepted"), 2);
    weir_kafka_cluster_free(cluster);
    test_log_close(&log);
}

static void embedded__started__makes_topics(void **state)
{
    (void)state;
    struct weir_kafka_embedded *embedded;
    struct weir_error error;
    assert_int_equal(weir_kafka_embedded_start(&embedded, &error), WEIR_OK);
    assert_int_equal(weir_kafka_embedded_topic(embedded, "posts", 3), WEIR_OK);
    assert_int_equal(weir_kafka_embedded_topic(embedded, "posts", 3), WEIR_INVALID);
    struct broker broker = {.bootstrap = weir_kafka_embedded_bootstrap(embedded)};
    broker_fill(&broker, "posts", 3, 0, 30);
    size_t count = 30;
    struct broker_message *messages = broker_read(&broker, "posts", 3, &count);
    assert_int_equal(count, 30);
    broker_messages_free(messages, count);
    weir_kafka_embedded_stop(embedded);
    weir_kafka_embedded_stop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(login__refused__one_line_in_place_of_an_outage),
        cmocka_unit_test(trouble__several_holders__one_line_each_way),
        cmocka_unit_test(embedded__started__makes_topics),
        cmocka_unit_test(suspicion__brokers_answer__no_line),
        cmocka_unit_test(start__brokers_from_a_secret__not_named),
        cmocka_unit_test(start__no_broker__one_line_and_a_quick_end),
        cmocka_unit_test(outage__several_clients__two_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
