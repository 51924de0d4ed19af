/* Literals give their spans by length, regexes by PCRE2 on the windows that the scan points at; then boundaries, fields
 * and the mixed-token rule take away, and what remains is mapped to the original text. Pure: allocates from the arena
 * only. */
#include "spans.h"
#include "checked.h"
#include "hosts.h"

#include <stdlib.h>

/* A growing list in the arena. */
struct span_list {
    struct span *at;
    size_t count;
    size_t capacity;
};

static enum weir_status add_span(const struct subject *subject, struct span_list *list, struct span span,
                                 struct findings *findings)
{
    if (list->count == subject->spans_max) {
        findings->truncated = true;
        return WEIR_OK;
    }
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 8;
        struct span *grown = weir_arena_array(subject->arena, capacity, sizeof *grown);
        if (!grown)
            return WEIR_NO_MEMORY;
        if (list->count)
            memcpy(grown, list->at, list->count * sizeof *grown);
        list->at = grown;
        list->capacity = capacity;
    }
    list->at[list->count++] = span;
    return WEIR_OK;
}

/* RULES.md section 3, on the text of the view. */
static bool stands_free(enum weir_boundary boundary, bool tests_edge, enum weir_word own, enum weir_word outside)
{
    if (boundary == WEIR_BOUNDARY_AUTO)
        return own != WEIR_WORD_SPACED || outside != WEIR_WORD_SPACED;
    return !tests_edge || outside == WEIR_WORD_NONE;
}

static bool keeps_boundary(const struct subject *subject, enum weir_boundary boundary, struct weir_text value,
                           size_t start, size_t end)
{
    if (boundary == WEIR_BOUNDARY_NONE)
        return true;
    const struct weir_chars *chars = subject->chars;
    bool tests_start = boundary == WEIR_BOUNDARY_START || boundary == WEIR_BOUNDARY_WORD;
    bool tests_end = boundary == WEIR_BOUNDARY_END || boundary == WEIR_BOUNDARY_WORD;
    return stands_free(boundary, tests_start, weir_word_after(chars, value, start),
                       weir_word_before(chars, value, start)) &&
           stands_free(boundary, tests_end, weir_word_before(chars, value, end), weir_word_after(chars, value, end));
}

static bool char_is(const struct subject *subject, struct weir_text text, size_t at, unsigned flags)
{
    size_t width;
    return weir_char_has(subject->chars, weir_utf8_decode(text.data + at, &width), flags);
}

/* Longest combining sequence that a span is widened to, in code points on either side: a hostile text may hold
 * megabytes of marks. Unicode's stream-safe format (UAX #15) allows 30. */
#define SEQUENCE_MAX 64

/* Whether the character belongs to the one before it: marks and ignorables do, and what folding may join to it, as it
 * does the vowel of a Korean syllable. */
static bool joins_before(const struct subject *subject, struct weir_text text, size_t at)
{
    return char_is(subject, text, at, WEIR_CHAR_MARK | WEIR_CHAR_IGNORABLE) ||
           !char_is(subject, text, at, WEIR_CHAR_BOUNDARY);
}

/* Outward to whole combining sequences, then inward past default-ignorables. */
static struct weir_range settle_source(const struct subject *subject, struct weir_text text, struct weir_range range)
{
    size_t start = range.start;
    size_t end = range.end;
    while (start < end && char_is(subject, text, start, WEIR_CHAR_IGNORABLE))
        start += weir_utf8_width(text.data[start]);
    if (start == end)
        return range; /* nothing but ignorables, which only an exact pattern can ask for */
    for (int steps = 0; steps < SEQUENCE_MAX && start > 0 && joins_before(subject, text, start); steps++)
        start = weir_utf8_before(text.data, start);
    while (char_is(subject, text, start, WEIR_CHAR_IGNORABLE)) /* where nothing stands before the marks */
        start += weir_utf8_width(text.data[start]);
    for (int steps = 0; steps < SEQUENCE_MAX && end < text.length && joins_before(subject, text, end); steps++)
        end += weir_utf8_width(text.data[end]);
    while (char_is(subject, text, weir_utf8_before(text.data, end), WEIR_CHAR_IGNORABLE))
        end = weir_utf8_before(text.data, end);
    return (struct weir_range){(uint32_t)start, (uint32_t)end};
}

static bool touches_mixed(const struct weir_scan_text *texts, const struct weir_value_view *value,
                          struct weir_range source)
{
    for (uint32_t i = 0; i < value->mixed_count; i++) {
        struct weir_range token = texts->mixed[value->mixed_first + i];
        if (source.start < token.end && token.start < source.end)
            return true;
    }
    return false;
}

enum weir_status note_refusal(const struct subject *subject, enum weir_view view, size_t value,
                              struct weir_range matched, enum weir_fate fate, struct findings *findings)
{
    if (!subject->notes_refusals || findings->refusal_count == REFUSALS_MAX)
        return WEIR_OK;
    if (!findings->refusals)
        findings->refusals = weir_arena_array(subject->arena, REFUSALS_MAX, sizeof *findings->refusals);
    if (!findings->refusals)
        return WEIR_NO_MEMORY;
    struct weir_range source = weir_view_source(&subject->texts->views[view], value, matched.start, matched.end);
    source = settle_source(subject, subject->item->values[value].text, source);
    findings->refusals[findings->refusal_count++] = (struct refusal){
        .span = {.value = (uint32_t)value, .view = view, .source = source, .matched = matched},
        .fate = fate,
    };
    return WEIR_OK;
}

/* Whether the window on a stream leaves the span out: it begins in the context before it, or too late. */
static bool is_outside(const struct weir_window *window, size_t value, struct weir_range source)
{
    return window && ((value == 0 && source.start < window->from_byte) || value > window->until_value ||
                      (value == window->until_value && source.start >= window->until_byte));
}

/* A match at [start, end) of the view's buffer, inside the value: counted or not. */
static enum weir_status consider(const struct subject *subject, const struct weir_pattern *pattern, enum weir_view view,
                                 size_t value, struct weir_range matched, struct span_list *list,
                                 struct findings *findings)
{
    const struct weir_view_text *text = &subject->texts->views[view];
    struct weir_range range = text->values[value].range;
    struct weir_text whole = weir_text_slice(weir_text_from_padded(text->text), range.start, range.end);
    bool is_raw = subject->window && subject->window->lists_raw;
    if (!is_raw &&
        !keeps_boundary(subject, pattern->boundary, whole, matched.start - range.start, matched.end - range.start))
        return note_refusal(subject, view, value, matched, WEIR_FATE_BOUNDARY, findings);
    struct weir_text original = subject->item->values[value].text;
    struct weir_range source =
        settle_source(subject, original, weir_view_source(text, value, matched.start, matched.end));
    if (is_outside(subject->window, value, source) ||
        (view == WEIR_VIEW_SKELETON && !touches_mixed(subject->texts, &text->values[value], source)))
        return WEIR_OK;
    struct span span = {.value = (uint32_t)value, .view = view, .source = source, .matched = matched};
    return add_span(subject, list, span, findings);
}

static bool looks_at(const struct subject *subject, const struct weir_pattern *pattern, size_t value)
{
    return pattern->fields >> subject->item->values[value].field & 1;
}

static enum weir_status find_literals(const struct subject *subject, const struct weir_pattern *pattern,
                                      const struct weir_hit *hits, size_t hit_count, struct span_list *list,
                                      struct findings *findings)
{
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; status == WEIR_OK && i < hit_count; i++) {
        const struct weir_expression *expression = &subject->ruleset->expressions[hits[i].expression];
        struct weir_range matched = {hits[i].end - expression->length, hits[i].end};
        const struct weir_view_text *text = &subject->texts->views[expression->view];
        size_t value = weir_view_value(text, subject->item->value_count, matched.start, matched.end);
        if (value == subject->item->value_count)
            continue;
        status = looks_at(subject, pattern, value)
                     ? consider(subject, pattern, expression->view, value, matched, list, findings)
                     : note_refusal(subject, expression->view, value, matched, WEIR_FATE_FIELD, findings);
    }
    return status;
}

/* The byte of the value's text in the view from which on matches count. */
static size_t find_first(const struct subject *subject, enum weir_view view, size_t value)
{
    const struct weir_view_text *text = &subject->texts->views[view];
    struct weir_range range = text->values[value].range;
    uint32_t at = range.start;
    uint32_t from = subject->window && value == 0 ? subject->window->from_byte : 0;
    while (from > 0 && at < range.end) {
        uint32_t next = at + (uint32_t)weir_utf8_width(text->text.data[at]);
        if (weir_view_source(text, value, at, next).start >= from)
            break;
        at = next;
    }
    return at - range.start;
}

/* The byte of the value's text in the view from which on matches do not count any more. */
static size_t find_end(const struct subject *subject, enum weir_view view, size_t value)
{
    const struct weir_view_text *text = &subject->texts->views[view];
    struct weir_range range = text->values[value].range;
    const struct weir_window *window = subject->window;
    if (!window || value < window->until_value)
        return range.end - range.start;
    uint32_t low = range.start;
    uint32_t high = value > window->until_value ? range.start : range.end;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        while (middle > low && weir_utf8_is_continuation(text->text.data[middle]))
            middle--;
        uint32_t next = middle + (uint32_t)weir_utf8_width(text->text.data[middle]);
        if (weir_view_source(text, value, middle, next).start < window->until_byte)
            low = next;
        else
            high = middle;
    }
    return low - range.start;
}

/* All matches of the regex in the value that start in [*from, last]; *from moves past the last one. */
static enum weir_status find_in_window(const struct subject *subject, const struct weir_pattern *pattern, size_t value,
                                       size_t *from, size_t last, struct span_list *list, struct findings *findings)
{
    const struct weir_view_text *text = &subject->texts->views[pattern->view];
    struct weir_range range = text->values[value].range;
    struct weir_text whole = weir_text_slice(weir_text_from_padded(text->text), range.start, range.end);
    while (*from <= last && !findings->inconclusive && !findings->truncated) {
        size_t start;
        size_t end;
        enum weir_regex_answer answer =
            pattern->check == WEIR_CHECK_NONE
                ? weir_regex_find(pattern->regex, subject->regex, whole, *from, last, &start, &end)
                : find_checked(pattern, subject->regex, whole, *from, last, &start, &end);
        if (answer == WEIR_REGEX_LIMIT)
            findings->inconclusive = true;
        if (answer == WEIR_REGEX_NONE) /* windows overlap: nothing starts here for the next one either */
            *from = last + (last < whole.length ? weir_utf8_width(whole.data[last]) : 1);
        if (answer != WEIR_REGEX_MATCH)
            break;
        *from = end;
        struct weir_range matched = {range.start + (uint32_t)start, range.start + (uint32_t)end};
        enum weir_status status = consider(subject, pattern, pattern->view, value, matched, list, findings);
        if (status != WEIR_OK)
            return status;
    }
    return WEIR_OK;
}

/* Without a bound on the width a match can start anywhere: every value is searched whole. */
static enum weir_status find_everywhere(const struct subject *subject, const struct weir_pattern *pattern,
                                        struct span_list *list, struct findings *findings)
{
    enum weir_status status = WEIR_OK;
    for (size_t value = 0; status == WEIR_OK && value < subject->item->value_count; value++) {
        struct weir_range range = subject->texts->views[pattern->view].values[value].range;
        size_t from = find_first(subject, pattern->view, value);
        size_t end = find_end(subject, pattern->view, value);
        if (looks_at(subject, pattern, value) && range.start < range.end && from < end)
            status = find_in_window(subject, pattern, value, &from, end, list, findings);
    }
    return status;
}

static enum weir_status find_hosts(const struct subject *subject, const struct weir_pattern *pattern,
                                   struct span_list *list, struct findings *findings)
{
    const struct weir_view_text *text = &subject->texts->views[pattern->view];
    struct host_walk walk;
    struct weir_range host;
    for (size_t value = 0; value < subject->item->value_count; value++) {
        struct weir_range range = text->values[value].range;
        if (!looks_at(subject, pattern, value))
            continue;
        start_hosts(&walk, subject->chars, pattern->domains,
                    weir_text_slice(weir_text_from_padded(text->text), range.start, range.end));
        while (!findings->truncated && next_host(&walk, &host)) {
            struct weir_range matched = {range.start + host.start, range.start + host.end};
            struct weir_range source = weir_view_source(text, value, matched.start, matched.end);
            if (!is_listed_host(&walk, weir_text_slice(subject->item->values[value].text, source.start, source.end)))
                continue;
            enum weir_status status = consider(subject, pattern, pattern->view, value, matched, list, findings);
            if (status != WEIR_OK)
                return status;
        }
    }
    return WEIR_OK;
}

static int compare_hits(const void *a, const void *b)
{
    uint32_t first = ((const struct weir_hit *)a)->end;
    uint32_t second = ((const struct weir_hit *)b)->end;
    return (first > second) - (first < second);
}

/* Hits in order of their ends: the windows in which a match can start come in order too, and going through them from
 * left to right finds what going through the whole value would. */
static enum weir_status find_near_hits(const struct subject *subject, const struct weir_pattern *pattern,
                                       const struct weir_hit *hits, size_t hit_count, struct span_list *list,
                                       struct findings *findings)
{
    const struct weir_view_text *text = &subject->texts->views[pattern->view];
    const char *data = text->text.data;
    size_t current = SIZE_MAX;
    size_t from = 0;
    size_t until = 0;
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; status == WEIR_OK && i < hit_count; i++) {
        uint32_t end = hits[i].end;
        size_t value = weir_view_value(text, subject->item->value_count, end - 1, end);
        if (value == subject->item->value_count || !looks_at(subject, pattern, value))
            continue;
        uint32_t base = text->values[value].range.start;
        if (value != current) {
            from = find_first(subject, pattern->view, value);
            until = find_end(subject, pattern->view, value);
        }
        current = value;
        size_t offset = end - base;
        size_t first = offset > pattern->width_max ? offset - pattern->width_max : 0;
        size_t last = offset > pattern->width_min ? offset - pattern->width_min : 0;
        while (first > 0 && weir_utf8_is_continuation(data[base + first]))
            first--;
        while (last > 0 && weir_utf8_is_continuation(data[base + last]))
            last--;
        if (first > from)
            from = first;
        if (first >= until)
            continue;
        status = find_in_window(subject, pattern, value, &from, last, list, findings);
    }
    return status;
}

static int compare_spans(const void *a, const void *b)
{
    const struct span *x = a;
    const struct span *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    if (x->source.start != y->source.start)
        return x->source.start < y->source.start ? -1 : 1;
    if (x->source.end != y->source.end)
        return x->source.end < y->source.end ? -1 : 1;
    return (int)x->view - (int)y->view; /* folded before skeleton: the plainer reason is kept */
}

enum weir_status find_spans(const struct subject *subject, const struct weir_pattern *pattern,
                            const struct weir_hit *hits, size_t hit_count, struct findings *findings)
{
    struct span_list list = {0};
    *findings = (struct findings){0};
    enum weir_status status;
    if (pattern->kind == WEIR_PATTERN_LITERALS) {
        status = find_literals(subject, pattern, hits, hit_count, &list, findings);
    } else if (pattern->kind == WEIR_PATTERN_DOMAINS) {
        status = find_hosts(subject, pattern, &list, findings);
    } else if (pattern->width_max == UINT32_MAX) {
        status = find_everywhere(subject, pattern, &list, findings);
    } else {
        struct weir_hit *sorted = weir_arena_array(subject->arena, hit_count, sizeof *sorted);
        if (!sorted)
            return WEIR_NO_MEMORY;
        if (hit_count)
            memcpy(sorted, hits, hit_count * sizeof *sorted);
        qsort(sorted, hit_count, sizeof *sorted, compare_hits);
        status = find_near_hits(subject, pattern, sorted, hit_count, &list, findings);
    }
    if (status != WEIR_OK)
        return status;
    if (list.count)
        qsort(list.at, list.count, sizeof *list.at, compare_spans);
    size_t kept = 0;
    for (size_t i = 0; i < list.count; i++) {
        bool is_twin = kept && list.at[kept - 1].value == list.at[i].value &&
                       list.at[kept - 1].source.start == list.at[i].source.start &&
                       list.at[kept - 1].source.end == list.at[i].source.end;
        if (!is_twin)
            list.at[kept++] = list.at[i];
    }
    findings->spans = list.at;
    findings->count = kept;
    return WEIR_OK;
}
