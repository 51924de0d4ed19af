/* What the process knows of itself, for whoever asks over HTTP: the daemon's thread notes, any thread takes. Private to
 * run. */
#ifndef WEIR_RUN_OBSERVER_H
#define WEIR_RUN_OBSERVER_H

#include "weir/kafka.h"
#include "weir/run.h"

#include <pthread.h>

struct observed_rules {
    uint64_t generation;
    size_t count;
    char sha256[WEIR_SHA256_HEX_SIZE];
    int64_t loaded_ms; /* wall clock */
    uint64_t loads;    /* that brought rules, the first one included */
    uint64_t failures; /* of reloads */
    int64_t failed_ms; /* wall clock, of the last one; 0: none */
    char failure[512]; /* why */
};

#define OBSERVER_INTERVALS 360
#define OBSERVER_ROWS 32
#define OBSERVER_CATEGORIES 16 /* more than there are, and "other" */

/* What was done in some seconds. */
struct observed_interval {
    int64_t from_ms; /* wall clock */
    int64_t to_ms;
    uint64_t messages, flags, shadow_flags, overflow_flags, dead_letters, lag;
    uint64_t delays[WEIR_DELAY_BUCKETS];
    size_t row_count;
    struct observed_row {
        const char *rule; /* of this and the next: lent by the tally */
        const char *category;
        uint64_t flags;
    } rows[OBSERVER_ROWS]; /* rules in the review topic, those with most flags first */
    size_t category_count;
    struct observed_row categories[OBSERVER_CATEGORIES]; /* of all its rules; rule is NULL */
};

struct observer {
    const struct weir_daemon_parts *parts;
    _Atomic(const struct weir_daemon *) daemon; /* NULL: it does not run yet */
    int64_t started_ms;                         /* wall clock */
    _Atomic int64_t looked_ms;
    atomic_bool is_stopping;
    pthread_mutex_t mutex;
    struct observed_rules rules;         /* guarded by it, as is the rest */
    struct observed_interval *intervals; /* a ring of OBSERVER_INTERVALS */
    size_t interval_next;
    size_t interval_count;
};

/* A moment. */
struct observation {
    const struct weir_settings *settings;
    int64_t now_ms;     /* wall clock */
    int64_t started_ms; /* wall clock */
    unsigned workers;
    unsigned working; /* workers that have not ended */
    bool is_starting;
    bool is_stopping;
    bool is_stuck; /* the thread that looks after them does not */
    uint64_t counts[WEIR_COUNTER_COUNT];
    struct weir_delays delays;
    struct observed_rules rules;
    struct weir_kafka_state kafka;
    struct weir_tally_row *rows;
    size_t row_count;
};

/* Borrows the parts. False: no memory. */
bool observer_init(struct observer *observer, const struct weir_daemon_parts *parts);
void observer_fini(struct observer *observer);

/* ---- The daemon's thread ---- */

/* The workers have started; whoever takes must be gone when the daemon is freed. */
void observer_watch(struct observer *observer, const struct weir_daemon *daemon);
/* To be called often: that it is shows that the thread lives. */
void observer_look(struct observer *observer, bool is_stopping);
void observer_rules_loaded(struct observer *observer, const struct weir_ruleset *ruleset);
void observer_reload_failed(struct observer *observer, const char *reason);
void observer_keep(struct observer *observer, const struct observed_interval *interval);

/* ---- Any thread ---- */

/* WEIR_NO_MEMORY is the only failure. */
enum weir_status observer_take(struct observer *observer, struct observation *observation) WEIR_MUST_CHECK;
void observation_fini(struct observation *observation);
/* Copies the intervals, oldest first, into room for OBSERVER_INTERVALS; returns how many. */
size_t observer_history(struct observer *observer, struct observed_interval *intervals);

/* NULL, or what keeps it from being alive; from taking part in the work. Constants. */
const char *observation_sick(const struct observation *observation);
const char *observation_unready(const struct observation *observation);

#endif
