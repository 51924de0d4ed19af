/* JSON documents that are built value by value, and checked for memory once. Private to run. */
#ifndef WEIR_JSON_DOCUMENT_H
#define WEIR_JSON_DOCUMENT_H

#include "weir/text.h"

#include <jansson.h>
#include <stdint.h>

/* jansson takes a value whether or not it can put it in, and NULL when there was no memory for it; the last of them all
 * says so: `failed`. */
struct json_document {
    bool failed;
};

/* Returns the value. */
json_t *document_note(struct json_document *document, json_t *value);
/* Both take the value over. */
void document_put(struct json_document *document, json_t *object, const char *key, json_t *value);
void document_append(struct json_document *document, json_t *array, json_t *value);
void document_put_number(struct json_document *document, json_t *object, const char *key, uint64_t number);

/* What is no UTF-8, as a file's name may be, is repaired. NULL when there is no memory. */
json_t *document_text(struct weir_text text);
json_t *document_string(const char *string);

#endif
