/* Packs a stream: numbers as differences from the ones before, in base 128 (LEB128, with zigzag where they may be
 * negative, as Protocol Buffers have them), then the texts in one piece. Only ever reads what it wrote itself. */
#include "stored.h"

#include <stdlib.h>

#define VARINT_MAX 10u
#define PIECE_BYTES_MAX (1 + 6 * VARINT_MAX)
#define FLAG_BYTES_MAX (sizeof(struct weir_stream_flag) + 7 * VARINT_MAX)
#define HEAD_BYTES_MAX (1 + 6 * VARINT_MAX)

enum piece_mark {
    PIECE_PARTIAL = 1,
    PIECE_AFTER_GAP = 2,
    PIECE_HAS_START = 4,
    PIECE_HAS_END = 8,
    PIECE_NEXT = 16, /* its number is the one after that of the piece before */
    PIECE_SKIPPED = 32,
};

enum flag_mark { FLAG_PROVISIONAL = 1, FLAG_HAS_MEDIA = 2 };

enum stream_mark { STREAM_BEGUN = 1, STREAM_CUT = 2, STREAM_FLOOR = 4 };

static char *put_bytes(char *at, const void *bytes, size_t count)
{
    if (count > 0) /* nothing may stand at NULL */
        memcpy(at, bytes, count);
    return at + count;
}

static char *put(char *at, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        *at++ = (char)(number | 0x80);
    *at++ = (char)number;
    return at;
}

/* The difference may wrap: reading wraps back. */
static char *put_step(char *at, int64_t number, int64_t from)
{
    uint64_t step = (uint64_t)number - (uint64_t)from;
    return put(at, step << 1 ^ (step >> 63 ? UINT64_MAX : 0));
}

static uint64_t get(const char **at)
{
    uint64_t number = 0;
    for (unsigned shift = 0;; shift += 7) {
        unsigned char byte = (unsigned char)*(*at)++;
        number |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return number;
    }
}

static int64_t get_step(const char **at, int64_t from)
{
    uint64_t number = get(at);
    uint64_t step = number >> 1 ^ (number & 1 ? UINT64_MAX : 0);
    return (int64_t)((uint64_t)from + step);
}

/* What the next piece's numbers are differences from. */
static void carry_on(struct weir_piece *before, const struct weir_piece *piece)
{
    int64_t start_ms = piece->start_ms == WEIR_TIME_NONE ? before->start_ms : piece->start_ms;
    int64_t end_ms = piece->end_ms == WEIR_TIME_NONE ? before->end_ms : piece->end_ms;
    *before = *piece;
    before->start_ms = start_ms;
    before->end_ms = end_ms;
}

/* ---- Writing ---- */

static char *put_piece(char *at, const struct weir_piece *piece, const struct weir_piece *before)
{
    bool is_next = before->sequence != INT64_MAX && piece->sequence == before->sequence + 1;
    bool has_start = piece->start_ms != WEIR_TIME_NONE;
    bool has_end = piece->end_ms != WEIR_TIME_NONE;
    *at++ = (char)((piece->is_partial ? PIECE_PARTIAL : 0) | (piece->is_after_gap ? PIECE_AFTER_GAP : 0) |
                   (has_start ? PIECE_HAS_START : 0) | (has_end ? PIECE_HAS_END : 0) | (is_next ? PIECE_NEXT : 0) |
                   (piece->skipped > 0 ? PIECE_SKIPPED : 0));
    if (!is_next)
        at = put_step(at, piece->sequence, before->sequence);
    at = put_step(at, piece->offset, before->offset);
    if (has_start)
        at = put_step(at, piece->start_ms, before->start_ms);
    if (has_end)
        at = put_step(at, piece->end_ms, has_start ? piece->start_ms : before->end_ms);
    if (piece->skipped > 0)
        at = put(at, piece->skipped);
    return put(at, piece->text.length);
}

/* Digests and ids are random: they stay as they are. */
static char *put_digests(char *at, const uint32_t digests[WEIR_STREAM_FLAG_STARTS])
{
    size_t count = 0;
    while (count < WEIR_STREAM_FLAG_STARTS && digests[count])
        count++;
    *at++ = (char)count;
    return put_bytes(at, digests, count * sizeof *digests);
}

static char *put_flag(char *at, const struct weir_stream_flag *flag)
{
    bool has_media = flag->media_ms != WEIR_TIME_NONE;
    *at++ = (char)((flag->is_provisional ? FLAG_PROVISIONAL : 0) | (has_media ? FLAG_HAS_MEDIA : 0));
    *at++ = (char)flag->output;
    at = put_digests(at, flag->starts);
    at = put_digests(at, flag->held);
    at = put_bytes(at, &flag->rule, sizeof flag->rule);
    at = put_bytes(at, &flag->evidence, sizeof flag->evidence);
    at = put_bytes(at, flag->id, sizeof flag->id);
    at = put_step(at, flag->offset, 0);
    at = put_step(at, flag->needed, flag->offset);
    if (has_media)
        at = put_step(at, flag->media_ms, 0);
    at = put_step(at, flag->cooldown_ms, 0);
    at = put_step(at, flag->sequence, 0);
    return put(at, flag->repeats);
}

static int64_t find_needed(const struct weir_stream *stream)
{
    int64_t needed = INT64_MAX;
    for (size_t i = 0; i < stream->piece_count; i++)
        needed = stream->pieces[i].offset < needed ? stream->pieces[i].offset : needed;
    for (size_t i = 0; i < stream->flag_count; i++)
        needed = stream->flags[i].needed < needed ? stream->flags[i].needed : needed;
    return needed;
}

static char *put_head(char *at, const struct weir_stream *stream)
{
    at = put_bytes(at, stream->id.data, stream->id.length);
    *at++ = (char)((stream->is_begun ? STREAM_BEGUN : 0) | (stream->is_cut ? STREAM_CUT : 0) |
                   (stream->floor != INT64_MIN ? STREAM_FLOOR : 0));
    at = put_step(at, stream->highest, 0);
    at = put_step(at, stream->lowest, stream->highest);
    if (stream->floor != INT64_MIN)
        at = put_step(at, stream->floor, stream->highest);
    at = put(at, stream->piece_count);
    at = put(at, stream->flag_count);
    return put(at, stream->gap_count);
}

struct weir_stored_stream *weir_stored_stream_new(const struct weir_stream *stream)
{
    size_t text_bytes = 0;
    for (size_t i = 0; i < stream->piece_count; i++)
        text_bytes += stream->pieces[i].text.length;
    size_t gap_bytes = stream->gap_count * sizeof *stream->gaps;
    size_t room = stream->id.length + HEAD_BYTES_MAX + stream->piece_count * PIECE_BYTES_MAX + text_bytes +
                  stream->flag_count * FLAG_BYTES_MAX + gap_bytes;
    struct weir_stored_stream *stored = room <= UINT32_MAX ? malloc(sizeof *stored + room) : NULL;
    if (!stored)
        return NULL;
    char *at = put_head(stored->data, stream);
    for (size_t i = 0; i < stream->flag_count; i++)
        at = put_flag(at, &stream->flags[i]);
    at = put_bytes(at, stream->gaps, gap_bytes);
    struct weir_piece before = {0};
    for (size_t i = 0; i < stream->piece_count; i++) {
        at = put_piece(at, &stream->pieces[i], &before);
        carry_on(&before, &stream->pieces[i]);
    }
    for (size_t i = 0; i < stream->piece_count; i++)
        at = put_bytes(at, stream->pieces[i].text.data, stream->pieces[i].text.length);
    stored->needed = find_needed(stream);
    stored->timestamp_ms = stream->timestamp_ms;
    stored->id_length = (uint32_t)stream->id.length;
    stored->size = (uint32_t)(at - stored->data);
    struct weir_stored_stream *fitted = realloc(stored, sizeof *stored + stored->size);
    return fitted ? fitted : stored;
}

/* ---- Reading ---- */

static void get_piece(const char **at, const struct weir_piece *before, struct weir_piece *piece)
{
    unsigned marks = (unsigned char)*(*at)++;
    *piece = (struct weir_piece){
        .is_partial = marks & PIECE_PARTIAL,
        .is_after_gap = marks & PIECE_AFTER_GAP,
        .start_ms = WEIR_TIME_NONE,
        .end_ms = WEIR_TIME_NONE,
    };
    piece->sequence = marks & PIECE_NEXT ? before->sequence + 1 : get_step(at, before->sequence);
    piece->offset = get_step(at, before->offset);
    if (marks & PIECE_HAS_START)
        piece->start_ms = get_step(at, before->start_ms);
    if (marks & PIECE_HAS_END)
        piece->end_ms = get_step(at, marks & PIECE_HAS_START ? piece->start_ms : before->end_ms);
    if (marks & PIECE_SKIPPED)
        piece->skipped = (uint32_t)get(at);
    piece->text.length = (size_t)get(at);
}

static void get_bytes(const char **at, void *bytes, size_t count)
{
    memcpy(bytes, *at, count);
    *at += count;
}

static void get_digests(const char **at, uint32_t digests[WEIR_STREAM_FLAG_STARTS])
{
    size_t count = (unsigned char)*(*at)++;
    get_bytes(at, digests, count * sizeof *digests);
}

static void get_flag(const char **at, struct weir_stream_flag *flag)
{
    unsigned marks = (unsigned char)*(*at)++;
    *flag = (struct weir_stream_flag){.is_provisional = marks & FLAG_PROVISIONAL, .media_ms = WEIR_TIME_NONE};
    flag->output = (uint8_t) * (*at)++;
    get_digests(at, flag->starts);
    get_digests(at, flag->held);
    get_bytes(at, &flag->rule, sizeof flag->rule);
    get_bytes(at, &flag->evidence, sizeof flag->evidence);
    get_bytes(at, flag->id, sizeof flag->id);
    flag->offset = get_step(at, 0);
    flag->needed = get_step(at, flag->offset);
    if (marks & FLAG_HAS_MEDIA)
        flag->media_ms = get_step(at, 0);
    flag->cooldown_ms = get_step(at, 0);
    flag->sequence = get_step(at, 0);
    flag->repeats = (uint32_t)get(at);
}

/* The counts, and arrays for them. */
static bool get_head(const char **at, struct weir_arena *arena, struct weir_stream *stream)
{
    unsigned marks = (unsigned char)*(*at)++;
    stream->is_begun = marks & STREAM_BEGUN;
    stream->is_cut = marks & STREAM_CUT;
    stream->highest = get_step(at, 0);
    stream->lowest = get_step(at, stream->highest);
    stream->floor = marks & STREAM_FLOOR ? get_step(at, stream->highest) : INT64_MIN;
    stream->piece_count = (size_t)get(at);
    stream->flag_count = (size_t)get(at);
    stream->gap_count = (size_t)get(at);
    stream->pieces = weir_arena_alloc(arena, (stream->piece_count + 1) * sizeof *stream->pieces);
    stream->flags = weir_arena_alloc(arena, (stream->flag_count + 1) * sizeof *stream->flags);
    stream->gaps = weir_arena_alloc(arena, (stream->gap_count + 1) * sizeof *stream->gaps);
    return stream->pieces && stream->flags && stream->gaps;
}

enum weir_status weir_stored_stream_read(const struct weir_stored_stream *stored, struct weir_arena *arena,
                                         struct weir_stream *stream)
{
    struct weir_text copy = weir_arena_text(arena, (struct weir_text){stored->data, stored->size});
    struct weir_stream made = {.id = {copy.data, stored->id_length}, .timestamp_ms = stored->timestamp_ms};
    const char *at = copy.data + stored->id_length;
    if (!copy.data || !get_head(&at, arena, &made))
        return WEIR_NO_MEMORY;
    for (size_t i = 0; i < made.flag_count; i++)
        get_flag(&at, &made.flags[i]);
    get_bytes(&at, made.gaps, made.gap_count * sizeof *made.gaps);
    struct weir_piece before = {0};
    for (size_t i = 0; i < made.piece_count; i++) {
        struct weir_piece *piece = &made.pieces[i];
        get_piece(&at, &before, piece);
        carry_on(&before, piece);
    }
    for (size_t i = 0; i < made.piece_count; i++) {
        made.pieces[i].text.data = at;
        at += made.pieces[i].text.length;
    }
    *stream = made;
    return WEIR_OK;
}
