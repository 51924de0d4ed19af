/* A record's answer beside that of the rules at hand. Private to run. */
#ifndef WEIR_RUN_EXPLAIN_COMPARE_H
#define WEIR_RUN_EXPLAIN_COMPARE_H

#include "explain_parts.h"
#include "explain_record.h"

/* In how many rules and places the verdict differs from what the record says. */
size_t record_differences(const struct record *record, const struct weir_ruleset *ruleset,
                          const struct weir_verdict *verdict);

/* Prints whether the answers are the same, and if not, in what and why. */
void record_print_comparison(const struct explain_session *session, const struct record *record,
                             const struct explained *explained);

#endif
