/* A sample of bounded size of however many items, and their views, kept beyond the normalizer's next call. */
#include "survey_sample.h"

#include "weir/normalize.h"

#include <stdlib.h>

#define SEED UINT64_C(0x9E3779B97F4A7C15) /* any will do */

bool sample_init(struct sample *sample, size_t capacity)
{
    *sample = (struct sample){
        .texts = calloc(capacity, sizeof *sample->texts),
        .capacity = capacity,
        .random = SEED,
        .arena = weir_arena_new(0),
    };
    return sample->texts && sample->arena;
}

void sample_fini(struct sample *sample)
{
    for (size_t i = 0; i < sample->count; i++)
        free(sample->texts[i].memory);
    free(sample->texts);
    weir_arena_free(sample->arena);
}

static size_t count_bytes(const struct weir_item *item)
{
    size_t bytes = 0;
    for (size_t i = 0; i < item->value_count; i++)
        bytes += item->values[i].text.length;
    return bytes;
}

static struct weir_text append(char **end, struct weir_text text)
{
    if (text.length)
        memcpy(*end, text.data, text.length);
    struct weir_text copy = {text.data ? *end : NULL, text.length};
    *end += text.length;
    return copy;
}

/* What rules look at: language and values. */
static bool copy_item(const struct weir_item *item, struct sample_text *text)
{
    size_t values_size = item->value_count * sizeof(struct weir_value);
    char *memory = malloc(values_size + count_bytes(item) + item->lang.length + 1);
    if (!memory)
        return false;
    struct weir_value *values = (struct weir_value *)(void *)memory;
    char *end = memory + values_size;
    for (size_t i = 0; i < item->value_count; i++) {
        values[i].field = item->values[i].field;
        values[i].text = append(&end, item->values[i].text);
    }
    *text = (struct sample_text){
        .item = {.kind = item->kind,
                 .lang = append(&end, item->lang),
                 .values = values,
                 .value_count = item->value_count},
        .memory = memory,
    };
    return true;
}

/* Xorshift (Marsaglia 2003). */
static uint64_t next_random(struct sample *sample)
{
    sample->random ^= sample->random << 13;
    sample->random ^= sample->random >> 7;
    sample->random ^= sample->random << 17;
    return sample->random;
}

/* Algorithm R (Vitter 1985). */
bool sample_offer(struct sample *sample, const struct weir_item *item)
{
    if (count_bytes(item) > SAMPLE_TEXT_BYTES_MAX)
        return true;
    sample->offered++;
    if (sample->count < sample->capacity) {
        if (!copy_item(item, &sample->texts[sample->count]))
            return false;
        sample->count++;
        return true;
    }
    uint64_t at = next_random(sample) % sample->offered;
    if (at >= sample->capacity)
        return true;
    struct sample_text taken;
    if (!copy_item(item, &taken))
        return false;
    free(sample->texts[at].memory);
    sample->texts[at] = taken;
    return true;
}

/* The list in the arena; an empty one is NULL. */
static bool keep(struct weir_arena *arena, const void *list, size_t count, size_t size, const void **kept)
{
    if (count == 0)
        return true;
    void *copy = weir_arena_array(arena, count, size);
    if (copy)
        memcpy(copy, list, count * size);
    *kept = copy;
    return copy != NULL;
}

static bool keep_view(struct weir_arena *arena, const struct weir_view_text *view, size_t value_count,
                      struct weir_view_text *kept)
{
    const void *values = NULL;
    const void *edits = NULL;
    size_t edit_count = 0;
    if (!view->text.data)
        return true;
    for (size_t i = 0; i < value_count; i++)
        if (view->values[i].edit_count && view->values[i].edit_first + view->values[i].edit_count > edit_count)
            edit_count = view->values[i].edit_first + view->values[i].edit_count;
    if (!keep(arena, view->values, value_count, sizeof *view->values, &values) ||
        !keep(arena, view->edits, edit_count, sizeof *view->edits, &edits))
        return false;
    *kept = (struct weir_view_text){
        .text = weir_arena_padded(arena, weir_text_from_padded(view->text)),
        .values = values,
        .edits = edits,
    };
    return kept->text.data != NULL;
}

static bool keep_texts(struct weir_arena *arena, const struct weir_scan_text *texts, struct weir_scan_text *kept)
{
    const struct weir_view_text *skeleton = &texts->views[WEIR_VIEW_SKELETON]; /* there is one if a token is mixed */
    const void *mixed = NULL;
    size_t mixed_count = 0;
    for (size_t i = 0; skeleton->text.data && i < texts->value_count; i++)
        if (skeleton->values[i].mixed_count)
            mixed_count = skeleton->values[i].mixed_first + skeleton->values[i].mixed_count;
    *kept = (struct weir_scan_text){.value_count = texts->value_count};
    for (int view = 0; view < WEIR_VIEW_COUNT; view++)
        if (!keep_view(arena, &texts->views[view], texts->value_count, &kept->views[view]))
            return false;
    if (!keep(arena, texts->mixed, mixed_count, sizeof *texts->mixed, &mixed))
        return false;
    kept->mixed = mixed;
    return true;
}

enum weir_status sample_normalize(struct sample *sample, const struct weir_chars *chars, unsigned views)
{
    struct weir_normalizer *normalizer;
    enum weir_status status = weir_normalizer_new(chars, &normalizer);
    if (status != WEIR_OK)
        return status;
    for (size_t i = 0; status == WEIR_OK && i < sample->count; i++) {
        struct weir_scan_text texts;
        status = weir_normalize(normalizer, &sample->texts[i].item, views, &texts);
        if (status == WEIR_OK && !keep_texts(sample->arena, &texts, &sample->texts[i].views))
            status = WEIR_NO_MEMORY;
    }
    weir_normalizer_free(normalizer);
    return status;
}
