/* Reads the command line of weir backtest, and says what is wrong with it. Loads nothing. */
#include "backtest_arguments.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static bool check_kind(const char *kind)
{
    if (weir_text_is(weir_text_of(kind), "post"))
        return true;
    if (weir_text_is(weir_text_of(kind), "caption"))
        fputs("weir backtest: it compares rules on posts; captions are not in this version yet\n", stderr);
    else
        fprintf(stderr, "weir backtest: there is no kind '%s'; it is post or caption\n", kind);
    return false;
}

static bool parse_samples(const char *text, unsigned *samples)
{
    char *end;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || errno || number > WEIR_BACKTEST_SAMPLES_MAX) {
        fprintf(stderr, "weir backtest: --samples takes a number up to %d, not '%s'\n", WEIR_BACKTEST_SAMPLES_MAX,
                text);
        return false;
    }
    *samples = (unsigned)number;
    return true;
}

static bool parse_fail_over(const char *text, struct backtest_arguments *arguments)
{
    char *end;
    arguments->fail_over = strtod(text, &end);
    arguments->is_share = *end == '%';
    if (text[0] >= '0' && text[0] <= '9' && !end[arguments->is_share])
        return true;
    fprintf(stderr, "weir backtest: --fail-over takes a number of posts or a share as in 0.5%%, not '%s'\n", text);
    return false;
}

static bool parse_option(int option, struct backtest_arguments *arguments)
{
    switch (option) {
    case 'o':
        return weir_rule_paths_add(&arguments->rules[WEIR_BACKTEST_OLD], optarg);
    case 'n':
        return weir_rule_paths_add(&arguments->rules[WEIR_BACKTEST_NEW], optarg);
    case 'c':
        arguments->config = optarg;
        return true;
    case 't':
        arguments->topic = optarg;
        return true;
    case 'f':
        arguments->from = optarg;
        return true;
    case 'k':
        arguments->has_kind = true;
        return check_kind(optarg);
    case 'T':
        arguments->text = true;
        return true;
    case 's':
        return parse_samples(optarg, &arguments->samples);
    case 'j':
        arguments->json = true;
        return true;
    case 'F':
        return parse_fail_over(optarg, arguments);
    case 'h':
        arguments->help = true;
        return true;
    default:
        return false;
    }
}

/* What is wrong with the command line as a whole, or NULL. */
static const char *find_mistake(const struct backtest_arguments *arguments)
{
    const bool has_files = arguments->path_count > 0;
    if (arguments->rules[WEIR_BACKTEST_OLD].count == 0 || arguments->rules[WEIR_BACKTEST_NEW].count == 0)
        return "give both rule sets: --old RULES --new RULES";
    if (arguments->topic && has_files)
        return "reads files or a topic, not both";
    if (!arguments->topic && arguments->from)
        return "--from goes with --topic; files are read whole";
    if (!arguments->topic)
        return has_files ? NULL : "no history; give FILE (- for stdin), or --topic TOPIC --from TIME";
    if (!arguments->from)
        return "--topic needs --from TIME, e.g. --from 24h";
    if (!arguments->config)
        return "--topic needs -c FILE, which says where Kafka is";
    return arguments->text ? "--text is for files" : NULL;
}

bool backtest_arguments_parse(int argc, char **argv, struct backtest_arguments *arguments)
{
    static const struct option options[] = {
        {"old", required_argument, NULL, 'o'},    {"new", required_argument, NULL, 'n'},
        {"config", required_argument, NULL, 'c'}, {"topic", required_argument, NULL, 't'},
        {"from", required_argument, NULL, 'f'},   {"kind", required_argument, NULL, 'k'},
        {"text", no_argument, NULL, 'T'},         {"samples", required_argument, NULL, 's'},
        {"json", no_argument, NULL, 'j'},         {"fail-over", required_argument, NULL, 'F'},
        {"help", no_argument, NULL, 'h'},         {0}};
    struct weir_clock clock = weir_clock_system();
    for (int option; (option = getopt_long(argc, argv, "c:h", options, NULL)) != -1;)
        if (!parse_option(option, arguments))
            return false;
    if (arguments->help)
        return true;
    arguments->paths = (const char *const *)(argv + optind);
    arguments->path_count = (size_t)(argc - optind);
    const char *mistake = find_mistake(arguments);
    if (mistake) {
        fprintf(stderr, "weir backtest: %s\n", mistake);
        return false;
    }
    if (arguments->from && !weir_backtest_time(arguments->from, clock.wall_ms(clock.context), &arguments->from_ms)) {
        fprintf(stderr, "weir backtest: --from takes 2026-11-23T08:00:00Z, or 24h, 7d, 30m ago; not '%s'\n",
                arguments->from);
        return false;
    }
    return true;
}
