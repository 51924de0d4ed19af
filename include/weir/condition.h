/* rules: the condition of a rule as a tree, which decide evaluates. Immutable; lives with its ruleset. */
#ifndef WEIR_CONDITION_H
#define WEIR_CONDITION_H

#include "weir/text.h"

#include <stdint.h>

enum weir_condition_kind {
    WEIR_CONDITION_NAME,   /* patterns[0] has a counted hit; `number` is 1 */
    WEIR_CONDITION_NOT,    /* first does not hold */
    WEIR_CONDITION_AND,    /* all of first and its siblings hold */
    WEIR_CONDITION_OR,     /* one of them does */
    WEIR_CONDITION_COUNT,  /* the number of hits of patterns[0], compared with `number` */
    WEIR_CONDITION_NEAR,   /* patterns[0] and [1] within `number` code points of each other */
    WEIR_CONDITION_WITHIN, /* the same within `number` seconds of media time */
    WEIR_CONDITION_OF,     /* `number` of the patterns have a counted hit */
};

enum weir_comparison { WEIR_AT_LEAST, WEIR_MORE, WEIR_LESS, WEIR_AT_MOST, WEIR_EXACTLY };

struct weir_condition {
    enum weir_condition_kind kind;
    enum weir_comparison comparison;
    uint64_t number;
    const uint32_t *patterns; /* indices into the rule's patterns, from 0 */
    size_t pattern_count;
    const struct weir_condition *first; /* operands, as a list */
    const struct weir_condition *next;
    struct weir_text source; /* as written; "any of them" where nothing is written */
};

#endif
