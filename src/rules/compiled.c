/* Reads the bytes of a memo: every length is checked before it is used, and nothing is handed to Hyperscan before a
 * load asks for it. Writes nothing. */
#include "compiled_format.h"
#include "hs_stored.h"
#include "memo.h"

#include <stdlib.h>

#define CUT_SHORT "it is cut short or damaged"

struct stored_group {
    enum weir_view view;
    uint32_t expressions;
    struct weir_text database;
};

/* All pointers are into the bytes. */
struct weir_compiled {
    const char *proof;
    const char *sources;
    const char *facts;
    uint32_t fact_count;
    struct weir_text texts;
    struct stored_group groups[WEIR_DATABASE_GROUPS];
    uint32_t group_count;
};

/* What is still to be read. */
struct cursor {
    struct weir_text rest;
    bool failed; /* there was less than was asked for */
};

/* NULL once there is too little. */
static const char *take(struct cursor *cursor, uint64_t length)
{
    if (cursor->failed || length > cursor->rest.length) {
        cursor->failed = true;
        return NULL;
    }
    const char *taken = cursor->rest.data;
    cursor->rest = weir_text_slice(cursor->rest, (size_t)length, cursor->rest.length);
    return taken;
}

static uint64_t get_number(const char *at, size_t size)
{
    uint64_t number = 0;
    for (size_t i = 0; i < size; i++)
        number |= (uint64_t)(unsigned char)at[i] << 8 * i;
    return number;
}

static uint32_t get_u32(const char *at)
{
    return (uint32_t)get_number(at, 4);
}

/* 0 once there is too little. */
static uint64_t take_number(struct cursor *cursor, size_t size)
{
    const char *at = take(cursor, size);
    return at ? get_number(at, size) : 0;
}

static void read_fact(const struct weir_compiled *compiled, uint32_t index, struct weir_regex_fact *fact,
                      uint64_t *text_at, uint64_t *text_length)
{
    const char *at = compiled->facts + (size_t)index * WEIR_COMPILED_FACT_BYTES;
    memcpy(fact->key, at, WEIR_SHA256_BYTES);
    at += WEIR_SHA256_BYTES;
    *text_at = get_u32(at);
    *text_length = get_u32(at + 4);
    fact->width_min = get_u32(at + 8);
    fact->width_max = get_u32(at + 12);
    fact->prefilter = get_u32(at + 16) != 0;
}

/* An expression is a C string. */
static bool is_text(struct weir_text texts, uint64_t at, uint64_t length)
{
    return length > 0 && at + length < texts.length && texts.data[at + length] == '\0' &&
           !memchr(texts.data + at, '\0', (size_t)length);
}

static bool check_facts(const struct weir_compiled *compiled)
{
    struct weir_regex_fact fact;
    struct weir_regex_fact before;
    uint64_t at, length;
    for (uint32_t i = 0; i < compiled->fact_count; i++) {
        read_fact(compiled, i, &fact, &at, &length);
        if (!is_text(compiled->texts, at, length) || fact.width_min > fact.width_max ||
            (i > 0 && memcmp(before.key, fact.key, sizeof fact.key) >= 0))
            return false;
        before = fact;
    }
    return true;
}

static bool read_groups(struct cursor *cursor, struct weir_compiled *compiled)
{
    for (uint32_t i = 0; i < compiled->group_count; i++) {
        uint64_t view = take_number(cursor, 4);
        uint64_t expressions = take_number(cursor, 4);
        uint64_t length = take_number(cursor, 8);
        const char *database = take(cursor, length);
        if (!database || view >= WEIR_VIEW_COUNT || expressions == 0 || (i > 0 && view <= compiled->groups[i - 1].view))
            return false;
        compiled->groups[i] = (struct stored_group){
            .view = (enum weir_view)view,
            .expressions = (uint32_t)expressions,
            .database = {database, (size_t)length},
        };
    }
    return true;
}

/* The head up to what must fit: it alone is the same in every format. NULL: it fits; else why not. */
static const char *read_identity(struct cursor *cursor, size_t whole, const char *own)
{
    const char *magic = take(cursor, WEIR_COMPILED_MAGIC_BYTES);
    uint64_t format = take_number(cursor, 4);
    uint64_t identity_length = take_number(cursor, 4);
    uint64_t total = take_number(cursor, 8);
    if (cursor->failed || memcmp(magic, WEIR_COMPILED_MAGIC, WEIR_COMPILED_MAGIC_BYTES) != 0)
        return "it holds no compiled rules";
    if (format != WEIR_COMPILED_FORMAT)
        return "it has the format of another version of weir";
    if (total != whole)
        return CUT_SHORT;
    struct cursor lines = *cursor;
    (void)take(&lines, WEIR_COMPILED_HEAD_BYTES - WEIR_COMPILED_MAGIC_BYTES - 16);
    const char *identity = take(&lines, identity_length);
    if (!identity)
        return CUT_SHORT;
    return weir_identity_compare(own, (struct weir_text){identity, (size_t)identity_length});
}

/* NULL: read; else why not. */
static const char *read_all(struct weir_text bytes, const char *own, struct weir_compiled *compiled)
{
    struct cursor cursor = {.rest = bytes};
    const char *misfit = read_identity(&cursor, bytes.length, own);
    if (misfit)
        return misfit;
    compiled->proof = take(&cursor, WEIR_SHA256_BYTES);
    compiled->sources = take(&cursor, WEIR_SHA256_BYTES);
    compiled->fact_count = (uint32_t)take_number(&cursor, 4);
    compiled->group_count = (uint32_t)take_number(&cursor, 4);
    uint64_t texts_length = take_number(&cursor, 8);
    (void)take(&cursor, strlen(own));
    compiled->facts = take(&cursor, (uint64_t)compiled->fact_count * WEIR_COMPILED_FACT_BYTES);
    compiled->texts = (struct weir_text){take(&cursor, texts_length), (size_t)texts_length};
    if (cursor.failed || compiled->group_count > WEIR_DATABASE_GROUPS || !check_facts(compiled) ||
        !read_groups(&cursor, compiled) || cursor.rest.length > 0)
        return CUT_SHORT;
    return NULL;
}

enum weir_status weir_compiled_read(struct weir_text bytes, struct weir_compiled **compiled, struct weir_error *why)
{
    char own[WEIR_IDENTITY_MAX];
    struct weir_compiled *made = calloc(1, sizeof *made);
    if (!made || weir_identity_make(own) != WEIR_OK) {
        free(made);
        return weir_error_set(why, WEIR_NO_MEMORY, "no memory");
    }
    const char *reason = read_all(bytes, own, made);
    if (reason) {
        free(made);
        return weir_error_set(why, WEIR_INVALID, "%s", reason);
    }
    *compiled = made;
    return WEIR_OK;
}

void weir_compiled_free(struct weir_compiled *compiled)
{
    free(compiled);
}

bool weir_compiled_find(const struct weir_compiled *compiled, const uint8_t key[WEIR_SHA256_BYTES],
                        struct weir_regex_fact *fact)
{
    uint32_t first = 0;
    uint32_t end = compiled->fact_count;
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        uint64_t at, length;
        read_fact(compiled, middle, fact, &at, &length);
        int order = memcmp(key, fact->key, WEIR_SHA256_BYTES);
        if (order == 0) {
            fact->expression = (struct weir_text){compiled->texts.data + at, (size_t)length};
            return true;
        }
        if (order < 0)
            end = middle;
        else
            first = middle + 1;
    }
    return false;
}

bool weir_compiled_database(const struct weir_compiled *compiled, const uint8_t sources[WEIR_SHA256_BYTES],
                            struct weir_database *database)
{
    struct weir_database made = {0};
    if (memcmp(compiled->sources, sources, WEIR_SHA256_BYTES) != 0)
        return false;
    for (uint32_t i = 0; i < compiled->group_count; i++) {
        const struct stored_group *stored = &compiled->groups[i];
        struct weir_database_group group = {.view = stored->view, .expressions = stored->expressions};
        if (!weir_hs_deserialize(stored->database, &group.database)) {
            weir_database_fini(&made);
            return false;
        }
        made.groups[made.group_count++] = group;
    }
    *database = made;
    return true;
}

/* All zero: the examples were not run. No digest is that. */
bool weir_compiled_proves(const struct weir_compiled *compiled, const struct weir_proof *proof)
{
    return memcmp(compiled->proof, proof->sha256, WEIR_SHA256_BYTES) == 0;
}
