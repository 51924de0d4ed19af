/* Writes what a load worked out as the bytes of a memo. Reads none. */
#include "compiled_format.h"
#include "hs_stored.h"
#include "memo.h"

#include <stdlib.h>

/* What is written: first the sizes, then the bytes. */
struct parts {
    char identity[WEIR_IDENTITY_MAX];
    const struct weir_memo *memo;
    struct weir_proof proof;
    const struct weir_regex_fact **facts; /* ascending, each key once */
    size_t fact_count;
    size_t texts_length;
    const struct weir_database *database;
    struct weir_bytes groups[WEIR_DATABASE_GROUPS];
};

static void fini_parts(struct parts *parts)
{
    for (size_t i = 0; i < WEIR_DATABASE_GROUPS; i++)
        free(parts->groups[i].data);
    free(parts->facts);
}

static int compare_facts(const void *a, const void *b)
{
    const struct weir_regex_fact *const *first = a;
    const struct weir_regex_fact *const *second = b;
    return memcmp((*first)->key, (*second)->key, WEIR_SHA256_BYTES);
}

static enum weir_status sort_facts(struct parts *parts)
{
    const struct weir_list *list = &parts->memo->facts;
    const struct weir_regex_fact *facts = list->at;
    parts->facts = malloc((list->count + 1) * sizeof *parts->facts);
    if (!parts->facts)
        return WEIR_NO_MEMORY;
    for (size_t i = 0; i < list->count; i++)
        parts->facts[i] = &facts[i];
    if (list->count)
        qsort(parts->facts, list->count, sizeof *parts->facts, compare_facts);
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0 && compare_facts(&parts->facts[i], &parts->facts[parts->fact_count - 1]) == 0)
            continue;
        parts->texts_length += parts->facts[i]->expression.length + 1;
        parts->facts[parts->fact_count++] = parts->facts[i];
    }
    return parts->texts_length > UINT32_MAX ? WEIR_NO_MEMORY : WEIR_OK;
}

static enum weir_status collect(const struct weir_ruleset *ruleset, const struct weir_proof *proof, struct parts *parts)
{
    parts->memo = weir_ruleset_memo(ruleset);
    parts->database = ruleset->database;
    parts->proof = proof ? *proof : (struct weir_proof){0};
    enum weir_status status = weir_identity_make(parts->identity);
    if (status == WEIR_OK)
        status = sort_facts(parts);
    for (size_t i = 0; status == WEIR_OK && i < parts->database->group_count; i++)
        status = weir_hs_serialize(parts->database->groups[i].database, &parts->groups[i]);
    return status;
}

static size_t measure(const struct parts *parts)
{
    size_t length = WEIR_COMPILED_HEAD_BYTES + strlen(parts->identity) + parts->fact_count * WEIR_COMPILED_FACT_BYTES +
                    parts->texts_length;
    for (size_t i = 0; i < parts->database->group_count; i++)
        length += WEIR_COMPILED_GROUP_BYTES + parts->groups[i].length;
    return length;
}

static char *put(char *out, const void *from, size_t length)
{
    if (length)
        memcpy(out, from, length);
    return out + length;
}

static char *put_number(char *out, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++)
        *out++ = (char)(unsigned char)(number >> 8 * i);
    return out;
}

static char *put_head(char *out, const struct parts *parts, size_t total)
{
    out = put(out, WEIR_COMPILED_MAGIC, WEIR_COMPILED_MAGIC_BYTES);
    out = put_number(out, WEIR_COMPILED_FORMAT, 4);
    out = put_number(out, strlen(parts->identity), 4);
    out = put_number(out, total, 8);
    out = put(out, parts->proof.sha256, WEIR_SHA256_BYTES);
    out = put(out, parts->memo->sources, WEIR_SHA256_BYTES);
    out = put_number(out, parts->fact_count, 4);
    out = put_number(out, parts->database->group_count, 4);
    out = put_number(out, parts->texts_length, 8);
    return put(out, parts->identity, strlen(parts->identity));
}

static char *put_facts(char *out, const struct parts *parts)
{
    size_t text_at = 0;
    for (size_t i = 0; i < parts->fact_count; i++) {
        const struct weir_regex_fact *fact = parts->facts[i];
        out = put(out, fact->key, WEIR_SHA256_BYTES);
        out = put_number(out, text_at, 4);
        out = put_number(out, fact->expression.length, 4);
        out = put_number(out, fact->width_min, 4);
        out = put_number(out, fact->width_max, 4);
        out = put_number(out, fact->prefilter, 4);
        text_at += fact->expression.length + 1;
    }
    for (size_t i = 0; i < parts->fact_count; i++)
        out = put(out, parts->facts[i]->expression.data, parts->facts[i]->expression.length + 1);
    return out;
}

static void put_groups(char *out, const struct parts *parts)
{
    for (size_t i = 0; i < parts->database->group_count; i++) {
        const struct weir_database_group *group = &parts->database->groups[i];
        out = put_number(out, group->view, 4);
        out = put_number(out, group->expressions, 4);
        out = put_number(out, parts->groups[i].length, 8);
        out = put(out, parts->groups[i].data, parts->groups[i].length);
    }
}

enum weir_status weir_ruleset_compiled(const struct weir_ruleset *ruleset, const struct weir_proof *proof,
                                       struct weir_bytes *bytes)
{
    struct parts parts = {0};
    struct weir_bytes made = {0};
    enum weir_status status = collect(ruleset, proof, &parts);
    if (status == WEIR_OK) {
        made.length = measure(&parts);
        made.data = malloc(made.length);
        status = made.data ? WEIR_OK : WEIR_NO_MEMORY;
    }
    if (status == WEIR_OK) {
        put_groups(put_facts(put_head(made.data, &parts, made.length), &parts), &parts);
        *bytes = made;
    }
    fini_parts(&parts);
    return status;
}

struct weir_compiled_use weir_ruleset_compiled_use(const struct weir_ruleset *ruleset)
{
    return weir_ruleset_memo(ruleset)->use;
}
