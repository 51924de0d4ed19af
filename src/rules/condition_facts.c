/* What can be said of a condition without a text. */
#include "pack.h"

static bool compare_zero(const struct weir_condition *condition)
{
    switch (condition->comparison) {
    case WEIR_AT_LEAST:
    case WEIR_EXACTLY:
        return condition->number == 0;
    case WEIR_LESS:
        return condition->number > 0;
    case WEIR_AT_MOST:
        return true;
    case WEIR_MORE:
    default:
        return false;
    }
}

bool weir_condition_holds_empty(const struct weir_condition *condition)
{
    bool holds = condition->kind == WEIR_CONDITION_AND;
    switch (condition->kind) {
    case WEIR_CONDITION_NOT:
        return !weir_condition_holds_empty(condition->first);
    case WEIR_CONDITION_AND:
        for (const struct weir_condition *operand = condition->first; operand; operand = operand->next)
            holds = holds && weir_condition_holds_empty(operand);
        return holds;
    case WEIR_CONDITION_OR:
        for (const struct weir_condition *operand = condition->first; operand; operand = operand->next)
            holds = holds || weir_condition_holds_empty(operand);
        return holds;
    case WEIR_CONDITION_COUNT:
        return compare_zero(condition);
    case WEIR_CONDITION_OF:
        return condition->number == 0;
    case WEIR_CONDITION_NAME:
    case WEIR_CONDITION_NEAR:
    case WEIR_CONDITION_WITHIN:
    default:
        return false;
    }
}

bool weir_condition_names(const struct weir_condition *condition, uint32_t pattern)
{
    for (size_t i = 0; i < condition->pattern_count; i++)
        if (condition->patterns[i] == pattern)
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
