/* rules, private: questions about a compiled regex that only loading asks. */
#ifndef WEIR_RULES_REGEX_STEPS_H
#define WEIR_RULES_REGEX_STEPS_H

#include "weir/regex.h"

/* Whether matching at the start of text alone takes more than steps_max steps, as the interpreter counts them (JIT code
 * counts fewer, and not the same ones on every processor). */
bool weir_regex_outruns(const struct weir_regex *regex, struct weir_regex_scratch *scratch, struct weir_text text,
                        uint32_t steps_max);

bool weir_regex_matches_empty(const struct weir_regex *regex, struct weir_regex_scratch *scratch);

#endif
