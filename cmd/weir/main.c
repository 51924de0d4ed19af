/* weir VERB: finds the verb and hands over. */
#include "verbs.h"

#include "weir/decode.h"
#include "weir/hash.h"
#include "weir/kafka.h"
#include "weir/normalize.h"
#include "weir/publish.h"
#include "weir/run.h"
#include "weir/yaml.h"

#include <stdio.h>

struct verb {
    const char *name;
    int (*call)(int argc, char **argv);
    const char *says;
};

static const struct verb verbs[] = {
    {"run", weir_verb_run, "the daemon: reads topics, publishes flags to the review topic"},
    {"demo", weir_verb_demo, "an embedded broker, sample posts and the daemon in one process"},
    {"top", weir_verb_top, "a running daemon, live on a terminal"},
    {"scan", weir_verb_scan, "the same path over files: NDJSON in, flag records out"},
    {"explain", weir_verb_explain, "why a text is flagged or not, in words; also for a flag record"},
    {"check", weir_verb_check, "validates configuration and rules and runs the rules' examples"},
    {"backtest", weir_verb_backtest, "two rule sets over the same history: what the new one adds and removes"},
    {"report", weir_verb_report, "what was flagged, and what reviewers made of it"},
    {"replay", weir_verb_replay, "dead letters back through the path, once, after a fix"},
    {"bench", weir_verb_bench, "what each stage of the path takes over files, and Hyperscan alone"},
};

#define VERB_COUNT (sizeof verbs / sizeof *verbs)

static int print_help(FILE *out)
{
    fputs("weir flags posts that rob, impersonate, expose or exploit people, for people to review.\n\n"
          "Usage: weir VERB [OPTIONS]\n\n",
          out);
    for (size_t i = 0; i < VERB_COUNT; i++)
        fprintf(out, "  %-8s %s\n", verbs[i].name, verbs[i].says);
    fputs("\n`weir VERB --help` explains a verb, with an example; `weir --version` prints versions.\n"
          "Exit status: 0 well; 1 the input, configuration or rules are wrong; 2 usage; 3 the environment\n"
          "(broker, file, memory).\n",
          out);
    return 0;
}

static int print_version(void)
{
    char pcre2[64];
    weir_pcre2_version(pcre2, sizeof pcre2);
    printf("weir %s\nlibrdkafka %s\nHyperscan %s\nPCRE2 %s\nsimdjson %s\nICU %s\n", WEIR_VERSION, weir_kafka_version(),
           weir_hyperscan_version(), pcre2, weir_simdjson_version(), weir_icu_version());
    printf("jansson %s\nlibfyaml %s\nOpenSSL %s\n", weir_jansson_version(), weir_libfyaml_version(),
           weir_openssl_version());
    return 0;
}

static int refuse_verb(const char *word)
{
    const char *names[VERB_COUNT];
    for (size_t i = 0; i < VERB_COUNT; i++)
        names[i] = verbs[i].name;
    const char *nearest = weir_nearest_name(weir_text_of(word), names, VERB_COUNT);
    if (nearest)
        fprintf(stderr, "weir: there is no verb '%s'; did you mean '%s'?\n", word, nearest);
    else
        fprintf(stderr, "weir: there is no verb '%s'\n", word);
    return weir_usage("");
}

/* getopt begins its messages with the first argument. */
static int call_verb(const struct verb *verb, int argc, char **argv)
{
    char name[32];
    snprintf(name, sizeof name, "weir %s", verb->name);
    argv[0] = name;
    return verb->call(argc, argv);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return weir_status_exit(WEIR_USAGE);
    }
    struct weir_text word = weir_text_of(argv[1]);
    if (weir_text_is(word, "--help") || weir_text_is(word, "-h") || weir_text_is(word, "help"))
        return print_help(stdout);
    if (weir_text_is(word, "--version") || weir_text_is(word, "-V"))
        return print_version();
    if (weir_text_is(word, WEIR_LOAD_RULES))
        return weir_load_rules(argc - 1, argv + 1);
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (weir_text_is(word, verbs[i].name))
            return call_verb(&verbs[i], argc - 1, argv + 1);
    return refuse_verb(argv[1]);
}
