/* run: what each stage of the path takes over the lines of files, alone and in the whole path, and what Hyperscan alone
 * takes: what `weir bench` does. One thread, no Kafka, nothing published.
 *
 * Time is this thread's own on the processor (CLOCK_THREAD_CPUTIME_ID), and beside it the wall's, which on a machine
 * that is shared counts what others do. */
#ifndef WEIR_BENCH_H
#define WEIR_BENCH_H

#include "weir/chars.h"
#include "weir/ruleset.h"
#include "weir/settings.h"

#include <stdio.h>

#define WEIR_BENCH_BYTES_MAX ((size_t)1 << 30)
#define WEIR_BENCH_SECONDS 2.0
#define WEIR_BENCH_SECONDS_MAX 600.0
#define WEIR_BENCH_SCAN_TARGET 90.0 /* per cent of what Hyperscan alone gets through */

struct weir_bench_options {
    const struct weir_settings *settings;
    const struct weir_ruleset *ruleset;
    const struct weir_chars *chars;
    const char *const *paths; /* "-": stdin */
    size_t path_count;
    enum weir_kind kind;
    bool text;        /* each line is the text of a post or fragment, not JSON */
    size_t bytes_max; /* that the lines may take in memory */
    double seconds;   /* for each row, about; warming up comes on top */
};

/* What is measured. REST is the path less its five stages: the batch, the ledger, windows on caption streams. */
enum weir_bench_row {
    WEIR_BENCH_DECODE,
    WEIR_BENCH_NORMALIZE,
    WEIR_BENCH_SCAN,
    WEIR_BENCH_DECIDE,
    WEIR_BENCH_PUBLISH,
    WEIR_BENCH_REST,
    WEIR_BENCH_PATH,
    WEIR_BENCH_BARE_SCAN,
    WEIR_BENCH_ROWS
};

/* Medians over the passes, for each message of the files, bad ones included. */
struct weir_bench_time {
    double cpu_ns;
    double wall_ns;
    double calls; /* of the stage, for each message */
    double share; /* of the path's processor time, 0 to 1; of BARE_SCAN 0, since it is no part */
};

/* What one pass over the files came to. */
struct weir_bench_facts {
    uint64_t messages;
    uint64_t payload_bytes;
    uint64_t scanned_texts;
    uint64_t scanned_bytes;
    uint64_t records; /* flags of every channel, their updates and dead letters */
    uint64_t flags;   /* review and shadow */
    uint64_t dead_letters;
    uint64_t bad[WEIR_BAD_REASON_COUNT];
};

struct weir_bench_report {
    struct weir_bench_facts facts;
    struct weir_bench_time rows[WEIR_BENCH_ROWS];
    double scan_percent; /* of the throughput of Hyperscan alone: the median of what the passes say */
    double spread;       /* of the path's time: between the quartiles of the passes, as a part of the median */
    uint64_t passes;
    double seconds; /* that they took, by the wall */
};

/* WEIR_INVALID: no line is an item, or they take more than bytes_max. */
enum weir_status weir_bench_run(const struct weir_bench_options *options, struct weir_bench_report *report,
                                struct weir_error *error) WEIR_MUST_CHECK;

/* For a person; and for programs as one document, config/schema/weir.bench-1.schema.json (WEIR_NO_MEMORY is its only
 * failure). Whether out took it all is for its owner to ask. */
void weir_bench_print(const struct weir_bench_options *options, const struct weir_bench_report *report, FILE *out);
enum weir_status weir_bench_print_json(const struct weir_bench_options *options, const struct weir_bench_report *report,
                                       FILE *out) WEIR_MUST_CHECK;

/* "decode", ..., "the rest", "path", "bare hs_scan"; a constant. */
const char *weir_bench_row_name(enum weir_bench_row row);

/* --seconds: a number above 0, at most WEIR_BENCH_SECONDS_MAX. False: it is none. */
bool weir_bench_seconds(const char *text, double *seconds);

#endif
