/* What leaves the window, and which numbers are missing from what has left it. Pure but for the arena. */
#include "weir/streams.h"

#include "weir/utf8.h"

/* Characters that a cut moves back over to stand where folding sees no seam. */
#define STEPS_MAX 64
/* Of older ones it is no longer known that they are missing: they count as numbers never seen. */
#define GAPS_MAX 16u

static bool is_seam(const struct weir_chars *chars, struct weir_text text, size_t at)
{
    size_t width;
    uint32_t c = weir_utf8_decode(text.data + at, &width);
    return weir_char_has(chars, c, WEIR_CHAR_BOUNDARY) &&
           !weir_char_has(chars, c, WEIR_CHAR_MARK | WEIR_CHAR_INHERITED | WEIR_CHAR_IGNORABLE | WEIR_CHAR_SPACE);
}

/* Lets go of about the first `bytes` of the piece's text, rather less: what is left begins with a character that stays
 * what it is without what came before it. */
static void cut_piece(const struct weir_chars *chars, struct weir_piece *piece, size_t bytes)
{
    struct weir_text text = piece->text;
    size_t at = bytes < text.length ? bytes : text.length - 1;
    while (at > 0 && weir_utf8_is_continuation(text.data[at]))
        at--;
    size_t cut = at;
    for (int steps = 0; steps < STEPS_MAX && at > 0 && !is_seam(chars, text, at); steps++)
        at = weir_utf8_before(text.data, at);
    if (at == 0 || is_seam(chars, text, at))
        cut = at; /* else a run of marks without end: it is cut anywhere */
    piece->skipped += (uint32_t)weir_utf8_count(weir_text_slice(text, 0, cut));
    piece->text = weir_text_slice(text, cut, text.length);
}

static void drop_gap(struct weir_stream *stream, size_t at)
{
    memmove(stream->gaps + at, stream->gaps + at + 1, (stream->gap_count - at - 1) * sizeof *stream->gaps);
    stream->gap_count--;
}

/* Room for one gap more in an array of GAPS_MAX + 1. */
static void add_gap(struct weir_stream *stream, size_t at, int64_t first, int64_t last)
{
    if (first > last)
        return;
    memmove(stream->gaps + at + 1, stream->gaps + at, (stream->gap_count - at) * sizeof *stream->gaps);
    stream->gaps[at] = (struct weir_stream_gap){first, last};
    stream->gap_count++;
    if (stream->gap_count <= GAPS_MAX)
        return;
    stream->lowest = stream->gaps[0].last == INT64_MAX ? INT64_MAX : stream->gaps[0].last + 1;
    drop_gap(stream, 0);
}

static bool make_room_for_gaps(struct weir_stream *stream, struct weir_arena *arena)
{
    struct weir_stream_gap *gaps = weir_arena_alloc(arena, (GAPS_MAX + 2) * sizeof *gaps);
    if (!gaps)
        return false;
    if (stream->gap_count > 0)
        memcpy(gaps, stream->gaps, stream->gap_count * sizeof *gaps);
    stream->gaps = gaps;
    return true;
}

enum weir_status weir_window_note_alone(struct weir_stream *stream, int64_t sequence, struct weir_arena *arena)
{
    if (!make_room_for_gaps(stream, arena))
        return WEIR_NO_MEMORY;
    if (sequence < stream->lowest) {
        int64_t last = stream->lowest - 1;
        stream->lowest = sequence;
        add_gap(stream, 0, sequence + 1, last);
        return WEIR_OK;
    }
    for (size_t i = 0; i < stream->gap_count; i++) {
        struct weir_stream_gap gap = stream->gaps[i];
        if (sequence < gap.first || sequence > gap.last)
            continue;
        drop_gap(stream, i);
        if (sequence < gap.last)
            add_gap(stream, i, sequence + 1, gap.last);
        if (sequence > gap.first)
            add_gap(stream, i, gap.first, sequence - 1);
        break;
    }
    return WEIR_OK;
}

/* Lets go of the first piece, which another one follows. */
static void drop_first(struct weir_stream *stream)
{
    const struct weir_piece *first = &stream->pieces[0];
    const struct weir_piece *next = first + 1;
    stream->floor = first->sequence;
    if (first->is_partial) /* what it becomes is yet to come */
        add_gap(stream, stream->gap_count, first->sequence, first->sequence);
    stream->is_cut = !next->is_after_gap;
    if (next->is_after_gap)
        add_gap(stream, stream->gap_count, first->sequence + 1, next->sequence - 1);
    stream->pieces++;
    stream->piece_count--;
}

/* Bytes of text before the place. */
static size_t bytes_before(const struct weir_stream *stream, const struct weir_window_place *place)
{
    size_t bytes = 0;
    size_t i = 0;
    for (; i < stream->piece_count && stream->pieces[i].sequence < place->sequence; i++)
        bytes += stream->pieces[i].text.length;
    if (i == stream->piece_count || stream->pieces[i].sequence > place->sequence)
        return bytes;
    const struct weir_piece *piece = &stream->pieces[i];
    size_t at = 0;
    for (uint32_t point = piece->skipped; point < place->point && at < piece->text.length; point++)
        at += weir_utf8_width(piece->text.data[at]);
    return bytes + at;
}

/* How many pieces at the beginning hold no more than `beyond` bytes, so that the next one begins well. */
static size_t count_droppable(const struct weir_chars *chars, const struct weir_stream *stream, size_t beyond)
{
    size_t count = 0;
    size_t bytes = 0;
    for (size_t i = 1; i < stream->piece_count; i++) {
        const struct weir_piece *piece = &stream->pieces[i];
        bytes += stream->pieces[i - 1].text.length;
        if (bytes > beyond)
            break;
        if (piece->is_after_gap || (piece->text.length > 0 && is_seam(chars, piece->text, 0)))
            count = i;
    }
    return count;
}

enum weir_status weir_window_trim(const struct weir_window_options *options, struct weir_stream *stream,
                                  const struct weir_window_place *keep, struct weir_arena *arena)
{
    const size_t kept = options->window_bytes + WEIR_WINDOW_CONTEXT;
    size_t settled = stream->piece_count; /* pieces before the partials at the end */
    size_t bytes = 0;
    while (settled > 0 && stream->pieces[settled - 1].is_partial)
        settled--;
    for (size_t i = settled; i < stream->piece_count; i++) /* of what will be replaced the window is enough */
        if (stream->pieces[i].text.length > kept) {
            cut_piece(options->chars, &stream->pieces[i], stream->pieces[i].text.length - kept);
            stream->pieces[i].is_after_gap = true;
        }
    for (size_t i = 0; i < settled; i++) /* without their seams: rather more is kept than less */
        bytes += stream->pieces[i].text.length;
    if (bytes <= kept)
        return WEIR_OK;
    if (!make_room_for_gaps(stream, arena))
        return WEIR_NO_MEMORY;
    size_t beyond = bytes - kept;
    if (keep) {
        size_t most = bytes_before(stream, keep);
        most = most > WEIR_WINDOW_CONTEXT ? most - WEIR_WINDOW_CONTEXT : 0;
        beyond = beyond < most ? beyond : most;
    }
    for (size_t count = count_droppable(options->chars, stream, beyond); count > 0; count--) {
        beyond -= stream->pieces[0].text.length;
        drop_first(stream);
    }
    size_t before = stream->pieces[0].text.length;
    if (beyond > 0 && before > 0)
        cut_piece(options->chars, &stream->pieces[0], beyond);
    stream->is_cut = stream->is_cut || stream->pieces[0].text.length < before;
    return WEIR_OK;
}
