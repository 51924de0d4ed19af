/* rules, private: sets of code points, and how Hyperscan is told of them.
 *
 * Hyperscan works on bytes here (its UTF-8 mode compiles many times slower), so a set of characters beyond ASCII
 * becomes the byte sequences that spell them. */
#ifndef WEIR_RULES_CODE_POINTS_H
#define WEIR_RULES_CODE_POINTS_H

#include "writer.h"

#include <stdint.h>

struct weir_code_range {
    uint32_t first;
    uint32_t last;
};

struct weir_code_set {
    struct weir_arena *arena;
    struct weir_code_range *at;
    size_t count;
    size_t capacity;
    bool failed; /* there was no memory */
};

void weir_code_set_init(struct weir_code_set *set, struct weir_arena *arena);
void weir_code_set_add(struct weir_code_set *set, uint32_t first, uint32_t last);
/* Sorts and merges: afterwards ranges ascend and do not touch. */
void weir_code_set_settle(struct weir_code_set *set);
/* Whether a settled set has the code point. */
bool weir_code_set_has(const struct weir_code_set *set, uint32_t code_point);
/* Rounds a settled set outward until it has at most count_max ranges. */
void weir_code_set_coarsen(struct weir_code_set *set, size_t count_max);

/* Writes the alternatives, separated by `|`, of byte classes that spell the characters of a range beyond ASCII.
 * Surrogates, which no text holds, may be among them. */
void weir_code_range_write(struct weir_code_range range, struct weir_writer *out);

#endif
