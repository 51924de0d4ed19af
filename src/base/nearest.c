/* The name that a person most likely meant: edit distance with swapped neighbours, letter case ignored. */
#include "weir/diagnostics.h"

#define NAME_MAX_BYTES 64
#define SAFE_DISTANCE 2

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: insertions, deletions, replacements and swaps of neighbours, three rows at a time. */
static size_t measure_distance(struct weir_text a, struct weir_text b)
{
    size_t rows[3][NAME_MAX_BYTES + 1];
    for (size_t j = 0; j <= b.length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            size_t cost = lower(a.data[i - 1]) != lower(b.data[j - 1]);
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + cost);
            bool swapped = i > 1 && j > 1 && lower(a.data[i - 1]) == lower(b.data[j - 2]) &&
                           lower(a.data[i - 2]) == lower(b.data[j - 1]);
            if (swapped)
                row[j] = least(row[j], rows[(i - 2) % 3][j - 2] + 1);
        }
    }
    return rows[a.length % 3][b.length];
}

const char *weir_nearest_name(struct weir_text word, const char *const *names, size_t count)
{
    size_t limit = word.length / 3 > SAFE_DISTANCE ? word.length / 3 : SAFE_DISTANCE;
    const char *nearest = NULL;
    if (word.length > NAME_MAX_BYTES)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        struct weir_text name = weir_text_of(names[i]);
        if (name.length > NAME_MAX_BYTES)
            continue;
        size_t distance = measure_distance(word, name);
        size_t shorter = least(word.length, name.length);
        size_t longer = word.length + name.length - shorter;
        /* A name of which half the letters are others is no better than any other. */
        if (distance > limit || distance >= shorter || (distance > 1 && 2 * distance >= longer))
            continue;
        nearest = names[i];
        limit = distance > 0 ? distance - 1 : 0;
        if (distance == 0)
            break;
    }
    return nearest;
}
