/* Rules over spans: which rules hold for an item, and with what evidence.
 *
 * A rule holds when its condition does over the counted hits (judge.c). What a limit kept from being known is never
 * called clean: a rule that holds anyway says `truncated`, one that might have held goes to a person as `inconclusive`.
 * Pure: arena only. */
#include "counted.h"
#include "decider.h"
#include "judge.h"

#include <stdlib.h>

/* Rules named for an item of which the scan itself failed: enough to say so. */
#define FAILED_RULES_MAX 32

enum weir_status weir_decider_new(const struct weir_ruleset *ruleset, const struct weir_chars *chars,
                                  const struct weir_limits *limits, struct weir_decider **decider)
{
    struct weir_decider *made = calloc(1, sizeof *made);
    struct weir_regex_scratch *regex = weir_regex_scratch_new();
    struct hit_marks *marks = hit_marks_new(ruleset);
    if (!made || !regex || !marks) {
        free(made);
        weir_regex_scratch_free(regex);
        hit_marks_free(marks);
        return WEIR_NO_MEMORY;
    }
    *made =
        (struct weir_decider){.ruleset = ruleset, .chars = chars, .limits = *limits, .regex = regex, .marks = marks};
    *decider = made;
    return WEIR_OK;
}

void weir_decider_free(struct weir_decider *decider)
{
    if (!decider)
        return;
    weir_regex_scratch_free(decider->regex);
    hit_marks_free(decider->marks);
    free(decider);
}

/* What limits did to the rule: more of a pattern than was looked at is `truncated`, what may have been found or not is
 * `inconclusive`. */
static void note_limits(const struct weir_rule *rule, const struct findings *findings, const bool *open,
                        enum weir_truth truth, struct weir_match *match)
{
    for (uint32_t i = 0; i < rule->pattern_count + rule->exception_count; i++) {
        match->truncated = match->truncated || (findings[i].truncated && truth == WEIR_TRUTH_YES);
        match->inconclusive = match->inconclusive || findings[i].inconclusive || (i >= rule->pattern_count && open[i]);
    }
    match->inconclusive = match->inconclusive || truth == WEIR_TRUTH_MAYBE;
}

static enum weir_status list_all(const struct subject *subject, const struct weir_rule *rule,
                                 const struct findings *findings, bool *used, struct weir_match *match)
{
    for (uint32_t i = 0; i < rule->pattern_count + rule->exception_count; i++)
        used[i] = subject->window->lists_raw || i < rule->pattern_count;
    match->rule = rule;
    return list_counted(subject, rule, findings, used, match);
}

/* Judges one rule by its hits; match->rule stays NULL when it does not hold. */
static enum weir_status judge_rule(const struct subject *subject, const struct rule_hits *own,
                                   const struct weir_hits *hits, size_t evidence_max, struct weir_match *match)
{
    const struct weir_rule *rule = own->rule;
    size_t count = rule->pattern_count + rule->exception_count;
    struct findings *findings = weir_arena_array(subject->arena, count, sizeof *findings);
    bool *open = weir_arena_array(subject->arena, count, sizeof *open);
    bool *used = weir_arena_array(subject->arena, count, sizeof *used);
    *match = (struct weir_match){0};
    if (!findings || !open || !used)
        return WEIR_NO_MEMORY;
    enum weir_status status = find_all(subject, own, hits, findings, open);
    bool is_raw = subject->window && subject->window->lists_raw;
    if (status == WEIR_OK && rule->exception_count > 0 && !is_raw)
        status = drop_excepted(subject, findings, rule->pattern_count, findings + rule->pattern_count,
                               rule->exception_count);
    if (status != WEIR_OK)
        return status;
    if (subject->window && subject->window->lists_all)
        return list_all(subject, rule, findings, used, match);
    bool doubt = false; /* whether what counts is excepted may not be known */
    for (size_t i = rule->pattern_count; i < count; i++)
        doubt = doubt || open[i];
    const struct grounds grounds = {subject->item, findings, open};
    enum weir_truth truth = judge(&grounds, rule->condition);
    if (truth == WEIR_TRUTH_NO && doubt)
        truth = WEIR_TRUTH_MAYBE;
    if (truth == WEIR_TRUTH_NO)
        return WEIR_OK;
    note_limits(rule, findings, open, truth, match);
    note_used(&grounds, rule->condition, used);
    match->rule = rule;
    status = gather_evidence(subject, rule, findings, used, evidence_max, match);
    return status == WEIR_OK && subject->window ? list_counted(subject, rule, findings, used, match) : status;
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
        if (find_gate(rule, item) != WEIR_GATE_OPEN || rule->status != WEIR_RULE_ACTIVE)
            continue;
        add_match(verdict, matches, &(struct weir_match){.rule = rule, .truncated = true, .inconclusive = true});
        named++;
    }
}

static enum weir_status decide(struct weir_decider *decider, const struct weir_item *item,
                               const struct weir_window *window, const struct weir_scan_text *texts,
                               const struct weir_hits *hits, struct weir_arena *arena, struct weir_verdict *verdict)
{
    struct weir_verdict made = {0};
    if (hits->count == 0 && hits->cut_count == 0 && !hits->failed) {
        *verdict = made;
        return WEIR_OK;
    }
    struct subject subject = {
        .ruleset = decider->ruleset,
        .chars = decider->chars,
        .regex = decider->regex,
        .item = item,
        .texts = texts,
        .arena = arena,
        .spans_max = decider->limits.hits,
        .window = window,
    };
    struct rule_hits *rules;
    size_t rule_count;
    const bool wants_all = window && window->lists_all;
    const enum which_hits which = !wants_all ? HITS_THAT_MAY_HOLD : window->lists_raw ? HITS_RAW : HITS_OF_ALL;
    enum weir_status status = list_rule_hits(decider->marks, hits, which, arena, &rules, &rule_count);
    if (status != WEIR_OK)
        return status;
    struct weir_match *matches[WEIR_CHANNEL_COUNT];
    for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++) {
        matches[channel] = weir_arena_array(arena, rule_count + FAILED_RULES_MAX, sizeof *matches[channel]);
        if (!matches[channel])
            return WEIR_NO_MEMORY;
        made.matches[channel] = matches[channel];
    }
    for (size_t i = 0; i < rule_count && !hits->failed; i++) {
        struct weir_match match = {0};
        if (find_gate(rules[i].rule, item) == WEIR_GATE_OPEN)
            status = judge_rule(&subject, &rules[i], hits, decider->limits.evidence, &match);
        if (status != WEIR_OK)
            return status;
        if (match.rule)
            add_match(&made, matches, &match);
    }
    if (hits->failed && !wants_all)
        give_up(decider, item, matches, &made);
    *verdict = made;
    return WEIR_OK;
}

enum weir_status weir_decide(struct weir_decider *decider, const struct weir_item *item,
                             const struct weir_scan_text *texts, const struct weir_hits *hits, struct weir_arena *arena,
                             struct weir_verdict *verdict)
{
    return decide(decider, item, NULL, texts, hits, arena, verdict);
}

enum weir_status weir_decide_window(struct weir_decider *decider, const struct weir_item *item,
                                    const struct weir_window *window, const struct weir_scan_text *texts,
                                    const struct weir_hits *hits, struct weir_arena *arena,
                                    struct weir_verdict *verdict)
{
    return decide(decider, item, window, texts, hits, arena, verdict);
}
