/* base: time, as a value that can be handed in, so that everything that looks at it can be tested with a clock of its
 * own. */
#ifndef WEIR_CLOCK_H
#define WEIR_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct weir_clock {
    int64_t (*wall_ms)(void *context);      /* since 1970-01-01 UTC */
    int64_t (*monotonic_ms)(void *context); /* never goes back */
    void *context;
};

/* The machine's. Any thread. */
struct weir_clock weir_clock_system(void);
/* So many milliseconds from now by CLOCK_MONOTONIC, which a step of the time of day does not move: for the functions
 * that wait until then. Any thread. */
struct timespec weir_clock_deadline(int ms);

#define WEIR_RFC3339_SIZE 32
/* "2026-11-23T20:57:55.123Z" to out. */
void weir_clock_format_rfc3339(int64_t wall_ms, char out[WEIR_RFC3339_SIZE]);
/* The other way, with any zone and number of decimals; what is finer than milliseconds is left out. False: it is none.
 */
bool weir_clock_parse_rfc3339(const char *text, int64_t *wall_ms);

#endif
