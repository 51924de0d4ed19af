/* The path: consume -> decode -> normalize -> scan -> decide -> publish -> commit, over one batch on one thread.
 *
 * Owns the stages of one worker. Must never pass a message whose records are not all in the sink's hands. */
#include "weir/pipeline.h"

#include "path.h"

#include <stdlib.h>

/* What a stream may take beyond its window, on average; and what all may take however few they are. */
#define STREAM_BYTES 256
#define BYTES_LEAST ((size_t)64 << 20)

static enum weir_status make_streams(struct weir_pipeline *pipeline, const struct weir_pipeline_parts *parts)
{
    const struct weir_settings *settings = parts->settings;
    pipeline->window = (struct weir_window_options){
        .chars = parts->chars,
        .window_bytes = settings->captions.window_bytes,
        .join = settings->captions.join,
        .rollup = settings->captions.rollup,
    };
    const size_t streams_max = settings->captions.streams_max / settings->workers;
    const size_t bytes_max = (streams_max + 1) * (settings->captions.window_bytes + STREAM_BYTES);
    return weir_streams_new(streams_max, bytes_max > BYTES_LEAST ? bytes_max : BYTES_LEAST, &pipeline->streams);
}

static enum weir_status make_stages(struct weir_pipeline *pipeline, const struct weir_pipeline_parts *parts)
{
    const struct weir_settings *settings = parts->settings;
    enum weir_status status = weir_batch_init(&pipeline->batch, WEIR_BATCH_MESSAGES, WEIR_BATCH_BYTES);
    if (status == WEIR_OK)
        status = weir_decoder_new(settings->mappings, settings->mapping_count, &settings->limits, &pipeline->decoder);
    if (status == WEIR_OK)
        status = weir_normalizer_new(parts->chars, &pipeline->normalizer);
    if (status == WEIR_OK)
        status = weir_scanner_new(parts->ruleset, settings->limits.hits, &pipeline->scanner);
    if (status == WEIR_OK)
        status = weir_decider_new(parts->ruleset, parts->chars, &settings->limits, &pipeline->decider);
    if (status == WEIR_OK)
        status = weir_repeats_new(parts->is_reproducible, &pipeline->repeats);
    if (status == WEIR_OK)
        status = make_streams(pipeline, parts);
    pipeline->ledger = weir_ledger_new();
    return status == WEIR_OK && !pipeline->ledger ? WEIR_NO_MEMORY : status;
}

enum weir_status weir_pipeline_new(const struct weir_pipeline_parts *parts, struct weir_pipeline **pipeline)
{
    struct weir_pipeline *made = calloc(1, sizeof *made);
    if (!made)
        return WEIR_NO_MEMORY;
    made->parts = *parts;
    made->encoder = (struct weir_encoder){
        .ruleset = parts->ruleset,
        .author_key = parts->settings->author_key,
        .content = parts->settings->content,
        .record_max = parts->record_max,
    };
    path_events(made);
    enum weir_status status = make_stages(made, parts);
    if (status != WEIR_OK) {
        weir_pipeline_free(made);
        return status;
    }
    *pipeline = made;
    return WEIR_OK;
}

void weir_pipeline_free(struct weir_pipeline *pipeline)
{
    if (!pipeline)
        return;
    weir_batch_fini(&pipeline->batch);
    weir_decoder_free(pipeline->decoder);
    weir_normalizer_free(pipeline->normalizer);
    weir_scanner_free(pipeline->scanner);
    weir_decider_free(pipeline->decider);
    weir_ledger_free(pipeline->ledger);
    weir_repeats_free(pipeline->repeats);
    weir_streams_free(pipeline->streams);
    free(pipeline->partitions);
    free(pipeline);
}

void weir_pipeline_connect(struct weir_pipeline *pipeline, struct weir_source *source, struct weir_sink *sink)
{
    pipeline->source = source;
    pipeline->sink = sink;
}

enum weir_status weir_pipeline_swap(struct weir_pipeline *pipeline, const struct weir_ruleset *ruleset,
                                    struct weir_budget *budget)
{
    const struct weir_pipeline_parts *parts = &pipeline->parts;
    struct weir_scanner *scanner = NULL;
    struct weir_decider *decider = NULL;
    enum weir_status status = weir_scanner_new(ruleset, parts->settings->limits.hits, &scanner);
    if (status == WEIR_OK)
        status = weir_decider_new(ruleset, parts->chars, &parts->settings->limits, &decider);
    if (status != WEIR_OK) {
        weir_scanner_free(scanner);
        return status;
    }
    weir_scanner_free(pipeline->scanner);
    weir_decider_free(pipeline->decider);
    pipeline->scanner = scanner;
    pipeline->decider = decider;
    pipeline->encoder.ruleset = ruleset;
    pipeline->parts.ruleset = ruleset;
    pipeline->parts.budget = budget;
    return WEIR_OK;
}

void weir_pipeline_stop(struct weir_pipeline *pipeline)
{
    atomic_store_explicit(&pipeline->stopping, true, memory_order_relaxed);
}

/* A fragment in which nothing is said has its place in its stream all the same. */
static enum weir_status pass_bad(struct weir_pipeline *pipeline, const struct weir_message *message,
                                 const struct weir_item *item, const struct weir_bad_payload *bad,
                                 struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    if (pipeline->parts.bad.met)
        pipeline->parts.bad.met(pipeline->parts.bad.context, message, bad);
    else if (path_publishes(pipeline, message))
        status = path_publish_dead_letter(pipeline, message, bad, error);
    if (status == WEIR_OK && bad->reason == WEIR_BAD_NO_TEXT && item->kind == WEIR_CAPTION)
        status = path_pass_caption(pipeline, message, item, error);
    return status;
}

/* normalize .. publish for one message. */
static enum weir_status pass_message(struct weir_pipeline *pipeline, const struct weir_message *message,
                                     const struct path_decoded *decoded, struct weir_error *error)
{
    struct weir_arena *arena = pipeline->batch.arena;
    const struct weir_item *item = &decoded->item;
    enum weir_status status = decoded->status;
    if (status == WEIR_INVALID)
        return pass_bad(pipeline, message, item, &decoded->bad, error);
    struct weir_scan_text texts;
    if (status == WEIR_OK && item->kind == WEIR_CAPTION) {
        weir_count(pipeline->parts.counters, WEIR_COUNT_ITEMS, 1);
        return path_pass_caption(pipeline, message, item, error);
    }
    if (status == WEIR_OK)
        status = weir_normalize(pipeline->normalizer, item, pipeline->parts.ruleset->views, &texts);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for a message of %zu bytes", message->payload.length);
    struct weir_hits hits;
    weir_scan(pipeline->scanner, &texts, &hits);
    if (pipeline->tape) {
        path_tape_scanned(pipeline->tape, item, &texts, &hits);
        path_tape_deciding(pipeline->tape, NULL);
    }
    struct weir_verdict verdict;
    status = weir_decide(pipeline->decider, item, &texts, &hits, arena, &verdict);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for the hits of one item");
    weir_count(pipeline->parts.counters, WEIR_COUNT_ITEMS, 1);
    const struct path_passage passage = {message, item, &texts, &verdict};
    status = path_publish_verdict(pipeline, &passage, error);
    if (status == WEIR_OK && path_audits(pipeline) && path_is_unflagged(&verdict, &hits))
        status = path_audit(pipeline, message, item, error);
    return status;
}

/* decode .. publish for some messages of the batch. */
static enum weir_status pass_group(struct weir_pipeline *pipeline, const struct weir_message *messages, size_t count,
                                   struct weir_error *error)
{
    struct weir_arena *arena = pipeline->batch.arena;
    const struct weir_arena_place before = weir_arena_mark(arena);
    for (size_t i = 0; i < count; i++) {
        struct path_decoded *decoded = &pipeline->decoded[i];
        if (!messages[i].is_skipped)
            decoded->status = weir_decode(pipeline->decoder, &messages[i], arena, &decoded->item, &decoded->bad);
    }
    for (size_t i = 0; i < count; i++) {
        const struct weir_arena_place mark = weir_arena_mark(arena);
        enum weir_status status =
            messages[i].is_skipped ? WEIR_OK : pass_message(pipeline, &messages[i], &pipeline->decoded[i], error);
        if (status != WEIR_OK)
            return status;
        if (!pipeline->tape) /* it borrows what the message was made into */
            weir_arena_rewind(arena, mark);
        weir_ledger_done(pipeline->ledger, messages[i].slot, messages[i].origin.offset);
        weir_count(pipeline->parts.counters, WEIR_COUNT_MESSAGES, 1);
        weir_count(pipeline->parts.counters, WEIR_COUNT_BYTES, messages[i].payload.length);
    }
    if (!pipeline->tape)
        weir_arena_rewind(arena, before);
    return WEIR_OK;
}

enum weir_status weir_pipeline_turn(struct weir_pipeline *pipeline, int timeout_ms, struct weir_error *error)
{
    struct weir_batch *batch = &pipeline->batch;
    weir_batch_reset(batch);
    enum weir_status ended =
        pipeline->source->operations->poll(pipeline->source, batch, path_commit_due(pipeline, timeout_ms), error);
    for (size_t first = 0; first < batch->count; first += WEIR_GROUP_MESSAGES) {
        size_t left = batch->count - first;
        size_t count = left < WEIR_GROUP_MESSAGES ? left : WEIR_GROUP_MESSAGES;
        enum weir_status status = pass_group(pipeline, &batch->messages[first], count, error);
        if (status != WEIR_OK) {
            pipeline->goes_back = true; /* some of its records may be there, others not */
            return status;
        }
    }
    struct weir_error trouble;
    enum weir_status status = pipeline->sink->operations->poll(pipeline->sink, 0, &trouble);
    if (status == WEIR_FATAL) {
        *error = trouble;
        return status;
    }
    path_note_lag(pipeline);
    path_commit(pipeline);
    if (path_is_transactional(pipeline) &&
        (status = path_transact(pipeline, weir_batch_full(batch), &trouble)) != WEIR_OK) {
        *error = trouble;
        return status;
    }
    return ended;
}
