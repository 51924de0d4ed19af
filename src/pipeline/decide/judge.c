/* Whether the condition of a rule holds, over counted hits. Three answers, because a limit may keep hits from being
 * known: what is not known is never taken for absent. Pure: allocates nothing. */
#include "judge.h"

#include "weir/utf8.h"

#define CODE_POINT_BYTES_MAX 4u

static enum weir_truth of_bool(bool holds)
{
    return holds ? WEIR_TRUTH_YES : WEIR_TRUTH_NO;
}

static bool is_open(const struct grounds *grounds, uint32_t pattern)
{
    return grounds->open[pattern];
}

/* YES when it is known, MAYBE when more hits could make it so. */
static enum weir_truth known_or_open(bool holds, bool open)
{
    return holds ? WEIR_TRUTH_YES : open ? WEIR_TRUTH_MAYBE : WEIR_TRUTH_NO;
}

/* The count is at least what is known; no more where nothing is open. */
static enum weir_truth compare_count(const struct weir_condition *condition, size_t known, bool open)
{
    uint64_t number = condition->number;
    switch (condition->comparison) {
    case WEIR_AT_LEAST:
        return known_or_open(known >= number, open);
    case WEIR_MORE:
        return known_or_open(known > number, open);
    case WEIR_LESS:
        return known >= number ? WEIR_TRUTH_NO : open ? WEIR_TRUTH_MAYBE : WEIR_TRUTH_YES;
    case WEIR_AT_MOST:
        return known > number ? WEIR_TRUTH_NO : open ? WEIR_TRUTH_MAYBE : WEIR_TRUTH_YES;
    case WEIR_EXACTLY:
    default:
        return known > number ? WEIR_TRUTH_NO : open ? WEIR_TRUTH_MAYBE : of_bool(known == number);
    }
}

/* At most `number` code points from the end of what came before to the start of this span. */
static bool is_close(const struct grounds *grounds, const struct span *span, uint32_t end_before, uint64_t number)
{
    if (end_before >= span->source.start)
        return true;
    struct weir_text text = grounds->item->values[span->value].text;
    if ((span->source.start - end_before) / CODE_POINT_BYTES_MAX > number)
        return false;
    return weir_utf8_count(weir_text_slice(text, end_before, span->source.start)) <= number;
}

static bool comes_first(const struct span *a, const struct span *b)
{
    return a->value != b->value ? a->value < b->value : a->source.start <= b->source.start;
}

/* Goes through the spans of both in order; the nearest before one is that of the other pattern which ended last. */
static bool find_near(const struct grounds *grounds, const struct weir_condition *condition)
{
    const struct findings *both[2] = {&grounds->findings[condition->patterns[0]],
                                      &grounds->findings[condition->patterns[1]]};
    bool same = condition->patterns[0] == condition->patterns[1];
    size_t at[2] = {0, same ? both[1]->count : 0};
    uint32_t last_end[2] = {0};
    uint32_t last_value[2] = {UINT32_MAX, UINT32_MAX};
    while (at[0] < both[0]->count || at[1] < both[1]->count) {
        int side = at[1] == both[1]->count ||
                           (at[0] < both[0]->count && comes_first(&both[0]->spans[at[0]], &both[1]->spans[at[1]]))
                       ? 0
                       : 1;
        int other = same ? side : 1 - side;
        const struct span *span = &both[side]->spans[at[side]++];
        if (last_value[other] == span->value && is_close(grounds, span, last_end[other], condition->number))
            return true;
        if (last_value[side] != span->value || span->source.end > last_end[side])
            last_end[side] = span->source.end;
        last_value[side] = span->value;
    }
    return false;
}

int64_t find_media_time(const struct weir_item *item, const struct span *span)
{
    size_t low = 0;
    size_t high = item->fragment_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        const struct weir_fragment *fragment = &item->fragments[middle];
        if (fragment->value < span->value ||
            (fragment->value == span->value && fragment->start_byte <= span->source.start))
            low = middle;
        else
            high = middle;
    }
    return item->fragments[low].start_ms;
}

uint64_t measure_apart(int64_t a, int64_t b)
{
    return a < b ? (uint64_t)b - (uint64_t)a : (uint64_t)a - (uint64_t)b;
}

static bool find_within(const struct grounds *grounds, const struct weir_condition *condition)
{
    const struct findings *a = &grounds->findings[condition->patterns[0]];
    const struct findings *b = &grounds->findings[condition->patterns[1]];
    const uint64_t most_ms = (uint64_t)condition->number * 1000;
    if (grounds->item->fragment_count == 0)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        int64_t time = find_media_time(grounds->item, &a->spans[i]);
        for (size_t j = a == b ? i + 1 : 0; time != WEIR_TIME_NONE && j < b->count; j++) {
            int64_t other = find_media_time(grounds->item, &b->spans[j]);
            if (other != WEIR_TIME_NONE && measure_apart(time, other) <= most_ms)
                return true;
        }
    }
    return false;
}

/* Two hits are needed: one that is known and one that may come, or two that may. */
static bool pair_is_open(const struct grounds *grounds, const struct weir_condition *condition)
{
    uint32_t a = condition->patterns[0];
    uint32_t b = condition->patterns[1];
    return (is_open(grounds, a) && (grounds->findings[b].count > 0 || is_open(grounds, b))) ||
           (is_open(grounds, b) && grounds->findings[a].count > 0);
}

static enum weir_truth count_patterns(const struct grounds *grounds, const struct weir_condition *condition)
{
    size_t known = 0;
    size_t open = 0;
    for (size_t i = 0; i < condition->pattern_count; i++) {
        uint32_t pattern = condition->patterns[i];
        known += grounds->findings[pattern].count > 0;
        open += grounds->findings[pattern].count == 0 && is_open(grounds, pattern);
    }
    return known_or_open(known >= condition->number, known + open >= condition->number);
}

static bool may_hold_one(const struct weir_condition *condition, const bool *has_hits)
{
    for (const struct weir_condition *operand = condition->first; operand; operand = operand->next)
        if (may_hold(operand, has_hits))
            return true;
    return false;
}

static bool may_hold_all(const struct weir_condition *condition, const bool *has_hits)
{
    for (const struct weir_condition *operand = condition->first; operand; operand = operand->next)
        if (!may_hold(operand, has_hits))
            return false;
    return true;
}

static bool has_enough(const struct weir_condition *condition, size_t least, const bool *has_hits)
{
    size_t found = 0;
    for (size_t i = 0; i < condition->pattern_count && found < least; i++)
        found += has_hits[condition->patterns[i]];
    return found >= least;
}

bool may_hold(const struct weir_condition *condition, const bool *has_hits)
{
    switch (condition->kind) {
    case WEIR_CONDITION_NOT:
        return true;
    case WEIR_CONDITION_AND:
        return may_hold_all(condition, has_hits);
    case WEIR_CONDITION_OR:
        return may_hold_one(condition, has_hits);
    case WEIR_CONDITION_COUNT:
        return has_hits[condition->patterns[0]] || compare_count(condition, 0, false) == WEIR_TRUTH_YES;
    case WEIR_CONDITION_NEAR:
    case WEIR_CONDITION_WITHIN:
        return has_hits[condition->patterns[0]] && has_hits[condition->patterns[1]];
    case WEIR_CONDITION_NAME:
    case WEIR_CONDITION_OF:
    default:
        return has_enough(condition, condition->number, has_hits);
    }
}

enum weir_truth judge(const struct grounds *grounds, const struct weir_condition *condition)
{
    enum weir_truth truth = condition->kind == WEIR_CONDITION_AND ? WEIR_TRUTH_YES : WEIR_TRUTH_NO;
    switch (condition->kind) {
    case WEIR_CONDITION_NOT:
        return WEIR_TRUTH_YES - judge(grounds, condition->first);
    case WEIR_CONDITION_AND:
        for (const struct weir_condition *operand = condition->first; operand; operand = operand->next) {
            enum weir_truth one = judge(grounds, operand);
            truth = one < truth ? one : truth;
        }
        return truth;
    case WEIR_CONDITION_OR:
        for (const struct weir_condition *operand = condition->first; operand; operand = operand->next) {
            enum weir_truth one = judge(grounds, operand);
            truth = one > truth ? one : truth;
        }
        return truth;
    case WEIR_CONDITION_COUNT:
        return compare_count(condition, grounds->findings[condition->patterns[0]].count,
                             is_open(grounds, condition->patterns[0]));
    case WEIR_CONDITION_NEAR:
        return known_or_open(find_near(grounds, condition), pair_is_open(grounds, condition));
    case WEIR_CONDITION_WITHIN:
        return known_or_open(find_within(grounds, condition),
                             grounds->item->fragment_count > 0 && pair_is_open(grounds, condition));
    case WEIR_CONDITION_NAME:
    case WEIR_CONDITION_OF:
    default:
        return count_patterns(grounds, condition);
    }
}

void note_used(const struct grounds *grounds, const struct weir_condition *condition, bool *used)
{
    if (condition->kind == WEIR_CONDITION_NOT || judge(grounds, condition) == WEIR_TRUTH_NO)
        return;
    for (size_t i = 0; i < condition->pattern_count; i++)
        used[condition->patterns[i]] = true;
    for (const struct weir_condition *operand = condition->first; operand; operand = operand->next)
        note_used(grounds, operand, used);
}
