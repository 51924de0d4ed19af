/* From bytes and nodes to the places that a person is shown. Only points; never changes a tree. */
#include "yaml_tree.h"

#include "weir/utf8.h"

#include <stdarg.h>
#include <stdio.h>

#define TEXT_MAX_BYTES 1024

/* The line (from 0) that holds the byte. */
static size_t find_line(const struct weir_yaml *document, size_t at)
{
    size_t low = 0;
    size_t high = document->line_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (document->lines[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static struct weir_text view_line(const struct weir_yaml *document, size_t line)
{
    size_t start = document->lines[line];
    size_t end = line + 1 < document->line_count ? document->lines[line + 1] - 1 : document->source.length;
    return weir_text_slice(document->source, start, end);
}

static struct weir_place place_byte(const struct weir_yaml *document, size_t at, size_t line)
{
    struct weir_text before = weir_text_slice(document->source, document->lines[line], at);
    return (struct weir_place){document->name, (unsigned)line + 1, (unsigned)weir_utf8_count(before) + 1};
}

WEIR_PRINTF(5, 0)
static void report(const struct weir_yaml *document, size_t at, struct weir_diagnostics *diagnostics, bool is_warning,
                   const char *format, va_list arguments)
{
    char text[TEXT_MAX_BYTES];
    vsnprintf(text, sizeof text, format, arguments);

    size_t line = find_line(document, at);
    struct weir_place place = place_byte(document, at, line);
    if (is_warning)
        weir_diagnostics_warning(diagnostics, place, view_line(document, line), "%s", text);
    else
        weir_diagnostics_error(diagnostics, place, view_line(document, line), "%s", text);
}

size_t weir_yaml_skip_blank(struct weir_text source, size_t at)
{
    while (at < source.length) {
        if (source.data[at] == '#')
            while (at < source.length && source.data[at] != '\n')
                at++;
        else if (source.data[at] == ' ' || source.data[at] == '\n')
            at++;
        else
            break;
    }
    return at;
}

/* Bytes that the source spends on a character of the text that it escapes; 0 when it does not. */
static size_t match_escape(enum weir_yaml_writing writing, struct weir_text source, size_t at, char wanted)
{
    if (source.length - at < 2 || source.data[at + 1] != wanted)
        return 0;
    if (writing == WEIR_YAML_SINGLE_QUOTED && wanted == '\'' && source.data[at] == '\'')
        return 2;
    if (writing == WEIR_YAML_DOUBLE_QUOTED && (wanted == '\\' || wanted == '"') && source.data[at] == '\\')
        return 2;
    return 0;
}

/* The byte of the source where the text's code point `offset` stands; the node's start where the two differ. */
static size_t find_written(const struct weir_yaml_node *node, size_t offset)
{
    struct weir_text source = node->document->source;
    bool quoted = node->writing == WEIR_YAML_SINGLE_QUOTED || node->writing == WEIR_YAML_DOUBLE_QUOTED;
    size_t at = node->at + (quoted ? 1 : 0);
    size_t indent = node->at - node->document->lines[find_line(node->document, node->at)];
    for (size_t i = 0; i < node->text.length && at < source.length; i++) {
        char wanted = node->text.data[i];
        if (!weir_utf8_is_continuation(wanted) && offset-- == 0)
            return at;
        size_t escape = match_escape(node->writing, source, at, wanted);
        if (escape == 0 && source.data[at] != wanted)
            return node->at;
        at += escape > 0 ? escape : 1;
        for (size_t n = 0; wanted == '\n' && n < indent && at < source.length && source.data[at] == ' '; n++)
            at++;
    }
    return offset == 0 && at < source.length ? at : node->at;
}

struct weir_place weir_yaml_place(const struct weir_yaml_node *node)
{
    return place_byte(node->document, node->at, find_line(node->document, node->at));
}

void weir_yaml_error_byte(const struct weir_yaml *document, size_t at, struct weir_diagnostics *diagnostics,
                          const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(document, at < document->source.length ? at : document->source.length, diagnostics, false, format,
           arguments);
    va_end(arguments);
}

void weir_yaml_error(const struct weir_yaml_node *node, struct weir_diagnostics *diagnostics, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(node->document, node->at, diagnostics, false, format, arguments);
    va_end(arguments);
}

void weir_yaml_warning(const struct weir_yaml_node *node, struct weir_diagnostics *diagnostics, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(node->document, node->at, diagnostics, true, format, arguments);
    va_end(arguments);
}

void weir_yaml_error_at(const struct weir_yaml_node *node, size_t offset, struct weir_diagnostics *diagnostics,
                        const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(node->document, find_written(node, offset), diagnostics, false, format, arguments);
    va_end(arguments);
}

void weir_yaml_warning_at(const struct weir_yaml_node *node, size_t offset, struct weir_diagnostics *diagnostics,
                          const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(node->document, find_written(node, offset), diagnostics, true, format, arguments);
    va_end(arguments);
}
