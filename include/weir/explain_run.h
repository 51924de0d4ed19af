/* run: why a text is flagged or not, in words for people who do not program: what `weir explain` does. */
#ifndef WEIR_EXPLAIN_RUN_H
#define WEIR_EXPLAIN_RUN_H

#include "weir/chars.h"
#include "weir/ruleset.h"
#include "weir/settings.h"

#include <stdio.h>

/* What an explanation is made with, and where it goes. Everything is borrowed. */
struct weir_explain_run {
    const struct weir_settings *settings;
    const struct weir_ruleset *ruleset;
    const struct weir_chars *chars;
    const char *rule; /* the id of the one rule to explain, or NULL: all that found something */
    FILE *out;        /* nothing that texts or rules hold reaches it as a control character */
    bool has_colour;
};

struct weir_explain_text {
    const char *field;
    struct weir_text text; /* any bytes; empty ones give no value, as in a payload */
};

/* One post, or caption, as if it had come with these texts. */
struct weir_explain_post {
    enum weir_kind kind;
    struct weir_text lang; /* data == NULL: none */
    const struct weir_explain_text *texts;
    size_t text_count;
};

/* Prints why the post would be flagged or not. WEIR_INVALID: no such rule, field or language. */
enum weir_status weir_explain_post(const struct weir_explain_run *run, const struct weir_explain_post *post,
                                   struct weir_error *error) WEIR_MUST_CHECK;

/* What came of the records of weir_explain_flags. */
struct weir_explain_tally {
    size_t same;      /* the rules give the record's own answer */
    size_t different; /* they do not */
    size_t unusable;  /* the record cannot be explained; said in `out` */
};

/* The same for every weir.flag/1 record in `records` (JSON objects one after the other; `name` is for messages), and
 * whether the answer is the record's own, and if not, why. WEIR_INVALID: not JSON, or no such rule; what came before
 * is printed. */
enum weir_status weir_explain_flags(const struct weir_explain_run *run, FILE *records, const char *name,
                                    struct weir_explain_tally *tally, struct weir_error *error) WEIR_MUST_CHECK;

#endif
