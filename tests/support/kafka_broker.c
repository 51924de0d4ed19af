#include "kafka_broker.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define READ_TIMEOUT_MS 15000
#define READ_QUIET_MS 500

static void ignore_log(const rd_kafka_t *client, int level, const char *facility, const char *line)
{
    (void)client;
    (void)level;
    (void)facility;
    (void)line;
}

int64_t test_now_ms(void)
{
    struct weir_clock clock = weir_clock_system();
    return clock.monotonic_ms(clock.context);
}

static rd_kafka_t *new_client(rd_kafka_type_t type, const char *bootstrap)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, ignore_log);
    if (bootstrap)
        assert_int_equal(rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, why, sizeof why), RD_KAFKA_CONF_OK);
    if (type == RD_KAFKA_CONSUMER)
        assert_int_equal(rd_kafka_conf_set(conf, "group.id", "reader", why, sizeof why), RD_KAFKA_CONF_OK);
    rd_kafka_t *client = rd_kafka_new(type, conf, why, sizeof why);
    assert_non_null(client);
    return client;
}

struct broker broker_start(void)
{
    struct broker broker = {.handle = new_client(RD_KAFKA_PRODUCER, NULL)};
    broker.cluster = rd_kafka_mock_cluster_new(broker.handle, 1);
    assert_non_null(broker.cluster);
    broker.bootstrap = rd_kafka_mock_cluster_bootstraps(broker.cluster);
    return broker;
}

void broker_stop(struct broker *broker)
{
    rd_kafka_mock_cluster_destroy(broker->cluster);
    rd_kafka_destroy(broker->handle);
}

void broker_topic(struct broker *broker, const char *topic, int partitions)
{
    assert_int_equal(rd_kafka_mock_topic_create(broker->cluster, topic, partitions, 1), 0);
}

static void produce(rd_kafka_t *producer, const char *topic, int partition, struct weir_text key,
                    struct weir_text value)
{
    union {
        const char *given;
        void *taken;
    } k = {key.data}, v = {value.data};
    const rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {k.taken, key.length}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {v.taken, value.length}},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
    };
    assert_null(rd_kafka_produceva(producer, parts, sizeof parts / sizeof parts[0]));
}

void broker_fill(struct broker *broker, const char *topic, int partitions, int first, int count)
{
    rd_kafka_t *producer = new_client(RD_KAFKA_PRODUCER, broker->bootstrap);
    for (int i = first; i < first + count; i++) {
        char text[16];
        const struct weir_text number = {text, (size_t)snprintf(text, sizeof text, "%d", i)};
        produce(producer, topic, i % partitions, number, number);
    }
    assert_int_equal(rd_kafka_flush(producer, READ_TIMEOUT_MS), 0);
    rd_kafka_destroy(producer);
}

void broker_put(struct broker *broker, const char *topic, struct weir_text key, struct weir_text value)
{
    rd_kafka_t *producer = new_client(RD_KAFKA_PRODUCER, broker->bootstrap);
    produce(producer, topic, 0, key, value);
    assert_int_equal(rd_kafka_flush(producer, READ_TIMEOUT_MS), 0);
    rd_kafka_destroy(producer);
}

static char *copy_text(const void *data, size_t length)
{
    return data ? strndup(data, length) : NULL;
}

static char *join_headers(const rd_kafka_message_t *message)
{
    char *joined = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&joined, &size);
    rd_kafka_headers_t *headers;
    const char *name;
    const void *value;
    size_t length;
    assert_non_null(file);
    if (rd_kafka_message_headers(message, &headers) == 0)
        for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &length) == 0; i++)
            fprintf(file, "%s=%.*s;", name, (int)length, (const char *)value);
    fclose(file);
    return joined;
}

struct broker_message *broker_read(struct broker *broker, const char *topic, int partitions, size_t *count)
{
    rd_kafka_t *consumer = new_client(RD_KAFKA_CONSUMER, broker->bootstrap);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; i++)
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    assert_int_equal(rd_kafka_assign(consumer, list), 0);
    rd_kafka_topic_partition_list_destroy(list);
    struct broker_message *messages = NULL;
    size_t found = 0;
    int64_t until = test_now_ms() + READ_TIMEOUT_MS;
    for (;;) {
        int64_t now = test_now_ms();
        if (found >= *count && until > now + READ_QUIET_MS)
            until = now + READ_QUIET_MS;
        if (now >= until)
            break;
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, (int)(until - now));
        if (message && !message->err) {
            messages = realloc(messages, (found + 1) * sizeof *messages);
            assert_non_null(messages);
            messages[found++] =
                (struct broker_message){copy_text(message->key, message->key_len),
                                        copy_text(message->payload, message->len), join_headers(message)};
        }
        if (message)
            rd_kafka_message_destroy(message);
    }
    rd_kafka_destroy(consumer);
    *count = found;
    return messages;
}

void broker_messages_free(struct broker_message *messages, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(messages[i].key);
        free(messages[i].value);
        free(messages[i].headers);
    }
    free(messages);
}

/* ---- Logs ---- */

struct test_log test_log_open(enum weir_log_level level)
{
    char path[] = "/tmp/weir-test-log-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    unlink(path);
    return (struct test_log){{.descriptor = descriptor, .level = level, .clock = weir_clock_system()}};
}

static char *read_log(const struct test_log *log)
{
    off_t size = lseek(log->log.descriptor, 0, SEEK_END);
    char *text = calloc(1, (size_t)size + 1);
    assert_non_null(text);
    assert_int_equal(pread(log->log.descriptor, text, (size_t)size, 0), size);
    return text;
}

size_t test_log_count(const struct test_log *log, const char *event)
{
    char *text = read_log(log);
    char wanted[64];
    size_t count = 0;
    snprintf(wanted, sizeof wanted, " %s ", event);
    for (const char *at = text; (at = strstr(at, wanted)); at++)
        count++;
    free(text);
    return count;
}

bool test_log_contains(const struct test_log *log, const char *text)
{
    char *all = read_log(log);
    bool found = strstr(all, text) != NULL;
    free(all);
    return found;
}

void test_log_close(struct test_log *log)
{
    close(log->log.descriptor);
}
