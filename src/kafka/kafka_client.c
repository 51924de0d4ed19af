/* One librdkafka client: made from the settings, its errors and log lines sorted, and ended in bounded time.
 *
 * Owns the handle. Must never block its thread for longer than a probe, nor hand librdkafka's chatter to the operator.
 */
#include "conf.h"
#include "login.h"
#include "oauth.h"

#include <librdkafka/rdkafka.h>

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROBE_TIMEOUT_MS 500
#define LOG_CRITICAL 2 /* syslog's */
#define REASON_MAX_BYTES 1024

struct weir_kafka_client {
    rd_kafka_t *handle;
    struct weir_kafka_cluster *cluster;
    const struct weir_log *log;
    const struct weir_settings *settings;
    const char *brokers; /* as they may be shown */
    void *owner;
    char last_error[REASON_MAX_BYTES]; /* why a broker could not be reached, for the line that all are down */
    struct login login;
    atomic_bool closing; /* whoever waits for a token must let go */
    /* Set when librdkafka hangs in its shutdown: its threads, which still log, must leave us alone. */
    atomic_bool abandoned;
    sem_t destroyed;
};

struct login *weir_kafka_client_login(void *opaque)
{
    struct weir_kafka_client *client = opaque;
    return &client->login;
}

/* What is fatal to a client its owner finds out, and says with what it does about it. */
static bool is_said_elsewhere(const char *facility)
{
    return strcmp(facility, "FATAL") == 0 || strcmp(facility, "TXNERR") == 0;
}

static void on_log(const rd_kafka_t *handle, int level, const char *facility, const char *line)
{
    const struct weir_kafka_client *client = rd_kafka_opaque(handle);
    if (!client || atomic_load_explicit(&client->abandoned, memory_order_relaxed))
        return;
    bool is_news = level <= LOG_CRITICAL && !is_said_elsewhere(facility);
    enum weir_log_level importance = is_news ? WEIR_LOG_ERROR : WEIR_LOG_DEBUG;
    char shown[REASON_MAX_BYTES];
    if (importance < client->log->level)
        return;
    weir_kafka_discreet(client->settings, line, shown, sizeof shown);
    weir_log_event(client->log, importance, "librdkafka", WEIR_LOG_TEXT("facility", facility),
                   WEIR_LOG_TEXT("line", shown));
}

static void on_refused_login(struct weir_kafka_client *client, int code, char *reason, size_t size)
{
    const char *advice = login_explain(&client->login, client->settings, code, reason, size);
    weir_kafka_cluster_login_refused(client->cluster, client->brokers, reason, advice);
    snprintf(client->last_error, sizeof client->last_error, "%s", reason);
    if (oauth_is_wanted(client->settings)) /* another token may be there by now; librdkafka does not think of it */
        oauth_renew(client->cluster, client->settings, client->handle, &client->closing);
}

/* From a thread of librdkafka, which waits for nothing else. */
static void on_token_wanted(rd_kafka_t *handle, const char *config, void *opaque)
{
    (void)config;
    struct weir_kafka_client *client = opaque;
    oauth_renew(client->cluster, client->settings, handle, &client->closing);
}

/* A token that weir could not bring, which it has said itself. */
static bool is_missing_token(const char *text)
{
    static const char BEGINNING[] = "Failed to acquire SASL OAUTHBEARER token";
    return strncmp(text, BEGINNING, sizeof BEGINNING - 1) == 0;
}

static void on_error(rd_kafka_t *handle, int code, const char *text, void *opaque)
{
    (void)handle;
    struct weir_kafka_client *client = opaque;
    char reason[REASON_MAX_BYTES];
    weir_kafka_discreet(client->settings, text, reason, sizeof reason);
    if (oauth_is_wanted(client->settings) && is_missing_token(text))
        return;
    switch (code) {
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        weir_kafka_cluster_suspect(client->cluster, client->last_error[0] ? client->last_error : reason);
        break;
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR__SSL:
        on_refused_login(client, code, reason, sizeof reason);
        break;
    default:
        snprintf(client->last_error, sizeof client->last_error, "%s", reason);
        weir_log_event(client->log, WEIR_LOG_DEBUG, "kafka_error", WEIR_LOG_TEXT("reason", reason));
    }
}

static struct rd_kafka_s *make_handle(struct weir_kafka_client *client, const struct weir_kafka_client_options *options,
                                      struct weir_error *error)
{
    struct rd_kafka_conf_s *conf;
    const char *id = NULL;
    if (options->role == WEIR_KAFKA_TRANSACTIONAL_PRODUCER &&
        weir_kafka_cluster_identify(options->cluster, options->settings, &id, error) != WEIR_OK)
        return NULL;
    if (conf_new(options->settings, options->role, options->number, true, &conf, error) != WEIR_OK)
        return NULL;
    if (id && conf_set_transactional_id(conf, id, options->number, error) != WEIR_OK) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    rd_kafka_conf_set_opaque(conf, client);
    rd_kafka_conf_set_log_cb(conf, on_log);
    rd_kafka_conf_set_error_cb(conf, on_error);
    login_watch(conf);
    if (oauth_is_wanted(options->settings)) {
        rd_kafka_conf_set_oauthbearer_token_refresh_cb(conf, on_token_wanted);
        rd_kafka_conf_enable_sasl_queue(conf, 1);
    }
    options->configure(conf);
    char why[512] = "";
    rd_kafka_type_t type = options->role == WEIR_KAFKA_CONSUMER ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER;
    rd_kafka_t *handle = rd_kafka_new(type, conf, why, sizeof why);
    if (!handle) {
        rd_kafka_conf_destroy(conf);
        conf_refused(options->settings, why, error);
    } else if (oauth_is_wanted(options->settings)) {
        rd_kafka_error_t *failed = rd_kafka_sasl_background_callbacks_enable(handle);
        if (failed)
            rd_kafka_error_destroy(failed); /* not without the queue, which was asked for */
    }
    return handle;
}

enum weir_status weir_kafka_client_open(const struct weir_kafka_client_options *options,
                                        struct weir_kafka_client **client, struct weir_error *error)
{
    struct weir_kafka_client *made = calloc(1, sizeof *made);
    if (!made)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a Kafka client");
    const char *brokers = weir_kafka_shown(options->settings, "bootstrap.servers");
    made->cluster = options->cluster;
    made->settings = options->settings;
    made->log = weir_kafka_cluster_log(options->cluster);
    made->brokers = brokers ? brokers : "";
    made->owner = options->owner;
    atomic_init(&made->login.certificate_error, 0);
    atomic_init(&made->closing, false);
    atomic_init(&made->abandoned, false);
    sem_init(&made->destroyed, 0, 0);
    struct weir_error why = {0};
    made->handle = make_handle(made, options, &why);
    if (!made->handle) {
        sem_destroy(&made->destroyed);
        free(made);
        if (error)
            *error = why;
        return why.status;
    }
    *client = made;
    return WEIR_OK;
}

static void *destroy_handle(void *context)
{
    struct weir_kafka_client *client = context;
    rd_kafka_destroy_flags(client->handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    sem_post(&client->destroyed);
    return NULL;
}

/* By the monotonic clock, which a step of the time of day does not stretch. */
static bool wait_destroyed(struct weir_kafka_client *client, int deadline_ms)
{
    const struct timespec until = weir_clock_deadline(deadline_ms);
    int waited;
    do
        waited = sem_clockwait(&client->destroyed, CLOCK_MONOTONIC, &until);
    while (waited != 0 && errno == EINTR);
    return waited == 0;
}

bool weir_kafka_client_close(struct weir_kafka_client *client, int deadline_ms)
{
    pthread_t thread;
    atomic_store_explicit(&client->closing, true, memory_order_relaxed);
    if (pthread_create(&thread, NULL, destroy_handle, client) != 0) {
        destroy_handle(client);
    } else if (wait_destroyed(client, deadline_ms)) {
        pthread_join(thread, NULL);
    } else {
        weir_log_event(client->log, WEIR_LOG_WARNING, "kafka_client_hangs", WEIR_LOG_NUMBER("after_ms", deadline_ms));
        atomic_store_explicit(&client->abandoned, true, memory_order_relaxed);
        pthread_detach(thread);
        return false;
    }
    sem_destroy(&client->destroyed);
    free(client);
    return true;
}

void weir_kafka_position_free(struct weir_kafka_position *position)
{
    if (!position)
        return;
    rd_kafka_topic_partition_list_destroy(position->offsets);
    rd_kafka_consumer_group_metadata_destroy(position->member);
    free(position);
}

struct rd_kafka_s *weir_kafka_client_handle(const struct weir_kafka_client *client)
{
    return client->handle;
}

void *weir_kafka_client_owner(const struct weir_kafka_client *client)
{
    return client->owner;
}

bool weir_kafka_client_is_fatal(const struct weir_kafka_client *client, struct weir_error *error)
{
    char why[400];
    char shown[400];
    rd_kafka_resp_err_t err = rd_kafka_fatal_error(client->handle, why, sizeof why);
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    weir_kafka_discreet(client->settings, why, shown, sizeof shown);
    weir_error_set(error, WEIR_FATAL, "Kafka: %s: %s%s", rd_kafka_err2name(err), shown,
                   err == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID ? "; give every process a group.instance.id of its own"
                                                               : "");
    return true;
}

/* Asks about the topics this client knows, which also renews what librdkafka holds of them. */
static bool ask_metadata(struct weir_kafka_client *client)
{
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(client->handle, 0, NULL, &metadata, PROBE_TIMEOUT_MS) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    rd_kafka_metadata_destroy(metadata);
    return true;
}

int weir_kafka_client_ask_topic(const struct weir_kafka_client *client, const char *topic)
{
    const struct rd_kafka_metadata *metadata = NULL;
    int code = 0;
    rd_kafka_topic_t *asked = rd_kafka_topic_new(client->handle, topic, NULL);
    if (asked &&
        rd_kafka_metadata(client->handle, 0, asked, &metadata, PROBE_TIMEOUT_MS) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        code = metadata->topic_cnt > 0 ? metadata->topics[0].err : 0;
        rd_kafka_metadata_destroy(metadata);
    }
    if (asked)
        rd_kafka_topic_destroy(asked);
    return code;
}

void weir_kafka_client_watch(struct weir_kafka_client *client)
{
    if (weir_kafka_cluster_probe(client->cluster))
        weir_kafka_cluster_probed(client->cluster, ask_metadata(client), client->brokers);
}

void weir_kafka_client_renew_topics(struct weir_kafka_client *client)
{
    if (!weir_kafka_cluster_is_down(client->cluster))
        ask_metadata(client);
}
