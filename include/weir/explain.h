/* decide: why an item is flagged, or not: of every rule that found something what each pattern hit, what became of the
 * hit, and how each part of the condition turned out. Slower than weir_decide, and never at odds with it. */
#ifndef WEIR_EXPLAIN_H
#define WEIR_EXPLAIN_H

#include "weir/decide.h"

/* In this order, `and` is the least and `or` the greatest (Kleene's logic); MAYBE: a limit keeps it from being known.
 */
enum weir_truth { WEIR_TRUTH_NO, WEIR_TRUTH_MAYBE, WEIR_TRUTH_YES };

/* Whether a rule looks at an item at all. */
enum weir_gate { WEIR_GATE_OPEN, WEIR_GATE_KIND, WEIR_GATE_LANGUAGE };

/* What became of a hit. */
enum weir_fate {
    WEIR_FATE_COUNTED,
    WEIR_FATE_EXCEPTED, /* it lies wholly inside a hit of an exception */
    WEIR_FATE_BOUNDARY, /* it begins or ends inside a word, where the pattern's `boundary` does not let it */
    WEIR_FATE_CHECK,    /* its check digits are wrong */
    WEIR_FATE_FIELD,    /* it stands in a field that the pattern does not look at */
    WEIR_FATE_COUNT
};

struct weir_explained_hit {
    enum weir_fate fate;
    struct weir_evidence evidence;
    struct weir_evidence exception; /* EXCEPTED: the hit that covers it; else its pattern is NULL */
};

#define WEIR_EXPLAINED_HITS_MAX 64 /* of one fate of one pattern that are listed; all are counted */

struct weir_explained_pattern {
    const struct weir_pattern *pattern;
    const struct weir_explained_hit *hits; /* by value, then start */
    size_t hit_count;
    size_t counts[WEIR_FATE_COUNT];
    bool truncated;    /* there are more hits than limits.hits */
    bool inconclusive; /* a match limit was reached: there may be more */
};

#define WEIR_FOUND_NONE UINT64_MAX

/* A condition with what came of it. */
struct weir_explained_condition {
    const struct weir_condition *condition;
    enum weir_truth truth;
    /* NAME, COUNT: counted hits. OF: patterns that have one. NEAR: code points between the closest two, WITHIN:
     * milliseconds between them; WEIR_FOUND_NONE where there are no two to compare. */
    uint64_t found;
    struct weir_evidence closest[2];              /* NEAR, unless NONE: those two */
    const struct weir_explained_condition *first; /* operands, as a list */
    const struct weir_explained_condition *next;
};

struct weir_explained_rule {
    const struct weir_rule *rule;
    enum weir_gate gate;
    const struct weir_explained_pattern *patterns; /* as the rule has them, then its exceptions */
    const struct weir_explained_condition *condition;
    const struct weir_match *match; /* as weir_decide gives it; NULL: the rule does not flag the item */
};

struct weir_explanation {
    struct weir_verdict verdict;
    const struct weir_explained_rule *rules; /* those that found or may have missed something, as in the ruleset */
    size_t rule_count;
    size_t quiet_count; /* the other rules */
    bool failed;        /* the scan itself failed: nothing is known */
};

/* texts and hits are those of the item; the decider must not serve weir_decide at the same time. *explanation lives in
 * the arena, its quotes in the item, its matched_as in texts. WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_explain(struct weir_decider *decider, const struct weir_item *item,
                              const struct weir_scan_text *texts, const struct weir_hits *hits,
                              struct weir_arena *arena, struct weir_explanation *explanation) WEIR_MUST_CHECK;

#endif
