/* The table of streams: each rests in one block; a hash table finds it, and a list has them in the order in which they
 * were last heard.
 *
 *   buckets [ 3 | - | 0 | .. ]  ->  entries [ 0 | 1 | 2 | 3 ]  ->  blocks
 *                                    oldest -> 1 <-> 0 <-> 3 <- newest,   2 is free
 */
#include "needed.h"
#include "stored.h"

#include <stdlib.h>

#define NONE UINT32_MAX
#define ENTRIES_MIN 64u
#define STREAMS_MOST 0x7FFFFFFFu

struct entry {
    struct weir_stored_stream *stored; /* NULL: the entry is free */
    uint32_t hash;
    uint32_t slot;
    uint32_t older;   /* towards the one that was silent for longest */
    uint32_t newer;   /* or, of a free entry, the next free one */
    uint32_t chained; /* the next one of the bucket */
};

struct weir_streams {
    struct entry *entries;
    uint32_t entry_count; /* used at some time */
    uint32_t entry_capacity;
    uint32_t *buckets; /* as many as entry_capacity, which is a power of 2 */
    uint32_t free;
    uint32_t oldest;
    uint32_t newest;
    size_t count;
    size_t count_max;
    size_t bytes; /* of the blocks */
    size_t bytes_max;
    struct weir_needed *needed; /* by slot */
    uint32_t slot_count;
};

enum weir_status weir_streams_new(size_t streams_max, size_t bytes_max, struct weir_streams **streams)
{
    struct weir_streams *made = calloc(1, sizeof *made);
    if (!made)
        return WEIR_NO_MEMORY;
    made->count_max = streams_max < 1 ? 1 : streams_max > STREAMS_MOST ? STREAMS_MOST : streams_max;
    made->bytes_max = bytes_max;
    made->free = made->oldest = made->newest = NONE;
    *streams = made;
    return WEIR_OK;
}

void weir_streams_free(struct weir_streams *streams)
{
    if (!streams)
        return;
    for (uint32_t i = 0; i < streams->entry_count; i++)
        free(streams->entries[i].stored);
    for (uint32_t i = 0; i < streams->slot_count; i++)
        weir_needed_fini(&streams->needed[i]);
    free(streams->needed);
    free(streams->entries);
    free(streams->buckets);
    free(streams);
}

static uint32_t hash_id(uint32_t slot, struct weir_text id)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325) ^ slot; /* FNV-1a */
    for (size_t i = 0; i < id.length; i++)
        hash = (hash ^ (unsigned char)id.data[i]) * UINT64_C(0x100000001B3);
    return (uint32_t)(hash ^ hash >> 32);
}

static uint32_t find_entry(const struct weir_streams *streams, uint32_t slot, struct weir_text id, uint32_t hash)
{
    if (streams->entry_capacity == 0)
        return NONE;
    uint32_t at = streams->buckets[hash & (streams->entry_capacity - 1)];
    while (at != NONE) {
        const struct entry *entry = &streams->entries[at];
        if (entry->hash == hash && entry->slot == slot && weir_text_equal(weir_stored_stream_id(entry->stored), id))
            break;
        at = entry->chained;
    }
    return at;
}

/* ---- The order of hearing ---- */

static void unlink_entry(struct weir_streams *streams, uint32_t at)
{
    const struct entry *entry = &streams->entries[at];
    *(entry->older == NONE ? &streams->oldest : &streams->entries[entry->older].newer) = entry->newer;
    *(entry->newer == NONE ? &streams->newest : &streams->entries[entry->newer].older) = entry->older;
}

static void link_newest(struct weir_streams *streams, uint32_t at)
{
    struct entry *entry = &streams->entries[at];
    entry->older = streams->newest;
    entry->newer = NONE;
    *(streams->newest == NONE ? &streams->oldest : &streams->entries[streams->newest].newer) = at;
    streams->newest = at;
}

/* ---- Entries ---- */

static bool grow(struct weir_streams *streams)
{
    uint32_t capacity = streams->entry_capacity ? 2 * streams->entry_capacity : ENTRIES_MIN;
    struct entry *entries = realloc(streams->entries, capacity * sizeof *entries);
    if (!entries)
        return false;
    streams->entries = entries;
    uint32_t *buckets = malloc(capacity * sizeof *buckets);
    if (!buckets)
        return false;
    memset(buckets, 0xFF, capacity * sizeof *buckets);
    for (uint32_t i = 0; i < streams->entry_count; i++) {
        if (!entries[i].stored)
            continue;
        uint32_t *bucket = &buckets[entries[i].hash & (capacity - 1)];
        entries[i].chained = *bucket;
        *bucket = i;
    }
    free(streams->buckets);
    streams->buckets = buckets;
    streams->entry_capacity = capacity;
    return true;
}

/* An entry that is in no list yet; NONE when there is no memory. */
static uint32_t take_entry(struct weir_streams *streams)
{
    uint32_t at = streams->free;
    if (at != NONE) {
        streams->free = streams->entries[at].newer;
        return at;
    }
    if (streams->entry_count == streams->entry_capacity && !grow(streams))
        return NONE;
    return streams->entry_count++;
}

static void drop_entry(struct weir_streams *streams, uint32_t at)
{
    struct entry *entry = &streams->entries[at];
    uint32_t *link = &streams->buckets[entry->hash & (streams->entry_capacity - 1)];
    while (*link != at)
        link = &streams->entries[*link].chained;
    *link = entry->chained;
    unlink_entry(streams, at);
    weir_needed_remove(&streams->needed[entry->slot], entry->stored->needed);
    streams->bytes -= weir_stored_stream_bytes(entry->stored);
    streams->count--;
    free(entry->stored);
    entry->stored = NULL;
    entry->newer = streams->free;
    streams->free = at;
}

static bool reserve_slot(struct weir_streams *streams, uint32_t slot)
{
    if (slot < streams->slot_count)
        return true;
    struct weir_needed *needed = realloc(streams->needed, ((size_t)slot + 1) * sizeof *needed);
    if (!needed)
        return false;
    memset(needed + streams->slot_count, 0, (slot + 1 - streams->slot_count) * sizeof *needed);
    streams->needed = needed;
    streams->slot_count = slot + 1;
    return true;
}

/* ---- From outside ---- */

enum weir_status weir_streams_load(const struct weir_streams *streams, uint32_t slot, struct weir_text id,
                                   struct weir_arena *arena, struct weir_stream *stream)
{
    uint32_t at = find_entry(streams, slot, id, hash_id(slot, id));
    if (at != NONE)
        return weir_stored_stream_read(streams->entries[at].stored, arena, stream);
    *stream = (struct weir_stream){.id = id, .floor = INT64_MIN, .timestamp_ms = -1};
    return WEIR_OK;
}

/* Makes room for the newest stream; returns how many others had to go. */
static size_t evict(struct weir_streams *streams)
{
    size_t count = 0;
    while (streams->oldest != streams->newest &&
           (streams->count > streams->count_max || streams->bytes > streams->bytes_max)) {
        drop_entry(streams, streams->oldest);
        count++;
    }
    return count;
}

enum weir_status weir_streams_store(struct weir_streams *streams, uint32_t slot, const struct weir_stream *stream,
                                    size_t *evicted)
{
    uint32_t hash = hash_id(slot, stream->id);
    uint32_t at = find_entry(streams, slot, stream->id, hash);
    bool is_new = at == NONE;
    *evicted = 0;
    struct weir_stored_stream *stored = weir_stored_stream_new(stream);
    if (!stored)
        return WEIR_NO_MEMORY;
    if (!reserve_slot(streams, slot) || weir_needed_add(&streams->needed[slot], stored->needed) != WEIR_OK) {
        free(stored);
        return WEIR_NO_MEMORY;
    }
    if (is_new && (at = take_entry(streams)) == NONE) {
        weir_needed_remove(&streams->needed[slot], stored->needed);
        free(stored);
        return WEIR_NO_MEMORY;
    }
    struct entry *entry = &streams->entries[at];
    if (is_new) {
        uint32_t *bucket = &streams->buckets[hash & (streams->entry_capacity - 1)];
        *entry = (struct entry){.hash = hash, .slot = slot, .chained = *bucket};
        *bucket = at;
        streams->count++;
    } else {
        unlink_entry(streams, at);
        weir_needed_remove(&streams->needed[slot], entry->stored->needed);
        streams->bytes -= weir_stored_stream_bytes(entry->stored);
        free(entry->stored);
    }
    link_newest(streams, at);
    entry->stored = stored;
    streams->bytes += weir_stored_stream_bytes(stored);
    *evicted = evict(streams);
    return WEIR_OK;
}

void weir_streams_drop(struct weir_streams *streams, uint32_t slot, struct weir_text id)
{
    uint32_t at = find_entry(streams, slot, id, hash_id(slot, id));
    if (at != NONE)
        drop_entry(streams, at);
}

void weir_streams_drop_slot(struct weir_streams *streams, uint32_t slot)
{
    for (uint32_t i = 0; i < streams->entry_count; i++)
        if (streams->entries[i].stored && streams->entries[i].slot == slot)
            drop_entry(streams, i);
}

size_t weir_streams_drop_idle(struct weir_streams *streams, uint32_t slot, int64_t before_ms)
{
    size_t dropped = 0;
    while (streams->oldest != NONE) {
        const struct entry *oldest = &streams->entries[streams->oldest];
        if (oldest->slot != slot || oldest->stored->timestamp_ms < 0 || oldest->stored->timestamp_ms >= before_ms)
            break;
        drop_entry(streams, streams->oldest);
        dropped++;
    }
    return dropped;
}

size_t weir_streams_count(const struct weir_streams *streams)
{
    return streams->count;
}

size_t weir_streams_bytes(const struct weir_streams *streams)
{
    return streams->bytes + streams->entry_capacity * (sizeof *streams->entries + sizeof *streams->buckets);
}

int64_t weir_streams_needed(const struct weir_streams *streams, uint32_t slot)
{
    return slot < streams->slot_count ? weir_needed_least(&streams->needed[slot]) : INT64_MAX;
}
