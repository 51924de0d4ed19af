/* Collected errors and warnings, and how they are shown. Knows places and lines, never what a file means. */
#include "weir/diagnostics.h"

#include "weir/utf8.h"

#include <stdarg.h>
#include <stdlib.h>

#define TEXT_MAX_BYTES 1024
#define SHOWN_BEFORE 80 /* code points of a long line that are shown before the place, and after */
#define SHOWN_AFTER 80

struct weir_diagnostics {
    struct weir_arena *arena;
    struct weir_diagnostic *entries;
    size_t limit;
    size_t count;
    size_t errors;
    size_t warnings;
};

struct weir_diagnostics *weir_diagnostics_new(size_t limit)
{
    struct weir_diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    if (!diagnostics)
        return NULL;
    diagnostics->limit = limit;
    diagnostics->arena = weir_arena_new(0);
    diagnostics->entries = calloc(limit > 0 ? limit : 1, sizeof *diagnostics->entries);
    if (!diagnostics->arena || !diagnostics->entries) {
        weir_diagnostics_free(diagnostics);
        return NULL;
    }
    return diagnostics;
}

void weir_diagnostics_free(struct weir_diagnostics *diagnostics)
{
    if (!diagnostics)
        return;
    weir_arena_free(diagnostics->arena);
    free(diagnostics->entries);
    free(diagnostics);
}

/* Texts quote from files: whatever they hold, a diagnostic stays one line and moves no cursor. */
static void flatten_text(char *text)
{
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = ' ';
}

WEIR_PRINTF(5, 0)
static void add_entry(struct weir_diagnostics *diagnostics, bool is_warning, struct weir_place place,
                      struct weir_text line, const char *format, va_list arguments)
{
    *(is_warning ? &diagnostics->warnings : &diagnostics->errors) += 1;
    if (diagnostics->count == diagnostics->limit)
        return;
    char text[TEXT_MAX_BYTES];
    vsnprintf(text, sizeof text, format, arguments);
    flatten_text(text);

    struct weir_diagnostic entry = {.place = place, .is_warning = is_warning};
    entry.text = weir_arena_text(diagnostics->arena, weir_text_of(text)).data;
    if (place.file)
        entry.place.file = weir_arena_text(diagnostics->arena, weir_text_of(place.file)).data;
    if (line.length > 0)
        entry.line = weir_arena_text(diagnostics->arena, line);
    if (!entry.text || (place.file && !entry.place.file) || (line.length > 0 && !entry.line.data))
        return; /* it counts all the same */
    diagnostics->entries[diagnostics->count++] = entry;
}

void weir_diagnostics_error(struct weir_diagnostics *diagnostics, struct weir_place place, struct weir_text line,
                            const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_entry(diagnostics, false, place, line, format, arguments);
    va_end(arguments);
}

void weir_diagnostics_warning(struct weir_diagnostics *diagnostics, struct weir_place place, struct weir_text line,
                              const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_entry(diagnostics, true, place, line, format, arguments);
    va_end(arguments);
}

size_t weir_diagnostics_errors(const struct weir_diagnostics *diagnostics)
{
    return diagnostics->errors;
}

size_t weir_diagnostics_warnings(const struct weir_diagnostics *diagnostics)
{
    return diagnostics->warnings;
}

size_t weir_diagnostics_count(const struct weir_diagnostics *diagnostics)
{
    return diagnostics->count;
}

const struct weir_diagnostic *weir_diagnostics_at(const struct weir_diagnostics *diagnostics, size_t index)
{
    return index < diagnostics->count ? &diagnostics->entries[index] : NULL;
}

static bool is_same_file(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* How far up an entry of this place may go: not past one of its file that stands before it in the file, nor into the
 * entries of other files. */
static size_t find_slot(const struct weir_diagnostics *diagnostics, size_t count, const struct weir_place *place)
{
    size_t slot = count;
    for (size_t i = count; i-- > 0;) {
        const struct weir_place *other = &diagnostics->entries[i].place;
        if (!is_same_file(other->file, place->file))
            continue;
        bool is_before = other->line < place->line || (other->line == place->line && other->column <= place->column);
        if (is_before)
            return i + 1;
        slot = i;
    }
    return slot;
}

/* There are few. */
void weir_diagnostics_sort(struct weir_diagnostics *diagnostics)
{
    struct weir_diagnostic *entries = diagnostics->entries;
    for (size_t i = 1; i < diagnostics->count; i++) {
        struct weir_diagnostic entry = entries[i];
        size_t slot = find_slot(diagnostics, i, &entry.place);
        memmove(&entries[slot + 1], &entries[slot], (i - slot) * sizeof entry);
        entries[slot] = entry;
    }
}

static void print_place(const struct weir_place *place, FILE *out)
{
    if (!place->file)
        return;
    fputs(place->file, out);
    if (place->line > 0)
        fprintf(out, ":%u", place->line);
    if (place->line > 0 && place->column > 0)
        fprintf(out, ":%u", place->column);
    fputs(": ", out);
}

/* Characters that terminals draw two cells wide; near enough for a caret. */
static bool is_wide(uint32_t c)
{
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
           (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1F64F) || (c >= 0x1F900 && c <= 0x1F9FF) ||
           (c >= 0x20000 && c <= 0x3FFFD);
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

/* The stretch of the line around the column (from 1), and the caret under it. */
static void print_line(struct weir_text line, unsigned column, FILE *out)
{
    size_t first = column > SHOWN_BEFORE ? column - SHOWN_BEFORE : 1;
    size_t last = (column > 0 ? column : 1) + SHOWN_AFTER;
    size_t cells = 0;
    size_t number = 1;
    fputs(first > 1 ? "  ..." : "  ", out);
    for (size_t at = 0, width; at < line.length && number <= last; at += width, number++) {
        uint32_t c = weir_utf8_decode(line.data + at, &width);
        if (number < first)
            continue;
        if (is_control(c))
            fputc(' ', out);
        else
            fwrite(line.data + at, 1, width, out);
        if (number < column)
            cells += is_wide(c) ? 2 : 1;
    }
    fputs(number > last ? "...\n" : "\n", out);
    if (column > 0)
        fprintf(out, "%*s^\n", (int)cells + (first > 1 ? 5 : 2), "");
}

void weir_diagnostics_print(const struct weir_diagnostics *diagnostics, FILE *out)
{
    for (size_t i = 0; i < diagnostics->count; i++) {
        const struct weir_diagnostic *entry = &diagnostics->entries[i];
        print_place(&entry->place, out);
        fprintf(out, "%s: %s\n", entry->is_warning ? "warning" : "error", entry->text);
        if (entry->line.length > 0 && weir_utf8_valid(entry->line))
            print_line(entry->line, entry->place.column, out);
    }
    size_t left_out = diagnostics->errors + diagnostics->warnings - diagnostics->count;
    if (left_out > 0)
        fprintf(out, "... and %zu more\n", left_out);
}

void weir_diagnostic_log(const struct weir_diagnostic *entry, const char *event, const struct weir_log *log)
{
    struct weir_log_field fields[4];
    size_t count = 0;
    if (entry->place.file)
        fields[count++] = WEIR_LOG_TEXT("file", entry->place.file);
    if (entry->place.file && entry->place.line > 0)
        fields[count++] = WEIR_LOG_NUMBER("line", entry->place.line);
    if (entry->place.file && entry->place.line > 0 && entry->place.column > 0)
        fields[count++] = WEIR_LOG_NUMBER("column", entry->place.column);
    fields[count++] = WEIR_LOG_TEXT("text", entry->text);
    weir_log_write(log, entry->is_warning ? WEIR_LOG_WARNING : WEIR_LOG_ERROR, event, fields, count);
}
