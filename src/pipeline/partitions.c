/* Between the source's partitions and the ledger: assignments, revocations, and offsets that may be committed. */
#include "path.h"

#define LAG_MS 1000

static uint32_t take_partition(void *context, const char *topic, int32_t partition, uint32_t epoch,
                               struct weir_progress resume)
{
    struct weir_pipeline *pipeline = context;
    weir_count(pipeline->parts.counters, WEIR_COUNT_ASSIGNMENTS, 1);
    uint32_t slot = weir_ledger_assign(pipeline->ledger, topic, partition, epoch, resume.offset);
    if (slot == UINT32_MAX || path_captions_begin(pipeline, slot, resume) != WEIR_OK)
        return UINT32_MAX;
    weir_count(pipeline->parts.counters, WEIR_COUNT_PARTITIONS, 1);
    return slot;
}

/* Called between two batches: everything read is processed, only deliveries may be outstanding. */
static struct weir_progress give_partition(void *context, uint32_t slot, bool lost, int deadline_ms)
{
    struct weir_pipeline *pipeline = context;
    struct weir_clock clock = pipeline->parts.clock;
    int64_t deadline = clock.monotonic_ms(clock.context) + deadline_ms;
    while (!lost && weir_ledger_held(pipeline->ledger, slot) > 0) {
        int64_t left = deadline - clock.monotonic_ms(clock.context);
        struct weir_error error;
        if (left <= 0)
            break;
        if (pipeline->sink->operations->poll(pipeline->sink, left < 50 ? (int)left : 50, &error) == WEIR_FATAL)
            break; /* the next turn reports it; what is not delivered is not committed */
    }
    pipeline->goes_back = pipeline->goes_back || (lost && path_is_transactional(pipeline));
    int64_t watermark = lost ? -1 : weir_ledger_watermark(pipeline->ledger, slot);
    struct weir_progress progress = {watermark, path_captions_needed(pipeline, slot, watermark)};
    weir_ledger_revoke(pipeline->ledger, slot);
    path_captions_end(pipeline, slot);
    weir_count_now(pipeline->parts.counters, WEIR_COUNT_PARTITIONS,
                   weir_counted(pipeline->parts.counters, WEIR_COUNT_PARTITIONS) - 1);
    return progress;
}

static void note_delivery(void *context, uint64_t ticket)
{
    struct weir_pipeline *pipeline = context;
    weir_ledger_delivered(pipeline->ledger, ticket);
    weir_count(pipeline->parts.counters, WEIR_COUNT_DELIVERED, 1);
}

static bool is_stopping(void *context)
{
    return path_is_stopping(context);
}

void path_events(struct weir_pipeline *pipeline)
{
    pipeline->source_events = (struct weir_source_events){.assigned = take_partition,
                                                          .revoked = give_partition,
                                                          .revoking = path_commit_before_revoke,
                                                          .is_stopping = is_stopping,
                                                          .context = pipeline};
    pipeline->sink_events = (struct weir_sink_events){note_delivery, pipeline};
}

const struct weir_source_events *weir_pipeline_source_events(struct weir_pipeline *pipeline)
{
    return &pipeline->source_events;
}

const struct weir_sink_events *weir_pipeline_sink_events(struct weir_pipeline *pipeline)
{
    return &pipeline->sink_events;
}

static bool tell_source(void *context, uint32_t slot, int64_t watermark)
{
    struct weir_pipeline *pipeline = context;
    struct weir_progress progress = {watermark, path_captions_needed(pipeline, slot, watermark)};
    return pipeline->source->operations->finished(pipeline->source, slot, progress) == WEIR_OK;
}

void path_commit(struct weir_pipeline *pipeline)
{
    path_captions_note(pipeline);
    weir_ledger_risen(pipeline->ledger, tell_source, pipeline);
}

void path_note_lag(struct weir_pipeline *pipeline)
{
    struct weir_clock clock = pipeline->parts.clock;
    int64_t now = clock.monotonic_ms(clock.context);
    if (now < pipeline->lag_at_ms || !pipeline->source->operations->lag)
        return;
    weir_count_now(pipeline->parts.counters, WEIR_COUNT_LAG, pipeline->source->operations->lag(pipeline->source));
    pipeline->lag_at_ms = now + LAG_MS;
}
