/* A weir.flag/1 record, read back: the item that it was made of, and what it says of it. Private to run. */
#ifndef WEIR_RUN_EXPLAIN_RECORD_H
#define WEIR_RUN_EXPLAIN_RECORD_H

#include "weir/ruleset.h"

#include <jansson.h>

/* A line feed of the content: it may stand between two values, or in one. */
struct record_seam {
    uint32_t field; /* index into record.fields */
    size_t at;      /* byte of that field's content */
};

#define RECORD_SEAMS_MAX 64 /* those behind are taken to stand in a value */

struct record_field {
    uint32_t field; /* of the ruleset */
    struct weir_text content;
};

struct record {
    const json_t *root; /* borrowed; all texts are its own */
    const json_t *rules;
    enum weir_kind kind;
    struct weir_text lang; /* data == NULL: none */
    struct record_field fields[WEIR_FIELDS_MAX];
    size_t field_count;
    struct record_seam seams[RECORD_SEAMS_MAX];
    size_t seam_count;
    bool has_unknown_fields; /* the content has fields that neither configuration nor rules name */
    enum weir_channel channel;
    const char *sha256; /* of the ruleset that made it; "" when it does not say */
};

/* WEIR_INVALID: it is no flag record, and error says for a person what is missing. */
enum weir_status record_check(const json_t *root, struct weir_error *error) WEIR_MUST_CHECK;

/* Of a record that passed the check. WEIR_INVALID: error says for a person why it cannot be explained. */
enum weir_status record_read(const json_t *root, const struct weir_ruleset *ruleset, struct record *record,
                             struct weir_error *error) WEIR_MUST_CHECK;

/* The item, with its values cut at those seams for which split[] is true. Its values live in the arena. */
enum weir_status record_item(const struct record *record, const bool split[RECORD_SEAMS_MAX], struct weir_arena *arena,
                             struct weir_item *item) WEIR_MUST_CHECK;

/* A member of an object as a text, "" when it is none. */
struct weir_text record_text(const json_t *object, const char *key);
/* A member as a number, -1 when it is none or negative. */
int64_t record_number(const json_t *object, const char *key);

/* Whether evidence of a record stands in fragments of a caption stream, and so says nothing of places in the content. */
bool record_is_of_fragments(const json_t *evidence);

#endif
