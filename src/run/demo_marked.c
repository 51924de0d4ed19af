/* A stranger's text on someone's terminal: made harmless, cut to what matters, with the evidence marked. */
#include "demo_screen.h"

#include "weir/utf8.h"

#define WHOLE_MAX 480   /* bytes of a text that is shown whole */
#define CONTEXT_MAX 160 /* bytes shown before the first and after the last mark of a longer one */

#define MARK_ON "\033[1;33m"
#define MARK_OFF "\033[0m"

static bool is_hidden(uint32_t code_point)
{
    return code_point == 0x00AD || code_point == 0x200B || code_point == 0x2060 || code_point == 0xFEFF;
}

/* Turns text around, or is an order to the terminal. */
static bool is_control(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == 0x061C ||
           code_point == 0x200E || code_point == 0x200F || (code_point >= 0x2028 && code_point <= 0x202E) ||
           (code_point >= 0x2066 && code_point <= 0x2069);
}

static void write_code_point(FILE *out, const char *data, size_t width, uint32_t code_point)
{
    if (code_point == '\n' || code_point == '\r' || code_point == '\t')
        fputc(' ', out);
    else if (is_hidden(code_point))
        fputs("\xC2\xB7", out);
    else if (is_control(code_point))
        fputs("\xEF\xBF\xBD", out);
    else
        fwrite(data, 1, width, out);
}

static void write_part(FILE *out, struct weir_text text, size_t start, size_t end)
{
    for (size_t at = start; at < end;) {
        size_t width;
        uint32_t code_point = weir_utf8_decode(text.data + at, &width);
        write_code_point(out, text.data + at, width, code_point);
        at += width;
    }
}

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

void demo_write_marked(FILE *out, struct weir_text text, const struct demo_mark *marks, size_t count, bool has_colour)
{
    size_t start = 0;
    size_t end = text.length;
    if (text.length > WHOLE_MAX) {
        start = count ? find_sentence_start(text, marks[0].start) : 0;
        end = find_sentence_end(text, count ? marks[count - 1].end : WHOLE_MAX / 2);
    }
    fputs(start > 0 ? "... " : "", out);
    size_t at = start;
    for (size_t i = 0; i < count; i++) {
        write_part(out, text, at, marks[i].start);
        fputs(has_colour ? MARK_ON : ">>", out);
        write_part(out, text, marks[i].start, marks[i].end);
        fputs(has_colour ? MARK_OFF : "<<", out);
        at = marks[i].end;
    }
    write_part(out, text, at, end);
    if (end < text.length)
        fputs(text.data[end - 1] == ' ' ? "..." : " ...", out);
}
