/* kafka: what a Kafka source and a Kafka sink share: how a librdkafka client is configured, watched and ended.
 *
 * Only they include this. A client belongs to one thread, which also runs its callbacks; librdkafka's own threads only
 * log. The struct tags are librdkafka's, so that this header needs none of its own. */
#ifndef WEIR_KAFKA_CLIENT_H
#define WEIR_KAFKA_CLIENT_H

#include "weir/kafka.h"

struct rd_kafka_s;
struct rd_kafka_conf_s;
struct rd_kafka_topic_partition_list_s;
struct rd_kafka_consumer_group_metadata_s;

enum weir_kafka_role { WEIR_KAFKA_CONSUMER, WEIR_KAFKA_PRODUCER, WEIR_KAFKA_TRANSACTIONAL_PRODUCER };

/* ---- Clients ---- */

struct weir_kafka_client;

struct weir_kafka_client_options {
    struct weir_kafka_cluster *cluster; /* of this and the next: borrowed for the client's life */
    const struct weir_settings *settings;
    enum weir_kafka_role role;
    unsigned number; /* of the worker, from 0 */
    /* Adds the owner's callbacks to the configuration. librdkafka hands them the client as opaque. */
    void (*configure)(struct rd_kafka_conf_s *conf);
    void *owner;
};

/* Makes the client; connects in the background. WEIR_INVALID: the settings are wrong; *error names the property. */
enum weir_status weir_kafka_client_open(const struct weir_kafka_client_options *options,
                                        struct weir_kafka_client **client, struct weir_error *error) WEIR_MUST_CHECK;
/* Ends and frees it, in deadline_ms. False: librdkafka did not come back from its own shutdown in time; the client goes
 * on to exist without touching anything of ours, and what was produced from memory without a copy must stay. */
bool weir_kafka_client_close(struct weir_kafka_client *client, int deadline_ms);

struct rd_kafka_s *weir_kafka_client_handle(const struct weir_kafka_client *client);
void *weir_kafka_client_owner(const struct weir_kafka_client *client);
/* True once librdkafka calls this client broken for good; *error says why. */
bool weir_kafka_client_is_fatal(const struct weir_kafka_client *client, struct weir_error *error);
/* Call it from every poll: while the brokers seem to be away, asks now and then whether they are back, and may take
 * half a second for it. Costs one load otherwise. */
void weir_kafka_client_watch(struct weir_kafka_client *client);
/* Asks the brokers about the client's topics, for at most half a second: what librdkafka refuses because of an earlier
 * answer may be allowed by now. Does nothing while the brokers are away. */
void weir_kafka_client_renew_topics(struct weir_kafka_client *client);

/* What the brokers say of the topic, as librdkafka's code: 0 when it is there, or when they do not answer within half a
 * second. */
int weir_kafka_client_ask_topic(const struct weir_kafka_client *client, const char *topic);

/* The last value given for a property, or NULL. Not to be shown: see the next two. */
const char *weir_kafka_property(const struct weir_settings *settings, const char *name);
/* The same for a person: "${env:NAME}" when the value comes from there. */
const char *weir_kafka_shown(const struct weir_settings *settings, const char *name);
/* A text of librdkafka, cut to size, in which no value stands that comes from ${env:...} or ${file:...} or is a
 * password's. Whatever librdkafka says goes through here before it is logged or printed. */
void weir_kafka_discreet(const struct weir_settings *settings, const char *text, char *out, size_t size);

/* How far a member of a group has come, as a transaction takes it. */
struct weir_kafka_position {
    struct rd_kafka_topic_partition_list_s *offsets;
    struct rd_kafka_consumer_group_metadata_s *member;
};
void weir_kafka_position_free(struct weir_kafka_position *position); /* NULL is fine */

/* ---- The brokers as the process sees them (see weir_kafka_cluster). Any thread. ---- */

const struct weir_log *weir_kafka_cluster_log(const struct weir_kafka_cluster *cluster);
/* What the transactional ids of this process begin with; a worker adds its number. It is transactional.id of the
 * settings, or made of the group, the machine and a number that no other weir of this machine has at the time, so that
 * a daemon that starts again has the id that it had. WEIR_UNAVAILABLE: no number is free. */
enum weir_status weir_kafka_cluster_identify(struct weir_kafka_cluster *cluster, const struct weir_settings *settings,
                                             const char **id, struct weir_error *error) WEIR_MUST_CHECK;
/* No broker could be reached, says one client. Not yet a log line: an idle connection that closes says the same. */
void weir_kafka_cluster_suspect(struct weir_kafka_cluster *cluster, const char *reason);
/* Whether the caller is to ask the brokers now, and tell with _probed: one client at a time, once a second at most. */
bool weir_kafka_cluster_probe(struct weir_kafka_cluster *cluster);
void weir_kafka_cluster_probed(struct weir_kafka_cluster *cluster, bool alive, const char *brokers);

/* The brokers do not let us in, and what to do: logged once until they answer, in the place of broker_down. For half a
 * minute after that it is still the same: another client had not heard of the new password or token. */
void weir_kafka_cluster_login_refused(struct weir_kafka_cluster *cluster, const char *brokers, const char *reason,
                                      const char *advice);

/* A trouble that lasts: logged when the first one reports it, and (with over_event) when it is over, whatever the
 * number of workers and records. It is told apart by event, subject and cause. */
struct weir_kafka_trouble {
    const char *event;       /* a constant, as are over_event and subject_key */
    const char *over_event;  /* NULL: none */
    const char *subject_key; /* "topic", "group" */
    const char *subject;
    const char *cause;
    const char *reason; /* for a person */
    const char *advice; /* what to do */
};
void weir_kafka_trouble_begin(struct weir_kafka_cluster *cluster, const struct weir_kafka_trouble *trouble);
/* One of those who reported it is rid of it; over with the last. quiet: it only turned into another trouble. */
void weir_kafka_trouble_end(struct weir_kafka_cluster *cluster, const struct weir_kafka_trouble *trouble, bool quiet);
/* It is over for all who reported it, whatever the cause. */
void weir_kafka_trouble_over(struct weir_kafka_cluster *cluster, const struct weir_kafka_trouble *trouble);

#endif
