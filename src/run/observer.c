/* Takes together what the workers count, what the daemon's thread noted and what the brokers' state is. Must never hold
 * a worker up: it reads their counters without a lock. */
#include "observer.h"

#include <stdlib.h>

#define STUCK_MS 30000

static int64_t wall_ms(const struct observer *observer)
{
    struct weir_clock clock = observer->parts->log->clock;
    return clock.wall_ms(clock.context);
}

static int64_t monotonic_ms(const struct observer *observer)
{
    struct weir_clock clock = observer->parts->log->clock;
    return clock.monotonic_ms(clock.context);
}

bool observer_init(struct observer *observer, const struct weir_daemon_parts *parts)
{
    *observer = (struct observer){.parts = parts};
    observer->started_ms = wall_ms(observer);
    atomic_init(&observer->looked_ms, monotonic_ms(observer));
    atomic_init(&observer->is_stopping, false);
    atomic_init(&observer->daemon, NULL);
    observer->intervals = calloc(OBSERVER_INTERVALS, sizeof *observer->intervals);
    if (observer->intervals && pthread_mutex_init(&observer->mutex, NULL) == 0)
        return true;
    free(observer->intervals);
    return false;
}

void observer_fini(struct observer *observer)
{
    pthread_mutex_destroy(&observer->mutex);
    free(observer->intervals);
}

void observer_watch(struct observer *observer, const struct weir_daemon *daemon)
{
    observer_look(observer, false);
    atomic_store_explicit(&observer->daemon, daemon, memory_order_release);
}

void observer_look(struct observer *observer, bool is_stopping)
{
    atomic_store_explicit(&observer->looked_ms, monotonic_ms(observer), memory_order_relaxed);
    atomic_store_explicit(&observer->is_stopping, is_stopping, memory_order_relaxed);
}

void observer_rules_loaded(struct observer *observer, const struct weir_ruleset *ruleset)
{
    pthread_mutex_lock(&observer->mutex);
    struct observed_rules *rules = &observer->rules;
    rules->generation = ruleset->generation;
    rules->count = ruleset->rule_count;
    memcpy(rules->sha256, ruleset->sha256, sizeof rules->sha256);
    rules->loaded_ms = wall_ms(observer);
    rules->loads++;
    pthread_mutex_unlock(&observer->mutex);
}

void observer_reload_failed(struct observer *observer, const char *reason)
{
    pthread_mutex_lock(&observer->mutex);
    observer->rules.failures++;
    observer->rules.failed_ms = wall_ms(observer);
    snprintf(observer->rules.failure, sizeof observer->rules.failure, "%s", reason);
    pthread_mutex_unlock(&observer->mutex);
}

void observer_keep(struct observer *observer, const struct observed_interval *interval)
{
    pthread_mutex_lock(&observer->mutex);
    observer->intervals[observer->interval_next] = *interval;
    observer->interval_next = (observer->interval_next + 1) % OBSERVER_INTERVALS;
    observer->interval_count += observer->interval_count < OBSERVER_INTERVALS;
    pthread_mutex_unlock(&observer->mutex);
}

size_t observer_history(struct observer *observer, struct observed_interval *intervals)
{
    pthread_mutex_lock(&observer->mutex);
    size_t count = observer->interval_count;
    size_t first = (observer->interval_next + OBSERVER_INTERVALS - count) % OBSERVER_INTERVALS;
    for (size_t i = 0; i < count; i++)
        intervals[i] = observer->intervals[(first + i) % OBSERVER_INTERVALS];
    pthread_mutex_unlock(&observer->mutex);
    return count;
}

enum weir_status observer_take(struct observer *observer, struct observation *observation)
{
    const struct weir_daemon_parts *parts = observer->parts;
    const struct weir_daemon *daemon = atomic_load_explicit(&observer->daemon, memory_order_acquire);
    struct observation made = {
        .settings = parts->settings,
        .now_ms = wall_ms(observer),
        .started_ms = observer->started_ms,
        .workers = parts->settings->workers,
        .is_starting = !daemon,
        .is_stopping = atomic_load_explicit(&observer->is_stopping, memory_order_relaxed),
        .is_stuck =
            monotonic_ms(observer) - atomic_load_explicit(&observer->looked_ms, memory_order_relaxed) > STUCK_MS,
    };
    if (daemon) {
        made.working = weir_daemon_working(daemon);
        weir_daemon_counts(daemon, made.counts);
        weir_daemon_delays(daemon, &made.delays);
    }
    weir_kafka_cluster_state(parts->cluster, &made.kafka);
    pthread_mutex_lock(&observer->mutex);
    made.rules = observer->rules;
    pthread_mutex_unlock(&observer->mutex);
    if (parts->tally && weir_tally_read(parts->tally, &made.rows, &made.row_count) != WEIR_OK)
        return WEIR_NO_MEMORY;
    *observation = made;
    return WEIR_OK;
}

void observation_fini(struct observation *observation)
{
    free(observation->rows);
    *observation = (struct observation){0};
}

const char *observation_sick(const struct observation *observation)
{
    if (observation->is_starting || observation->is_stopping)
        return NULL; /* a stop has a deadline of its own */
    if (observation->working < observation->workers)
        return "a worker has ended";
    return observation->is_stuck ? "the thread that looks after the workers is stuck" : NULL;
}

const char *observation_unready(const struct observation *observation)
{
    const char *sick = observation_sick(observation);
    if (sick)
        return sick;
    if (observation->is_starting || observation->is_stopping)
        return observation->is_starting ? "it is starting" : "it is stopping";
    if (observation->kafka.login_refused)
        return "the brokers refuse the login";
    if (observation->kafka.is_down)
        return "no broker answers";
    return observation->counts[WEIR_COUNT_PARTITIONS] == 0 ? "no partition is assigned" : NULL;
}
