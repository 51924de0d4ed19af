/* pipeline: which flags say what another said shortly before: the same folded text, flagged by the same rules. A review
 * console can show them as one line; every one of them is published.
 *
 * Keyed by texts and rules, never by authors. One table per worker, of a fixed size: when it is full, what was not seen
 * for longest is forgotten, and what comes after it counts as the first of its kind. */
#ifndef WEIR_REPEATS_H
#define WEIR_REPEATS_H

#include "weir/arena.h"
#include "weir/ruleset.h"

#define WEIR_REPEATS_WINDOW_MS (INT64_C(10) * 60 * 1000)

struct weir_repeats; /* one thread */

/* A flag as it is compared with others. */
struct weir_sighting {
    const struct weir_item *item;
    const struct weir_view_text *folded; /* view of the item's values */
    uint64_t fields;                     /* a bit for each field whose values are compared */
    const struct weir_match *matches;
    size_t match_count;
    enum weir_channel channel;
    const char *flag_id;
    int64_t when_ms;
};

struct weir_repeat {
    char of[WEIR_UUID_SIZE]; /* the id of the first flag; empty: this is the first */
    uint32_t count;          /* flags like it before it, that one included */
};

/* Takes 4 MB, all of it now. is_reproducible: the same flags always give the same answers, also once the table is
 * full; otherwise a secret keeps those who write the texts from choosing what is forgotten. WEIR_NO_MEMORY, or
 * WEIR_UNAVAILABLE when the system gives no random bytes. */
enum weir_status weir_repeats_new(bool is_reproducible, struct weir_repeats **repeats) WEIR_MUST_CHECK;
void weir_repeats_free(struct weir_repeats *repeats); /* NULL is fine */

/* Whether it repeats one at most WEIR_REPEATS_WINDOW_MS away from it, and notes it. The very same flag once more is no
 * repeat of itself, and one without a value to compare repeats none. Needs the arena for the time of the call.
 * WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_repeats_see(struct weir_repeats *repeats, const struct weir_sighting *sighting,
                                  struct weir_arena *arena, struct weir_repeat *repeat) WEIR_MUST_CHECK;

#endif
