/* What can be said of a condition without a text. */
#include "pack.h"

static bool compare(const struct weir_condition *condition, uint64_t hits)
{
    switch (condition->comparison) {
    case WEIR_AT_LEAST:
        return hits >= condition->number;
    case WEIR_EXACTLY:
        return hits == condition->number;
    case WEIR_LESS:
        return hits < condition->number;
    case WEIR_AT_MOST:
        return hits <= condition->number;
    case WEIR_MORE:
    default:
        return hits > condition->number;
    }
}

/* Whether the condition itself names the pattern. */
static bool has_pattern(const struct weir_condition *condition, uint32_t pattern)
{
    for (size_t i = 0; i < condition->pattern_count; i++)
        if (condition->patterns[i] == pattern)
            return true;
    return false;
}

bool weir_condition_holds_with(const struct weir_condition *condition, uint32_t pattern)
{
    bool holds = condition->kind == WEIR_CONDITION_AND;
    switch (condition->kind) {
    case WEIR_CONDITION_NOT:
        return !weir_condition_holds_with(condition->first, pattern);
    case WEIR_CONDITION_AND:
        for (const struct weir_condition *operand = condition->first; operand; operand = operand->next)
            holds = holds && weir_condition_holds_with(operand, pattern);
        return holds;
    case WEIR_CONDITION_OR:
        for (const struct weir_condition *operand = condition->first; operand; operand = operand->next)
            holds = holds || weir_condition_holds_with(operand, pattern);
        return holds;
    case WEIR_CONDITION_COUNT:
        return compare(condition, has_pattern(condition, pattern) ? 1 : 0);
    case WEIR_CONDITION_NAME:
    case WEIR_CONDITION_OF:
        return (has_pattern(condition, pattern) ? 1u : 0u) >= condition->number;
    case WEIR_CONDITION_NEAR:
    case WEIR_CONDITION_WITHIN:
    default:
        return false;
    }
}

bool weir_condition_holds_empty(const struct weir_condition *condition)
{
    return weir_condition_holds_with(condition, UINT32_MAX);
}

bool weir_condition_names(const struct weir_condition *condition, uint32_t pattern)
{
    if (has_pattern(condition, pattern))
        return true;
    for (const struct weir_condition *operand = condition->first; operand; operand = operand->next)
        if (weir_condition_names(operand, pattern))
            return true;
    return false;
}

bool weir_condition_uses(const struct weir_condition *condition, enum weir_condition_kind kind)
{
    if (condition->kind == kind)
        return true;
    for (const struct weir_condition *operand = condition->first; operand; operand = operand->next)
        if (weir_condition_uses(operand, kind))
            return true;
    return false;
}
