/* A whole pipeline between a source and a sink in memory, with a clock of its own. */
#ifndef WEIR_TEST_PATH_RUN_H
#define WEIR_TEST_PATH_RUN_H

#include "weir/budget.h"
#include "weir/normalize.h"
#include "weir/pipeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <jansson.h>

/* A post as Kafka would hand it out, at the offset of its place in the list. */
struct post {
    const char *json;
    int64_t timestamp_ms; /* -1: none */
    bool is_file;
};

/* A record as the sink took it. */
struct taken {
    enum weir_output output;
    uint64_t ticket;
    json_t *json;
};

struct path_run {
    struct weir_source source;
    struct weir_sink sink;
    struct weir_chars *chars;
    struct weir_normalizer *normalizer;
    struct weir_settings_file *settings;
    struct weir_settings used; /* the same, but for what a test changed */
    struct weir_ruleset *ruleset;
    struct weir_counters counters;
    struct weir_pipeline *pipeline;
    int64_t wall_ms;
    uint32_t mapping; /* 0: posts, 1: captions */
    const struct post *posts;
    size_t post_count;
    size_t post_next;
    int64_t finished; /* the offset that may be committed; -1: none */
    bool holds_deliveries;
    struct taken *taken;
    size_t taken_count;
    size_t delivered_count;
    void *owner; /* of a test that brings its own source and sink */
};

#define RUN_OF_SOURCE(base) ((struct path_run *)(void *)((char *)(base)-offsetof(struct path_run, source)))
#define RUN_OF_SINK(base) ((struct path_run *)(void *)((char *)(base)-offsetof(struct path_run, sink)))

static enum weir_status poll_posts(struct weir_source *source, struct weir_batch *batch, int timeout_ms,
                                   struct weir_error *error)
{
    (void)timeout_ms;
    struct path_run *run = RUN_OF_SOURCE(source);
    for (; run->post_next < run->post_count && !weir_batch_full(batch); run->post_next++) {
        const struct post *post = &run->posts[run->post_next];
        struct weir_message *message = &batch->messages[batch->count++];
        *message = (struct weir_message){
            .origin = {WEIR_TEXT_LITERAL("posts"), 0, (int64_t)run->post_next, post->timestamp_ms, post->is_file},
            .payload = weir_arena_padded(batch->arena, weir_text_of(post->json)),
            .mapping = run->mapping,
        };
        assert_non_null(message->payload.data);
    }
    if (run->post_next < run->post_count)
        return WEIR_OK;
    error->status = WEIR_OK;
    return WEIR_FATAL;
}

static enum weir_status note_finished(struct weir_source *source, uint32_t slot, struct weir_progress progress)
{
    assert_int_equal(slot, 0);
    RUN_OF_SOURCE(source)->finished = progress.offset;
    return WEIR_OK;
}

static enum weir_status take_record(struct weir_sink *sink, const struct weir_record *record, struct weir_error *error)
{
    (void)error;
    struct path_run *run = RUN_OF_SINK(sink);
    struct taken *grown = realloc(run->taken, (run->taken_count + 1) * sizeof *grown);
    assert_non_null(grown);
    run->taken = grown;
    json_t *json = json_loadb(record->value.data, record->value.length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    assert_non_null(json);
    run->taken[run->taken_count++] = (struct taken){record->output, record->ticket, json};
    return WEIR_OK;
}

static enum weir_status deliver_records(struct weir_sink *sink, int timeout_ms, struct weir_error *error)
{
    (void)timeout_ms;
    (void)error;
    struct path_run *run = RUN_OF_SINK(sink);
    const struct weir_sink_events *events = weir_pipeline_sink_events(run->pipeline);
    for (; !run->holds_deliveries && run->delivered_count < run->taken_count; run->delivered_count++)
        events->delivered(events->context, run->taken[run->delivered_count].ticket);
    return WEIR_OK;
}

static int64_t tell_wall(void *context)
{
    return ((struct path_run *)context)->wall_ms;
}

/* A pipeline under the rules of this pack, without a budget. change: of the settings, or NULL. */
static struct path_run *open_run(const char *pack, void (*change)(struct weir_settings *settings))
{
    static const struct weir_source_operations source = {.poll = poll_posts, .finished = note_finished};
    static const struct weir_sink_operations sink = {.put = take_record, .poll = deliver_records};
    struct path_run *run = calloc(1, sizeof *run);
    assert_non_null(run);
    *run = (struct path_run){.source.operations = &source, .sink.operations = &sink, .finished = -1};
    run->chars = weir_chars_new();
    assert_non_null(run->chars);
    assert_int_equal(weir_normalizer_new(run->chars, &run->normalizer), WEIR_OK);
    assert_int_equal(weir_settings_default(&run->settings), WEIR_OK);
    const struct weir_settings *settings = weir_settings_get(run->settings);
    struct weir_folding folding = weir_normalizer_folding(run->normalizer);
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    if (weir_ruleset_parse("t.yaml", weir_text_of(pack), &settings->fields, &folding, diagnostics, &run->ruleset) !=
        WEIR_OK) {
        weir_diagnostics_print(diagnostics, stderr);
        fail_msg("the pack does not load");
    }
    weir_diagnostics_free(diagnostics);
    run->used = *settings;
    if (change)
        change(&run->used);
    struct weir_pipeline_parts parts = {.settings = &run->used,
                                        .ruleset = run->ruleset,
                                        .chars = run->chars,
                                        .counters = &run->counters,
                                        .clock = {tell_wall, tell_wall, run},
                                        .record_max = SIZE_MAX};
    assert_int_equal(weir_pipeline_new(&parts, &run->pipeline), WEIR_OK);
    const struct weir_source_events *events = weir_pipeline_source_events(run->pipeline);
    assert_int_equal(events->assigned(events->context, "posts", 0, 0, (struct weir_progress){-1, -1}), 0);
    weir_pipeline_connect(run->pipeline, &run->source, &run->sink);
    return run;
}

static void close_run(struct path_run *run)
{
    for (size_t i = 0; i < run->taken_count; i++)
        json_decref(run->taken[i].json);
    free(run->taken);
    weir_pipeline_free(run->pipeline);
    weir_ruleset_free(run->ruleset);
    weir_settings_free(run->settings);
    weir_normalizer_free(run->normalizer);
    weir_chars_free(run->chars);
    free(run);
}

/* These posts, after those before; the list stays the caller's. */
static inline void pass_posts(struct path_run *run, const struct post *posts, size_t count)
{
    struct weir_error error = {0};
    run->posts = posts;
    run->post_count = count;
    run->post_next = 0;
    while (weir_pipeline_turn(run->pipeline, 0, &error) == WEIR_OK) {
    }
    assert_int_equal(error.status, WEIR_OK);
    assert_int_equal(run->post_next, count);
}

#endif
