/* rules, private: which characters a class, \w or \p{..} of PCRE2 matches, as PCRE2 itself answers, so that the scan is
 * told the same whatever version of Unicode Hyperscan knows. */
#ifndef WEIR_RULES_CLASS_SET_H
#define WEIR_RULES_CLASS_SET_H

#include "code_points.h"

/* One for a load. */
struct weir_class_sets;

/* Borrows the arena for its life. NULL when there is no memory. */
struct weir_class_sets *weir_class_sets_new(struct weir_arena *arena);
void weir_class_sets_free(struct weir_class_sets *sets); /* NULL is fine */

/* How a piece of a pattern is to be understood. */
struct weir_class_source {
    struct weir_text text; /* a class with its brackets, or one escape */
    bool caseless;
    bool extended_more;
};

/* has[c] for each ASCII character. WEIR_INVALID: the piece does not compile by itself. */
enum weir_status weir_class_sets_ascii(struct weir_class_sets *sets, struct weir_class_source source,
                                       bool has[128]) WEIR_MUST_CHECK;
/* The characters beyond ASCII, settled; *set is borrowed until the sets are freed. Slow (milliseconds) the first time.
 */
enum weir_status weir_class_sets_beyond(struct weir_class_sets *sets, struct weir_class_source source,
                                        struct weir_code_set *set) WEIR_MUST_CHECK;
/* Whether two characters are the same but for case. */
bool weir_class_sets_same_but_case(struct weir_class_sets *sets, uint32_t a, uint32_t b);
bool weir_class_sets_is_letter(struct weir_class_sets *sets, uint32_t code_point);

#endif
