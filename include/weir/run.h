/* run: threads and signals: the only code that starts or stops anything. */
#ifndef WEIR_RUN_H
#define WEIR_RUN_H

#include "weir/log.h"
#include "weir/pipeline.h"

/* Of the whole process and what it starts, for good: no privileges by set-user-ID programs, no core dumps, files that
 * only its user can read; and its memory and environment are closed to other processes of its user. Before secrets are
 * read. */
void weir_confine(void);

/* Loads the rules of the paths and runs their examples; every mistake is in the diagnostics. *ruleset is the caller's.
 */
enum weir_status weir_rules_ready(const char *const *paths, size_t path_count, const struct weir_settings *settings,
                                  const struct weir_chars *chars, struct weir_diagnostics *diagnostics,
                                  struct weir_ruleset **ruleset) WEIR_MUST_CHECK;

/* The same without the work, from the bytes (weir/compiled.h) of a process of ours that has just done it. WEIR_RETRY:
 * the files are not the ones that it read. */
enum weir_status weir_rules_adopt(const char *const *paths, size_t path_count, const struct weir_settings *settings,
                                  const struct weir_chars *chars, struct weir_text bytes,
                                  struct weir_diagnostics *diagnostics, struct weir_ruleset **ruleset) WEIR_MUST_CHECK;

/* `weir load-rules`: what the daemon starts for each reload, and nobody else. Writes the bytes to the descriptor
 * WEIR_LOAD_RULES_OUT, errors and warnings to stderr; returns the exit status. */
#define WEIR_LOAD_RULES "load-rules"
#define WEIR_LOAD_RULES_OUT 3
int weir_load_rules(int argc, char **argv);

struct weir_kafka_cluster;

/* What a load of the rules brings. */
struct weir_generation {
    const struct weir_ruleset *ruleset; /* its generation is higher than that of the one before */
    struct weir_budget *budget;         /* of these rules; NULL: no limit */
};

/* Where a worker's messages come from and where its records go, in place of the settings' topics; and what becomes of
 * bad payloads. */
struct weir_daemon_ends {
    enum weir_status (*open_source)(void *context, const struct weir_source_events *events, struct weir_source **source,
                                    struct weir_error *error);
    /* NULL: Kafka. */
    enum weir_status (*open_sink)(void *context, const struct weir_sink_events *events, struct weir_sink **sink,
                                  struct weir_error *error);
    struct weir_bad_events bad;
    void *context;
};

struct weir_daemon_parts {
    const struct weir_settings *settings;
    struct weir_generation rules; /* to start with */
    const struct weir_chars *chars;
    const struct weir_log *log;
    struct weir_kafka_cluster *cluster;
    struct weir_tally *tally; /* of this and the next, NULL: nobody asks */
    struct weir_latest *latest;
    const struct weir_daemon_ends *ends; /* NULL: those of the settings */
    int stop_deadline_ms;                /* from the signal to the end of the process at the latest */
};

struct weir_daemon;

/* Starts settings->workers workers, each with a source, a sink and a pipeline of its own. Borrows the parts. */
enum weir_status weir_daemon_start(const struct weir_daemon_parts *parts, struct weir_daemon **daemon,
                                   struct weir_error *error) WEIR_MUST_CHECK;
/* From its next batch on each worker judges by these rules. They are borrowed until the daemon is freed or
 * weir_daemon_oldest has passed them. One thread. */
void weir_daemon_swap(struct weir_daemon *daemon, const struct weir_generation *rules);
/* The lowest generation by which some worker still judges. */
uint64_t weir_daemon_oldest(const struct weir_daemon *daemon);
/* Asks the workers to finish what is in flight, commit and leave; returns at once. Any thread. */
void weir_daemon_stop(struct weir_daemon *daemon);
/* True once every worker has ended. */
bool weir_daemon_ended(struct weir_daemon *daemon);
/* Workers that have not ended. Of this and the next two: any thread, until the daemon is freed. */
unsigned weir_daemon_working(const struct weir_daemon *daemon);
/* Sums over the workers. */
void weir_daemon_counts(const struct weir_daemon *daemon, uint64_t sums[WEIR_COUNTER_COUNT]);
void weir_daemon_delays(const struct weir_daemon *daemon, struct weir_delays *sums);
/* Joins the workers (weir_daemon_ended must be true) and frees. WEIR_OK, or the status and error of a worker that
 * broke. */
enum weir_status weir_daemon_free(struct weir_daemon *daemon, struct weir_error *error);

/* Runs until SIGTERM or SIGINT, with the signals blocked in every thread but this one; a second signal, or the
 * deadline, ends the process at once. Returns when all workers have left their group. */
enum weir_status weir_daemon_run(const struct weir_daemon_parts *parts, struct weir_error *error) WEIR_MUST_CHECK;

#endif
