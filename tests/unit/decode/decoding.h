/* A decoder and the means to feed it, for the tests of decode. */
#ifndef DECODING_H
#define DECODING_H

#include "weir/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* A weir_text of any bytes, for tables of constants. */
#define BYTES(string)                                                                                                  \
    {                                                                                                                  \
        (string), sizeof(string) - 1                                                                                   \
    }

#define POINTERS_MAX 16
#define TOKENS_MAX 8

/* One line of a mapping: what the value at `path` is for. No token of the tests holds a slash. */
struct mapped {
    enum weir_role role;
    uint32_t field;
    const char *path;
};

struct decoding {
    struct weir_text tokens[POINTERS_MAX][TOKENS_MAX];
    struct weir_pointer pointers[POINTERS_MAX];
    struct weir_mapping mapping;
    struct weir_arena *arena;
    struct weir_decoder *decoder;
};

static inline size_t split_path(const char *path, struct weir_text *tokens)
{
    size_t count = 0;
    while (*path == '/') {
        const char *start = path + 1;
        size_t length = strcspn(start, "/");
        assert_true(count < TOKENS_MAX);
        tokens[count++] = (struct weir_text){start, length};
        path = start + length;
    }
    return count;
}

static inline void open_decoding(struct decoding *decoding, const struct mapped *mapped, size_t count,
                                 struct weir_limits limits)
{
    assert_true(count <= POINTERS_MAX);
    for (size_t i = 0; i < count; i++) {
        size_t tokens = split_path(mapped[i].path, decoding->tokens[i]);
        decoding->pointers[i] = (struct weir_pointer){mapped[i].role, mapped[i].field, decoding->tokens[i], tokens};
    }
    decoding->mapping = (struct weir_mapping){"posts", WEIR_POST, decoding->pointers, count};
    decoding->arena = weir_arena_new(65536);
    assert_non_null(decoding->arena);
    assert_int_equal(weir_decoder_new(&decoding->mapping, 1, &limits, &decoding->decoder), WEIR_OK);
}

static inline void close_decoding(struct decoding *decoding)
{
    weir_decoder_free(decoding->decoder);
    weir_arena_free(decoding->arena);
}

/* Decodes the bytes as a message that nothing can be read beyond but the padding. */
static inline enum weir_status decode_bytes(struct decoding *decoding, struct weir_text bytes, struct weir_item *item,
                                            struct weir_bad_payload *bad)
{
    struct weir_message message = {
        .origin = {WEIR_TEXT_LITERAL("posts"), 3, 17, 1700000000123, false},
        .payload = weir_arena_padded(decoding->arena, bytes),
        .key = WEIR_TEXT_LITERAL("the key"),
    };
    return weir_decode(decoding->decoder, &message, decoding->arena, item, bad);
}

/* The usual mapping: fields 0 text, 1 author_name. */
#define POST_MAPPING                                                                                                   \
    {                                                                                                                  \
        {WEIR_ROLE_ID, 0, "/id"}, {WEIR_ROLE_AUTHOR, 0, "/author/id"}, {WEIR_ROLE_VALUE, 1, "/author/name"},           \
            {WEIR_ROLE_LANG, 0, "/lang"}, {WEIR_ROLE_TIME, 0, "/created_at"}, {WEIR_ROLE_VALUE, 0, "/title"},          \
        {                                                                                                              \
            WEIR_ROLE_VALUE, 0, "/text"                                                                                \
        }                                                                                                              \
    }

#endif
