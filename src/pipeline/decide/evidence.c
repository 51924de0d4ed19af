/* From spans to evidence: what a flag shows of a rule, with offsets as people and programs count them. Pure: arena
 * only. */
#include "spans.h"

#include <stdlib.h>

/* Evidence before its code points are counted. */
struct clue {
    const struct weir_pattern *pattern;
    struct span span;
};

static int compare_clues(const void *a, const void *b)
{
    const struct clue *x = a;
    const struct clue *y = b;
    if (x->span.value != y->span.value)
        return x->span.value < y->span.value ? -1 : 1;
    if (x->span.source.start != y->span.source.start)
        return x->span.source.start < y->span.source.start ? -1 : 1;
    if (x->span.source.end != y->span.source.end)
        return x->span.source.end < y->span.source.end ? -1 : 1;
    return (x->pattern > y->pattern) - (x->pattern < y->pattern);
}

struct ruler make_ruler(const struct weir_item *item)
{
    return (struct ruler){.item = item, .value = UINT32_MAX};
}

static void move_ruler(struct ruler *ruler, uint32_t value)
{
    ruler->value = value;
    ruler->base_byte = ruler->base_point = ruler->byte = ruler->point = 0;
    for (uint32_t i = 0; i < value; i++) {
        if (ruler->item->values[i].field != ruler->item->values[value].field)
            continue;
        ruler->base_byte += ruler->item->values[i].text.length + 1;
        ruler->base_point += weir_utf8_count(ruler->item->values[i].text) + 1;
    }
}

/* Code points of the field's content before byte `byte` of the value. */
static size_t measure(struct ruler *ruler, size_t byte)
{
    struct weir_text text = ruler->item->values[ruler->value].text;
    if (byte < ruler->byte)
        ruler->byte = ruler->point = 0;
    ruler->point += weir_utf8_count(weir_text_slice(text, ruler->byte, byte));
    ruler->byte = byte;
    return ruler->base_point + ruler->point;
}

struct weir_evidence describe_span(const struct subject *subject, const struct weir_pattern *pattern,
                                   const struct span *span, struct ruler *ruler)
{
    const struct weir_value *value = &subject->item->values[span->value];
    if (ruler->value != span->value)
        move_ruler(ruler, span->value);
    struct weir_range source = span->source;
    struct weir_text view = weir_text_from_padded(subject->texts->views[span->view].text);
    size_t start = measure(ruler, source.start);
    return (struct weir_evidence){
        .pattern = pattern,
        .field = value->field,
        .view = span->view,
        .start = start,
        .end = measure(ruler, source.end),
        .start_byte = ruler->base_byte + source.start,
        .end_byte = ruler->base_byte + source.end,
        .quote = weir_text_slice(value->text, source.start, source.end),
        .matched_as = weir_text_slice(view, span->matched.start, span->matched.end),
    };
}

enum weir_status gather_evidence(const struct subject *subject, const struct weir_rule *rule,
                                 const struct findings *findings, const bool *used, size_t evidence_max,
                                 struct weir_match *match)
{
    size_t total = 0;
    for (uint32_t i = 0; i < rule->pattern_count; i++)
        total += used[i] ? findings[i].count : 0;
    struct clue *clues = weir_arena_array(subject->arena, total, sizeof *clues);
    size_t shown = total < evidence_max ? total : evidence_max;
    struct weir_evidence *evidence = weir_arena_array(subject->arena, shown, sizeof *evidence);
    if (!clues || !evidence)
        return WEIR_NO_MEMORY;
    size_t filled = 0;
    for (uint32_t i = 0; i < rule->pattern_count; i++)
        for (size_t j = 0; used[i] && j < findings[i].count; j++)
            clues[filled++] = (struct clue){.pattern = &subject->ruleset->patterns[rule->pattern_first + i],
                                            .span = findings[i].spans[j]};
    if (total)
        qsort(clues, total, sizeof *clues, compare_clues);
    struct ruler ruler = make_ruler(subject->item);
    for (size_t i = 0; i < shown; i++)
        evidence[i] = describe_span(subject, clues[i].pattern, &clues[i].span, &ruler);
    match->evidence = evidence;
    match->evidence_count = shown;
    match->truncated = match->truncated || shown < total;
    return WEIR_OK;
}
