/* weir report: what was flagged, and what people made of it. */
#include "verbs.h"

#include "weir/backtest.h"
#include "weir/history.h"
#include "weir/kafka.h"
#include "weir/report.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#define DIAGNOSTICS_MAX 200
#define BATCH_MESSAGES 512
#define BATCH_BYTES ((size_t)8 << 20)
#define TURN_MS 200
#define START_WITHIN_MS 30000
#define CLOSE_WITHIN_MS 5000
#define LINE_MAX_BYTES ((size_t)16 << 20)
#define BAD_SHOWN 5

static const char HELP[] =
    "Usage: weir report -c FILE --from TIME [--verdicts TOPIC] [--json]\n"
    "       weir report [--json] FILE...\n\n"
    "Counts what weir flagged, and what reviewers made of it: flags, verdicts and precision for each category,\n"
    "language and rule; and of the audit sample, how many items the rules missed. Reads the topics of `outputs` "
    "(review,\n"
    "overflow, shadow, rollups; audit if `audit_sample` is above 0) and, if there is one, the topic of verdicts, from "
    "the\n"
    "time on to the end that they have now; or files of their records, one a line, in any order. A flag counts once\n"
    "however often it is there.\n\n"
    "  -c, --config FILE      a configuration, whose Kafka is read\n"
    "      --from TIME        from then on: 2026-11-23T08:00:00Z, or so long ago: 24h, 7d, 30m\n"
    "      --verdicts TOPIC   verdicts: {\"schema\":\"weir.verdict/1\",\"flag_id\":\"...\",\"upheld\":true}\n"
    "                         and of the sample {\"schema\":\"weir.verdict/1\",\"audit_id\":\"...\",\"missed\":true}\n"
    "      --json             the report as one JSON document\n"
    "  -h, --help             this text\n\n"
    "Example:\n"
    "  weir report -c weir.yaml --from 7d --verdicts verdicts\n";

struct arguments {
    const char *config;
    const char *from;
    const char *verdicts;
    int64_t from_ms;
    bool json;
    bool help;
    const char *const *paths;
    size_t path_count;
};

static bool parse(int argc, char **argv, struct arguments *arguments)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},   {"from", required_argument, NULL, 'f'},
        {"verdicts", required_argument, NULL, 'v'}, {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},           {0}};
    for (int option; (option = getopt_long(argc, argv, "c:h", options, NULL)) != -1;)
        if (option == 'c')
            arguments->config = optarg;
        else if (option == 'f')
            arguments->from = optarg;
        else if (option == 'v')
            arguments->verdicts = optarg;
        else if (option == 'j')
            arguments->json = true;
        else if (option == 'h')
            arguments->help = true;
        else
            return false;
    arguments->paths = (const char *const *)(argv + optind);
    arguments->path_count = (size_t)(argc - optind);
    return true;
}

/* What is wrong with the command line as a whole, or NULL. */
static const char *find_mistake(struct arguments *arguments)
{
    struct weir_clock clock = weir_clock_system();
    if (arguments->path_count > 0)
        return arguments->config || arguments->from || arguments->verdicts
                   ? "reads files or topics, not both: no -c, --from and --verdicts with files"
                   : NULL;
    if (!arguments->config)
        return "give -c FILE and --from TIME, or files of records (- for stdin)";
    if (!arguments->from)
        return "-c needs --from TIME, e.g. --from 7d";
    if (!weir_backtest_time(arguments->from, clock.wall_ms(clock.context), &arguments->from_ms))
        return "--from takes 2026-11-23T08:00:00Z, or 24h, 7d, 30m ago";
    return NULL;
}

/* ---- Reading ---- */

/* Where records come from, and what could not be read. */
struct reading {
    struct weir_report *report;
    struct weir_batch batch;
    uint64_t bad;
};

static void note_bad(struct reading *reading, const struct weir_message *message, const struct weir_error *error)
{
    if (reading->bad++ < BAD_SHOWN)
        fprintf(stderr, "weir report: %.*s%s%" PRId64 ": %s\n", (int)message->origin.topic.length,
                message->origin.topic.data, message->origin.is_file ? ":" : " offset ", message->origin.offset,
                error->text);
}

/* To the end of the source, which is closed. */
static enum weir_status read_source(struct reading *reading, struct weir_source *source, enum weir_report_place place,
                                    struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    while (status == WEIR_OK) {
        weir_batch_reset(&reading->batch);
        status = source->operations->poll(source, &reading->batch, TURN_MS, error);
        for (size_t i = 0; i < reading->batch.count; i++) {
            const struct weir_message *message = &reading->batch.messages[i];
            struct weir_error wrong;
            enum weir_status added =
                weir_report_add(reading->report, place, weir_text_from_padded(message->payload), &wrong);
            if (added == WEIR_NO_MEMORY) {
                *error = wrong;
                status = added;
                break;
            }
            if (added != WEIR_OK)
                note_bad(reading, message, &wrong);
        }
    }
    source->operations->close(source, CLOSE_WITHIN_MS);
    return status == WEIR_FATAL ? error->status : status;
}

static enum weir_status read_files(struct reading *reading, const struct arguments *arguments, struct weir_error *error)
{
    struct weir_source *source;
    const struct weir_file_source_options options = {
        .paths = arguments->paths, .path_count = arguments->path_count, .line_max = LINE_MAX_BYTES};
    enum weir_status status = weir_file_source_open(&options, &source, error);
    return status == WEIR_OK ? read_source(reading, source, WEIR_REPORT_OTHER, error) : status;
}

static enum weir_status read_topic(struct reading *reading, const struct weir_history_options *options,
                                   enum weir_report_place place, struct weir_error *error)
{
    struct weir_source *source;
    enum weir_status status = weir_history_open(options, &source, error);
    return status == WEIR_OK ? read_source(reading, source, place, error) : status;
}

static enum weir_status read_topics(struct reading *reading, const struct arguments *arguments,
                                    const struct weir_settings *settings, struct weir_error *error)
{
    const struct weir_log log = {.descriptor = STDERR_FILENO,
                                 .json = settings->log_json,
                                 .level = settings->log_level,
                                 .clock = weir_clock_system()};
    struct weir_kafka_cluster *cluster = weir_kafka_cluster_new(&log);
    if (!cluster)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory");
    const struct {
        const char *topic;
        enum weir_report_place place;
        bool is_optional;
    } topics[] = {{settings->topics.review, WEIR_REPORT_REVIEW, false},
                  {settings->topics.overflow, WEIR_REPORT_OVERFLOW, true},
                  {settings->topics.shadow, WEIR_REPORT_SHADOW, true},
                  {settings->topics.rollups, WEIR_REPORT_OTHER, true},
                  {settings->audit_share > 0 ? settings->topics.audit : NULL, WEIR_REPORT_OTHER, true},
                  {arguments->verdicts, WEIR_REPORT_OTHER, false}};
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; status == WEIR_OK && i < sizeof topics / sizeof *topics; i++) {
        const struct weir_history_options options = {.settings = settings,
                                                     .cluster = cluster,
                                                     .topic = topics[i].topic,
                                                     .from_ms = arguments->from_ms,
                                                     .start_within_ms = START_WITHIN_MS};
        if (topics[i].topic)
            status = read_topic(reading, &options, topics[i].place, error);
        if (status == WEIR_UNAVAILABLE && topics[i].is_optional) { /* nothing was ever written there */
            fprintf(stderr, "weir report: %s; left out\n", error->text);
            status = WEIR_OK;
        }
    }
    weir_kafka_cluster_free(cluster);
    return status;
}

/* ---- The verb ---- */

static int print_report(const struct arguments *arguments, struct weir_report *report)
{
    struct weir_error error;
    enum weir_status status =
        arguments->json ? weir_report_print_json(report, stdout) : weir_report_print(report, stdout);
    if (status != WEIR_OK)
        weir_error_set(&error, status, "no memory for the report");
    else if (fflush(stdout) != 0 || ferror(stdout))
        weir_error_set(&error, WEIR_UNAVAILABLE, "cannot write the report: %s", strerror(errno));
    else
        return 0;
    return weir_fail(&error);
}

static int report_on(const struct arguments *arguments, const struct weir_settings *settings)
{
    struct reading reading = {.report = weir_report_new()};
    struct weir_error error = {0};
    enum weir_status status = weir_batch_init(&reading.batch, BATCH_MESSAGES, BATCH_BYTES);
    if (!reading.report || status != WEIR_OK)
        status = weir_error_set(&error, WEIR_NO_MEMORY, "no memory");
    else
        status =
            settings ? read_topics(&reading, arguments, settings, &error) : read_files(&reading, arguments, &error);
    int exit_status = status == WEIR_OK ? print_report(arguments, reading.report) : weir_fail(&error);
    if (reading.bad > 0)
        fprintf(stderr, "weir report: %" PRIu64 " record%s could not be read\n", reading.bad, weir_plural(reading.bad));
    weir_batch_fini(&reading.batch);
    weir_report_free(reading.report);
    return exit_status == 0 && reading.bad > 0 ? 1 : exit_status;
}

int weir_verb_report(int argc, char **argv)
{
    struct arguments arguments = {0};
    if (!parse(argc, argv, &arguments))
        return weir_usage("report");
    if (arguments.help) {
        fputs(HELP, stdout);
        return 0;
    }
    const char *mistake = find_mistake(&arguments);
    if (mistake) {
        fprintf(stderr, "weir report: %s\n", mistake);
        return weir_usage("report");
    }
    if (!arguments.config)
        return report_on(&arguments, NULL);
    struct weir_settings_file *file = NULL;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(DIAGNOSTICS_MAX);
    if (!diagnostics)
        return weir_fail(&(struct weir_error){.status = WEIR_NO_MEMORY, .text = "no memory"});
    enum weir_status status = weir_settings_load(arguments.config, WEIR_SETTINGS_FOR_DAEMON, diagnostics, &file);
    weir_diagnostics_sort(diagnostics);
    weir_diagnostics_print(diagnostics, stderr);
    weir_diagnostics_free(diagnostics);
    int exit_status = status == WEIR_OK ? report_on(&arguments, weir_settings_get(file)) : weir_status_exit(status);
    weir_settings_free(file);
    return exit_status;
}
