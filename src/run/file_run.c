/* The path over files: one pipeline, a file source, a file sink, on the caller's thread. */
#include "weir/file_run.h"

#include "file_mapping.h"

#include <inttypes.h>
#include <stdio.h>

#define TURN_MS 1000
#define PROGRESS_MS 500

/* The files are one partition, ours from the start: the ledger knows no other kind of source. */
static enum weir_status open_source(const struct weir_file_source_options *options, struct weir_pipeline *pipeline,
                                    struct weir_source **source, struct weir_error *error)
{
    const struct weir_source_events *events = weir_pipeline_source_events(pipeline);
    if (events->assigned(events->context, "", 0, 0, (struct weir_progress){-1, -1}) == UINT32_MAX)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory to start");
    return weir_file_source_open(options, source, error);
}

static void show_progress(const struct weir_counters *counters)
{
    fprintf(stderr, "\r%" PRIu64 " lines, %" PRIu64 " flagged, %" PRIu64 " bad ",
            weir_counted(counters, WEIR_COUNT_MESSAGES), weir_counted(counters, WEIR_COUNT_FLAGS),
            weir_counted(counters, WEIR_COUNT_DEAD_LETTERS));
}

static enum weir_status turn_to_end(struct weir_pipeline *pipeline, const struct weir_counters *counters, bool progress,
                                    struct weir_error *error)
{
    struct weir_clock clock = weir_clock_system();
    int64_t shown_ms = clock.monotonic_ms(clock.context);
    enum weir_status status;
    while ((status = weir_pipeline_turn(pipeline, TURN_MS, error)) == WEIR_OK) {
        if (progress && clock.monotonic_ms(clock.context) - shown_ms >= PROGRESS_MS) {
            show_progress(counters);
            shown_ms = clock.monotonic_ms(clock.context);
        }
    }
    if (progress)
        fputs("\r\033[K", stderr);
    return status == WEIR_FATAL && error->status == WEIR_OK ? WEIR_OK : status;
}

enum weir_status weir_file_run(const struct weir_file_run *run, uint64_t sums[WEIR_COUNTER_COUNT],
                               struct weir_error *error)
{
    struct weir_counters counters = {0};
    struct weir_pipeline_parts parts = {
        .settings = run->settings,
        .ruleset = run->ruleset,
        .chars = run->chars,
        .counters = &counters,
        .clock = weir_clock_system(),
        .record_max = SIZE_MAX,
        .is_reproducible = true,
    };
    struct weir_file_source_options options = {
        .paths = run->paths,
        .path_count = run->path_count,
        .text = run->text,
        .is_stream = run->kind == WEIR_CAPTION,
        .line_max = run->settings->limits.payload,
    };
    struct weir_pipeline *pipeline = NULL;
    struct weir_source *source = NULL;
    struct weir_sink *sink = NULL;
    enum weir_status status =
        run->text ? WEIR_OK : file_mapping_find(run->settings, run->kind, &options.mapping, error);
    options.plain_mapping = weir_mapping_plain_number(run->settings, run->kind);
    if (status == WEIR_OK && (status = weir_pipeline_new(&parts, &pipeline)) != WEIR_OK)
        weir_error_set(error, status, "no memory to start");
    if (status == WEIR_OK)
        status = open_source(&options, pipeline, &source, error);
    if (status == WEIR_OK && (status = weir_file_sink_open(run->flags, run->dead_letters,
                                                           weir_pipeline_sink_events(pipeline), &sink)) != WEIR_OK)
        weir_error_set(error, status, "no memory to start");
    if (status == WEIR_OK) {
        weir_pipeline_connect(pipeline, source, sink);
        status = turn_to_end(pipeline, &counters, run->progress, error);
    }
    if (status == WEIR_OK)
        status = sink->operations->flush(sink, 0, error);
    if (source)
        source->operations->close(source, 0);
    if (sink)
        sink->operations->close(sink);
    weir_pipeline_free(pipeline);
    memset(sums, 0, WEIR_COUNTER_COUNT * sizeof *sums);
    weir_counters_add(&counters, sums);
    return status;
}
