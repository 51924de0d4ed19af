/* Conditions over what was found. Private to decide. */
#ifndef WEIR_DECIDE_JUDGE_H
#define WEIR_DECIDE_JUDGE_H

#include "spans.h"

/* In this order, `and` is the least and `or` the greatest (Kleene's logic). */
enum truth { TRUTH_NO, TRUTH_MAYBE, TRUTH_YES };

/* What a condition is judged by: of each pattern of the rule its counted hits, and whether a limit may have kept more
 * from being found. */
struct grounds {
    const struct weir_item *item;
    const struct findings *findings;
    const bool *open;
};

enum truth judge(const struct grounds *grounds, const struct weir_condition *condition);
/* Sets used[pattern] for the patterns named in the sub-expressions that made it hold, those under `not` left out. */
void note_used(const struct grounds *grounds, const struct weir_condition *condition, bool *used);

#endif
