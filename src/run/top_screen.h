/* A terminal that is ours for a while, and then as it was. Private to run; one thread. */
#ifndef WEIR_RUN_TOP_SCREEN_H
#define WEIR_RUN_TOP_SCREEN_H

#include "weir/text.h"

#include <termios.h>

struct top_screen {
    int in;  /* -1: no keys */
    int out; /* a terminal */
    struct termios before;
    bool has_before;
};

/* in: where keys come from, if it is a terminal. Keys come at once and are not shown; Ctrl-C stays a signal. */
void top_screen_open(struct top_screen *screen, int in, int out);
/* Gives everything back; may be opened again. */
void top_screen_close(struct top_screen *screen);
/* Of the terminal; 80 and 24 when it does not say. */
void top_screen_size(const struct top_screen *screen, size_t *columns, size_t *rows);
/* Shows the lines, which fit, and `bottom` in the last row. False: the terminal is gone. */
bool top_screen_show(const struct top_screen *screen, const char *lines, const char *bottom);

#endif
