/* What a backtest has counted. Private to run.
 *
 * Rules of both sets stand in one list, matched by id; items in none: only counts and a few samples are kept. */
#ifndef WEIR_RUN_BACKTEST_TALLY_H
#define WEIR_RUN_BACKTEST_TALLY_H

#include "backtest_sample.h"

#include "weir/backtest.h"

enum backtest_change { BACKTEST_ADDED, BACKTEST_REMOVED, BACKTEST_CHANGES };

struct backtest_rule {
    const struct weir_rule *rule[WEIR_BACKTEST_SIDES]; /* NULL: not in that set */
    uint64_t flagged[WEIR_BACKTEST_SIDES];             /* items */
    uint64_t changes[BACKTEST_CHANGES];                /* items that only one of the sets flags by this rule */
    uint64_t moved;                                    /* items that both do, with other evidence */
    struct backtest_samples samples[BACKTEST_CHANGES];
    const struct weir_match *match[WEIR_BACKTEST_SIDES]; /* of the item that is being counted */
};

struct backtest_flags {
    uint64_t flagged[WEIR_BACKTEST_SIDES]; /* items */
    uint64_t both;
};

struct weir_backtest {
    struct weir_backtest_options options;
    struct backtest_rule *rules; /* in order of id */
    size_t rule_count;
    uint32_t *places[WEIR_BACKTEST_SIDES]; /* for each rule of the set its index in rules */
    uint32_t *touched;                     /* rules with a match of the item that is being counted */
    size_t touched_count;
    uint64_t messages;
    uint64_t bad[WEIR_BAD_REASON_COUNT];
    uint64_t inconclusive[WEIR_BACKTEST_SIDES]; /* items */
    struct backtest_flags channels[WEIR_CHANNEL_COUNT];
    bool is_partial;
};

/* One item and what each set makes of it. */
enum weir_status backtest_count_item(struct weir_backtest *backtest, const struct weir_item *item,
                                     const struct weir_verdict verdicts[WEIR_BACKTEST_SIDES]) WEIR_MUST_CHECK;
void backtest_count_bad(struct weir_backtest *backtest, enum weir_bad_reason reason);

uint64_t backtest_flags_changed(const struct backtest_flags *flags, enum backtest_change change);

/* The rules worth reporting, the largest change first: those that flagged something, stand in one set only, or have
 * another status now. NULL: no memory. The array is the caller's. */
const struct backtest_rule **backtest_ranking(const struct weir_backtest *backtest, size_t *count);

#endif
