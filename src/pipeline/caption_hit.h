/* Where a hit stands in the fragments of its stream: by this it is known again, however the window moves. Private to
 * pipeline. */
#ifndef WEIR_PIPELINE_CAPTION_HIT_H
#define WEIR_PIPELINE_CAPTION_HIT_H

#include "weir/decide.h"
#include "weir/streams.h"

struct known_hit {
    uint32_t pattern;
    struct weir_window_place start;
    struct weir_window_place end;
    bool is_open;
};

/* The place of a byte of a value of the window's text: in the last fragment that begins at it or before it. */
struct weir_window_place caption_find_place(const struct weir_item *item, uint32_t value, uint32_t byte);
struct known_hit caption_describe(const struct weir_item *item, const struct weir_counted_hit *hit);

/* Negative, 0 or positive, as for qsort. */
int caption_compare_places(struct weir_window_place a, struct weir_window_place b);
/* By pattern and start: where only these are equal, an open hit may have become the other one. */
int caption_compare_starts(const struct known_hit *a, const struct known_hit *b);
/* By pattern, start and end; of two struct known_hit. */
int caption_compare_hits(const void *a, const void *b);

#endif
