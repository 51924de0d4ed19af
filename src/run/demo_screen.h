/* What the demo writes: flags and dead letters as a person wants to read them, and a live line below them. Private to
 * run.
 */
#ifndef WEIR_RUN_DEMO_SCREEN_H
#define WEIR_RUN_DEMO_SCREEN_H

#include "text_page.h"

#include <jansson.h>

struct demo_screen {
    struct text_page page;
    bool is_terminal; /* has a live line */
    bool has_colour;
    bool live; /* the live line stands there and must be wiped before anything else */
};

/* A flag record (weir.flag/1), parsed. Missing parts are left out. */
void demo_screen_flag(struct demo_screen *screen, const json_t *flag);
/* A weir.flag-update/1 record, parsed: says what was withdrawn. */
void demo_screen_update(struct demo_screen *screen, const json_t *update);
/* A dead-letter record (weir.dead-letter/1), parsed. */
void demo_screen_dead_letter(struct demo_screen *screen, const json_t *dead_letter);
/* The line that is written over the last one on a terminal, and a line of its own elsewhere. */
void demo_screen_live(struct demo_screen *screen, const char *line);
void demo_screen_wipe(struct demo_screen *screen);

#endif
