/* Flags and dead letters as a person wants to read them. Decides nothing and counts nothing. */
#include "demo_screen.h"

#include <stdlib.h>

#define INDENT 10 /* columns */
#define LABEL_WIDTH 7
#define MARKS_MAX 64
#define READS_AS_MAX 120 /* bytes */

#define DIM "\033[2m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

static const char *string_of(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static struct weir_text text_of(const json_t *string)
{
    return (struct weir_text){json_string_value(string), json_string_length(string)};
}

static const char *colour(const struct demo_screen *screen, const char *code)
{
    return screen->has_colour ? code : "";
}

static const char *severity_colour(const char *severity)
{
    switch (severity[0]) {
    case 'c':
        return "\033[1;97;41m";
    case 'h':
        return "\033[1;31m";
    case 'm':
        return "\033[1;33m";
    default:
        return "\033[1;36m";
    }
}

/* ---- Evidence ---- */

static int compare_marks(const void *a, const void *b)
{
    const struct text_mark *left = a;
    const struct text_mark *right = b;
    return (left->start > right->start) - (left->start < right->start);
}

/* Overlapping marks of several rules become one. */
static size_t merge_marks(struct text_mark *marks, size_t count)
{
    size_t kept = 0;
    qsort(marks, count, sizeof *marks, compare_marks);
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && marks[i].start <= marks[kept - 1].end) {
            if (marks[i].end > marks[kept - 1].end)
                marks[kept - 1].end = marks[i].end;
        } else {
            marks[kept++] = marks[i];
        }
    }
    return kept;
}

/* Where the evidence stands in the text: its offsets say so, or of captions, whose offsets count in each fragment, its
 * quote. */
static struct text_mark find_mark(const json_t *evidence, struct weir_text text)
{
    json_int_t start = json_integer_value(json_object_get(evidence, "start_byte"));
    json_int_t end = json_integer_value(json_object_get(evidence, "end_byte"));
    if (!json_object_get(evidence, "fragments"))
        return (struct text_mark){(size_t)start, (size_t)end};
    struct weir_text quote = text_of(json_object_get(evidence, "quote"));
    const char *found = quote.length ? memmem(text.data, text.length, quote.data, quote.length) : NULL;
    size_t at = found ? (size_t)(found - text.data) : 0;
    return (struct text_mark){at, found ? at + quote.length : 0};
}

static size_t collect_marks(const json_t *rules, const char *field, struct weir_text text,
                            struct text_mark marks[MARKS_MAX])
{
    size_t count = 0;
    size_t i;
    size_t j;
    json_t *rule;
    json_t *evidence;
    json_array_foreach(rules, i, rule)
    {
        json_array_foreach(json_object_get(rule, "evidence"), j, evidence)
        {
            struct text_mark mark = find_mark(evidence, text);
            if (count < MARKS_MAX && strcmp(string_of(evidence, "field"), field) == 0 && mark.start < mark.end &&
                mark.end <= text.length)
                marks[count++] = mark;
        }
    }
    return merge_marks(marks, count);
}

static bool is_ascii(struct weir_text text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.data[i] >= 0x80)
            return false;
    return true;
}

/* Letters that the eye would not read as what they stand for. */
static bool is_disguised(struct weir_text quote, struct weir_text matched)
{
    return matched.length > 0 && matched.length <= READS_AS_MAX && is_ascii(matched) && !is_ascii(quote);
}

/* ---- Records ---- */

/* "          why    " and so on. */
static void begin_line(struct demo_screen *screen, const char *label)
{
    fprintf(screen->page.out, "%*s%s%-*s%s", INDENT, "", colour(screen, DIM), LABEL_WIDTH, label,
            colour(screen, PLAIN));
    screen->page.column = screen->page.indent = INDENT + LABEL_WIDTH;
}

static void write_line(struct demo_screen *screen, const char *label, struct weir_text text)
{
    begin_line(screen, label);
    text_page_put(&screen->page, text, 0, text.length, text.length);
    fputc('\n', screen->page.out);
}

static void write_title(const struct demo_screen *screen, const char *code, const char *tag, const char *title)
{
    fprintf(screen->page.out, "%s%-8s%s  %s%s%s\n", colour(screen, code), tag, colour(screen, PLAIN),
            colour(screen, BOLD), title, colour(screen, PLAIN));
}

static void write_rule(struct demo_screen *screen, const json_t *rule)
{
    size_t i;
    json_t *evidence;
    json_array_foreach(json_object_get(rule, "evidence"), i, evidence)
    {
        struct weir_text matched = text_of(json_object_get(evidence, "matched_as"));
        if (is_disguised(text_of(json_object_get(evidence, "quote")), matched))
            write_line(screen, "reads", matched);
    }
    write_line(screen, "why", text_of(json_object_get(rule, "why")));
    write_line(screen, "rule", text_of(json_object_get(rule, "id")));
}

static void write_content(struct demo_screen *screen, const json_t *flag)
{
    const char *field;
    json_t *value;
    json_object_foreach(json_object_get(flag, "content"), field, value)
    {
        struct text_mark marks[MARKS_MAX];
        struct weir_text text = text_of(value);
        size_t count = collect_marks(json_object_get(flag, "rules"), field, text, marks);
        if (count == 0)
            continue;
        fprintf(screen->page.out, "%*s", INDENT, "");
        screen->page.column = screen->page.indent = INDENT;
        text_page_put_marked(&screen->page, text, marks, count, screen->has_colour);
        fputc('\n', screen->page.out);
    }
}

static json_int_t number_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

/* "live-000003, captions 4 to 5, 0:07 to 0:12" */
static void write_stream(struct demo_screen *screen, const json_t *flag)
{
    const json_t *item = json_object_get(flag, "item");
    char place[160];
    json_int_t start = number_of(item, "start_ms") / 1000;
    json_int_t end = number_of(item, "end_ms") / 1000;
    snprintf(place, sizeof place,
             ", captions %" JSON_INTEGER_FORMAT " to %" JSON_INTEGER_FORMAT ", %" JSON_INTEGER_FORMAT
             ":%02" JSON_INTEGER_FORMAT " to %" JSON_INTEGER_FORMAT ":%02" JSON_INTEGER_FORMAT,
             number_of(item, "sequence_first"), number_of(item, "sequence_last"), start / 60, start % 60, end / 60,
             end % 60);
    struct weir_text id = text_of(json_object_get(item, "stream"));
    begin_line(screen, "live");
    text_page_put(&screen->page, id, 0, id.length, id.length);
    fprintf(screen->page.out, "%s\n\n", place);
    fflush(screen->page.out);
}

static void write_source(struct demo_screen *screen, const json_t *record)
{
    char place[64];
    const json_t *source = json_object_get(record, "source");
    struct weir_text id = text_of(json_object_get(json_object_get(record, "item"), "id"));
    snprintf(place, sizeof place, "%spartition %" JSON_INTEGER_FORMAT ", offset %" JSON_INTEGER_FORMAT,
             id.length ? ", " : "", json_integer_value(json_object_get(source, "partition")),
             json_integer_value(json_object_get(source, "offset")));
    begin_line(screen, "post");
    text_page_put(&screen->page, id, 0, id.length, id.length);
    fprintf(screen->page.out, "%s\n\n", place);
    fflush(screen->page.out);
}

void demo_screen_flag(struct demo_screen *screen, const json_t *flag)
{
    size_t i;
    json_t *rule;
    demo_screen_wipe(screen);
    json_array_foreach(json_object_get(flag, "rules"), i, rule)
    {
        const char *severity = string_of(rule, "severity");
        write_title(screen, severity_colour(severity), severity, string_of(rule, "title"));
    }
    write_content(screen, flag);
    json_array_foreach(json_object_get(flag, "rules"), i, rule) write_rule(screen, rule);
    if (strcmp(string_of(flag, "kind"), "caption") == 0)
        write_stream(screen, flag);
    else
        write_source(screen, flag);
}

void demo_screen_update(struct demo_screen *screen, const json_t *update)
{
    if (strcmp(string_of(update, "state"), "withdrawn") != 0)
        return;
    demo_screen_wipe(screen);
    write_title(screen, DIM, "undone", "A flag is withdrawn: what was said turned out otherwise");
    write_line(screen, "flag", text_of(json_object_get(update, "flag_id")));
    fputc('\n', screen->page.out);
}

void demo_screen_dead_letter(struct demo_screen *screen, const json_t *dead_letter)
{
    demo_screen_wipe(screen);
    write_title(screen, "\033[1;35m", "bad", "A payload that is no post: a dead letter");
    write_line(screen, "reason", text_of(json_object_get(dead_letter, "reason")));
    write_line(screen, "detail", text_of(json_object_get(dead_letter, "detail")));
    write_source(screen, dead_letter);
}

/* ---- The live line ---- */

void demo_screen_live(struct demo_screen *screen, const char *line)
{
    size_t columns = screen->page.columns;
    size_t length = strlen(line);
    demo_screen_wipe(screen);
    /* One that wraps could not be wiped. */
    fprintf(screen->page.out, "%.*s", (int)(columns && length >= columns ? columns - 1 : length), line);
    if (screen->is_terminal)
        screen->live = true;
    else
        fputc('\n', screen->page.out);
    fflush(screen->page.out);
}

void demo_screen_wipe(struct demo_screen *screen)
{
    if (screen->live)
        fputs("\r\033[K", screen->page.out);
    screen->live = false;
}
