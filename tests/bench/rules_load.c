/* How long rules take to be ready, once, in a process of its own: `rules_load CACHE RULES`, with `-` for no cache. Prints
 * seconds from the start of the process's own work, then what was loaded and how. */
#include "weir/database.h"
#include "weir/normalize.h"
#include "weir/rules_ready.h"
#include "weir/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static int report(const struct weir_ruleset *ruleset, struct weir_bytes bytes, double seconds)
{
    struct weir_compiled_use use = weir_ruleset_compiled_use(ruleset);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%.3f %s %zu %zu %zu %ld\n", seconds, use.database ? "known" : "compiled", ruleset->rule_count,
           ruleset->expression_count, bytes.length, usage.ru_maxrss);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    double started = now();
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
        .cache = argv[1][0] == '-' ? NULL : argv[1],
        .log = &log,
    };
    enum weir_status status = weir_rules_ready_from(&source, diagnostics, &ruleset, NULL);
    double seconds = now() - started;
    struct weir_bytes bytes = {0};
    weir_diagnostics_print(diagnostics, stderr);
    if (status == WEIR_OK)
        status = weir_ruleset_compiled(ruleset, NULL, &bytes);
    int exit_status = status == WEIR_OK ? report(ruleset, bytes, seconds) : weir_status_exit(status);
    free(bytes.data);
    weir_ruleset_free(ruleset);
    weir_chars_free(chars);
    weir_settings_free(file);
    weir_diagnostics_free(diagnostics);
    return exit_status;
}
