/* What the process as a whole tells the dashboards, through the rollups topic: what it did in the last seconds
 * (weir.rollup/1), which rules a load brought (weir.ruleset/1), and which of them went over their budget in the last
 * minute (weir.overflow/1).
 *
 * News, not findings: what cannot be delivered while the process lives is given up. Private to run; one thread. */
#ifndef WEIR_RUN_ANNOUNCER_H
#define WEIR_RUN_ANNOUNCER_H

#include "rollups.h"

struct announcer {
    const struct weir_log *log;
    struct weir_sink *sink; /* NULL: it broke */
    struct weir_sink_events events;
    struct weir_counters counters; /* of its own: these records are no findings */
    struct weir_arena *arena;
    size_t record_max;
    int64_t minute_ms; /* the wall clock's running minute */
    struct rollups rollups;
    int64_t rollups_every_ms;
    struct observer *observer;
};

/* A producer of its own, after those of the workers. Borrows both. */
enum weir_status announcer_open(struct announcer *announcer, const struct weir_daemon_parts *parts,
                                struct observer *observer, struct weir_error *error) WEIR_MUST_CHECK;
/* before: the rules that these replace, or NULL. */
void announcer_tell_rules(struct announcer *announcer, const struct weir_ruleset *before,
                          const struct weir_ruleset *now, struct weir_ruleset_change *change);
/* Sums up the minute that has ended, if one has; lets deliveries go on. Does not block. */
void announcer_look(struct announcer *announcer, const struct weir_generation *rules);
/* Tells what was done since the last rollup, as it does by itself every rollups_every_ms. */
void announcer_tell_rollup(struct announcer *announcer, const struct weir_generation *rules);
void announcer_close(struct announcer *announcer, int deadline_ms);

#endif
