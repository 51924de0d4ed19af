/* Sorts the hits of an item by rule and pattern, and has each pattern's spans found. Pure: arena only. */
#include "rule_hits.h"

#include <stdlib.h>

static uint32_t pattern_of(const struct weir_ruleset *ruleset, const struct weir_hit *hit)
{
    return ruleset->expressions[hit->expression].pattern;
}

static bool is_cut(const struct weir_hits *hits, uint32_t pattern)
{
    for (size_t i = 0; i < hits->cut_count; i++)
        if (hits->cut[i] == pattern)
            return true;
    return false;
}

enum weir_status find_all(const struct subject *subject, const struct rule_hits *own, const struct weir_hits *hits,
                          struct findings *findings, bool *open)
{
    const struct weir_rule *rule = own->rule;
    size_t first = 0;
    for (uint32_t i = 0; i < rule->pattern_count + rule->exception_count; i++) {
        uint32_t pattern = rule->pattern_first + i;
        size_t end = first;
        while (end < own->count && pattern_of(subject->ruleset, &own->at[end]) == pattern)
            end++;
        if (first < end) {
            enum weir_status status =
                find_spans(subject, &subject->ruleset->patterns[pattern], own->at + first, end - first, &findings[i]);
            if (status != WEIR_OK)
                return status;
        }
        first = end;
        findings[i].truncated = findings[i].truncated || is_cut(hits, pattern);
        open[i] = findings[i].truncated || findings[i].inconclusive;
    }
    return WEIR_OK;
}

/* A hit with its pattern as the key to sort by. */
struct keyed_hit {
    uint32_t pattern;
    struct weir_hit hit;
};

static int compare_keyed(const void *a, const void *b)
{
    const struct keyed_hit *x = a;
    const struct keyed_hit *y = b;
    return (x->pattern > y->pattern) - (x->pattern < y->pattern);
}

/* The hits in order of pattern, and so of rule. */
static enum weir_status sort_hits(const struct weir_ruleset *ruleset, const struct weir_hits *hits,
                                  struct weir_arena *arena, struct weir_hit **sorted)
{
    struct keyed_hit *keyed = weir_arena_array(arena, hits->count, sizeof *keyed);
    struct weir_hit *made = weir_arena_array(arena, hits->count, sizeof *made);
    if (!keyed || !made)
        return WEIR_NO_MEMORY;
    for (size_t i = 0; i < hits->count; i++)
        keyed[i] = (struct keyed_hit){pattern_of(ruleset, &hits->at[i]), hits->at[i]};
    if (hits->count)
        qsort(keyed, hits->count, sizeof *keyed, compare_keyed);
    for (size_t i = 0; i < hits->count; i++)
        made[i] = keyed[i].hit;
    *sorted = made;
    return WEIR_OK;
}

/* Makes room in the list for a rule that only a cut pattern names. */
static void insert_rule(struct rule_hits *list, size_t *count, const struct weir_rule *rule)
{
    size_t at = 0;
    while (at < *count && list[at].rule < rule)
        at++;
    if (at < *count && list[at].rule == rule)
        return;
    memmove(list + at + 1, list + at, (*count - at) * sizeof *list);
    list[at] = (struct rule_hits){.rule = rule};
    (*count)++;
}

enum weir_status list_rule_hits(const struct weir_ruleset *ruleset, const struct weir_hits *hits,
                                struct weir_arena *arena, struct rule_hits **list, size_t *count)
{
    struct weir_hit *sorted;
    enum weir_status status = sort_hits(ruleset, hits, arena, &sorted);
    if (status != WEIR_OK)
        return status;
    struct rule_hits *listed = weir_arena_array(arena, hits->count + hits->cut_count, sizeof *listed);
    if (!listed)
        return WEIR_NO_MEMORY;
    size_t made = 0;
    for (size_t i = 0; i < hits->count; i++) {
        const struct weir_rule *rule = &ruleset->rules[ruleset->patterns[pattern_of(ruleset, &sorted[i])].rule];
        if (made == 0 || listed[made - 1].rule != rule)
            listed[made++] = (struct rule_hits){rule, sorted + i, 0};
        listed[made - 1].count++;
    }
    for (size_t i = 0; i < hits->cut_count; i++)
        insert_rule(listed, &made, &ruleset->rules[ruleset->patterns[hits->cut[i]].rule]);
    *list = listed;
    *count = made;
    return WEIR_OK;
}
