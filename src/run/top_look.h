/* What `weir top` shows: a weir.status/1 document and the intervals of /api/history, summed up. Private to run. */
#ifndef WEIR_RUN_TOP_LOOK_H
#define WEIR_RUN_TOP_LOOK_H

#include "weir/counters.h"
#include "weir/text.h"

#include <jansson.h>

#define TOP_INTERVALS_MAX 360
#define TOP_RECENT_MS 60000 /* the newest intervals that together last about so long */

struct top_interval {
    int64_t from_ms;
    int64_t to_ms;
    uint64_t messages;
    uint64_t flags;
    uint64_t lag;
};

/* Of a rule, or of a category. */
struct top_row {
    const char *name;
    const char *severity; /* of a rule */
    uint64_t review;
    uint64_t shadow;
    uint64_t overflow;
    uint64_t hour;   /* to the review topic in all intervals; of a rule, while it was among those with most */
    uint64_t recent; /* in the recent ones */
};

struct top_rows {
    struct top_row *at;
    size_t count;
};

struct top_look {
    json_t *status; /* owned; texts below are its own */
    uint64_t counts[WEIR_COUNTER_COUNT];
    uint64_t delays[WEIR_DELAY_BUCKETS];        /* since the start */
    uint64_t recent_delays[WEIR_DELAY_BUCKETS]; /* in the recent intervals */
    int64_t now_ms;                             /* the daemon's clock, since 1970 */
    int64_t started_ms;
    struct top_rows rules; /* that flagged; in order of name */
    struct top_rows categories;
    struct top_interval intervals[TOP_INTERVALS_MAX]; /* oldest first */
    size_t interval_count;
    int64_t recent_ms; /* how long the recent intervals last together; 0: there are none */
};

/* Reads both documents; history NULL: none. WEIR_INVALID: this is no status of weir, and the error says why. *look is
 * the caller's. */
enum weir_status top_look_new(struct weir_text status, const json_t *history, struct top_look **look,
                              struct weir_error *error) WEIR_MUST_CHECK;
void top_look_free(struct top_look *look); /* NULL is fine */

/* Upper bound in milliseconds of the bucket that `share` of the flags do not exceed; -1: no flag, INT64_MAX: beyond all
 * bounds. */
int64_t top_delay_within(const uint64_t delays[WEIR_DELAY_BUCKETS], double share);

/* A member in milliseconds since 1970, as far as it is a sensible one: differences do not overflow. */
int64_t top_look_time(const json_t *object, const char *key);

#endif
