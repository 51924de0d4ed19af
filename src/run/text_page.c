/* A stranger's text, made harmless and set in lines. Knows nothing of what it means. */
#include "text_page.h"

#include "visible.h"

#include "weir/utf8.h"

static bool is_space(uint32_t code_point)
{
    return code_point == ' ' || code_point == '\n' || code_point == '\r' || code_point == '\t';
}

static bool is_hidden(uint32_t code_point)
{
    return code_point == 0x00AD || code_point == 0x200B || code_point == 0x2060 || code_point == 0xFEFF;
}

struct range {
    uint32_t first;
    uint32_t last;
};

/* Roughly East_Asian_Width W and F: a line that breaks a little early does no harm. */
static bool is_wide(uint32_t code_point)
{
    static const struct range ranges[] = {{0x1100, 0x115F}, {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3},
                                          {0xF900, 0xFAFF}, {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},
                                          {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code_point >= ranges[i].first && code_point <= ranges[i].last)
            return true;
    return false;
}

static size_t count_columns(uint32_t code_point)
{
    bool takes_none = (code_point >= 0x0300 && code_point <= 0x036F) || code_point == 0x200D ||
                      (code_point >= 0xFE00 && code_point <= 0xFE0F);
    return takes_none ? 0 : is_wide(code_point) ? 2 : 1;
}

/* Columns of the word that begins at `at`; wide characters stand alone. */
static size_t measure_word(struct weir_text text, size_t at, size_t whole)
{
    size_t columns = 0;
    while (at < whole) {
        size_t width;
        uint32_t code_point = weir_utf8_decode(text.data + at, &width);
        if (is_space(code_point))
            break;
        if (is_wide(code_point))
            return columns + 2;
        columns += count_columns(code_point);
        at += width;
    }
    return columns;
}

static void break_line(struct text_page *page)
{
    fprintf(page->out, "\n%*s", (int)page->indent, "");
    page->column = page->indent;
}

static bool fits(const struct text_page *page, size_t columns)
{
    return page->columns == 0 || page->column + columns <= page->columns;
}

static void write_harmless(FILE *out, const char *data, size_t width, uint32_t code_point)
{
    if (is_hidden(code_point))
        fputs("\xC2\xB7", out);
    else if (visible_is_order(code_point))
        fputs("\xEF\xBF\xBD", out);
    else
        fwrite(data, 1, width, out);
}

static void put_code_point(struct text_page *page, const char *data, size_t width, uint32_t code_point)
{
    size_t columns = count_columns(code_point);
    if (!fits(page, columns))
        break_line(page);
    write_harmless(page->out, data, width, code_point);
    page->column += columns;
}

void text_page_put(struct text_page *page, struct weir_text text, size_t start, size_t end, size_t whole)
{
    for (size_t at = start; at < end;) {
        size_t width;
        uint32_t code_point = weir_utf8_decode(text.data + at, &width);
        if (!is_space(code_point)) {
            put_code_point(page, text.data + at, width, code_point);
        } else if (fits(page, 1 + measure_word(text, at + width, whole)) || page->column <= page->indent) {
            fputc(' ', page->out);
            page->column++;
        } else {
            break_line(page);
        }
        at += width;
    }
}

size_t text_page_columns(struct weir_text text)
{
    size_t columns = 0;
    for (size_t at = 0; at < text.length;) {
        size_t width;
        columns += count_columns(weir_utf8_decode(text.data + at, &width));
        at += width;
    }
    return columns;
}

void text_page_put_cut(FILE *out, struct weir_text text, size_t columns)
{
    bool is_cut = text_page_columns(text) > columns;
    size_t left = is_cut && columns > 0 ? columns - 1 : columns;
    for (size_t at = 0; at < text.length;) {
        size_t width;
        uint32_t code_point = weir_utf8_decode(text.data + at, &width);
        if (count_columns(code_point) > left)
            break;
        left -= count_columns(code_point);
        if (is_space(code_point))
            fputc(' ', out);
        else
            write_harmless(out, text.data + at, width, code_point);
        at += width;
    }
    if (is_cut && columns > 0)
        fputs("\xE2\x80\xA6", out);
}
