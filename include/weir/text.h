/* base: borrowed views of bytes.
 *
 * A weir_text owns nothing and need not end in NUL; whoever hands one out says how long it lives.
 * A weir_padded_text is a promise as well: WEIR_PADDING bytes after its end can be read. Hyperscan on AVX-512 machines
 * and simdjson read past the end of what they are given, so they are only ever given this type. */
#ifndef WEIR_TEXT_H
#define WEIR_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define WEIR_PADDING 64

struct weir_text {
    const char *data;
    size_t length; /* bytes */
};

struct weir_padded_text {
    const char *data; /* data[0 .. length + WEIR_PADDING) can be read */
    size_t length;    /* bytes, without the padding */
};

/* The functions below are C and C++: the two adapters to C++ libraries include this file. */
#define WEIR_TEXT_LITERAL(string) ((struct weir_text){(string), sizeof(string) - 1})

static inline struct weir_text weir_text_of(const char *string)
{
    struct weir_text text = {string, string ? strlen(string) : 0};
    return text;
}

static inline bool weir_text_equal(struct weir_text a, struct weir_text b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static inline bool weir_text_is(struct weir_text text, const char *string)
{
    return weir_text_equal(text, weir_text_of(string));
}

static inline struct weir_text weir_text_slice(struct weir_text text, size_t start, size_t end)
{
    struct weir_text part = {text.data + start, end - start};
    return part;
}

static inline struct weir_text weir_text_from_padded(struct weir_padded_text padded)
{
    struct weir_text text = {padded.data, padded.length};
    return text;
}

#endif
