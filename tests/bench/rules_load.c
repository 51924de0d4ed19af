/* How long rules take to be ready, once, in a process of its own: bench_rules_load CACHE RULES. Prints the seconds of
 * processor time that the process has had, those of the clock, whether the database came from the cache, rules, scan
 * expressions, bytes of the database, KiB of memory at most. tests/bench/rules_scale.sh makes a table of it. */
#include "weir/database.h"
#include "weir/normalize.h"
#include "weir/rules_ready.h"
#include "weir/run.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

static double read_clock(clockid_t clock)
{
    struct timespec at;
    clock_gettime(clock, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void report(const struct weir_ruleset *ruleset, double seconds)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%.3f %.3f %s %zu %zu %zu %ld\n", read_clock(CLOCK_PROCESS_CPUTIME_ID), seconds,
           weir_ruleset_compiled_use(ruleset).database ? "cached" : "compiled", ruleset->rule_count,
           ruleset->expression_count, weir_database_size(ruleset->database), usage.ru_maxrss);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    double started = read_clock(CLOCK_MONOTONIC);
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(50);
    struct weir_settings_file *file = NULL;
    struct weir_ruleset *ruleset = NULL;
    struct weir_error error;
    struct weir_chars *chars = weir_chars_new();
    const char *path = argv[2];
    if (!diagnostics || !chars || weir_settings_default(&file) != WEIR_OK || weir_hyperscan_check(&error) != WEIR_OK)
        return 3;
    struct weir_log log = {.descriptor = 2, .level = WEIR_LOG_WARNING, .clock = weir_clock_system()};
    struct weir_rules_source source = {
        .paths = &path,
        .path_count = 1,
        .settings = weir_settings_get(file),
        .chars = chars,
        .cache = argv[1],
        .log = &log,
    };
    enum weir_status status = weir_rules_ready_from(&source, diagnostics, &ruleset, NULL);
    double seconds = read_clock(CLOCK_MONOTONIC) - started;
    weir_diagnostics_print(diagnostics, stderr);
    if (status == WEIR_OK)
        report(ruleset, seconds);
    weir_ruleset_free(ruleset);
    weir_chars_free(chars);
    weir_settings_free(file);
    weir_diagnostics_free(diagnostics);
    return weir_status_exit(status);
}
