/* run: `weir top`: what a running daemon says of itself over HTTP, on a terminal that follows it or as plain text. */
#ifndef WEIR_TOP_H
#define WEIR_TOP_H

#include "weir/status.h"

#include <stdbool.h>
#include <stdio.h>

struct weir_top_options {
    const char *url;   /* of the daemon: http://HOST:PORT, and what a proxy may put behind it */
    unsigned every_ms; /* between two looks */
    bool is_live;      /* `out` is a terminal to take over; else one look is printed */
    int keys;          /* of a live view: where keys come from, when it is a terminal */
    FILE *out;
    bool has_colour;
    size_t columns; /* of one look on a terminal; 0: lines are as long as they are */
};

/* One look, or looks until q, SIGINT, SIGTERM or SIGHUP, which are blocked meanwhile; the terminal is then as it was. A
 * daemon that does not answer at first is WEIR_UNAVAILABLE, and the error says what to do; later it is waited for.
 * WEIR_USAGE: the url is none. */
enum weir_status weir_top_run(const struct weir_top_options *options, struct weir_error *error) WEIR_MUST_CHECK;

/* "500ms", "1s", "2m": from 100 ms to an hour. False: something else. */
bool weir_top_every(const char *text, unsigned *every_ms);

#endif
