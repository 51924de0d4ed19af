/* The report of a backtest for a person: totals, then rules by the size of their change, then samples. Only reads. */
#include "backtest_tally.h"
#include "text_page.h"

#include "weir/clock.h"

#include <inttypes.h>
#include <stdlib.h>

#define SAMPLE_INDENT 6

/* Names from outside, harmless on a terminal. */
static void put_foreign(FILE *out, struct weir_text text)
{
    struct text_page page = {.out = out};
    text_page_put(&page, text, 0, text.length, text.length);
}

/* ---- What was read ---- */

static void print_topic(const struct weir_backtest_input *input, FILE *out)
{
    char from[WEIR_RFC3339_SIZE];
    weir_clock_format_rfc3339(input->from_ms, from);
    fprintf(out, "topic %s from %s", input->topic, from);
    for (size_t i = 0; i < input->range_count; i++)
        fprintf(out, "%s%" PRId32 ":%" PRId64 "-%" PRId64, i == 0 ? ", offsets " : " ", input->ranges[i].partition,
                input->ranges[i].start, input->ranges[i].end);
    fputs("\n", out);
}

static void print_input(const struct weir_backtest *backtest, const struct weir_backtest_input *input, FILE *out)
{
    fputs("history   ", out);
    if (input->topic)
        print_topic(input, out);
    for (size_t i = 0; i < input->path_count && !input->topic; i++) {
        fputs(i == 0 ? "" : ", ", out);
        put_foreign(out, weir_text_of(input->paths[i]));
    }
    fputs(input->topic ? "" : "\n", out);
    const struct weir_backtest_totals totals = weir_backtest_totals(backtest);
    fprintf(out, "messages  %" PRIu64, totals.messages);
    const char *before = ", unreadable: ";
    for (int i = 0; i < WEIR_BAD_REASON_COUNT; i++) {
        if (backtest->bad[i] == 0)
            continue;
        fprintf(out, "%s%s %" PRIu64, before, weir_bad_reason_name((enum weir_bad_reason)i), backtest->bad[i]);
        before = ", ";
    }
    fputs(backtest->is_partial ? "; PARTIAL: it did not come to the end\n" : "\n", out);
}

static void print_set(const struct weir_ruleset *ruleset, const char *name, FILE *out)
{
    fprintf(out, "%-10s%zu rule%s, %.12s:", name, ruleset->rule_count, ruleset->rule_count == 1 ? "" : "s",
            ruleset->sha256);
    for (size_t i = 0; i < ruleset->pack_count; i++)
        fprintf(out, "%s %s %s", i == 0 ? "" : ",", ruleset->packs[i].name, ruleset->packs[i].version);
    fputs("\n", out);
}

/* ---- Counts ---- */

static void print_signed(uint64_t number, char sign, FILE *out)
{
    char text[24];
    if (number == 0)
        sign = ' ';
    snprintf(text, sizeof text, "%c%" PRIu64, sign, number);
    fprintf(out, " %9s", text);
}

static void print_channels(const struct weir_backtest *backtest, FILE *out)
{
    fputs("\nitems flagged        old       new      both     added   removed\n", out);
    for (int i = 0; i < WEIR_CHANNEL_COUNT; i++) {
        const struct backtest_flags *flags = &backtest->channels[i];
        fprintf(out, "  %-12s %9" PRIu64 " %9" PRIu64 " %9" PRIu64, weir_channel_name((enum weir_channel)i),
                flags->flagged[WEIR_BACKTEST_OLD], flags->flagged[WEIR_BACKTEST_NEW], flags->both);
        print_signed(backtest_flags_changed(flags, BACKTEST_ADDED), '+', out);
        print_signed(backtest_flags_changed(flags, BACKTEST_REMOVED), '-', out);
        fputs("\n", out);
    }
    if (backtest->inconclusive[WEIR_BACKTEST_OLD] + backtest->inconclusive[WEIR_BACKTEST_NEW] > 0)
        fprintf(out, "  undecided    %9" PRIu64 " %9" PRIu64 "  a limit kept weir from deciding; they are flagged\n",
                backtest->inconclusive[WEIR_BACKTEST_OLD], backtest->inconclusive[WEIR_BACKTEST_NEW]);
}

static void print_presence(const struct backtest_rule *rule, FILE *out)
{
    const struct weir_rule *old = rule->rule[WEIR_BACKTEST_OLD];
    const struct weir_rule *new = rule->rule[WEIR_BACKTEST_NEW];
    if (!old || !new)
        fprintf(out, "  (only in %s)", old ? "old" : "new");
    else if (old->status != new->status)
        fprintf(out, "  (was %s, is %s)", weir_rule_status_name(old->status), weir_rule_status_name(new->status));
}

static void print_rules(const struct weir_backtest *backtest, const struct backtest_rule *const *ranking, size_t count,
                        FILE *out)
{
    fputs(count ? "\n      old       new     added   removed   changed  rule\n" : "\n", out);
    for (size_t i = 0; i < count; i++) {
        const struct backtest_rule *rule = ranking[i];
        fprintf(out, "%9" PRIu64 " %9" PRIu64, rule->flagged[WEIR_BACKTEST_OLD], rule->flagged[WEIR_BACKTEST_NEW]);
        print_signed(rule->changes[BACKTEST_ADDED], '+', out);
        print_signed(rule->changes[BACKTEST_REMOVED], '-', out);
        print_signed(rule->moved, '~', out);
        fprintf(out, "  %s",
                (rule->rule[WEIR_BACKTEST_NEW] ? rule->rule[WEIR_BACKTEST_NEW] : rule->rule[WEIR_BACKTEST_OLD])->id);
        print_presence(rule, out);
        fputs("\n", out);
    }
    if (count < backtest->rule_count)
        fprintf(out, "%sules of both sets that flagged nothing: %zu\n", count == 0 ? "R" : "Other r",
                backtest->rule_count - count);
}

/* ---- Samples ---- */

static void print_source(const struct weir_origin *origin, FILE *out)
{
    put_foreign(out, origin->topic);
    if (origin->is_file)
        fprintf(out, ":%" PRId64, origin->offset);
    else
        fprintf(out, "/%" PRId32 "/%" PRId64, origin->partition, origin->offset);
}

static void print_sample(const struct backtest_sample *sample, char sign, FILE *out)
{
    struct text_mark marks[BACKTEST_MARKS_MAX];
    struct text_page page = {.out = out};
    for (size_t i = 0; i < sample->mark_count; i++)
        marks[i] = (struct text_mark){sample->marks[i].start, sample->marks[i].end};
    fprintf(out, "  %c ", sign);
    print_source(&sample->origin, out);
    if (sample->id.data) {
        fputs("  id ", out);
        put_foreign(out, sample->id);
    }
    fprintf(out, "\n%*s%s: %s", SAMPLE_INDENT, "", sample->field, sample->is_cut_before ? "..." : "");
    text_page_put_marked(&page, sample->excerpt, marks, sample->mark_count, false);
    fputs(sample->is_cut_after ? "...\n" : "\n", out);
}

static void print_samples(const struct backtest_rule *rule, FILE *out)
{
    const struct backtest_sample *sorted[WEIR_BACKTEST_SAMPLES_MAX];
    const struct weir_rule *shown =
        rule->rule[WEIR_BACKTEST_NEW] ? rule->rule[WEIR_BACKTEST_NEW] : rule->rule[WEIR_BACKTEST_OLD];
    if (rule->samples[BACKTEST_ADDED].count + rule->samples[BACKTEST_REMOVED].count == 0)
        return;
    fprintf(out, "\n%s: %s\n", shown->id, shown->title);
    for (int change = 0; change < BACKTEST_CHANGES; change++) {
        const struct backtest_samples *samples = &rule->samples[change];
        backtest_samples_sort(samples, sorted);
        for (size_t i = 0; i < samples->count; i++)
            print_sample(sorted[i], change == BACKTEST_ADDED ? '+' : '-', out);
        if (rule->changes[change] > samples->count)
            fprintf(out, "  %c %" PRIu64 " more\n", change == BACKTEST_ADDED ? '+' : '-',
                    rule->changes[change] - samples->count);
    }
}

enum weir_status weir_backtest_print(const struct weir_backtest *backtest, const struct weir_backtest_input *input,
                                     FILE *out)
{
    size_t count;
    const struct backtest_rule **ranking = backtest_ranking(backtest, &count);
    if (!ranking)
        return WEIR_NO_MEMORY;
    print_input(backtest, input, out);
    print_set(backtest->options.rulesets[WEIR_BACKTEST_OLD], "old", out);
    print_set(backtest->options.rulesets[WEIR_BACKTEST_NEW], "new", out);
    print_channels(backtest, out);
    print_rules(backtest, ranking, count, out);
    for (size_t i = 0; i < count; i++)
        print_samples(ranking[i], out);
    free(ranking);
    return WEIR_OK;
}
