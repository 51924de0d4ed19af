/* Counts what two verdicts on the same item have in common. Knows neither where items come from nor how they were
 * decided. */
#include "backtest_tally.h"

#include <stdlib.h>

/* ---- The rules of both sets ---- */

/* A rule on its way into the list of both. */
struct entry {
    const struct weir_rule *rule;
    enum weir_backtest_side side;
};

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    int order = strcmp(x->rule->id, y->rule->id);
    return order ? order : (x->side > y->side) - (x->side < y->side);
}

static void list_rules(struct weir_backtest *backtest, struct entry *entries, size_t count)
{
    if (count)
        qsort(entries, count, sizeof *entries, compare_entries);
    for (size_t i = 0; i < count; i++) {
        bool is_same = i > 0 && strcmp(entries[i - 1].rule->id, entries[i].rule->id) == 0;
        size_t place = is_same ? backtest->rule_count - 1 : backtest->rule_count++;
        enum weir_backtest_side side = entries[i].side;
        backtest->rules[place].rule[side] = entries[i].rule;
        backtest->places[side][entries[i].rule - backtest->options.rulesets[side]->rules] = (uint32_t)place;
    }
}

static bool join_rules(struct weir_backtest *backtest)
{
    const struct weir_ruleset *const *sets = backtest->options.rulesets;
    const size_t most = sets[WEIR_BACKTEST_OLD]->rule_count + sets[WEIR_BACKTEST_NEW]->rule_count;
    struct entry *entries = calloc(most + 1, sizeof *entries);
    backtest->rules = calloc(most + 1, sizeof *backtest->rules);
    backtest->touched = calloc(most + 1, sizeof *backtest->touched);
    bool ready = entries && backtest->rules && backtest->touched;
    size_t count = 0;
    for (int side = 0; side < WEIR_BACKTEST_SIDES && ready; side++) {
        backtest->places[side] = calloc(sets[side]->rule_count + 1, sizeof *backtest->places[side]);
        ready = backtest->places[side] != NULL;
        for (size_t i = 0; i < sets[side]->rule_count; i++)
            entries[count++] = (struct entry){&sets[side]->rules[i], (enum weir_backtest_side)side};
    }
    if (ready)
        list_rules(backtest, entries, count);
    free(entries);
    return ready;
}

enum weir_status weir_backtest_new(const struct weir_backtest_options *options, struct weir_backtest **backtest)
{
    struct weir_backtest *made = calloc(1, sizeof *made);
    if (!made)
        return WEIR_NO_MEMORY;
    made->options = *options;
    if (!join_rules(made)) {
        weir_backtest_free(made);
        return WEIR_NO_MEMORY;
    }
    *backtest = made;
    return WEIR_OK;
}

void weir_backtest_free(struct weir_backtest *backtest)
{
    if (!backtest)
        return;
    for (size_t i = 0; i < backtest->rule_count; i++)
        for (int change = 0; change < BACKTEST_CHANGES; change++)
            backtest_samples_free(&backtest->rules[i].samples[change]);
    for (int side = 0; side < WEIR_BACKTEST_SIDES; side++)
        free(backtest->places[side]);
    free(backtest->touched);
    free(backtest->rules);
    free(backtest);
}

/* ---- One item ---- */

static bool is_same_span(const struct weir_evidence *a, const struct weir_evidence *b)
{
    return a->field == b->field && a->start_byte == b->start_byte && a->end_byte == b->end_byte;
}

/* The index of the next evidence that points at another span. */
static size_t next_span(const struct weir_match *match, size_t at)
{
    size_t next = at + 1;
    while (next < match->evidence_count && is_same_span(&match->evidence[at], &match->evidence[next]))
        next++;
    return next;
}

/* Whether a reader would see the same quotes; which patterns found them does not matter. */
static bool has_same_evidence(const struct weir_match *a, const struct weir_match *b)
{
    size_t i = 0;
    size_t j = 0;
    while (i < a->evidence_count && j < b->evidence_count) {
        if (!is_same_span(&a->evidence[i], &b->evidence[j]))
            return false;
        i = next_span(a, i);
        j = next_span(b, j);
    }
    return i == a->evidence_count && j == b->evidence_count;
}

static void note_matches(struct weir_backtest *backtest, const struct weir_verdict *verdict,
                         enum weir_backtest_side side)
{
    const struct weir_rule *first = backtest->options.rulesets[side]->rules;
    bool inconclusive = false;
    for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++)
        for (size_t i = 0; i < verdict->match_count[channel]; i++) {
            const struct weir_match *match = &verdict->matches[channel][i];
            uint32_t place = backtest->places[side][match->rule - first];
            struct backtest_rule *rule = &backtest->rules[place];
            if (!rule->match[WEIR_BACKTEST_OLD] && !rule->match[WEIR_BACKTEST_NEW])
                backtest->touched[backtest->touched_count++] = place;
            rule->match[side] = match;
            inconclusive = inconclusive || match->inconclusive;
        }
    backtest->inconclusive[side] += inconclusive;
}

static enum weir_status count_change(const struct weir_backtest *backtest, struct backtest_rule *rule,
                                     enum backtest_change change, const struct weir_item *item)
{
    const enum weir_backtest_side side = change == BACKTEST_ADDED ? WEIR_BACKTEST_NEW : WEIR_BACKTEST_OLD;
    const struct backtest_candidate candidate = {
        .item = item,
        .match = rule->match[side],
        .fields = &backtest->options.rulesets[side]->fields,
        .quotes_only = backtest->options.quotes_only,
    };
    rule->changes[change]++;
    return backtest_samples_offer(&rule->samples[change], backtest->options.samples_max, &candidate);
}

static enum weir_status count_rule(const struct weir_backtest *backtest, struct backtest_rule *rule,
                                   const struct weir_item *item)
{
    const struct weir_match *old = rule->match[WEIR_BACKTEST_OLD];
    const struct weir_match *new = rule->match[WEIR_BACKTEST_NEW];
    enum weir_status status = WEIR_OK;
    rule->flagged[WEIR_BACKTEST_OLD] += old != NULL;
    rule->flagged[WEIR_BACKTEST_NEW] += new != NULL;
    if (old && new)
        rule->moved += !has_same_evidence(old, new);
    else
        status = count_change(backtest, rule, new ? BACKTEST_ADDED : BACKTEST_REMOVED, item);
    rule->match[WEIR_BACKTEST_OLD] = NULL;
    rule->match[WEIR_BACKTEST_NEW] = NULL;
    return status;
}

enum weir_status backtest_count_item(struct weir_backtest *backtest, const struct weir_item *item,
                                     const struct weir_verdict verdicts[WEIR_BACKTEST_SIDES])
{
    backtest->messages++;
    for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++) {
        bool old = verdicts[WEIR_BACKTEST_OLD].match_count[channel] > 0;
        bool new = verdicts[WEIR_BACKTEST_NEW].match_count[channel] > 0;
        struct backtest_flags *flags = &backtest->channels[channel];
        flags->flagged[WEIR_BACKTEST_OLD] += old;
        flags->flagged[WEIR_BACKTEST_NEW] += new;
        flags->both += old && new;
    }
    note_matches(backtest, &verdicts[WEIR_BACKTEST_OLD], WEIR_BACKTEST_OLD);
    note_matches(backtest, &verdicts[WEIR_BACKTEST_NEW], WEIR_BACKTEST_NEW);
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; i < backtest->touched_count; i++) {
        enum weir_status counted = count_rule(backtest, &backtest->rules[backtest->touched[i]], item);
        status = status == WEIR_OK ? counted : status;
    }
    backtest->touched_count = 0;
    return status;
}

void backtest_count_bad(struct weir_backtest *backtest, enum weir_bad_reason reason)
{
    backtest->messages++;
    backtest->bad[reason]++;
}

/* ---- What came of it ---- */

uint64_t backtest_flags_changed(const struct backtest_flags *flags, enum backtest_change change)
{
    return flags->flagged[change == BACKTEST_ADDED ? WEIR_BACKTEST_NEW : WEIR_BACKTEST_OLD] - flags->both;
}

struct weir_backtest_totals weir_backtest_totals(const struct weir_backtest *backtest)
{
    const struct backtest_flags *review = &backtest->channels[WEIR_CHANNEL_REVIEW];
    struct weir_backtest_totals totals = {
        .messages = backtest->messages,
        .added = backtest_flags_changed(review, BACKTEST_ADDED),
        .removed = backtest_flags_changed(review, BACKTEST_REMOVED),
    };
    for (int i = 0; i < WEIR_BAD_REASON_COUNT; i++)
        totals.bad += backtest->bad[i];
    return totals;
}

static bool is_worth_reporting(const struct backtest_rule *rule)
{
    const struct weir_rule *old = rule->rule[WEIR_BACKTEST_OLD];
    const struct weir_rule *new = rule->rule[WEIR_BACKTEST_NEW];
    return !old || !new || old->status != new->status || rule->flagged[WEIR_BACKTEST_OLD] > 0 ||
           rule->flagged[WEIR_BACKTEST_NEW] > 0;
}

static int compare_counts(uint64_t a, uint64_t b)
{
    return (a < b) - (a > b);
}

/* Rules stand in memory in order of id. */
static int compare_changes(const void *a, const void *b)
{
    const struct backtest_rule *x = *(const struct backtest_rule *const *)a;
    const struct backtest_rule *y = *(const struct backtest_rule *const *)b;
    int order = compare_counts(x->changes[BACKTEST_ADDED] + x->changes[BACKTEST_REMOVED],
                               y->changes[BACKTEST_ADDED] + y->changes[BACKTEST_REMOVED]);
    if (order == 0)
        order = compare_counts(x->moved, y->moved);
    return order ? order : (x > y) - (x < y);
}

const struct backtest_rule **backtest_ranking(const struct weir_backtest *backtest, size_t *count)
{
    const struct backtest_rule **ranking = calloc(backtest->rule_count + 1, sizeof *ranking);
    if (!ranking)
        return NULL;
    *count = 0;
    for (size_t i = 0; i < backtest->rule_count; i++)
        if (is_worth_reporting(&backtest->rules[i]))
            ranking[(*count)++] = &backtest->rules[i];
    if (*count)
        qsort(ranking, *count, sizeof *ranking, compare_changes);
    return ranking;
}
