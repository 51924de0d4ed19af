/* decode: the scalars of JSON (RFC 8259), byte by byte. What simdjson leaves to its caller is decided here, so that every
 * version of it gives the same answer. Never looks at structure. */
#ifndef WEIR_JSON_TOKEN_H
#define WEIR_JSON_TOKEN_H

#include "weir/text.h"

/* White space as JSON has it: space, tab, line feed, carriage return. */
static inline bool weir_json_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The text without white space at its ends. */
struct weir_text weir_json_trim(struct weir_text text);

/* A whole number, of any size. */
bool weir_json_is_number(struct weir_text token);
/* true, false or null. */
bool weir_json_is_literal(struct weir_text token);

/* `content` is what stands between the quotes of a string. Returns the first bad escape, or NULL. */
const char *weir_json_bad_escape(struct weir_text content);
/* Writes the string's text to out, which has room for content.length bytes, and its length to *length. A surrogate escape
 * without its other half becomes U+FFFD. Returns the first bad escape, or NULL. */
const char *weir_json_unescape(struct weir_text content, char *out, size_t *length);

/* True when more than depth_max arrays and objects stand in each other, brackets in strings left aside. For payloads that are
 * broken somewhere: whatever their mistake, this is the one to name. */
bool weir_json_nests_deeper(struct weir_text text, size_t depth_max);

#endif
