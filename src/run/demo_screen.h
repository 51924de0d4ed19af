/* What the demo writes: flags and dead letters as a person wants to read them, and a live line below them. Private to
 * run.
 *
 * Texts of posts come from strangers: nothing of them reaches the terminal as a control character. */
#ifndef WEIR_RUN_DEMO_SCREEN_H
#define WEIR_RUN_DEMO_SCREEN_H

#include "weir/text.h"

#include <jansson.h>
#include <stdio.h>

struct demo_screen {
    FILE *out;
    bool is_terminal; /* has a live line */
    bool has_colour;
    bool live; /* the live line stands there and must be wiped before anything else */
};

/* A flag record (weir.flag/1), parsed. Missing parts are left out. */
void demo_screen_flag(struct demo_screen *screen, const json_t *flag);
/* A dead-letter record (weir.dead-letter/1), parsed. */
void demo_screen_dead_letter(struct demo_screen *screen, const json_t *dead_letter);
/* The line that is written over the last one on a terminal, and a line of its own elsewhere. */
void demo_screen_live(struct demo_screen *screen, const char *line);
void demo_screen_wipe(struct demo_screen *screen);

/* ---- Parts, for tests ---- */

/* A marked part of a text, in bytes. */
struct demo_mark {
    size_t start;
    size_t end;
};

/* Writes text with its marks (in order, without overlap) in colour, or between >> and <<; line breaks become spaces,
 * hidden characters a dot, control and direction characters U+FFFD. A long text is cut to the sentences around the
 * marks. */
void demo_write_marked(FILE *out, struct weir_text text, const struct demo_mark *marks, size_t count, bool has_colour);

#endif
