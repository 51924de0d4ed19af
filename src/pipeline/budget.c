/* Counts the flags of each rule per minute. Owns the counts; must never hold a worker up, nor drop anything: it only
 * says where a flag goes. */
#include "weir/budget.h"

#include <stdatomic.h>
#include <stdlib.h>

#define CELLS 2

/* One rule's counts, held by the budgets of all generations that have the rule. A cell is the minute since 1970 in the
 * upper half and how many in it in the lower, so that one step moves both. */
struct tally {
    atomic_size_t holders;
    _Atomic uint64_t flags[CELLS];
    _Atomic uint64_t overflow[CELLS];
    char id[];
};

struct weir_budget {
    const struct weir_rule *rules; /* the ruleset's */
    uint32_t per_minute;
    struct tally **of_rule; /* in the order of rules */
    struct tally **by_id;   /* the same in order of id, and those of rules that went over and then away */
    size_t count;           /* in by_id */
};

static uint32_t minute_of(int64_t wall_ms)
{
    return (uint32_t)(wall_ms / WEIR_BUDGET_MINUTE_MS);
}

/* A cell of another minute starts anew: also when the clock was set back. */
static uint32_t count_one(_Atomic uint64_t *cell, uint32_t minute)
{
    uint64_t seen = atomic_load_explicit(cell, memory_order_relaxed);
    uint64_t next;
    do {
        next = seen >> 32 == minute ? seen + 1 : (uint64_t)minute << 32 | 1;
    } while (!atomic_compare_exchange_weak_explicit(cell, &seen, next, memory_order_relaxed, memory_order_relaxed));
    return (uint32_t)next;
}

static uint32_t read_count(const _Atomic uint64_t *cell, uint32_t minute)
{
    uint64_t seen = atomic_load_explicit(cell, memory_order_relaxed);
    return seen >> 32 == minute ? (uint32_t)seen : 0;
}

static struct tally *make_tally(const char *id)
{
    size_t size = strlen(id) + 1;
    struct tally *tally = calloc(1, sizeof *tally + size);
    if (!tally)
        return NULL;
    atomic_init(&tally->holders, 1);
    memcpy(tally->id, id, size);
    return tally;
}

static struct tally *hold_tally(struct tally *tally)
{
    atomic_fetch_add(&tally->holders, 1);
    return tally;
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp((*(struct tally *const *)a)->id, (*(struct tally *const *)b)->id);
}

static int compare_with_id(const void *id, const void *tally)
{
    return strcmp(id, (*(struct tally *const *)tally)->id);
}

static struct tally *find_tally(struct tally *const *by_id, size_t count, const char *id)
{
    struct tally *const *found = count ? bsearch(id, by_id, count, sizeof(struct tally *), compare_with_id) : NULL;
    return found ? *found : NULL;
}

static void sort_tallies(struct weir_budget *budget)
{
    if (budget->count)
        qsort(budget->by_id, budget->count, sizeof(struct tally *), compare_ids);
}

static enum weir_status add_rules(struct weir_budget *budget, const struct weir_ruleset *ruleset,
                                  const struct weir_budget *before)
{
    for (size_t i = 0; i < ruleset->rule_count; i++) {
        const char *id = ruleset->rules[i].id;
        struct tally *known = before ? find_tally(before->by_id, before->count, id) : NULL;
        struct tally *tally = known ? hold_tally(known) : make_tally(id);
        if (!tally)
            return WEIR_NO_MEMORY;
        budget->of_rule[i] = tally;
        budget->by_id[budget->count++] = tally;
    }
    sort_tallies(budget);
    return WEIR_OK;
}

static uint32_t newest_minute(const struct weir_budget *budget)
{
    uint32_t newest = 0;
    for (size_t i = 0; i < budget->count; i++) {
        for (size_t cell = 0; cell < CELLS; cell++) {
            uint64_t seen = atomic_load_explicit(&budget->by_id[i]->flags[cell], memory_order_relaxed);
            newest = seen >> 32 > newest ? (uint32_t)(seen >> 32) : newest;
        }
    }
    return newest;
}

/* In one of the two minutes that a summary may still be asked of. */
static bool went_over(const struct tally *tally, uint32_t newest, uint32_t per_minute)
{
    return read_count(&tally->flags[newest % CELLS], newest) > per_minute ||
           read_count(&tally->flags[(newest - 1) % CELLS], newest - 1) > per_minute;
}

static void add_departed(struct weir_budget *budget, const struct weir_budget *before)
{
    size_t rule_count = budget->count;
    uint32_t newest = newest_minute(before);
    for (size_t i = 0; i < before->count; i++) {
        struct tally *tally = before->by_id[i];
        if (went_over(tally, newest, before->per_minute) && !find_tally(budget->by_id, rule_count, tally->id))
            budget->by_id[budget->count++] = hold_tally(tally);
    }
    sort_tallies(budget);
}

enum weir_status weir_budget_new(const struct weir_ruleset *ruleset, uint32_t per_minute,
                                 const struct weir_budget *before, struct weir_budget **budget)
{
    struct weir_budget *made = calloc(1, sizeof *made);
    if (!made)
        return WEIR_NO_MEMORY;
    made->rules = ruleset->rules;
    made->per_minute = per_minute;
    made->of_rule = calloc(ruleset->rule_count + 1, sizeof(struct tally *));
    made->by_id = calloc(ruleset->rule_count + (before ? before->count : 0) + 1, sizeof(struct tally *));
    enum weir_status status = made->of_rule && made->by_id ? add_rules(made, ruleset, before) : WEIR_NO_MEMORY;
    if (status != WEIR_OK) {
        weir_budget_free(made);
        return status;
    }
    if (before)
        add_departed(made, before);
    *budget = made;
    return WEIR_OK;
}

void weir_budget_free(struct weir_budget *budget)
{
    if (!budget)
        return;
    for (size_t i = 0; i < budget->count; i++)
        if (atomic_fetch_sub(&budget->by_id[i]->holders, 1) == 1)
            free(budget->by_id[i]);
    free(budget->of_rule);
    free(budget->by_id);
    free(budget);
}

bool weir_budget_take(struct weir_budget *budget, const struct weir_match *matches, size_t count, int64_t now_ms)
{
    uint32_t minute = minute_of(now_ms);
    bool is_over = true;
    for (size_t i = 0; i < count; i++) {
        struct tally *tally = budget->of_rule[matches[i].rule - budget->rules];
        if (count_one(&tally->flags[minute % CELLS], minute) <= budget->per_minute)
            is_over = false;
    }
    for (size_t i = 0; is_over && i < count; i++)
        count_one(&budget->of_rule[matches[i].rule - budget->rules]->overflow[minute % CELLS], minute);
    return !is_over;
}

static int compare_lines(const void *a, const void *b)
{
    const struct weir_overflow_rule *x = a;
    const struct weir_overflow_rule *y = b;
    if (x->overflow != y->overflow)
        return x->overflow > y->overflow ? -1 : 1;
    return strcmp(x->id, y->id);
}

enum weir_status weir_budget_summary(const struct weir_budget *budget, int64_t minute_ms, struct weir_arena *arena,
                                     struct weir_overflow *overflow)
{
    uint32_t minute = minute_of(minute_ms);
    struct weir_overflow_rule *lines = weir_arena_array(arena, budget->count, sizeof *lines);
    if (!lines)
        return WEIR_NO_MEMORY;
    size_t count = 0;
    for (size_t i = 0; i < budget->count; i++) {
        const struct tally *tally = budget->by_id[i];
        uint32_t flags = read_count(&tally->flags[minute % CELLS], minute);
        if (flags > budget->per_minute)
            lines[count++] =
                (struct weir_overflow_rule){tally->id, flags, read_count(&tally->overflow[minute % CELLS], minute)};
    }
    if (count)
        qsort(lines, count, sizeof *lines, compare_lines);
    *overflow = (struct weir_overflow){minute * WEIR_BUDGET_MINUTE_MS, budget->per_minute, lines, count};
    return WEIR_OK;
}
