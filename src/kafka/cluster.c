/* The brokers as the whole process sees them: up, suspect or down, and the two log lines of an outage.
 *
 *   up --suspect--> suspect --probe fails twice--> down   (broker_down)
 *    ^---probe answers--'      ^---probe answers: up (broker_back)
 *
 * Only an answer to a probe proves life: a message or a delivery report may be an old one that was still in a queue. */
#include "weir/kafka_client.h"

#include "identity.h"
#include "oauth.h"
#include "trouble.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define PROBE_EVERY_MS 1000
#define PROBES_TO_BELIEVE 2
/* As long after one client was let in, another may still be refused for a password or token of before: librdkafka tries
 * at least every 10 s (reconnect.backoff.max.ms). */
#define LOGIN_SETTLES_MS 30000

enum health { HEALTH_UP, HEALTH_SUSPECT, HEALTH_DOWN };

struct weir_kafka_cluster {
    const struct weir_log *log;
    _Atomic enum health health; /* written under the mutex, read without */
    pthread_mutex_t mutex;      /* guards everything below */
    int64_t since_ms;           /* when the suspicion began */
    int64_t next_probe_ms;
    int failed_probes;
    bool probing;
    bool login_refused;
    bool login_said;   /* that it is refused */
    int64_t let_in_ms; /* when the brokers last answered after that, 0: never */
    char reason[256];
    struct trouble_list troubles;
    struct identity identity;
    struct oauth oauth; /* has a lock of its own */
};

struct weir_kafka_cluster *weir_kafka_cluster_new(const struct weir_log *log)
{
    struct weir_kafka_cluster *cluster = calloc(1, sizeof *cluster);
    if (!cluster)
        return NULL;
    cluster->log = log;
    cluster->identity.socket = -1;
    atomic_init(&cluster->health, HEALTH_UP);
    if (!oauth_init(&cluster->oauth)) {
        free(cluster);
        return NULL;
    }
    if (pthread_mutex_init(&cluster->mutex, NULL) != 0) {
        oauth_fini(&cluster->oauth);
        free(cluster);
        return NULL;
    }
    return cluster;
}

void weir_kafka_cluster_free(struct weir_kafka_cluster *cluster)
{
    if (!cluster)
        return;
    trouble_list_free(&cluster->troubles);
    identity_give_up(&cluster->identity);
    oauth_fini(&cluster->oauth);
    pthread_mutex_destroy(&cluster->mutex);
    free(cluster);
}

const struct weir_log *weir_kafka_cluster_log(const struct weir_kafka_cluster *cluster)
{
    return cluster->log;
}

struct oauth *weir_kafka_cluster_oauth(struct weir_kafka_cluster *cluster)
{
    return &cluster->oauth;
}

enum weir_status weir_kafka_cluster_identify(struct weir_kafka_cluster *cluster, const struct weir_settings *settings,
                                             const char **id, struct weir_error *error)
{
    pthread_mutex_lock(&cluster->mutex);
    enum weir_status status = identity_take(&cluster->identity, settings, error);
    pthread_mutex_unlock(&cluster->mutex);
    if (status == WEIR_OK)
        *id = cluster->identity.text;
    return status;
}

bool weir_kafka_cluster_is_down(const struct weir_kafka_cluster *cluster)
{
    return atomic_load_explicit(&cluster->health, memory_order_relaxed) == HEALTH_DOWN;
}

static int64_t now_ms(const struct weir_kafka_cluster *cluster)
{
    return cluster->log->clock.monotonic_ms(cluster->log->clock.context);
}

void weir_kafka_cluster_suspect(struct weir_kafka_cluster *cluster, const char *reason)
{
    pthread_mutex_lock(&cluster->mutex);
    if (atomic_load_explicit(&cluster->health, memory_order_relaxed) == HEALTH_UP) {
        cluster->since_ms = now_ms(cluster);
        cluster->next_probe_ms = cluster->since_ms;
        cluster->failed_probes = 0;
        snprintf(cluster->reason, sizeof cluster->reason, "%s", reason);
        atomic_store_explicit(&cluster->health, HEALTH_SUSPECT, memory_order_relaxed);
    }
    pthread_mutex_unlock(&cluster->mutex);
}

bool weir_kafka_cluster_probe(struct weir_kafka_cluster *cluster)
{
    if (atomic_load_explicit(&cluster->health, memory_order_relaxed) == HEALTH_UP)
        return false;
    pthread_mutex_lock(&cluster->mutex);
    bool mine = atomic_load_explicit(&cluster->health, memory_order_relaxed) != HEALTH_UP && !cluster->probing &&
                now_ms(cluster) >= cluster->next_probe_ms;
    if (mine)
        cluster->probing = true;
    pthread_mutex_unlock(&cluster->mutex);
    return mine;
}

static void note_alive(struct weir_kafka_cluster *cluster)
{
    if (cluster->login_refused)
        cluster->let_in_ms = now_ms(cluster);
    cluster->login_refused = false;
    cluster->login_said = false;
    if (atomic_load_explicit(&cluster->health, memory_order_relaxed) == HEALTH_DOWN)
        weir_log_event(cluster->log, WEIR_LOG_INFO, "broker_back",
                       WEIR_LOG_NUMBER("after_ms", now_ms(cluster) - cluster->since_ms));
    atomic_store_explicit(&cluster->health, HEALTH_UP, memory_order_relaxed);
}

static void note_dead(struct weir_kafka_cluster *cluster, const char *brokers)
{
    cluster->failed_probes++;
    if (atomic_load_explicit(&cluster->health, memory_order_relaxed) == HEALTH_DOWN ||
        cluster->failed_probes < PROBES_TO_BELIEVE)
        return;
    atomic_store_explicit(&cluster->health, HEALTH_DOWN, memory_order_relaxed);
    if (cluster->login_refused) /* they are there, and why they do not answer has been said */
        return;
    weir_log_event(
        cluster->log, WEIR_LOG_WARNING, "broker_down", WEIR_LOG_TEXT("brokers", brokers),
        WEIR_LOG_TEXT("reason", cluster->reason),
        WEIR_LOG_TEXT("do", "start the brokers or correct kafka.bootstrap.servers; weir waits and loses nothing"));
}

void weir_kafka_cluster_probed(struct weir_kafka_cluster *cluster, bool alive, const char *brokers)
{
    pthread_mutex_lock(&cluster->mutex);
    cluster->probing = false;
    cluster->next_probe_ms = now_ms(cluster) + PROBE_EVERY_MS;
    if (alive)
        note_alive(cluster);
    else
        note_dead(cluster, brokers);
    pthread_mutex_unlock(&cluster->mutex);
}

void weir_kafka_cluster_login_refused(struct weir_kafka_cluster *cluster, const char *brokers, const char *reason,
                                      const char *advice)
{
    pthread_mutex_lock(&cluster->mutex);
    bool is_settling = cluster->let_in_ms && now_ms(cluster) - cluster->let_in_ms < LOGIN_SETTLES_MS;
    if (!cluster->login_said && !is_settling) {
        weir_log_event(cluster->log, WEIR_LOG_ERROR, "broker_refuses_login", WEIR_LOG_TEXT("brokers", brokers),
                       WEIR_LOG_TEXT("reason", reason), WEIR_LOG_TEXT("do", advice));
        cluster->login_said = true;
    }
    cluster->login_refused = true;
    pthread_mutex_unlock(&cluster->mutex);
}

void weir_kafka_trouble_begin(struct weir_kafka_cluster *cluster, const struct weir_kafka_trouble *trouble)
{
    pthread_mutex_lock(&cluster->mutex);
    if (trouble_hold(&cluster->troubles, trouble))
        weir_log_event(cluster->log, WEIR_LOG_ERROR, trouble->event,
                       WEIR_LOG_TEXT(trouble->subject_key, trouble->subject), WEIR_LOG_TEXT("reason", trouble->reason),
                       WEIR_LOG_TEXT("do", trouble->advice));
    pthread_mutex_unlock(&cluster->mutex);
}

static void note_over(const struct weir_kafka_cluster *cluster, const struct weir_kafka_trouble *trouble)
{
    if (trouble->over_event)
        weir_log_event(cluster->log, WEIR_LOG_INFO, trouble->over_event,
                       WEIR_LOG_TEXT(trouble->subject_key, trouble->subject));
}

void weir_kafka_trouble_end(struct weir_kafka_cluster *cluster, const struct weir_kafka_trouble *trouble, bool quiet)
{
    pthread_mutex_lock(&cluster->mutex);
    if (trouble_release(&cluster->troubles, trouble) && !quiet)
        note_over(cluster, trouble);
    pthread_mutex_unlock(&cluster->mutex);
}

void weir_kafka_trouble_over(struct weir_kafka_cluster *cluster, const struct weir_kafka_trouble *trouble)
{
    pthread_mutex_lock(&cluster->mutex);
    if (trouble_drop(&cluster->troubles, trouble))
        note_over(cluster, trouble);
    pthread_mutex_unlock(&cluster->mutex);
}

void weir_kafka_cluster_state(struct weir_kafka_cluster *cluster, struct weir_kafka_state *state)
{
    *state = (struct weir_kafka_state){.is_down = weir_kafka_cluster_is_down(cluster)};
    pthread_mutex_lock(&cluster->mutex);
    state->login_refused = cluster->login_refused;
    for (size_t i = 0; i < cluster->troubles.count && i < WEIR_KAFKA_TROUBLES_SHOWN; i++) {
        const struct open_trouble *trouble = &cluster->troubles.at[i];
        state->troubles[i].event = trouble->event;
        snprintf(state->troubles[i].subject, sizeof state->troubles[i].subject, "%s", trouble->subject);
        state->trouble_count++;
    }
    pthread_mutex_unlock(&cluster->mutex);
}
