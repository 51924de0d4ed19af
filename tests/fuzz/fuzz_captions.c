/* Lines as fragments of live streams through a whole pipeline, in windows as small as they can be. Whatever comes, each
 * turn ends well and every record is UTF-8. */
#include "weir/normalize.h"
#include "weir/pipeline.h"

#include <stdio.h>
#include <stdlib.h>

static const char PACK[] = "pack: t\nversion: 1.0.0\nrules:\n"
                           "  - {id: t.a, title: t, why: w, category: scams_and_fraud, severity: low, cooldown: 0s, "
                           "patterns: {a: {literals: [ab, "
                           "b]}, b: {regex: 'a+b?c'}, c: {literals: [c], boundary: word}}, condition: 'near(a, b, 9) "
                           "or c', except: [{literals: "
                           "[cab]}], examples: {flag: [c], pass: [d]}}\n"
                           "  - {id: t.b, title: t, why: w, category: scams_and_fraud, severity: low, cooldown: 1s, "
                           "status: shadow, patterns: {a: "
                           "{regex: 'a(?!b)'}, b: {literals: [d], view: exact}}, condition: 'a and within(a, b, 2s)', "
                           "examples: {flag: [[{at_ms: 0, "
                           "text: a d}]], pass: [d]}}\n";

struct fuzz {
    struct weir_source source;
    struct weir_sink sink;
    struct weir_settings_file *file;
    struct weir_settings settings;
    struct weir_normalizer *normalizer;
    struct weir_ruleset *ruleset;
    struct weir_chars *chars;
    const uint8_t *data;
    size_t size;
    size_t at;
    int64_t offset;
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* A line is a message; one that begins with ! has only a key, the rest of it. */
static enum weir_status poll_lines(struct weir_source *source, struct weir_batch *batch, int timeout_ms,
                                   struct weir_error *error)
{
    (void)timeout_ms;
    struct fuzz *fuzz = (struct fuzz *)source;
    while (fuzz->at < fuzz->size && !weir_batch_full(batch)) {
        const char *line = (const char *)fuzz->data + fuzz->at;
        const char *feed = memchr(line, '\n', fuzz->size - fuzz->at);
        size_t length = feed ? (size_t)(feed - line) : fuzz->size - fuzz->at;
        fuzz->at += length + 1;
        struct weir_message *message = &batch->messages[batch->count++];
        bool is_tombstone = length > 0 && line[0] == '!';
        *message = (struct weir_message){
            .origin = {WEIR_TEXT_LITERAL("c"), 0, fuzz->offset, fuzz->offset * 1000, false},
            .mapping = 1,
        };
        fuzz->offset++;
        if (is_tombstone)
            message->key = weir_arena_text(batch->arena, (struct weir_text){line + 1, length - 1});
        else
            message->payload = weir_arena_padded(batch->arena, (struct weir_text){line, length});
    }
    error->status = WEIR_OK;
    return fuzz->at < fuzz->size ? WEIR_OK : WEIR_FATAL;
}

static enum weir_status ignore_finished(struct weir_source *source, uint32_t slot, struct weir_progress progress)
{
    (void)source;
    (void)slot;
    require(progress.needed <= progress.offset);
    return WEIR_OK;
}

static enum weir_status take_record(struct weir_sink *sink, const struct weir_record *record, struct weir_error *error)
{
    (void)sink;
    (void)error;
    require(record->value.length > 0 && weir_utf8_valid(record->value));
    return WEIR_OK;
}

static enum weir_status poll_sink(struct weir_sink *sink, int timeout_ms, struct weir_error *error)
{
    (void)sink;
    (void)timeout_ms;
    (void)error;
    return WEIR_OK;
}

static int64_t tell_no_time(void *context)
{
    (void)context;
    return 0;
}

static struct fuzz *start(void)
{
    static const struct weir_source_operations source = {.poll = poll_lines, .finished = ignore_finished};
    static const struct weir_sink_operations sink = {.put = take_record, .poll = poll_sink};
    struct fuzz *fuzz = calloc(1, sizeof *fuzz);
    require(fuzz && weir_settings_default(&fuzz->file) == WEIR_OK);
    fuzz->source.operations = &source;
    fuzz->sink.operations = &sink;
    fuzz->settings = *weir_settings_get(fuzz->file);
    fuzz->chars = weir_chars_new();
    require(fuzz->chars && weir_normalizer_new(fuzz->chars, &fuzz->normalizer) == WEIR_OK);
    struct weir_folding folding = weir_normalizer_folding(fuzz->normalizer);
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(5);
    enum weir_status status =
        weir_ruleset_parse("t.yaml", weir_text_of(PACK), &fuzz->settings.fields, &folding, diagnostics, &fuzz->ruleset);
    weir_diagnostics_print(diagnostics, stderr);
    weir_diagnostics_free(diagnostics);
    require(status == WEIR_OK);
    return fuzz;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fuzz *fuzz;
    if (!fuzz)
        fuzz = start();
    if (size < 1)
        return 0;
    fuzz->settings.captions.join = (enum weir_join)(data[0] % 3);
    fuzz->settings.captions.rollup = data[0] & 4;
    fuzz->settings.captions.window_bytes = 64;
    fuzz->settings.captions.streams_max = data[0] & 8 ? 2 : 100;
    fuzz->settings.captions.idle_ms = data[0] & 16 ? 3000 : 100000;
    fuzz->settings.workers = 1;
    fuzz->data = data + 1;
    fuzz->size = size - 1;
    fuzz->at = 0;
    fuzz->offset = 0;
    struct weir_counters counters = {0};
    struct weir_pipeline *pipeline;
    struct weir_error error = {0};
    const struct weir_pipeline_parts parts = {.settings = &fuzz->settings,
                                              .ruleset = fuzz->ruleset,
                                              .chars = fuzz->chars,
                                              .counters = &counters,
                                              .clock = {tell_no_time, tell_no_time, NULL},
                                              .record_max = SIZE_MAX,
                                              .is_reproducible = true};
    require(weir_pipeline_new(&parts, &pipeline) == WEIR_OK);
    const struct weir_source_events *events = weir_pipeline_source_events(pipeline);
    int64_t resume = data[0] & 32 ? 3 : -1;
    events->assigned(events->context, "c", 0, 0, (struct weir_progress){resume, resume});
    weir_pipeline_connect(pipeline, &fuzz->source, &fuzz->sink);
    while (weir_pipeline_turn(pipeline, 0, &error) == WEIR_OK) {
    }
    require(error.status == WEIR_OK);
    weir_pipeline_free(pipeline);
    return 0;
}
