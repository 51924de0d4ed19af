/* Batches: a fixed array of messages and the arena behind them. */
#include "weir/batch.h"

#include <stdlib.h>

enum weir_status weir_batch_init(struct weir_batch *batch, size_t capacity, size_t bytes_max)
{
    struct weir_message *messages = calloc(capacity, sizeof *messages);
    struct weir_arena *arena = weir_arena_new(2 * bytes_max);
    if (!messages || !arena) {
        free(messages);
        weir_arena_free(arena);
        return WEIR_NO_MEMORY;
    }
    *batch = (struct weir_batch){.messages = messages, .capacity = capacity, .bytes_max = bytes_max, .arena = arena};
    return WEIR_OK;
}

void weir_batch_fini(struct weir_batch *batch)
{
    free(batch->messages);
    weir_arena_free(batch->arena);
    *batch = (struct weir_batch){0};
}

void weir_batch_reset(struct weir_batch *batch)
{
    batch->count = 0;
    weir_arena_reset(batch->arena);
}
