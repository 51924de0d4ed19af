/* Lines of files as messages in memory: read once by the source of files, handed out without a copy. Owns the memory;
 * never looks into a payload. */
#include "bench_messages.h"

#include "file_mapping.h"

#include <stdlib.h>

#define READ_MESSAGES 512
#define READ_BYTES ((size_t)4 << 20)
#define TURN_MS 1000

/* Memory that grows with the messages and is given back all at once. */
static bool make_room(struct bench_messages *messages)
{
    if (messages->count < messages->capacity)
        return true;
    size_t larger = messages->capacity ? 2 * messages->capacity : 4096;
    struct weir_message *grown = realloc(messages->at, larger * sizeof *grown);
    if (!grown)
        return false;
    messages->at = grown;
    messages->capacity = larger;
    return true;
}

/* A name is kept once for all lines of its file. */
static bool keep_topic(struct bench_messages *messages, struct weir_message *kept)
{
    if (messages->count > 0 && weir_text_equal(messages->at[messages->count - 1].origin.topic, kept->origin.topic))
        kept->origin.topic = messages->at[messages->count - 1].origin.topic;
    else
        kept->origin.topic = weir_arena_text(messages->arena, kept->origin.topic);
    if (kept->key.data)
        kept->key = kept->origin.topic; /* of captions: the file is the stream */
    return kept->origin.topic.data != NULL;
}

static bool keep_message(struct bench_messages *messages, const struct weir_message *message)
{
    struct weir_message kept = *message;
    if (!make_room(messages) || !keep_topic(messages, &kept))
        return false;
    if (message->payload.data) {
        kept.payload = weir_arena_padded(messages->arena, weir_text_from_padded(message->payload));
        if (!kept.payload.data)
            return false;
    }
    messages->at[messages->count++] = kept;
    messages->bytes += sizeof kept + kept.payload.length + WEIR_PADDING;
    messages->payload_bytes += kept.payload.length;
    return true;
}

static enum weir_status keep_batch(const struct weir_bench_options *options, const struct weir_batch *batch,
                                   struct bench_messages *messages, struct weir_error *error)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (!keep_message(messages, &batch->messages[i]))
            return weir_error_set(error, WEIR_NO_MEMORY, "no memory for the lines of the files");
        if (messages->bytes > options->bytes_max)
            return weir_error_set(error, WEIR_INVALID,
                                  "the lines take more than %zu MiB of memory, which is the most; give fewer of them, "
                                  "e.g. those of head -n %zu",
                                  options->bytes_max >> 20, messages->count / 2);
    }
    return WEIR_OK;
}

static enum weir_status read_all(const struct weir_bench_options *options, struct weir_source *source,
                                 struct weir_batch *batch, struct bench_messages *messages, struct weir_error *error)
{
    for (;;) {
        weir_batch_reset(batch);
        enum weir_status ended = source->operations->poll(source, batch, TURN_MS, error);
        enum weir_status status = keep_batch(options, batch, messages, error);
        if (status != WEIR_OK)
            return status;
        if (ended == WEIR_FATAL)
            return error->status;
    }
}

enum weir_status bench_messages_load(const struct weir_bench_options *options, struct bench_messages *messages,
                                     struct weir_error *error)
{
    struct weir_file_source_options files = {
        .paths = options->paths,
        .path_count = options->path_count,
        .text = options->text,
        .is_stream = options->kind == WEIR_CAPTION,
        .plain_mapping = weir_mapping_plain_number(options->settings, options->kind),
        .line_max = options->settings->limits.payload,
    };
    struct weir_batch batch = {0};
    struct weir_source *source = NULL;
    *messages = (struct bench_messages){.arena = weir_arena_new(0)};
    enum weir_status status =
        options->text ? WEIR_OK : file_mapping_find(options->settings, options->kind, &files.mapping, error);
    if (status == WEIR_OK && (!messages->arena || weir_batch_init(&batch, READ_MESSAGES, READ_BYTES) != WEIR_OK))
        status = weir_error_set(error, WEIR_NO_MEMORY, "no memory to read files");
    if (status == WEIR_OK)
        status = weir_file_source_open(&files, &source, error);
    if (status == WEIR_OK)
        status = read_all(options, source, &batch, messages, error);
    if (status == WEIR_OK && messages->count == 0)
        status = weir_error_set(error, WEIR_INVALID, "%s holds no line to measure with%s", options->paths[0],
                                options->path_count > 1 ? ", nor do the other files" : "");
    if (source)
        source->operations->close(source, 0);
    weir_batch_fini(&batch);
    return status;
}

void bench_messages_fini(struct bench_messages *messages)
{
    free(messages->at);
    weir_arena_free(messages->arena);
    *messages = (struct bench_messages){0};
}

/* ---- The source ---- */

static enum weir_status give_messages(struct weir_source *base, struct weir_batch *batch, int timeout_ms,
                                      struct weir_error *error)
{
    (void)timeout_ms;
    struct bench_source *source = (struct bench_source *)base;
    const struct bench_messages *messages = source->messages;
    size_t bytes = 0;
    while (source->next < messages->count && batch->count < batch->capacity && bytes < batch->bytes_max) {
        const struct weir_message *message = &messages->at[source->next++];
        batch->messages[batch->count++] = *message;
        bytes += message->payload.length;
    }
    *error = (struct weir_error){.status = WEIR_OK};
    return batch->count > 0 ? WEIR_OK : WEIR_FATAL;
}

static enum weir_status ignore_finished(struct weir_source *source, uint32_t slot, struct weir_progress progress)
{
    (void)source;
    (void)slot;
    (void)progress;
    return WEIR_OK;
}

void bench_source_init(struct bench_source *source, const struct bench_messages *messages)
{
    static const struct weir_source_operations operations = {.poll = give_messages, .finished = ignore_finished};
    *source = (struct bench_source){.source.operations = &operations, .messages = messages};
}
