/* From a verdict to records in the sink's hands. Waits when the sink is full; never drops. */
#include "path.h"

#include "weir/budget.h"

#define FULL_SINK_WAIT_MS 100

enum weir_status path_put(struct weir_pipeline *pipeline, const struct weir_message *message,
                          struct weir_record *record, struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    record->ticket = 0;
    if (!path_is_transactional(pipeline))
        status = weir_ledger_hold(pipeline->ledger, message->slot, message->origin.offset, &record->ticket);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory to keep account of a record");
    const struct weir_sink_operations *sink = pipeline->sink->operations;
    struct weir_clock clock = pipeline->parts.clock;
    int64_t full_since = 0;
    while ((status = sink->put(pipeline->sink, record, error)) == WEIR_RETRY) {
        if (!full_since)
            full_since = clock.monotonic_ms(clock.context);
        if (path_is_stopping(pipeline)) {
            /* Nobody will report this one. The message is not done, so the watermark does not pass it all the same. */
            weir_ledger_delivered(pipeline->ledger, record->ticket);
            return weir_error_set(error, WEIR_RETRY, "stopped while the sink was full");
        }
        status = sink->poll(pipeline->sink, FULL_SINK_WAIT_MS, error);
        path_note_lag(pipeline);
        if (status == WEIR_FATAL)
            return status;
    }
    if (full_since)
        weir_count(pipeline->parts.counters, WEIR_COUNT_BACK_PRESSURE_MS,
                   (uint64_t)(clock.monotonic_ms(clock.context) - full_since));
    return status;
}

enum weir_status path_publish_dead_letter(struct weir_pipeline *pipeline, const struct weir_message *message,
                                          const struct weir_bad_payload *bad, struct weir_error *error)
{
    struct weir_record record;
    if (pipeline->tape)
        path_tape_publishing(pipeline->tape, &(struct path_publication){.message = message, .bad = bad});
    enum weir_status status = weir_record_dead_letter(&pipeline->encoder, message, bad, pipeline->batch.arena, &record);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for a dead letter");
    weir_count(pipeline->parts.counters, WEIR_COUNT_DEAD_LETTERS, 1);
    return path_put(pipeline, message, &record, error);
}

static enum weir_counter counter_of(enum weir_output output)
{
    if (output == WEIR_OUTPUT_SHADOW)
        return WEIR_COUNT_SHADOW_FLAGS;
    return output == WEIR_OUTPUT_OVERFLOW ? WEIR_COUNT_OVERFLOW_FLAGS : WEIR_COUNT_FLAGS;
}

static enum weir_tally_output tally_output_of(enum weir_output output)
{
    if (output == WEIR_OUTPUT_SHADOW)
        return WEIR_TALLY_SHADOW;
    return output == WEIR_OUTPUT_OVERFLOW ? WEIR_TALLY_OVERFLOW : WEIR_TALLY_REVIEW;
}

static void tally_flag(struct weir_tally *tally, const struct weir_finding *finding, enum weir_output output)
{
    struct weir_tally_key key = {.kind = finding->item->kind, .output = tally_output_of(output)};
    weir_tally_lang(finding->item->lang, key.lang);
    for (size_t i = 0; i < finding->verdict->match_count[finding->channel]; i++) {
        const struct weir_rule *rule = finding->verdict->matches[finding->channel][i].rule;
        key.rule = rule->id;
        key.category = rule->category;
        key.severity = weir_severity_name(rule->severity);
        weir_tally_add(tally, &key);
    }
}

static void count_flag(const struct weir_pipeline *pipeline, const struct weir_message *message,
                       const struct weir_finding *finding, const struct weir_record *record)
{
    const enum weir_output output = record->output;
    struct weir_counters *counters = pipeline->parts.counters;
    bool truncated = false;
    bool inconclusive = false;
    for (size_t i = 0; i < finding->verdict->match_count[finding->channel]; i++) {
        const struct weir_match *match = &finding->verdict->matches[finding->channel][i];
        truncated = truncated || match->truncated;
        inconclusive = inconclusive || match->inconclusive;
    }
    weir_count(counters, counter_of(output), 1);
    weir_count(counters, WEIR_COUNT_TRUNCATED, truncated);
    weir_count(counters, WEIR_COUNT_INCONCLUSIVE, inconclusive);
    if (message->origin.timestamp_ms >= 0)
        weir_count_delay(counters, finding->now_ms - message->origin.timestamp_ms);
    if (pipeline->parts.tally)
        tally_flag(pipeline->parts.tally, finding, output);
    if (pipeline->parts.latest && output == WEIR_OUTPUT_REVIEW)
        weir_latest_add(pipeline->parts.latest, record->value);
}

static enum weir_status make_record(struct weir_pipeline *pipeline, const struct path_passage *passage,
                                    struct weir_finding *finding, struct weir_record *record)
{
    struct weir_arena *arena = pipeline->batch.arena;
    char id[WEIR_UUID_SIZE];
    struct weir_repeat repeat;
    enum weir_status status = weir_flag_id(&pipeline->encoder, passage->item, finding->channel, NULL, arena, id);
    finding->flag_id = id;
    if (status == WEIR_OK)
        status = path_find_repeat(pipeline, passage, finding, &repeat);
    if (status == WEIR_OK) {
        finding->repeats = repeat.count;
        finding->repeat_of = repeat.count ? repeat.of : NULL;
        weir_count(pipeline->parts.counters, WEIR_COUNT_REPEATS, repeat.count > 0);
        status = weir_record_flag(&pipeline->encoder, finding, arena, record);
    }
    finding->flag_id = finding->repeat_of = NULL; /* they end here */
    return status;
}

/* Where the flag goes: its record says review or shadow; a review flag beyond its rules' budgets goes to overflow. */
static void spend_budget(struct weir_pipeline *pipeline, const struct weir_verdict *verdict, int64_t now_ms,
                         struct weir_record *record)
{
    struct weir_budget *budget = pipeline->parts.budget;
    if (record->output == WEIR_OUTPUT_REVIEW && budget &&
        !weir_budget_take(budget, verdict->matches[WEIR_CHANNEL_REVIEW], verdict->match_count[WEIR_CHANNEL_REVIEW],
                          now_ms))
        record->output = WEIR_OUTPUT_OVERFLOW;
}

static enum weir_status publish_flag(struct weir_pipeline *pipeline, const struct path_passage *passage,
                                     enum weir_channel channel, struct weir_error *error)
{
    struct weir_clock clock = pipeline->parts.clock;
    struct weir_finding finding = {
        .item = passage->item, .verdict = passage->verdict, .channel = channel, .now_ms = clock.wall_ms(clock.context)};
    struct weir_record record;
    enum weir_status status = make_record(pipeline, passage, &finding, &record);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for a flag");
    spend_budget(pipeline, passage->verdict, finding.now_ms, &record);
    count_flag(pipeline, passage->message, &finding, &record);
    return path_put(pipeline, passage->message, &record, error);
}

enum weir_status path_publish_verdict(struct weir_pipeline *pipeline, const struct path_passage *passage,
                                      struct weir_error *error)
{
    if (pipeline->tape)
        path_tape_publishing(pipeline->tape,
                             &(struct path_publication){.message = passage->message, .passage = passage});
    for (int i = 0; i < WEIR_CHANNEL_COUNT; i++) {
        enum weir_channel channel = (enum weir_channel)i;
        if (passage->verdict->match_count[channel] == 0)
            continue;
        enum weir_status status = publish_flag(pipeline, passage, channel, error);
        if (status != WEIR_OK)
            return status;
    }
    return WEIR_OK;
}

enum weir_status path_publish_stream_flag(struct weir_pipeline *pipeline, const struct weir_message *message,
                                          const struct weir_finding *finding, enum weir_output *output,
                                          struct weir_error *error)
{
    struct weir_record record;
    if (pipeline->tape)
        path_tape_publishing(pipeline->tape, &(struct path_publication){.message = message, .finding = finding});
    enum weir_status status = weir_record_flag(&pipeline->encoder, finding, pipeline->batch.arena, &record);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for a flag");
    spend_budget(pipeline, finding->verdict, finding->now_ms, &record);
    count_flag(pipeline, message, finding, &record);
    *output = record.output;
    return path_put(pipeline, message, &record, error);
}

enum weir_status path_publish_update(struct weir_pipeline *pipeline, const struct weir_message *message,
                                     const struct weir_flag_update *update, struct weir_error *error)
{
    struct weir_record record;
    if (pipeline->tape)
        path_tape_publishing(pipeline->tape, &(struct path_publication){.message = message, .update = update});
    enum weir_status status = weir_record_flag_update(&pipeline->encoder, update, pipeline->batch.arena, &record);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for a flag's update");
    weir_count(pipeline->parts.counters, update->is_withdrawn ? WEIR_COUNT_WITHDRAWN : WEIR_COUNT_CONFIRMED, 1);
    return path_put(pipeline, message, &record, error);
}
