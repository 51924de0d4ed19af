/* Texts made harmless and short. Knows nothing of what they mean. */
#include "explain_page.h"

#include "visible.h"

#include <inttypes.h>

#define QUOTE_MAX 160  /* code points of a quote that is shown whole */
#define QUOTE_HEAD 100 /* and of a longer one from its beginning and its end */
#define QUOTE_TAIL 40
#define STRING_MAX 2000

static const char *find_style(enum explain_style style)
{
    switch (style) {
    case EXPLAIN_STRONG:
        return "\033[1m";
    case EXPLAIN_GOOD:
        return "\033[32m";
    case EXPLAIN_BAD:
        return "\033[31m";
    case EXPLAIN_DOUBT:
        return "\033[33m";
    case EXPLAIN_PLAIN:
    default:
        return NULL;
    }
}

void explain_put(const struct explain_page *page, enum explain_style style, const char *words)
{
    const char *on = page->has_colour ? find_style(style) : NULL;
    fprintf(page->out, "%s%s%s", on ? on : "", words, on ? "\033[0m" : "");
}

bool explain_is_hidden(const struct weir_chars *chars, uint32_t code_point)
{
    return visible_is_order(code_point) || weir_char_has(chars, code_point, WEIR_CHAR_IGNORABLE);
}

static void put_code_point(const struct explain_page *page, struct weir_text character, uint32_t code_point)
{
    char name[VISIBLE_NAME_SIZE];
    if (code_point == '\n')
        fputs("<line break>", page->out);
    else if (code_point == '\t')
        fputs("<tab>", page->out);
    else if (explain_is_hidden(page->chars, code_point))
        fwrite(name, 1, (size_t)visible_name(code_point, name), page->out);
    else
        fwrite(character.data, 1, character.length, page->out);
}

/* Writes at most `most` code points of text, which need not be valid; returns the bytes that they took. */
static size_t put_code_points(const struct explain_page *page, struct weir_text text, size_t most)
{
    size_t at = 0;
    for (size_t count = 0; at < text.length && count < most; count++) {
        size_t width = weir_utf8_width(text.data[at]);
        bool fits = width <= text.length - at;
        if (!fits || !weir_utf8_valid(weir_text_slice(text, at, at + width))) {
            fprintf(page->out, "<byte %02X>", (unsigned char)text.data[at]);
            at++;
            continue;
        }
        uint32_t code_point = weir_utf8_decode(text.data + at, &width);
        put_code_point(page, weir_text_slice(text, at, at + width), code_point);
        at += width;
    }
    return at;
}

void explain_put_text(const struct explain_page *page, struct weir_text text, size_t most)
{
    size_t at = put_code_points(page, text, most);
    if (at < text.length)
        fprintf(page->out, " ... (%zu more characters)", weir_utf8_count(weir_text_slice(text, at, text.length)));
}

void explain_put_string(const struct explain_page *page, const char *string)
{
    explain_put_text(page, weir_text_of(string), STRING_MAX);
}

void explain_put_quote(const struct explain_page *page, struct weir_text text)
{
    fputc('"', page->out);
    /* A code point has at least one byte, so most quotes need no counting. */
    if (text.length <= QUOTE_MAX || weir_utf8_count(text) <= QUOTE_MAX) {
        put_code_points(page, text, QUOTE_MAX);
    } else {
        size_t tail = text.length;
        for (size_t count = 0; count < QUOTE_TAIL; count++)
            tail = weir_utf8_before(text.data, tail);
        put_code_points(page, text, QUOTE_HEAD);
        fputs(" ... ", page->out);
        put_code_points(page, weir_text_slice(text, tail, text.length), QUOTE_TAIL);
    }
    fputc('"', page->out);
}

void explain_put_number(const struct explain_page *page, uint64_t number, const char *one, const char *many)
{
    fprintf(page->out, "%" PRIu64 " %s", number, number == 1 ? one : many);
}

const char *explain_comma(size_t index, size_t count)
{
    return index == 0 ? "" : index + 1 == count ? " and " : ", ";
}
