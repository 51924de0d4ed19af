/* Places of hits. Pure. */
#include "caption_hit.h"

#include "weir/utf8.h"

struct weir_window_place caption_find_place(const struct weir_item *item, uint32_t value, uint32_t byte)
{
    size_t low = 0;
    size_t high = item->fragment_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        const struct weir_fragment *fragment = &item->fragments[middle];
        if (fragment->value < value || (fragment->value == value && fragment->start_byte <= byte))
            low = middle;
        else
            high = middle;
    }
    const struct weir_fragment *fragment = &item->fragments[low];
    struct weir_text between = weir_text_slice(item->values[value].text, fragment->start_byte, byte);
    return (struct weir_window_place){fragment->sequence, fragment->skipped + (uint32_t)weir_utf8_count(between)};
}

struct known_hit caption_describe(const struct weir_item *item, const struct weir_counted_hit *hit)
{
    struct weir_text text = item->values[hit->value].text;
    uint32_t last = (uint32_t)weir_utf8_before(text.data, hit->source.end);
    return (struct known_hit){
        .pattern = hit->pattern,
        .start = caption_find_place(item, hit->value, hit->source.start),
        .end = caption_find_place(item, hit->value, last),
        .is_open = hit->is_open,
    };
}

int caption_compare_places(struct weir_window_place a, struct weir_window_place b)
{
    if (a.sequence != b.sequence)
        return a.sequence < b.sequence ? -1 : 1;
    return (a.point > b.point) - (a.point < b.point);
}

int caption_compare_starts(const struct known_hit *a, const struct known_hit *b)
{
    if (a->pattern != b->pattern)
        return a->pattern < b->pattern ? -1 : 1;
    return caption_compare_places(a->start, b->start);
}

int caption_compare_hits(const void *a, const void *b)
{
    const struct known_hit *x = a;
    const struct known_hit *y = b;
    int order = caption_compare_starts(x, y);
    return order ? order : caption_compare_places(x->end, y->end);
}
