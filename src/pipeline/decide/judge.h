/* Conditions over what was found. Private to decide. */
#ifndef WEIR_DECIDE_JUDGE_H
#define WEIR_DECIDE_JUDGE_H

#include "weir/explain.h"

#include "spans.h"

/* What a condition is judged by: of each pattern of the rule its counted hits, and whether a limit may have kept more
 * from being found. */
struct grounds {
    const struct weir_item *item;
    const struct findings *findings;
    const bool *open;
};

/* Whether the condition can hold at all where the patterns without a hit of the scan have no counted one either. */
bool may_hold(const struct weir_condition *condition, const bool *has_hits);
enum weir_truth judge(const struct grounds *grounds, const struct weir_condition *condition);
/* The media time of the fragment in which the span begins, or WEIR_TIME_NONE; the item has fragments. */
int64_t find_media_time(const struct weir_item *item, const struct span *span);
/* Milliseconds between two media times. */
uint64_t measure_apart(int64_t a, int64_t b);
/* Sets used[pattern] for the patterns named in the sub-expressions that made it hold, those under `not` left out. */
void note_used(const struct grounds *grounds, const struct weir_condition *condition, bool *used);

#endif
