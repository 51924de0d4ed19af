/* What a decider holds. Private to decide. */
#ifndef WEIR_DECIDE_DECIDER_H
#define WEIR_DECIDE_DECIDER_H

#include "weir/explain.h"

#include "rule_hits.h"

struct weir_decider {
    const struct weir_ruleset *ruleset;
    const struct weir_chars *chars;
    struct weir_limits limits;
    struct weir_regex_scratch *regex;
    struct hit_marks *marks;
};

/* Whether the rule looks at such an item at all. */
enum weir_gate find_gate(const struct weir_rule *rule, const struct weir_item *item);

#endif
