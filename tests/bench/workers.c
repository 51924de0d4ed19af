/* The path in several workers of one process, without Kafka: bench_workers CONFIG RULES FILE SECONDS
 *
 * CONFIG says how many workers. These are the daemon's own (weir_daemon_start), each with a source that gives it the
 * lines of FILE (posts as JSON) again and again, and a sink that only counts. After a moment to warm up it prints
 * messages, seconds of the clock, seconds of processor time and flags. Exit status: 0, 2 usage, 3 trouble. */
#include "weir/normalize.h"
#include "weir/rules_ready.h"
#include "weir/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP_PART 0.3
#define WARM_UP_S_MAX 1.0
#define STOP_MS 5000

struct posts {
    struct weir_padded_text *at;
    size_t count;
};

struct posts_source {
    struct weir_source base;
    const struct posts *posts;
    uint64_t next;
    uint32_t slot;
};

struct counting_sink {
    struct weir_sink base;
    const struct weir_sink_events *events;
};

static void die(const char *what)
{
    fprintf(stderr, "workers: %s\n", what);
    exit(3);
}

static double read_clock(clockid_t clock)
{
    struct timespec at;
    clock_gettime(clock, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void read_posts(const char *path, struct posts *posts)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    size_t capacity = 0;
    if (!file)
        die("cannot read the posts");
    for (ssize_t length; (length = getline(&line, &room, file)) > 0;) {
        size_t bytes = (size_t)length - (line[length - 1] == '\n');
        if (posts->count == capacity) {
            capacity = capacity ? 2 * capacity : 4096;
            posts->at = realloc(posts->at, capacity * sizeof *posts->at);
        }
        char *kept = calloc(1, bytes + WEIR_PADDING);
        if (!posts->at || !kept)
            die("no memory for the posts");
        memcpy(kept, line, bytes);
        posts->at[posts->count++] = (struct weir_padded_text){kept, bytes};
    }
    free(line);
    fclose(file);
    if (posts->count == 0)
        die("there are no posts in the file");
}

/* ---- The ends of a worker ---- */

static enum weir_status give_posts(struct weir_source *base, struct weir_batch *batch, int timeout_ms,
                                   struct weir_error *error)
{
    struct posts_source *source = (struct posts_source *)base;
    size_t bytes = 0;
    (void)timeout_ms;
    (void)error;
    while (batch->count < batch->capacity && bytes < batch->bytes_max) {
        struct weir_padded_text post = source->posts->at[source->next % source->posts->count];
        batch->messages[batch->count++] = (struct weir_message){
            .origin = {WEIR_TEXT_LITERAL("posts"), (int32_t)source->slot, (int64_t)source->next++, -1, false},
            .payload = post,
            .slot = source->slot,
        };
        bytes += post.length;
    }
    return WEIR_OK;
}

static enum weir_status ignore_finished(struct weir_source *source, uint32_t slot, struct weir_progress progress)
{
    (void)source;
    (void)slot;
    (void)progress;
    return WEIR_OK;
}

static void close_source(struct weir_source *source, int deadline_ms)
{
    (void)deadline_ms;
    free(source);
}

static enum weir_status open_source(void *context, const struct weir_source_events *events, struct weir_source **source,
                                    struct weir_error *error)
{
    static const struct weir_source_operations operations = {
        .poll = give_posts, .finished = ignore_finished, .close = close_source};
    struct posts_source *made = calloc(1, sizeof *made);
    if (!made)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a source");
    made->base.operations = &operations;
    made->posts = context;
    made->slot = events->assigned(events->context, "posts", 0, 0, (struct weir_progress){-1, -1});
    *source = &made->base;
    return WEIR_OK;
}

static enum weir_status count_record(struct weir_sink *base, const struct weir_record *record, struct weir_error *error)
{
    const struct counting_sink *sink = (struct counting_sink *)base;
    (void)error;
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

static void close_sink(struct weir_sink *sink)
{
    free(sink);
}

static enum weir_status open_sink(void *context, const struct weir_sink_events *events, struct weir_sink **sink,
                                  struct weir_error *error)
{
    static const struct weir_sink_operations operations = {
        .put = count_record, .poll = poll_nothing, .close = close_sink};
    struct counting_sink *made = calloc(1, sizeof *made);
    (void)context;
    if (!made)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a sink");
    made->base.operations = &operations;
    made->events = events;
    *sink = &made->base;
    return WEIR_OK;
}

/* ---- The run ---- */

static void sleep_seconds(double seconds)
{
    usleep((useconds_t)(seconds * 1e6));
}

static enum weir_status measure(const struct weir_daemon_parts *parts, double seconds, struct weir_error *error)
{
    struct weir_daemon *daemon;
    uint64_t before[WEIR_COUNTER_COUNT];
    uint64_t after[WEIR_COUNTER_COUNT];
    enum weir_status status = weir_daemon_start(parts, &daemon, error);
    if (status != WEIR_OK)
        return status;
    sleep_seconds(seconds * WARM_UP_PART < WARM_UP_S_MAX ? seconds * WARM_UP_PART : WARM_UP_S_MAX);
    double wall = read_clock(CLOCK_MONOTONIC);
    double processor = read_clock(CLOCK_PROCESS_CPUTIME_ID);
    weir_daemon_counts(daemon, before);
    sleep_seconds(seconds);
    weir_daemon_counts(daemon, after);
    processor = read_clock(CLOCK_PROCESS_CPUTIME_ID) - processor;
    wall = read_clock(CLOCK_MONOTONIC) - wall;
    weir_daemon_stop(daemon);
    while (!weir_daemon_ended(daemon))
        usleep(1000);
    status = weir_daemon_free(daemon, error);
    if (status == WEIR_OK)
        printf("%" PRIu64 " %.4f %.4f %" PRIu64 "\n", after[WEIR_COUNT_MESSAGES] - before[WEIR_COUNT_MESSAGES], wall,
               processor, after[WEIR_COUNT_FLAGS] - before[WEIR_COUNT_FLAGS]);
    return status;
}

static enum weir_status load(char **arguments, struct weir_daemon_parts *parts, struct weir_diagnostics *diagnostics)
{
    struct weir_settings_file *file;
    struct weir_ruleset *ruleset = NULL;
    const char *path = arguments[2];
    enum weir_status status = weir_settings_load(arguments[1], WEIR_SETTINGS_FOR_SCAN, diagnostics, &file);
    if (status != WEIR_OK)
        return status;
    parts->settings = weir_settings_get(file);
    const struct weir_rules_source rules = {.paths = &path,
                                            .path_count = 1,
                                            .settings = parts->settings,
                                            .chars = parts->chars,
                                            .cache = parts->settings->rules_cache,
                                            .log = parts->log};
    status = weir_rules_ready_from(&rules, diagnostics, &ruleset, NULL);
    parts->rules.ruleset = ruleset;
    return status;
}

int main(int count, char **arguments)
{
    double seconds = count == 5 ? strtod(arguments[4], NULL) : 0;
    if (!(seconds > 0)) {
        fputs("usage: bench_workers CONFIG RULES FILE SECONDS\n", stderr);
        return 2;
    }
    struct posts posts = {0};
    struct weir_error error = {0};
    struct weir_log log = {.descriptor = 2, .level = WEIR_LOG_WARNING, .clock = weir_clock_system()};
    const struct weir_daemon_ends ends = {.open_source = open_source, .open_sink = open_sink, .context = &posts};
    struct weir_daemon_parts parts = {
        .chars = weir_chars_new(), .log = &log, .ends = &ends, .stop_deadline_ms = STOP_MS};
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(50);
    if (!diagnostics || !parts.chars || weir_hyperscan_check(&error) != WEIR_OK)
        die("no memory, or this Hyperscan cannot be used");
    read_posts(arguments[3], &posts);
    enum weir_status status = load(arguments, &parts, diagnostics);
    weir_diagnostics_print(diagnostics, stderr);
    if (status == WEIR_OK)
        status = measure(&parts, seconds, &error);
    if (status != WEIR_OK && error.text[0])
        fprintf(stderr, "workers: %s\n", error.text);
    return weir_status_exit(status); /* the process ends: what was loaded goes with it */
}
