/* publish: JSON under construction (jansson behind), for the encoders. Every failure is out of memory; it is
 * remembered in `failed` and asked for once, at the end. */
#ifndef WEIR_RECORD_JSON_H
#define WEIR_RECORD_JSON_H

#include "weir/publish.h"

#include <jansson.h>

struct weir_record_json {
    struct weir_arena *arena; /* for texts on their way into the record */
    bool failed;
};

/* Return NULL when there is no memory; all functions below accept that. */
json_t *weir_record_object(struct weir_record_json *json);
json_t *weir_record_array(struct weir_record_json *json);

/* Take the value; borrow the text. A text that is not valid UTF-8 (a file's name may be any bytes) is repaired. */
void weir_record_put(struct weir_record_json *json, json_t *object, const char *key, json_t *value);
void weir_record_put_text(struct weir_record_json *json, json_t *object, const char *key, struct weir_text text);
void weir_record_put_string(struct weir_record_json *json, json_t *object, const char *key, const char *string);
void weir_record_put_number(struct weir_record_json *json, json_t *object, const char *key, int64_t number);
void weir_record_put_true(struct weir_record_json *json, json_t *object, const char *key);
void weir_record_append(struct weir_record_json *json, json_t *array, json_t *value);

/* The `source` of a record. */
json_t *weir_record_source(struct weir_record_json *json, const struct weir_origin *origin);
/* The `ruleset` of a record: generation and sha256. */
json_t *weir_record_generation(struct weir_record_json *json, const struct weir_ruleset *ruleset);

enum weir_record_fit { WEIR_RECORD_FITS, WEIR_RECORD_TOO_LONG, WEIR_RECORD_NO_MEMORY };

/* Takes root. Writes it as one line to *line, in the arena, unless it is longer than `max` bytes. */
enum weir_record_fit weir_record_write(struct weir_record_json *json, json_t *root, size_t max, struct weir_text *line);

#endif
