/* A rule or a pattern of a ruleset, taken out of it: the same patterns and numbers, with less to look for. */
#include "weir/rule_parts.h"

#include "pack.h"

#include <stdlib.h>

/* No text holds these bytes: they are no UTF-8. */
#define NO_TEXT "\\xff\\xfe\\xff\\xfe"

struct weir_lone_rule {
    struct weir_ruleset ruleset;
    struct weir_database database;
};

void weir_lone_rule_free(struct weir_lone_rule *lone)
{
    if (!lone)
        return;
    weir_database_fini(&lone->database);
    free(lone);
}

const struct weir_ruleset *weir_lone_rule_get(const struct weir_lone_rule *lone)
{
    return &lone->ruleset;
}

size_t weir_ruleset_expression(const struct weir_ruleset *ruleset, uint32_t pattern)
{
    size_t low = 0;
    size_t high = ruleset->expression_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ruleset->expressions[middle].pattern < pattern)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Compiles the sources, which are those of `expressions`. */
static enum weir_status compile(const struct weir_ruleset *whole, const struct weir_expression *expressions,
                                const struct weir_scan_source *sources, size_t count, struct weir_lone_rule **lone)
{
    struct weir_lone_rule *made = calloc(1, sizeof *made);
    if (!made)
        return WEIR_NO_MEMORY;
    made->ruleset = *whole;
    made->ruleset.expressions = expressions;
    made->ruleset.expression_count = count;
    made->ruleset.database = &made->database;
    made->ruleset.views = 0;
    for (size_t i = 0; i < count; i++)
        made->ruleset.views |= 1u << sources[i].view;
    struct weir_error error;
    size_t failed;
    enum weir_status status = weir_database_compile(sources, count, &made->database, &failed, &error);
    if (status != WEIR_OK) {
        free(made);
        return status;
    }
    *lone = made;
    return WEIR_OK;
}

enum weir_status weir_lone_rule_new(const struct weir_ruleset *whole, uint32_t rule, struct weir_lone_rule **lone)
{
    const struct weir_rule *at = &whole->rules[rule];
    size_t first = weir_ruleset_expression(whole, at->pattern_first);
    size_t count = weir_ruleset_expression(whole, at->pattern_first + at->pattern_count + at->exception_count) - first;
    struct weir_scan_source *sources = calloc(count + 1, sizeof *sources);
    if (!sources)
        return WEIR_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const struct weir_expression_origin *origin = &whole->origins[first + i];
        sources[i] = (struct weir_scan_source){
            .expression = origin->text,
            .view = whole->expressions[first + i].view,
            .is_regex = origin->is_regex,
            .prefilter = origin->prefilter,
        };
    }
    enum weir_status status = compile(whole, whole->expressions + first, sources, count, lone);
    free(sources);
    return status;
}

enum weir_status weir_lone_nothing_new(const struct weir_ruleset *whole, unsigned views, struct weir_lone_rule **lone)
{
    struct weir_scan_source sources[WEIR_VIEW_COUNT];
    size_t count = 0;
    for (enum weir_view view = 0; view < WEIR_VIEW_COUNT; view++)
        if (views >> view & 1)
            sources[count++] = (struct weir_scan_source){.expression = NO_TEXT, .view = view};
    return compile(whole, whole->expressions, sources, count, lone);
}

static const uint32_t only_pattern[] = {0};
static const struct weir_condition is_found = {
    .kind = WEIR_CONDITION_NAME,
    .number = 1,
    .patterns = only_pattern,
    .pattern_count = 1,
};

enum weir_status weir_ruleset_by_pattern(const struct weir_ruleset *whole, struct weir_arena *arena,
                                         struct weir_ruleset *patterns)
{
    size_t count = whole->pattern_count;
    struct weir_rule *rules = weir_arena_array(arena, count, sizeof *rules);
    struct weir_pattern *own = weir_arena_array(arena, count, sizeof *own);
    if (!rules || !own)
        return WEIR_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++) {
        own[i] = whole->patterns[i];
        rules[i] = whole->rules[own[i].rule];
        own[i].rule = i;
        rules[i].kinds = 1u << WEIR_POST | 1u << WEIR_CAPTION;
        rules[i].language_count = 0;
        rules[i].pattern_first = i;
        rules[i].pattern_count = 1;
        rules[i].exception_count = 0;
        rules[i].condition = &is_found;
    }
    *patterns = *whole;
    patterns->rules = rules;
    patterns->rule_count = count;
    patterns->patterns = own;
    return WEIR_OK;
}

/* Whether a hit of the pattern, somewhere in the condition, speaks for it. */
static bool speaks_for(const struct weir_condition *condition, uint32_t pattern, bool negated)
{
    if (condition->kind == WEIR_CONDITION_NOT)
        return speaks_for(condition->first, pattern, !negated);
    bool upward = condition->kind != WEIR_CONDITION_COUNT || condition->comparison == WEIR_AT_LEAST ||
                  condition->comparison == WEIR_MORE || condition->comparison == WEIR_EXACTLY;
    for (size_t i = 0; i < condition->pattern_count; i++)
        if (condition->patterns[i] == pattern && upward != negated)
            return true;
    for (const struct weir_condition *operand = condition->first; operand; operand = operand->next)
        if (speaks_for(operand, pattern, negated))
            return true;
    return false;
}

enum weir_pattern_role weir_pattern_role(const struct weir_ruleset *ruleset, uint32_t pattern)
{
    const struct weir_rule *rule = &ruleset->rules[ruleset->patterns[pattern].rule];
    uint32_t number = pattern - rule->pattern_first;
    if (number >= rule->pattern_count)
        return WEIR_PATTERN_HINDERS;
    if (weir_condition_holds_with(rule->condition, number))
        return WEIR_PATTERN_ENOUGH;
    return speaks_for(rule->condition, number, false) ? WEIR_PATTERN_HELPS : WEIR_PATTERN_HINDERS;
}
