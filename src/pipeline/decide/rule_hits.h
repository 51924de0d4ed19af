/* The hits of an item, rule by rule. Private to decide. */
#ifndef WEIR_DECIDE_RULE_HITS_H
#define WEIR_DECIDE_RULE_HITS_H

#include "spans.h"

/* The hits of one rule, in order of pattern; none when only a cut pattern names it. */
struct rule_hits {
    const struct weir_rule *rule;
    const struct weir_hit *at;
    size_t count;
};

struct hit_marks; /* what the hits of one item stand for; empty between two calls */

struct hit_marks *hit_marks_new(const struct weir_ruleset *ruleset); /* NULL: no memory */
void hit_marks_free(struct hit_marks *marks);                        /* NULL is fine */

enum which_hits {
    HITS_THAT_MAY_HOLD, /* of rules of which the condition may hold */
    HITS_OF_ALL,
    HITS_RAW /* of patterns that weir_decide_lists_raw has */
};

/* Rules that have such a hit or a cut pattern, each once, in the order of the ruleset. *list lives in the arena. */
enum weir_status list_rule_hits(struct hit_marks *marks, const struct weir_hits *hits, enum which_hits which,
                                struct weir_arena *arena, struct rule_hits **list, size_t *count) WEIR_MUST_CHECK;

/* What each pattern of the rule and each of its exceptions found, and of which of them a limit may have kept more.
 * Both arrays have room for all of them and are cleared. */
enum weir_status find_all(const struct subject *subject, const struct rule_hits *own, const struct weir_hits *hits,
                          struct findings *findings, bool *open) WEIR_MUST_CHECK;

#endif
