/* weir scan: the path over files. */
#include "verbs.h"

#include "weir/file_run.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const char HELP[] =
    "Usage: weir scan -r RULES [-c FILE] [OPTIONS] [FILE...]\n\n"
    "Reads posts or captions, one JSON object a line, from files or stdin, and prints a flag record for each match,\n"
    "in input order. Captions may also be WebVTT and SubRip files, by their names *.vtt and *.srt. The same path as\n"
    "the daemon, without Kafka. Exit status 0 whether or not something was flagged, bad lines included.\n\n"
    "  -r, --rules PATH      a pack file or a folder of packs; may be repeated (default: those of -c)\n"
    "  -c, --config FILE     a configuration whose mapping, limits and privacy hold; needs no Kafka keys. Of several\n"
    "                        sources the first one of the kind says where the fields stand\n"
    "      --kind KIND       post (default) or caption\n"
    "      --text            each line is the text of a post or of a caption, instead of JSON\n"
    "      --dead-letters FILE  bad lines as dead-letter records (default: counted on stderr)\n"
    "  -h, --help            this text\n\n"
    "Example:\n"
    "  echo 'Please transfer your savings to a safe account' | weir scan --text -r config/rules\n";

struct arguments {
    const char *config;
    const char *dead_letters;
    struct weir_rule_paths rules;
    enum weir_kind kind;
    bool text;
    bool help;
};

static bool parse_arguments(int argc, char **argv, struct arguments *arguments)
{
    enum { KIND = 256, TEXT, DEAD_LETTERS };
    static const struct option options[] = {{"rules", required_argument, NULL, 'r'},
                                            {"config", required_argument, NULL, 'c'},
                                            {"kind", required_argument, NULL, KIND},
                                            {"text", no_argument, NULL, TEXT},
                                            {"dead-letters", required_argument, NULL, DEAD_LETTERS},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    bool valid = true;
    for (int option; valid && (option = getopt_long(argc, argv, "r:c:h", options, NULL)) != -1;) {
        switch (option) {
        case 'r':
            valid = weir_rule_paths_add(&arguments->rules, optarg);
            break;
        case 'c':
            arguments->config = optarg;
            break;
        case 'h':
            arguments->help = true;
            break;
        case KIND:
            valid = weir_read_kind("scan", optarg, &arguments->kind);
            break;
        case TEXT:
            arguments->text = true;
            break;
        case DEAD_LETTERS:
            arguments->dead_letters = optarg;
            break;
        default:
            valid = false;
        }
    }
    if (!valid || arguments->help)
        return valid;
    const char *complaint = NULL;
    if (!arguments->config && arguments->rules.count == 0)
        complaint = "no rules; give -r RULES or -c FILE";
    else if (arguments->dead_letters && strcmp(arguments->dead_letters, "-") == 0)
        complaint = "stdout is for the flags; name a file for --dead-letters";
    if (complaint)
        fprintf(stderr, "weir scan: %s\n", complaint);
    return !complaint;
}

static int scan_files(const struct weir_loaded *loaded, const struct arguments *arguments, const char *const *paths,
                      size_t path_count)
{
    int dead_letters = -1;
    struct weir_error error = {0};
    if (arguments->dead_letters) {
        dead_letters = open(arguments->dead_letters, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (dead_letters < 0) {
            weir_error_set(&error, WEIR_UNAVAILABLE, "cannot write %s: %s", arguments->dead_letters, strerror(errno));
            return weir_fail(&error);
        }
    }
    static const char *const standard_input[] = {"-"};
    struct weir_file_run run = {
        .settings = loaded->settings,
        .ruleset = loaded->ruleset,
        .chars = loaded->chars,
        .paths = path_count ? paths : standard_input,
        .path_count = path_count ? path_count : 1,
        .kind = arguments->kind,
        .text = arguments->text,
        .flags = STDOUT_FILENO,
        .dead_letters = dead_letters,
        .progress = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO),
    };
    uint64_t sums[WEIR_COUNTER_COUNT];
    enum weir_status status = weir_file_run(&run, sums, &error);
    if (dead_letters >= 0)
        close(dead_letters);
    if (isatty(STDERR_FILENO) || sums[WEIR_COUNT_DEAD_LETTERS] > 0)
        fprintf(stderr, "weir scan: %" PRIu64 " line%s, %" PRIu64 " flagged, %" PRIu64 " bad%s\n",
                sums[WEIR_COUNT_MESSAGES], weir_plural(sums[WEIR_COUNT_MESSAGES]), sums[WEIR_COUNT_FLAGS],
                sums[WEIR_COUNT_DEAD_LETTERS],
                sums[WEIR_COUNT_DEAD_LETTERS] && dead_letters < 0 ? " (--dead-letters FILE shows why)" : "");
    return status == WEIR_OK ? 0 : weir_fail(&error);
}

int weir_verb_scan(int argc, char **argv)
{
    struct arguments arguments = {0};
    if (!parse_arguments(argc, argv, &arguments))
        return weir_usage("scan");
    if (arguments.help) {
        fputs(HELP, stdout);
        return 0;
    }
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error of write(2), with a message */
    struct weir_loaded loaded;
    enum weir_status status = weir_load(arguments.config, WEIR_SETTINGS_FOR_SCAN, &arguments.rules, &loaded);
    if (status != WEIR_OK)
        return weir_status_exit(status);
    weir_warn_of_sources("scan", arguments.text ? NULL : arguments.config, loaded.settings, arguments.kind);
    const char *const *paths = (const char *const *)(argv + optind);
    int exit_status = scan_files(&loaded, &arguments, paths, (size_t)(argc - optind));
    weir_unload(&loaded);
    return exit_status;
}
