/* Live captions: a fragment goes to its place in the window on its stream; what is new in the window becomes flags; the
 * window moves on. Must give the same records for the same fragments, whatever was cut, lost or read again between
 * them.
 */
#include "caption_turn.h"

#include <stdlib.h>

/* Text that is kept of a stream with a provisional flag, as a rule until the next fragment. */
#define UNSETTLED_BYTES ((size_t)64 * 1024)

/* The texts of a fragment as one. */
static enum weir_status join_values(const struct weir_item *fragment, struct weir_arena *arena, struct weir_text *text)
{
    *text = fragment->value_count == 1 ? fragment->values[0].text : (struct weir_text){"", 0};
    if (fragment->value_count < 2)
        return WEIR_OK;
    size_t room = fragment->value_count;
    for (size_t i = 0; i < fragment->value_count; i++)
        room += fragment->values[i].text.length;
    char *joined = weir_arena_alloc(arena, room);
    if (!joined)
        return WEIR_NO_MEMORY;
    char *at = joined;
    for (size_t i = 0; i < fragment->value_count; i++) {
        if (i > 0)
            *at++ = WEIR_VALUE_SEPARATOR;
        at = mempcpy(at, fragment->values[i].text.data, fragment->values[i].text.length);
    }
    *text = (struct weir_text){joined, (size_t)(at - joined)};
    return WEIR_OK;
}

static bool has_provisional(const struct weir_stream *stream)
{
    for (size_t i = 0; i < stream->flag_count; i++)
        if (stream->flags[i].is_provisional)
            return true;
    return false;
}

static bool found_something(const struct weir_hits *hits)
{
    return hits->count > 0 || hits->cut_count > 0 || hits->failed;
}

/* Flags of what the fragment brought. */
static enum weir_status flag_new(struct caption_turn *turn, const struct weir_item *item,
                                 const struct weir_verdict *verdict, struct weir_error *error)
{
    struct caption_reading before;
    struct weir_verdict list;
    enum weir_status status = caption_list_before(turn, &before, &list);
    for (int channel = 0; status == WEIR_OK && channel < WEIR_CHANNEL_COUNT; channel++)
        for (size_t i = 0; status == WEIR_OK && i < verdict->match_count[channel]; i++) {
            const struct weir_match *match = &verdict->matches[channel][i];
            struct caption_news news;
            status = caption_find_new(turn, item, match, &before.item, &list, &news);
            bool is_unknown = match->inconclusive && match->hit_count == 0;
            if (status == WEIR_OK && (news.count > 0 || is_unknown))
                status = caption_flag(turn, item, match, &news, error);
        }
    return status == WEIR_NO_MEMORY ? weir_error_set(error, status, "no memory for the hits of a stream") : status;
}

/* Looks at the stream as it is now: settles what was provisional, then flags what is new. */
static enum weir_status look_and_flag(struct caption_turn *turn, bool is_open, struct weir_error *error)
{
    const struct caption_reading *whole = &turn->whole;
    struct weir_verdict verdict = {0};
    enum weir_status status = caption_look_at_whole(turn, is_open);
    if (status == WEIR_OK && is_open && (found_something(&whole->hits) || turn->stream.flag_count > 0)) {
        status = caption_list_settled(turn);
        if (status == WEIR_OK && turn->has_settled)
            status = caption_look_at_whole(turn, is_open);
    }
    if (status == WEIR_OK && found_something(&whole->hits))
        status = caption_judge(turn, whole, INT64_MAX, &verdict);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for the window of a stream");
    turn->is_unflagged = path_is_unflagged(&verdict, &whole->hits);
    if (turn->stream.flag_count > 0)
        status = caption_settle(turn, whole, error);
    if (status == WEIR_OK && verdict.match_count[WEIR_CHANNEL_REVIEW] + verdict.match_count[WEIR_CHANNEL_SHADOW] > 0)
        status = flag_new(turn, &whole->item, &verdict, error);
    return status;
}

/* No more will come: what was heard last is what was said. */
static void settle_partials(struct weir_stream *stream)
{
    for (size_t i = 0; i < stream->piece_count; i++)
        stream->pieces[i].is_partial = false;
}

/* No more will come: what was provisional is settled by the text as it stands. */
static enum weir_status end_stream(struct caption_turn *turn, struct weir_error *error)
{
    struct caption_reading reading;
    settle_partials(&turn->stream);
    if (has_provisional(&turn->stream)) {
        enum weir_status status = caption_look(turn, &turn->stream, false, &reading);
        if (status != WEIR_OK)
            return weir_error_set(error, status, "no memory for the window of a stream");
        status = caption_settle(turn, &reading, error);
        if (status != WEIR_OK)
            return status;
    }
    turn->withdrawn_count = 0;
    weir_streams_drop(turn->pipeline->streams, turn->message->slot, turn->stream.id);
    turn->stream = (struct weir_stream){.id = turn->stream.id, .floor = INT64_MIN, .timestamp_ms = -1};
    return WEIR_OK;
}

/* A fragment whose place has left the window, or that belongs to no stream: a text of its own. What it flags counts for
 * the cooldowns of its stream. */
static enum weir_status pass_alone(struct caption_turn *turn, struct weir_text text, struct weir_error *error)
{
    struct weir_stream whole = turn->stream;
    struct weir_arena *arena = turn->pipeline->batch.arena;
    turn->stream =
        (struct weir_stream){.id = whole.id, .floor = INT64_MIN, .flags = whole.flags, .flag_count = whole.flag_count};
    turn->before = (struct weir_stream){.id = whole.id, .floor = INT64_MIN};
    enum weir_status status = weir_window_take(&turn->pipeline->window, &turn->stream, WEIR_PLACED_END, 0,
                                               &turn->fragment->caption, text, turn->message->origin.offset, arena);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for a fragment");
    struct caption_reading reading;
    struct weir_verdict verdict = {0};
    status = caption_look(turn, &turn->stream, false, &reading);
    if (status == WEIR_OK && found_something(&reading.hits))
        status = caption_judge(turn, &reading, INT64_MAX, &verdict);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for a fragment");
    turn->is_unflagged = path_is_unflagged(&verdict, &reading.hits);
    if (verdict.match_count[WEIR_CHANNEL_REVIEW] + verdict.match_count[WEIR_CHANNEL_SHADOW] > 0)
        status = flag_new(turn, &reading.item, &verdict, error);
    whole.flags = turn->stream.flags;
    whole.flag_count = turn->stream.flag_count;
    turn->stream = whole;
    return status;
}

/* The fragment in its place, and what comes of it. *is_kept: the stream has changed. */
static enum weir_status pass_text(struct caption_turn *turn, struct weir_text text, bool *is_kept,
                                  struct weir_error *error)
{
    struct weir_pipeline *pipeline = turn->pipeline;
    const struct weir_caption *caption = &turn->fragment->caption;
    size_t at;
    enum weir_placing placing = weir_window_place(&turn->stream, caption, &at);
    if (placing == WEIR_PLACED_RESTART) {
        enum weir_status ended = end_stream(turn, error);
        if (ended != WEIR_OK)
            return ended;
        placing = weir_window_place(&turn->stream, caption, &at);
    }
    *is_kept = placing != WEIR_PLACED_KNOWN;
    if (placing == WEIR_PLACED_KNOWN) {
        weir_count(pipeline->parts.counters, WEIR_COUNT_FRAGMENTS_KNOWN, 1);
        return WEIR_OK;
    }
    if (placing == WEIR_PLACED_ALONE) {
        weir_count(pipeline->parts.counters, WEIR_COUNT_FRAGMENTS_LATE, 1);
        enum weir_status status = pass_alone(turn, text, error);
        if (status == WEIR_OK && !caption->is_partial &&
            weir_window_note_alone(&turn->stream, caption->sequence, pipeline->batch.arena) != WEIR_OK)
            status = weir_error_set(error, WEIR_NO_MEMORY, "no memory for a stream");
        return status;
    }
    turn->before = turn->stream;
    turn->replaces = placing == WEIR_PLACED_INSTEAD;
    turn->replaced = turn->replaces ? turn->stream.pieces[at].sequence : 0;
    enum weir_status status = weir_window_take(&pipeline->window, &turn->stream, placing, at, caption, text,
                                               turn->message->origin.offset, pipeline->batch.arena);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for a fragment");
    if (caption->is_last)
        settle_partials(&turn->stream);
    return look_and_flag(turn, !caption->is_last, error);
}

/* ---- Partitions ---- */

enum weir_status path_captions_begin(struct weir_pipeline *pipeline, uint32_t slot, struct weir_progress resume)
{
    if (!pipeline->streams)
        return WEIR_OK;
    if (slot >= pipeline->partition_count) {
        struct path_partition *partitions = realloc(pipeline->partitions, ((size_t)slot + 1) * sizeof *partitions);
        if (!partitions)
            return WEIR_NO_MEMORY;
        memset(partitions + pipeline->partition_count, 0, (slot + 1 - pipeline->partition_count) * sizeof *partitions);
        pipeline->partitions = partitions;
        pipeline->partition_count = slot + 1;
    }
    weir_streams_drop_slot(pipeline->streams, slot);
    pipeline->partitions[slot] =
        (struct path_partition){.latest_ms = -1, .publish_from = resume.offset, .needed = resume.needed, .next = -1};
    return WEIR_OK;
}

void path_captions_end(struct weir_pipeline *pipeline, uint32_t slot)
{
    if (pipeline->streams)
        weir_streams_drop_slot(pipeline->streams, slot);
}

/* Streams that were silent for longer than `idle`, by the partition's own time, are at their end. */
static void pass_time(struct caption_turn *turn)
{
    struct weir_pipeline *pipeline = turn->pipeline;
    struct path_partition *partition = &pipeline->partitions[turn->message->slot];
    int64_t timestamp_ms = turn->message->origin.timestamp_ms;
    int64_t idle_ms = pipeline->parts.settings->captions.idle_ms;
    if (timestamp_ms <= partition->latest_ms)
        return;
    partition->latest_ms = timestamp_ms;
    weir_streams_drop_idle(pipeline->streams, turn->message->slot, timestamp_ms - idle_ms);
}

static bool was_silent(const struct caption_turn *turn)
{
    int64_t timestamp_ms = turn->message->origin.timestamp_ms;
    return turn->stream.timestamp_ms >= 0 && timestamp_ms >= 0 &&
           timestamp_ms - turn->stream.timestamp_ms > turn->pipeline->parts.settings->captions.idle_ms;
}

/* ---- The whole turn ---- */

static enum weir_status keep_stream(struct caption_turn *turn, struct weir_error *error)
{
    struct weir_pipeline *pipeline = turn->pipeline;
    struct weir_window_options options = pipeline->window;
    size_t evicted = 0;
    /* A flag that is to be settled is judged once more by all that it was made from. */
    if (has_provisional(&turn->stream) && options.window_bytes < UNSETTLED_BYTES)
        options.window_bytes = UNSETTLED_BYTES;
    turn->stream.timestamp_ms = turn->message->origin.timestamp_ms;
    enum weir_status status = caption_trim(turn, &options);
    if (status == WEIR_OK)
        status = weir_streams_store(pipeline->streams, turn->message->slot, &turn->stream, &evicted);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for another stream");
    weir_count(pipeline->parts.counters, WEIR_COUNT_STREAMS_EVICTED, evicted);
    return WEIR_OK;
}

enum weir_status path_pass_caption(struct weir_pipeline *pipeline, const struct weir_message *message,
                                   const struct weir_item *fragment, struct weir_error *error)
{
    const struct weir_caption *caption = &fragment->caption;
    struct caption_turn turn = {.pipeline = pipeline, .message = message, .fragment = fragment};
    struct weir_text text;
    bool is_kept = false;
    struct path_partition *partition = &pipeline->partitions[message->slot];
    turn.publishes = path_publishes(pipeline, message);
    partition->next = message->origin.offset + 1;
    if (partition->needed < 0)
        partition->needed = message->origin.offset;
    pass_time(&turn);
    enum weir_status status = join_values(fragment, pipeline->batch.arena, &text);
    if (status == WEIR_OK && caption->stream.data)
        status =
            weir_streams_load(pipeline->streams, message->slot, caption->stream, pipeline->batch.arena, &turn.stream);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for a stream");
    if (caption->stream.data && was_silent(&turn))
        turn.stream = (struct weir_stream){.id = caption->stream, .floor = INT64_MIN, .timestamp_ms = -1};
    if (!caption->stream.data)
        status = text.length > 0 ? pass_alone(&turn, text, error) : WEIR_OK;
    else if (text.length > 0 || !caption->is_last)
        status = pass_text(&turn, text, &is_kept, error);
    if (status == WEIR_OK && path_audits(pipeline))
        status = caption_audit(&turn, text, error);
    if (status != WEIR_OK || !caption->stream.data)
        return status;
    if (caption->is_last)
        return end_stream(&turn, error);
    return is_kept ? keep_stream(&turn, error) : WEIR_OK;
}
