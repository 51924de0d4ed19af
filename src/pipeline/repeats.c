/* A table of the flags of the last minutes, by what they say. Owns its memory, all of it from the start; must never
 * grow, nor know an author. */
#include "weir/repeats.h"

#include <stdlib.h>
#include <sys/random.h>

#define SETS 8192u /* a power of two */
#define WAYS 8u
#define KEY_BYTES 16 /* of the digest: no two texts share them */
#define SECRET_BYTES 32
#define ID_BYTES (WEIR_UUID_SIZE - 1)
#define PAGE_BYTES 4096

/* The first flag of a kind, and how many came after it. 64 bytes. */
struct entry {
    uint8_t key[KEY_BYTES];
    char flag_id[ID_BYTES]; /* begins with NUL: empty */
    uint32_t count;
    int64_t first_ms;
};

struct weir_repeats {
    char secret[SECRET_BYTES];
    struct entry sets[SETS][WAYS]; /* in each, what was seen last comes first */
};

/* Takes its pages from the system now, so that memory does not grow with the flags. */
static void touch_pages(struct weir_repeats *repeats)
{
    volatile char *bytes = (volatile char *)repeats;
    for (size_t at = 0; at < sizeof *repeats; at += PAGE_BYTES)
        bytes[at] = 0;
}

enum weir_status weir_repeats_new(bool is_reproducible, struct weir_repeats **repeats)
{
    struct weir_repeats *made = calloc(1, sizeof *made);
    if (!made)
        return WEIR_NO_MEMORY;
    touch_pages(made);
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

/* Texts to be hashed one after the other. */
struct parts {
    struct weir_text *at;
    size_t count;
};

static void add_part(struct parts *parts, const void *data, size_t length)
{
    parts->at[parts->count++] = (struct weir_text){data, length};
}

/* What stands before a value's text. */
struct extent {
    uint64_t field;
    uint64_t length;
};

static bool is_compared(const struct weir_sighting *sighting, size_t value)
{
    return sighting->fields >> sighting->item->values[value].field & 1;
}

/* Every part has its length before it or an end of its own, so that no two different sightings are written alike. */
static enum weir_status digest_sighting(const struct weir_repeats *repeats, const struct weir_sighting *sighting,
                                        struct weir_arena *arena, uint8_t digest[WEIR_SHA256_BYTES])
{
    const struct weir_item *item = sighting->item;
    const char *folded = sighting->folded->text.data;
    const uint64_t head[] = {item->kind, sighting->channel, sighting->match_count};
    const char **ids = sort_ids(sighting, arena);
    struct extent *extents = weir_arena_array(arena, item->value_count, sizeof *extents);
    struct parts parts = {
        .at = weir_arena_array(arena, 2 + sighting->match_count + 2 * item->value_count, sizeof *parts.at)};
    if (!ids || !extents || !parts.at)
        return WEIR_NO_MEMORY;
    add_part(&parts, repeats->secret, SECRET_BYTES);
    add_part(&parts, head, sizeof head);
    for (size_t i = 0; i < sighting->match_count; i++)
        add_part(&parts, ids[i], strlen(ids[i]) + 1);
    for (size_t i = 0; i < item->value_count; i++) {
        if (!is_compared(sighting, i))
            continue;
        struct weir_range range = sighting->folded->values[i].range;
        extents[i] = (struct extent){item->values[i].field, range.end - range.start};
        add_part(&parts, &extents[i], sizeof extents[i]);
        add_part(&parts, folded + range.start, range.end - range.start);
    }
    return weir_hash_sha256_parts(parts.at, parts.count, digest) == WEIR_OK ? WEIR_OK : WEIR_NO_MEMORY;
}

static bool has_values(const struct weir_sighting *sighting)
{
    for (size_t i = 0; i < sighting->item->value_count; i++)
        if (is_compared(sighting, i))
            return true;
    return false;
}

/* The entry with the key, or the one that makes room for it; from now on the first of its set. */
static struct entry *find_entry(struct weir_repeats *repeats, const uint8_t key[KEY_BYTES], bool *is_known)
{
    uint32_t number;
    memcpy(&number, key, sizeof number);
    struct entry *set = repeats->sets[number % SETS];
    size_t at = 0;
    while (at < WAYS - 1 && set[at].flag_id[0] && memcmp(set[at].key, key, KEY_BYTES) != 0)
        at++;
    struct entry found = set[at];
    *is_known = found.flag_id[0] && memcmp(found.key, key, KEY_BYTES) == 0;
    memmove(set + 1, set, at * sizeof *set);
    set[0] = found;
    return set;
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
    uint8_t digest[WEIR_SHA256_BYTES];
    *repeat = (struct weir_repeat){.count = 0};
    if (!has_values(sighting))
        return WEIR_OK;
    if (digest_sighting(repeats, sighting, arena, digest) != WEIR_OK)
        return WEIR_NO_MEMORY;
    bool is_known;
    struct entry *entry = find_entry(repeats, digest, &is_known);
    if (!is_known || !is_near(sighting->when_ms, entry->first_ms)) {
        *entry = (struct entry){.first_ms = sighting->when_ms};
        memcpy(entry->key, digest, KEY_BYTES);
        memcpy(entry->flag_id, sighting->flag_id, ID_BYTES);
    } else if (memcmp(entry->flag_id, sighting->flag_id, ID_BYTES) != 0) {
        repeat->count = ++entry->count;
        memcpy(repeat->of, entry->flag_id, ID_BYTES);
    }
    return WEIR_OK;
}
