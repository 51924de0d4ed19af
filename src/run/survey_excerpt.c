/* Cuts and escapes what is shown of a corpus. */
#include "survey_excerpt.h"

#include "visible.h"

#include <stdio.h>

#define BEFORE 16 /* characters of the text before the quote */
#define ALL 56    /* and in all */
#define ELLIPSIS "..."

static struct weir_text find_value(const struct weir_item *item, struct weir_text quote)
{
    for (size_t i = 0; i < item->value_count; i++) {
        struct weir_text text = item->values[i].text;
        if (quote.data >= text.data && quote.data + quote.length <= text.data + text.length)
            return text;
    }
    return quote;
}

/* Writes the character to out, which has room for VISIBLE_NAME_SIZE; returns its length. */
static size_t escape(const struct weir_chars *chars, uint32_t c, char *out)
{
    if (c == '"' || c == '\\')
        return (size_t)sprintf(out, "\\%c", (int)c);
    if (visible_is_order(c) || weir_char_has(chars, c, WEIR_CHAR_IGNORABLE))
        return (size_t)visible_name(c, out);
    return weir_utf8_encode(c, out);
}

const char *survey_excerpt(const struct weir_chars *chars, const struct weir_item *item, struct weir_text quote,
                           struct weir_arena *arena)
{
    struct weir_text text = find_value(item, quote);
    char out[SURVEY_EXCERPT_BYTES_MAX];
    size_t at = (size_t)(quote.data - text.data);
    for (int i = 0; i < BEFORE && at > 0; i++)
        at = weir_utf8_before(text.data, at);
    size_t length = at > 0 ? (size_t)sprintf(out, ELLIPSIS) : 0;
    size_t width;
    for (int i = 0; i < ALL && at < text.length && length + VISIBLE_NAME_SIZE + sizeof ELLIPSIS < sizeof out;
         i++, at += width)
        length += escape(chars, weir_utf8_decode(text.data + at, &width), out + length);
    length += at < text.length ? (size_t)sprintf(out + length, ELLIPSIS) : 0;
    return weir_arena_text(arena, (struct weir_text){out, length}).data;
}
