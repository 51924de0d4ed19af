/* decode: what a walk found in a payload, in the payload's order, until it is put into the item's order. */
#ifndef WEIR_COLLECTOR_H
#define WEIR_COLLECTOR_H

#include "pointer_trie.h"

struct weir_found {
    uint32_t target;
    struct weir_text text;
};

/* The value of a role other than VALUE: of the first of its pointers that has one, and of those the first. */
struct weir_fact {
    uint32_t target;
    struct weir_text text; /* data == NULL: there is none */
};

#define WEIR_FACTS (WEIR_ROLE_END + 1)

struct weir_collector {
    const struct weir_trie *trie;
    struct weir_arena *arena; /* for texts that are not in the payload as they read */
    struct weir_found *found;
    size_t found_count;
    size_t found_capacity;
    size_t *counts;                     /* values found, for each value target */
    struct weir_fact facts[WEIR_FACTS]; /* by role */
};

/* For tries of at most target_max targets. */
enum weir_status weir_collector_init(struct weir_collector *collector, size_t target_max,
                                     struct weir_arena *arena) WEIR_MUST_CHECK;
void weir_collector_fini(struct weir_collector *collector);

/* Forgets what was found. Borrows both until the next begin. */
void weir_collector_begin(struct weir_collector *collector, const struct weir_trie *trie, struct weir_arena *arena);

/* A value for the target and for those that stand at the same node; an empty text is none. target may be
 * WEIR_TRIE_NONE. WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_collector_add(struct weir_collector *collector, uint32_t target,
                                    struct weir_text text) WEIR_MUST_CHECK;

/* true, false or null, which only some facts can be. target may be WEIR_TRIE_NONE. */
void weir_collector_literal(struct weir_collector *collector, uint32_t target, struct weir_text literal);

/* The values in the item's order, in the arena. */
enum weir_status weir_collector_values(const struct weir_collector *collector, struct weir_arena *arena,
                                       const struct weir_value **values) WEIR_MUST_CHECK;
#endif
