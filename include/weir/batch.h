/* model: the messages of one turn of the path, and the memory that they live in. One thread. */
#ifndef WEIR_BATCH_H
#define WEIR_BATCH_H

#include "weir/arena.h"
#include "weir/item.h"

struct weir_batch {
    struct weir_message *messages; /* room for capacity */
    size_t count;
    size_t capacity;
    size_t bytes_max; /* a source stops filling once the arena holds this many bytes */
    struct weir_arena *arena;
};

/* capacity messages, about bytes_max of payload (one message may pass it). The batch owns its arena. */
enum weir_status weir_batch_init(struct weir_batch *batch, size_t capacity, size_t bytes_max) WEIR_MUST_CHECK;
void weir_batch_fini(struct weir_batch *batch);
/* Forgets all messages and gives their memory back. */
void weir_batch_reset(struct weir_batch *batch);
static inline bool weir_batch_full(const struct weir_batch *batch)
{
    return batch->count == batch->capacity || weir_arena_used(batch->arena) >= batch->bytes_max;
}

#endif
