/* Unflagged items for the audit topic. Must never let chance or a clock choose: what is read again is drawn again. */
#include "weir/audit.h"

#include "caption_turn.h"

#include <inttypes.h>
#include <stdio.h>

#define NUMBER_BYTES 8

enum weir_status weir_audit_draw(const struct weir_origin *origin, uint32_t share, bool *is_drawn)
{
    uint8_t digest[WEIR_SHA256_BYTES];
    char place[64];
    snprintf(place, sizeof place, "/%" PRId32 "/%" PRId64, origin->partition, origin->offset);
    const struct weir_text name[] = {origin->topic, weir_text_of(place)};
    enum weir_status status = weir_hash_sha256_parts(name, 2, digest);
    if (status != WEIR_OK)
        return status;
    uint64_t number = 0;
    for (size_t i = 0; i < NUMBER_BYTES; i++)
        number = number << 8 | digest[i];
    *is_drawn = number % WEIR_AUDIT_ALL < share;
    return WEIR_OK;
}

bool path_is_unflagged(const struct weir_verdict *verdict, const struct weir_hits *hits)
{
    return verdict->match_count[WEIR_CHANNEL_REVIEW] == 0 && hits->cut_count == 0 && !hits->failed;
}

enum weir_status path_audit(struct weir_pipeline *pipeline, const struct weir_message *message,
                            const struct weir_item *item, struct weir_error *error)
{
    const uint32_t share = pipeline->parts.settings->audit_share;
    struct weir_clock clock = pipeline->parts.clock;
    struct weir_record record;
    bool is_drawn = false;
    enum weir_status status = weir_audit_draw(&item->origin, share, &is_drawn);
    if (status == WEIR_OK && !is_drawn)
        return WEIR_OK;
    const struct weir_drawn drawn = {item, share, clock.wall_ms(clock.context)};
    if (status == WEIR_OK)
        status = weir_record_audit(&pipeline->encoder, &drawn, pipeline->batch.arena, &record);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for an audit record");
    weir_count(pipeline->parts.counters, WEIR_COUNT_AUDITED, 1);
    return path_put(pipeline, message, &record, error);
}

/* The number of the fragment; where fragments have none, it is the last of those that were counted. */
static int64_t find_sequence(const struct caption_turn *turn)
{
    const struct weir_caption *caption = &turn->fragment->caption;
    const struct weir_stream *stream = &turn->stream;
    if (caption->has_sequence)
        return caption->sequence;
    return stream->piece_count > 0 ? stream->pieces[stream->piece_count - 1].sequence : 0;
}

enum weir_status caption_audit(const struct caption_turn *turn, struct weir_text text, struct weir_error *error)
{
    const struct weir_caption *caption = &turn->fragment->caption;
    if (!turn->is_unflagged || !turn->publishes || caption->is_partial || text.length == 0)
        return WEIR_OK;
    const struct weir_value value = {.text = text};
    const struct weir_fragment fragment = {
        .end_byte = (uint32_t)text.length,
        .start_ms = caption->start_ms,
        .end_ms = caption->end_ms,
        .sequence = find_sequence(turn),
    };
    struct weir_item item = *turn->fragment;
    item.values = &value;
    item.value_count = 1;
    item.fragments = &fragment;
    item.fragment_count = 1;
    return path_audit(turn->pipeline, turn->message, &item, error);
}
