/* weir demo: everything in one process, to look at. */
#include "verbs.h"

#include "weir/demo.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define RATE_DEFAULT 50
#define RATE_MAX 100000
#define SECONDS_MAX 86400
#define SEED 20 /* any will do; the same one shows everyone the same posts */
#define DIAGNOSTICS_MAX 200

static const char HELP[] =
    "Usage: weir demo [--rate N] [--seconds N] [--posts FILE] [-r RULES]... [--cache FOLDER [--load-only]]\n\n"
    "Starts an embedded broker, a producer of made-up posts in English and Chinese (about 2 % of them harmful), live\n"
    "captions beside them, and the daemon, and shows each flag as a reviewer would see it. Needs no network and "
    "leaves\n"
    "no files but in FOLDER. Ends after --seconds, at the end of --posts, or with Ctrl-C, each time with a summary.\n\n"
    "      --rate N        posts a second (default 50)\n"
    "      --seconds N     end after N seconds\n"
    "      --posts FILE    send these posts, one JSON object a line, instead of made-up ones\n"
    "  -r, --rules PATH    a pack file or a folder of packs; may be repeated (default: the shipped packs)\n"
    "      --cache FOLDER  keeps compiled rules there, so that the next demo starts at once\n"
    "      --load-only     loads the rules into FOLDER, and no more\n"
    "  -h, --help          this text\n\n"
    "Flagged passages are shown in colour on a terminal (not with NO_COLOR set), else between >> and <<.\n\n"
    "Example:\n"
    "  weir demo --seconds 20\n";

struct arguments {
    unsigned rate;
    unsigned seconds;
    const char *posts;
    const char *cache;
    bool loads_only;
    struct weir_rule_paths rules;
    bool help;
};

static bool parse_number(const char *option, const char *text, unsigned max, unsigned *number)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || errno || value < 1 || value > max) {
        fprintf(stderr, "weir demo: %s takes a number from 1 to %u, not '%s'\n", option, max, text);
        return false;
    }
    *number = (unsigned)value;
    return true;
}

static bool parse_arguments(int argc, char **argv, struct arguments *arguments)
{
    enum { RATE = 256, SECONDS, POSTS, CACHE, LOAD_ONLY };
    static const struct option options[] = {
        {"rate", required_argument, NULL, RATE},   {"seconds", required_argument, NULL, SECONDS},
        {"posts", required_argument, NULL, POSTS}, {"rules", required_argument, NULL, 'r'},
        {"cache", required_argument, NULL, CACHE}, {"load-only", no_argument, NULL, LOAD_ONLY},
        {"help", no_argument, NULL, 'h'},          {0}};
    bool valid = true;
    for (int option; valid && (option = getopt_long(argc, argv, "r:h", options, NULL)) != -1;) {
        switch (option) {
        case RATE:
            valid = parse_number("--rate", optarg, RATE_MAX, &arguments->rate);
            break;
        case SECONDS:
            valid = parse_number("--seconds", optarg, SECONDS_MAX, &arguments->seconds);
            break;
        case POSTS:
            arguments->posts = optarg;
            break;
        case CACHE:
            arguments->cache = optarg;
            break;
        case LOAD_ONLY:
            arguments->loads_only = true;
            break;
        case 'r':
            valid = weir_rule_paths_add(&arguments->rules, optarg);
            break;
        case 'h':
            arguments->help = true;
            break;
        default:
            valid = false;
        }
    }
    if (valid && arguments->loads_only && !arguments->cache) {
        fputs("weir demo: --load-only needs --cache FOLDER\n", stderr);
        return false;
    }
    if (valid && optind < argc) {
        fprintf(stderr, "weir demo: does not know what to do with '%s'; posts of your own go with --posts FILE\n",
                argv[optind]);
        return false;
    }
    return valid;
}

/* The packs beside the installed binary, else those of the source tree that it was built from. */
static bool find_shipped_rules(char path[PATH_MAX], struct weir_rule_paths *rules)
{
    static const char installed[] = "/../share/weir/rules";
    ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - sizeof installed);
    char *slash = length > 0 ? memrchr(path, '/', (size_t)length) : NULL;
    if (slash) {
        memcpy(slash, installed, sizeof installed);
        if (access(path, R_OK) == 0)
            return weir_rule_paths_add(rules, path);
    }
    if (access(WEIR_SOURCE_RULES, R_OK) == 0)
        return weir_rule_paths_add(rules, WEIR_SOURCE_RULES);
    fputs("weir demo: the shipped rules are not where they were installed; give them with -r\n", stderr);
    return false;
}

static bool wants_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return isatty(STDOUT_FILENO) && !(no_colour && *no_colour) && term && strcmp(term, "dumb") != 0;
}

/* 0 when stdout is no terminal, or one that does not say. */
static size_t count_columns(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40 ? size.ws_col : 0;
}

static int run_demo(const struct arguments *arguments)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(DIAGNOSTICS_MAX);
    struct weir_error error = {.status = WEIR_NO_MEMORY, .text = "no memory"};
    if (!diagnostics)
        return weir_fail(&error);
    struct weir_demo_options options = {
        .rule_paths = arguments->rules.at,
        .rule_path_count = arguments->rules.count,
        .cache = arguments->cache,
        .loads_only = arguments->loads_only,
        .posts_path = arguments->posts,
        .rate = arguments->rate,
        .seconds = arguments->seconds,
        .seed = SEED,
        .out = stdout,
        .is_terminal = isatty(STDOUT_FILENO),
        .has_colour = wants_colour(),
        .columns = count_columns(),
    };
    enum weir_status status = weir_demo_run(&options, diagnostics, &error);
    weir_diagnostics_sort(diagnostics);
    weir_diagnostics_print(diagnostics, stderr);
    weir_diagnostics_free(diagnostics);
    return status == WEIR_OK ? 0 : weir_fail(&error);
}

int weir_verb_demo(int argc, char **argv)
{
    struct arguments arguments = {.rate = RATE_DEFAULT};
    char path[PATH_MAX];
    if (!parse_arguments(argc, argv, &arguments))
        return weir_usage("demo");
    if (arguments.help) {
        fputs(HELP, stdout);
        return 0;
    }
    if (arguments.rules.count == 0 && !find_shipped_rules(path, &arguments.rules))
        return weir_status_exit(WEIR_UNAVAILABLE);
    return run_demo(&arguments);
}
