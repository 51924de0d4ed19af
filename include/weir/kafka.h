/* kafka: the shared part of librdkafka: settings to client configuration, logs and outages, and the embedded broker.
 *
 * One weir_kafka_cluster per process stands for the brokers as all workers see them. When they go away the first client
 * to notice logs `broker_down`, once; when they are back the first to hear from them logs `broker_back`, once: two
 * lines for an outage, however long and however many clients. librdkafka's own lines go to level debug. */
#ifndef WEIR_KAFKA_H
#define WEIR_KAFKA_H

#include "weir/counters.h"
#include "weir/log.h"
#include "weir/settings.h"

struct weir_kafka_cluster;

/* Borrows log for its life. NULL when there is no memory. */
struct weir_kafka_cluster *weir_kafka_cluster_new(const struct weir_log *log);
void weir_kafka_cluster_free(struct weir_kafka_cluster *cluster);
/* True between the two log lines. Any thread. */
bool weir_kafka_cluster_is_down(const struct weir_kafka_cluster *cluster);

/* What keeps the process from its work at this moment, as its log has said. */
#define WEIR_KAFKA_TROUBLES_SHOWN 16
struct weir_kafka_state {
    bool is_down;       /* no broker answers */
    bool login_refused; /* they do, but do not let us in */
    size_t trouble_count;
    struct {
        const char *event; /* of the log line; a constant */
        char subject[128]; /* the topic or the group */
    } troubles[WEIR_KAFKA_TROUBLES_SHOWN];
};
/* Any thread. */
void weir_kafka_cluster_state(struct weir_kafka_cluster *cluster, struct weir_kafka_state *state);

/* Checks every pass-through property against librdkafka without connecting: unknown names (with the nearest one), bad
 * values, and those that weir sets itself. Diagnostics point at the property's line. */
void weir_kafka_check_properties(const struct weir_settings *settings, struct weir_diagnostics *diagnostics);

/* Version of the linked librdkafka; a constant. */
const char *weir_kafka_version(void);

/* An embedded broker (librdkafka's mock cluster), for `weir demo` and tests: real TCP on a loopback port, groups and
 * offsets, no transactions, at most 5 MiB kept per partition. */
struct weir_kafka_embedded;
enum weir_status weir_kafka_embedded_start(struct weir_kafka_embedded **broker,
                                           struct weir_error *error) WEIR_MUST_CHECK;
/* "127.0.0.1:40123"; lives as long as the broker. */
const char *weir_kafka_embedded_bootstrap(const struct weir_kafka_embedded *broker);
enum weir_status weir_kafka_embedded_topic(struct weir_kafka_embedded *broker, const char *topic,
                                           int partitions) WEIR_MUST_CHECK;
void weir_kafka_embedded_stop(struct weir_kafka_embedded *broker); /* NULL is fine */

#endif
