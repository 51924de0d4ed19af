/* The report of a bench for a person: what was measured, one table, and the two figures that have a target. Only reads.
 */
#include "weir/bench.h"

#include "text_page.h"

#include <inttypes.h>
#include <stdlib.h>

#define FEW_MESSAGES 1000
#define LARGE_SPREAD 0.1

const char *weir_bench_row_name(enum weir_bench_row row)
{
    static const char *const names[WEIR_BENCH_ROWS] = {
        [WEIR_BENCH_DECODE] = "decode",       [WEIR_BENCH_NORMALIZE] = "normalize",    [WEIR_BENCH_SCAN] = "scan",
        [WEIR_BENCH_DECIDE] = "decide",       [WEIR_BENCH_PUBLISH] = "publish",        [WEIR_BENCH_REST] = "the rest",
        [WEIR_BENCH_PATH] = "the whole path", [WEIR_BENCH_BARE_SCAN] = "bare hs_scan",
    };
    return names[row];
}

bool weir_bench_seconds(const char *text, double *seconds)
{
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return false;
    double number = strtod(text, &end);
    if (*end || !(number > 0) || number > WEIR_BENCH_SECONDS_MAX)
        return false;
    *seconds = number;
    return true;
}

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* Names from outside, harmless on a terminal. */
static void print_input(const struct weir_bench_options *options, const struct weir_bench_report *report, FILE *out)
{
    const struct weir_bench_facts *facts = &report->facts;
    struct text_page page = {.out = out};
    fputs("files    ", out);
    for (size_t i = 0; i < options->path_count; i++) {
        struct weir_text name = weir_text_of(options->paths[i]);
        fputs(i == 0 ? " " : ", ", out);
        text_page_put(&page, name, 0, name.length, name.length);
    }
    fprintf(out,
            "\nmessages  %" PRIu64 " (%ss), %.1f MB; texts scanned %" PRIu64 ", %.0f bytes each\n"
            "records   %" PRIu64 ": flag%s %" PRIu64 ", dead letter%s %" PRIu64,
            facts->messages, weir_kind_name(options->kind), (double)facts->payload_bytes / 1e6, facts->scanned_texts,
            (double)facts->scanned_bytes / (double)facts->scanned_texts, facts->records, plural(facts->flags),
            facts->flags, plural(facts->dead_letters), facts->dead_letters);
    const char *before = " (";
    for (int i = 0; i < WEIR_BAD_REASON_COUNT; i++) {
        if (facts->bad[i] == 0)
            continue;
        fprintf(out, "%s%s %" PRIu64, before, weir_bad_reason_name((enum weir_bad_reason)i), facts->bad[i]);
        before = ", ";
    }
    fprintf(out, "%s\nrules     %zu, %zu patterns, %.12s\n\n", facts->dead_letters ? ")" : "",
            options->ruleset->rule_count, options->ruleset->pattern_count, options->ruleset->sha256);
}

/* 1234567 as "1,234,567". */
static void group_digits(double number, char out[32])
{
    char digits[24];
    snprintf(digits, sizeof digits, "%.0f", number);
    size_t length = strlen(digits);
    for (size_t i = 0; i < length; i++) {
        *out++ = digits[i];
        if ((length - i - 1) % 3 == 0 && i + 1 < length)
            *out++ = ',';
    }
    *out = '\0';
}

static void print_row(const struct weir_bench_report *report, enum weir_bench_row row, FILE *out)
{
    const struct weir_bench_time *time = &report->rows[row];
    const double bytes = (double)report->facts.payload_bytes / (double)report->facts.messages;
    char rate[32] = "-";
    char speed[32] = "-";
    char share[32] = "-";
    /* Of what is never called, of what takes no time to speak of, and of a difference there is no throughput. */
    if (row != WEIR_BENCH_REST && time->calls > 0 && time->cpu_ns >= 1) {
        group_digits(1e9 / time->cpu_ns, rate);
        snprintf(speed, sizeof speed, "%.1f", bytes * 1e3 / time->cpu_ns);
    }
    if (row != WEIR_BENCH_BARE_SCAN)
        snprintf(share, sizeof share, "%.1f %%", 100 * time->share);
    fprintf(out, "%-14s %12s %9s %10.1f %10.1f %9s\n", weir_bench_row_name(row), rate, speed, time->cpu_ns,
            time->wall_ns, share);
}

void weir_bench_print(const struct weir_bench_options *options, const struct weir_bench_report *report, FILE *out)
{
    const struct weir_bench_time *path = &report->rows[WEIR_BENCH_PATH];
    print_input(options, report, out);
    fputs("stage             items/s      MB/s    ns/item    wall ns     share\n", out);
    for (int row = 0; row < WEIR_BENCH_ROWS; row++)
        print_row(report, (enum weir_bench_row)row, out);
    fprintf(out, "\nscan stage: %.1f %% of the throughput of bare hs_scan (target: at least %.0f %%%s)\n",
            report->scan_percent, WEIR_BENCH_SCAN_TARGET,
            report->scan_percent < WEIR_BENCH_SCAN_TARGET ? "; MISSED" : "");
    fprintf(out, "path: %.0f ns of processor time a message, %.0f ns by the wall\n", path->cpu_ns, path->wall_ns);
    if (report->facts.records > 0)
        fprintf(out, "publish: %.0f ns of processor time a record\n",
                report->rows[WEIR_BENCH_PUBLISH].cpu_ns * (double)report->facts.messages /
                    (double)report->facts.records);
    fprintf(out,
            "Processor time of one thread (CLOCK_THREAD_CPUTIME_ID), but for \"wall ns\"; for each message, bad ones "
            "included;\nmedians of %" PRIu64 " pass%s in %.1f s (quartiles of the path: %.0f %% apart)\n",
            report->passes, report->passes == 1 ? "" : "es", report->seconds, 100 * report->spread);
    if (report->facts.messages < FEW_MESSAGES)
        fprintf(out, "Note: %" PRIu64 " message%s say little; give %d or more.\n", report->facts.messages,
                plural(report->facts.messages), FEW_MESSAGES);
    if (report->spread > LARGE_SPREAD || path->wall_ns > (1 + LARGE_SPREAD) * path->cpu_ns)
        fputs("Note: something else is busy on this machine.\n", out);
}
