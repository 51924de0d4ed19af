/* The life of a worker: turns of the path until it is asked to stop, then deliver, commit and leave within the
 * deadline. */
#include "worker.h"

#define TURN_MS 100

/* Of the time to stop, what deliveries and leaving the group may take; the rest is for the process to end. */
static int leave_deadline_ms(const struct worker *worker)
{
    return worker->parts->stop_deadline_ms * 3 / 4;
}

static enum weir_status open_sink(struct worker *worker, struct weir_error *error)
{
    const struct weir_daemon_parts *parts = worker->parts;
    const struct weir_sink_events *events = weir_pipeline_sink_events(worker->pipeline);
    if (parts->ends && parts->ends->open_sink)
        return parts->ends->open_sink(parts->ends->context, events, &worker->sink, error);
    if (parts->settings->delivery == WEIR_EXACTLY_ONCE)
        return weir_kafka_transactional_sink_open(parts->settings, parts->cluster, worker->number, &worker->counters,
                                                  &worker->sink, error);
    return weir_kafka_sink_open(parts->settings, parts->cluster, worker->number, &worker->counters, events,
                                &worker->sink, error);
}

static enum weir_status open_source(struct worker *worker, struct weir_error *error)
{
    const struct weir_daemon_parts *parts = worker->parts;
    const struct weir_source_events *events = weir_pipeline_source_events(worker->pipeline);
    if (parts->ends)
        return parts->ends->open_source(parts->ends->context, events, &worker->source, error);
    return weir_kafka_source_open(parts->settings, parts->cluster, worker->number, events, &worker->source, error);
}

enum weir_status worker_open(struct worker *worker, const struct weir_daemon_parts *parts,
                             const struct shared_rules *rules, unsigned number, struct weir_error *error)
{
    worker->parts = parts;
    worker->rules = rules;
    worker->number = number;
    atomic_init(&worker->generation, parts->rules.ruleset->generation);
    struct weir_pipeline_parts pipeline = {
        .settings = parts->settings,
        .ruleset = parts->rules.ruleset,
        .budget = parts->rules.budget,
        .tally = parts->tally,
        .latest = parts->latest,
        .chars = parts->chars,
        .counters = &worker->counters,
        .clock = parts->log->clock,
        .record_max = weir_kafka_sink_record_max(parts->settings),
        .bad = parts->ends ? parts->ends->bad : (struct weir_bad_events){0},
    };
    enum weir_status status = weir_pipeline_new(&pipeline, &worker->pipeline);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for worker %u", number);
    status = open_sink(worker, error);
    if (status == WEIR_OK)
        status = open_source(worker, error);
    if (status == WEIR_OK)
        weir_pipeline_connect(worker->pipeline, worker->source, worker->sink);
    return status;
}

/* Leaves the group first: that waits for deliveries, so the sink must still be there. */
static void close_ends(struct worker *worker)
{
    if (worker->source)
        worker->source->operations->close(worker->source, leave_deadline_ms(worker));
    worker->source = NULL;
    if (worker->sink)
        worker->sink->operations->close(worker->sink);
    worker->sink = NULL;
}

/* Between two turns nothing of this worker points at its rules. Without memory for the new ones it goes on with the old
 * and tries again. */
static void follow_rules(struct worker *worker)
{
    const struct weir_generation *now = atomic_load_explicit(&worker->rules->now, memory_order_acquire);
    uint64_t generation = now->ruleset->generation;
    if (generation != atomic_load_explicit(&worker->generation, memory_order_relaxed) &&
        weir_pipeline_swap(worker->pipeline, now->ruleset, now->budget) == WEIR_OK)
        atomic_store_explicit(&worker->generation, generation, memory_order_release);
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct weir_error error = {0};
    enum weir_status status = WEIR_OK;
    while (status == WEIR_OK && !atomic_load_explicit(&worker->stopping, memory_order_relaxed)) {
        follow_rules(worker);
        status = weir_pipeline_turn(worker->pipeline, TURN_MS, &error);
    }
    close_ends(worker);
    if (status != WEIR_RETRY) { /* else it was stopped while waiting, which is no failure */
        worker->status = status;
        worker->error = error;
    }
    atomic_store_explicit(&worker->ended, true, memory_order_release);
    return NULL;
}

enum weir_status worker_start(struct worker *worker, struct weir_error *error)
{
    int failed = pthread_create(&worker->thread, NULL, work, worker);
    if (failed)
        return weir_error_set(error, WEIR_UNAVAILABLE, "cannot start worker %u: %s", worker->number, strerror(failed));
    worker->is_running = true;
    return WEIR_OK;
}

void worker_stop(struct worker *worker)
{
    atomic_store_explicit(&worker->stopping, true, memory_order_relaxed);
    if (worker->pipeline)
        weir_pipeline_stop(worker->pipeline);
}

void worker_close(struct worker *worker)
{
    if (worker->is_running)
        pthread_join(worker->thread, NULL);
    worker->is_running = false;
    close_ends(worker);
    weir_pipeline_free(worker->pipeline);
    worker->pipeline = NULL;
}
