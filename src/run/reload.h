/* New rules into a running daemon: when its files change or SIGHUP asks, they are loaded by a process of their own, and
 * swapped in whole. What does not load changes nothing.
 *
 *   idle --files changed and at rest, or asked--> loading --good--> swapping --every worker has them--> idle
 *                                                    '----bad: said, and the old ones stay---------------^
 *
 * Private to run; one thread, which never blocks but for the time in which the compiled rules are read in. */
#ifndef WEIR_RUN_RELOAD_H
#define WEIR_RUN_RELOAD_H

#include "announcer.h"
#include "loader.h"
#include "observer.h"

/* Rules that a reload brought, and so owns. */
struct loaded_generation {
    struct weir_generation rules;
    struct weir_ruleset *ruleset; /* NULL: those of the start, which belong to the caller */
};

struct reload {
    const struct weir_daemon_parts *parts;
    struct weir_daemon *daemon;
    struct announcer *announcer;
    struct observer *observer;
    struct loader loader;
    bool is_loading;
    bool is_asked;
    struct loaded_generation *now;
    struct loaded_generation *before; /* some worker may still judge by them; NULL: none does */
    uint64_t last_generation;
    int64_t look_ms;                   /* when the files are looked at next */
    int64_t moving_since_ms;           /* 0: they are as they were loaded or last tried */
    uint8_t tried[WEIR_SHA256_BYTES];  /* the stamp of the files that were loaded or tried last */
    uint8_t latest[WEIR_SHA256_BYTES]; /* the stamp at the last look */
};

enum weir_status reload_open(struct reload *reload, const struct weir_daemon_parts *parts, struct weir_daemon *daemon,
                             struct announcer *announcer, struct observer *observer) WEIR_MUST_CHECK;
/* Loads soon, whether or not a file changed. */
void reload_ask(struct reload *reload);
/* To be called often. */
void reload_look(struct reload *reload);
/* The rules in force. */
const struct weir_generation *reload_rules(const struct reload *reload);
/* After the workers have ended: frees what it loaded. */
void reload_close(struct reload *reload);

#endif
