/* One stage at a time over a turn's tape. Owns the tape and a memory for what the stages make; must call the stages as
 * the path does. */
#include "weir/stages.h"

#include "tape.h"

#include <stdlib.h>

struct weir_stages {
    struct weir_pipeline *pipeline;
    struct weir_bare_scanner *bare;
    struct path_tape tape;
    struct weir_arena *arena; /* reset after each call, as the path gives back what a message took */
    uint64_t matches;
    uint32_t epoch;
};

const char *weir_stage_name(enum weir_stage stage)
{
    static const char *const names[WEIR_STAGE_COUNT] = {"decode", "normalize", "scan",
                                                        "decide", "publish",   "bare hs_scan"};
    return names[stage];
}

enum weir_status weir_stages_new(struct weir_pipeline *pipeline, struct weir_stages **stages)
{
    struct weir_stages *made = calloc(1, sizeof *made);
    if (!made)
        return WEIR_NO_MEMORY;
    made->pipeline = pipeline;
    made->arena = weir_arena_new(2 * WEIR_BATCH_BYTES);
    enum weir_status status = path_tape_init(&made->tape) && made->arena ? WEIR_OK : WEIR_NO_MEMORY;
    if (status == WEIR_OK)
        status = weir_bare_scanner_new(pipeline->parts.ruleset, &made->bare);
    if (status != WEIR_OK) {
        weir_stages_free(made);
        return status;
    }
    *stages = made;
    return WEIR_OK;
}

void weir_stages_free(struct weir_stages *stages)
{
    if (!stages)
        return;
    weir_bare_scanner_free(stages->bare);
    path_tape_fini(&stages->tape);
    weir_arena_free(stages->arena);
    free(stages);
}

enum weir_status weir_stages_begin(struct weir_stages *stages)
{
    const struct weir_source_events *events = &stages->pipeline->source_events;
    path_tape_reset(&stages->tape);
    uint32_t slot = events->assigned(events->context, "", 0, ++stages->epoch, (struct weir_progress){-1, -1});
    return slot == UINT32_MAX ? WEIR_NO_MEMORY : WEIR_OK;
}

/* What the evidence of a post shows of its texts must outlive the normalizer's next call: it is decided once more, over
 * the texts of the tape. */
static enum weir_status redo_verdicts(struct weir_stages *stages)
{
    struct path_tape *tape = &stages->tape;
    for (size_t i = 0; i < tape->publication_count; i++) {
        struct tape_publication *publication = &tape->publications[i];
        const struct weir_verdict *verdict = &publication->verdict;
        if (publication->record != TAPE_VERDICT ||
            verdict->match_count[WEIR_CHANNEL_REVIEW] + verdict->match_count[WEIR_CHANNEL_SHADOW] == 0)
            continue;
        const struct tape_scan *scan = &tape->scans[publication->scan];
        enum weir_status status = weir_decide(stages->pipeline->decider, &scan->item, &scan->texts, &scan->hits,
                                              tape->arena, &publication->verdict);
        if (status != WEIR_OK)
            return status;
    }
    return WEIR_OK;
}

enum weir_status weir_stages_turn(struct weir_stages *stages, struct weir_error *error)
{
    struct weir_pipeline *pipeline = stages->pipeline;
    path_tape_reset(&stages->tape);
    pipeline->tape = &stages->tape;
    enum weir_status status = weir_pipeline_turn(pipeline, 0, error);
    pipeline->tape = NULL;
    if (stages->tape.failed || redo_verdicts(stages) != WEIR_OK)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory to note what the stages are given");
    return status;
}

/* ---- The stages ---- */

static enum weir_status run_decode(struct weir_stages *stages)
{
    const struct weir_batch *batch = &stages->pipeline->batch;
    for (size_t i = 0; i < batch->count; i++) {
        struct weir_item item;
        struct weir_bad_payload bad;
        if (weir_decode(stages->pipeline->decoder, &batch->messages[i], stages->arena, &item, &bad) == WEIR_NO_MEMORY)
            return WEIR_NO_MEMORY;
        weir_arena_reset(stages->arena);
    }
    return WEIR_OK;
}

static enum weir_status run_normalize(struct weir_stages *stages)
{
    const struct weir_pipeline *pipeline = stages->pipeline;
    for (size_t i = 0; i < stages->tape.scan_count; i++) {
        struct weir_scan_text texts;
        enum weir_status status =
            weir_normalize(pipeline->normalizer, &stages->tape.scans[i].item, pipeline->parts.ruleset->views, &texts);
        if (status != WEIR_OK)
            return status;
    }
    return WEIR_OK;
}

static enum weir_status run_scan(struct weir_stages *stages)
{
    for (size_t i = 0; i < stages->tape.scan_count; i++) {
        struct weir_hits hits;
        weir_scan(stages->pipeline->scanner, &stages->tape.scans[i].texts, &hits);
    }
    return WEIR_OK;
}

static enum weir_status run_bare_scan(struct weir_stages *stages)
{
    for (size_t i = 0; i < stages->tape.scan_count; i++) {
        enum weir_status status = weir_bare_scan(stages->bare, &stages->tape.scans[i].texts, &stages->matches);
        if (status != WEIR_OK)
            return status;
    }
    return WEIR_OK;
}

static enum weir_status run_decide(struct weir_stages *stages)
{
    struct weir_decider *decider = stages->pipeline->decider;
    for (size_t i = 0; i < stages->tape.decision_count; i++) {
        const struct tape_decision *decision = &stages->tape.decisions[i];
        const struct tape_scan *scan = &stages->tape.scans[decision->scan];
        struct weir_verdict verdict;
        enum weir_status status =
            decision->has_window
                ? weir_decide_window(decider, &scan->item, &decision->window, &scan->texts, &scan->hits, stages->arena,
                                     &verdict)
                : weir_decide(decider, &scan->item, &scan->texts, &scan->hits, stages->arena, &verdict);
        if (status != WEIR_OK)
            return status;
        weir_arena_reset(stages->arena);
    }
    return WEIR_OK;
}

static enum weir_status publish_verdict(struct weir_stages *stages, const struct tape_publication *publication,
                                        struct weir_error *error)
{
    const struct tape_scan *scan = &stages->tape.scans[publication->scan];
    const struct path_passage passage = {publication->message, &scan->item, &scan->texts, &publication->verdict};
    return path_publish_verdict(stages->pipeline, &passage, error);
}

static enum weir_status publish_finding(struct weir_pipeline *pipeline, struct tape_publication *publication,
                                        struct weir_error *error)
{
    const enum weir_channel channel = publication->finding.channel;
    enum weir_output output;
    enum weir_status status = weir_flag_id(&pipeline->encoder, &publication->item, channel, publication->match.rule,
                                           pipeline->batch.arena, publication->flag_id);
    if (status != WEIR_OK)
        return status;
    publication->verdict.matches[channel] = &publication->match;
    publication->verdict.match_count[channel] = 1;
    publication->finding.item = &publication->item;
    publication->finding.verdict = &publication->verdict;
    publication->finding.flag_id = publication->flag_id;
    return path_publish_stream_flag(pipeline, publication->message, &publication->finding, &output, error);
}

static enum weir_status publish_one(struct weir_stages *stages, struct tape_publication *publication,
                                    struct weir_error *error)
{
    struct weir_pipeline *pipeline = stages->pipeline;
    switch (publication->record) {
    case TAPE_VERDICT:
        return publish_verdict(stages, publication, error);
    case TAPE_FINDING:
        return publish_finding(pipeline, publication, error);
    case TAPE_UPDATE:
        publication->update.item = &publication->item;
        publication->update.match = &publication->match;
        publication->update.flag_id = publication->flag_id;
        return path_publish_update(pipeline, publication->message, &publication->update, error);
    case TAPE_DEAD_LETTER:
        break;
    }
    return path_publish_dead_letter(pipeline, publication->message, &publication->bad, error);
}

/* The ledger must not see offsets go back: to it, the partition came anew. Streams are left as they are. */
static enum weir_status run_publish(struct weir_stages *stages, struct weir_error *error)
{
    struct weir_pipeline *pipeline = stages->pipeline;
    struct weir_arena *arena = pipeline->batch.arena;
    enum weir_status status = WEIR_OK;
    if (weir_ledger_assign(pipeline->ledger, "", 0, ++stages->epoch, -1) == UINT32_MAX)
        return WEIR_NO_MEMORY;
    pipeline->batch.arena = stages->arena;
    for (size_t i = 0; i < stages->tape.publication_count && status == WEIR_OK; i++) {
        status = publish_one(stages, &stages->tape.publications[i], error);
        weir_arena_reset(stages->arena);
    }
    pipeline->batch.arena = arena;
    return status;
}

enum weir_status weir_stages_run(struct weir_stages *stages, enum weir_stage stage, struct weir_error *error)
{
    static enum weir_status (*const runs[WEIR_STAGE_COUNT])(struct weir_stages *) = {
        [WEIR_STAGE_DECODE] = run_decode, [WEIR_STAGE_NORMALIZE] = run_normalize, [WEIR_STAGE_SCAN] = run_scan,
        [WEIR_STAGE_DECIDE] = run_decide, [WEIR_STAGE_BARE_SCAN] = run_bare_scan,
    };
    weir_arena_reset(stages->arena);
    enum weir_status status = runs[stage] ? runs[stage](stages) : run_publish(stages, error);
    if (status == WEIR_INVALID)
        return weir_error_set(error, WEIR_INVALID, "Hyperscan failed on one of the texts");
    return status == WEIR_OK ? status
                             : weir_error_set(error, status, "no memory for the stage %s", weir_stage_name(stage));
}

static uint64_t count_bytes(const struct weir_scan_text *texts)
{
    uint64_t bytes = 0;
    for (int view = 0; view < WEIR_VIEW_COUNT; view++)
        bytes += texts->views[view].text.data ? texts->views[view].text.length : 0;
    return bytes;
}

struct weir_stages_sums weir_stages_sums(const struct weir_stages *stages)
{
    const struct path_tape *tape = &stages->tape;
    struct weir_stages_sums sums = {.calls = {
                                        [WEIR_STAGE_DECODE] = stages->pipeline->batch.count,
                                        [WEIR_STAGE_NORMALIZE] = tape->scan_count,
                                        [WEIR_STAGE_SCAN] = tape->scan_count,
                                        [WEIR_STAGE_DECIDE] = tape->decision_count,
                                        [WEIR_STAGE_PUBLISH] = tape->publication_count,
                                        [WEIR_STAGE_BARE_SCAN] = tape->scan_count,
                                    }};
    for (size_t i = 0; i < tape->scan_count; i++)
        sums.scanned_bytes += count_bytes(&tape->scans[i].texts);
    for (size_t i = 0; i < tape->publication_count; i++)
        if (tape->publications[i].record == TAPE_DEAD_LETTER)
            sums.bad[tape->publications[i].bad.reason]++;
    return sums;
}
