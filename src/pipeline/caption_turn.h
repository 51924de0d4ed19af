/* One fragment's turn through the path: captions.c places it, caption_judge.c finds what is new, caption_flags.c makes
 * flags and settles provisional ones, caption_trim.c moves the window on. Private to pipeline. */
#ifndef WEIR_PIPELINE_CAPTION_TURN_H
#define WEIR_PIPELINE_CAPTION_TURN_H

#include "path.h"

/* A window that was looked at. Its texts and hits live until the next one is. */
struct caption_reading {
    struct weir_item item;
    struct weir_window window;
    struct weir_scan_text texts;
    struct weir_hits hits;
};

struct caption_turn {
    struct weir_pipeline *pipeline;
    const struct weir_message *message;
    const struct weir_item *fragment; /* as it was decoded */
    struct weir_stream stream;        /* with the fragment in it */
    struct weir_stream before;        /* without */
    struct caption_reading whole;     /* what was seen in the first of the two, */
    bool is_whole_current;            /* unless another has been looked at since */
    bool publishes;                   /* false: this was done before a crash, and only the window is rebuilt */
    struct weir_item settled_item;    /* the text before the first partial, where there is one */
    struct weir_verdict settled;      /* and what all rules found in it alone */
    bool has_settled;
    bool is_unflagged;                        /* no active rule holds in the window that it stands in, all looked at */
    bool has_fragile_hits;                    /* some text that was looked at had hits of regexes or exceptions */
    bool replaces;                            /* the fragment stands where a partial stood, */
    int64_t replaced;                         /* of this number, */
    struct weir_verdict held;                 /* and these rules held before */
    const struct weir_stream_flag *withdrawn; /* by this turn: the hits that they held back are new once more */
    size_t withdrawn_count;
};

/* caption_judge.c */

/* The window of the stream, normalized and scanned. is_open: more text may follow. Earlier readings are gone.
 * WEIR_NO_MEMORY is the only failure. */
enum weir_status caption_look(struct caption_turn *turn, const struct weir_stream *stream, bool is_open,
                              struct caption_reading *reading) WEIR_MUST_CHECK;
/* That of the turn's stream, into turn->whole. */
enum weir_status caption_look_at_whole(struct caption_turn *turn, bool is_open) WEIR_MUST_CHECK;
/* The rules that hold; only hits that begin before the end of the piece of this number count (INT64_MAX: all). */
enum weir_status caption_judge(const struct caption_turn *turn, const struct caption_reading *reading,
                               int64_t until_sequence, struct weir_verdict *verdict) WEIR_MUST_CHECK;
/* What every rule had found before the fragment came, to compare with. Looks anew: earlier readings are gone. */
enum weir_status caption_list_before(struct caption_turn *turn, struct caption_reading *reading,
                                     struct weir_verdict *verdict) WEIR_MUST_CHECK;
/* Hits of a match that are new, and where the first of them begin. */
struct caption_news {
    size_t count;
    uint32_t starts[WEIR_STREAM_FLAG_STARTS];
};

/* The hits of the match that are not among those of the list, or that a flag of the rule held back which this turn
 * withdrew, or that a partial kept from counting. WEIR_NO_MEMORY is the only failure. */
enum weir_status caption_find_new(const struct caption_turn *turn, const struct weir_item *now,
                                  const struct weir_match *match, const struct weir_item *before,
                                  const struct weir_verdict *list, struct caption_news *news) WEIR_MUST_CHECK;
/* Whether a hit of the match begins where one of these did. */
bool caption_begins_at(const struct weir_item *item, const struct weir_match *match,
                       const uint32_t starts[WEIR_STREAM_FLAG_STARTS]);
/* Finds what does not depend on partials: fills the turn's settled. Looks anew: earlier readings are gone. */
enum weir_status caption_list_settled(struct caption_turn *turn) WEIR_MUST_CHECK;
/* Whether what is heard next may still undo a hit of the match. */
bool caption_is_provisional(const struct caption_turn *turn, const struct weir_item *item,
                            const struct weir_match *match);
/* A digest of where the match's hits are and what they say. */
uint64_t caption_digest(const struct weir_item *item, const struct weir_match *match);
uint64_t caption_rule_digest(const struct weir_rule *rule);

/* caption_flags.c */

/* Publishes what the stream's provisional flags have come to, where the reading settles it. */
enum weir_status caption_settle(struct caption_turn *turn, const struct caption_reading *reading,
                                struct weir_error *error) WEIR_MUST_CHECK;
/* A flag of the match, or, while its cooldown runs, a note of its new hits. */
enum weir_status caption_flag(struct caption_turn *turn, const struct weir_item *item, const struct weir_match *match,
                              const struct caption_news *news, struct weir_error *error) WEIR_MUST_CHECK;

/* audit.c */

/* The fragment's own text to the audit topic, if it is final and unflagged and is drawn. */
enum weir_status caption_audit(const struct caption_turn *turn, struct weir_text text,
                               struct weir_error *error) WEIR_MUST_CHECK;

/* caption_trim.c */

/* Moves the window on, but cuts no match of a regex or an exception in two: what is left could match otherwise. */
enum weir_status caption_trim(struct caption_turn *turn, const struct weir_window_options *options) WEIR_MUST_CHECK;

#endif
