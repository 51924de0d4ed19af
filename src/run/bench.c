/* Times the path and its stages over messages in memory, in turns, so that what else the machine does meets all of them
 * alike. Owns two pipelines: one takes the whole path, the other lends its stages. Publishes nothing. */
#include "bench_messages.h"
#include "bench_samples.h"

#include <stdlib.h>
#include <time.h>

#define SECOND_NS 1e9
#define ROWS_TIMED 7.0       /* five stages, the path, Hyperscan alone */
#define SAMPLES_ABOUT 1000.0 /* short passes are added up until there are no more samples than this */
#define WARM_UP_PART 0.5     /* of the seconds of a row */
#define CLOCK_PROBES 256

/* A sink that only counts. */
struct counting_sink {
    struct weir_sink sink;
    const struct weir_sink_events *events;
    uint64_t records;
};

struct side {
    struct weir_counters counters;
    struct weir_pipeline *pipeline;
    struct bench_source source;
    struct counting_sink sink;
};

struct moment {
    double cpu_ns;
    double wall_ns;
};

struct bench {
    const struct weir_bench_options *options;
    struct bench_messages messages;
    struct side path;
    struct side alone;
    struct weir_stages *stages;
    struct moment clock_takes; /* what a look at both clocks adds to what they time */
    uint64_t pass_count;
    uint32_t epoch;
    struct bench_samples samples;
    uint64_t calls[WEIR_STAGE_COUNT];
};

/* ---- The clocks ---- */

static double read_clock(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (double)now.tv_sec * SECOND_NS + (double)now.tv_nsec;
}

static struct moment start(void)
{
    struct moment moment = {.wall_ns = read_clock(CLOCK_MONOTONIC)};
    moment.cpu_ns = read_clock(CLOCK_THREAD_CPUTIME_ID);
    return moment;
}

static struct moment since(struct moment started)
{
    struct moment took = {.cpu_ns = read_clock(CLOCK_THREAD_CPUTIME_ID) - started.cpu_ns};
    took.wall_ns = read_clock(CLOCK_MONOTONIC) - started.wall_ns;
    return took;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

static struct moment probe_clocks(void)
{
    struct moment takes = since(start());
    for (int i = 0; i < CLOCK_PROBES; i++) {
        struct moment again = since(start());
        takes.cpu_ns = least(takes.cpu_ns, again.cpu_ns);
        takes.wall_ns = least(takes.wall_ns, again.wall_ns);
    }
    return takes;
}

static void add_time(const struct bench *bench, struct moment started, int timed, struct bench_sample *sample)
{
    struct moment took = since(started);
    sample->cpu_ns[timed] += took.cpu_ns - least(took.cpu_ns, bench->clock_takes.cpu_ns);
    sample->wall_ns[timed] += took.wall_ns - least(took.wall_ns, bench->clock_takes.wall_ns);
}

/* ---- What is timed ---- */

static enum weir_status count_record(struct weir_sink *base, const struct weir_record *record, struct weir_error *error)
{
    struct counting_sink *sink = (struct counting_sink *)base;
    (void)error;
    sink->records++;
    if (record->ticket != 0)
        sink->events->delivered(sink->events->context, record->ticket);
    return WEIR_OK;
}

static enum weir_status poll_nothing(struct weir_sink *sink, int timeout_ms, struct weir_error *error)
{
    (void)sink;
    (void)timeout_ms;
    (void)error;
    return WEIR_OK;
}

static enum weir_status open_side(const struct bench *bench, struct side *side)
{
    static const struct weir_sink_operations operations = {.put = count_record, .poll = poll_nothing};
    const struct weir_pipeline_parts parts = {
        .settings = bench->options->settings,
        .ruleset = bench->options->ruleset,
        .chars = bench->options->chars,
        .counters = &side->counters,
        .clock = weir_clock_system(),
        .record_max = SIZE_MAX,
        .is_reproducible = true,
    };
    enum weir_status status = weir_pipeline_new(&parts, &side->pipeline);
    if (status != WEIR_OK)
        return status;
    bench_source_init(&side->source, &bench->messages);
    side->sink =
        (struct counting_sink){.sink.operations = &operations, .events = weir_pipeline_sink_events(side->pipeline)};
    weir_pipeline_connect(side->pipeline, &side->source.source, &side->sink.sink);
    return WEIR_OK;
}

static enum weir_status pass_path(struct bench *bench, struct bench_sample *sample, struct weir_error *error)
{
    struct side *side = &bench->path;
    const struct weir_source_events *events = weir_pipeline_source_events(side->pipeline);
    side->source.next = 0;
    if (events->assigned(events->context, "", 0, ++bench->epoch, (struct weir_progress){-1, -1}) == UINT32_MAX)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory to start");
    enum weir_status status;
    struct moment started = start();
    do
        status = weir_pipeline_turn(side->pipeline, 0, error);
    while (status == WEIR_OK);
    add_time(bench, started, BENCH_PATH, sample);
    return status == WEIR_FATAL ? error->status : status;
}

static enum weir_status time_stage(struct bench *bench, enum weir_stage stage, struct bench_sample *sample,
                                   struct weir_error *error)
{
    struct moment started = start();
    enum weir_status status = weir_stages_run(bench->stages, stage, error);
    add_time(bench, started, (int)stage, sample);
    return status;
}

/* The two scans meet the same texts just after another, in the caches already, and each comes first every other time.
 */
static enum weir_status time_stages(struct bench *bench, bool is_bare_first, struct bench_sample *sample,
                                    struct weir_error *error)
{
    const enum weir_stage order[] = {WEIR_STAGE_DECODE,
                                     WEIR_STAGE_NORMALIZE,
                                     is_bare_first ? WEIR_STAGE_BARE_SCAN : WEIR_STAGE_SCAN,
                                     is_bare_first ? WEIR_STAGE_SCAN : WEIR_STAGE_BARE_SCAN,
                                     WEIR_STAGE_DECIDE,
                                     WEIR_STAGE_PUBLISH};
    enum weir_status status = weir_stages_run(bench->stages, WEIR_STAGE_SCAN, error);
    for (size_t i = 0; i < sizeof order / sizeof *order && status == WEIR_OK; i++)
        status = time_stage(bench, order[i], sample, error);
    return status;
}

static void add_facts(struct bench *bench, struct weir_bench_facts *facts)
{
    const struct weir_stages_sums sums = weir_stages_sums(bench->stages);
    for (int stage = 0; stage < WEIR_STAGE_COUNT; stage++)
        bench->calls[stage] += sums.calls[stage];
    facts->scanned_texts += sums.calls[WEIR_STAGE_SCAN];
    facts->scanned_bytes += sums.scanned_bytes;
    for (int reason = 0; reason < WEIR_BAD_REASON_COUNT; reason++) {
        facts->bad[reason] += sums.bad[reason];
        facts->dead_letters += sums.bad[reason];
    }
}

/* facts NULL: the stages are timed; otherwise the pass is only looked at. */
static enum weir_status pass_stages(struct bench *bench, struct weir_bench_facts *facts, struct bench_sample *sample,
                                    struct weir_error *error)
{
    bench->alone.source.next = 0;
    if (weir_stages_begin(bench->stages) != WEIR_OK)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory to start");
    for (uint64_t turn = bench->pass_count++;; turn++) {
        enum weir_status ended = weir_stages_turn(bench->stages, error);
        if (ended == WEIR_FATAL)
            return error->status;
        enum weir_status status = ended;
        if (status == WEIR_OK && facts)
            add_facts(bench, facts);
        else if (status == WEIR_OK)
            status = time_stages(bench, turn % 2 == 1, sample, error);
        if (status != WEIR_OK)
            return status;
    }
}

static enum weir_status pass_both(struct bench *bench, struct bench_sample *sample, struct weir_error *error)
{
    enum weir_status status = pass_path(bench, sample, error);
    if (status == WEIR_OK)
        status = pass_stages(bench, NULL, sample, error);
    sample->passes++;
    return status;
}

/* ---- The run ---- */

/* One pass that is not timed says what there is. */
static enum weir_status find_facts(struct bench *bench, struct weir_bench_facts *facts, struct weir_error *error)
{
    *facts =
        (struct weir_bench_facts){.messages = bench->messages.count, .payload_bytes = bench->messages.payload_bytes};
    enum weir_status status = pass_stages(bench, facts, NULL, error);
    if (status != WEIR_OK)
        return status;
    const struct weir_counters *counters = &bench->alone.counters;
    facts->records = bench->alone.sink.records;
    facts->flags = weir_counted(counters, WEIR_COUNT_FLAGS) + weir_counted(counters, WEIR_COUNT_SHADOW_FLAGS);
    if (facts->scanned_texts == 0)
        return weir_error_set(error, WEIR_INVALID, "none of the %zu lines is a %s%s", bench->messages.count,
                              weir_kind_name(bench->options->kind),
                              bench->options->text ? "" : ", a JSON object with a text; for plain text give --text");
    return WEIR_OK;
}

/* Passes for so long, at least one; those of a sample take at least sample_ns. */
static enum weir_status pass_for(struct bench *bench, double seconds, double sample_ns, struct weir_error *error)
{
    const struct moment started = start();
    double passed_ns = 0;
    do {
        struct bench_sample sample = {0};
        const double before_ns = passed_ns;
        do {
            enum weir_status status = pass_both(bench, &sample, error);
            if (status != WEIR_OK)
                return status;
            passed_ns = since(started).wall_ns;
        } while (passed_ns - before_ns < sample_ns);
        if (!bench_samples_add(&bench->samples, &sample))
            return weir_error_set(error, WEIR_NO_MEMORY, "no memory to note times");
    } while (passed_ns < seconds * SECOND_NS);
    return WEIR_OK;
}

static enum weir_status measure(struct bench *bench, struct weir_bench_report *report, struct weir_error *error)
{
    const double seconds = bench->options->seconds;
    const double sample_ns = seconds * ROWS_TIMED * SECOND_NS / SAMPLES_ABOUT;
    bench->clock_takes = probe_clocks();
    enum weir_status status = find_facts(bench, &report->facts, error);
    if (status == WEIR_OK)
        status = pass_for(bench, seconds * WARM_UP_PART, sample_ns, error);
    bench->samples.count = 0;
    const struct moment started = start();
    if (status == WEIR_OK)
        status = pass_for(bench, seconds * ROWS_TIMED, sample_ns, error);
    report->seconds = since(started).wall_ns / SECOND_NS;
    if (status == WEIR_OK && (status = bench_samples_sum(&bench->samples, bench->calls, report)) != WEIR_OK)
        weir_error_set(error, status, "no memory for the figures");
    return status;
}

enum weir_status weir_bench_run(const struct weir_bench_options *options, struct weir_bench_report *report,
                                struct weir_error *error)
{
    struct bench bench = {.options = options};
    struct weir_bench_report made = {0};
    enum weir_status status = bench_messages_load(options, &bench.messages, error);
    if (status == WEIR_OK && ((status = open_side(&bench, &bench.path)) != WEIR_OK ||
                              (status = open_side(&bench, &bench.alone)) != WEIR_OK ||
                              (status = weir_stages_new(bench.alone.pipeline, &bench.stages)) != WEIR_OK))
        weir_error_set(error, status, "no memory to start");
    if (status == WEIR_OK)
        status = measure(&bench, &made, error);
    weir_stages_free(bench.stages);
    weir_pipeline_free(bench.alone.pipeline);
    weir_pipeline_free(bench.path.pipeline);
    bench_messages_fini(&bench.messages);
    bench_samples_fini(&bench.samples);
    if (status == WEIR_OK)
        *report = made;
    return status;
}
