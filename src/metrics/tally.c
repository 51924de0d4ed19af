/* A hash table of rows under a lock. Rows are only ever added, so their texts can be lent. */
#include "weir/tally.h"

#include "weir/text.h"

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>

#define ROWS_MAX 65536
#define LANGS_MAX 64
#define FIRST_SLOTS 256
/* FNV-1a */
#define HASH_START UINT64_C(0xCBF29CE484222325)
#define HASH_PRIME UINT64_C(0x100000001B3)

struct weir_tally {
    pthread_mutex_t mutex; /* guards everything below */
    struct weir_tally_row *rows;
    size_t count;
    size_t capacity;
    uint32_t *slots; /* number of the row and one, or 0; by the key's hash, twice as many as rows at least */
    size_t slot_count;
    char langs[LANGS_MAX][WEIR_TALLY_LANG_SIZE];
    size_t lang_count;
};

const char *weir_tally_output_name(enum weir_tally_output output)
{
    static const char *const names[] = {"review", "shadow", "overflow"};
    return names[output];
}

struct weir_tally *weir_tally_new(void)
{
    struct weir_tally *tally = calloc(1, sizeof *tally);
    if (!tally)
        return NULL;
    tally->slots = calloc(FIRST_SLOTS, sizeof *tally->slots);
    tally->slot_count = FIRST_SLOTS;
    if (!tally->slots || pthread_mutex_init(&tally->mutex, NULL) != 0) {
        free(tally->slots);
        free(tally);
        return NULL;
    }
    return tally;
}

/* The texts of a row are one block, which begins with the rule's id. */
static void free_texts(const struct weir_tally_key *key)
{
    free((void *)(uintptr_t)key->rule);
}

void weir_tally_free(struct weir_tally *tally)
{
    if (!tally)
        return;
    for (size_t i = 0; i < tally->count; i++)
        free_texts(&tally->rows[i].key);
    pthread_mutex_destroy(&tally->mutex);
    free(tally->rows);
    free(tally->slots);
    free(tally);
}

void weir_tally_lang(struct weir_text tag, char lang[WEIR_TALLY_LANG_SIZE])
{
    size_t length = 0;
    char first[WEIR_TALLY_LANG_SIZE] = "";
    while (length < tag.length && length < 4 && isalpha((unsigned char)tag.data[length])) {
        first[length] = (char)tolower((unsigned char)tag.data[length]);
        length++;
    }
    bool ends = length == tag.length || tag.data[length] == '-' || tag.data[length] == '_';
    const char *name = tag.length == 0 ? "und" : ends && (length == 2 || length == 3) ? first : WEIR_TALLY_OTHER;
    memcpy(lang, name, strlen(name) + 1);
}

/* ---- The table ---- */

static uint64_t hash_text(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * HASH_PRIME;
    return (hash ^ 0xFF) * HASH_PRIME;
}

static uint64_t hash_key(const struct weir_tally_key *key)
{
    uint64_t hash = hash_text(HASH_START, key->rule);
    hash = hash_text(hash_text(hash_text(hash, key->category), key->severity), key->lang);
    hash = (hash ^ ((uint64_t)key->kind << 4 | (uint64_t)key->output)) * HASH_PRIME;
    return hash ^ hash >> 32;
}

static bool is_same(const struct weir_tally_key *a, const struct weir_tally_key *b)
{
    return a->kind == b->kind && a->output == b->output && strcmp(a->rule, b->rule) == 0 &&
           strcmp(a->category, b->category) == 0 && strcmp(a->severity, b->severity) == 0 &&
           strcmp(a->lang, b->lang) == 0;
}

/* The slot of the key, or the free one where it belongs. */
static uint32_t *find_slot(const struct weir_tally *tally, const struct weir_tally_key *key)
{
    size_t at = (size_t)hash_key(key) & (tally->slot_count - 1);
    while (tally->slots[at] && !is_same(&tally->rows[tally->slots[at] - 1].key, key))
        at = (at + 1) & (tally->slot_count - 1);
    return &tally->slots[at];
}

static bool grow(struct weir_tally *tally)
{
    size_t capacity = tally->capacity ? 2 * tally->capacity : FIRST_SLOTS / 2;
    struct weir_tally_row *rows = realloc(tally->rows, capacity * sizeof *rows);
    if (!rows)
        return false;
    tally->rows = rows;
    tally->capacity = capacity;
    if (2 * capacity <= tally->slot_count)
        return true;
    uint32_t *slots = calloc(2 * capacity, sizeof *slots);
    if (!slots) {
        tally->capacity /= 2; /* it is larger than it says, which does no harm */
        return false;
    }
    free(tally->slots);
    tally->slots = slots;
    tally->slot_count = 2 * capacity;
    for (size_t i = 0; i < tally->count; i++)
        *find_slot(tally, &tally->rows[i].key) = (uint32_t)i + 1;
    return true;
}

static bool copy_texts(struct weir_tally_key *key)
{
    size_t rule = strlen(key->rule) + 1;
    size_t category = strlen(key->category) + 1;
    size_t severity = strlen(key->severity) + 1;
    char *texts = malloc(rule + category + severity);
    if (!texts)
        return false;
    memcpy(texts, key->rule, rule);
    memcpy(texts + rule, key->category, category);
    memcpy(texts + rule + category, key->severity, severity);
    key->rule = texts;
    key->category = texts + rule;
    key->severity = texts + rule + category;
    return true;
}

static void add(struct weir_tally *tally, struct weir_tally_key key)
{
    uint32_t *slot = find_slot(tally, &key);
    if (*slot) {
        tally->rows[*slot - 1].flags++;
        return;
    }
    if (tally->count >= ROWS_MAX && strcmp(key.rule, WEIR_TALLY_OTHER) != 0) {
        key.rule = key.category = WEIR_TALLY_OTHER;
        add(tally, key);
        return;
    }
    if ((tally->count == tally->capacity && !grow(tally)) || !copy_texts(&key))
        return;
    tally->rows[tally->count++] = (struct weir_tally_row){.key = key, .flags = 1};
    *find_slot(tally, &key) = (uint32_t)tally->count;
}

/* Languages come from outside, so there may be any number of them. */
static void bound_lang(struct weir_tally *tally, struct weir_tally_key *key)
{
    for (size_t i = 0; i < tally->lang_count; i++)
        if (strcmp(tally->langs[i], key->lang) == 0)
            return;
    if (tally->lang_count == LANGS_MAX)
        memcpy(key->lang, WEIR_TALLY_OTHER, sizeof WEIR_TALLY_OTHER);
    else
        memcpy(tally->langs[tally->lang_count++], key->lang, sizeof key->lang);
}

void weir_tally_add(struct weir_tally *tally, const struct weir_tally_key *key)
{
    struct weir_tally_key bounded = *key;
    pthread_mutex_lock(&tally->mutex);
    bound_lang(tally, &bounded);
    add(tally, bounded);
    pthread_mutex_unlock(&tally->mutex);
}

/* ---- Reading ---- */

static int compare_rows(const void *a, const void *b)
{
    const struct weir_tally_key *x = &((const struct weir_tally_row *)a)->key;
    const struct weir_tally_key *y = &((const struct weir_tally_row *)b)->key;
    int order = strcmp(x->rule, y->rule);
    if (order == 0)
        order = (int)x->kind - (int)y->kind;
    if (order == 0)
        order = strcmp(x->lang, y->lang);
    if (order == 0)
        order = (int)x->output - (int)y->output;
    if (order == 0)
        order = strcmp(x->category, y->category);
    return order ? order : strcmp(x->severity, y->severity);
}

enum weir_status weir_tally_read(struct weir_tally *tally, struct weir_tally_row **rows, size_t *count)
{
    pthread_mutex_lock(&tally->mutex);
    size_t now = tally->count;
    struct weir_tally_row *copy = malloc((now + 1) * sizeof *copy);
    if (copy && now > 0)
        memcpy(copy, tally->rows, now * sizeof *copy);
    pthread_mutex_unlock(&tally->mutex);
    if (!copy)
        return WEIR_NO_MEMORY;
    qsort(copy, now, sizeof *copy, compare_rows);
    *rows = copy;
    *count = now;
    return WEIR_OK;
}

size_t weir_tally_since(const struct weir_tally_row *now, size_t count, const struct weir_tally_row *before,
                        size_t before_count, struct weir_tally_row *rows)
{
    size_t made = 0;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        struct weir_tally_row row = now[i];
        while (at < before_count && compare_rows(&before[at], &row) < 0)
            at++;
        if (at < before_count && compare_rows(&before[at], &row) == 0)
            row.flags -= before[at].flags;
        if (row.flags > 0)
            rows[made++] = row;
    }
    return made;
}
