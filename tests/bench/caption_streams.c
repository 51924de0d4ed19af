/* Many live caption streams in one process, against the same texts as posts:
 *
 *   bench_caption_streams CONFIG RULES captions|posts STREAMS ROUNDS
 *
 * Each round gives every stream one fragment of about BYTES bytes of words. Prints the seconds of processor time and
 * the messages of the last round (every stream is known by then), the streams known at the end, the bytes that weir
 * counts for them, those by which the process grew, and how many streams were evicted. tests/bench/caption_streams.sh
 * makes a table of it. */
#include "weir/normalize.h"
#include "weir/pipeline.h"
#include "weir/rules_ready.h"
#include "weir/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BYTES 64

struct crowd {
    struct weir_source source;
    struct weir_sink sink;
    struct weir_pipeline *pipeline;
    uint32_t mapping;
    uint64_t streams;
    uint64_t rounds;
    uint64_t next; /* the message that comes next: of stream next % streams */
    uint64_t records;
};

static double processor_seconds(void)
{
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static size_t resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long pages = 0;
    if (!file || fscanf(file, "%*u %lu", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* The same words for the same number (splitmix64). */
static void write_words(uint64_t number, char *to)
{
    static const char *const words[] = {"account", "river",  "call",   "window", "and",   "then", "payment",  "we",
                                        "went",    "on",     "to",     "the",    "next",  "good", "question", "is",
                                        "weather", "please", "market", "a",      "safe",  "word", "studio",   "of",
                                        "evening", "music",  "three",  "people", "today", "what", "number",   "now"};
    size_t length = 0;
    while (length < BYTES) {
        number += UINT64_C(0x9e3779b97f4a7c15);
        uint64_t mixed = (number ^ (number >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        const char *word = words[(mixed >> 32) % (sizeof words / sizeof *words)];
        if (length > 0)
            to[length++] = ' ';
        size_t letters = strlen(word);
        memcpy(to + length, word, letters);
        length += letters;
    }
    to[length] = '\0';
}

static enum weir_status give_messages(struct weir_source *base, struct weir_batch *batch, int timeout_ms,
                                      struct weir_error *error)
{
    (void)timeout_ms;
    struct crowd *crowd = (struct crowd *)base;
    char words[BYTES + 32];
    char json[256];
    for (; crowd->next < crowd->streams * crowd->rounds && !weir_batch_full(batch); crowd->next++) {
        uint64_t round = crowd->next / crowd->streams;
        write_words(crowd->next, words);
        int length = snprintf(json, sizeof json,
                              "{\"id\":\"%" PRIu64 "\",\"stream_id\":\"stream-%" PRIu64 "\",\"seq\":%" PRIu64
                              ",\"start_ms\":%" PRIu64 ",\"text\":\"%s\"}",
                              crowd->next, crowd->next % crowd->streams, round, round * 2500, words);
        batch->messages[batch->count++] = (struct weir_message){
            .origin = {WEIR_TEXT_LITERAL("bench"), 0, (int64_t)crowd->next, 1700000000000, false},
            .payload = weir_arena_padded(batch->arena, (struct weir_text){json, (size_t)length}),
            .mapping = crowd->mapping,
        };
    }
    error->status = WEIR_OK;
    return crowd->next < crowd->streams * crowd->rounds ? WEIR_OK : WEIR_FATAL;
}

static enum weir_status ignore_finished(struct weir_source *source, uint32_t slot, struct weir_progress progress)
{
    (void)source;
    (void)slot;
    (void)progress;
    return WEIR_OK;
}

static enum weir_status count_record(struct weir_sink *sink, const struct weir_record *record, struct weir_error *error)
{
    (void)error;
    struct crowd *crowd = (struct crowd *)(void *)((char *)sink - offsetof(struct crowd, sink));
    const struct weir_sink_events *events = weir_pipeline_sink_events(crowd->pipeline);
    crowd->records++;
    events->delivered(events->context, record->ticket);
    return WEIR_OK;
}

static enum weir_status poll_nothing(struct weir_sink *sink, int timeout_ms, struct weir_error *error)
{
    (void)sink;
    (void)timeout_ms;
    (void)error;
    return WEIR_OK;
}

static enum weir_status run_crowd(struct crowd *crowd, const struct weir_counters *counters, struct weir_error *error)
{
    const struct weir_source_events *events = weir_pipeline_source_events(crowd->pipeline);
    if (events->assigned(events->context, "bench", 0, 0, (struct weir_progress){-1, -1}) != 0)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory to start");
    size_t resident = resident_bytes();
    bool is_timed = false;
    double begun = 0;
    uint64_t begun_at = 0;
    enum weir_status status;
    do {
        if (!is_timed && crowd->next >= crowd->streams * (crowd->rounds - 1)) {
            is_timed = true;
            begun = processor_seconds();
            begun_at = crowd->next;
        }
        status = weir_pipeline_turn(crowd->pipeline, 0, error);
    } while (status == WEIR_OK);
    double seconds = processor_seconds() - begun;
    if (status != WEIR_FATAL || error->status != WEIR_OK)
        return status;
    printf("%.3f %" PRIu64 " %" PRIu64 " %" PRIu64 " %zu %" PRIu64 " %" PRIu64 "\n", seconds, crowd->next - begun_at,
           weir_counted(counters, WEIR_COUNT_STREAMS), weir_counted(counters, WEIR_COUNT_STREAM_BYTES),
           resident_bytes() - resident, weir_counted(counters, WEIR_COUNT_STREAMS_EVICTED), crowd->records);
    return WEIR_OK;
}

static enum weir_status find_mapping(const struct weir_settings *settings, enum weir_kind kind, uint32_t *mapping)
{
    for (size_t i = 0; i < settings->mapping_count; i++)
        if (settings->mappings[i].kind == kind) {
            *mapping = (uint32_t)i;
            return WEIR_OK;
        }
    return WEIR_INVALID;
}

int main(int argc, char **argv)
{
    if (argc != 6)
        return 2;
    static const struct weir_source_operations source = {.poll = give_messages, .finished = ignore_finished};
    static const struct weir_sink_operations sink = {.put = count_record, .poll = poll_nothing};
    struct crowd crowd = {.source.operations = &source,
                          .sink.operations = &sink,
                          .streams = strtoull(argv[4], NULL, 10),
                          .rounds = strtoull(argv[5], NULL, 10)};
    enum weir_kind kind = strcmp(argv[3], "captions") == 0 ? WEIR_CAPTION : WEIR_POST;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(50);
    struct weir_settings_file *file = NULL;
    struct weir_ruleset *ruleset = NULL;
    struct weir_counters counters = {0};
    struct weir_error error = {0};
    struct weir_log log = {.descriptor = 2, .level = WEIR_LOG_WARNING, .clock = weir_clock_system()};
    struct weir_chars *chars = weir_chars_new();
    struct weir_pipeline_parts parts = {
        .chars = chars, .counters = &counters, .clock = weir_clock_system(), .record_max = SIZE_MAX};
    if (!diagnostics || !parts.chars || weir_hyperscan_check(&error) != WEIR_OK)
        return 3;
    const char *path = argv[2];
    enum weir_status status = weir_settings_load(argv[1], WEIR_SETTINGS_FOR_SCAN, diagnostics, &file);
    if (status == WEIR_OK) {
        parts.settings = weir_settings_get(file);
        const struct weir_rules_source rules = {
            .paths = &path, .path_count = 1, .settings = parts.settings, .chars = parts.chars, .log = &log};
        status = weir_rules_ready_from(&rules, diagnostics, &ruleset, NULL);
    }
    parts.ruleset = ruleset;
    if (status == WEIR_OK)
        status = find_mapping(parts.settings, kind, &crowd.mapping);
    if (status == WEIR_OK)
        status = weir_pipeline_new(&parts, &crowd.pipeline);
    weir_diagnostics_print(diagnostics, stderr);
    if (status == WEIR_OK) {
        weir_pipeline_connect(crowd.pipeline, &crowd.source, &crowd.sink);
        status = run_crowd(&crowd, &counters, &error);
    }
    weir_pipeline_free(crowd.pipeline);
    weir_ruleset_free(ruleset);
    weir_chars_free(chars);
    weir_settings_free(file);
    weir_diagnostics_free(diagnostics);
    return weir_status_exit(status);
}
