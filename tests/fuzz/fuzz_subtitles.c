/* Files of subtitles as `weir scan` reads them, WebVTT after a first byte `V` and SubRip after any other: every message
 * is a cue of a text and times, the stream's end, or a line that is too long to be one; what cannot be read is an error
 * with its line. */
#include "weir/consume.h"
#include "weir/utf8.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

#define LINE_MAX_BYTES 300

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static char folder[] = "/tmp/weir-fuzz-cues-XXXXXX";
static char webvtt[sizeof folder + 8];
static char subrip[sizeof folder + 8];

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void remove_files(void)
{
    unlink(webvtt);
    unlink(subrip);
    rmdir(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    require(mkdtemp(folder) && atexit(remove_files) == 0);
    snprintf(webvtt, sizeof webvtt, "%s/a.vtt", folder);
    snprintf(subrip, sizeof subrip, "%s/a.srt", folder);
    return 0;
}

static void write_file(const char *path, const uint8_t *data, size_t size)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    require(file >= 0 && write(file, data, size) == (ssize_t)size && close(file) == 0);
}

/* Bytes that are no UTF-8 are decode's to repair. */
static json_t *read_payload(const struct weir_message *message)
{
    struct weir_text payload = {message->payload.data, message->payload.length};
    char *repaired = malloc(WEIR_UTF8_REPAIRED_MAX(payload.length));
    require(repaired != NULL);
    json_t *root = json_loadb(repaired, weir_utf8_repair(payload, repaired), JSON_ALLOW_NUL, NULL);
    free(repaired);
    return root;
}

static void check_cue(const struct weir_message *message)
{
    json_t *root = read_payload(message);
    const json_t *text = json_object_get(root, "text");
    require(message->mapping == 2 && root && json_object_size(root) == 3);
    require(json_is_integer(json_object_get(root, "start_ms")) && json_is_integer(json_object_get(root, "end_ms")));
    require(json_integer_value(json_object_get(root, "start_ms")) >= 0);
    require(json_is_string(text) && json_string_length(text) > 0);
    json_decref(root);
}

static void check_batch(const struct weir_batch *batch, int64_t *line)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct weir_message *message = &batch->messages[i];
        require(message->origin.is_file && message->origin.offset >= *line);
        *line = message->origin.offset;
        if (message->payload.data && message->whole_bytes == 0)
            check_cue(message);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const char *path = data[0] == 'V' ? webvtt : subrip;
    write_file(path, data + 1, size - 1);
    const struct weir_file_source_options options = {.paths = &path,
                                                     .path_count = 1,
                                                     .is_stream = true,
                                                     .mapping = 1,
                                                     .plain_mapping = 2,
                                                     .line_max = LINE_MAX_BYTES};
    struct weir_batch batch;
    struct weir_source *source;
    struct weir_error error = {0};
    int64_t line = 0;
    require(weir_batch_init(&batch, 3, (size_t)1 << 16) == WEIR_OK);
    require(weir_file_source_open(&options, &source, &error) == WEIR_OK);
    while (source->operations->poll(source, &batch, 0, &error) == WEIR_OK) {
        check_batch(&batch, &line);
        weir_batch_reset(&batch);
    }
    require(error.status == WEIR_OK || (error.status == WEIR_INVALID && error.line > 0 && error.text[0]));
    source->operations->close(source, 0);
    weir_batch_fini(&batch);
    return 0;
}
