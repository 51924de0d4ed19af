/* normalize: ASCII, 16 bytes at a time. Knows nothing of the map back: what it writes is in step with what it reads. */
#ifndef WEIR_ASCII_H
#define WEIR_ASCII_H

#include <stdbool.h>
#include <stddef.h>

#define WEIR_ASCII_BLOCK 16

struct weir_ascii_state {
    bool after_space; /* the last character written is a space: another one is not */
    bool letters;     /* a letter was seen */
};

/* Copies data to out in lower case, white space as spaces, up to the first byte that is not ASCII or is white space
 * after white space; returns how many bytes that were. Writes up to WEIR_ASCII_BLOCK bytes beyond them. */
size_t weir_ascii_fold(const char *data, size_t length, char *out, struct weir_ascii_state *state);

#endif
