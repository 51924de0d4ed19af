/* Where a fragment belongs in the window, and the window as one text. Pure but for the arena. */
#include "weir/streams.h"

#include "weir/utf8.h"

/* RULES.md section 7: a number that falls by more starts the stream anew. */
#define FALL_MAX 1000u

static bool follows(int64_t sequence, int64_t before)
{
    return before != INT64_MAX && sequence == before + 1;
}

/* The first piece with this number or a greater one. */
static size_t find_piece(const struct weir_stream *stream, int64_t sequence)
{
    size_t at = stream->piece_count; /* what comes late is seldom very late */
    while (at > 0 && stream->pieces[at - 1].sequence >= sequence)
        at--;
    return at;
}

static bool is_missing(const struct weir_stream *stream, int64_t sequence)
{
    bool missing = sequence < stream->lowest;
    for (size_t i = 0; i < stream->gap_count && !missing; i++)
        missing = stream->gaps[i].first <= sequence && sequence <= stream->gaps[i].last;
    return missing;
}

enum weir_placing weir_window_place(const struct weir_stream *stream, const struct weir_caption *fragment, size_t *at)
{
    *at = stream->piece_count;
    if (!stream->is_begun)
        return WEIR_PLACED_END;
    if (!fragment->has_sequence) {
        /* Arrival is the order, so what comes after a partial is what it has become. */
        bool replaces = *at > 0 && stream->pieces[*at - 1].is_partial;
        *at -= replaces;
        return replaces ? WEIR_PLACED_INSTEAD : WEIR_PLACED_END;
    }
    int64_t sequence = fragment->sequence;
    if (sequence > stream->highest)
        return WEIR_PLACED_END;
    if ((uint64_t)stream->highest - (uint64_t)sequence > FALL_MAX)
        return WEIR_PLACED_RESTART;
    *at = find_piece(stream, sequence);
    if (*at < stream->piece_count && stream->pieces[*at].sequence == sequence)
        return stream->pieces[*at].is_partial ? WEIR_PLACED_INSTEAD : WEIR_PLACED_KNOWN;
    bool has_left = *at == 0 && (stream->is_cut || stream->floor != INT64_MIN);
    if (!has_left)
        return WEIR_PLACED_BETWEEN;
    return is_missing(stream, sequence) ? WEIR_PLACED_ALONE : WEIR_PLACED_KNOWN;
}

/* ---- The text ---- */

/* The pieces as one text after another, while it is put together. */
struct writer {
    const struct weir_window_options *options;
    char *text;
    size_t length;
    size_t value_start; /* of the value that is being written */
    bool is_broken;     /* a gap stands before what comes next */
};

/* Adds the piece; *start is where its own text begins. True when a new value begins with it. */
static bool add_piece(struct writer *writer, const struct weir_piece *piece, size_t *start)
{
    struct weir_text so_far = {writer->text + writer->value_start, writer->length - writer->value_start};
    writer->is_broken |= piece->is_after_gap;
    *start = writer->length;
    if (piece->text.length == 0)
        return false;
    bool is_new = so_far.length == 0 || writer->is_broken;
    if (is_new)
        writer->value_start = writer->length;
    else if (weir_caption_takes_space(writer->options->chars, writer->options->join, so_far, piece->text))
        writer->text[writer->length++] = ' ';
    writer->is_broken = false;
    *start = writer->length;
    memcpy(writer->text + writer->length, piece->text.data, piece->text.length);
    writer->length += piece->text.length;
    return is_new;
}

/* Room for the text of the pieces from `first` until `end`. */
static bool start_writer(const struct weir_window_options *options, const struct weir_stream *stream, size_t first,
                         size_t end, struct weir_arena *arena, struct writer *writer)
{
    size_t room = end - first;
    for (size_t i = first; i < end; i++)
        room += stream->pieces[i].text.length;
    *writer = (struct writer){.options = options, .text = weir_arena_alloc(arena, room + 1)};
    return writer->text != NULL;
}

enum weir_status weir_window_read(const struct weir_window_options *options, const struct weir_stream *stream,
                                  struct weir_arena *arena, struct weir_item *item)
{
    struct writer writer;
    struct weir_value *values = weir_arena_alloc(arena, (stream->piece_count + 1) * sizeof *values);
    struct weir_fragment *fragments = weir_arena_alloc(arena, (stream->piece_count + 1) * sizeof *fragments);
    if (!values || !fragments || !start_writer(options, stream, 0, stream->piece_count, arena, &writer))
        return WEIR_NO_MEMORY;
    item->value_count = 0;
    item->fragment_count = 0;
    for (size_t i = 0; i < stream->piece_count; i++) {
        const struct weir_piece *piece = &stream->pieces[i];
        size_t start;
        if (add_piece(&writer, piece, &start))
            values[item->value_count++] = (struct weir_value){.field = 0, .text = {writer.text + start, 0}};
        if (piece->text.length == 0)
            continue;
        struct weir_text *value = &values[item->value_count - 1].text;
        value->length = (size_t)(writer.text + writer.length - value->data);
        fragments[item->fragment_count++] = (struct weir_fragment){
            .value = (uint32_t)(item->value_count - 1),
            .start_byte = (uint32_t)(start - writer.value_start),
            .end_byte = (uint32_t)value->length,
            .skipped = piece->skipped,
            .start_ms = piece->start_ms,
            .end_ms = piece->end_ms,
            .sequence = piece->sequence,
            .is_partial = piece->is_partial,
        };
    }
    item->values = values;
    item->fragments = fragments;
    return WEIR_OK;
}

/* ---- Taking in ---- */

/* A mark that takes its kind from the character before it stands first. */
static bool begins_borrowed(const struct weir_chars *chars, struct weir_text text)
{
    size_t width;
    return weir_char_has(chars, weir_utf8_decode(text.data, &width), WEIR_CHAR_INHERITED);
}

/* The first piece of the text before piece `at`, as far back as what the piece repeats can reach: no farther than a gap,
 * and than more bytes than it has itself, behind a character that is what it is without the one before it. */
static size_t find_reach(const struct weir_chars *chars, const struct weir_stream *stream, size_t at)
{
    const size_t enough = stream->pieces[at].text.length;
    size_t bytes = 0;
    size_t first = at;
    bool is_far = false;
    while (first > 0 && !is_far && !stream->pieces[first].is_after_gap) {
        struct weir_text text = stream->pieces[--first].text;
        bytes += bytes == 0 ? weir_caption_trim(chars, text).length : text.length;
        is_far = bytes > enough && text.length > 0 && !begins_borrowed(chars, text);
    }
    return first;
}

/* Leaves out of piece `at` what it repeats of the text before it. */
static enum weir_status roll_up(const struct weir_window_options *options, struct weir_stream *stream, size_t at,
                                struct weir_arena *arena)
{
    struct weir_piece *piece = &stream->pieces[at];
    struct writer writer;
    size_t start;
    if (!options->rollup || at == 0 || piece->is_after_gap || piece->text.length == 0)
        return WEIR_OK;
    const struct weir_piece *before = &stream->pieces[at - 1];
    /* What does not say when it ended counts as ended when it started, as in rules' examples. */
    int64_t ended_ms = before->end_ms != WEIR_TIME_NONE ? before->end_ms : before->start_ms;
    if (ended_ms != WEIR_TIME_NONE && piece->start_ms != WEIR_TIME_NONE &&
        !weir_caption_adjoins(ended_ms, piece->start_ms))
        return WEIR_OK;
    size_t first = find_reach(options->chars, stream, at);
    if (!start_writer(options, stream, first, at, arena, &writer))
        return WEIR_NO_MEMORY;
    for (size_t i = first; i < at; i++)
        add_piece(&writer, &stream->pieces[i], &start);
    struct weir_text so_far = {writer.text + writer.value_start, writer.length - writer.value_start};
    size_t repeated = 0;
    enum weir_status status = weir_caption_repeated(options->chars, so_far, piece->text, arena, &repeated);
    piece->skipped += (uint32_t)weir_utf8_count(weir_text_slice(piece->text, 0, repeated));
    piece->text = weir_text_slice(piece->text, repeated, piece->text.length);
    return status;
}

static struct weir_piece make_piece(const struct weir_stream *stream, enum weir_placing placing, size_t at,
                                    const struct weir_caption *fragment, struct weir_text text, int64_t offset)
{
    int64_t sequence = fragment->sequence;
    if (!fragment->has_sequence && placing == WEIR_PLACED_INSTEAD)
        sequence = stream->pieces[at].sequence;
    else if (!fragment->has_sequence)
        sequence = !stream->is_begun ? 0 : stream->highest == INT64_MAX ? INT64_MAX : stream->highest + 1;
    return (struct weir_piece){
        .text = text,
        .sequence = sequence,
        .offset = offset,
        .start_ms = fragment->start_ms,
        .end_ms = fragment->end_ms,
        .is_partial = fragment->is_partial,
        .is_after_gap = at > 0 && fragment->has_sequence && !follows(sequence, stream->pieces[at - 1].sequence),
    };
}

enum weir_status weir_window_take(const struct weir_window_options *options, struct weir_stream *stream,
                                  enum weir_placing placing, size_t at, const struct weir_caption *fragment,
                                  struct weir_text text, int64_t offset, struct weir_arena *arena)
{
    struct weir_stream taken = *stream;
    size_t behind = at + (placing == WEIR_PLACED_INSTEAD);
    taken.pieces = weir_arena_alloc(arena, (stream->piece_count + 1) * sizeof *taken.pieces);
    if (!taken.pieces)
        return WEIR_NO_MEMORY;
    struct weir_piece piece = make_piece(stream, placing, at, fragment, text, offset);
    if (stream->piece_count > 0)
        memcpy(taken.pieces, stream->pieces, at * sizeof *taken.pieces);
    taken.pieces[at] = piece;
    if (behind < stream->piece_count)
        memcpy(taken.pieces + at + 1, stream->pieces + behind, (stream->piece_count - behind) * sizeof *taken.pieces);
    taken.piece_count = at + 1 + stream->piece_count - behind;
    enum weir_status status = roll_up(options, &taken, at, arena);
    if (status == WEIR_OK && placing == WEIR_PLACED_BETWEEN) {
        struct weir_piece *next = &taken.pieces[at + 1];
        next->is_after_gap = !follows(next->sequence, piece.sequence);
        /* It stood at a gap, or at the beginning, so its text is whole. */
        status = roll_up(options, &taken, at + 1, arena);
    }
    if (status != WEIR_OK)
        return status;
    taken.lowest = !stream->is_begun || piece.sequence < stream->lowest ? piece.sequence : stream->lowest;
    taken.highest = !stream->is_begun || piece.sequence > stream->highest ? piece.sequence : stream->highest;
    taken.is_begun = true;
    *stream = taken;
    return WEIR_OK;
}
