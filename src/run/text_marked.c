/* A post as its reviewer sees it: cut to what matters, with the evidence marked. */
#include "text_page.h"

#include "weir/utf8.h"

#define WHOLE_MAX 480   /* bytes of a text that is shown whole */
#define CONTEXT_MAX 160 /* bytes shown before the first and after the last mark of a longer one */

#define MARK_ON "\033[1;33m"
#define MARK_OFF "\033[0m"

static bool ends_sentence(struct weir_text text, size_t end)
{
    static const char *const marks[] = {"\n", ". ", "! ", "? ", "\xE3\x80\x82", "\xEF\xBC\x81", "\xEF\xBC\x9F"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t length = strlen(marks[i]);
        if (end >= length && memcmp(text.data + end - length, marks[i], length) == 0)
            return true;
    }
    return false;
}

static size_t find_sentence_start(struct weir_text text, size_t mark)
{
    size_t at = mark;
    while (at > 0 && mark - at < CONTEXT_MAX && !ends_sentence(text, at))
        at = weir_utf8_before(text.data, at);
    return at;
}

static size_t find_sentence_end(struct weir_text text, size_t mark)
{
    size_t at = mark;
    while (at < text.length && at - mark < CONTEXT_MAX && !(at > mark && ends_sentence(text, at)))
        at += weir_utf8_width(text.data[at]);
    return at;
}

static void put_string(struct text_page *page, const char *string)
{
    fputs(string, page->out);
    page->column += strlen(string);
}

static void put_mark(struct text_page *page, struct weir_text text, const struct text_mark *mark, size_t whole,
                     bool has_colour)
{
    if (has_colour)
        fputs(MARK_ON, page->out);
    else
        put_string(page, ">>");
    text_page_put(page, text, mark->start, mark->end, whole);
    if (has_colour)
        fputs(MARK_OFF, page->out);
    else
        put_string(page, "<<");
}

void text_page_put_marked(struct text_page *page, struct weir_text text, const struct text_mark *marks, size_t count,
                          bool has_colour)
{
    size_t start = 0;
    size_t end = text.length;
    if (text.length > WHOLE_MAX) {
        start = count ? find_sentence_start(text, marks[0].start) : 0;
        end = find_sentence_end(text, count ? marks[count - 1].end : WHOLE_MAX / 2);
    }
    put_string(page, start > 0 ? "... " : "");
    size_t at = start;
    for (size_t i = 0; i < count; i++) {
        text_page_put(page, text, at, marks[i].start, end);
        put_mark(page, text, &marks[i], end, has_colour);
        at = marks[i].end;
    }
    text_page_put(page, text, at, end, end);
    if (end < text.length)
        put_string(page, text.data[end - 1] == ' ' ? "..." : " ...");
}
