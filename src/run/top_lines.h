/* Lines of phrases, each after a label. Private to run. */
#ifndef WEIR_RUN_TOP_LINES_H
#define WEIR_RUN_TOP_LINES_H

#include "text_page.h"

#include "weir/status.h"

#define TOP_LABEL_WIDTH 10

#define TOP_DIM "\033[2m"
#define TOP_BOLD "\033[1m"
#define TOP_GOOD "\033[32m"
#define TOP_BAD "\033[1;31m"
#define TOP_PLAIN "\033[0m"

struct top_lines {
    struct text_page page; /* its column 0: nothing was written yet */
    bool has_colour;
    bool is_terse; /* rows are scarce: for whoever writes, to leave out what can be missed */
    bool failed;   /* there was no memory for a phrase */
};

void top_lines_begin(struct top_lines *lines, const char *label);
/* A phrase that does not fit goes to the next line, and is broken only when it is longer than that. colour: one of the
 * above, or "". What would act on a terminal is made harmless, as text_page does it. */
void top_lines_put(struct top_lines *lines, const char *colour, struct weir_text text);
void top_lines_say(struct top_lines *lines, const char *colour, const char *format, ...) WEIR_PRINTF(3, 4);

#endif
