/* publish: writes JSON (RFC 8259) from left to right. Knows nothing of what a record means. */
#include "record_json.h"

#include "weir/utf8.h"

#define LINE_FIRST 1024u
#define NUMBER_SIZE 24 /* of any int64_t */
#define MILLION 1000000u

/* ---- Bytes ---- */

/* Room for so many bytes more; NULL when there is no memory. */
static char *reserve(struct weir_record_json *json, size_t more)
{
    if (json->capacity - json->length < more) {
        size_t capacity = json->capacity > 0 ? json->capacity : LINE_FIRST;
        while (capacity - json->length < more)
            capacity *= 2;
        char *line = weir_arena_alloc(json->arena, capacity);
        if (!line) {
            json->failed = true;
            return NULL;
        }
        if (json->length > 0)
            memcpy(line, json->line, json->length);
        json->line = line;
        json->capacity = capacity;
    }
    return json->line + json->length;
}

static void write_bytes(struct weir_record_json *json, const char *bytes, size_t length)
{
    char *to = reserve(json, length);
    if (!to || length == 0)
        return;
    memcpy(to, bytes, length);
    json->length += length;
}

/* ---- Texts ---- */

static bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte != '"' && byte != '\\';
}

static size_t escape(unsigned char byte, char out[6])
{
    static const char digits[] = "0123456789ABCDEF";
    static const char letters[0x20] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    char letter = byte >= 0x20 ? (char)byte : letters[byte];
    out[0] = '\\';
    out[1] = letter;
    if (letter)
        return 2;
    memcpy(out + 1, "u00", 3);
    out[4] = digits[byte >> 4];
    out[5] = digits[byte & 15];
    return 6;
}

static void write_text(struct weir_record_json *json, struct weir_text text)
{
    write_bytes(json, "\"", 1);
    for (size_t at = 0; at < text.length;) {
        size_t plain = at;
        while (plain < text.length && is_plain((unsigned char)text.data[plain]))
            plain++;
        write_bytes(json, text.data + at, plain - at);
        if (plain < text.length) {
            char escaped[6];
            write_bytes(json, escaped, escape((unsigned char)text.data[plain++], escaped));
        }
        at = plain;
    }
    write_bytes(json, "\"", 1);
}

static struct weir_text repair(struct weir_record_json *json, struct weir_text text)
{
    char *out = weir_arena_alloc(json->arena, WEIR_UTF8_REPAIRED_MAX(text.length));
    if (!out) {
        json->failed = true;
        return WEIR_TEXT_LITERAL("");
    }
    return (struct weir_text){out, weir_utf8_repair(text, out)};
}

/* ---- Values ---- */

/* What stands before a value: a comma unless it is the first of its array or object, and its key. */
static void begin_value(struct weir_record_json *json, const char *key)
{
    char last = json->length > 0 ? json->line[json->length - 1] : '[';
    if (last != '[' && last != '{')
        write_bytes(json, ",", 1);
    if (key) {
        write_bytes(json, "\"", 1);
        write_bytes(json, key, strlen(key));
        write_bytes(json, "\":", 2);
    }
}

void weir_record_object(struct weir_record_json *json, const char *key)
{
    begin_value(json, key);
    write_bytes(json, "{", 1);
}

void weir_record_end_object(struct weir_record_json *json)
{
    write_bytes(json, "}", 1);
}

void weir_record_array(struct weir_record_json *json, const char *key)
{
    begin_value(json, key);
    write_bytes(json, "[", 1);
}

void weir_record_end_array(struct weir_record_json *json)
{
    write_bytes(json, "]", 1);
}

void weir_record_put_text(struct weir_record_json *json, const char *key, struct weir_text text)
{
    begin_value(json, key);
    write_text(json, weir_utf8_valid(text) ? text : repair(json, text));
}

void weir_record_put_string(struct weir_record_json *json, const char *key, const char *string)
{
    weir_record_put_text(json, key, weir_text_of(string));
}

void weir_record_put_number(struct weir_record_json *json, const char *key, int64_t number)
{
    char digits[NUMBER_SIZE];
    size_t first = sizeof digits;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do {
        digits[--first] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0)
        digits[--first] = '-';
    begin_value(json, key);
    write_bytes(json, digits + first, sizeof digits - first);
}

void weir_record_put_millionths(struct weir_record_json *json, const char *key, uint32_t millionths)
{
    char digits[] = "0.000000";
    size_t length = sizeof digits - 1;
    uint32_t rest = millionths % MILLION;
    digits[0] = (char)('0' + millionths / MILLION);
    for (size_t at = length; at > sizeof "0." - 1; rest /= 10)
        digits[--at] = (char)('0' + rest % 10);
    while (length > sizeof "0.0" - 1 && digits[length - 1] == '0')
        length--;
    begin_value(json, key);
    write_bytes(json, digits, length);
}

void weir_record_put_true(struct weir_record_json *json, const char *key)
{
    begin_value(json, key);
    write_bytes(json, "true", 4);
}

/* ---- What several records have ---- */

void weir_record_put_source(struct weir_record_json *json, const struct weir_origin *origin)
{
    weir_record_object(json, "source");
    if (origin->is_file) {
        weir_record_put_text(json, "file", origin->topic);
        weir_record_put_number(json, "line", origin->offset);
    } else {
        weir_record_put_text(json, "topic", origin->topic);
        weir_record_put_number(json, "partition", origin->partition);
        weir_record_put_number(json, "offset", origin->offset);
        if (origin->timestamp_ms != -1)
            weir_record_put_number(json, "timestamp", origin->timestamp_ms);
    }
    weir_record_end_object(json);
}

void weir_record_put_generation(struct weir_record_json *json, const struct weir_ruleset *ruleset)
{
    weir_record_object(json, "ruleset");
    weir_record_put_number(json, "generation", (int64_t)ruleset->generation);
    weir_record_put_string(json, "sha256", ruleset->sha256);
    weir_record_end_object(json);
}

enum weir_record_fit weir_record_finish(struct weir_record_json *json, size_t max, struct weir_text *line)
{
    write_bytes(json, "", 1); /* what follows the line is NUL */
    const struct weir_record_json written = *json;
    *json = (struct weir_record_json){.arena = written.arena};
    if (written.failed)
        return WEIR_RECORD_NO_MEMORY;
    if (written.length - 1 > max)
        return WEIR_RECORD_TOO_LONG;
    *line = (struct weir_text){written.line, written.length - 1};
    return WEIR_RECORD_FITS;
}
