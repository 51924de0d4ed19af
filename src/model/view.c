/* The way back from a view to the original text. Binary searches over what normalize wrote; allocates nothing. */
#include "weir/view.h"

/* The first of the value's edits whose view end is greater than `at`: the only one that can hold the byte at `at`. */
static uint32_t find_edit(const struct weir_edit *edits, uint32_t count, uint32_t at)
{
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (edits[middle].view.end > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Source bytes of the character at view byte `at`, which edit number `index` (from find_edit) may hold. */
static struct weir_range map_byte(const struct weir_value_view *value, const struct weir_edit *edits, uint32_t index,
                                  uint32_t at)
{
    if (index < value->edit_count && edits[index].view.start <= at)
        return edits[index].source;
    uint32_t view_from = index ? edits[index - 1].view.end : value->range.start;
    uint32_t source_from = index ? edits[index - 1].source.end : 0;
    uint32_t source = source_from + (at - view_from);
    return (struct weir_range){source, source + 1};
}

struct weir_range weir_view_source(const struct weir_view_text *view, size_t value, uint32_t start, uint32_t end)
{
    const struct weir_value_view *values = &view->values[value];
    const struct weir_edit *edits = values->edit_count ? view->edits + values->edit_first : NULL;
    struct weir_range first = map_byte(values, edits, find_edit(edits, values->edit_count, start), start);
    struct weir_range last = map_byte(values, edits, find_edit(edits, values->edit_count, end - 1), end - 1);
    return (struct weir_range){first.start, last.end};
}

size_t weir_view_value(const struct weir_view_text *view, size_t value_count, uint32_t start, uint32_t end)
{
    size_t low = 0;
    size_t high = value_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (view->values[middle].range.end >= end)
            high = middle;
        else
            low = middle + 1;
    }
    return low < value_count && view->values[low].range.start <= start ? low : value_count;
}
