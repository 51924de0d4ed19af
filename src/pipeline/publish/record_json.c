/* publish: puts JSON values together and writes them as one line. Knows nothing of what a record means. */
#include "record_json.h"

#include "weir/utf8.h"

#include <stdlib.h>

/* Digits of a number that is not whole: shares are in millionths. */
#define REAL_DIGITS 6

static json_t *note(struct weir_record_json *json, json_t *value)
{
    json->failed = json->failed || !value;
    return value;
}

json_t *weir_record_object(struct weir_record_json *json)
{
    return note(json, json_object());
}

json_t *weir_record_array(struct weir_record_json *json)
{
    return note(json, json_array());
}

void weir_record_put(struct weir_record_json *json, json_t *object, const char *key, json_t *value)
{
    /* jansson takes the value whether or not it succeeds. */
    if (json_object_set_new_nocheck(object, key, value) != 0)
        json->failed = true;
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

void weir_record_put_text(struct weir_record_json *json, json_t *object, const char *key, struct weir_text text)
{
    if (!weir_utf8_valid(text))
        text = repair(json, text);
    weir_record_put(json, object, key, json_stringn_nocheck(text.data, text.length));
}

void weir_record_put_string(struct weir_record_json *json, json_t *object, const char *key, const char *string)
{
    weir_record_put_text(json, object, key, weir_text_of(string));
}

void weir_record_put_number(struct weir_record_json *json, json_t *object, const char *key, int64_t number)
{
    weir_record_put(json, object, key, json_integer(number));
}

void weir_record_put_true(struct weir_record_json *json, json_t *object, const char *key)
{
    weir_record_put(json, object, key, json_true());
}

void weir_record_append(struct weir_record_json *json, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        json->failed = true;
}

json_t *weir_record_source(struct weir_record_json *json, const struct weir_origin *origin)
{
    json_t *source = weir_record_object(json);
    if (origin->is_file) {
        weir_record_put_text(json, source, "file", origin->topic);
        weir_record_put_number(json, source, "line", origin->offset);
        return source;
    }
    weir_record_put_text(json, source, "topic", origin->topic);
    weir_record_put_number(json, source, "partition", origin->partition);
    weir_record_put_number(json, source, "offset", origin->offset);
    if (origin->timestamp_ms != -1)
        weir_record_put_number(json, source, "timestamp", origin->timestamp_ms);
    return source;
}

json_t *weir_record_generation(struct weir_record_json *json, const struct weir_ruleset *ruleset)
{
    json_t *object = weir_record_object(json);
    weir_record_put_number(json, object, "generation", (int64_t)ruleset->generation);
    weir_record_put_string(json, object, "sha256", ruleset->sha256);
    return object;
}

enum weir_record_fit weir_record_write(struct weir_record_json *json, json_t *root, size_t max, struct weir_text *line)
{
    char *text = json->failed ? NULL : json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS));
    json_decref(root);
    if (!text)
        return WEIR_RECORD_NO_MEMORY;
    struct weir_text written = weir_text_of(text); /* U+0000 is escaped, so the first NUL is the end */
    enum weir_record_fit fit = WEIR_RECORD_TOO_LONG;
    if (written.length <= max) {
        *line = weir_arena_text(json->arena, written);
        fit = line->data ? WEIR_RECORD_FITS : WEIR_RECORD_NO_MEMORY;
    }
    free(text);
    return fit;
}

const char *weir_jansson_version(void)
{
    return jansson_version_str();
}
