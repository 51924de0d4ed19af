/* What the process did since the last time it said so, as weir.rollup/1 records. Private to run; one thread. */
#ifndef WEIR_RUN_ROLLUPS_H
#define WEIR_RUN_ROLLUPS_H

#include "observer.h"

struct rollups {
    char instance[128];                  /* the machine and the process */
    int64_t due_ms;                      /* monotonic */
    int64_t from_ms;                     /* wall clock: where the next one begins */
    uint64_t counts[WEIR_COUNTER_COUNT]; /* what was said of so far */
    struct weir_delays delays;
    struct weir_tally_row *rows;
    size_t row_count;
};

void rollups_init(struct rollups *rollups, const struct observer *observer);
void rollups_fini(struct rollups *rollups);

/* Whether it is time for the next, which then is after `every_ms`. */
bool rollups_due(struct rollups *rollups, int64_t every_ms, int64_t now_ms);

/* Makes the records since the last time and hands them to `put`, in the arena; the observer keeps the interval.
 * WEIR_NO_MEMORY: nothing was said, and
 * the next time says it all. */
enum weir_status rollups_tell(struct rollups *rollups, struct observer *observer, const struct weir_ruleset *now,
                              struct weir_arena *arena, void (*put)(void *context, const struct weir_record *record),
                              void *context) WEIR_MUST_CHECK;

#endif
