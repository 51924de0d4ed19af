/* Flags to sums. A flag of several rules counts once for each of them, once for each of their categories, and once in
 * all. */
#include "report_store.h"

#include <stdlib.h>

static void add(struct report_sums *sums, const struct report_flag *flag)
{
    if (flag->place == WEIR_REPORT_SHADOW) {
        sums->shadow++;
        return;
    }
    sums->flags++;
    sums->reviewed += flag->verdict != REPORT_UNREVIEWED;
    sums->upheld += flag->verdict == REPORT_UPHELD;
}

static int compare_rules(const void *a, const void *b)
{
    const struct report_rule *x = a;
    const struct report_rule *y = b;
    if (x->sums.flags != y->sums.flags)
        return x->sums.flags > y->sums.flags ? -1 : 1;
    if (x->sums.shadow != y->sums.shadow)
        return x->sums.shadow > y->sums.shadow ? -1 : 1;
    return strcmp(x->id, y->id);
}

static int compare_categories(const void *a, const void *b)
{
    const struct report_category *x = a;
    const struct report_category *y = b;
    if (x->sums.flags != y->sums.flags)
        return x->sums.flags > y->sums.flags ? -1 : 1;
    return strcmp(x->name, y->name);
}

static int compare_langs(const void *a, const void *b)
{
    const struct report_lang *x = a;
    const struct report_lang *y = b;
    if (x->sums.flags != y->sums.flags)
        return x->sums.flags > y->sums.flags ? -1 : 1;
    return strcmp(x->name, y->name);
}

static int compare_times(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

/* By rule: the index of its category. Fills the categories; returns how many. */
static size_t number_categories(const struct weir_report *report, struct report_category *categories, uint32_t *of_rule)
{
    size_t count = 0;
    for (size_t i = 0; i < report->rule_count; i++) {
        size_t at = 0;
        while (at < count && strcmp(categories[at].name, report->rules[i].category) != 0)
            at++;
        if (at == count)
            categories[count++] = (struct report_category){.name = report->rules[i].category};
        of_rule[i] = (uint32_t)at;
    }
    return count;
}

static void add_to_rules(struct weir_report *report, const struct report_flag *flag, struct report_category *categories,
                         const uint32_t *of_rule)
{
    const uint32_t *rules = report->flag_rules + flag->rules;
    for (uint16_t i = 0; i < flag->rule_count; i++) {
        bool is_counted = false; /* its category, by an earlier rule of the flag */
        for (uint16_t j = 0; j < i; j++)
            is_counted = is_counted || of_rule[rules[j]] == of_rule[rules[i]];
        add(&report->rules[rules[i]].sums, flag);
        if (!is_counted)
            add(&categories[of_rule[rules[i]]].sums, flag);
    }
}

static void add_to_totals(struct report_totals *totals, const struct report_flag *flag)
{
    add(&totals->all, flag);
    totals->places[flag->place]++;
    totals->repeats += flag->is_repeat;
    totals->kinds[flag->kind]++;
}

/* times: room for all flags. */
static void sum_flags(struct weir_report *report, struct report_totals *totals, struct report_category *categories,
                      const uint32_t *of_rule, struct report_lang *langs, int64_t *times)
{
    size_t time_count = 0;
    for (size_t i = 0; i < report->flag_count; i++) {
        const struct report_flag *flag = &report->flags[i];
        if (flag->is_audit)
            continue;
        totals->unknown += !flag->is_known && flag->verdict != REPORT_UNREVIEWED;
        totals->withdrawn += flag->is_known && flag->is_withdrawn;
        if (!flag->is_known || flag->is_withdrawn)
            continue;
        add_to_totals(totals, flag);
        add(&langs[flag->lang].sums, flag);
        add_to_rules(report, flag, categories, of_rule);
        if (flag->verdict != REPORT_UNREVIEWED && flag->decided_ms >= flag->flagged_ms)
            times[time_count++] = flag->decided_ms - flag->flagged_ms;
    }
    qsort(times, time_count, sizeof *times, compare_times);
    totals->median_ms = time_count ? (uint64_t)times[time_count / 2] : UINT64_MAX;
}

enum weir_status report_sum(struct weir_report *report, struct report_totals *totals,
                            struct report_category **categories, size_t *category_count, struct report_lang **langs,
                            size_t *lang_count)
{
    *totals = (struct report_totals){0};
    *categories = calloc(report->rule_count + 1, sizeof **categories);
    *langs = calloc(report->lang_count + 1, sizeof **langs);
    uint32_t *of_rule = calloc(report->rule_count + 1, sizeof *of_rule);
    int64_t *times = calloc(report->flag_count + 1, sizeof *times);
    bool ready = *categories && *langs && of_rule && times;
    if (ready) {
        for (size_t i = 0; i < report->rule_count; i++)
            report->rules[i].sums = (struct report_sums){0};
        for (size_t i = 0; i < report->lang_count; i++)
            (*langs)[i].name = report->langs[i];
        *category_count = number_categories(report, *categories, of_rule);
        *lang_count = report->lang_count;
        sum_flags(report, totals, *categories, of_rule, *langs, times);
        qsort(*categories, *category_count, sizeof **categories, compare_categories);
        qsort(*langs, *lang_count, sizeof **langs, compare_langs);
    } else {
        free(*categories);
        free(*langs);
    }
    free(of_rule);
    free(times);
    return ready ? WEIR_OK : WEIR_NO_MEMORY;
}

enum weir_status report_sort_rules(struct weir_report *report, struct report_rule **rules)
{
    *rules = malloc((report->rule_count + 1) * sizeof **rules);
    if (!*rules)
        return WEIR_NO_MEMORY;
    if (report->rule_count)
        memcpy(*rules, report->rules, report->rule_count * sizeof **rules);
    qsort(*rules, report->rule_count, sizeof **rules, compare_rules);
    return WEIR_OK;
}
