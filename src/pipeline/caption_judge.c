/* What rules find in the window, and what of it is new. A hit is known by where it stands in its fragments, which stays
 * the same however the window moves. */
#include "caption_hit.h"
#include "caption_turn.h"

#include "weir/database.h"

#include <stdlib.h>

/* FNV-1a */
#define DIGEST_START UINT64_C(0xCBF29CE484222325)
#define DIGEST_PRIME UINT64_C(0x100000001B3)

static bool has_fragile_hits(const struct weir_ruleset *ruleset, const struct weir_hits *hits)
{
    for (size_t i = 0; i < hits->count; i++)
        for (uint32_t at = hits->at[i].expression; at != WEIR_TWIN_NONE; at = weir_twin_after(ruleset->database, at))
            if (weir_decide_lists_raw(ruleset, ruleset->expressions[at].pattern))
                return true;
    return false;
}

enum weir_status caption_look(struct caption_turn *turn, const struct weir_stream *stream, bool is_open,
                              struct caption_reading *reading)
{
    struct weir_pipeline *pipeline = turn->pipeline;
    turn->is_whole_current = false;
    *reading = (struct caption_reading){.item = *turn->fragment};
    enum weir_status status = weir_window_read(&pipeline->window, stream, pipeline->batch.arena, &reading->item);
    if (status != WEIR_OK)
        return status;
    reading->item.caption.stream = stream->id;
    reading->window = (struct weir_window){
        .join = pipeline->window.join,
        .is_open = is_open,
        .from_byte = stream->is_cut ? WEIR_WINDOW_CONTEXT : 0,
        .until_value = UINT32_MAX,
    };
    status = weir_normalize(pipeline->normalizer, &reading->item, pipeline->parts.ruleset->views, &reading->texts);
    if (status != WEIR_OK)
        return status;
    weir_scan(pipeline->scanner, &reading->texts, &reading->hits);
    if (pipeline->tape)
        path_tape_scanned(pipeline->tape, &reading->item, &reading->texts, &reading->hits);
    turn->has_fragile_hits = turn->has_fragile_hits || has_fragile_hits(pipeline->parts.ruleset, &reading->hits);
    return WEIR_OK;
}

enum weir_status caption_look_at_whole(struct caption_turn *turn, bool is_open)
{
    enum weir_status status = caption_look(turn, &turn->stream, is_open, &turn->whole);
    turn->is_whole_current = status == WEIR_OK;
    return status;
}

enum weir_status caption_judge(const struct caption_turn *turn, const struct caption_reading *reading,
                               int64_t until_sequence, struct weir_verdict *verdict)
{
    struct weir_pipeline *pipeline = turn->pipeline;
    struct weir_window window = reading->window;
    for (size_t i = 0; i < reading->item.fragment_count && until_sequence != INT64_MAX; i++) {
        const struct weir_fragment *fragment = &reading->item.fragments[i];
        if (fragment->sequence > until_sequence) {
            window.until_value = fragment->value;
            window.until_byte = fragment->start_byte;
            break;
        }
    }
    if (pipeline->tape)
        path_tape_deciding(pipeline->tape, &window);
    return weir_decide_window(pipeline->decider, &reading->item, &window, &reading->texts, &reading->hits,
                              pipeline->batch.arena, verdict);
}

enum weir_status caption_list_before(struct caption_turn *turn, struct caption_reading *reading,
                                     struct weir_verdict *verdict)
{
    enum weir_status status = caption_look(turn, &turn->before, true, reading);
    if (status == WEIR_OK && turn->replaces)
        status = caption_judge(turn, reading, INT64_MAX, &turn->held);
    reading->window.lists_all = true;
    return status == WEIR_OK ? caption_judge(turn, reading, INT64_MAX, verdict) : status;
}

/* ---- What is new ---- */

static bool is_known(const struct weir_ruleset *ruleset, const struct known_hit *list, size_t count,
                     const struct known_hit *hit)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (caption_compare_starts(&list[middle], hit) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool may_grow = ruleset->patterns[hit->pattern].kind == WEIR_PATTERN_REGEX;
    for (; low < count && caption_compare_starts(&list[low], hit) == 0; low++)
        if (caption_compare_places(list[low].end, hit->end) == 0 || (may_grow && list[low].is_open))
            return true;
    return false;
}

static const struct weir_match *find_match(const struct weir_verdict *verdict, const struct weir_rule *rule)
{
    for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++)
        for (size_t i = 0; i < verdict->match_count[channel]; i++)
            if (verdict->matches[channel][i].rule == rule)
                return &verdict->matches[channel][i];
    return NULL;
}

static uint64_t mix(uint64_t digest, uint64_t number)
{
    for (int i = 0; i < 8; i++, number >>= 8)
        digest = (digest ^ (number & 0xFF)) * DIGEST_PRIME;
    return digest;
}

static uint64_t mix_place(uint64_t digest, struct weir_window_place place)
{
    return mix(mix(digest, (uint64_t)place.sequence), place.point);
}

/* Never 0. */
static uint32_t digest_start(const struct weir_match *match, const struct known_hit *hit)
{
    uint64_t digest = mix_place(mix(DIGEST_START, hit->pattern - match->rule->pattern_first), hit->start);
    return (uint32_t)(digest ^ digest >> 32) | 1;
}

static void add_new(const struct weir_match *match, const struct known_hit *hit, struct caption_news *news)
{
    if (news->count < WEIR_STREAM_FLAG_STARTS)
        news->starts[news->count] = digest_start(match, hit);
    news->count++;
}

static bool has_digest(const uint32_t digests[WEIR_STREAM_FLAG_STARTS], uint32_t digest)
{
    for (size_t i = 0; i < WEIR_STREAM_FLAG_STARTS; i++)
        if (digests[i] == digest)
            return true;
    return false;
}

static bool was_held_back(const struct caption_turn *turn, const struct weir_match *match, const struct known_hit *hit)
{
    for (size_t i = 0; i < turn->withdrawn_count; i++)
        if (turn->withdrawn[i].rule == caption_rule_digest(match->rule) &&
            has_digest(turn->withdrawn[i].held, digest_start(match, hit)))
            return true;
    return false;
}

enum weir_status caption_find_new(const struct caption_turn *turn, const struct weir_item *now,
                                  const struct weir_match *match, const struct weir_item *before,
                                  const struct weir_verdict *list, struct caption_news *news)
{
    const struct weir_match *old = find_match(list, match->rule);
    size_t old_count = old ? old->hit_count : 0;
    struct known_hit *known = weir_arena_alloc(turn->pipeline->batch.arena, (old_count + 1) * sizeof *known);
    *news = (struct caption_news){0};
    if (!known)
        return WEIR_NO_MEMORY;
    for (size_t i = 0; i < old_count; i++)
        known[i] = caption_describe(before, &old->hits[i]);
    qsort(known, old_count, sizeof *known, caption_compare_hits);
    /* The rule did not hold, maybe because of what the partial said: what it said is heard anew. */
    bool is_anew = turn->replaces && !find_match(&turn->held, match->rule);
    for (size_t i = 0; i < match->hit_count; i++) {
        struct known_hit hit = caption_describe(now, &match->hits[i]);
        if (!is_known(turn->pipeline->parts.ruleset, known, old_count, &hit) || was_held_back(turn, match, &hit) ||
            (is_anew && hit.end.sequence >= turn->replaced))
            add_new(match, &hit, news);
    }
    return WEIR_OK;
}

bool caption_begins_at(const struct weir_item *item, const struct weir_match *match,
                       const uint32_t starts[WEIR_STREAM_FLAG_STARTS])
{
    for (size_t i = 0; i < match->hit_count; i++) {
        struct known_hit hit = caption_describe(item, &match->hits[i]);
        if (has_digest(starts, digest_start(match, &hit)))
            return true;
    }
    return false;
}

enum weir_status caption_list_settled(struct caption_turn *turn)
{
    struct weir_stream settled = turn->stream;
    struct caption_reading reading;
    settled.piece_count = 0;
    while (settled.piece_count < turn->stream.piece_count && !turn->stream.pieces[settled.piece_count].is_partial)
        settled.piece_count++;
    turn->has_settled = settled.piece_count < turn->stream.piece_count;
    if (!turn->has_settled)
        return WEIR_OK;
    enum weir_status status = caption_look(turn, &settled, true, &reading);
    reading.window.lists_all = true;
    if (status == WEIR_OK)
        status = caption_judge(turn, &reading, INT64_MAX, &turn->settled);
    turn->settled_item = reading.item;
    return status;
}

static bool rests_on_partial(const struct weir_item *item, const struct weir_counted_hit *hit)
{
    for (size_t i = 0; i < item->fragment_count; i++) {
        const struct weir_fragment *fragment = &item->fragments[i];
        if (fragment->is_partial && fragment->value == hit->value && fragment->start_byte < hit->source.end &&
            hit->source.start < fragment->end_byte)
            return true;
    }
    return false;
}

/* Whether the hit stands before the first partial and yet depends on it: without it, it is open or another one. */
static bool leans_on_partial(const struct caption_turn *turn, const struct weir_item *item,
                             const struct weir_match *match, const struct weir_counted_hit *hit)
{
    struct known_hit wanted = caption_describe(item, hit);
    const struct weir_item *before = &turn->settled_item;
    if (!turn->has_settled || before->fragment_count == 0 ||
        wanted.end.sequence > before->fragments[before->fragment_count - 1].sequence)
        return false;
    const struct weir_match *settled = find_match(&turn->settled, match->rule);
    for (size_t i = 0; settled && i < settled->hit_count; i++) {
        struct known_hit known = caption_describe(before, &settled->hits[i]);
        if (caption_compare_hits(&known, &wanted) == 0)
            return known.is_open;
    }
    return true;
}

bool caption_is_provisional(const struct caption_turn *turn, const struct weir_item *item,
                            const struct weir_match *match)
{
    for (size_t i = 0; i < match->hit_count; i++)
        if (match->hits[i].is_open || rests_on_partial(item, &match->hits[i]) ||
            leans_on_partial(turn, item, match, &match->hits[i]))
            return true;
    return false;
}

/* ---- Digests ---- */

uint64_t caption_digest(const struct weir_item *item, const struct weir_match *match)
{
    uint64_t digest = DIGEST_START;
    for (size_t i = 0; i < match->hit_count; i++) {
        struct known_hit hit = caption_describe(item, &match->hits[i]);
        digest = mix(digest, hit.pattern - match->rule->pattern_first);
        digest = mix_place(mix_place(digest, hit.start), hit.end);
        struct weir_text text = item->values[match->hits[i].value].text;
        for (uint32_t at = match->hits[i].source.start; at < match->hits[i].source.end; at++)
            digest = (digest ^ (unsigned char)text.data[at]) * DIGEST_PRIME;
    }
    return digest;
}

uint64_t caption_rule_digest(const struct weir_rule *rule)
{
    uint64_t digest = DIGEST_START;
    for (const char *c = rule->id; *c; c++)
        digest = (digest ^ (unsigned char)*c) * DIGEST_PRIME;
    return digest;
}
