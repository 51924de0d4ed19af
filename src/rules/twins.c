/* Expressions that are the same: Hyperscan need not compile, nor look for, more than one of them. */
#include "hs_database.h"

#include <stdlib.h>

struct numbered {
    const struct weir_scan_source *source;
    uint32_t number;
};

static int compare_flags(const struct weir_scan_source *x, const struct weir_scan_source *y)
{
    if (x->view != y->view)
        return x->view < y->view ? -1 : 1;
    if (x->is_regex != y->is_regex)
        return x->is_regex < y->is_regex ? -1 : 1;
    return (x->prefilter > y->prefilter) - (x->prefilter < y->prefilter);
}

static int compare_sources(const struct weir_scan_source *x, const struct weir_scan_source *y)
{
    int order = compare_flags(x, y);
    return order ? order : strcmp(x->expression, y->expression);
}

static int compare_numbered(const void *a, const void *b)
{
    const struct numbered *x = a;
    const struct numbered *y = b;
    int order = compare_sources(x->source, y->source);
    return order ? order : (x->number > y->number) - (x->number < y->number);
}

uint32_t *weir_twins_new(const struct weir_scan_source *sources, size_t count)
{
    uint32_t *twins = malloc((count + 1) * sizeof *twins);
    struct numbered *sorted = malloc((count + 1) * sizeof *sorted);
    if (!twins || !sorted) {
        free(twins);
        free(sorted);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        sorted[i] = (struct numbered){&sources[i], (uint32_t)i};
    qsort(sorted, count, sizeof *sorted, compare_numbered);
    for (size_t i = 0; i < count; i++) {
        bool has_twin = i + 1 < count && compare_sources(sorted[i].source, sorted[i + 1].source) == 0;
        twins[sorted[i].number] = sorted[has_twin ? i + 1 : i].number;
    }
    free(sorted);
    return twins;
}

bool *weir_twins_later(const uint32_t *twins, size_t count)
{
    bool *later = calloc(count + 1, sizeof *later);
    for (size_t i = 0; later && i < count; i++)
        if (twins[i] != i)
            later[twins[i]] = true;
    return later;
}
