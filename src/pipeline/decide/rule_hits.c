/* Sorts the hits of an item by rule and pattern, and has each pattern's spans found. Owns the marks of one decider. */
#include "rule_hits.h"
#include "judge.h"

#include "weir/database.h"

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

bool weir_decide_lists_raw(const struct weir_ruleset *ruleset, uint32_t pattern)
{
    const struct weir_rule *rule = &ruleset->rules[ruleset->patterns[pattern].rule];
    return ruleset->patterns[pattern].kind == WEIR_PATTERN_REGEX ||
           pattern >= rule->pattern_first + rule->pattern_count;
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

/* ---- Which rules ---- */

struct hit_marks {
    const struct weir_ruleset *ruleset;
    bool *is_seen;      /* per expression, the first of its twins */
    bool *has_hits;     /* per pattern; or it is cut */
    bool *is_wanted;    /* per rule */
    uint32_t *patterns; /* those that have hits */
    size_t pattern_count;
    uint32_t *rules; /* those of the patterns */
    size_t rule_count;
};

struct hit_marks *hit_marks_new(const struct weir_ruleset *ruleset)
{
    struct hit_marks *marks = calloc(1, sizeof *marks);
    if (!marks)
        return NULL;
    marks->ruleset = ruleset;
    marks->is_seen = calloc(ruleset->expression_count + 1, sizeof *marks->is_seen);
    marks->has_hits = calloc(ruleset->pattern_count + 1, sizeof *marks->has_hits);
    marks->patterns = calloc(ruleset->pattern_count + 1, sizeof *marks->patterns);
    marks->is_wanted = calloc(ruleset->rule_count + 1, sizeof *marks->is_wanted);
    marks->rules = calloc(ruleset->rule_count + 1, sizeof *marks->rules);
    if (marks->is_seen && marks->has_hits && marks->patterns && marks->is_wanted && marks->rules)
        return marks;
    hit_marks_free(marks);
    return NULL;
}

void hit_marks_free(struct hit_marks *marks)
{
    if (!marks)
        return;
    free(marks->is_seen);
    free(marks->has_hits);
    free(marks->patterns);
    free(marks->is_wanted);
    free(marks->rules);
    free(marks);
}

static void mark_pattern(struct hit_marks *marks, uint32_t pattern, enum which_hits which)
{
    if (marks->has_hits[pattern] || (which == HITS_RAW && !weir_decide_lists_raw(marks->ruleset, pattern)))
        return;
    marks->has_hits[pattern] = true;
    marks->patterns[marks->pattern_count++] = pattern;
    uint32_t rule = marks->ruleset->patterns[pattern].rule;
    if (!marks->is_wanted[rule])
        marks->rules[marks->rule_count++] = rule;
    marks->is_wanted[rule] = true;
}

static void mark(struct hit_marks *marks, const struct weir_hits *hits, enum which_hits which)
{
    const struct weir_ruleset *ruleset = marks->ruleset;
    for (size_t i = 0; i < hits->count; i++) {
        uint32_t first = hits->at[i].expression;
        if (marks->is_seen[first])
            continue;
        marks->is_seen[first] = true;
        for (uint32_t at = first; at != WEIR_TWIN_NONE; at = weir_twin_after(ruleset->database, at))
            mark_pattern(marks, ruleset->expressions[at].pattern, which);
    }
    for (size_t i = 0; i < hits->cut_count; i++)
        mark_pattern(marks, hits->cut[i], which);
}

static void unmark(struct hit_marks *marks, const struct weir_hits *hits)
{
    for (size_t i = 0; i < hits->count; i++)
        marks->is_seen[hits->at[i].expression] = false;
    for (size_t i = 0; i < marks->pattern_count; i++)
        marks->has_hits[marks->patterns[i]] = false;
    for (size_t i = 0; i < marks->rule_count; i++)
        marks->is_wanted[marks->rules[i]] = false;
    marks->pattern_count = 0;
    marks->rule_count = 0;
}

/* Most rules that have a hit lack another that their condition needs. */
static void drop_hopeless(struct hit_marks *marks)
{
    size_t kept = 0;
    for (size_t i = 0; i < marks->rule_count; i++) {
        const struct weir_rule *rule = &marks->ruleset->rules[marks->rules[i]];
        if (may_hold(rule->condition, marks->has_hits + rule->pattern_first))
            marks->rules[kept++] = marks->rules[i];
        else
            marks->is_wanted[marks->rules[i]] = false;
    }
    marks->rule_count = kept;
}

/* ---- Their hits ---- */

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

static int compare_rules(const void *a, const void *b)
{
    const uint32_t *x = a;
    const uint32_t *y = b;
    return (*x > *y) - (*x < *y);
}

/* Writes the hits of wanted rules, each under its own expression, unless keyed is NULL; returns how many. */
static size_t spread_hits(const struct hit_marks *marks, const struct weir_hits *hits, struct keyed_hit *keyed)
{
    const struct weir_ruleset *ruleset = marks->ruleset;
    size_t count = 0;
    for (size_t i = 0; i < hits->count; i++) {
        for (uint32_t at = hits->at[i].expression; at != WEIR_TWIN_NONE; at = weir_twin_after(ruleset->database, at)) {
            uint32_t pattern = ruleset->expressions[at].pattern;
            if (!marks->has_hits[pattern] || !marks->is_wanted[ruleset->patterns[pattern].rule])
                continue;
            if (keyed)
                keyed[count] = (struct keyed_hit){pattern, {.expression = at, .end = hits->at[i].end}};
            count++;
        }
    }
    return count;
}

/* The rules in their order, each with its hits. */
static enum weir_status sort_hits(struct hit_marks *marks, const struct weir_hits *hits, struct weir_arena *arena,
                                  struct rule_hits **list)
{
    const struct weir_ruleset *ruleset = marks->ruleset;
    size_t hit_count = spread_hits(marks, hits, NULL);
    struct keyed_hit *keyed = weir_arena_array(arena, hit_count, sizeof *keyed);
    struct weir_hit *sorted = weir_arena_array(arena, hit_count, sizeof *sorted);
    struct rule_hits *made = weir_arena_array(arena, marks->rule_count, sizeof *made);
    if (!keyed || !sorted || !made)
        return WEIR_NO_MEMORY;
    spread_hits(marks, hits, keyed);
    qsort(keyed, hit_count, sizeof *keyed, compare_keyed);
    qsort(marks->rules, marks->rule_count, sizeof *marks->rules, compare_rules);
    size_t next = 0;
    for (size_t i = 0; i < marks->rule_count; i++) {
        made[i] = (struct rule_hits){.rule = &ruleset->rules[marks->rules[i]], .at = sorted + next};
        for (; next < hit_count && ruleset->patterns[keyed[next].pattern].rule == marks->rules[i]; next++)
            sorted[next] = keyed[next].hit;
        made[i].count = (size_t)(sorted + next - made[i].at);
    }
    *list = made;
    return WEIR_OK;
}

enum weir_status list_rule_hits(struct hit_marks *marks, const struct weir_hits *hits, enum which_hits which,
                                struct weir_arena *arena, struct rule_hits **list, size_t *count)
{
    mark(marks, hits, which);
    if (which == HITS_THAT_MAY_HOLD)
        drop_hopeless(marks);
    *list = NULL;
    *count = marks->rule_count;
    enum weir_status status = marks->rule_count ? sort_hits(marks, hits, arena, list) : WEIR_OK;
    unmark(marks, hits);
    return status;
}
