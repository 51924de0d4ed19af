/* What was timed, and the figures that come of it. Private to run. */
#ifndef WEIR_BENCH_SAMPLES_H
#define WEIR_BENCH_SAMPLES_H

#include "weir/bench.h"
#include "weir/stages.h"

/* The stages, then the whole path. */
#define BENCH_PATH WEIR_STAGE_COUNT
#define BENCH_TIMED (WEIR_STAGE_COUNT + 1)

/* One pass over the files, or several short ones: sums. */
struct bench_sample {
    double cpu_ns[BENCH_TIMED];
    double wall_ns[BENCH_TIMED];
    uint64_t passes;
};

struct bench_samples {
    struct bench_sample *at;
    size_t count;
    size_t capacity;
};

/* False when there is no memory. */
bool bench_samples_add(struct bench_samples *samples, const struct bench_sample *sample);
void bench_samples_fini(struct bench_samples *samples);

/* Fills in the report's rows, scan_percent, spread and passes; its facts are there. At least one sample of at least one
 * message. WEIR_NO_MEMORY is the only failure. */
enum weir_status bench_samples_sum(const struct bench_samples *samples, const uint64_t calls[WEIR_STAGE_COUNT],
                                   struct weir_bench_report *report) WEIR_MUST_CHECK;

#endif
