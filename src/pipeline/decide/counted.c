/* Which hits a rule counts in a window, and which of them the next fragment could still change. Pure: arena only.
 *
 * What can follow is known from how fragments are joined: nothing but a space behind a word of a script with spaces,
 * unless the next fragment begins in a script without; anything behind a character of such a script, and anything at
 * all where nothing is put between fragments. */
#include "counted.h"

#include "weir/rule_parts.h"
#include "weir/utf8.h"

static uint32_t last_character(struct weir_text text)
{
    size_t width;
    return weir_utf8_decode(text.data + weir_utf8_before(text.data, text.length), &width);
}

/* Han characters join with nothing that follows them. */
static bool is_ideograph(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

/* Whether the next fragment's first character can stand right behind the text, whatever it is. */
static bool takes_anything(const struct subject *subject, struct weir_text text)
{
    static const struct weir_text letter = {"a", 1};
    return !weir_caption_takes_space(subject->chars, subject->window->join, text, letter);
}

static bool is_space(const struct subject *subject, uint32_t c)
{
    return weir_char_has(subject->chars, c, WEIR_CHAR_SPACE);
}

/* Where what stands between a span and the end of its value ends, default-ignorables left out. */
static size_t skip_ignorables(const struct subject *subject, struct weir_text text, size_t at)
{
    size_t width = 0;
    while (at < text.length &&
           weir_char_has(subject->chars, weir_utf8_decode(text.data + at, &width), WEIR_CHAR_IGNORABLE))
        at += width;
    return at;
}

static bool touches_end(const struct subject *subject, const struct span *span)
{
    struct weir_text text = subject->item->values[span->value].text;
    return skip_ignorables(subject, text, span->source.end) == text.length;
}

/* What a view has as a dot of hosts, or as U+3002, which counts as one. */
static bool is_dot(uint32_t c)
{
    return c == '.' || c == 0x3002 || c == 0xFF0E || c == 0xFF61;
}

/* Whether only a dot follows the span: a word character right behind it, which only a space keeps away, undoes a host.
 */
static bool touches_last_dot(const struct subject *subject, const struct span *span)
{
    struct weir_text text = subject->item->values[span->value].text;
    size_t at = skip_ignorables(subject, text, span->source.end);
    size_t width = 0;
    return subject->window->join != WEIR_JOIN_SPACE && at < text.length &&
           is_dot(weir_utf8_decode(text.data + at, &width)) &&
           skip_ignorables(subject, text, at + width) == text.length;
}

/* Of a span at the end: whether what follows could break its boundary, or become part of its last character. */
static bool has_open_edge(const struct subject *subject, const struct weir_pattern *pattern, struct weir_text text)
{
    const enum weir_boundary boundary = pattern->boundary;
    if (boundary == WEIR_BOUNDARY_END || boundary == WEIR_BOUNDARY_WORD)
        return subject->window->join != WEIR_JOIN_SPACE;
    return takes_anything(subject, text) &&
           (subject->window->join == WEIR_JOIN_NONE || !is_ideograph(last_character(text)));
}

/* The value's text in the view, as far as it is known: with the space that will follow whatever comes. */
static struct weir_text read_known(const struct subject *subject, enum weir_view view, uint32_t value, bool *no_memory)
{
    const struct weir_view_text *whole = &subject->texts->views[view];
    struct weir_range range = whole->values[value].range;
    struct weir_text original = subject->item->values[value].text;
    struct weir_text text = weir_text_slice(weir_text_from_padded(whole->text), range.start, range.end);
    bool ends_in_space = is_space(subject, last_character(original));
    bool anything = takes_anything(subject, original) && !ends_in_space;
    if (anything || (view != WEIR_VIEW_FOLDED && ends_in_space))
        return text;
    char *longer = weir_arena_alloc(subject->arena, text.length + 1);
    if (!longer) {
        *no_memory = true;
        return text;
    }
    memcpy(longer, text.data, text.length);
    longer[text.length] = ' ';
    return (struct weir_text){longer, text.length + 1};
}

/* Whether PCRE2, matching anew where the span starts, would look at what follows. */
static bool looks_beyond(const struct subject *subject, const struct weir_pattern *pattern, const struct span *span,
                         bool *no_memory)
{
    size_t base = subject->texts->views[span->view].values[span->value].range.start;
    struct weir_text text = read_known(subject, span->view, span->value, no_memory);
    return weir_regex_looks_beyond(pattern->regex, subject->regex, text, span->matched.start - base);
}

/* ---- Exceptions that are not complete yet ---- */

/* The longest end of the text that the literal begins with and goes beyond; 0: none. */
static size_t match_end(struct weir_text text, struct weir_text literal)
{
    size_t length = literal.length - 1 < text.length ? literal.length - 1 : text.length;
    while (length > 0 && memcmp(text.data + text.length - length, literal.data, length) != 0)
        length--;
    return length;
}

static bool literal_reaches_end(const struct subject *subject, uint32_t pattern, struct weir_text text, size_t *start,
                                bool *no_memory)
{
    const struct weir_ruleset *ruleset = subject->ruleset;
    const enum weir_view view = ruleset->patterns[pattern].view;
    size_t longest = 0;
    for (size_t at = weir_ruleset_expression(ruleset, pattern);
         at < ruleset->expression_count && ruleset->expressions[at].pattern == pattern; at++) {
        const struct weir_expression *expression = &ruleset->expressions[at];
        char *bytes = expression->view == view ? weir_arena_alloc(subject->arena, expression->length) : NULL;
        *no_memory = *no_memory || (expression->view == view && !bytes);
        if (!bytes)
            continue;
        size_t length = match_end(text, weir_literal_spelled(&ruleset->origins[at], bytes));
        longest = length > longest ? length : longest;
    }
    *start = text.length - longest;
    return longest > 0;
}

/* The byte of the last value's original text where a match of the pattern may begin that more text completes; SIZE_MAX:
 * none. Of hosts it is not known what they begin with. */
static size_t find_unfinished(const struct subject *subject, uint32_t number, bool *no_memory)
{
    const struct weir_pattern *pattern = &subject->ruleset->patterns[number];
    const struct weir_view_text *view = &subject->texts->views[pattern->view];
    const uint32_t value = (uint32_t)(subject->item->value_count - 1);
    struct weir_text text = read_known(subject, pattern->view, value, no_memory);
    struct weir_range range = view->values[value].range;
    size_t start = 0;
    bool reaches =
        pattern->kind == WEIR_PATTERN_REGEX
            ? weir_regex_reaches_end(pattern->regex, subject->regex, text, &start)
            : pattern->kind == WEIR_PATTERN_LITERALS && literal_reaches_end(subject, number, text, &start, no_memory);
    if (!reaches || range.start + start >= range.end)
        return SIZE_MAX;
    uint32_t first = (uint32_t)(range.start + start);
    return weir_view_source(view, value, first, first + (uint32_t)weir_utf8_width(text.data[start])).start;
}

/* From where on in the last value hits may yet be covered by an exception of the rule; SIZE_MAX: from nowhere. */
static size_t find_uncertain(const struct subject *subject, const struct weir_rule *rule, bool *no_memory)
{
    size_t uncertain = SIZE_MAX;
    const uint32_t first = rule->pattern_first + rule->pattern_count;
    for (uint32_t i = first; i < first + rule->exception_count; i++) {
        size_t start = find_unfinished(subject, i, no_memory);
        uncertain = start < uncertain ? start : uncertain;
    }
    return uncertain;
}

static bool may_grow(const struct subject *subject)
{
    return subject->window->is_open && !subject->window->lists_raw;
}

static bool is_open(const struct subject *subject, const struct weir_pattern *pattern, const struct span *span,
                    size_t uncertain, bool *no_memory)
{
    const struct weir_item *item = subject->item;
    if (!may_grow(subject) || span->value + 1 != item->value_count)
        return false;
    if (span->source.start >= uncertain ||
        (touches_end(subject, span) && has_open_edge(subject, pattern, item->values[span->value].text)))
        return true;
    if (pattern->kind == WEIR_PATTERN_DOMAINS)
        return touches_last_dot(subject, span);
    return pattern->kind == WEIR_PATTERN_REGEX && looks_beyond(subject, pattern, span, no_memory);
}

enum weir_status list_counted(const struct subject *subject, const struct weir_rule *rule,
                              const struct findings *findings, const bool *used, struct weir_match *match)
{
    size_t total = 0;
    bool no_memory = false;
    const uint32_t count = rule->pattern_count + (subject->window->lists_raw ? rule->exception_count : 0);
    for (uint32_t i = 0; i < count; i++)
        total += used[i] ? findings[i].count : 0;
    struct weir_counted_hit *hits = weir_arena_array(subject->arena, total, sizeof *hits);
    if (!hits)
        return WEIR_NO_MEMORY;
    size_t filled = 0;
    size_t uncertain = SIZE_MAX;
    if (rule->exception_count > 0 && total > 0 && may_grow(subject))
        uncertain = find_uncertain(subject, rule, &no_memory);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t number = rule->pattern_first + i;
        const struct weir_pattern *pattern = &subject->ruleset->patterns[number];
        size_t from = uncertain;
        if (pattern->kind == WEIR_PATTERN_REGEX && used[i] && findings[i].count > 0 && may_grow(subject)) {
            size_t unfinished = find_unfinished(subject, number, &no_memory); /* it would take in those behind it */
            from = unfinished < from ? unfinished + 1 : from;
        }
        for (size_t j = 0; used[i] && j < findings[i].count; j++) {
            const struct span *span = &findings[i].spans[j];
            hits[filled++] = (struct weir_counted_hit){
                .pattern = number,
                .value = span->value,
                .source = span->source,
                .is_open = is_open(subject, pattern, span, from, &no_memory),
            };
        }
    }
    match->hits = hits;
    match->hit_count = total;
    struct weir_evidence *evidence = weir_arena_alloc(subject->arena, (match->evidence_count + 1) * sizeof *evidence);
    if (!evidence)
        return WEIR_NO_MEMORY;
    for (size_t i = 0; i < match->evidence_count; i++) {
        evidence[i] = match->evidence[i];
        evidence[i].matched_as = weir_arena_text(subject->arena, evidence[i].matched_as);
        no_memory = no_memory || !evidence[i].matched_as.data;
    }
    match->evidence = evidence;
    return no_memory ? WEIR_NO_MEMORY : WEIR_OK;
}
