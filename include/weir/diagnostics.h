/* base: errors and warnings about files that people write, collected so that one run of `weir check` names them all.
 *
 * Each says where (file, line, column), what is wrong and what to do. One thread. */
#ifndef WEIR_DIAGNOSTICS_H
#define WEIR_DIAGNOSTICS_H

#include "weir/arena.h"
#include "weir/log.h"

#include <stdbool.h>
#include <stdio.h>

struct weir_place {
    const char *file; /* NULL: none */
    unsigned line;    /* from 1; 0: the file as a whole */
    unsigned column;  /* from 1, in code points; 0: none */
};

struct weir_diagnostic {
    struct weir_place place;
    bool is_warning;
    const char *text;      /* "unknown key 'pattern'; did you mean 'patterns'?" */
    struct weir_text line; /* the line of the file, to be shown; empty when there is none */
};

struct weir_diagnostics;

/* Returns NULL when there is no memory. Keeps at most `limit` entries and counts the rest. */
struct weir_diagnostics *weir_diagnostics_new(size_t limit);
void weir_diagnostics_free(struct weir_diagnostics *diagnostics); /* NULL is fine */

/* Adds one; place and line are copied. */
void weir_diagnostics_error(struct weir_diagnostics *diagnostics, struct weir_place place, struct weir_text line,
                            const char *format, ...) WEIR_PRINTF(4, 5);
void weir_diagnostics_warning(struct weir_diagnostics *diagnostics, struct weir_place place, struct weir_text line,
                              const char *format, ...) WEIR_PRINTF(4, 5);

size_t weir_diagnostics_errors(const struct weir_diagnostics *diagnostics); /* all, also those beyond the limit */
size_t weir_diagnostics_warnings(const struct weir_diagnostics *diagnostics);
size_t weir_diagnostics_count(const struct weir_diagnostics *diagnostics); /* those kept */
const struct weir_diagnostic *weir_diagnostics_at(const struct weir_diagnostics *diagnostics, size_t index);

/* Puts those of each file in the order of its lines; the files stay in the order in which they first came. Of one
 * place, the first stays first. */
void weir_diagnostics_sort(struct weir_diagnostics *diagnostics);

/* As a compiler does: "file:line:column: error: text", the line, a caret under the column; then how many were left out.
 */
void weir_diagnostics_print(const struct weir_diagnostics *diagnostics, FILE *out);

/* The same for who reads a log: a line of the log with file, line, column (as far as they are known) and text. */
void weir_diagnostic_log(const struct weir_diagnostic *entry, const char *event, const struct weir_log *log);

/* Of `count` names the one nearest to `word` (edit distance at most 2, or a third of its length; of short words less
 * than half of it), or NULL. */
const char *weir_nearest_name(struct weir_text word, const char *const *names, size_t count);

#endif
