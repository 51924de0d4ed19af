/* base: memory that is given back all at once.
 *
 *   weir_arena_reset      one batch             weir_arena_reset
 *        |<------- alloc alloc alloc alloc -------->|
 *
 * Each worker has one and resets it per batch; a ruleset and a configuration live in one for their whole life. One
 * thread. */
#ifndef WEIR_ARENA_H
#define WEIR_ARENA_H

#include "weir/status.h"
#include "weir/text.h"

struct weir_arena;

/* keep_bytes: how much memory a reset keeps for the next round; what a round takes beyond goes back to the system.
 * Returns NULL when there is no memory. */
struct weir_arena *weir_arena_new(size_t keep_bytes);
void weir_arena_free(struct weir_arena *arena); /* NULL is fine */
void weir_arena_reset(struct weir_arena *arena);

/* A place to go back to: what was given out since is given back at once. Marks are used like brackets, and a reset ends
 * them. */
struct weir_arena_place {
    void *block;
    size_t used;
    size_t given;
};
struct weir_arena_place weir_arena_mark(struct weir_arena *arena);
void weir_arena_rewind(struct weir_arena *arena, struct weir_arena_place mark);

/* `size` bytes, aligned for any type, not cleared; valid until reset or rewind. NULL when there is no memory. */
void *weir_arena_alloc(struct weir_arena *arena, size_t size);
/* `count` elements of `size` bytes, cleared; NULL also when count * size overflows. */
void *weir_arena_array(struct weir_arena *arena, size_t count, size_t size);

/* Copies. The first ends in NUL (after length), so that its data serves as a C string; the second is padded. Both
 * return data == NULL when there is no memory. */
struct weir_text weir_arena_text(struct weir_arena *arena, struct weir_text text);
struct weir_padded_text weir_arena_padded(struct weir_arena *arena, struct weir_text text);
/* printf into the arena: a C string, or NULL. */
char *weir_arena_format(struct weir_arena *arena, const char *format, ...) WEIR_PRINTF(2, 3);

/* Bytes given out since the last reset and not given back. */
size_t weir_arena_used(const struct weir_arena *arena);

#endif
