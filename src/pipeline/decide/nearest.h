/* How far apart the hits of two patterns are. Private to decide. */
#ifndef WEIR_DECIDE_NEAREST_H
#define WEIR_DECIDE_NEAREST_H

#include "judge.h"

struct nearest {
    uint64_t apart; /* code points for NEAR, milliseconds for WITHIN; WEIR_FOUND_NONE: no two can be compared */
    const struct span *pair[2]; /* of condition->patterns[0] and [1]; NULL when apart is NONE */
};

/* The closest two hits that the condition, NEAR or WITHIN, compares. */
struct nearest find_nearest(const struct grounds *grounds, const struct weir_condition *condition);

#endif
