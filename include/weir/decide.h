/* decide: hits -> exact spans, boundaries, rules -> verdict. A pure function of its inputs: no I/O, no clock, no memory
 * between two items. */
#ifndef WEIR_DECIDE_H
#define WEIR_DECIDE_H

#include "weir/arena.h"
#include "weir/captions.h"
#include "weir/chars.h"
#include "weir/limits.h"
#include "weir/ruleset.h"

struct weir_decider; /* scratch of one thread */

/* Borrows ruleset and chars for its life. */
enum weir_status weir_decider_new(const struct weir_ruleset *ruleset, const struct weir_chars *chars,
                                  const struct weir_limits *limits, struct weir_decider **decider) WEIR_MUST_CHECK;
void weir_decider_free(struct weir_decider *decider); /* NULL is fine */

/* texts and hits are those of the item. *verdict lives in the arena, its quotes in the item, its matched_as in texts.
 * WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_decide(struct weir_decider *decider, const struct weir_item *item,
                             const struct weir_scan_text *texts, const struct weir_hits *hits, struct weir_arena *arena,
                             struct weir_verdict *verdict) WEIR_MUST_CHECK;

/* What lies around the text of a window on a caption stream. */
struct weir_window {
    enum weir_join join; /* how the next fragment would be joined */
    bool is_open;        /* there may be one; otherwise the last value is at its end */
    uint32_t from_byte; /* of the first value: hits that begin before do not count, their context has left the window */
    uint32_t until_value; /* hits that begin at this place or after it do not count */
    uint32_t until_byte;
    bool lists_raw; /* with lists_all: what regexes and exceptions match, whatever comes of it; is_open is ignored */
    bool lists_all; /* the matches are all rules that found something, whatever their conditions; without evidence */
};

/* Whether lists_raw lists the pattern: a regex or an exception, of which half a match may be another match. */
bool weir_decide_lists_raw(const struct weir_ruleset *ruleset, uint32_t pattern);

/* As weir_decide for the text of a window (weir_window_read); the matches have their hits, and matched_as lives in the
 * arena. */
enum weir_status weir_decide_window(struct weir_decider *decider, const struct weir_item *item,
                                    const struct weir_window *window, const struct weir_scan_text *texts,
                                    const struct weir_hits *hits, struct weir_arena *arena,
                                    struct weir_verdict *verdict) WEIR_MUST_CHECK;

#endif
