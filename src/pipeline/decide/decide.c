/* Rules over spans: which rules hold for an item, and with what evidence.
 *
 * A rule holds when its condition does over the counted hits (judge.c). What a limit kept from being known is never
 * called clean: a rule that holds anyway says `truncated`, one that might have held goes to a person as `inconclusive`.
 * Pure: arena only. */
#include "judge.h"

#include <ctype.h>
#include <stdlib.h>

/* Rules named for an item of which the scan itself failed: enough to say so. */
#define FAILED_RULES_MAX 32

struct weir_decider {
    const struct weir_ruleset *ruleset;
    const struct weir_chars *chars;
    struct weir_limits limits;
    struct weir_regex_scratch *regex;
};

enum weir_status weir_decider_new(const struct weir_ruleset *ruleset, const struct weir_chars *chars,
                                  const struct weir_limits *limits, struct weir_decider **decider)
{
    struct weir_decider *made = calloc(1, sizeof *made);
    struct weir_regex_scratch *regex = weir_regex_scratch_new();
    if (!made || !regex) {
        free(made);
        weir_regex_scratch_free(regex);
        return WEIR_NO_MEMORY;
    }
    *made = (struct weir_decider){.ruleset = ruleset, .chars = chars, .limits = *limits, .regex = regex};
    *decider = made;
    return WEIR_OK;
}

void weir_decider_free(struct weir_decider *decider)
{
    if (!decider)
        return;
    weir_regex_scratch_free(decider->regex);
    free(decider);
}

/* Whether the tag is `language` or one below it, as en-GB is of en. */
static bool is_language(struct weir_text tag, struct weir_text language)
{
    if (tag.length < language.length)
        return false;
    for (size_t i = 0; i < language.length; i++) {
        char c = tag.data[i] == '_' ? '-' : tag.data[i];
        if (tolower((unsigned char)c) != tolower((unsigned char)language.data[i]))
            return false;
    }
    return tag.length == language.length || tag.data[language.length] == '-' || tag.data[language.length] == '_';
}

static bool applies(const struct weir_rule *rule, const struct weir_item *item)
{
    if (!(rule->kinds >> item->kind & 1))
        return false;
    bool passes = rule->language_count == 0 || item->lang.length == 0;
    for (size_t i = 0; !passes && i < rule->language_count; i++)
        passes = is_language(item->lang, rule->languages[i]);
    return passes;
}

static bool is_cut(const struct weir_hits *hits, uint32_t pattern)
{
    for (size_t i = 0; i < hits->cut_count; i++)
        if (hits->cut[i] == pattern)
            return true;
    return false;
}

static uint32_t pattern_of(const struct weir_ruleset *ruleset, const struct weir_hit *hit)
{
    return ruleset->expressions[hit->expression].pattern;
}

/* What each pattern of the rule and each of its exceptions found, and of which of them a limit may have kept more. */
static enum weir_status find_all(const struct subject *subject, const struct weir_rule *rule,
                                 const struct weir_hits *hits, const struct weir_hit *own, size_t own_count,
                                 struct findings *findings, bool *open)
{
    size_t first = 0;
    for (uint32_t i = 0; i < rule->pattern_count + rule->exception_count; i++) {
        uint32_t pattern = rule->pattern_first + i;
        size_t end = first;
        while (end < own_count && pattern_of(subject->ruleset, &own[end]) == pattern)
            end++;
        if (first < end) {
            enum weir_status status =
                find_spans(subject, &subject->ruleset->patterns[pattern], own + first, end - first, &findings[i]);
            if (status != WEIR_OK)
                return status;
        }
        first = end;
        findings[i].truncated = findings[i].truncated || is_cut(hits, pattern);
        open[i] = findings[i].truncated || findings[i].inconclusive;
    }
    return WEIR_OK;
}

/* What limits did to the rule: more of a pattern than was looked at is `truncated`, what may have been found or not is
 * `inconclusive`. */
static void note_limits(const struct weir_rule *rule, const struct findings *findings, const bool *open,
                        enum truth truth, struct weir_match *match)
{
    for (uint32_t i = 0; i < rule->pattern_count + rule->exception_count; i++) {
        match->truncated = match->truncated || (findings[i].truncated && truth == TRUTH_YES);
        match->inconclusive = match->inconclusive || findings[i].inconclusive || (i >= rule->pattern_count && open[i]);
    }
    match->inconclusive = match->inconclusive || truth == TRUTH_MAYBE;
}

/* Judges one rule by its hits, which are in order of pattern; match->rule stays NULL when it does not hold. */
static enum weir_status judge_rule(const struct subject *subject, const struct weir_rule *rule,
                                   const struct weir_hits *hits, const struct weir_hit *own, size_t own_count,
                                   size_t evidence_max, struct weir_match *match)
{
    size_t count = rule->pattern_count + rule->exception_count;
    struct findings *findings = weir_arena_array(subject->arena, count, sizeof *findings);
    bool *open = weir_arena_array(subject->arena, count, sizeof *open);
    bool *used = weir_arena_array(subject->arena, count, sizeof *used);
    *match = (struct weir_match){0};
    if (!findings || !open || !used)
        return WEIR_NO_MEMORY;
    enum weir_status status = find_all(subject, rule, hits, own, own_count, findings, open);
    if (status == WEIR_OK && rule->exception_count > 0)
        status = drop_excepted(subject, findings, rule->pattern_count, findings + rule->pattern_count,
                               rule->exception_count);
    if (status != WEIR_OK)
        return status;
    bool doubt = false; /* whether what counts is excepted may not be known */
    for (size_t i = rule->pattern_count; i < count; i++)
        doubt = doubt || open[i];
    const struct grounds grounds = {subject->item, findings, open};
    enum truth truth = judge(&grounds, rule->condition);
    if (truth == TRUTH_NO && doubt)
        truth = TRUTH_MAYBE;
    if (truth == TRUTH_NO)
        return WEIR_OK;
    note_limits(rule, findings, open, truth, match);
    note_used(&grounds, rule->condition, used);
    match->rule = rule;
    return gather_evidence(subject, rule, findings, used, evidence_max, match);
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

/* Rules that have a hit or a cut pattern, each once, ascending. */
static enum weir_status list_rules(const struct weir_ruleset *ruleset, const struct weir_hits *hits,
                                   const struct weir_hit *sorted, struct weir_arena *arena, uint32_t **rules,
                                   size_t *rule_count)
{
    uint32_t *listed = weir_arena_array(arena, hits->count + hits->cut_count, sizeof *listed);
    if (!listed)
        return WEIR_NO_MEMORY;
    size_t count = 0;
    for (size_t i = 0; i < hits->count; i++) {
        uint32_t rule = ruleset->patterns[pattern_of(ruleset, &sorted[i])].rule;
        if (count == 0 || listed[count - 1] != rule)
            listed[count++] = rule;
    }
    for (size_t i = 0; i < hits->cut_count; i++) {
        uint32_t rule = ruleset->patterns[hits->cut[i]].rule;
        size_t at = 0;
        while (at < count && listed[at] < rule)
            at++;
        if (at < count && listed[at] == rule)
            continue;
        memmove(listed + at + 1, listed + at, (count - at) * sizeof *listed);
        listed[at] = rule;
        count++;
    }
    *rules = listed;
    *rule_count = count;
    return WEIR_OK;
}

static void add_match(struct weir_verdict *verdict, struct weir_match *matches[WEIR_CHANNEL_COUNT],
                      const struct weir_match *match)
{
    enum weir_channel channel = match->rule->status == WEIR_RULE_SHADOW ? WEIR_CHANNEL_SHADOW : WEIR_CHANNEL_REVIEW;
    matches[channel][verdict->match_count[channel]++] = *match;
}

/* The scan failed: nothing is known, so the rules that it would have asked are named without evidence. */
static void give_up(const struct weir_decider *decider, const struct weir_item *item,
                    struct weir_match *matches[WEIR_CHANNEL_COUNT], struct weir_verdict *verdict)
{
    size_t named = 0;
    for (size_t i = 0; i < decider->ruleset->rule_count && named < FAILED_RULES_MAX; i++) {
        const struct weir_rule *rule = &decider->ruleset->rules[i];
        if (!applies(rule, item) || rule->status != WEIR_RULE_ACTIVE)
            continue;
        add_match(verdict, matches, &(struct weir_match){.rule = rule, .truncated = true, .inconclusive = true});
        named++;
    }
}

enum weir_status weir_decide(struct weir_decider *decider, const struct weir_item *item,
                             const struct weir_scan_text *texts, const struct weir_hits *hits, struct weir_arena *arena,
                             struct weir_verdict *verdict)
{
    struct weir_verdict made = {0};
    if (hits->count == 0 && hits->cut_count == 0 && !hits->failed) {
        *verdict = made;
        return WEIR_OK;
    }
    struct subject subject = {decider->ruleset,    decider->chars, decider->regex, item, texts, arena,
                              decider->limits.hits};
    struct weir_hit *sorted;
    uint32_t *rules;
    size_t rule_count;
    enum weir_status status = sort_hits(decider->ruleset, hits, arena, &sorted);
    if (status == WEIR_OK)
        status = list_rules(decider->ruleset, hits, sorted, arena, &rules, &rule_count);
    if (status != WEIR_OK)
        return status;
    struct weir_match *matches[WEIR_CHANNEL_COUNT];
    for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++) {
        matches[channel] = weir_arena_array(arena, rule_count + FAILED_RULES_MAX, sizeof *matches[channel]);
        if (!matches[channel])
            return WEIR_NO_MEMORY;
        made.matches[channel] = matches[channel];
    }
    size_t first = 0; /* of the rule's hits in sorted */
    for (size_t i = 0; i < rule_count && !hits->failed; i++) {
        size_t end = first;
        while (end < hits->count &&
               decider->ruleset->patterns[pattern_of(decider->ruleset, &sorted[end])].rule == rules[i])
            end++;
        const struct weir_rule *rule = &decider->ruleset->rules[rules[i]];
        struct weir_match match = {0};
        if (applies(rule, item))
            status = judge_rule(&subject, rule, hits, sorted + first, end - first, decider->limits.evidence, &match);
        if (status != WEIR_OK)
            return status;
        if (match.rule)
            add_match(&made, matches, &match);
        first = end;
    }
    if (hits->failed)
        give_up(decider, item, matches, &made);
    *verdict = made;
    return WEIR_OK;
}
