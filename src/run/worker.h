/* One worker: a thread with a source, a sink and a pipeline of its own. Private to run. */
#ifndef WEIR_RUN_WORKER_H
#define WEIR_RUN_WORKER_H

#include "weir/run.h"

#include <pthread.h>

/* What is the same for all workers, and changes for all of them. */
struct shared_rules {
    _Atomic(const struct weir_generation *) now;
};

struct worker {
    const struct weir_daemon_parts *parts; /* the daemon's */
    const struct shared_rules *rules;      /* the daemon's */
    _Atomic uint64_t generation;           /* by which it judges */
    unsigned number;
    struct weir_counters counters;
    struct weir_pipeline *pipeline;
    struct weir_source *source;
    struct weir_sink *sink;
    pthread_t thread;
    bool is_running; /* the thread was created and is not joined yet */
    atomic_bool stopping;
    atomic_bool ended;
    enum weir_status status; /* read after `ended` */
    struct weir_error error;
};

/* Opens everything, on the caller's thread, so that a wrong setting is an error at start. */
enum weir_status worker_open(struct worker *worker, const struct weir_daemon_parts *parts,
                             const struct shared_rules *rules, unsigned number,
                             struct weir_error *error) WEIR_MUST_CHECK;
enum weir_status worker_start(struct worker *worker, struct weir_error *error) WEIR_MUST_CHECK;
/* Asks it to finish; returns at once. */
void worker_stop(struct worker *worker);
/* Joins the thread and closes what is left. */
void worker_close(struct worker *worker);

#endif
