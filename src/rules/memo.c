/* What a load notes for the next one, and the digests under which it is found again. Reads and writes no bytes of it:
 * see compiled.c. */
#include "memo.h"

#include <stdlib.h>

/* Of one expression, before its text. */
#define SOURCE_HEAD_BYTES 8u

void weir_memo_fini(struct weir_memo *memo)
{
    weir_list_fini(&memo->facts);
}

static void put_number(uint8_t *out, uint32_t number)
{
    for (size_t i = 0; i < sizeof number; i++)
        out[i] = (uint8_t)(number >> 8 * i);
}

/* All that the checks of a regex depend on beside the libraries: the view, how characters fold, the text. */
enum weir_status weir_memo_key(const struct weir_memo *memo, struct weir_text regex, enum weir_view view,
                               uint8_t key[WEIR_SHA256_BYTES])
{
    size_t folding_length = memo->folding ? strlen(memo->folding) + 1 : 0;
    size_t length = 1 + folding_length + 1 + regex.length;
    char *text = malloc(length);
    if (!text)
        return WEIR_NO_MEMORY;
    text[0] = (char)('0' + (int)view);
    memcpy(text + 1, memo->folding ? memo->folding : "", folding_length);
    text[1 + folding_length] = '\n';
    memcpy(text + length - regex.length, regex.data, regex.length);
    enum weir_status status = weir_hash_sha256((struct weir_text){text, length}, key);
    free(text);
    return status;
}

static size_t chain_of(const uint8_t key[WEIR_SHA256_BYTES])
{
    return (key[0] | (size_t)key[1] << 8) % WEIR_MEMO_CHAINS;
}

const struct weir_regex_fact *weir_memo_find(const struct weir_memo *memo, const uint8_t key[WEIR_SHA256_BYTES])
{
    const struct weir_regex_fact *facts = memo->facts.at;
    for (uint32_t at = memo->newest[chain_of(key)]; at > 0; at = facts[at - 1].older)
        if (memcmp(facts[at - 1].key, key, WEIR_SHA256_BYTES) == 0)
            return &facts[at - 1];
    return NULL;
}

enum weir_status weir_memo_note(struct weir_memo *memo, const struct weir_regex_fact *fact)
{
    struct weir_text expression = weir_arena_text(memo->arena, fact->expression);
    struct weir_regex_fact *kept = expression.data ? weir_list_add(&memo->facts, sizeof *kept) : NULL;
    if (!kept)
        return WEIR_NO_MEMORY;
    *kept = *fact;
    kept->expression = expression;
    kept->older = memo->newest[chain_of(fact->key)];
    memo->newest[chain_of(fact->key)] = (uint32_t)memo->facts.count;
    return WEIR_OK;
}

static size_t write_source(uint8_t *out, const struct weir_scan_source *source)
{
    size_t length = strlen(source->expression);
    put_number(out, (uint32_t)length);
    put_number(out + 4, (uint32_t)source->view << 2 | (uint32_t)source->is_regex << 1 | source->prefilter);
    memcpy(out + SOURCE_HEAD_BYTES, source->expression, length);
    return SOURCE_HEAD_BYTES + length;
}

/* Of all that the database depends on, in the order of its ids. */
static enum weir_status digest_sources(const struct weir_scan_source *sources, size_t count,
                                       uint8_t digest[WEIR_SHA256_BYTES])
{
    static const char once[] = "each once"; /* not a database that was stored when twins were compiled too */
    size_t size = sizeof once;
    for (size_t i = 0; i < count; i++)
        size += SOURCE_HEAD_BYTES + strlen(sources[i].expression);
    uint8_t *text = malloc(size);
    if (!text)
        return WEIR_NO_MEMORY;
    size_t length = sizeof once;
    memcpy(text, once, sizeof once);
    for (size_t i = 0; i < count; i++)
        length += write_source(text + length, &sources[i]);
    enum weir_status status = weir_hash_sha256((struct weir_text){(const char *)text, length}, digest);
    free(text);
    return status;
}

enum weir_status weir_memo_database(struct weir_memo *memo, const struct weir_scan_source *sources, size_t count,
                                    struct weir_database *database, size_t *failed, struct weir_error *error)
{
    enum weir_status status = digest_sources(sources, count, memo->sources);
    if (status != WEIR_OK)
        return WEIR_NO_MEMORY;
    memo->use.database = memo->before && weir_compiled_database(memo->before, memo->sources, database);
    if (!memo->use.database)
        return weir_database_compile(sources, count, database, failed, error);
    database->twins = weir_twins_new(sources, count);
    if (database->twins)
        return WEIR_OK;
    weir_database_fini(database);
    return WEIR_NO_MEMORY;
}
