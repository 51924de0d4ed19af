/* Medians over passes: what others did to the machine for a moment is no part of them. Looks at no clock. */
#include "bench_samples.h"

#include <stdlib.h>

bool bench_samples_add(struct bench_samples *samples, const struct bench_sample *sample)
{
    if (samples->count == samples->capacity) {
        size_t larger = samples->capacity ? 2 * samples->capacity : 64;
        struct bench_sample *grown = realloc(samples->at, larger * sizeof *grown);
        if (!grown)
            return false;
        samples->at = grown;
        samples->capacity = larger;
    }
    samples->at[samples->count++] = *sample;
    return true;
}

void bench_samples_fini(struct bench_samples *samples)
{
    free(samples->at);
    *samples = (struct bench_samples){0};
}

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The number below which `part` (0 to 1) of them lie, between two of them in proportion. Sorts them. */
static double find_quantile(double *numbers, size_t count, double part)
{
    qsort(numbers, count, sizeof *numbers, compare_numbers);
    double at = part * (double)(count - 1);
    size_t below = (size_t)at;
    size_t above = below + 1 < count ? below + 1 : below;
    return numbers[below] + (at - (double)below) * (numbers[above] - numbers[below]);
}

/* One number of each sample, for each message. */
static void gather(const struct bench_samples *samples, int timed, bool is_wall, uint64_t messages, double *numbers)
{
    for (size_t i = 0; i < samples->count; i++) {
        const struct bench_sample *sample = &samples->at[i];
        numbers[i] = (is_wall ? sample->wall_ns : sample->cpu_ns)[timed] / (double)(sample->passes * messages);
    }
}

static void find_scan_percent(const struct bench_samples *samples, double *numbers, struct weir_bench_report *report)
{
    size_t count = 0;
    for (size_t i = 0; i < samples->count; i++) {
        const double *cpu_ns = samples->at[i].cpu_ns;
        if (cpu_ns[WEIR_STAGE_SCAN] > 0)
            numbers[count++] = 100 * cpu_ns[WEIR_STAGE_BARE_SCAN] / cpu_ns[WEIR_STAGE_SCAN];
    }
    report->scan_percent = count > 0 ? find_quantile(numbers, count, 0.5) : 0;
}

static void share_out(struct weir_bench_report *report)
{
    struct weir_bench_time *rows = report->rows;
    const struct weir_bench_time *path = &rows[WEIR_BENCH_PATH];
    struct weir_bench_time *rest = &rows[WEIR_BENCH_REST];
    *rest = (struct weir_bench_time){.cpu_ns = path->cpu_ns, .wall_ns = path->wall_ns, .calls = 1};
    for (int row = 0; row < WEIR_BENCH_REST; row++) {
        rest->cpu_ns -= rows[row].cpu_ns;
        rest->wall_ns -= rows[row].wall_ns;
    }
    for (int row = 0; row <= WEIR_BENCH_PATH; row++)
        rows[row].share = path->cpu_ns > 0 ? rows[row].cpu_ns / path->cpu_ns : 0;
}

enum weir_status bench_samples_sum(const struct bench_samples *samples, const uint64_t calls[WEIR_STAGE_COUNT],
                                   struct weir_bench_report *report)
{
    static const enum weir_bench_row rows[BENCH_TIMED] = {
        [WEIR_STAGE_DECODE] = WEIR_BENCH_DECODE,
        [WEIR_STAGE_NORMALIZE] = WEIR_BENCH_NORMALIZE,
        [WEIR_STAGE_SCAN] = WEIR_BENCH_SCAN,
        [WEIR_STAGE_DECIDE] = WEIR_BENCH_DECIDE,
        [WEIR_STAGE_PUBLISH] = WEIR_BENCH_PUBLISH,
        [WEIR_STAGE_BARE_SCAN] = WEIR_BENCH_BARE_SCAN,
        [BENCH_PATH] = WEIR_BENCH_PATH,
    };
    const uint64_t messages = report->facts.messages;
    double *numbers = calloc(samples->count, sizeof *numbers);
    if (!numbers)
        return WEIR_NO_MEMORY;
    for (int timed = 0; timed < BENCH_TIMED; timed++) {
        struct weir_bench_time *row = &report->rows[rows[timed]];
        *row = (struct weir_bench_time){.calls = 1};
        gather(samples, timed, true, messages, numbers);
        row->wall_ns = find_quantile(numbers, samples->count, 0.5);
        gather(samples, timed, false, messages, numbers);
        row->cpu_ns = find_quantile(numbers, samples->count, 0.5);
        if (timed != BENCH_PATH)
            row->calls = (double)calls[timed] / (double)messages;
        else if (row->cpu_ns > 0)
            report->spread =
                (find_quantile(numbers, samples->count, 0.75) - find_quantile(numbers, samples->count, 0.25)) /
                row->cpu_ns;
    }
    share_out(report);
    find_scan_percent(samples, numbers, report);
    report->passes = 0;
    for (size_t i = 0; i < samples->count; i++)
        report->passes += samples->at[i].passes;
    free(numbers);
    return WEIR_OK;
}
