/* The ledger: per partition a ring of the records in flight, oldest first, and the offset after the last finished
 * message.
 *
 *   sequence   head                      head + count
 *                |  101   103   103   107   |
 *                |  held  safe  held  safe  |
 *
 * A ticket is a slot and a sequence. Sequences go on through revocations and never start anew, so whatever comes back
 * late for an earlier assignment lies before the head and means nothing. Must never let a watermark pass a record that
 * is not delivered. */
#include "weir/commit.h"

#include <stdlib.h>
#include <string.h>

#define SEQUENCE_BITS 40 /* more records than a partition has in flight at once, by far; wraps harmlessly */
#define SEQUENCE_MASK ((UINT64_C(1) << SEQUENCE_BITS) - 1)
#define SLOTS_MAX ((UINT32_C(1) << (64 - SEQUENCE_BITS)) - 1)
#define RING_MIN 16

struct held_record {
    int64_t offset;
    bool delivered;
};

struct partition_slot {
    char *topic;
    int32_t partition;
    uint32_t epoch;
    bool assigned;
    int64_t next;     /* the offset after the last finished message; -1: none yet */
    int64_t reported; /* the watermark that was visited last */
    struct held_record *ring;
    size_t capacity; /* 0 or a power of two */
    uint64_t head;   /* sequence of the oldest record in flight */
    size_t count;
    size_t undelivered;
};

struct weir_ledger {
    struct partition_slot *slots;
    uint32_t slot_count;
    uint32_t slot_capacity;
};

struct weir_ledger *weir_ledger_new(void)
{
    return calloc(1, sizeof(struct weir_ledger));
}

void weir_ledger_free(struct weir_ledger *ledger)
{
    if (!ledger)
        return;
    for (uint32_t i = 0; i < ledger->slot_count; i++) {
        free(ledger->slots[i].topic);
        free(ledger->slots[i].ring);
    }
    free(ledger->slots);
    free(ledger);
}

static void forget_in_flight(struct partition_slot *slot)
{
    slot->head += slot->count;
    slot->count = 0;
    slot->undelivered = 0;
    slot->next = -1;
    slot->reported = -1;
}

static struct partition_slot *add_slot(struct weir_ledger *ledger, const char *topic, int32_t partition)
{
    if (ledger->slot_count == SLOTS_MAX)
        return NULL;
    if (ledger->slot_count == ledger->slot_capacity) {
        uint32_t capacity = ledger->slot_capacity ? 2 * ledger->slot_capacity : 16;
        struct partition_slot *slots = realloc(ledger->slots, capacity * sizeof *slots);
        if (!slots)
            return NULL;
        ledger->slots = slots;
        ledger->slot_capacity = capacity;
    }
    char *name = strdup(topic);
    if (!name)
        return NULL;
    struct partition_slot *slot = &ledger->slots[ledger->slot_count++];
    *slot = (struct partition_slot){.topic = name, .partition = partition};
    return slot;
}

static struct partition_slot *find_slot(const struct weir_ledger *ledger, const char *topic, int32_t partition)
{
    for (uint32_t i = 0; i < ledger->slot_count; i++)
        if (ledger->slots[i].partition == partition && strcmp(ledger->slots[i].topic, topic) == 0)
            return &ledger->slots[i];
    return NULL;
}

uint32_t weir_ledger_assign(struct weir_ledger *ledger, const char *topic, int32_t partition, uint32_t epoch,
                            int64_t finished)
{
    struct partition_slot *slot = find_slot(ledger, topic, partition);
    if (!slot)
        slot = add_slot(ledger, topic, partition);
    if (!slot)
        return UINT32_MAX;
    if (!slot->assigned || slot->epoch != epoch) {
        forget_in_flight(slot);
        slot->next = slot->reported = finished;
    }
    slot->assigned = true;
    slot->epoch = epoch;
    return (uint32_t)(slot - ledger->slots);
}

static struct partition_slot *assigned_slot(const struct weir_ledger *ledger, uint32_t index)
{
    return index < ledger->slot_count && ledger->slots[index].assigned ? &ledger->slots[index] : NULL;
}

void weir_ledger_revoke(struct weir_ledger *ledger, uint32_t index)
{
    struct partition_slot *slot = assigned_slot(ledger, index);
    if (!slot)
        return;
    forget_in_flight(slot);
    slot->assigned = false;
}

static struct held_record *record_at(const struct partition_slot *slot, uint64_t sequence)
{
    return &slot->ring[sequence & (slot->capacity - 1)];
}

static bool grow_ring(struct partition_slot *slot)
{
    size_t capacity = slot->capacity ? 2 * slot->capacity : RING_MIN;
    if (capacity > SIZE_MAX / sizeof(struct held_record))
        return false;
    struct held_record *ring = malloc(capacity * sizeof *ring);
    if (!ring)
        return false;
    for (size_t i = 0; i < slot->count; i++)
        ring[(slot->head + i) & (capacity - 1)] = *record_at(slot, slot->head + i);
    free(slot->ring);
    slot->ring = ring;
    slot->capacity = capacity;
    return true;
}

enum weir_status weir_ledger_hold(struct weir_ledger *ledger, uint32_t index, int64_t offset, uint64_t *ticket)
{
    struct partition_slot *slot = assigned_slot(ledger, index);
    if (!slot)
        return WEIR_INVALID;
    if (slot->count == slot->capacity && !grow_ring(slot))
        return WEIR_NO_MEMORY;
    uint64_t sequence = slot->head + slot->count;
    *record_at(slot, sequence) = (struct held_record){.offset = offset};
    slot->count++;
    slot->undelivered++;
    *ticket = (uint64_t)(index + 1) << SEQUENCE_BITS | (sequence & SEQUENCE_MASK);
    return WEIR_OK;
}

void weir_ledger_delivered(struct weir_ledger *ledger, uint64_t ticket)
{
    struct partition_slot *slot = assigned_slot(ledger, (uint32_t)(ticket >> SEQUENCE_BITS) - 1);
    if (!slot)
        return;
    uint64_t distance = (ticket - slot->head) & SEQUENCE_MASK;
    if (distance >= slot->count)
        return;
    struct held_record *record = record_at(slot, slot->head + distance);
    if (record->delivered)
        return;
    record->delivered = true;
    slot->undelivered--;
    while (slot->count > 0 && record_at(slot, slot->head)->delivered) {
        slot->head++;
        slot->count--;
    }
}

void weir_ledger_done(struct weir_ledger *ledger, uint32_t index, int64_t offset)
{
    struct partition_slot *slot = assigned_slot(ledger, index);
    if (slot && offset >= slot->next)
        slot->next = offset + 1;
}

static int64_t slot_watermark(const struct partition_slot *slot)
{
    if (slot->count == 0)
        return slot->next;
    int64_t oldest = record_at(slot, slot->head)->offset;
    return oldest < slot->next ? oldest : slot->next;
}

int64_t weir_ledger_watermark(const struct weir_ledger *ledger, uint32_t index)
{
    const struct partition_slot *slot = assigned_slot(ledger, index);
    return slot ? slot_watermark(slot) : -1;
}

void weir_ledger_risen(struct weir_ledger *ledger, bool (*visit)(void *context, uint32_t slot, int64_t watermark),
                       void *context)
{
    for (uint32_t i = 0; i < ledger->slot_count; i++) {
        struct partition_slot *slot = &ledger->slots[i];
        int64_t watermark = slot->assigned ? slot_watermark(slot) : -1;
        if (watermark > slot->reported && visit(context, i, watermark))
            slot->reported = watermark;
    }
}

size_t weir_ledger_held(const struct weir_ledger *ledger, uint32_t index)
{
    const struct partition_slot *slot = assigned_slot(ledger, index);
    return slot ? slot->undelivered : 0;
}
