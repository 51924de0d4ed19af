/* model: the texts that are scanned, and the way back from them to the original text.
 *
 * All values of an item stand in one buffer per view, one line feed between two of them. Folded text holds no line feed
 * of its own, so nothing matches across; in the exact view a match across is found and then refused, because it lies in
 * no one value.
 *
 *   original   S  ａ f e   a c c o u n t        value 1's bytes
 *   folded     s a f e a c c o u n t \n ...     one buffer
 *              |   `-- edits: [view 1,2) <- source [1,4)
 *              `-- between edits, bytes correspond one to one
 */
#ifndef WEIR_VIEW_H
#define WEIR_VIEW_H

#include "weir/item.h"
#include "weir/status.h"

enum weir_view { WEIR_VIEW_FOLDED, WEIR_VIEW_SKELETON, WEIR_VIEW_EXACT, WEIR_VIEW_COUNT };

#define WEIR_VALUE_SEPARATOR '\n'

/* "folded", "skeleton", "exact". */
const char *weir_view_name(enum weir_view view);

struct weir_range {
    uint32_t start;
    uint32_t end; /* one past the last byte */
};

/* Bytes of the view that came from other bytes of the source. Between two edits both sides run in step, byte by byte.
 * view.start == view.end where source characters were dropped. Edits are in ascending order, on both sides, and do not
 * overlap; each covers whole characters on both sides. */
struct weir_edit {
    struct weir_range view;   /* in the whole buffer */
    struct weir_range source; /* in the value's own original text */
};

struct weir_value_view {
    struct weir_range range; /* of this value in the buffer */
    uint32_t edit_first;     /* its edits in weir_view_text.edits */
    uint32_t edit_count;
    uint32_t mixed_first; /* its mixed tokens in weir_scan_text.mixed: ranges of the original text, ascending */
    uint32_t mixed_count;
};

struct weir_view_text {
    struct weir_padded_text text;
    const struct weir_value_view *values; /* one for each value of the item, in the same order */
    const struct weir_edit *edits;
};

/* What normalize makes of an item. A view that was not asked for, or a skeleton without a mixed token, has text.data
 * NULL. */
struct weir_scan_text {
    struct weir_view_text views[WEIR_VIEW_COUNT];
    const struct weir_range *mixed; /* mixed tokens of all values */
    size_t value_count;
};

/* The bytes of the value's original text that the view's bytes [start, end) (in the buffer, inside the value, start <
 * end, on character boundaries) came from, outward to whole edits. Dropped characters at either end are left out. O(log
 * edits). */
struct weir_range weir_view_source(const struct weir_view_text *view, size_t value, uint32_t start, uint32_t end);

/* The value that holds [start, end) of the buffer whole, or value_count when none does. O(log values). */
size_t weir_view_value(const struct weir_view_text *view, size_t value_count, uint32_t start, uint32_t end);

struct weir_arena;

/* A copy whose texts live in the arena, padded as they were. WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_scan_text_copy(const struct weir_scan_text *texts, struct weir_arena *arena,
                                     struct weir_scan_text *copy) WEIR_MUST_CHECK;

#endif
