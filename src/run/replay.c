/* A replay from start to end: what the topic holds, one worker of the daemon with a source of its own, and signals. */
#include "weir/replay.h"

#include "replay_settings.h"
#include "replay_source.h"

#include "weir/budget.h"
#include "weir/kafka.h"
#include "weir/run.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define START_WITHIN_MS 30000
#define STOP_WITHIN_MS 20000
#define CLOSE_WITHIN_MS 5000
#define LOOK_MS 100

struct replay {
    const struct weir_replay_options *options;
    struct weir_replay_report *report;
    struct replay_settings settings;
    struct weir_kafka_cluster *cluster;
    struct weir_history_range *ranges; /* what there is of the topic */
    size_t range_count;
    struct weir_source *source; /* the worker's, while it lives */
    sigset_t signals;
};

/* Waits for a signal; 0: none came. */
static int wait_signal(const struct replay *replay, int timeout_ms)
{
    const struct timespec within = {.tv_nsec = timeout_ms * 1000000L};
    int number = sigtimedwait(&replay->signals, NULL, &within);
    return number > 0 ? number : 0;
}

static enum weir_status stopped(struct weir_error *error)
{
    return weir_error_set(error, WEIR_RETRY, "stopped before the end; call it again to go on");
}

/* ---- What there is ---- */

static enum weir_status keep_ranges(struct replay *replay, const struct weir_source *history, struct weir_error *error)
{
    const struct weir_history_range *ranges = weir_history_ranges(history, &replay->range_count);
    replay->ranges = calloc(replay->range_count + 1, sizeof *ranges);
    if (!replay->ranges)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for %zu partitions", replay->range_count);
    memcpy(replay->ranges, ranges, replay->range_count * sizeof *ranges);
    return WEIR_OK;
}

/* A look at the past of the topic, of which only the bounds matter. */
static enum weir_status ask_ranges(struct replay *replay, struct weir_source *history, struct weir_error *error)
{
    struct weir_batch batch;
    size_t count = 0;
    enum weir_status status = weir_batch_init(&batch, 1, 1);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory to start");
    while (status == WEIR_OK && !weir_history_ranges(history, &count)) {
        weir_batch_reset(&batch);
        status = history->operations->poll(history, &batch, 0, error);
        if (status == WEIR_OK && wait_signal(replay, 0))
            status = stopped(error);
    }
    if (weir_history_ranges(history, &count))
        status = keep_ranges(replay, history, error);
    else if (status == WEIR_FATAL)
        status = error->status;
    weir_batch_fini(&batch);
    return status;
}

static enum weir_status find_ranges(struct replay *replay, struct weir_error *error)
{
    const struct weir_history_options options = {.settings = &replay->settings.reader,
                                                 .cluster = replay->cluster,
                                                 .topic = replay->options->topic,
                                                 .from_ms = replay->options->since_ms,
                                                 .start_within_ms = START_WITHIN_MS};
    struct weir_source *history = NULL;
    enum weir_status status = weir_history_open(&options, &history, error);
    if (status != WEIR_OK)
        return status;
    status = ask_ranges(replay, history, error);
    history->operations->close(history, CLOSE_WITHIN_MS);
    return status;
}

/* ---- The worker ---- */

static enum weir_status open_source(void *context, const struct weir_source_events *events, struct weir_source **source,
                                    struct weir_error *error)
{
    struct replay *replay = context;
    const struct replay_source_options options = {.replay = replay->options,
                                                  .settings = &replay->settings.reader,
                                                  .group = replay->settings.group,
                                                  .cluster = replay->cluster,
                                                  .ranges = replay->ranges,
                                                  .range_count = replay->range_count,
                                                  .report = replay->report};
    enum weir_status status = replay_source_open(&options, events, source, error);
    if (status == WEIR_OK)
        replay->source = *source;
    return status;
}

/* Of a dry run: takes everything, and puts it nowhere. */
static enum weir_status open_no_sink(void *context, const struct weir_sink_events *events, struct weir_sink **sink,
                                     struct weir_error *error)
{
    (void)context;
    enum weir_status status = weir_file_sink_open(-1, -1, events, sink);
    return status == WEIR_OK ? WEIR_OK : weir_error_set(error, status, "no memory to start");
}

static void note_bad(void *context, const struct weir_message *message, const struct weir_bad_payload *bad)
{
    const struct replay *replay = context;
    replay_source_bad(replay->source, message, bad);
}

static void wait_for_end(const struct replay *replay, struct weir_daemon *daemon)
{
    bool is_stopping = false;
    while (!weir_daemon_ended(daemon)) {
        if (!wait_signal(replay, LOOK_MS))
            continue;
        if (is_stopping)
            _exit(weir_status_exit(WEIR_RETRY));
        is_stopping = true;
        weir_daemon_stop(daemon);
    }
}

static void note_counts(const struct weir_daemon *daemon, struct weir_replay_report *report)
{
    uint64_t sums[WEIR_COUNTER_COUNT];
    weir_daemon_counts(daemon, sums);
    report->undeliverable = sums[WEIR_COUNT_DEAD_LETTERS];
    report->flags = sums[WEIR_COUNT_DELIVERED] - report->undeliverable;
    report->overflow = sums[WEIR_COUNT_OVERFLOW_FLAGS];
}

/* The worker's end is the source's, or that of a worker that was stopped, which it does not tell. */
static enum weir_status run_worker(struct replay *replay, struct weir_budget *budget, struct weir_error *error)
{
    const struct weir_daemon_ends ends = {.open_source = open_source,
                                          .open_sink = replay->options->is_dry ? open_no_sink : NULL,
                                          .bad = {note_bad, replay},
                                          .context = replay};
    const struct weir_daemon_parts parts = {.settings = &replay->settings.path,
                                            .rules = {replay->options->ruleset, budget},
                                            .chars = replay->options->chars,
                                            .log = replay->options->log,
                                            .cluster = replay->cluster,
                                            .ends = &ends,
                                            .stop_deadline_ms = STOP_WITHIN_MS};
    struct weir_daemon *daemon = NULL;
    struct weir_error broken = {0};
    enum weir_status status = weir_daemon_start(&parts, &daemon, error);
    if (status != WEIR_OK)
        return status;
    wait_for_end(replay, daemon);
    note_counts(daemon, replay->report);
    status = weir_daemon_free(daemon, &broken);
    if (replay->report->is_whole)
        return WEIR_OK;
    if (status == WEIR_OK)
        return stopped(error);
    *error = broken;
    return broken.status ? broken.status : status;
}

static enum weir_status run_with_signals(struct replay *replay, struct weir_error *error)
{
    const struct weir_replay_options *options = replay->options;
    struct weir_budget *budget = NULL;
    replay->cluster = weir_kafka_cluster_new(options->log);
    if (!replay->cluster)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory to start");
    enum weir_status status = find_ranges(replay, error);
    if (status == WEIR_OK && options->settings->budget_per_minute > 0 &&
        (status = weir_budget_new(options->ruleset, options->settings->budget_per_minute, NULL, &budget)) != WEIR_OK)
        weir_error_set(error, status, "no memory for the budgets of rules");
    if (status == WEIR_OK)
        status = run_worker(replay, budget, error);
    weir_budget_free(budget);
    weir_kafka_cluster_free(replay->cluster);
    free(replay->ranges);
    return status;
}

enum weir_status weir_replay_run(const struct weir_replay_options *options, struct weir_replay_report *report,
                                 struct weir_error *error)
{
    struct replay replay = {.options = options, .report = report};
    sigset_t before;
    *report = (struct weir_replay_report){0};
    enum weir_status status = replay_settings_init(&replay.settings, options, error);
    if (status != WEIR_OK)
        return status;
    sigemptyset(&replay.signals);
    sigaddset(&replay.signals, SIGTERM);
    sigaddset(&replay.signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &replay.signals, &before);
    status = run_with_signals(&replay, error);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    replay_settings_fini(&replay.settings);
    return status;
}
