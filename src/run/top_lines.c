/* Phrases in lines. Knows nothing of what they say. */
#include "top_lines.h"

#include <stdarg.h>
#include <stdlib.h>

void top_lines_begin(struct top_lines *lines, const char *label)
{
    if (lines->page.column > 0)
        fputc('\n', lines->page.out);
    fprintf(lines->page.out, "%s%-*s%s", lines->has_colour ? TOP_DIM : "", TOP_LABEL_WIDTH, label,
            lines->has_colour ? TOP_PLAIN : "");
    lines->page.column = lines->page.indent = TOP_LABEL_WIDTH;
}

void top_lines_put(struct top_lines *lines, const char *colour, struct weir_text text)
{
    struct text_page *page = &lines->page;
    bool is_first = page->column == page->indent;
    if (!is_first && page->columns > 0 && page->column + 2 + text_page_columns(text) > page->columns) {
        fprintf(page->out, "\n%*s", (int)page->indent, "");
        page->column = page->indent;
    } else if (!is_first) {
        fputs("  ", page->out);
        page->column += 2;
    }
    bool is_coloured = lines->has_colour && colour[0];
    fputs(is_coloured ? colour : "", page->out);
    text_page_put(page, text, 0, text.length, text.length);
    fputs(is_coloured ? TOP_PLAIN : "", page->out);
}

void top_lines_say(struct top_lines *lines, const char *colour, const char *format, ...)
{
    char *phrase = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&phrase, format, arguments);
    va_end(arguments);
    if (length < 0) {
        lines->failed = true;
        return;
    }
    top_lines_put(lines, colour, (struct weir_text){phrase, (size_t)length});
    free(phrase);
}
