/* pipeline: how many flags of one rule go to the review topic in a minute. What is beyond goes to the overflow topic:
 * kept, out of the reviewers' way.
 *
 * One budget serves all workers of a process, for one generation of rules; generations share the counts of the rules
 * that they have in common, so a reload neither renews a budget nor forgets who went over. A minute is one of the wall
 * clock, at the time of the decision:
 *
 *   minute      M     M+1    M+2
 *   cell of    [0]    [1]    [0]    each rule has two, so that M can be summed up while M+1 is counted
 */
#ifndef WEIR_BUDGET_H
#define WEIR_BUDGET_H

#include "weir/publish.h"

#define WEIR_BUDGET_MINUTE_MS INT64_C(60000)

struct weir_budget;

/* Borrows ruleset for its life. before: the budget of the rules that these replace, or NULL; it may be in use, and may
 * be freed first. WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_budget_new(const struct weir_ruleset *ruleset, uint32_t per_minute,
                                 const struct weir_budget *before, struct weir_budget **budget) WEIR_MUST_CHECK;
void weir_budget_free(struct weir_budget *budget); /* NULL is fine */

/* Counts a flag of these rules, which are of the budget's ruleset. True: it goes to review; false: every one of its
 * rules is over its budget, so it goes to overflow. Any thread; takes no lock. */
bool weir_budget_take(struct weir_budget *budget, const struct weir_match *matches, size_t count, int64_t now_ms);

/* The rules that went over in the minute that begins at minute_ms, those with most in overflow first; without any,
 * overflow->rule_count is 0. To be asked in the minute after it; later the counts are gone. Rules that a reload took
 * away in the meantime are included. The list lives in the arena, its ids in the budget. WEIR_NO_MEMORY is the only
 * failure. Any thread. */
enum weir_status weir_budget_summary(const struct weir_budget *budget, int64_t minute_ms, struct weir_arena *arena,
                                     struct weir_overflow *overflow) WEIR_MUST_CHECK;

#endif
