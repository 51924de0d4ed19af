/* Log lines: built whole on the stack, sent with one write. Never allocates, never fails its caller. */
#include "weir/log.h"

#include "weir/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define LINE_MAX_BYTES 8192
#define LINE_END_BYTES 3 /* `}`, the line feed, and NUL */
#define VALUE_MAX_BYTES 1024

struct line {
    char data[LINE_MAX_BYTES];
    size_t length;
    bool full;
};

static void add_bytes(struct line *line, const char *data, size_t length)
{
    if (line->full || length > sizeof line->data - LINE_END_BYTES - line->length) {
        line->full = true;
        return;
    }
    memcpy(line->data + line->length, data, length);
    line->length += length;
}

static void add_string(struct line *line, const char *string)
{
    add_bytes(line, string, strlen(string));
}

static void add_escaped(struct line *line, char byte)
{
    char escape[8];
    if (byte == '"' || byte == '\\')
        snprintf(escape, sizeof escape, "\\%c", byte);
    else if (byte == '\n')
        snprintf(escape, sizeof escape, "\\n");
    else if ((unsigned char)byte < 0x20 || byte == 0x7F)
        snprintf(escape, sizeof escape, "\\u%04x", (unsigned)(unsigned char)byte);
    else
        snprintf(escape, sizeof escape, "%c", byte);
    add_string(line, escape);
}

static void add_quoted(struct line *line, struct weir_text text)
{
    add_bytes(line, "\"", 1);
    for (size_t i = 0; i < text.length; i++)
        add_escaped(line, text.data[i]);
    add_bytes(line, "\"", 1);
}

static bool needs_quotes(struct weir_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte <= ' ' || byte == 0x7F || byte == '"' || byte == '\\' || byte == '=')
            return true;
    }
    return text.length == 0;
}

/* Texts come from errors of other libraries and from file names: neither their length nor their encoding is certain. */
static void add_text(struct line *line, const char *string, bool quote)
{
    char repaired[WEIR_UTF8_REPAIRED_MAX(VALUE_MAX_BYTES)];
    struct weir_text text = {string, strnlen(string, VALUE_MAX_BYTES)};
    text.length = weir_utf8_repair(text, repaired);
    text.data = repaired;
    if (quote || needs_quotes(text))
        add_quoted(line, text);
    else
        add_bytes(line, text.data, text.length);
}

static void add_value(struct line *line, const struct weir_log_field *field, bool quote)
{
    char number[24];
    if (field->text) {
        add_text(line, field->text, quote);
        return;
    }
    snprintf(number, sizeof number, "%" PRId64, field->number);
    add_string(line, number);
}

static void add_field(struct line *line, const struct weir_log_field *field, bool json)
{
    size_t before = line->length;
    add_string(line, json ? ",\"" : " ");
    add_string(line, field->key);
    add_string(line, json ? "\":" : "=");
    add_value(line, field, json);
    if (line->full)
        line->length = before; /* a field that does not fit is left out whole */
}

static void send_line(int descriptor, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t sent = write(descriptor, data, length);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return; /* there is nobody left to tell */
        data += sent;
        length -= (size_t)sent;
    }
}

void weir_log_write(const struct weir_log *log, enum weir_log_level level, const char *event,
                    const struct weir_log_field *fields, size_t count)
{
    if (level < log->level)
        return;
    struct line line = {.length = 0};
    char time[WEIR_RFC3339_SIZE];
    weir_clock_format_rfc3339(log->clock.wall_ms(log->clock.context), time);

    add_string(&line, log->json ? "{\"time\":\"" : "");
    add_string(&line, time);
    add_string(&line, log->json ? "\",\"level\":\"" : " ");
    add_string(&line, weir_log_level_name(level));
    add_string(&line, log->json ? "\",\"event\":\"" : " ");
    add_string(&line, event);
    add_string(&line, log->json ? "\"" : "");
    for (size_t i = 0; i < count; i++)
        add_field(&line, &fields[i], log->json);

    if (log->json)
        line.data[line.length++] = '}';
    line.data[line.length++] = '\n';
    send_line(log->descriptor, line.data, line.length);
}

const char *weir_log_level_name(enum weir_log_level level)
{
    static const char *const names[] = {"debug", "info", "warning", "error"};
    return names[level];
}
