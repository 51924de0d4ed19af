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

enum weir_status sample_normalize(struct sample *sample, const struct weir_chars *chars, unsigned views)
{
    struct weir_normalizer *normalizer;
    enum weir_status status = weir_normalizer_new(chars, &normalizer);
    if (status != WEIR_OK)
        return status;
    for (size_t i = 0; status == WEIR_OK && i < sample->count; i++) {
        struct weir_scan_text texts;
        status = weir_normalize(normalizer, &sample->texts[i].item, views, &texts);
        if (status == WEIR_OK)
            status = weir_scan_text_copy(&texts, sample->arena, &sample->texts[i].views);
    }
    weir_normalizer_free(normalizer);
    return status;
}
