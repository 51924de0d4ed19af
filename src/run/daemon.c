/* The workers of a process, started and stopped together. Touches no signal: see daemon_run.c. */
#include "worker.h"

#include <stdlib.h>

struct weir_daemon {
    struct weir_daemon_parts parts;
    struct shared_rules rules;
    unsigned worker_count;
    struct worker workers[];
};

static void close_workers(struct weir_daemon *daemon)
{
    for (unsigned i = 0; i < daemon->worker_count; i++)
        worker_close(&daemon->workers[i]);
}

enum weir_status weir_daemon_start(const struct weir_daemon_parts *parts, struct weir_daemon **daemon,
                                   struct weir_error *error)
{
    unsigned count = parts->settings->workers;
    struct weir_daemon *made = calloc(1, sizeof *made + count * sizeof made->workers[0]);
    if (!made)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for %u workers", count);
    made->parts = *parts;
    made->worker_count = count;
    atomic_init(&made->rules.now, &made->parts.rules);
    enum weir_status status = WEIR_OK;
    for (unsigned i = 0; status == WEIR_OK && i < count; i++)
        status = worker_open(&made->workers[i], &made->parts, &made->rules, i, error);
    for (unsigned i = 0; status == WEIR_OK && i < count; i++)
        status = worker_start(&made->workers[i], error);
    if (status != WEIR_OK) {
        weir_daemon_stop(made);
        close_workers(made);
        free(made);
        return status;
    }
    *daemon = made;
    return WEIR_OK;
}

void weir_daemon_swap(struct weir_daemon *daemon, const struct weir_generation *rules)
{
    atomic_store_explicit(&daemon->rules.now, rules, memory_order_release);
}

uint64_t weir_daemon_oldest(const struct weir_daemon *daemon)
{
    uint64_t oldest = UINT64_MAX;
    for (unsigned i = 0; i < daemon->worker_count; i++) {
        uint64_t generation = atomic_load_explicit(&daemon->workers[i].generation, memory_order_acquire);
        oldest = generation < oldest ? generation : oldest;
    }
    return oldest;
}

void weir_daemon_stop(struct weir_daemon *daemon)
{
    for (unsigned i = 0; i < daemon->worker_count; i++)
        worker_stop(&daemon->workers[i]);
}

/* One that broke takes the others with it: half a daemon would look alive and fall behind. */
bool weir_daemon_ended(struct weir_daemon *daemon)
{
    unsigned ended = 0;
    for (unsigned i = 0; i < daemon->worker_count; i++)
        ended += atomic_load_explicit(&daemon->workers[i].ended, memory_order_acquire);
    if (ended > 0 && ended < daemon->worker_count)
        weir_daemon_stop(daemon);
    return ended == daemon->worker_count;
}

unsigned weir_daemon_working(const struct weir_daemon *daemon)
{
    unsigned working = daemon->worker_count;
    for (unsigned i = 0; i < daemon->worker_count; i++)
        working -= atomic_load_explicit(&daemon->workers[i].ended, memory_order_acquire);
    return working;
}

void weir_daemon_delays(const struct weir_daemon *daemon, struct weir_delays *sums)
{
    *sums = (struct weir_delays){0};
    for (unsigned i = 0; i < daemon->worker_count; i++)
        weir_delays_add(&daemon->workers[i].counters, sums);
}

void weir_daemon_counts(const struct weir_daemon *daemon, uint64_t sums[WEIR_COUNTER_COUNT])
{
    memset(sums, 0, WEIR_COUNTER_COUNT * sizeof *sums);
    for (unsigned i = 0; i < daemon->worker_count; i++)
        weir_counters_add(&daemon->workers[i].counters, sums);
}

enum weir_status weir_daemon_free(struct weir_daemon *daemon, struct weir_error *error)
{
    close_workers(daemon);
    enum weir_status status = WEIR_OK;
    for (unsigned i = 0; status == WEIR_OK && i < daemon->worker_count; i++) {
        status = daemon->workers[i].status;
        if (status != WEIR_OK)
            *error = daemon->workers[i].error;
    }
    free(daemon);
    return status;
}
