/* streams, private: the least offset that the streams of one partition need, without looking at each of them.
 *
 *   offsets    0     1024    2048    3072
 *   streams   [0]     [2]     [0]     [7]    how many have their least offset in a bucket
 *                      `-- the answer: 1024
 */
#ifndef WEIR_STREAMS_NEEDED_H
#define WEIR_STREAMS_NEEDED_H

#include "weir/status.h"

#include <stddef.h>
#include <stdint.h>

struct weir_needed {
    uint32_t *counts; /* a ring of `capacity`, which is 0 or a power of 2; bucket b stands at b modulo capacity */
    size_t capacity;
    int64_t first; /* the lowest bucket that may hold one, and one past the highest; equal: none does */
    int64_t end;
};

/* INT64_MAX, which is no offset, is not counted. WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_needed_add(struct weir_needed *needed, int64_t offset) WEIR_MUST_CHECK;
/* One that was added. */
void weir_needed_remove(struct weir_needed *needed, int64_t offset);
/* The start of the lowest bucket; INT64_MAX: there is none. */
int64_t weir_needed_least(const struct weir_needed *needed);
void weir_needed_fini(struct weir_needed *needed);

#endif
