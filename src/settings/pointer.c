/* JSON Pointers (RFC 6901) -> their reference tokens, unescaped. */
#include "reader.h"

#define TOKENS_MAX 64

/* Unescapes the text of one token into out, which has room for it; the length, or SIZE_MAX and *at of a bad escape. */
static size_t unescape(struct weir_text token, char *out, size_t *at)
{
    size_t length = 0;
    for (size_t i = 0; i < token.length; i++) {
        char c = token.data[i];
        if (c == '~') {
            char next = i + 1 < token.length ? token.data[i + 1] : '\0';
            if (next != '0' && next != '1') {
                *at = i;
                return SIZE_MAX;
            }
            c = next == '0' ? '~' : '/';
            i++;
        }
        out[length++] = c;
    }
    return length;
}

static size_t count_tokens(struct weir_text text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += text.data[i] == '/';
    return count;
}

const char *weir_pointer_parse(struct weir_text text, struct weir_arena *arena, struct weir_pointer *pointer,
                               size_t *bad)
{
    *bad = 0;
    if (text.length == 0)
        return "the whole document is no field; write a JSON Pointer such as /text";
    if (text.data[0] != '/')
        return "a JSON Pointer starts with '/', such as /author/id";
    size_t count = count_tokens(text);
    if (count > TOKENS_MAX)
        return "this JSON Pointer goes deeper than 64 levels";

    struct weir_text *tokens = weir_arena_array(arena, count, sizeof *tokens);
    char *buffer = weir_arena_alloc(arena, text.length);
    if (!tokens || !buffer)
        return "no memory";
    size_t start = 1;
    for (size_t i = 0; i < count; i++) {
        const char *slash = memchr(text.data + start, '/', text.length - start);
        size_t end = slash ? (size_t)(slash - text.data) : text.length;
        size_t at = 0;
        size_t length = unescape(weir_text_slice(text, start, end), buffer + start, &at);
        if (length == SIZE_MAX) {
            *bad = start + at;
            return "'~' must be written ~0, and '/' within a name ~1";
        }
        tokens[i] = (struct weir_text){buffer + start, length};
        start = end + 1;
    }
    pointer->tokens = tokens;
    pointer->token_count = count;
    return NULL;
}
