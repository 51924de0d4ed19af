/* streams: what a worker remembers of live caption streams (RULES.md section 7): of each the last bytes of its text,
 * piece by piece, and the flags that are not done with. Decides nothing about rules.
 *
 *   fragments   1 "your bank called"  2 "bank called about"  3 "the transfer"  (4 is missing)  5 "to a safe"
 *   pieces       .. bank called       about                  the transfer                      to a safe
 *   text         .. bank called about the transfer | to a safe
 *                `-- what came before has left the window    `-- a gap: no hit crosses it
 */
#ifndef WEIR_STREAMS_H
#define WEIR_STREAMS_H

#include "weir/arena.h"
#include "weir/captions.h"
#include "weir/item.h"

/* What a fragment gives to the text of its stream. */
struct weir_piece {
    struct weir_text text; /* its own text, less what it repeats and what has left the window; may be empty */
    uint32_t skipped;      /* code points of its own text before that */
    int64_t sequence;
    int64_t offset;   /* of its message */
    int64_t start_ms; /* media time; of this and the next: WEIR_TIME_NONE when it is not known */
    int64_t end_ms;
    bool is_partial;   /* a text of the same number will replace it */
    bool is_after_gap; /* nothing that is known stands right before it */
};

#define WEIR_STREAM_FLAG_STARTS 4

/* A flag that is provisional, or whose cooldown runs, or whose repeats the next one has to tell. */
struct weir_stream_flag {
    uint64_t rule;     /* a digest of the rule's id, which outlives reloads */
    uint64_t evidence; /* a digest of what it showed */
    int64_t offset;    /* of the message that it was made at */
    int64_t needed;    /* the least offset of what it was made from */
    int64_t media_ms;  /* WEIR_TIME_NONE: it starts no cooldown */
    int64_t cooldown_ms;
    int64_t sequence;                         /* of the piece up to which it was judged */
    uint32_t repeats;                         /* hits since then */
    uint32_t starts[WEIR_STREAM_FLAG_STARTS]; /* digests of where the first of its new hits begin; 0: none */
    uint32_t held[WEIR_STREAM_FLAG_STARTS];   /* and of those that its cooldown holds back */
    uint8_t output;                           /* where it went: enum weir_output */
    bool is_provisional;
    uint8_t id[16]; /* its flag id */
};

/* Numbers that did not come before their place left the window. */
struct weir_stream_gap {
    int64_t first;
    int64_t last;
};

/* The window on one stream, as it is worked on: in an arena, valid UTF-8. */
struct weir_stream {
    struct weir_text id;
    struct weir_piece *pieces; /* in order of sequence */
    size_t piece_count;
    struct weir_stream_flag *flags;
    size_t flag_count;
    struct weir_stream_gap *gaps; /* in order */
    size_t gap_count;
    int64_t lowest;       /* the least number that was taken */
    int64_t highest;      /* and the greatest */
    int64_t floor;        /* the greatest of which all text has left the window; INT64_MIN: of none */
    int64_t timestamp_ms; /* of the record that came last; -1: it had none */
    bool is_begun;        /* some fragment was taken: the numbers mean something */
    bool is_cut;          /* the text before the first piece has left the window */
};

/* Bytes of text before the window that are kept as context of what begins in it (boundaries, lookbehind). */
#define WEIR_WINDOW_CONTEXT 16u

struct weir_window_options {
    const struct weir_chars *chars;
    size_t window_bytes;
    enum weir_join join;
    bool rollup;
};

/* ---- The window: functions of a stream and an arena, which lends what they add ---- */

enum weir_placing {
    WEIR_PLACED_END,     /* behind all others */
    WEIR_PLACED_BETWEEN, /* it came late, and its place is still in the window */
    WEIR_PLACED_INSTEAD, /* of the partial of the same number */
    WEIR_PLACED_ALONE,   /* it came too late: to be scanned by itself; the window is as it was */
    WEIR_PLACED_KNOWN,   /* it was there already: to be dropped */
    WEIR_PLACED_RESTART, /* the numbers start anew: end the stream, and ask again */
};

/* Where a fragment belongs. *at: the index of its piece, or where it is to be put. */
enum weir_placing weir_window_place(const struct weir_stream *stream, const struct weir_caption *fragment, size_t *at);

/* Takes the fragment in at its place, as weir_window_place said (END, BETWEEN or INSTEAD). WEIR_NO_MEMORY is the only
 * failure; the stream is as it was then. */
enum weir_status weir_window_take(const struct weir_window_options *options, struct weir_stream *stream,
                                  enum weir_placing placing, size_t at, const struct weir_caption *fragment,
                                  struct weir_text text, int64_t offset, struct weir_arena *arena) WEIR_MUST_CHECK;

/* The number came too late (ALONE) and is known from now on. WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_window_note_alone(struct weir_stream *stream, int64_t sequence,
                                        struct weir_arena *arena) WEIR_MUST_CHECK;

/* The text of the window as the values of item (all of field 0): one between two gaps, none of them empty; and its
 * fragments, those without text left out. WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_window_read(const struct weir_window_options *options, const struct weir_stream *stream,
                                  struct weir_arena *arena, struct weir_item *item) WEIR_MUST_CHECK;

/* A place in the text of a stream: a code point of a fragment's own text. It stays what it is while the window moves.
 */
struct weir_window_place {
    int64_t sequence;
    uint32_t point;
};

/* Lets go of what lies before the last window_bytes of the text that is not partial, but of nothing behind `keep`
 * (NULL: of nothing more). WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_window_trim(const struct weir_window_options *options, struct weir_stream *stream,
                                  const struct weir_window_place *keep, struct weir_arena *arena) WEIR_MUST_CHECK;

/* ---- All streams of one worker ---- */

struct weir_streams; /* one thread */

/* At most streams_max, and of all but one at most bytes_max together; beyond, those that were silent for longest are
 * forgotten. WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_streams_new(size_t streams_max, size_t bytes_max, struct weir_streams **streams) WEIR_MUST_CHECK;
void weir_streams_free(struct weir_streams *streams); /* NULL is fine */

/* The partition's stream of this name, in the arena; one that is not known has nothing but its id. WEIR_NO_MEMORY is
 * the only failure. */
enum weir_status weir_streams_load(const struct weir_streams *streams, uint32_t slot, struct weir_text id,
                                   struct weir_arena *arena, struct weir_stream *stream) WEIR_MUST_CHECK;
/* Keeps the stream as it is now. *evicted: so many others were forgotten for it. WEIR_NO_MEMORY is the only failure;
 * what was known before stays. */
enum weir_status weir_streams_store(struct weir_streams *streams, uint32_t slot, const struct weir_stream *stream,
                                    size_t *evicted) WEIR_MUST_CHECK;
void weir_streams_drop(struct weir_streams *streams, uint32_t slot, struct weir_text id);
/* All of the partition. */
void weir_streams_drop_slot(struct weir_streams *streams, uint32_t slot);
/* Those of any partition that were silent up to `before_ms`, by their records' timestamps, as far as they are the ones
 * that were silent for longest. Returns their number. */
size_t weir_streams_drop_idle(struct weir_streams *streams, uint32_t slot, int64_t before_ms);

size_t weir_streams_count(const struct weir_streams *streams);
/* Bytes that they take, the tables included. */
size_t weir_streams_bytes(const struct weir_streams *streams);
/* An offset from which on the partition's messages make its streams as they are; INT64_MAX: none is needed. At most
 * WEIR_STREAMS_BUCKET less than the greatest such offset. */
int64_t weir_streams_needed(const struct weir_streams *streams, uint32_t slot);

#define WEIR_STREAMS_BUCKET 1024

#endif
