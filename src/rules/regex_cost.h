/* rules, private: refuses patterns whose time explodes on repetitive text. */
#ifndef WEIR_RULES_REGEX_COST_H
#define WEIR_RULES_REGEX_COST_H

#include "regex_view.h"

/* *at becomes the byte of the pattern whose repeats are to blame; false: the pattern is fit. */
enum weir_status weir_regex_explodes(const struct weir_regex_view *view, const struct weir_regex *regex,
                                     struct weir_regex_scratch *scratch, bool *explodes, size_t *at) WEIR_MUST_CHECK;

#endif
