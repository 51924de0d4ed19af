/* Why a rule holds or not. weir_decide gives the answer; this finds the same things once more and keeps what a decision
 * throws away. Pure: arena only. */
#include "weir/explain.h"

#include "decider.h"
#include "failed_checks.h"
#include "nearest.h"

#include <stdlib.h>

/* A hit on its way into the explanation. */
struct seen {
    struct span span;
    enum weir_fate fate;
};

static int compare_seen(const void *a, const void *b)
{
    const struct span *x = &((const struct seen *)a)->span;
    const struct span *y = &((const struct seen *)b)->span;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    if (x->source.start != y->source.start)
        return x->source.start < y->source.start ? -1 : 1;
    if (x->source.end != y->source.end)
        return x->source.end < y->source.end ? -1 : 1;
    return (int)((const struct seen *)a)->fate - (int)((const struct seen *)b)->fate;
}

static bool is_same_span(const struct span *a, const struct span *b)
{
    return a->value == b->value && a->source.start == b->source.start && a->source.end == b->source.end;
}

/* A part of a number whose check digits are wrong: the number as a whole says more. */
static bool is_part_of_failed(const struct findings *found, const struct refusal *refusal)
{
    if (refusal->fate != WEIR_FATE_BOUNDARY)
        return false;
    for (size_t i = 0; i < found->refusal_count; i++) {
        const struct span *failed = &found->refusals[i].span;
        if (found->refusals[i].fate == WEIR_FATE_CHECK && failed->value == refusal->span.value &&
            failed->source.start < refusal->span.source.end && refusal->span.source.start < failed->source.end)
            return true;
    }
    return false;
}

/* Everything that a rule's explanation is made of. */
struct inquiry {
    const struct subject *subject;
    const struct weir_rule *rule;
    const struct findings *found; /* all that the patterns and exceptions found */
    struct grounds grounds;       /* what counts of it */
    struct ruler ruler;
};

/* Counted, excepted and refused hits of one pattern in one list, in order. What counts is a part, in the same order, of
 * what was found. */
static enum weir_status list_seen(const struct inquiry *inquiry, size_t index, struct seen **list, size_t *count)
{
    const struct findings *found = &inquiry->found[index];
    const struct findings *counted = &inquiry->grounds.findings[index];
    struct seen *seen = weir_arena_array(inquiry->subject->arena, found->count + found->refusal_count, sizeof *seen);
    if (!seen)
        return WEIR_NO_MEMORY;
    size_t next = 0;
    size_t made = 0;
    for (size_t i = 0; i < found->count; i++) {
        bool counts = next < counted->count && is_same_span(&counted->spans[next], &found->spans[i]);
        next += counts;
        seen[made++] = (struct seen){found->spans[i], counts ? WEIR_FATE_COUNTED : WEIR_FATE_EXCEPTED};
    }
    for (size_t i = 0; i < found->refusal_count; i++)
        if (!is_part_of_failed(found, &found->refusals[i]))
            seen[made++] = (struct seen){found->refusals[i].span, found->refusals[i].fate};
    if (made)
        qsort(seen, made, sizeof *seen, compare_seen);
    size_t kept = 0; /* the same place found in two views, or counted in one and refused in the other, is one */
    for (size_t i = 0; i < made; i++)
        if (kept == 0 || !is_same_span(&seen[kept - 1].span, &seen[i].span))
            seen[kept++] = seen[i];
    *list = seen;
    *count = kept;
    return WEIR_OK;
}

/* The hit of an exception that covers the span whole. */
static struct weir_evidence find_cover(struct inquiry *inquiry, const struct span *span)
{
    const struct weir_rule *rule = inquiry->rule;
    for (uint32_t i = rule->pattern_count; i < rule->pattern_count + rule->exception_count; i++) {
        const struct findings *exception = &inquiry->found[i];
        for (size_t j = 0; j < exception->count; j++) {
            const struct span *cover = &exception->spans[j];
            if (cover->value == span->value && cover->source.start <= span->source.start &&
                cover->source.end >= span->source.end)
                return describe_span(inquiry->subject, &inquiry->subject->ruleset->patterns[rule->pattern_first + i],
                                     cover, &inquiry->ruler);
        }
    }
    return (struct weir_evidence){0};
}

static enum weir_status explain_pattern(struct inquiry *inquiry, size_t index, struct weir_explained_pattern *explained)
{
    const struct weir_pattern *pattern = &inquiry->subject->ruleset->patterns[inquiry->rule->pattern_first + index];
    struct seen *seen;
    size_t seen_count;
    enum weir_status status = list_seen(inquiry, index, &seen, &seen_count);
    if (status != WEIR_OK)
        return status;
    size_t room =
        seen_count < WEIR_FATE_COUNT * WEIR_EXPLAINED_HITS_MAX ? seen_count : WEIR_FATE_COUNT * WEIR_EXPLAINED_HITS_MAX;
    struct weir_explained_hit *hits = weir_arena_array(inquiry->subject->arena, room, sizeof *hits);
    if (!hits)
        return WEIR_NO_MEMORY;
    struct weir_explained_pattern made = {
        .pattern = pattern,
        .hits = hits,
        .truncated = inquiry->found[index].truncated,
        .inconclusive = inquiry->found[index].inconclusive,
    };
    for (size_t i = 0; i < seen_count; i++) {
        if (made.counts[seen[i].fate]++ >= WEIR_EXPLAINED_HITS_MAX)
            continue;
        struct weir_explained_hit *hit = &hits[made.hit_count++];
        hit->fate = seen[i].fate;
        hit->evidence = describe_span(inquiry->subject, pattern, &seen[i].span, &inquiry->ruler);
        if (hit->fate == WEIR_FATE_EXCEPTED)
            hit->exception = find_cover(inquiry, &seen[i].span);
    }
    *explained = made;
    return WEIR_OK;
}

/* The number behind the answer. */
static void measure_condition(struct inquiry *inquiry, struct weir_explained_condition *explained)
{
    const struct weir_condition *condition = explained->condition;
    const struct findings *findings = inquiry->grounds.findings;
    const struct weir_pattern *patterns = &inquiry->subject->ruleset->patterns[inquiry->rule->pattern_first];
    if (condition->kind == WEIR_CONDITION_NAME || condition->kind == WEIR_CONDITION_COUNT) {
        explained->found = findings[condition->patterns[0]].count;
    } else if (condition->kind == WEIR_CONDITION_OF) {
        for (size_t i = 0; i < condition->pattern_count; i++)
            explained->found += findings[condition->patterns[i]].count > 0;
    } else if (condition->kind == WEIR_CONDITION_NEAR || condition->kind == WEIR_CONDITION_WITHIN) {
        struct nearest nearest = find_nearest(&inquiry->grounds, condition);
        explained->found = nearest.apart;
        for (size_t i = 0; nearest.apart != WEIR_FOUND_NONE && i < 2; i++)
            explained->closest[i] =
                describe_span(inquiry->subject, &patterns[condition->patterns[i]], nearest.pair[i], &inquiry->ruler);
    }
}

/* The tree of the condition, with what came of each part; NULL when there is no memory. */
static struct weir_explained_condition *explain_condition(struct inquiry *inquiry,
                                                          const struct weir_condition *condition)
{
    struct weir_explained_condition *made = weir_arena_array(inquiry->subject->arena, 1, sizeof *made);
    if (!made)
        return NULL;
    made->condition = condition;
    made->truth = judge(&inquiry->grounds, condition);
    measure_condition(inquiry, made);
    const struct weir_explained_condition **link = &made->first;
    for (const struct weir_condition *operand = condition->first; operand; operand = operand->next) {
        struct weir_explained_condition *one = explain_condition(inquiry, operand);
        if (!one)
            return NULL;
        *link = one;
        link = &one->next;
    }
    return made;
}

/* What the patterns found, in *found, and what counts of it, in *counted. */
static enum weir_status find_for(const struct subject *subject, const struct rule_hits *own,
                                 const struct weir_hits *hits, struct findings **found, struct findings **counted,
                                 bool **open)
{
    const struct weir_rule *rule = own->rule;
    size_t count = rule->pattern_count + rule->exception_count;
    *found = weir_arena_array(subject->arena, count, sizeof **found);
    *counted = weir_arena_array(subject->arena, count, sizeof **counted);
    *open = weir_arena_array(subject->arena, count, sizeof **open);
    if (!*found || !*counted || !*open)
        return WEIR_NO_MEMORY;
    enum weir_status status = find_all(subject, own, hits, *found, *open);
    for (uint32_t i = 0; status == WEIR_OK && i < rule->pattern_count; i++) {
        const struct weir_pattern *pattern = &subject->ruleset->patterns[rule->pattern_first + i];
        if (pattern->check != WEIR_CHECK_NONE)
            status = note_failed_checks(subject, pattern, &(*found)[i]);
    }
    if (status != WEIR_OK)
        return status;
    memcpy(*counted, *found, count * sizeof **counted);
    return drop_excepted(subject, *counted, rule->pattern_count, *counted + rule->pattern_count, rule->exception_count);
}

/* explained->rule stays NULL when no pattern of the rule found or may have missed anything. */
static enum weir_status explain_rule(const struct subject *subject, const struct rule_hits *own,
                                     const struct weir_hits *hits, struct weir_explained_rule *explained)
{
    const struct weir_rule *rule = own->rule;
    size_t count = rule->pattern_count + rule->exception_count;
    struct weir_explained_pattern *patterns = weir_arena_array(subject->arena, count, sizeof *patterns);
    struct inquiry inquiry = {.subject = subject, .rule = rule, .ruler = make_ruler(subject->item)};
    struct findings *found;
    struct findings *counted;
    bool *open;
    enum weir_status status = patterns ? find_for(subject, own, hits, &found, &counted, &open) : WEIR_NO_MEMORY;
    if (status != WEIR_OK)
        return status;
    inquiry.found = found;
    inquiry.grounds = (struct grounds){subject->item, counted, open};
    bool is_quiet = true;
    for (size_t i = 0; status == WEIR_OK && i < count; i++) {
        status = explain_pattern(&inquiry, i, &patterns[i]);
        is_quiet = is_quiet && !open[i] && (patterns[i].hit_count == 0 || i >= rule->pattern_count);
    }
    *explained = (struct weir_explained_rule){.gate = find_gate(rule, subject->item), .patterns = patterns};
    if (status != WEIR_OK || is_quiet)
        return status;
    explained->rule = rule;
    explained->condition = explain_condition(&inquiry, rule->condition);
    return explained->condition ? WEIR_OK : WEIR_NO_MEMORY;
}

static const struct weir_match *find_match(const struct weir_verdict *verdict, const struct weir_rule *rule)
{
    for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++)
        for (size_t i = 0; i < verdict->match_count[channel]; i++)
            if (verdict->matches[channel][i].rule == rule)
                return &verdict->matches[channel][i];
    return NULL;
}

enum weir_status weir_explain(struct weir_decider *decider, const struct weir_item *item,
                              const struct weir_scan_text *texts, const struct weir_hits *hits,
                              struct weir_arena *arena, struct weir_explanation *explanation)
{
    struct weir_explanation made = {.failed = hits->failed, .quiet_count = decider->ruleset->rule_count};
    const struct subject subject = {
        .ruleset = decider->ruleset,
        .chars = decider->chars,
        .regex = decider->regex,
        .item = item,
        .texts = texts,
        .arena = arena,
        .spans_max = decider->limits.hits,
        .notes_refusals = true,
    };
    struct rule_hits *list = NULL;
    size_t count = 0;
    enum weir_status status = weir_decide(decider, item, texts, hits, arena, &made.verdict);
    if (status == WEIR_OK && !hits->failed)
        status = list_rule_hits(decider->marks, hits, HITS_OF_ALL, arena, &list, &count);
    struct weir_explained_rule *rules = weir_arena_array(arena, count, sizeof *rules);
    if (status != WEIR_OK || !rules)
        return WEIR_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        struct weir_explained_rule *rule = &rules[made.rule_count];
        status = explain_rule(&subject, &list[i], hits, rule);
        if (status != WEIR_OK)
            return status;
        rule->match = rule->rule ? find_match(&made.verdict, rule->rule) : NULL;
        made.rule_count += rule->rule != NULL;
    }
    made.rules = rules;
    made.quiet_count -= made.rule_count;
    *explanation = made;
    return WEIR_OK;
}
