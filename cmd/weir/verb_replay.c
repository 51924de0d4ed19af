/* weir replay: dead letters back through the path, once, after a fix. */
#include "verbs.h"

#include "weir/backtest.h"
#include "weir/replay.h"
#include "weir/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

static const char HELP[] =
    "Usage: weir replay -c FILE [-r PATH]... [--reason REASON]... [--since TIME] [--dry-run] [--json]\n\n"
    "Takes dead letters back through the path once what made them is mended, e.g. a wrong pointer under `sources`: "
    "their\n"
    "messages are decoded and judged as if they had just come from where they first stood, and their flags go to the\n"
    "topics of `outputs`, with the ids that they would have had. What is still bad stays in the topic of dead letters "
    "and\n"
    "is named. Reads from what the group GROUP.replay has committed (GROUP: group.id of the configuration) to the end\n"
    "that the topic has now; so each letter is replayed once, and a call after a kill goes on.\n\n"
    "  -c, --config FILE    the configuration of the daemon, mended\n"
    "  -r, --rules PATH     a pack or a folder of packs; may be repeated; else those of the configuration\n"
    "      --topic TOPIC    of the dead letters; else outputs.dead_letters.topic of the configuration\n"
    "      --reason REASON  only letters of this reason, e.g. no_text; may be repeated. The others are passed over, "
    "and\n"
    "                       count as read\n"
    "      --since TIME     begin there, even if that was replayed before: 2026-11-23T08:00:00Z, or so long ago: 24h, "
    "7d\n"
    "      --dry-run        say what would come of it; write and commit nothing\n"
    "      --json           the report as one JSON document\n"
    "  -h, --help           this text\n\n"
    "Exit status: 0 all was replayed, 1 some letters were not or are still bad, 3 it was stopped or could not run.\n\n"
    "Example:\n"
    "  weir replay -c weir.yaml --dry-run && weir replay -c weir.yaml\n";

struct arguments {
    const char *config;
    struct weir_rule_paths rules;
    const char *topic;
    unsigned reasons;
    int64_t since_ms;
    bool dry;
    bool json;
    bool help;
};

static bool add_reason(const char *name, unsigned *reasons)
{
    for (int i = 0; i < WEIR_BAD_REASON_COUNT; i++)
        if (weir_text_is(weir_text_of(name), weir_bad_reason_name((enum weir_bad_reason)i))) {
            *reasons |= 1u << i;
            return true;
        }
    fprintf(stderr, "weir replay: there is no reason '%s'; it is one of", name);
    for (int i = 0; i < WEIR_BAD_REASON_COUNT; i++)
        fprintf(stderr, "%s %s", i ? "," : "", weir_bad_reason_name((enum weir_bad_reason)i));
    fputs("\n", stderr);
    return false;
}

static bool read_since(const char *text, int64_t *since_ms)
{
    struct weir_clock clock = weir_clock_system();
    if (weir_backtest_time(text, clock.wall_ms(clock.context), since_ms) && *since_ms > 0)
        return true;
    fputs("weir replay: --since takes 2026-11-23T08:00:00Z, or 24h, 7d, 30m ago\n", stderr);
    return false;
}

static bool parse_option(int option, struct arguments *arguments)
{
    switch (option) {
    case 'c':
        arguments->config = optarg;
        return true;
    case 'r':
        return weir_rule_paths_add(&arguments->rules, optarg);
    case 't':
        arguments->topic = optarg;
        return true;
    case 'R':
        return add_reason(optarg, &arguments->reasons);
    case 's':
        return read_since(optarg, &arguments->since_ms);
    case 'd':
        arguments->dry = true;
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

static bool parse(int argc, char **argv, struct arguments *arguments)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"rules", required_argument, NULL, 'r'},
                                            {"topic", required_argument, NULL, 't'},
                                            {"reason", required_argument, NULL, 'R'},
                                            {"since", required_argument, NULL, 's'},
                                            {"dry-run", no_argument, NULL, 'd'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    for (int option; (option = getopt_long(argc, argv, "c:r:h", options, NULL)) != -1;)
        if (!parse_option(option, arguments))
            return false;
    if (arguments->help || (arguments->config && optind == argc))
        return true;
    fprintf(stderr, "weir replay: %s\n", optind < argc ? "takes no further arguments" : "-c FILE is missing");
    return false;
}

static int print_report(const struct weir_replay_options *options, const struct weir_replay_report *report, bool json)
{
    struct weir_error error;
    enum weir_status status = WEIR_OK;
    if (json)
        status = weir_replay_print_json(options, report, stdout);
    else
        weir_replay_print(options, report, stdout);
    if (status != WEIR_OK)
        weir_error_set(&error, status, "no memory for the report");
    else if (fflush(stdout) != 0 || ferror(stdout))
        weir_error_set(&error, WEIR_UNAVAILABLE, "cannot write the report: %s", strerror(errno));
    else
        return 0;
    return weir_fail(&error);
}

static int replay(const struct arguments *arguments, const struct weir_loaded *loaded)
{
    const struct weir_log log = weir_log_of(loaded->settings);
    const struct weir_replay_options options = {
        .settings = loaded->settings,
        .ruleset = loaded->ruleset,
        .chars = loaded->chars,
        .log = &log,
        .topic = arguments->topic ? arguments->topic : loaded->settings->topics.dead_letters,
        .reasons = arguments->reasons,
        .since_ms = arguments->since_ms,
        .is_dry = arguments->dry,
    };
    struct weir_replay_report report;
    struct weir_error error = {0};
    enum weir_status status = weir_replay_run(&options, &report, &error);
    int exit_status = status == WEIR_OK ? 0 : weir_fail(&error);
    if (status == WEIR_OK || report.letters > 0) {
        int printed = print_report(&options, &report, arguments->json);
        exit_status = exit_status ? exit_status : printed;
    }
    bool is_all = weir_replay_bad(&report) + weir_replay_left(&report) + report.undeliverable == 0;
    return exit_status == 0 && !is_all ? 1 : exit_status;
}

int weir_verb_replay(int argc, char **argv)
{
    struct arguments arguments = {0};
    if (!parse(argc, argv, &arguments))
        return weir_usage("replay");
    if (arguments.help) {
        fputs(HELP, stdout);
        return 0;
    }
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error of write(2), with a message */
    weir_confine();
    struct weir_loaded loaded;
    enum weir_status status = weir_load(arguments.config, WEIR_SETTINGS_FOR_DAEMON, &arguments.rules, &loaded);
    if (status != WEIR_OK)
        return weir_status_exit(status);
    int exit_status = replay(&arguments, &loaded);
    weir_unload(&loaded);
    return exit_status;
}
