/* The window moves on, but what is left of it says the same as before. */
#include "caption_hit.h"
#include "caption_turn.h"

#include "weir/utf8.h"

/* Matches that overlap each other may each ask for a bit more of the text. */
#define TRIM_ROUNDS_MAX 8

/* Where a match stands across the edge, from which on matches count; *keep becomes its start. */
static bool find_across(const struct caption_reading *reading, const struct weir_verdict *list,
                        struct weir_window_place edge, struct weir_window_place *keep)
{
    bool found = false;
    for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++)
        for (size_t i = 0; i < list->match_count[channel]; i++)
            for (size_t j = 0; j < list->matches[channel][i].hit_count; j++) {
                struct known_hit hit = caption_describe(&reading->item, &list->matches[channel][i].hits[j]);
                if (caption_compare_places(hit.start, edge) >= 0 || caption_compare_places(hit.end, edge) < 0)
                    continue;
                if (!found || caption_compare_places(hit.start, *keep) < 0)
                    *keep = hit.start;
                found = true;
            }
    return found;
}

/* On a copy. */
static enum weir_status try_trim(const struct caption_turn *turn, const struct weir_window_options *options,
                                 const struct weir_window_place *keep, struct weir_stream *trimmed)
{
    const struct weir_stream *whole = &turn->stream;
    struct weir_arena *arena = turn->pipeline->batch.arena;
    *trimmed = *whole;
    trimmed->pieces = weir_arena_alloc(arena, (whole->piece_count + 1) * sizeof *trimmed->pieces);
    if (!trimmed->pieces)
        return WEIR_NO_MEMORY;
    memcpy(trimmed->pieces, whole->pieces, whole->piece_count * sizeof *trimmed->pieces);
    return weir_window_trim(options, trimmed, keep, arena);
}

static enum weir_status find_edge(const struct caption_turn *turn, const struct weir_stream *trimmed,
                                  struct weir_window_place *edge)
{
    struct weir_item item;
    enum weir_status status = weir_window_read(&turn->pipeline->window, trimmed, turn->pipeline->batch.arena, &item);
    *edge = (struct weir_window_place){INT64_MIN, 0};
    if (status != WEIR_OK || item.value_count == 0 || !trimmed->is_cut)
        return status;
    struct weir_text text = item.values[0].text;
    size_t at = WEIR_WINDOW_CONTEXT < text.length ? WEIR_WINDOW_CONTEXT : text.length;
    while (at < text.length && weir_utf8_is_continuation(text.data[at]))
        at++;
    *edge = caption_find_place(&item, 0, (uint32_t)at);
    return WEIR_OK;
}

enum weir_status caption_trim(struct caption_turn *turn, const struct weir_window_options *options)
{
    struct weir_stream trimmed;
    struct caption_reading raw;
    struct weir_verdict list = {0};
    struct weir_window_place edge;
    struct weir_window_place keep;
    enum weir_status status = try_trim(turn, options, NULL, &trimmed);
    bool moved = status == WEIR_OK && (trimmed.piece_count < turn->stream.piece_count ||
                                       trimmed.pieces[0].skipped > turn->stream.pieces[0].skipped);
    bool is_fragile = moved && turn->has_fragile_hits;
    if (is_fragile) {
        status = turn->is_whole_current ? WEIR_OK : caption_look_at_whole(turn, true);
        raw = turn->whole;
        raw.window.lists_all = raw.window.lists_raw = true;
        if (status == WEIR_OK)
            status = find_edge(turn, &trimmed, &edge);
        if (status == WEIR_OK) /* what begins in a later fragment is not across it, nor across an edge before it */
            status = caption_judge(turn, &raw, edge.sequence, &list);
    }
    for (int round = 0; status == WEIR_OK && is_fragile && round < TRIM_ROUNDS_MAX; round++) {
        if (!find_across(&raw, &list, edge, &keep))
            break;
        status = try_trim(turn, options, &keep, &trimmed);
        if (status == WEIR_OK)
            status = find_edge(turn, &trimmed, &edge);
    }
    turn->stream = trimmed;
    return status;
}
