/* Matches of a regex that must pass a check. Private to decide. */
#ifndef WEIR_DECIDE_CHECKED_H
#define WEIR_DECIDE_CHECKED_H

#include "weir/ruleset.h"

/* As weir_regex_find, for a pattern with a check: the longest match that passes at the leftmost start in
 * [from, from_last] that has one, without the spaces and hyphens at its end. */
enum weir_regex_answer find_checked(const struct weir_pattern *pattern, struct weir_regex_scratch *scratch,
                                    struct weir_text text, size_t from, size_t from_last, size_t *start, size_t *end);

#endif
