/* A column of text on someone's terminal. Private to run.
 *
 * Texts of posts come from strangers: nothing of them reaches the terminal as a control character. */
#ifndef WEIR_RUN_TEXT_PAGE_H
#define WEIR_RUN_TEXT_PAGE_H

#include "weir/text.h"

#include <stdio.h>

#define TEXT_PAGE_INDENT                                                                                               \
    10 /* columns; what is written with text_page_put begins there and goes on there in the next line */

struct text_page {
    FILE *out;
    size_t columns; /* 0: lines are as long as they are */
    size_t column;  /* where the next character goes */
    size_t indent;  /* where a text goes on in the next line */
};

/* Writes bytes [start, end) of text; `whole` is where the text to be shown ends, for the width of a word that goes on.
 * Line breaks become spaces, hidden characters a dot, control and direction characters U+FFFD. */
void text_page_put(struct text_page *page, struct weir_text text, size_t start, size_t end, size_t whole);

/* Columns of the text in one line. Valid UTF-8, as for all here. */
size_t text_page_columns(struct weir_text text);
/* Writes as much of the text as so many columns hold, in one line and as harmless as above; what is left out becomes an
 * ellipsis. */
void text_page_put_cut(FILE *out, struct weir_text text, size_t columns);

/* A marked part of a text, in bytes. */
struct text_mark {
    size_t start;
    size_t end;
};

/* Writes text with its marks (in order, without overlap) in colour, or between >> and <<. A long text is cut to the
 * sentences around the marks. */
void text_page_put_marked(struct text_page *page, struct weir_text text, const struct text_mark *marks, size_t count,
                          bool has_colour);

#endif
