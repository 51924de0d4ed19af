/* base: UTF-8, one code point at a time.
 *
 * Everything behind decode is valid UTF-8, so the walkers here do not check; weir_utf8_repair is what makes it so. */
#ifndef WEIR_UTF8_H
#define WEIR_UTF8_H

#include "weir/text.h"

#include <stdint.h>

#define WEIR_REPLACEMENT_CHARACTER 0xFFFDu

/* Length in bytes, 1 to 4, of the sequence that this lead byte of valid UTF-8 opens. */
static inline size_t weir_utf8_width(char lead)
{
    unsigned char c = (unsigned char)lead;
    return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

/* The code point at data; *width (1 to 4) becomes its length in bytes. The text must be valid UTF-8. */
static inline uint32_t weir_utf8_decode(const char *data, size_t *width)
{
    const unsigned char *c = (const unsigned char *)data;
    if (c[0] < 0x80) {
        *width = 1;
        return c[0];
    }
    if (c[0] < 0xE0) {
        *width = 2;
        return (uint32_t)(c[0] & 0x1F) << 6 | (uint32_t)(c[1] & 0x3F);
    }
    if (c[0] < 0xF0) {
        *width = 3;
        return (uint32_t)(c[0] & 0x0F) << 12 | (uint32_t)(c[1] & 0x3F) << 6 | (uint32_t)(c[2] & 0x3F);
    }
    *width = 4;
    return (uint32_t)(c[0] & 0x07) << 18 | (uint32_t)(c[1] & 0x3F) << 12 | (uint32_t)(c[2] & 0x3F) << 6 |
           (uint32_t)(c[3] & 0x3F);
}

static inline bool weir_utf8_is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* Start of the code point that ends just before `at`; at must be greater than 0. */
static inline size_t weir_utf8_before(const char *data, size_t at)
{
    do {
        at--;
    } while (at > 0 && weir_utf8_is_continuation(data[at]));
    return at;
}

/* Writes a code point (a scalar value) to out, which has room for 4 bytes; returns its length. */
size_t weir_utf8_encode(uint32_t code_point, char *out);

/* Code points in valid UTF-8. */
size_t weir_utf8_count(struct weir_text text);

bool weir_utf8_valid(struct weir_text text);

/* Most bytes that weir_utf8_repair writes for `length` bytes of input. */
#define WEIR_UTF8_REPAIRED_MAX(length) ((length)*3)

/* Copies bytes to out with each maximal subpart of an ill-formed sequence replaced by one U+FFFD (Unicode 15,
 * section 3.9, "U+FFFD Substitution of Maximal Subparts"); returns the bytes written. out has room for
 * WEIR_UTF8_REPAIRED_MAX(length). */
size_t weir_utf8_repair(struct weir_text bytes, char *out);

#endif
