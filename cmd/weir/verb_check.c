/* weir check: everything that `weir run` would refuse, before it does. */
#include "verbs.h"

#include <stdio.h>

static const char HELP[] =
    "Usage: weir check [-c FILE] [-r RULES]...\n\n"
    "Validates the configuration and the rules, compiles every pattern and runs every rule's examples. Each\n"
    "mistake is printed as file:line:column: with what to do; exit status 1. Needs no broker.\n\n"
    "  -c, --config FILE   the configuration; its rules are checked too, unless -r names others\n"
    "  -r, --rules PATH    a pack file or a folder of packs; may be repeated\n"
    "  -h, --help          this text\n\n"
    "Example:\n"
    "  weir check -r config/rules\n";

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
        printf("%s: pack %s %s, %u rules\n", ruleset->packs[i].path, ruleset->packs[i].name, ruleset->packs[i].version,
               ruleset->packs[i].rule_count);
    printf("%zu rules run, with %zu patterns and %zu examples that do as they say\nruleset %s\n", ruleset->rule_count,
           ruleset->pattern_count, count_examples(ruleset), ruleset->sha256);
}

int weir_verb_check(int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"rules", required_argument, NULL, 'r'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    const char *config = NULL;
    struct weir_rule_paths rules = {0};
    for (int option; (option = getopt_long(argc, argv, "c:r:h", options, NULL)) != -1;) {
        if (option == 'h') {
            fputs(HELP, stdout);
            return 0;
        }
        if (option == 'c')
            config = optarg;
        else if (option != 'r' || !weir_rule_paths_add(&rules, optarg))
            return weir_usage("check");
    }
    if ((!config && rules.count == 0) || optind < argc) {
        fputs(optind < argc ? "weir check: takes no further arguments; use -c and -r\n"
                            : "weir check: nothing to check; give -c FILE or -r RULES\n",
              stderr);
        return weir_usage("check");
    }
    struct weir_loaded loaded;
    enum weir_status status =
        weir_load(config, config ? WEIR_SETTINGS_FOR_DAEMON : WEIR_SETTINGS_FOR_SCAN, &rules, &loaded);
    if (status != WEIR_OK)
        return weir_status_exit(status);
    if (config)
        printf("%s: configuration is valid\n", config);
    print_loaded(loaded.ruleset);
    weir_unload(&loaded);
    return 0;
}
