/* What a person sees of a daemon, as lines. Private to run. */
#ifndef WEIR_RUN_TOP_VIEW_H
#define WEIR_RUN_TOP_VIEW_H

#include "top_look.h"

#include <stdio.h>

enum top_order { TOP_BY_FLAGS, TOP_BY_RATE };

struct top_view {
    const char *address;           /* of the daemon, for a person */
    const struct top_look *look;   /* NULL: it has not answered yet */
    const struct top_look *before; /* the look before; NULL: none */
    const char *lost;              /* why it does not answer at present; NULL: it does */
    char lost_since[16];           /* "03:12:05" */
    bool is_paused;
    enum top_order order;
    bool has_colour;
    size_t columns; /* no line is longer; 0: as long as they are */
    size_t rows;    /* there are not more lines; 0: as many as there are, of rules TOP_RULES_MAX */
};

#define TOP_RULES_MAX 20

/* WEIR_NO_MEMORY is the only failure. What of it the daemon said is without characters that act on a terminal. */
enum weir_status top_view_write(const struct top_view *view, FILE *out) WEIR_MUST_CHECK;

/* The tables alone, in so many rows (0: as above), an empty line before each. */
enum weir_status top_tables_write(const struct top_view *view, size_t rows, FILE *out) WEIR_MUST_CHECK;

#endif
