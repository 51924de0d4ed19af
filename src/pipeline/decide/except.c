/* Exceptions: hits wholly inside a span of one do not count. Pure: arena only. */
#include "spans.h"

#include <stdlib.h>

static int compare_spans(const void *a, const void *b)
{
    const struct span *x = a;
    const struct span *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->source.start > y->source.start) - (x->source.start < y->source.start);
}

/* All spans of the exceptions in order; each one's end is made the farthest end so far in its value, which is all that
 * a hit starting at or after it has to be compared with. */
static enum weir_status merge_exceptions(const struct subject *subject, const struct findings *exceptions, size_t count,
                                         struct span **merged, size_t *merged_count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += exceptions[i].count;
    struct span *spans = weir_arena_array(subject->arena, total, sizeof *spans);
    if (!spans)
        return WEIR_NO_MEMORY;
    size_t filled = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < exceptions[i].count; j++)
            spans[filled++] = exceptions[i].spans[j];
    if (total)
        qsort(spans, total, sizeof *spans, compare_spans);
    for (size_t i = 1; i < total; i++)
        if (spans[i].value == spans[i - 1].value && spans[i].source.end < spans[i - 1].source.end)
            spans[i].source.end = spans[i - 1].source.end;
    *merged = spans;
    *merged_count = total;
    return WEIR_OK;
}

static bool is_covered(const struct span *merged, size_t count, const struct span *hit)
{
    size_t low = 0; /* the first that starts after the hit's start */
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_spans(&merged[middle], hit) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && merged[low - 1].value == hit->value && merged[low - 1].source.end >= hit->source.end;
}

enum weir_status drop_excepted(const struct subject *subject, struct findings *findings, size_t count,
                               const struct findings *exceptions, size_t exception_count)
{
    struct span *merged;
    size_t merged_count;
    enum weir_status status = merge_exceptions(subject, exceptions, exception_count, &merged, &merged_count);
    if (status != WEIR_OK || merged_count == 0)
        return status;
    for (size_t i = 0; i < count; i++) {
        struct span *kept = weir_arena_array(subject->arena, findings[i].count, sizeof *kept);
        size_t kept_count = 0;
        if (!kept)
            return WEIR_NO_MEMORY;
        for (size_t j = 0; j < findings[i].count; j++)
            if (!is_covered(merged, merged_count, &findings[i].spans[j]))
                kept[kept_count++] = findings[i].spans[j];
        findings[i].spans = kept;
        findings[i].count = kept_count;
    }
    return WEIR_OK;
}
