/* weir backtest: two rule sets over the same history. */
#include "backtest_arguments.h"

#include "weir/kafka.h"
#include "weir/run.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <unistd.h>

#define DIAGNOSTICS_MAX 200
#define PROGRESS_MS 500
#define START_WITHIN_MS 30000
#define CLOSE_WITHIN_MS 5000
#define SAMPLES_DEFAULT 5

static const char HELP[] =
    "Usage: weir backtest --old RULES --new RULES [-c FILE] [OPTIONS] FILE...\n"
    "       weir backtest --old RULES --new RULES -c FILE [OPTIONS] --topic TOPIC --from TIME\n\n"
    "Runs two rule sets over the same posts and says what the new one adds and removes: items flagged, counts\n"
    "for each rule, and samples. Nothing is published and no offset is committed. Exit status 0 whatever the\n"
    "difference.\n\n"
    "      --old PATH       the rules of today: a pack file or a folder of packs; may be repeated\n"
    "      --new PATH       the rules to try; may be repeated\n"
    "  -c, --config FILE    a configuration whose mapping and limits hold, and whose Kafka is read\n"
    "      --topic TOPIC    read this topic, all partitions, to the end that it has now (FILE: lines; -: stdin)\n"
    "      --from TIME      from then on: 2026-11-23T08:00:00Z, or so long ago: 24h, 7d, 30m\n"
    "      --kind KIND      post; reads a topic that is not among `sources` as their first one of this kind\n"
    "      --text           each line of FILE is one post's text instead of JSON\n"
    "      --samples N      posts shown for each rule of those added and of those removed (default 5, at most 100)\n"
    "      --json           the report as one JSON document\n"
    "      --fail-over N    exit status 1 if the review flags of more than N posts (or N%) come or go\n"
    "  -h, --help           this text\n\n"
    "Example:\n"
    "  weir backtest --old config/rules --new my/rules -c weir.yaml --topic posts --from 24h\n";

/* ---- Loading ---- */

static enum weir_status load_new_rules(const struct weir_loaded *loaded, const struct weir_rule_paths *paths,
                                       struct weir_ruleset **ruleset)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(DIAGNOSTICS_MAX);
    if (!diagnostics)
        return WEIR_NO_MEMORY;
    enum weir_status status =
        weir_rules_ready(paths->at, paths->count, loaded->settings, loaded->chars, diagnostics, ruleset);
    weir_diagnostics_sort(diagnostics);
    weir_diagnostics_print(diagnostics, stderr);
    weir_diagnostics_free(diagnostics);
    if (status == WEIR_NO_MEMORY)
        fputs("weir: no memory\n", stderr);
    return status;
}

static enum weir_status find_mapping(const struct weir_settings *settings, const struct backtest_arguments *arguments,
                                     uint32_t *mapping, struct weir_error *error)
{
    for (size_t i = 0; arguments->topic && i < settings->mapping_count; i++)
        if (settings->mappings[i].topic && strcmp(settings->mappings[i].topic, arguments->topic) == 0) {
            *mapping = (uint32_t)i;
            return WEIR_OK;
        }
    if (arguments->topic && !arguments->has_kind)
        return weir_error_set(
            error, WEIR_INVALID,
            "no source of %s reads the topic '%s'; add it to `sources`, or give --kind post to read it "
            "as the first source of posts",
            arguments->config, arguments->topic);
    if (arguments->text)
        return WEIR_OK; /* lines of text are no JSON */
    for (size_t i = 0; i < settings->mapping_count; i++)
        if (settings->mappings[i].kind == WEIR_POST) {
            *mapping = (uint32_t)i;
            return WEIR_OK;
        }
    return weir_error_set(error, WEIR_INVALID, "the configuration has no source of kind post; add one to `sources`");
}

/* ---- Running ---- */

/* What stands between the command line and the report. */
struct session {
    const struct backtest_arguments *arguments;
    const struct weir_loaded *loaded;
    struct weir_backtest *backtest;
    struct weir_source *source;
    struct weir_backtest_input input;
    struct weir_clock clock;
    int64_t shown_ms;
    bool has_progress;
};

static void stop_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
}

static bool go_on(void *context, const struct weir_backtest *backtest)
{
    struct session *session = context;
    const struct timespec at_once = {0};
    sigset_t signals;
    int64_t now_ms = session->clock.monotonic_ms(session->clock.context);
    if (session->has_progress && now_ms - session->shown_ms >= PROGRESS_MS) {
        const struct weir_backtest_totals totals = weir_backtest_totals(backtest);
        /* Back to the start of the line, so that a line of the log takes its place. */
        fprintf(stderr, "%" PRIu64 " messages, %" PRIu64 " added, %" PRIu64 " removed\033[K\r", totals.messages,
                totals.added, totals.removed);
        session->shown_ms = now_ms;
    }
    stop_signals(&signals);
    return sigtimedwait(&signals, NULL, &at_once) < 0;
}

static enum weir_status run_source(struct session *session, struct weir_error *error)
{
    const struct weir_backtest_run run = {
        .settings = session->loaded->settings,
        .chars = session->loaded->chars,
        .source = session->source,
        .go_on = go_on,
        .context = session,
    };
    enum weir_status status = weir_backtest_run(&run, session->backtest, error);
    if (session->has_progress)
        fputs("\033[K", stderr);
    return status;
}

static bool is_nothing_that_young(const struct weir_backtest_input *input)
{
    for (size_t i = 0; i < input->range_count; i++)
        if (input->ranges[i].start < input->ranges[i].end)
            return false;
    return input->range_count > 0;
}

/* More than --fail-over allows. */
static bool is_too_different(const struct session *session)
{
    const struct backtest_arguments *arguments = session->arguments;
    const struct weir_backtest_totals totals = weir_backtest_totals(session->backtest);
    double difference = (double)(totals.added + totals.removed);
    double allowed = arguments->is_share ? arguments->fail_over / 100 * (double)(totals.messages - totals.bad)
                                         : arguments->fail_over;
    return arguments->fail_over >= 0 && difference > allowed;
}

static enum weir_status print_report(const struct session *session, struct weir_error *error)
{
    enum weir_status status = session->arguments->json
                                  ? weir_backtest_print_json(session->backtest, &session->input, stdout)
                                  : weir_backtest_print(session->backtest, &session->input, stdout);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for the report");
    if (fflush(stdout) != 0 || ferror(stdout))
        return weir_error_set(error, WEIR_UNAVAILABLE, "cannot write the report: %s", strerror(errno));
    return WEIR_OK;
}

/* Runs, then reports whatever was counted; returns the exit status. */
static int run_and_report(struct session *session)
{
    struct weir_error error = {0};
    struct weir_error unprinted = {0};
    enum weir_status status = run_source(session, &error);
    if (session->input.topic)
        session->input.ranges = weir_history_ranges(session->source, &session->input.range_count);
    if (status != WEIR_OK && status != WEIR_RETRY)
        weir_fail(&error);
    if (status != WEIR_OK && status != WEIR_RETRY && weir_backtest_totals(session->backtest).messages == 0)
        return weir_status_exit(status);
    if (print_report(session, &unprinted) != WEIR_OK)
        return weir_fail(&unprinted);
    if (status == WEIR_RETRY)
        fputs("weir: stopped before the end; the report is of what was read until then\n", stderr);
    if (is_nothing_that_young(&session->input))
        fprintf(stderr, "weir: the topic '%s' holds nothing from %s on\n", session->input.topic,
                session->arguments->from);
    if (status == WEIR_RETRY && session->arguments->fail_over < 0)
        return 0;
    if (status == WEIR_OK)
        return is_too_different(session) ? 1 : 0;
    return weir_status_exit(status);
}

static int run_files(struct session *session, uint32_t mapping)
{
    struct weir_error error = {0};
    const struct weir_file_source_options options = {
        .paths = session->arguments->paths,
        .path_count = session->arguments->path_count,
        .text = session->arguments->text,
        .mapping = mapping,
        .plain_mapping = weir_mapping_plain_number(session->loaded->settings, WEIR_POST),
        .line_max = session->loaded->settings->limits.payload,
    };
    if (weir_file_source_open(&options, &session->source, &error) != WEIR_OK)
        return weir_fail(&error);
    weir_warn_of_sources("backtest", session->arguments->text ? NULL : session->arguments->config,
                         session->loaded->settings, WEIR_POST);
    session->input.paths = options.paths;
    session->input.path_count = options.path_count;
    int exit_status = run_and_report(session);
    session->source->operations->close(session->source, 0);
    return exit_status;
}

static int run_topic(struct session *session, uint32_t mapping)
{
    struct weir_error error = {.status = WEIR_NO_MEMORY, .text = "no memory"};
    const struct weir_settings *settings = session->loaded->settings;
    const struct weir_log log = {
        .descriptor = STDERR_FILENO, .json = settings->log_json, .level = settings->log_level, .clock = session->clock};
    struct weir_kafka_cluster *cluster = weir_kafka_cluster_new(&log);
    if (!cluster)
        return weir_fail(&error);
    const struct weir_history_options options = {
        .settings = settings,
        .cluster = cluster,
        .topic = session->arguments->topic,
        .mapping = mapping,
        .from_ms = session->arguments->from_ms,
        .start_within_ms = START_WITHIN_MS,
    };
    int exit_status = 0;
    if (weir_history_open(&options, &session->source, &error) == WEIR_OK) {
        session->input.topic = options.topic;
        session->input.from_ms = options.from_ms;
        exit_status = run_and_report(session);
        session->source->operations->close(session->source, CLOSE_WITHIN_MS);
    } else {
        exit_status = weir_fail(&error);
    }
    weir_kafka_cluster_free(cluster);
    return exit_status;
}

static int run_backtest(const struct backtest_arguments *arguments, const struct weir_loaded *loaded,
                        const struct weir_ruleset *new_rules)
{
    struct session session = {
        .arguments = arguments,
        .loaded = loaded,
        .clock = weir_clock_system(),
        .has_progress = isatty(STDERR_FILENO),
    };
    const struct weir_backtest_options options = {
        .rulesets = {loaded->ruleset, new_rules},
        .samples_max = arguments->samples,
        .quotes_only = loaded->settings->content == WEIR_CONTENT_NONE,
    };
    struct weir_error error = {.status = WEIR_NO_MEMORY, .text = "no memory"};
    uint32_t mapping = 0;
    if (find_mapping(loaded->settings, arguments, &mapping, &error) != WEIR_OK)
        return weir_fail(&error);
    if (weir_backtest_new(&options, &session.backtest) != WEIR_OK)
        return weir_fail(&error);
    /* Ctrl-C is asked for between batches; Kafka's threads must not take it either. */
    sigset_t signals;
    sigset_t before;
    stop_signals(&signals);
    pthread_sigmask(SIG_BLOCK, &signals, &before);
    int exit_status = arguments->topic ? run_topic(&session, mapping) : run_files(&session, mapping);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    weir_backtest_free(session.backtest);
    return exit_status;
}

int weir_verb_backtest(int argc, char **argv)
{
    struct backtest_arguments arguments = {.samples = SAMPLES_DEFAULT, .fail_over = -1};
    if (!backtest_arguments_parse(argc, argv, &arguments))
        return weir_usage("backtest");
    if (arguments.help) {
        fputs(HELP, stdout);
        return 0;
    }
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error of write(2), with a message */
    struct weir_loaded loaded;
    const enum weir_settings_use use = arguments.topic ? WEIR_SETTINGS_FOR_DAEMON : WEIR_SETTINGS_FOR_SCAN;
    enum weir_status status = weir_load(arguments.config, use, &arguments.rules[WEIR_BACKTEST_OLD], &loaded);
    if (status != WEIR_OK)
        return weir_status_exit(status);
    struct weir_ruleset *new_rules = NULL;
    status = load_new_rules(&loaded, &arguments.rules[WEIR_BACKTEST_NEW], &new_rules);
    int exit_status = status == WEIR_OK ? run_backtest(&arguments, &loaded, new_rules) : weir_status_exit(status);
    weir_ruleset_free(new_rules);
    weir_unload(&loaded);
    return exit_status;
}
