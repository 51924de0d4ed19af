/* base: whole files, bounded. */
#ifndef WEIR_FILE_H
#define WEIR_FILE_H

#include "weir/arena.h"

/* Reads a file (or a pipe, to its end) of at most size_max bytes into the arena, ending in NUL after its length.
 * WEIR_INVALID: it is larger; WEIR_UNAVAILABLE: it cannot be read; error->text says why, without the path. Any thread.
 */
enum weir_status weir_file_read(const char *path, size_t size_max, struct weir_arena *arena, struct weir_text *text,
                                struct weir_error *error) WEIR_MUST_CHECK;

#endif
