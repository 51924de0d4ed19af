/* A mock broker for tests, its topics' contents, and the log lines of the code under test. */
#ifndef WEIR_TEST_KAFKA_BROKER_H
#define WEIR_TEST_KAFKA_BROKER_H

#include "weir/log.h"
#include "weir/text.h"

struct rd_kafka_s;
struct rd_kafka_mock_cluster_s;

struct broker {
    struct rd_kafka_s *handle;
    struct rd_kafka_mock_cluster_s *cluster; /* for rdkafka_mock.h's error injection */
    const char *bootstrap;
};

struct broker broker_start(void);
void broker_stop(struct broker *broker);
void broker_topic(struct broker *broker, const char *topic, int partitions);
/* Messages "0", "1", .. from `first` on, key and value alike, spread over the partitions in turn. */
void broker_fill(struct broker *broker, const char *topic, int partitions, int first, int count);
/* One message; NULL data is none. */
void broker_put(struct broker *broker, const char *topic, struct weir_text key, struct weir_text value);

struct broker_message {
    char *key; /* NULL: none */
    char *value;
    char *headers; /* "name=value;name=value;" */
};

/* Reads the topic from its start until `count` messages came and no more within a moment. The array is the caller's,
 * with *count as found. */
struct broker_message *broker_read(struct broker *broker, const char *topic, int partitions, size_t *count);
void broker_messages_free(struct broker_message *messages, size_t count);

/* A log that can be asked how often an event was written. */
struct test_log {
    struct weir_log log;
};
struct test_log test_log_open(enum weir_log_level level);
size_t test_log_count(const struct test_log *log, const char *event);
bool test_log_contains(const struct test_log *log, const char *text);
void test_log_close(struct test_log *log);

int64_t test_now_ms(void);

#endif
