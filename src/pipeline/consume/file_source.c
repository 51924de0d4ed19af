/* consume: lines of files as messages. Hands a batch on as soon as the input pauses; never looks into a line beyond
 * whether it is blank. */
#include "file_lines.h"
#include "subtitles.h"
#include "weir/consume.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct file_source {
    struct weir_source source;
    char **paths;
    size_t path_count;
    size_t path_next; /* to be opened */
    const char *path; /* open now; NULL: none is */
    int64_t line;     /* of it, the last one taken */
    bool text;
    bool is_stream;
    bool has_cues;   /* the open file is one of subtitles */
    unsigned ending; /* of the open file: enum ending */
    struct weir_subtitles subtitles;
    uint32_t mapping;
    uint32_t plain_mapping;
    struct weir_file_lines lines;
    struct weir_error refusal; /* what was said of a line that nothing can follow */
};

static enum weir_status fail(struct weir_error *error, const char *path)
{
    weir_error_set(error, WEIR_UNAVAILABLE, "cannot read %s: %s", path, strerror(errno));
    return WEIR_FATAL;
}

/* The line that was taken last, and so the whole of what follows it. */
static enum weir_status refuse(struct file_source *source, const char *text, struct weir_error *error)
{
    source->refusal = (struct weir_error){.status = WEIR_INVALID, .line = (unsigned)source->line, .column = 1};
    snprintf(source->refusal.file, sizeof source->refusal.file, "%s", source->path);
    snprintf(source->refusal.text, sizeof source->refusal.text, "%s", text);
    *error = source->refusal;
    return WEIR_FATAL;
}

static bool is_blank(struct weir_text line)
{
    size_t i = 0;
    while (i < line.length && (line.data[i] == ' ' || (line.data[i] >= '\t' && line.data[i] <= '\r')))
        i++;
    return i == line.length;
}

static bool is_standard_input(const char *path)
{
    return strcmp(path, "-") == 0;
}

static enum weir_status open_next(struct file_source *source, struct weir_error *error)
{
    const char *path = source->paths[source->path_next];
    int descriptor = is_standard_input(path) ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return fail(error, path);
    source->path = path;
    source->path_next++;
    source->line = 0;
    source->has_cues = source->is_stream && weir_subtitles_have_name(path);
    weir_file_lines_start(&source->lines, descriptor, source->has_cues);
    return WEIR_OK;
}

static void close_file(struct file_source *source)
{
    if (source->path && !is_standard_input(source->path))
        close(source->lines.descriptor);
    source->path = NULL;
}

/* What is handed out once all lines of the file are. */
enum ending { ENDING_NONE, ENDING_CUE, ENDING_STREAM };

static bool needs_escape(char c)
{
    return c == '"' || c == '\\' || (unsigned char)c < 0x20;
}

/* {BEFORE "text": text}, padded, in the arena. Bytes that are no UTF-8 pass through: decode repairs them as it does for
 * JSON lines. */
static struct weir_padded_text wrap_text(const char *before, struct weir_text text, struct weir_arena *arena)
{
    static const char name[] = "\"text\":\"";
    static const char after[] = "\"}";
    static const char hex[] = "0123456789abcdef";
    size_t length = 1 + strlen(before) + sizeof name + sizeof after - 2;
    for (size_t i = 0; i < text.length; i++)
        length += needs_escape(text.data[i]) ? 6 : 1;
    char *out = weir_arena_alloc(arena, length + WEIR_PADDING);
    if (!out)
        return (struct weir_padded_text){NULL, 0};
    char *at = out;
    *at++ = '{';
    at = mempcpy(at, before, strlen(before));
    at = mempcpy(at, name, sizeof name - 1);
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (needs_escape(text.data[i])) {
            at = mempcpy(at, "\\u00", 4);
            *at++ = hex[c >> 4];
            *at++ = hex[c & 15];
        } else {
            *at++ = text.data[i];
        }
    }
    at = mempcpy(at, after, sizeof after - 1);
    memset(at, 0, WEIR_PADDING);
    return (struct weir_padded_text){out, length};
}

static struct weir_message *add_message(const struct file_source *source, int64_t line, uint32_t mapping,
                                        struct weir_batch *batch)
{
    struct weir_message *message = &batch->messages[batch->count++];
    *message = (struct weir_message){
        .origin = {weir_text_of(source->path), 0, line, -1, true},
        .key = weir_text_of(source->is_stream ? source->path : NULL),
        .mapping = mapping,
    };
    return message;
}

static enum weir_status fail_memory(const struct file_source *source, struct weir_error *error)
{
    weir_error_set(error, WEIR_NO_MEMORY, "no memory for line %lld of %s", (long long)source->line, source->path);
    return WEIR_FATAL;
}

static enum weir_status add_line(const struct file_source *source, const struct weir_file_line *line,
                                 struct weir_batch *batch, struct weir_error *error)
{
    struct weir_padded_text payload =
        source->text ? wrap_text("", line->text, batch->arena) : weir_arena_padded(batch->arena, line->text);
    if (!payload.data)
        return fail_memory(source, error);
    struct weir_message *message =
        add_message(source, source->line, source->text ? source->plain_mapping : source->mapping, batch);
    message->payload = payload;
    message->whole_bytes = line->whole_bytes;
    return WEIR_OK;
}

/* A line of subtitles, and the cue that it completes. */
static enum weir_status add_subtitle(struct file_source *source, struct weir_text line, struct weir_batch *batch,
                                     struct weir_error *error)
{
    struct weir_cue cue;
    char times[96];
    enum weir_status status = WEIR_OK;
    bool is_complete = weir_subtitles_read(&source->subtitles, source->line, line, &cue, &status);
    if (status == WEIR_INVALID)
        return refuse(
            source, "the times cannot be read; a cue begins with a line such as 00:01:02.500 --> 00:01:04.000", error);
    if (status != WEIR_OK)
        return fail_memory(source, error);
    if (!is_complete)
        return WEIR_OK;
    snprintf(times, sizeof times, "\"start_ms\":%" PRId64 ",\"end_ms\":%" PRId64 ",", cue.start_ms, cue.end_ms);
    struct weir_padded_text payload = wrap_text(times, cue.text, batch->arena);
    if (!payload.data)
        return fail_memory(source, error);
    add_message(source, cue.line, source->plain_mapping, batch)->payload = payload;
    return WEIR_OK;
}

static bool is_utf16(struct weir_text line)
{
    return line.length >= 2 && (memcmp(line.data, "\xFF\xFE", 2) == 0 || memcmp(line.data, "\xFE\xFF", 2) == 0);
}

/* Adds lines as long as the block holds some. */
static enum weir_status add_lines(struct file_source *source, bool at_end, struct weir_batch *batch,
                                  struct weir_error *error)
{
    struct weir_file_line line;
    enum weir_status status = WEIR_OK;
    while (status == WEIR_OK && !weir_batch_full(batch) && weir_file_lines_take(&source->lines, at_end, &line)) {
        source->line++;
        if (source->line == 1 && is_utf16(line.text))
            status = refuse(source, "UTF-16 cannot be read, only UTF-8; iconv -f UTF-16 -t UTF-8 converts it", error);
        else if (source->has_cues)
            status = add_subtitle(source, line.text, batch, error);
        else if (line.whole_bytes > 0 || !is_blank(line.text))
            status = add_line(source, &line, batch, error);
    }
    return status;
}

/* One block of the open file, or its end. WEIR_RETRY: the input pauses. */
static enum weir_status read_more(struct file_source *source, struct weir_batch *batch, int timeout_ms,
                                  struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    switch (weir_file_lines_read(&source->lines, timeout_ms)) {
    case WEIR_FILE_READ:
        break;
    case WEIR_FILE_PAUSED:
        status = WEIR_RETRY;
        break;
    case WEIR_FILE_ENDED:
        status = add_lines(source, true, batch, error);
        source->ending = source->has_cues                    ? ENDING_CUE
                         : source->is_stream && source->text ? ENDING_STREAM
                                                             : ENDING_NONE;
        if (source->ending == ENDING_NONE)
            close_file(source);
        break;
    case WEIR_FILE_FAILED:
        status = fail(error, source->path);
        break;
    }
    return status;
}

/* The last cue of subtitles, then the end of the file's stream: each a message. */
static enum weir_status end_file(struct file_source *source, struct weir_batch *batch, struct weir_error *error)
{
    if (source->ending == ENDING_CUE) {
        source->ending = ENDING_STREAM;
        return add_subtitle(source, WEIR_TEXT_LITERAL(""), batch, error);
    }
    if (source->is_stream)
        add_message(source, source->line, source->plain_mapping, batch); /* a key without a value */
    source->ending = ENDING_NONE;
    close_file(source);
    return WEIR_OK;
}

static enum weir_status fill_batch(struct file_source *source, struct weir_batch *batch, int timeout_ms,
                                   struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    while (status == WEIR_OK && !weir_batch_full(batch)) {
        if (source->ending != ENDING_NONE) {
            status = end_file(source, batch, error);
            continue;
        }
        if (!source->path && source->path_next == source->path_count) {
            *error = (struct weir_error){.status = WEIR_OK};
            return WEIR_FATAL;
        }
        if (!source->path)
            status = open_next(source, error);
        if (status == WEIR_OK)
            status = add_lines(source, false, batch, error);
        if (status == WEIR_OK && !weir_batch_full(batch))
            status = read_more(source, batch, batch->count == 0 ? timeout_ms : 0, error);
    }
    return status == WEIR_RETRY ? WEIR_OK : status;
}

/* Lines that came before the end, or before a mistake, are handed out first; the next call meets the same end again. */
static enum weir_status poll_file(struct weir_source *base, struct weir_batch *batch, int timeout_ms,
                                  struct weir_error *error)
{
    struct file_source *source = (struct file_source *)base;
    if (source->refusal.status != WEIR_OK) {
        *error = source->refusal;
        return WEIR_FATAL;
    }
    enum weir_status status = fill_batch(source, batch, timeout_ms, error);
    return batch->count > 0 ? WEIR_OK : status;
}

static enum weir_status ignore_finished(struct weir_source *base, uint32_t slot, struct weir_progress progress)
{
    (void)base;
    (void)slot;
    (void)progress;
    return WEIR_OK;
}

static void close_source(struct weir_source *base, int deadline_ms)
{
    (void)deadline_ms;
    struct file_source *source = (struct file_source *)base;
    close_file(source);
    for (size_t i = 0; i < source->path_count; i++)
        free(source->paths[i]);
    free(source->paths);
    weir_file_lines_fini(&source->lines);
    weir_subtitles_fini(&source->subtitles);
    free(source);
}

/* Before anything is read, so that a mistyped name is not found after an hour. Nothing is opened: a pipe can be opened
 * once. */
static enum weir_status check_path(const char *path, struct weir_error *error)
{
    struct stat about;
    if (is_standard_input(path))
        return WEIR_OK;
    if (stat(path, &about) != 0 || access(path, R_OK) != 0)
        return weir_error_set(error, WEIR_UNAVAILABLE, "cannot read %s: %s", path, strerror(errno));
    if (S_ISDIR(about.st_mode))
        return weir_error_set(error, WEIR_UNAVAILABLE, "cannot read %s: it is a folder; name the files in it", path);
    return WEIR_OK;
}

static bool copy_paths(struct file_source *source, const struct weir_file_source_options *options)
{
    source->paths = calloc(options->path_count + 1, sizeof *source->paths);
    for (size_t i = 0; source->paths && i < options->path_count; i++) {
        source->paths[i] = strdup(options->paths[i]);
        if (!source->paths[i])
            return false;
        source->path_count++;
    }
    return source->paths != NULL;
}

enum weir_status weir_file_source_open(const struct weir_file_source_options *options, struct weir_source **source,
                                       struct weir_error *error)
{
    static const struct weir_source_operations operations = {
        .poll = poll_file, .finished = ignore_finished, .close = close_source};
    for (size_t i = 0; i < options->path_count; i++) {
        enum weir_status status = check_path(options->paths[i], error);
        if (status != WEIR_OK)
            return status;
    }
    struct file_source *made = calloc(1, sizeof *made);
    if (!made)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory to read files");
    made->source.operations = &operations;
    made->text = options->text;
    made->is_stream = options->is_stream;
    made->mapping = options->mapping;
    made->plain_mapping = options->plain_mapping;
    if (!weir_file_lines_init(&made->lines, options->line_max) || !copy_paths(made, options)) {
        close_source(&made->source, 0);
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory to read files");
    }
    *source = &made->source;
    return WEIR_OK;
}
