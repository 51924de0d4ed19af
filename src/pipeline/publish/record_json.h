/* publish: JSON on its way into a record, written from left to right as one line. Every failure is out of memory; it is
 * remembered in `failed` and asked for once, at the end. One thread.
 *
 * In an object each value has a key; as the root and in an array it has none, and `key` is NULL. Keys are ASCII that
 * needs no escapes, and the caller's to keep apart. */
#ifndef WEIR_RECORD_JSON_H
#define WEIR_RECORD_JSON_H

#include "weir/publish.h"

/* Zeroed but for the arena: nothing is written yet. */
struct weir_record_json {
    struct weir_arena *arena; /* for the line, and for texts on their way into it */
    char *line;
    size_t length;
    size_t capacity;
    bool failed;
};

/* What is put until the end belongs to it. */
void weir_record_object(struct weir_record_json *json, const char *key);
void weir_record_end_object(struct weir_record_json *json);
void weir_record_array(struct weir_record_json *json, const char *key);
void weir_record_end_array(struct weir_record_json *json);

/* Borrow the text for the call. One that is not valid UTF-8 (a file's name may be any bytes) is repaired. */
void weir_record_put_text(struct weir_record_json *json, const char *key, struct weir_text text);
void weir_record_put_string(struct weir_record_json *json, const char *key, const char *string);
void weir_record_put_number(struct weir_record_json *json, const char *key, int64_t number);
/* A share: so many millionths, at most a million. */
void weir_record_put_millionths(struct weir_record_json *json, const char *key, uint32_t millionths);
void weir_record_put_true(struct weir_record_json *json, const char *key);

/* The `source` of a record. */
void weir_record_put_source(struct weir_record_json *json, const struct weir_origin *origin);
/* The `ruleset` of a record: generation and sha256. */
void weir_record_put_generation(struct weir_record_json *json, const struct weir_ruleset *ruleset);

enum weir_record_fit { WEIR_RECORD_FITS, WEIR_RECORD_TOO_LONG, WEIR_RECORD_NO_MEMORY };

/* The root has ended: gives its line, which lives in the arena, to *line unless it is longer than `max` bytes. What is
 * put then begins another record. */
enum weir_record_fit weir_record_finish(struct weir_record_json *json, size_t max, struct weir_text *line);

#endif
