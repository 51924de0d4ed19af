/* Strangers' texts and rules' words on a page. Private to run.
 *
 * Nothing of a text reaches the page as a control character: what cannot be seen, or would turn the line around, is
 * written as <U+200B>. */
#ifndef WEIR_RUN_EXPLAIN_PAGE_H
#define WEIR_RUN_EXPLAIN_PAGE_H

#include "weir/chars.h"

#include <stdio.h>

struct explain_page {
    FILE *out;
    bool has_colour;
    const struct weir_chars *chars;
};

enum explain_style { EXPLAIN_PLAIN, EXPLAIN_STRONG, EXPLAIN_GOOD, EXPLAIN_BAD, EXPLAIN_DOUBT };

/* A constant of weir's own, in a style. */
void explain_put(const struct explain_page *page, enum explain_style style, const char *words);
/* Any bytes: what is no UTF-8 is repaired. At most `most` code points, with word of how many are left out. */
void explain_put_text(const struct explain_page *page, struct weir_text text, size_t most);
void explain_put_string(const struct explain_page *page, const char *string);
/* The text between quotation marks, its middle left out where it is long. */
void explain_put_quote(const struct explain_page *page, struct weir_text text);
/* "1 place", "3 places". */
void explain_put_number(const struct explain_page *page, uint64_t number, const char *one, const char *many);
/* What separates item `index` of `count` from the one before it: ", " or " and ". */
const char *explain_comma(size_t index, size_t count);

/* Whether the code point is written as <U+..>. */
bool explain_is_hidden(const struct weir_chars *chars, uint32_t code_point);

#endif
