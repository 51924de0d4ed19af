/* decode: the scalars of JSON (RFC 8259), byte by byte. What simdjson leaves to its caller is decided here, so that
 * every version of it gives the same answer. Never looks at structure. */
#ifndef WEIR_JSON_TOKEN_H
#define WEIR_JSON_TOKEN_H

#include "weir/text.h"

#include <stdint.h>

/* White space as JSON has it: space, tab, line feed, carriage return. */
static inline bool weir_json_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The text without white space at its end. */
static inline struct weir_text weir_json_trim_end(struct weir_text text)
{
    while (text.length > 0 && weir_json_is_space(text.data[text.length - 1]))
        text.length--;
    return text;
}

/* The text without white space at either end. */
struct weir_text weir_json_trim(struct weir_text text);

/* Eight bytes as a number whose lowest byte is the first one. */
static inline uint64_t weir_json_load8(const char *data)
{
    uint64_t word;
    memcpy(&word, data, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Bytes up to the first quote or backslash; there is one, and eight bytes behind it can be read. Keys are short and
 * many, so this looks at eight bytes at once ("Determine if a word has a byte equal to n", Anderson, Bit Twiddling
 * Hacks). */
static inline size_t weir_json_plain_length(const char *data)
{
    const uint64_t ones = 0x0101010101010101u;
    const uint64_t tops = 0x8080808080808080u;
    for (size_t at = 0;; at += 8) {
        uint64_t word = weir_json_load8(data + at);
        uint64_t quotes = word ^ ones * '"';
        uint64_t backslashes = word ^ ones * '\\';
        uint64_t found = (((quotes - ones) & ~quotes) | ((backslashes - ones) & ~backslashes)) & tops;
        if (found != 0)
            return at + (size_t)__builtin_ctzll(found) / 8;
    }
}

/* A whole number, of any size. */
bool weir_json_is_number(struct weir_text token);
/* true, false or null. */
bool weir_json_is_literal(struct weir_text token);

/* `content` is what stands between the quotes of a string. Returns the first bad escape, or NULL. */
const char *weir_json_bad_escape(struct weir_text content);
/* Writes the string's text to out, which has room for content.length bytes, and its length to *length. A surrogate
 * escape without its other half becomes U+FFFD. Returns the first bad escape, or NULL. */
const char *weir_json_unescape(struct weir_text content, char *out, size_t *length);

/* True when more than depth_max arrays and objects stand in each other, brackets in strings left aside. For payloads
 * that are broken somewhere: whatever their mistake, this is the one to name. */
bool weir_json_nests_deeper(struct weir_text text, size_t depth_max);

#endif
