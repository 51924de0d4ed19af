/* weir check: everything that `weir run` would refuse, before it does; then what the rules cost. */
#include "verbs.h"

#include "weir/rule_parts.h"
#include "weir/survey.h"

#include <inttypes.h>
#include <stdio.h>

#define DEAREST_SHOWN 10u
#define WARNINGS_MAX 200

static const char HELP[] =
    "Usage: weir check [-c FILE] [-r RULES]... [--corpus FILE [--text]] [--all]\n\n"
    "Validates the configuration and the rules, compiles every pattern and runs every rule's examples. Each\n"
    "mistake is printed as file:line:column: with what to do; exit status 1. Needs no broker.\n\n"
    "Rules that load are listed by what they cost: their share of the time, nanoseconds for each text, and of\n"
    "1,000 texts in how many the scan hits something and how many are flagged. What is likely to flood reviewers\n"
    "is a warning: literals so short that ordinary text is full of them and, with --corpus, rules and patterns\n"
    "found in more than 1 in 1,000 of its lines. Warnings leave the exit status as it is.\n\n"
    "  -c, --config FILE   the configuration; its rules are checked too, unless -r names others\n"
    "  -r, --rules PATH    a pack file or a folder of packs; may be repeated\n"
    "      --corpus FILE   ordinary posts to measure on, a JSON object a line as for weir scan (\"-\": stdin);\n"
    "                      without it the rules' own examples are taken, which say little of real posts\n"
    "      --text          each line of the corpus is one post's text instead of JSON\n"
    "      --all           list all rules, not only the ten dearest\n"
    "  -h, --help          this text\n\n"
    "Example:\n"
    "  weir check -r config/rules --corpus posts.txt --text\n";

struct arguments {
    const char *config;
    const char *corpus;
    struct weir_rule_paths rules;
    bool text;
    bool all;
    bool help;
};

static bool parse_arguments(int argc, char **argv, struct arguments *arguments)
{
    enum { CORPUS = 256, TEXT, ALL };
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"rules", required_argument, NULL, 'r'},
                                            {"corpus", required_argument, NULL, CORPUS},
                                            {"text", no_argument, NULL, TEXT},
                                            {"all", no_argument, NULL, ALL},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    bool valid = true;
    for (int option; valid && (option = getopt_long(argc, argv, "c:r:h", options, NULL)) != -1;) {
        switch (option) {
        case 'c':
            arguments->config = optarg;
            break;
        case 'r':
            valid = weir_rule_paths_add(&arguments->rules, optarg);
            break;
        case CORPUS:
            arguments->corpus = optarg;
            break;
        case TEXT:
            arguments->text = true;
            break;
        case ALL:
            arguments->all = true;
            break;
        case 'h':
            arguments->help = true;
            break;
        default:
            valid = false;
        }
    }
    if (!valid || arguments->help)
        return valid;
    const char *complaint = NULL;
    if (optind < argc)
        complaint = "takes no further arguments; use -c, -r and --corpus";
    else if (!arguments->config && arguments->rules.count == 0)
        complaint = "nothing to check; give -c FILE or -r RULES";
    else if (arguments->text && !arguments->corpus)
        complaint = "--text says how to read a corpus; give --corpus FILE too";
    if (complaint)
        fprintf(stderr, "weir check: %s\n", complaint);
    return !complaint;
}

static size_t count_examples(const struct weir_ruleset *ruleset)
{
    size_t count = 0;
    for (size_t i = 0; i < ruleset->rule_count; i++)
        count += ruleset->rules[i].example_count;
    return count;
}

static void print_loaded(const struct weir_ruleset *ruleset)
{
    for (size_t i = 0; i < ruleset->pack_count; i++)
        printf("%s: pack %s %s, %u rule%s\n", ruleset->packs[i].path, ruleset->packs[i].name, ruleset->packs[i].version,
               ruleset->packs[i].rule_count, weir_plural(ruleset->packs[i].rule_count));
    /* There are two examples at least. */
    printf("%zu rule%s %s, with %zu pattern%s and %zu examples that do as they say\nruleset %s\n", ruleset->rule_count,
           weir_plural(ruleset->rule_count), ruleset->rule_count == 1 ? "runs" : "run", ruleset->pattern_count,
           weir_plural(ruleset->pattern_count), count_examples(ruleset), ruleset->sha256);
}

static void print_cost(const struct weir_rule_cost *cost, const char *id, int width, double noise_ns)
{
    if (cost->is_noise)
        printf("%-*s       < %8s%-2.0f", width, id, "< ", noise_ns);
    else
        printf("%-*s %5.1f %% %10.0f", width, id, 100 * cost->share, cost->ns);
    printf(" %8.0f %8.0f\n", cost->hits, cost->flags);
}

static void print_costs(const struct weir_ruleset *ruleset, const struct weir_survey *survey, bool all)
{
    size_t shown = all || survey->cost_count < DEAREST_SHOWN ? survey->cost_count : DEAREST_SHOWN;
    int width = (int)strlen("rule");
    for (size_t i = 0; i < shown; i++) {
        int length = (int)strlen(ruleset->rules[survey->costs[i].rule].id);
        width = length > width ? length : width;
    }
    printf("%-*s   share ns a text  hits of   flags\n%-*s                   1,000 of 1,000\n", width, "rule", width,
           "");
    for (size_t i = 0; i < shown; i++)
        print_cost(&survey->costs[i], ruleset->rules[survey->costs[i].rule].id, width, survey->noise_ns);
    size_t hidden = survey->cost_count - shown;
    if (hidden == 1)
        printf("and 1 rule that costs no more; --all shows it\n");
    else if (hidden > 1)
        printf("and %zu rules that cost no more; --all shows them\n", hidden);
}

static void print_survey(const struct arguments *arguments, const struct weir_ruleset *ruleset,
                         const struct weir_survey *survey)
{
    if (arguments->corpus)
        printf("\nwhat the rules cost, measured on %zu of %" PRIu64 " lines of %s\n", survey->texts, survey->lines,
               arguments->corpus);
    else
        printf("\nwhat the rules cost, measured on %zu of their own examples; give --corpus for real figures\n",
               survey->texts);
    print_costs(ruleset, survey, arguments->all);
    if (survey->bad)
        fprintf(stderr, "weir check: %" PRIu64 " of %" PRIu64 " lines of %s are no posts and were left out\n",
                survey->bad, survey->lines, arguments->corpus);
}

/* Costs and warnings; what they say changes no exit status. */
static enum weir_status survey_rules(const struct weir_loaded *loaded, const struct arguments *arguments,
                                     struct weir_error *error)
{
    struct weir_survey_options options = {
        .settings = loaded->settings,
        .ruleset = loaded->ruleset,
        .chars = loaded->chars,
        .corpus = arguments->corpus,
        .text = arguments->text,
    };
    struct weir_survey survey;
    struct weir_diagnostics *warnings = weir_diagnostics_new(WARNINGS_MAX);
    if (!warnings)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory");
    weir_ruleset_warn_short(loaded->ruleset, loaded->chars, warnings);
    enum weir_status status = weir_survey_run(&options, warnings, &survey, error);
    fflush(stdout);
    weir_diagnostics_sort(warnings);
    weir_diagnostics_print(warnings, stderr);
    if (status == WEIR_OK) {
        print_survey(arguments, loaded->ruleset, &survey);
        weir_survey_fini(&survey);
    }
    weir_diagnostics_free(warnings);
    return status;
}

int weir_verb_check(int argc, char **argv)
{
    struct arguments arguments = {0};
    if (!parse_arguments(argc, argv, &arguments))
        return weir_usage("check");
    if (arguments.help) {
        fputs(HELP, stdout);
        return 0;
    }
    struct weir_loaded loaded;
    enum weir_status status =
        weir_load(arguments.config, arguments.config ? WEIR_SETTINGS_FOR_DAEMON : WEIR_SETTINGS_FOR_SCAN,
                  &arguments.rules, &loaded);
    if (status != WEIR_OK)
        return weir_status_exit(status);
    if (arguments.config)
        printf("%s: configuration is valid\n", arguments.config);
    print_loaded(loaded.ruleset);
    struct weir_error error;
    if (loaded.ruleset->rule_count > 0)
        status = survey_rules(&loaded, &arguments, &error);
    weir_unload(&loaded);
    return status == WEIR_OK ? 0 : weir_fail(&error);
}
