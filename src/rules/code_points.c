/* Sets of code points as ranges, and their UTF-8 as byte classes. */
#include "code_points.h"

#include "weir/utf8.h"

#include <stdlib.h>

void weir_code_set_init(struct weir_code_set *set, struct weir_arena *arena)
{
    *set = (struct weir_code_set){.arena = arena};
}

void weir_code_set_add(struct weir_code_set *set, uint32_t first, uint32_t last)
{
    if (set->failed || first > last)
        return;
    if (set->count == set->capacity) {
        size_t capacity = set->capacity ? set->capacity * 2 : 8;
        struct weir_code_range *grown = weir_arena_array(set->arena, capacity, sizeof *grown);
        if (!grown) {
            set->failed = true;
            return;
        }
        if (set->count)
            memcpy(grown, set->at, set->count * sizeof *grown);
        set->at = grown;
        set->capacity = capacity;
    }
    set->at[set->count++] = (struct weir_code_range){first, last};
}

static int compare_ranges(const void *a, const void *b)
{
    const struct weir_code_range *x = a;
    const struct weir_code_range *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

static void merge_ranges(struct weir_code_set *set)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->count; i++) {
        if (kept && set->at[i].first <= set->at[kept - 1].last + 1) {
            if (set->at[i].last > set->at[kept - 1].last)
                set->at[kept - 1].last = set->at[i].last;
        } else {
            set->at[kept++] = set->at[i];
        }
    }
    set->count = kept;
}

void weir_code_set_settle(struct weir_code_set *set)
{
    if (set->count)
        qsort(set->at, set->count, sizeof *set->at, compare_ranges);
    merge_ranges(set);
}

bool weir_code_set_has(const struct weir_code_set *set, uint32_t code_point)
{
    size_t low = 0; /* the first range that does not end before it */
    size_t high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->at[middle].last < code_point)
            low = middle + 1;
        else
            high = middle;
    }
    return low < set->count && set->at[low].first <= code_point;
}

void weir_code_set_coarsen(struct weir_code_set *set, size_t count_max)
{
    /* In steps of what one byte of UTF-8 tells apart. */
    for (unsigned bits = 6; set->count > count_max && bits <= 18; bits += 6) {
        uint32_t rest = (1u << bits) - 1;
        for (size_t i = 0; i < set->count; i++) {
            uint32_t first = set->at[i].first & ~rest;
            uint32_t last = set->at[i].last | rest;
            set->at[i] = (struct weir_code_range){first > 0x80 ? first : 0x80, last < 0x10FFFF ? last : 0x10FFFF};
        }
        merge_ranges(set);
    }
}

static void write_bytes(const char *first, const char *last, size_t width, struct weir_writer *out)
{
    for (size_t i = 0; i < width; i++) {
        unsigned from = (unsigned char)first[i];
        unsigned to = (unsigned char)last[i];
        if (from == to)
            weir_writer_add_format(out, "\\x%02x", from);
        else
            weir_writer_add_format(out, "[\\x%02x-\\x%02x]", from, to);
    }
}

/* The largest end from `first` on such that the characters up to it are spelled by one product of byte ranges. */
static uint32_t end_product(uint32_t first, uint32_t last)
{
    static const uint32_t width_ends[] = {0x7F, 0x7FF, 0xFFFF};
    for (size_t i = 0; i < sizeof width_ends / sizeof width_ends[0]; i++)
        if (first <= width_ends[i] && last > width_ends[i])
            last = width_ends[i];
    for (unsigned bits = 6; bits <= 18; bits += 6) {
        uint32_t rest = (1u << bits) - 1;
        if ((first & ~rest) == (last & ~rest))
            break;
        if (first & rest)
            return first | rest;
        if ((last & rest) != rest)
            last = (last & ~rest) - 1;
    }
    return last;
}

void weir_code_range_write(struct weir_code_range range, struct weir_writer *out)
{
    for (uint32_t first = range.first; first <= range.last;) {
        uint32_t last = end_product(first, range.last);
        char from[4];
        char to[4];
        size_t width = weir_utf8_encode(first, from);
        weir_utf8_encode(last, to);
        if (first != range.first)
            weir_writer_add_string(out, "|");
        write_bytes(from, to, width, out);
        first = last + 1;
    }
}
