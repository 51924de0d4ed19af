/* normalize: ASCII, 16 bytes at a time, and between it the small letters of Latin-1 and Cyrillic, which need nothing
 * done. Knows nothing of the map back: what it writes is in step with what it reads. */
#ifndef WEIR_BLOCK_H
#define WEIR_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#define WEIR_BLOCK 16

struct weir_block_state {
    bool after_space; /* the last character written is a space: another one is not */
    bool latin;       /* letters that were seen */
    bool cyrillic;
};

/* Copies data (valid UTF-8) to out in lower case, white space as spaces, up to the first character that is of another
 * kind or is white space after white space; returns how many bytes that were. Writes up to WEIR_BLOCK bytes beyond
 * them. Whether a letter interacts with what follows is for the caller to see. */
size_t weir_block_fold(const char *data, size_t length, char *out, struct weir_block_state *state);

/* Whether blocks take most characters that begin with this byte. */
static inline bool weir_block_takes(char lead)
{
    unsigned char byte = (unsigned char)lead;
    return byte < 0x80 || byte == 0xC3 || byte == 0xD0 || byte == 0xD1;
}

#endif
