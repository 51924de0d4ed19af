/* weir bench: what each stage of the path takes. */
#include "verbs.h"

#include "weir/bench.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const char HELP[] =
    "Usage: weir bench -r RULES [-c FILE] [OPTIONS] FILE...\n\n"
    "Measures what each stage of the path takes, alone and in the whole path, over the lines of files (\"-\": stdin),\n"
    "and what Hyperscan alone takes over the very same texts. One thread, no Kafka; what is flagged goes to a sink\n"
    "that only counts. The lines are read into memory first, at most 1 GiB. Bad lines are dead letters, and count.\n\n"
    "Prints a row for each stage: messages a second, megabytes of payload a second, nanoseconds for each message\n"
    "and the share of the path. These are of the thread's own processor time (CLOCK_THREAD_CPUTIME_ID), since\n"
    "machines are shared; \"wall ns\" are the clock's.\n\n"
    "  -r, --rules PATH    a pack file or a folder of packs; may be repeated (default: those of -c)\n"
    "  -c, --config FILE   a configuration whose mapping and limits hold; needs no Kafka keys\n"
    "      --kind KIND     post (default) or caption; captions also from *.vtt and *.srt\n"
    "      --text          each line is the text of a post or of a caption, instead of JSON\n"
    "      --seconds N     about so long for each of the seven rows that are timed (default 2, at most 600)\n"
    "      --json          the same figures as one JSON object\n"
    "  -h, --help          this text\n\n"
    "Example:\n"
    "  seq -f 'Post %.0f: transfer your savings to a safe account, or do not' 10000 >posts.txt\n"
    "  weir bench -r config/rules --text posts.txt\n";

struct arguments {
    const char *config;
    struct weir_rule_paths rules;
    enum weir_kind kind;
    double seconds;
    bool text;
    bool json;
    bool help;
};

static bool read_seconds(struct arguments *arguments, const char *text)
{
    if (weir_bench_seconds(text, &arguments->seconds))
        return true;
    fprintf(stderr, "weir bench: --seconds takes a number above 0, up to %.0f, not '%s'\n", WEIR_BENCH_SECONDS_MAX,
            text);
    return false;
}

static bool parse_option(int option, struct arguments *arguments)
{
    switch (option) {
    case 'r':
        return weir_rule_paths_add(&arguments->rules, optarg);
    case 'c':
        arguments->config = optarg;
        return true;
    case 'k':
        return weir_read_kind("bench", optarg, &arguments->kind);
    case 's':
        return read_seconds(arguments, optarg);
    case 'T':
        arguments->text = true;
        return true;
    case 'j':
        arguments->json = true;
        return true;
    case 'h':
        arguments->help = true;
        return true;
    default:
        return false;
    }
}

static bool parse_arguments(int argc, char **argv, struct arguments *arguments)
{
    static const struct option options[] = {
        {"rules", required_argument, NULL, 'r'}, {"config", required_argument, NULL, 'c'},
        {"kind", required_argument, NULL, 'k'},  {"seconds", required_argument, NULL, 's'},
        {"text", no_argument, NULL, 'T'},        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},        {0}};
    for (int option; (option = getopt_long(argc, argv, "r:c:h", options, NULL)) != -1;)
        if (!parse_option(option, arguments))
            return false;
    const char *complaint = NULL;
    if (!arguments->config && arguments->rules.count == 0)
        complaint = "no rules; give -r RULES or -c FILE";
    else if (optind == argc)
        complaint = "nothing to measure with; give FILE (- for stdin)";
    if (complaint && !arguments->help)
        fprintf(stderr, "weir bench: %s\n", complaint);
    return !complaint || arguments->help;
}

static int bench_files(const struct weir_bench_options *options, bool json)
{
    struct weir_bench_report report;
    struct weir_error error = {0};
    enum weir_status status = weir_bench_run(options, &report, &error);
    if (status != WEIR_OK)
        return weir_fail(&error);
    if (!json)
        weir_bench_print(options, &report, stdout);
    else if ((status = weir_bench_print_json(options, &report, stdout)) != WEIR_OK)
        weir_error_set(&error, status, "no memory for the report");
    if (status == WEIR_OK && (fflush(stdout) != 0 || ferror(stdout)))
        status = weir_error_set(&error, WEIR_UNAVAILABLE, "cannot write the report: %s", strerror(errno));
    return status == WEIR_OK ? 0 : weir_fail(&error);
}

int weir_verb_bench(int argc, char **argv)
{
    struct arguments arguments = {.seconds = WEIR_BENCH_SECONDS};
    if (!parse_arguments(argc, argv, &arguments))
        return weir_usage("bench");
    if (arguments.help) {
        fputs(HELP, stdout);
        return 0;
    }
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error of write(2), with a message */
    struct weir_loaded loaded;
    enum weir_status status = weir_load(arguments.config, WEIR_SETTINGS_FOR_SCAN, &arguments.rules, &loaded);
    if (status != WEIR_OK)
        return weir_status_exit(status);
    weir_warn_of_sources("bench", arguments.text ? NULL : arguments.config, loaded.settings, arguments.kind);
    const struct weir_bench_options options = {
        .settings = loaded.settings,
        .ruleset = loaded.ruleset,
        .chars = loaded.chars,
        .paths = (const char *const *)(argv + optind),
        .path_count = (size_t)(argc - optind),
        .kind = arguments.kind,
        .text = arguments.text,
        .bytes_max = WEIR_BENCH_BYTES_MAX,
        .seconds = arguments.seconds,
    };
    int exit_status = bench_files(&options, arguments.json);
    weir_unload(&loaded);
    return exit_status;
}
