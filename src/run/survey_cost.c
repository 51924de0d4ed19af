/* Each rule alone over the sample: its time beyond that of a scan for nothing, and what it found.
 *
 * Time is the thread's own processor time, best of several rounds, so that what else runs on the machine matters
 * little. The dearest are measured again at leisure: they are the ones that people look at. */
#include "survey_cost.h"

#include "weir/decide.h"
#include "weir/rule_parts.h"
#include "weir/scan.h"

#include <stdlib.h>
#include <time.h>

#define TEXTS_MIN 100u
#define TEXTS_MAX 1000u
#define TEXTS_OF_ALL_RULES 4000000u /* texts times rules */
#define TEXTS_OF_A_ROUND 1000u      /* a small sample is scanned several times over */
#define ROUNDS_MAX 15
#define TIME_OF_ALL_RULES_NS 4e9
#define TIME_OF_A_RULE_NS 5e6
#define AGAIN_COUNT 32u
#define PROBES 16
#define ARENA_KEEP ((size_t)1 << 20)

struct measure {
    const struct weir_survey_options *options;
    struct sample *sample;
    struct weir_arena *arena;
    double budget_ns;                         /* for the rounds of one rule, as long as one round is done */
    double nothing_ns[1u << WEIR_VIEW_COUNT]; /* by views: of a scan for nothing, for each text; 0: not known yet */
};

/* One ruleset over the sample. */
struct timing {
    double ns; /* for each text */
    size_t hits;
    size_t flags;
};

size_t survey_texts_for(size_t rule_count)
{
    size_t texts = TEXTS_OF_ALL_RULES / (rule_count ? rule_count : 1);
    return texts < TEXTS_MIN ? TEXTS_MIN : texts > TEXTS_MAX ? TEXTS_MAX : texts;
}

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Every text once: the two stages that rules have a part in. */
static enum weir_status pass(const struct measure *measure, struct weir_scanner *scanner, struct weir_decider *decider,
                             struct timing *timing)
{
    for (size_t i = 0; i < measure->sample->count; i++) {
        const struct sample_text *text = &measure->sample->texts[i];
        struct weir_hits hits;
        struct weir_verdict verdict;
        weir_scan(scanner, &text->views, &hits);
        if (hits.count == 0 && hits.cut_count == 0 && !hits.failed)
            continue;
        weir_arena_reset(measure->arena);
        enum weir_status status = weir_decide(decider, &text->item, &text->views, &hits, measure->arena, &verdict);
        if (status != WEIR_OK)
            return status;
        timing->hits++;
        for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++)
            timing->flags += verdict.match_count[channel] > 0;
    }
    return WEIR_OK;
}

static enum weir_status time_rounds(const struct measure *measure, struct weir_scanner *scanner,
                                    struct weir_decider *decider, struct timing *timing)
{
    const size_t count = measure->sample->count;
    const size_t passes = (TEXTS_OF_A_ROUND + count - 1) / count;
    double spent_ns = 0;
    for (int round = 0; round < ROUNDS_MAX && (round == 0 || spent_ns < measure->budget_ns); round++) {
        struct timing one = {0};
        double start_ns = now_ns();
        for (size_t i = 0; i < passes; i++) {
            one = (struct timing){0};
            enum weir_status status = pass(measure, scanner, decider, &one);
            if (status != WEIR_OK)
                return status;
        }
        double took_ns = now_ns() - start_ns;
        spent_ns += took_ns;
        one.ns = took_ns / (double)(passes * count);
        if (round == 0 || one.ns < timing->ns)
            *timing = one;
    }
    return WEIR_OK;
}

static enum weir_status time_ruleset(const struct measure *measure, const struct weir_ruleset *ruleset,
                                     struct timing *timing)
{
    struct weir_scanner *scanner = NULL;
    struct weir_decider *decider = NULL;
    const struct weir_limits *limits = &measure->options->settings->limits;
    enum weir_status status = weir_scanner_new(ruleset, limits->hits, &scanner);
    if (status == WEIR_OK)
        status = weir_decider_new(ruleset, measure->options->chars, limits, &decider);
    if (status == WEIR_OK)
        status = time_rounds(measure, scanner, decider, timing);
    weir_decider_free(decider);
    weir_scanner_free(scanner);
    return status;
}

static enum weir_status time_nothing(const struct measure *measure, unsigned views, struct timing *timing)
{
    struct weir_lone_rule *lone;
    enum weir_status status = weir_lone_nothing_new(measure->options->ruleset, views, &lone);
    if (status != WEIR_OK)
        return status;
    status = time_ruleset(measure, weir_lone_rule_get(lone), timing);
    weir_lone_rule_free(lone);
    return status;
}

/* What the same scan takes at different times: no difference below that says anything. */
static enum weir_status measure_noise(const struct measure *measure, double *noise_ns)
{
    double least = 0;
    double most = 0;
    for (int i = 0; i < PROBES; i++) {
        struct timing timing = {0};
        enum weir_status status = time_nothing(measure, 1u << WEIR_VIEW_FOLDED, &timing);
        if (status != WEIR_OK)
            return status;
        least = i == 0 || timing.ns < least ? timing.ns : least;
        most = timing.ns > most ? timing.ns : most;
    }
    *noise_ns = most - least + 1;
    return WEIR_OK;
}

/* Items are of a kind that the rule looks at, whatever they came from. */
static void set_kind(struct sample *sample, const struct weir_rule *rule)
{
    enum weir_kind kind = rule->kinds & 1u << WEIR_POST ? WEIR_POST : WEIR_CAPTION;
    for (size_t i = 0; i < sample->count; i++)
        sample->texts[i].item.kind = kind;
}

static enum weir_status measure_rule(struct measure *measure, uint32_t rule, struct weir_rule_cost *cost)
{
    const struct weir_ruleset *whole = measure->options->ruleset;
    struct weir_lone_rule *lone;
    struct timing timing = {0};
    enum weir_status status = weir_lone_rule_new(whole, rule, &lone);
    if (status != WEIR_OK)
        return status;
    const struct weir_ruleset *ruleset = weir_lone_rule_get(lone);
    double *nothing_ns = &measure->nothing_ns[ruleset->views];
    if (*nothing_ns == 0 && ruleset->views != 0) {
        status = time_nothing(measure, ruleset->views, &timing);
        *nothing_ns = timing.ns;
    }
    set_kind(measure->sample, &whole->rules[rule]);
    if (status == WEIR_OK)
        status = time_ruleset(measure, ruleset, &timing);
    weir_lone_rule_free(lone);
    double per_thousand = 1000.0 / (double)measure->sample->count;
    *cost = (struct weir_rule_cost){
        .rule = rule,
        .ns = timing.ns - *nothing_ns,
        .hits = (double)timing.hits * per_thousand,
        .flags = (double)timing.flags * per_thousand,
    };
    return status;
}

static int compare_costs(const void *a, const void *b)
{
    const struct weir_rule_cost *x = a;
    const struct weir_rule_cost *y = b;
    if (x->ns != y->ns)
        return x->ns < y->ns ? 1 : -1;
    return (x->rule > y->rule) - (x->rule < y->rule);
}

static enum weir_status measure_all(struct measure *measure, struct weir_survey *survey)
{
    size_t count = survey->cost_count;
    enum weir_status status = measure_noise(measure, &survey->noise_ns);
    for (uint32_t i = 0; status == WEIR_OK && i < count; i++)
        status = measure_rule(measure, i, &survey->costs[i]);
    qsort(survey->costs, count, sizeof *survey->costs, compare_costs);
    measure->budget_ns = TIME_OF_A_RULE_NS;
    for (size_t i = 0; status == WEIR_OK && i < count && i < AGAIN_COUNT; i++) {
        struct weir_rule_cost again;
        status = measure_rule(measure, survey->costs[i].rule, &again);
        if (status == WEIR_OK && again.ns < survey->costs[i].ns)
            survey->costs[i] = again;
    }
    return status;
}

static void share_out(struct weir_survey *survey)
{
    double sum = 0;
    for (size_t i = 0; i < survey->cost_count; i++) {
        struct weir_rule_cost *cost = &survey->costs[i];
        cost->is_noise = cost->ns < survey->noise_ns;
        if (cost->is_noise)
            cost->ns = 0;
        sum += cost->ns;
    }
    for (size_t i = 0; sum > 0 && i < survey->cost_count; i++)
        survey->costs[i].share = survey->costs[i].ns / sum;
    qsort(survey->costs, survey->cost_count, sizeof *survey->costs, compare_costs);
}

enum weir_status survey_costs(const struct weir_survey_options *options, struct sample *sample,
                              struct weir_survey *survey)
{
    size_t count = options->ruleset->rule_count;
    struct measure measure = {.options = options, .sample = sample, .arena = weir_arena_new(ARENA_KEEP)};
    measure.budget_ns = TIME_OF_ALL_RULES_NS / (double)(count + 1);
    if (measure.budget_ns > TIME_OF_A_RULE_NS)
        measure.budget_ns = TIME_OF_A_RULE_NS;
    survey->costs = calloc(count + 1, sizeof *survey->costs);
    survey->cost_count = count;
    enum weir_status status = measure.arena && survey->costs ? WEIR_OK : WEIR_NO_MEMORY;
    if (status == WEIR_OK)
        status = measure_all(&measure, survey);
    if (status == WEIR_OK)
        share_out(survey);
    weir_arena_free(measure.arena);
    return status;
}
