/* NFKC_Casefold of a stretch by the textbook (Unicode 15, section 3.11), in time linear in its length: fold and
 * decompose each character, sort each run of marks by combining class, compose. A message of nothing but accents takes
 * ICU hours. */
#include "fold.h"

static bool add_points(struct weir_folder *folder, struct weir_text folded)
{
    struct weir_buffer *points = &folder->points;
    for (size_t at = 0; at < folded.length;) {
        size_t width;
        uint32_t code_point = weir_utf8_decode(folded.data + at, &width);
        if (!weir_buffer_reserve(points, points->count + WEIR_ICU_CODE_POINTS_MAX, sizeof(uint32_t)))
            return false;
        points->count += weir_icu_decompose(folder->icu, code_point, (uint32_t *)points->data + points->count);
        at += width;
    }
    return true;
}

static bool decompose(struct weir_folder *folder, struct weir_text stretch)
{
    folder->points.count = 0;
    for (size_t at = 0; at < stretch.length;) {
        struct weir_text character = {stretch.data + at, weir_utf8_width(stretch.data[at])};
        char bytes[WEIR_ICU_CHAR_MAX];
        size_t length = weir_fold_character(folder, character, bytes);
        if (length > sizeof bytes || !add_points(folder, (struct weir_text){bytes, length}))
            return false;
        at += character.length;
    }
    return true;
}

/* Sorts by combining class; equals keep their order. */
static void sort_marks(uint32_t *marks, size_t count, uint32_t *room)
{
    size_t place[257] = {0};
    for (size_t i = 0; i < count; i++)
        place[weir_icu_combining_class(marks[i]) + 1u]++;
    for (size_t class = 1; class < 257; class ++)
        place[class] += place[class - 1];
    for (size_t i = 0; i < count; i++)
        room[place[weir_icu_combining_class(marks[i])]++] = marks[i];
    memcpy(marks, room, count * sizeof *marks);
}

static bool reorder(struct weir_folder *folder)
{
    size_t count = folder->points.count;
    if (!weir_buffer_reserve(&folder->sorted, count, sizeof(uint32_t)))
        return false;
    uint32_t *points = folder->points.data;
    for (size_t start = 0; start < count;) {
        size_t end = start;
        while (end < count && weir_icu_combining_class(points[end]) != 0)
            end++;
        if (end - start > 1)
            sort_marks(points + start, end - start, folder->sorted.data);
        start = end + 1;
    }
    return true;
}

/* Composes in place; returns how many code points remain. */
static size_t compose(const struct weir_icu *icu, uint32_t *points, size_t count)
{
    size_t kept = 0;
    size_t starter = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        uint8_t class = weir_icu_combining_class(points[i]);
        bool adjacent = starter != SIZE_MAX && kept == starter + 1;
        /* Blocked: something stands between that has no lower class. */
        bool reaches = starter != SIZE_MAX && (adjacent || weir_icu_combining_class(points[kept - 1]) < class);
        uint32_t composite = reaches ? weir_icu_compose(icu, points[starter], points[i]) : 0;
        if (composite) {
            points[starter] = composite;
            continue;
        }
        if (class == 0)
            starter = kept;
        points[kept++] = points[i];
    }
    return kept;
}

bool weir_long_stretch_fold(struct weir_folder *folder, struct weir_text stretch, struct weir_text *folded)
{
    if (!decompose(folder, stretch) || !reorder(folder))
        return false;
    const uint32_t *points = folder->points.data;
    size_t count = compose(folder->icu, folder->points.data, folder->points.count);
    if (!weir_buffer_reserve(&folder->folded, count * 4, 1))
        return false;
    char *out = folder->folded.data;
    for (size_t i = 0; i < count; i++)
        out += weir_utf8_encode(points[i], out);
    *folded = (struct weir_text){folder->folded.data, (size_t)(out - (char *)folder->folded.data)};
    return true;
}
