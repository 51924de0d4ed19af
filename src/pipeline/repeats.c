/* A table of the flags of the last minutes, by what they say. Owns its memory, all of it from the start; must never
 * grow, nor know an author. */
#include "weir/repeats.h"

#include <stdlib.h>
#include <sys/random.h>

#define SETS 8192u /* a power of two */
#define WAYS 8u
#define KEY_BYTES 16 /* of the digest: no two texts share them */
#define SECRET_BYTES 32

/* The first flag of a kind, and how many came after it. */
struct entry {
    uint8_t key[KEY_BYTES];
    int64_t first_ms;
    uint64_t seen; /* by the count of all sightings; 0: empty */
    uint32_t count;
    char flag_id[WEIR_UUID_SIZE];
};

struct weir_repeats {
    char secret[SECRET_BYTES];
    uint64_t sightings;
    struct entry sets[SETS][WAYS];
};

enum weir_status weir_repeats_new(bool is_reproducible, struct weir_repeats **repeats)
{
    struct weir_repeats *made = calloc(1, sizeof *made);
    if (!made)
        return WEIR_NO_MEMORY;
    if (!is_reproducible && getrandom(made->secret, SECRET_BYTES, 0) != SECRET_BYTES) {
        free(made);
        return WEIR_UNAVAILABLE;
    }
    *repeats = made;
    return WEIR_OK;
}

void weir_repeats_free(struct weir_repeats *repeats)
{
    free(repeats);
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In order of id: another generation may have the rules in another order. */
static const char **sort_ids(const struct weir_sighting *sighting, struct weir_arena *arena)
{
    const char **ids = weir_arena_array(arena, sighting->match_count, sizeof(const char *));
    for (size_t i = 0; ids && i < sighting->match_count; i++)
        ids[i] = sighting->matches[i].rule->id;
    if (ids && sighting->match_count)
        qsort(ids, sighting->match_count, sizeof(const char *), compare_ids);
    return ids;
}

/* What is compared but for the texts. Each part has its length before it or an end of its own, so that no two different
 * sightings are written alike; data is NULL when there is no memory. */
static struct weir_text describe(const struct weir_sighting *sighting, struct weir_arena *arena)
{
    const struct weir_item *item = sighting->item;
    const char **ids = sort_ids(sighting, arena);
    const uint64_t head[] = {item->kind, sighting->channel, item->value_count, sighting->match_count};
    size_t size = sizeof head + item->value_count * sizeof item->values->field;
    for (size_t i = 0; ids && i < sighting->match_count; i++)
        size += strlen(ids[i]) + 1;
    char *start = ids ? weir_arena_alloc(arena, size) : NULL;
    if (!start)
        return (struct weir_text){NULL, 0};
    char *at = mempcpy(start, head, sizeof head);
    for (size_t i = 0; i < item->value_count; i++)
        at = mempcpy(at, &item->values[i].field, sizeof item->values[i].field);
    for (size_t i = 0; i < sighting->match_count; i++)
        at = mempcpy(at, ids[i], strlen(ids[i]) + 1);
    return (struct weir_text){start, size};
}

/* The entry with the key, or the one that has to make room for it. */
static struct entry *find_entry(struct weir_repeats *repeats, const uint8_t key[KEY_BYTES], bool *is_known)
{
    uint32_t number;
    memcpy(&number, key, sizeof number);
    struct entry *set = repeats->sets[number % SETS];
    struct entry *oldest = &set[0];
    for (size_t i = 0; i < WAYS; i++) {
        *is_known = set[i].seen > 0 && memcmp(set[i].key, key, KEY_BYTES) == 0;
        if (*is_known)
            return &set[i];
        if (set[i].seen < oldest->seen)
            oldest = &set[i];
    }
    return oldest;
}

static bool is_near(int64_t when_ms, int64_t first_ms)
{
    /* Unsigned: a message can have any timestamp. */
    uint64_t apart =
        when_ms > first_ms ? (uint64_t)when_ms - (uint64_t)first_ms : (uint64_t)first_ms - (uint64_t)when_ms;
    return apart <= WEIR_REPEATS_WINDOW_MS;
}

enum weir_status weir_repeats_see(struct weir_repeats *repeats, const struct weir_sighting *sighting,
                                  struct weir_arena *arena, struct weir_repeat *repeat)
{
    struct weir_text rest = describe(sighting, arena);
    const struct weir_text parts[] = {{repeats->secret, SECRET_BYTES}, rest, sighting->folded};
    uint8_t digest[WEIR_SHA256_BYTES];
    if (!rest.data || weir_hash_sha256_parts(parts, sizeof parts / sizeof *parts, digest) != WEIR_OK)
        return WEIR_NO_MEMORY;
    bool is_known;
    struct entry *entry = find_entry(repeats, digest, &is_known);
    *repeat = (struct weir_repeat){.count = 0};
    if (!is_known || !is_near(sighting->when_ms, entry->first_ms)) {
        *entry = (struct entry){.first_ms = sighting->when_ms};
        memcpy(entry->key, digest, KEY_BYTES);
        memcpy(entry->flag_id, sighting->flag_id, WEIR_UUID_SIZE);
    } else if (strcmp(entry->flag_id, sighting->flag_id) != 0) {
        repeat->count = ++entry->count;
        memcpy(repeat->of, entry->flag_id, WEIR_UUID_SIZE);
    }
    entry->seen = ++repeats->sightings;
    return WEIR_OK;
}
