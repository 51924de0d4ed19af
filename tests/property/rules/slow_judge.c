/* Exceptions, conditions and evidence by brute force (RULES.md section 5). */
#include "slow.h"

#include "weir/utf8.h"

#include <stdlib.h>

struct slow_rule *slow_rule_new(const struct spec_rule *spec)
{
    struct slow_rule *rule = calloc(1, sizeof *rule);
    if (!rule)
        abort();
    rule->spec = spec;
    for (unsigned i = 0; i < spec->pattern_count + spec->exception_count; i++)
        rule->patterns[i] = slow_pattern_new(&spec->patterns[i]);
    return rule;
}

void slow_rule_free(struct slow_rule *rule)
{
    for (unsigned i = 0; i < rule->spec->pattern_count + rule->spec->exception_count; i++)
        slow_pattern_free(rule->patterns[i]);
    free(rule);
}

struct slow_item *slow_item_new(const struct weir_item *item)
{
    struct slow_item *made = calloc(1, sizeof *made);
    struct slow_value *values = calloc(item->value_count, sizeof *values);
    if (!made || !values)
        abort();
    *made = (struct slow_item){item, values};
    for (size_t i = 0; i < item->value_count; i++) {
        values[i].text = item->values[i].text;
        values[i].field = item->values[i].field;
        slow_value_init(&values[i]);
    }
    return made;
}

void slow_item_free(struct slow_item *item)
{
    for (size_t i = 0; i < item->item->value_count; i++)
        slow_value_fini(&item->values[i]);
    free(item->values);
    free(item);
}

/* ---- Conditions ---- */

struct ground {
    const struct spec_rule *spec;
    const struct slow_item *item;
    const struct slow_hits *hits; /* counted ones, of each pattern */
};

static bool are_near(const struct ground *ground, const struct slow_hit *a, const struct slow_hit *b, unsigned most)
{
    if (a->value != b->value)
        return false;
    const struct slow_hit *first = a->source.start <= b->source.start ? a : b;
    const struct slow_hit *second = first == a ? b : a;
    if (first->source.end >= second->source.start)
        return true;
    struct weir_text text = ground->item->values[a->value].text;
    return weir_utf8_count(weir_text_slice(text, first->source.end, second->source.start)) <= most;
}

static int64_t time_of(const struct weir_item *item, const struct slow_hit *hit)
{
    int64_t time = 0;
    for (size_t i = 0; i < item->fragment_count; i++)
        if (item->fragments[i].start_byte <= hit->source.start)
            time = item->fragments[i].start_ms;
    return time;
}

static bool are_within(const struct ground *ground, const struct slow_hit *a, const struct slow_hit *b,
                       unsigned seconds)
{
    const struct weir_item *item = ground->item->item;
    return item->fragment_count > 0 && llabs(time_of(item, a) - time_of(item, b)) <= (long long)seconds * 1000;
}

static bool has_pair(const struct ground *ground, const struct spec_node *node)
{
    const struct slow_hits *a = &ground->hits[node->patterns[0]];
    const struct slow_hits *b = &ground->hits[node->patterns[1]];
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++) {
            if (a == b && i == j)
                continue;
            if (node->kind == WEIR_CONDITION_NEAR ? are_near(ground, &a->at[i], &b->at[j], node->number)
                                                  : are_within(ground, &a->at[i], &b->at[j], node->number))
                return true;
        }
    return false;
}

static bool compare(size_t count, enum weir_comparison comparison, unsigned number)
{
    switch (comparison) {
    case WEIR_AT_LEAST:
        return count >= number;
    case WEIR_MORE:
        return count > number;
    case WEIR_LESS:
        return count < number;
    case WEIR_AT_MOST:
        return count <= number;
    case WEIR_EXACTLY:
    default:
        return count == number;
    }
}

static bool holds(const struct ground *ground, unsigned at)
{
    const struct spec_node *node = &ground->spec->nodes[at];
    unsigned found = 0;
    switch (node->kind) {
    case WEIR_CONDITION_NOT:
        return !holds(ground, node->left);
    case WEIR_CONDITION_AND:
        return holds(ground, node->left) && holds(ground, node->right);
    case WEIR_CONDITION_OR:
        return holds(ground, node->left) || holds(ground, node->right);
    case WEIR_CONDITION_COUNT:
        return compare(ground->hits[node->patterns[0]].count, node->comparison, node->number);
    case WEIR_CONDITION_NEAR:
    case WEIR_CONDITION_WITHIN:
        return has_pair(ground, node);
    case WEIR_CONDITION_NAME:
    case WEIR_CONDITION_OF:
    default:
        for (unsigned i = 0; i < node->pattern_count; i++)
            found += ground->hits[node->patterns[i]].count > 0;
        return found >= node->number;
    }
}

static void mark_used(const struct ground *ground, unsigned at, bool used[PATTERNS_MAX])
{
    const struct spec_node *node = &ground->spec->nodes[at];
    if (node->kind == WEIR_CONDITION_NOT || !holds(ground, at))
        return;
    for (unsigned i = 0; i < node->pattern_count; i++)
        used[node->patterns[i]] = true;
    if (node->kind != WEIR_CONDITION_AND && node->kind != WEIR_CONDITION_OR)
        return;
    mark_used(ground, node->left, used);
    mark_used(ground, node->right, used);
}

/* ---- Evidence ---- */

static struct slow_evidence describe(const struct slow_item *item, unsigned pattern, const struct slow_hit *hit)
{
    const struct slow_value *value = &item->values[hit->value];
    struct slow_evidence evidence = {.pattern = pattern, .field = value->field, .view = hit->view};
    for (size_t i = 0; i < hit->value; i++) {
        if (item->values[i].field != value->field)
            continue;
        evidence.start += weir_utf8_count(item->values[i].text) + 1;
        evidence.start_byte += item->values[i].text.length + 1;
    }
    evidence.end = evidence.start + weir_utf8_count(weir_text_slice(value->text, 0, hit->source.end));
    evidence.start += weir_utf8_count(weir_text_slice(value->text, 0, hit->source.start));
    evidence.end_byte = evidence.start_byte + hit->source.end;
    evidence.start_byte += hit->source.start;
    return evidence;
}

/* Fields are in the order of their first value, which is that of their numbers. */
static int compare_evidence(const void *a, const void *b)
{
    const struct slow_evidence *x = a;
    const struct slow_evidence *y = b;
    if (x->field != y->field)
        return x->field < y->field ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return (x->pattern > y->pattern) - (x->pattern < y->pattern);
}

static void gather(const struct ground *ground, size_t evidence_max, struct slow_answer *answer)
{
    bool used[PATTERNS_MAX] = {false};
    size_t total = 0;
    mark_used(ground, 0, used);
    for (unsigned i = 0; i < ground->spec->pattern_count; i++)
        total += used[i] ? ground->hits[i].count : 0;
    answer->evidence = calloc(total + 1, sizeof *answer->evidence);
    if (!answer->evidence)
        abort();
    for (unsigned i = 0; i < ground->spec->pattern_count; i++)
        for (size_t j = 0; used[i] && j < ground->hits[i].count; j++)
            answer->evidence[answer->evidence_count++] = describe(ground->item, i, &ground->hits[i].at[j]);
    qsort(answer->evidence, total, sizeof *answer->evidence, compare_evidence);
    answer->truncated = total > evidence_max;
    if (answer->truncated)
        answer->evidence_count = evidence_max;
}

/* ---- The rule ---- */

static bool is_inside(const struct slow_hit *hit, const struct slow_hits *exceptions)
{
    for (size_t i = 0; i < exceptions->count; i++) {
        const struct slow_hit *exception = &exceptions->at[i];
        if (exception->value == hit->value && exception->source.start <= hit->source.start &&
            hit->source.end <= exception->source.end)
            return true;
    }
    return false;
}

static bool passes_language(const char *language, struct weir_text tag)
{
    size_t length = language ? strlen(language) : 0;
    if (!language || tag.length == 0)
        return true;
    return tag.length >= length && memcmp(tag.data, language, length) == 0 &&
           (tag.length == length || tag.data[length] == '-');
}

static bool applies(const struct spec_rule *spec, const struct weir_item *item)
{
    return spec->status != WEIR_RULE_DEPRECATED && (spec->kinds >> item->kind & 1) &&
           passes_language(spec->language, item->lang);
}

void slow_judge(const struct slow_rule *rule, const struct slow_item *item, size_t evidence_max,
                struct slow_answer *answer)
{
    const struct spec_rule *spec = rule->spec;
    struct slow_hits hits[PATTERNS_MAX + EXCEPTIONS_MAX] = {{0}};
    unsigned all = spec->pattern_count + spec->exception_count;
    *answer = (struct slow_answer){0};
    if (!applies(spec, item->item))
        return;
    for (unsigned i = 0; i < all; i++) {
        slow_find(rule->patterns[i], spec->fields, item, &hits[i]);
        answer->undecided = answer->undecided || hits[i].undecided;
    }
    for (unsigned i = 0; i < spec->pattern_count; i++) {
        size_t kept = 0;
        for (size_t j = 0; j < hits[i].count; j++) {
            bool counts = true;
            for (unsigned k = spec->pattern_count; k < all; k++)
                counts = counts && !is_inside(&hits[i].at[j], &hits[k]);
            if (counts)
                hits[i].at[kept++] = hits[i].at[j];
        }
        hits[i].count = kept;
    }
    struct ground ground = {spec, item, hits};
    answer->flags = holds(&ground, 0);
    if (answer->flags)
        gather(&ground, evidence_max, answer);
    for (unsigned i = 0; i < all; i++)
        free(hits[i].at);
}
