/* Counts by bucket in a ring that grows with the distance between the oldest and the newest. */
#include "needed.h"

#include "weir/streams.h"

#include <stdlib.h>

#define CAPACITY_MIN 64u

static int64_t bucket_of(int64_t offset)
{
    return offset / WEIR_STREAMS_BUCKET; /* offsets are not negative */
}

static uint32_t *count_of(const struct weir_needed *needed, int64_t bucket)
{
    return &needed->counts[(size_t)bucket & (needed->capacity - 1)];
}

static bool reserve(struct weir_needed *needed, int64_t first, int64_t end)
{
    size_t capacity = needed->capacity ? needed->capacity : CAPACITY_MIN;
    while (capacity < (uint64_t)(end - first))
        capacity *= 2;
    if (capacity == needed->capacity)
        return true;
    struct weir_needed grown = {calloc(capacity, sizeof *grown.counts), capacity, needed->first, needed->end};
    if (!grown.counts)
        return false;
    for (int64_t bucket = needed->first; bucket < needed->end; bucket++)
        *count_of(&grown, bucket) = *count_of(needed, bucket);
    free(needed->counts);
    *needed = grown;
    return true;
}

enum weir_status weir_needed_add(struct weir_needed *needed, int64_t offset)
{
    if (offset == INT64_MAX)
        return WEIR_OK;
    int64_t bucket = bucket_of(offset);
    bool is_empty = needed->first == needed->end;
    int64_t first = is_empty || bucket < needed->first ? bucket : needed->first;
    int64_t end = is_empty || bucket >= needed->end ? bucket + 1 : needed->end;
    if (!reserve(needed, first, end))
        return WEIR_NO_MEMORY;
    needed->first = first;
    needed->end = end;
    (*count_of(needed, bucket))++;
    return WEIR_OK;
}

void weir_needed_remove(struct weir_needed *needed, int64_t offset)
{
    if (offset == INT64_MAX)
        return;
    (*count_of(needed, bucket_of(offset)))--;
    while (needed->first < needed->end && *count_of(needed, needed->first) == 0)
        needed->first++;
}

int64_t weir_needed_least(const struct weir_needed *needed)
{
    return needed->first == needed->end ? INT64_MAX : needed->first * WEIR_STREAMS_BUCKET;
}

void weir_needed_fini(struct weir_needed *needed)
{
    free(needed->counts);
    *needed = (struct weir_needed){0};
}
