/* Samples of a bounded number and length. Which items they are is decided by a hash of where each stands, so that it
 * does not depend on the order in which partitions answer. */
#include "backtest_sample.h"

#include "weir/utf8.h"

#include <stdlib.h>

/* Bytes of an excerpt: together no more than is shown without a second cut. */
#define BEFORE_MAX 110
#define QUOTES_MAX 240
#define AFTER_MAX 110

/* FNV-1a over the source, then the finalizer of MurmurHash3: neighbours get ranks far apart. */
static uint64_t rank_of(const struct weir_origin *origin)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < origin->topic.length; i++)
        hash = (hash ^ (unsigned char)origin->topic.data[i]) * 0x100000001B3u;
    hash = (hash ^ (uint64_t)origin->partition) * 0x100000001B3u;
    hash ^= (uint64_t)origin->offset * 0x9E3779B97F4A7C15u;
    hash = (hash ^ hash >> 33) * 0xFF51AFD7ED558CCDu;
    hash = (hash ^ hash >> 33) * 0xC4CEB9FE1A85EC53u;
    return hash ^ hash >> 33;
}

/* The value that the quote was taken from, or the quote itself. */
static struct weir_text find_value(const struct weir_item *item, struct weir_text quote)
{
    for (size_t i = 0; i < item->value_count; i++) {
        struct weir_text text = item->values[i].text;
        if (quote.data >= text.data && quote.data + quote.length <= text.data + text.length)
            return text;
    }
    return quote;
}

static size_t round_up(struct weir_text text, size_t at)
{
    while (at < text.length && weir_utf8_is_continuation(text.data[at]))
        at++;
    return at;
}

static size_t round_down(struct weir_text text, size_t at)
{
    if (at >= text.length)
        return text.length;
    while (at > 0 && weir_utf8_is_continuation(text.data[at]))
        at--;
    return at;
}

/* Marks in bytes of the value, from the first evidence on, as far as QUOTES_MAX reaches. */
static void mark_evidence(const struct weir_match *match, struct weir_text value, bool first_only,
                          struct backtest_sample *sample)
{
    const size_t reach = round_down(value, (size_t)(match->evidence[0].quote.data - value.data) + QUOTES_MAX);
    for (size_t i = 0; i < match->evidence_count; i++) {
        struct weir_text quote = match->evidence[i].quote;
        if (quote.data < value.data || quote.data + quote.length > value.data + value.length)
            continue;
        size_t start = (size_t)(quote.data - value.data);
        size_t end = start + quote.length < reach ? start + quote.length : reach;
        struct weir_range *last = sample->mark_count ? &sample->marks[sample->mark_count - 1] : NULL;
        if (start >= reach || (last && first_only))
            return;
        if (last && start <= last->end) {
            last->end = end > last->end ? (uint32_t)end : last->end;
            continue;
        }
        if (sample->mark_count == BACKTEST_MARKS_MAX)
            return;
        sample->marks[sample->mark_count++] = (struct weir_range){(uint32_t)start, (uint32_t)end};
    }
}

/* Sets marks, excerpt (borrowed from the item) and field. */
static void cut_excerpt(const struct backtest_candidate *candidate, struct backtest_sample *sample)
{
    const struct weir_item *item = candidate->item;
    const struct weir_match *match = candidate->match;
    struct weir_text value = {"", 0};
    size_t start = 0;
    size_t end = 0;
    if (match->evidence_count > 0) {
        value = find_value(item, match->evidence[0].quote);
        mark_evidence(match, value, candidate->quotes_only, sample);
        sample->field = candidate->fields->at[match->evidence[0].field];
        start = sample->mark_count ? sample->marks[0].start : 0;
        end = sample->mark_count ? sample->marks[sample->mark_count - 1].end : 0;
    } else if (item->value_count > 0) {
        /* What weir could not decide has no evidence: the text itself is all there is to show. */
        value = item->values[0].text;
        sample->field = candidate->fields->at[item->values[0].field];
    }
    if (!candidate->quotes_only) {
        start = start > BEFORE_MAX ? round_up(value, start - BEFORE_MAX) : 0;
        end = round_down(value, end + AFTER_MAX);
    }
    for (size_t i = 0; i < sample->mark_count; i++) {
        sample->marks[i].start -= (uint32_t)start;
        sample->marks[i].end -= (uint32_t)start;
    }
    sample->excerpt = weir_text_slice(value, start, end);
    sample->is_cut_before = start > 0;
    sample->is_cut_after = end < value.length;
}

static struct weir_text keep(char **at, struct weir_text text)
{
    struct weir_text kept = {*at, text.length};
    if (text.length)
        *at = mempcpy(*at, text.data, text.length);
    return kept;
}

/* One block of memory for all texts. */
static bool own_texts(const struct backtest_candidate *candidate, struct backtest_sample *sample)
{
    const struct weir_item *item = candidate->item;
    sample->memory = malloc(item->origin.topic.length + item->id.length + sample->excerpt.length + 1);
    if (!sample->memory)
        return false;
    char *at = sample->memory;
    sample->origin = item->origin;
    sample->origin.topic = keep(&at, item->origin.topic);
    if (item->id.data)
        sample->id = keep(&at, item->id);
    sample->excerpt = keep(&at, sample->excerpt);
    return true;
}

enum weir_status backtest_samples_offer(struct backtest_samples *samples, size_t max,
                                        const struct backtest_candidate *candidate)
{
    struct backtest_sample made = {.rank = rank_of(&candidate->item->origin), .field = ""};
    if (max == 0 || (samples->count == max && made.rank >= samples->at[max - 1].rank))
        return WEIR_OK;
    if (!samples->at && !(samples->at = calloc(max, sizeof *samples->at)))
        return WEIR_NO_MEMORY;
    cut_excerpt(candidate, &made);
    if (!own_texts(candidate, &made))
        return WEIR_NO_MEMORY;
    if (samples->count == max)
        free(samples->at[--samples->count].memory);
    size_t place = samples->count++;
    for (; place > 0 && samples->at[place - 1].rank > made.rank; place--)
        samples->at[place] = samples->at[place - 1];
    samples->at[place] = made;
    return WEIR_OK;
}

static int compare_sources(const void *a, const void *b)
{
    const struct weir_origin *x = &(*(const struct backtest_sample *const *)a)->origin;
    const struct weir_origin *y = &(*(const struct backtest_sample *const *)b)->origin;
    size_t shorter = x->topic.length < y->topic.length ? x->topic.length : y->topic.length;
    int order = memcmp(x->topic.data, y->topic.data, shorter);
    if (order == 0)
        order = (x->topic.length > y->topic.length) - (x->topic.length < y->topic.length);
    if (order == 0)
        order = (x->partition > y->partition) - (x->partition < y->partition);
    return order ? order : (x->offset > y->offset) - (x->offset < y->offset);
}

void backtest_samples_sort(const struct backtest_samples *samples, const struct backtest_sample **sorted)
{
    for (size_t i = 0; i < samples->count; i++)
        sorted[i] = &samples->at[i];
    if (samples->count)
        qsort(sorted, samples->count, sizeof *sorted, compare_sources);
}

void backtest_samples_free(struct backtest_samples *samples)
{
    for (size_t i = 0; i < samples->count; i++)
        free(samples->at[i].memory);
    free(samples->at);
    *samples = (struct backtest_samples){0};
}
