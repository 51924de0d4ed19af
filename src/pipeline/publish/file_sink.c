/* publish: records as lines of files. Buffers, writes everything or says why it cannot, and reports a record as
 * delivered only when its bytes were written. Never closes a descriptor. */
#include "weir/publish.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define BUFFER_BYTES ((size_t)1 << 16)
#define TICKETS_MAX 1024

/* One file: lines that are not written yet, and the tickets of their records. */
struct lines {
    int descriptor; /* -1: lines are only counted as delivered */
    const char *name;
    char *buffer;
    size_t length;
    size_t written; /* of length */
    uint64_t tickets[TICKETS_MAX];
    size_t ticket_count;
};

struct file_sink {
    struct weir_sink sink;
    struct weir_sink_events events;
    struct lines flags;
    struct lines dead_letters;
};

static enum weir_status fail(const struct lines *lines, struct weir_error *error)
{
    int number = errno;
    const char *remedy = "";
    if (number == EPIPE)
        remedy = "; whatever reads it has ended";
    else if (number == ENOSPC || number == EDQUOT)
        remedy = "; make room and run again";
    weir_error_set(error, WEIR_UNAVAILABLE, "cannot write %s: %s%s", lines->name, strerror(number), remedy);
    return WEIR_FATAL;
}

/* Writes the bytes out, however often write(2) stops short. */
static enum weir_status write_bytes(const struct lines *lines, const char *data, size_t length, size_t *written,
                                    struct weir_error *error)
{
    while (*written < length) {
        ssize_t count = write(lines->descriptor, data + *written, length - *written);
        if (count >= 0) {
            *written += (size_t)count;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            /* A descriptor that somebody else made non-blocking, such as a shared terminal. */
            struct pollfd ready = {.fd = lines->descriptor, .events = POLLOUT};
            if (poll(&ready, 1, -1) < 0 && errno != EINTR)
                return fail(lines, error);
        } else if (errno != EINTR) {
            return fail(lines, error);
        }
    }
    return WEIR_OK;
}

static enum weir_status write_lines(struct file_sink *sink, struct lines *lines, struct weir_error *error)
{
    enum weir_status status = write_bytes(lines, lines->buffer, lines->length, &lines->written, error);
    if (status != WEIR_OK)
        return status;
    lines->length = 0;
    lines->written = 0;
    for (size_t i = 0; i < lines->ticket_count; i++)
        sink->events.delivered(sink->events.context, lines->tickets[i]);
    lines->ticket_count = 0;
    return WEIR_OK;
}

static enum weir_status write_all(struct file_sink *sink, struct weir_error *error)
{
    enum weir_status status = write_lines(sink, &sink->flags, error);
    return status == WEIR_OK ? write_lines(sink, &sink->dead_letters, error) : status;
}

/* Through the buffer, or past it when the line alone is longer. */
static enum weir_status add_line(struct file_sink *sink, struct lines *lines, struct weir_text line,
                                 struct weir_error *error)
{
    if (lines->length + line.length + 1 > BUFFER_BYTES) {
        enum weir_status status = write_lines(sink, lines, error);
        if (status != WEIR_OK)
            return status;
    }
    if (line.length + 1 > BUFFER_BYTES) {
        size_t written = 0;
        enum weir_status status = write_bytes(lines, line.data, line.length, &written, error);
        if (status != WEIR_OK)
            return status;
        line.length = 0;
    }
    memcpy(lines->buffer + lines->length, line.data, line.length);
    lines->length += line.length;
    lines->buffer[lines->length++] = '\n';
    return WEIR_OK;
}

static enum weir_status put_record(struct weir_sink *base, const struct weir_record *record, struct weir_error *error)
{
    struct file_sink *sink = (struct file_sink *)base;
    struct lines *lines = record->output == WEIR_OUTPUT_DEAD_LETTERS ? &sink->dead_letters : &sink->flags;
    if (lines->descriptor < 0) {
        if (record->ticket != 0)
            sink->events.delivered(sink->events.context, record->ticket);
        return WEIR_OK;
    }
    if (lines->ticket_count == TICKETS_MAX) {
        enum weir_status status = write_lines(sink, lines, error);
        if (status != WEIR_OK)
            return status;
    }
    enum weir_status status = add_line(sink, lines, record->value, error);
    if (status == WEIR_OK && record->ticket != 0)
        lines->tickets[lines->ticket_count++] = record->ticket;
    return status;
}

/* What has gathered goes out at each turn of the path, so that a slow input's flags show at once. */
static enum weir_status poll_sink(struct weir_sink *base, int timeout_ms, struct weir_error *error)
{
    (void)timeout_ms;
    return write_all((struct file_sink *)base, error);
}

static enum weir_status flush_sink(struct weir_sink *base, int deadline_ms, struct weir_error *error)
{
    (void)deadline_ms;
    return write_all((struct file_sink *)base, error);
}

static void close_sink(struct weir_sink *base)
{
    struct file_sink *sink = (struct file_sink *)base;
    free(sink->flags.buffer);
    free(sink->dead_letters.buffer);
    free(sink);
}

enum weir_status weir_file_sink_open(int flags, int dead_letters, const struct weir_sink_events *events,
                                     struct weir_sink **sink)
{
    static const struct weir_sink_operations operations = {
        .put = put_record, .poll = poll_sink, .flush = flush_sink, .close = close_sink};
    struct file_sink *made = calloc(1, sizeof *made);
    if (!made)
        return WEIR_NO_MEMORY;
    made->sink.operations = &operations;
    made->events = *events;
    made->flags = (struct lines){.descriptor = flags, .name = "the flags", .buffer = malloc(BUFFER_BYTES)};
    made->dead_letters =
        (struct lines){.descriptor = dead_letters, .name = "the dead letters", .buffer = malloc(BUFFER_BYTES)};
    if (!made->flags.buffer || !made->dead_letters.buffer) {
        close_sink(&made->sink);
        return WEIR_NO_MEMORY;
    }
    *sink = &made->sink;
    return WEIR_OK;
}
