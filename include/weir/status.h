/* base: what a fallible function answers, and the error a person reads.
 *
 * A fallible function returns a status that must be looked at, and leaves its outputs untouched when it is not WEIR_OK.
 * A bad message is data, not an error: it becomes a dead letter. */
#ifndef WEIR_STATUS_H
#define WEIR_STATUS_H

#include <stddef.h>

#define WEIR_MUST_CHECK __attribute__((warn_unused_result))
#define WEIR_PRINTF(format_index, first_argument) __attribute__((format(printf, format_index, first_argument)))

enum weir_status {
    WEIR_OK = 0,
    WEIR_INVALID,     /* the input, the configuration or the rules are wrong */
    WEIR_USAGE,       /* the command line is wrong */
    WEIR_UNAVAILABLE, /* the environment is not as it must be: a broker, a file, a permission, a library */
    WEIR_NO_MEMORY,
    WEIR_RETRY, /* not now (a full queue, a timeout): the same call later may succeed */
    WEIR_FATAL, /* the object is broken for good and must be rebuilt */
};

/* "ok", "invalid", ...; a constant. */
const char *weir_status_name(enum weir_status status);

/* The exit status of the command line: 0 well, 1 invalid, 2 usage, 3 environment. */
int weir_status_exit(enum weir_status status);

/* An error for a person: where, and what to do. */
struct weir_error {
    enum weir_status status;
    char file[256];  /* empty: no file */
    unsigned line;   /* from 1; 0: no place in the file */
    unsigned column; /* from 1, in code points; 0: none */
    char text[512];  /* one line, no full stop needed; says the mistake and the remedy */
};

/* Fills error (which may be NULL) without a place and returns status. */
enum weir_status weir_error_set(struct weir_error *error, enum weir_status status, const char *format, ...)
    WEIR_PRINTF(3, 4);

#endif
