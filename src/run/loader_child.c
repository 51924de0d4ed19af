/* The process of a load, from the inside: limits first, then the rules, then what they were compiled into.
 *
 * Trusts its arguments, which loader.c wrote; trusts no pack. */
#include "weir/normalize.h"
#include "weir/rules_ready.h"
#include "weir/run.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define DIAGNOSTICS_MAX 50
#define NICENESS 10 /* the workers go first */
#define MEMORY_BYTES ((rlim_t)8 << 30)
#define PROCESSOR_SECONDS ((rlim_t)300)
#define FILE_BYTES ((rlim_t)1 << 30)

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEMORY_CAN_BE_LIMITED 0 /* the sanitizers reserve terabytes of addresses */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define MEMORY_CAN_BE_LIMITED 0
#endif
#endif
#ifndef MEMORY_CAN_BE_LIMITED
#define MEMORY_CAN_BE_LIMITED 1
#endif

/* A lower limit that is there already stays. */
static void limit(__rlimit_resource_t resource, rlim_t most)
{
    struct rlimit now;
    if (getrlimit(resource, &now) != 0)
        return;
    if (now.rlim_max == RLIM_INFINITY || now.rlim_max > most)
        now.rlim_max = most;
    if (now.rlim_cur == RLIM_INFINITY || now.rlim_cur > now.rlim_max)
        now.rlim_cur = now.rlim_max;
    setrlimit(resource, &now);
}

static void confine(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGXFSZ, SIG_IGN); /* a file at its limit is an error of write(2) */
    setpriority(PRIO_PROCESS, 0, NICENESS);
    if (MEMORY_CAN_BE_LIMITED)
        limit(RLIMIT_AS, MEMORY_BYTES);
    limit(RLIMIT_CPU, PROCESSOR_SECONDS);
    limit(RLIMIT_FSIZE, FILE_BYTES);
    limit(RLIMIT_CORE, 0);
}

static bool take_number(size_t *number)
{
    char *end;
    *number = (size_t)strtoull(optarg, &end, 10);
    return end != optarg && *end == 0;
}

/* The part of the settings on which a load depends; the paths are what is left of the arguments. */
static bool read_arguments(int argc, char **argv, struct weir_settings *settings)
{
    static const struct option options[] = {{"hits", required_argument, NULL, 'h'},
                                            {"evidence", required_argument, NULL, 'e'},
                                            {"cache", required_argument, NULL, 'c'},
                                            {"field", required_argument, NULL, 'f'},
                                            {0}};
    settings->limits = WEIR_LIMITS_DEFAULT;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'h' && take_number(&settings->limits.hits))
            continue;
        if (option == 'e' && take_number(&settings->limits.evidence))
            continue;
        if (option == 'f' && settings->fields.count < WEIR_FIELDS_MAX)
            settings->fields.at[settings->fields.count++] = optarg;
        else if (option == 'c')
            settings->rules_cache = optarg;
        else
            return false;
    }
    return optind < argc;
}

static bool write_all(struct weir_bytes bytes)
{
    for (size_t done = 0; done < bytes.length;) {
        ssize_t written = write(WEIR_LOAD_RULES_OUT, bytes.data + done, bytes.length - done);
        if (written < 0 && errno != EINTR)
            return false;
        done += written > 0 ? (size_t)written : 0;
    }
    return true;
}

int weir_load_rules(int argc, char **argv)
{
    struct weir_settings settings = {0};
    if (!read_arguments(argc, argv, &settings)) {
        fprintf(stderr, "weir: " WEIR_LOAD_RULES " is for weir itself; use `weir check`\n");
        return weir_status_exit(WEIR_USAGE);
    }
    confine();
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(DIAGNOSTICS_MAX);
    struct weir_chars *chars = weir_chars_new();
    struct weir_ruleset *ruleset = NULL;
    struct weir_bytes bytes = {0};
    const struct weir_rules_source source = {
        .paths = (const char *const *)argv + optind,
        .path_count = (size_t)(argc - optind),
        .settings = &settings,
        .chars = chars,
        .cache = settings.rules_cache,
    };
    enum weir_status status = WEIR_NO_MEMORY;
    if (diagnostics && chars)
        status = weir_rules_ready_from(&source, diagnostics, &ruleset, &bytes);
    if (diagnostics) {
        weir_diagnostics_sort(diagnostics);
        weir_diagnostics_print(diagnostics, stderr);
    }
    if (status == WEIR_NO_MEMORY)
        fprintf(stderr, "weir: no memory within %llu GB; load fewer or simpler rules\n",
                (unsigned long long)(MEMORY_BYTES >> 30));
    if (status == WEIR_OK && !write_all(bytes)) {
        fprintf(stderr, "weir: cannot hand over the compiled rules: %s\n", strerror(errno));
        status = WEIR_UNAVAILABLE;
    }
    free(bytes.data);
    weir_ruleset_free(ruleset);
    weir_chars_free(chars);
    weir_diagnostics_free(diagnostics);
    return weir_status_exit(status);
}
