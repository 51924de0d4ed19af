/* rules, private to regex_syntax.c, regex_group.c, regex_escape.c and regex_class.c: the state of one reading. */
#ifndef WEIR_RULES_REGEX_READER_H
#define WEIR_RULES_REGEX_READER_H

#include "regex_syntax.h"

/* PCRE2's own limit on nested parentheses is 250. */
#define WEIR_REGEX_DEPTH_MAX 256

struct weir_regex_flags {
    bool caseless;
    bool extended;      /* (?x) */
    bool extended_more; /* (?xx) */
};

struct weir_regex_reader {
    struct weir_regex_syntax *syntax;
    struct weir_text source;
    size_t at;
    struct weir_regex_flags flags[WEIR_REGEX_DEPTH_MAX]; /* those of each open group */
    size_t depth;
    uint32_t captures; /* groups opened so far; more than PCRE2 counts after (?n) and in (?|, never less */
    bool quoting;      /* between \Q and \E */
    bool no_memory;
};

static inline bool weir_regex_reader_stopped(const struct weir_regex_reader *reader)
{
    return reader->no_memory || reader->syntax->refusal[0] != '\0';
}

/* The byte `ahead` of the current one, or NUL at the end. */
static inline char weir_regex_reader_peek(const struct weir_regex_reader *reader, size_t ahead)
{
    size_t at = reader->at + ahead;
    return at < reader->source.length ? reader->source.data[at] : '\0';
}

/* regex_syntax.c */
void weir_regex_reader_refuse(struct weir_regex_reader *reader, size_t at, const char *format, ...) WEIR_PRINTF(3, 4);
/* A token of the source from `start` to the current place; NULL when there is no memory. Lives until the next one is
 * added. */
struct weir_regex_token *weir_regex_reader_add(struct weir_regex_reader *reader, enum weir_token_kind kind,
                                               size_t start);
void weir_regex_reader_add_character(struct weir_regex_reader *reader, uint32_t code_point, size_t start);
/* The character at the current place, which it passes. */
uint32_t weir_regex_reader_take(struct weir_regex_reader *reader);
/* Passes everything up to and with the byte; to the end of the source if it is not there. */
void weir_regex_reader_skip_past(struct weir_regex_reader *reader, char byte);

/* regex_group.c: at `(`. */
void weir_regex_read_group(struct weir_regex_reader *reader);
/* regex_escape.c: at a backslash outside a class. */
void weir_regex_read_escape(struct weir_regex_reader *reader);
/* A character written as an escape, inside a class or outside, after the backslash; false when it is no such thing. */
bool weir_regex_read_coded(struct weir_regex_reader *reader, bool in_class, uint32_t *code_point);
/* After \p or \P. */
void weir_regex_skip_property(struct weir_regex_reader *reader);
/* regex_class.c: at `[`. */
void weir_regex_read_class(struct weir_regex_reader *reader);

#endif
