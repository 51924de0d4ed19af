/* The closest two hits: what judge.c only asks as a question. Pure: allocates nothing. */
#include "nearest.h"

#include "weir/utf8.h"

#define CODE_POINT_BYTES_MAX 4u

static bool comes_first(const struct span *a, const struct span *b)
{
    return a->value != b->value ? a->value < b->value : a->source.start <= b->source.start;
}

/* Code points from the end of one span to the start of a later one, or `most` when there are surely not fewer. */
static uint64_t count_between(const struct grounds *grounds, const struct span *before, const struct span *span,
                              uint64_t most)
{
    if (before->source.end >= span->source.start)
        return 0;
    if ((span->source.start - before->source.end) / CODE_POINT_BYTES_MAX >= most)
        return most;
    struct weir_text text = grounds->item->values[span->value].text;
    uint64_t between = weir_utf8_count(weir_text_slice(text, before->source.end, span->source.start));
    return between < most ? between : most;
}

/* As judge.c goes through them: the nearest before a span is that of the other pattern which ended last. */
static struct nearest find_near(const struct grounds *grounds, const struct weir_condition *condition)
{
    const struct findings *both[2] = {&grounds->findings[condition->patterns[0]],
                                      &grounds->findings[condition->patterns[1]]};
    bool same = condition->patterns[0] == condition->patterns[1];
    size_t at[2] = {0, same ? both[1]->count : 0};
    const struct span *last[2] = {NULL, NULL};
    struct nearest nearest = {.apart = WEIR_FOUND_NONE};
    while (at[0] < both[0]->count || at[1] < both[1]->count) {
        int side = at[1] == both[1]->count ||
                           (at[0] < both[0]->count && comes_first(&both[0]->spans[at[0]], &both[1]->spans[at[1]]))
                       ? 0
                       : 1;
        int other = same ? side : 1 - side;
        const struct span *span = &both[side]->spans[at[side]++];
        uint64_t apart = nearest.apart;
        if (last[other] && last[other]->value == span->value)
            apart = count_between(grounds, last[other], span, nearest.apart);
        if (apart < nearest.apart) {
            nearest.apart = apart;
            nearest.pair[same ? 0 : other] = last[other];
            nearest.pair[same ? 1 : side] = span;
        }
        if (!last[side] || last[side]->value != span->value || span->source.end > last[side]->source.end)
            last[side] = span;
    }
    return nearest;
}

static struct nearest find_within(const struct grounds *grounds, const struct weir_condition *condition)
{
    const struct findings *a = &grounds->findings[condition->patterns[0]];
    const struct findings *b = &grounds->findings[condition->patterns[1]];
    struct nearest nearest = {.apart = WEIR_FOUND_NONE};
    for (size_t i = 0; grounds->item->fragment_count > 0 && i < a->count; i++) {
        int64_t time = find_media_time(grounds->item, &a->spans[i]);
        for (size_t j = a == b ? i + 1 : 0; time != WEIR_TIME_NONE && j < b->count; j++) {
            int64_t other = find_media_time(grounds->item, &b->spans[j]);
            uint64_t apart = other == WEIR_TIME_NONE ? WEIR_FOUND_NONE : measure_apart(time, other);
            if (apart < nearest.apart)
                nearest = (struct nearest){apart, {&a->spans[i], &b->spans[j]}};
        }
    }
    return nearest;
}

struct nearest find_nearest(const struct grounds *grounds, const struct weir_condition *condition)
{
    return condition->kind == WEIR_CONDITION_NEAR ? find_near(grounds, condition) : find_within(grounds, condition);
}
