/* Flags of live streams: made once for a rule and its cooldown, and settled when it is known what was said. Never looks
 * at a clock: media time is what fragments say. */
#include "caption_turn.h"

static int64_t media_time(const struct caption_turn *turn)
{
    int64_t start_ms = turn->fragment->caption.start_ms;
    int64_t timestamp_ms = turn->message->origin.timestamp_ms;
    return start_ms != WEIR_TIME_NONE ? start_ms : timestamp_ms >= 0 ? timestamp_ms : WEIR_TIME_NONE;
}

static bool is_cooling(const struct weir_stream_flag *flag, int64_t media_ms)
{
    if (flag->media_ms == WEIR_TIME_NONE || media_ms == WEIR_TIME_NONE)
        return false;
    uint64_t apart = media_ms < flag->media_ms ? (uint64_t)flag->media_ms - (uint64_t)media_ms
                                               : (uint64_t)media_ms - (uint64_t)flag->media_ms;
    return apart < (uint64_t)flag->cooldown_ms;
}

/* The newest of the rule, or NULL. */
static struct weir_stream_flag *find_flag(struct weir_stream *stream, uint64_t rule)
{
    for (size_t i = stream->flag_count; i > 0; i--)
        if (stream->flags[i - 1].rule == rule)
            return &stream->flags[i - 1];
    return NULL;
}

static void remove_flag(struct weir_stream *stream, struct weir_stream_flag *flag)
{
    size_t at = (size_t)(flag - stream->flags);
    memmove(flag, flag + 1, (stream->flag_count - at - 1) * sizeof *flag);
    stream->flag_count--;
}

static bool add_flag(struct caption_turn *turn, const struct weir_stream_flag *flag)
{
    struct weir_stream *stream = &turn->stream;
    struct weir_stream_flag *flags =
        weir_arena_alloc(turn->pipeline->batch.arena, (stream->flag_count + 1) * sizeof *flags);
    if (!flags)
        return false;
    if (stream->flag_count > 0)
        memcpy(flags, stream->flags, stream->flag_count * sizeof *flags);
    flags[stream->flag_count++] = *flag;
    stream->flags = flags;
    return true;
}

/* Offsets from which on the stream is as it is now. */
static int64_t find_needed(const struct weir_stream *stream, const struct weir_stream_flag *last)
{
    int64_t needed = last && last->repeats > 0 ? last->needed : INT64_MAX;
    for (size_t i = 0; i < stream->piece_count; i++)
        needed = stream->pieces[i].offset < needed ? stream->pieces[i].offset : needed;
    return needed;
}

static uint8_t hex_digit(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* A UUID as 16 bytes, and back. */
static void pack_id(const char text[WEIR_UUID_SIZE], uint8_t id[16])
{
    for (size_t i = 0; i < 16; i++) {
        text += *text == '-';
        id[i] = (uint8_t)(hex_digit(text[0]) << 4 | hex_digit(text[1]));
        text += 2;
    }
}

static void unpack_id(const uint8_t id[16], char text[WEIR_UUID_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *text++ = '-';
        *text++ = digits[id[i] >> 4];
        *text++ = digits[id[i] & 15];
    }
    *text = '\0';
}

static enum weir_channel channel_of(const struct weir_rule *rule)
{
    return rule->status == WEIR_RULE_SHADOW ? WEIR_CHANNEL_SHADOW : WEIR_CHANNEL_REVIEW;
}

static enum weir_status publish_flag(struct caption_turn *turn, const struct weir_item *item,
                                     const struct weir_match *match, uint32_t repeats, struct weir_stream_flag *flag,
                                     struct weir_error *error)
{
    struct weir_pipeline *pipeline = turn->pipeline;
    struct weir_clock clock = pipeline->parts.clock;
    const enum weir_channel channel = channel_of(match->rule);
    char id[WEIR_UUID_SIZE];
    struct weir_verdict verdict = {0};
    verdict.matches[channel] = match;
    verdict.match_count[channel] = 1;
    const struct weir_finding finding = {
        .item = item,
        .verdict = &verdict,
        .channel = channel,
        .flag_id = id,
        .repeats = repeats,
        .now_ms = clock.wall_ms(clock.context),
    };
    enum weir_status status = weir_flag_id(&pipeline->encoder, item, channel, match->rule, pipeline->batch.arena, id);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for a flag");
    pack_id(id, flag->id);
    enum weir_output output = channel == WEIR_CHANNEL_SHADOW ? WEIR_OUTPUT_SHADOW : WEIR_OUTPUT_REVIEW;
    if (turn->publishes)
        status = path_publish_stream_flag(pipeline, turn->message, &finding, &output, error);
    flag->output = (uint8_t)output;
    return status;
}

static void hold_back(struct weir_stream_flag *flag, const struct caption_news *news)
{
    size_t held = 0;
    while (held < WEIR_STREAM_FLAG_STARTS && flag->held[held])
        held++;
    for (size_t i = 0; held < WEIR_STREAM_FLAG_STARTS && i < news->count; i++)
        flag->held[held++] = news->starts[i];
    flag->repeats += (uint32_t)news->count;
}

enum weir_status caption_flag(struct caption_turn *turn, const struct weir_item *item, const struct weir_match *match,
                              const struct caption_news *news, struct weir_error *error)
{
    struct weir_stream *stream = &turn->stream;
    const int64_t media_ms = media_time(turn);
    struct weir_match told = *match;
    told.provisional = caption_is_provisional(turn, item, match);
    struct weir_stream_flag flag = {
        .rule = caption_rule_digest(match->rule),
        .evidence = caption_digest(item, match),
        .offset = turn->message->origin.offset,
        .media_ms = match->rule->cooldown_ms > 0 ? media_ms : WEIR_TIME_NONE,
        .cooldown_ms = match->rule->cooldown_ms,
        .sequence = stream->pieces[stream->piece_count - 1].sequence,
        .is_provisional = told.provisional,
    };
    struct weir_stream_flag *last = find_flag(stream, flag.rule);
    if (last && is_cooling(last, media_ms)) {
        hold_back(last, news);
        return WEIR_OK;
    }
    memcpy(flag.starts, news->starts, sizeof flag.starts);
    flag.needed = find_needed(stream, last);
    enum weir_status status = publish_flag(turn, item, &told, last ? last->repeats : 0, &flag, error);
    if (status != WEIR_OK)
        return status;
    if (last && !last->is_provisional) {
        remove_flag(stream, last);
    } else if (last) {
        last->media_ms = WEIR_TIME_NONE;
        last->repeats = 0;
        memset(last->held, 0, sizeof last->held);
    }
    if (!flag.is_provisional && flag.media_ms == WEIR_TIME_NONE)
        return WEIR_OK;
    return add_flag(turn, &flag) ? WEIR_OK : weir_error_set(error, WEIR_NO_MEMORY, "no memory for a stream");
}

/* ---- Settling ---- */

static const struct weir_match *find_match(const struct weir_verdict *verdict, uint64_t rule)
{
    for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++)
        for (size_t i = 0; i < verdict->match_count[channel]; i++)
            if (caption_rule_digest(verdict->matches[channel][i].rule) == rule)
                return &verdict->matches[channel][i];
    return NULL;
}

static const struct weir_rule *find_rule(const struct weir_ruleset *ruleset, uint64_t rule)
{
    for (size_t i = 0; i < ruleset->rule_count; i++)
        if (caption_rule_digest(&ruleset->rules[i]) == rule)
            return &ruleset->rules[i];
    return NULL;
}

static bool has_piece(const struct weir_stream *stream, int64_t sequence)
{
    for (size_t i = 0; i < stream->piece_count; i++)
        if (stream->pieces[i].sequence == sequence)
            return true;
    return false;
}

static enum weir_status publish_update(const struct caption_turn *turn, const struct weir_stream_flag *flag,
                                       const struct weir_item *item, const struct weir_match *match, bool is_withdrawn,
                                       struct weir_error *error)
{
    struct weir_pipeline *pipeline = turn->pipeline;
    char id[WEIR_UUID_SIZE];
    unpack_id(flag->id, id);
    const struct weir_flag_update update = {
        .flag_id = id,
        .item = item,
        .match = match,
        .output = (enum weir_output)flag->output,
        .is_withdrawn = is_withdrawn,
        .has_grown = !is_withdrawn && caption_digest(item, match) != flag->evidence,
    };
    return turn->publishes ? path_publish_update(pipeline, turn->message, &update, error) : WEIR_OK;
}

/* *is_gone: the flag is withdrawn, or nothing can be said of it any more. */
static enum weir_status settle_flag(const struct caption_turn *turn, const struct caption_reading *reading,
                                    struct weir_stream_flag *flag, bool *is_gone, struct weir_error *error)
{
    struct weir_verdict verdict;
    if (!has_piece(&turn->stream, flag->sequence)) {
        flag->is_provisional = false; /* it left the window: the flag stands */
        return WEIR_OK;
    }
    enum weir_status status = caption_judge(turn, reading, flag->sequence, &verdict);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for the hits of a stream");
    const struct weir_match *match = find_match(&verdict, flag->rule);
    /* Of a flag that showed a hit, what made it new must still be there. */
    if (match && flag->starts[0] && !caption_begins_at(&reading->item, match, flag->starts))
        match = NULL;
    if (match && caption_is_provisional(turn, &reading->item, match))
        return WEIR_OK;
    const struct weir_match withdrawn = {.rule = find_rule(turn->pipeline->parts.ruleset, flag->rule)};
    *is_gone = !match;
    flag->is_provisional = false;
    if (!match && !withdrawn.rule)
        return WEIR_OK; /* the rule itself is gone */
    return publish_update(turn, flag, &reading->item, match ? match : &withdrawn, !match, error);
}

enum weir_status caption_settle(struct caption_turn *turn, const struct caption_reading *reading,
                                struct weir_error *error)
{
    struct weir_stream *stream = &turn->stream;
    struct weir_stream_flag *withdrawn =
        weir_arena_alloc(turn->pipeline->batch.arena, (stream->flag_count + 1) * sizeof *withdrawn);
    if (!withdrawn)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a stream");
    turn->withdrawn = withdrawn;
    turn->withdrawn_count = 0;
    for (size_t i = 0; i < stream->flag_count;) {
        struct weir_stream_flag *flag = &stream->flags[i];
        bool is_gone = false;
        enum weir_status status = flag->is_provisional ? settle_flag(turn, reading, flag, &is_gone, error) : WEIR_OK;
        if (status != WEIR_OK)
            return status;
        /* Of a settled flag only the cooldown matters, and the hits that it held back. */
        bool is_done = !flag->is_provisional && flag->repeats == 0 && !is_cooling(flag, media_time(turn));
        if (is_gone)
            withdrawn[turn->withdrawn_count++] = *flag;
        if (is_gone || is_done)
            remove_flag(stream, flag);
        else
            i++;
    }
    return WEIR_OK;
}
