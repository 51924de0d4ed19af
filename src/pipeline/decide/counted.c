/* Which hits a rule counts in a window, and which of them the next fragment could still change. Pure: arena only.
 *
 * What can follow is known from how fragments are joined: nothing but a space behind a word of a script with spaces,
 * unless the next fragment begins in a script without; anything behind a character of such a script, and anything at
 * all where nothing is put between fragments. */
#include "counted.h"

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

/* Whether nothing but default-ignorables stands between the span and the end of its value. */
static bool touches_end(const struct subject *subject, const struct span *span)
{
    struct weir_text text = subject->item->values[span->value].text;
    for (size_t at = span->source.end, width; at < text.length; at += width)
        if (!weir_char_has(subject->chars, weir_utf8_decode(text.data + at, &width), WEIR_CHAR_IGNORABLE))
            return false;
    return true;
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

/* Whether PCRE2, matching anew where the span starts, would look at what follows. */
static bool looks_beyond(const struct subject *subject, const struct weir_pattern *pattern, const struct span *span,
                         bool *no_memory)
{
    const struct weir_view_text *view = &subject->texts->views[span->view];
    struct weir_range range = view->values[span->value].range;
    struct weir_text original = subject->item->values[span->value].text;
    struct weir_text text = weir_text_slice(weir_text_from_padded(view->text), range.start, range.end);
    bool ends_in_space = is_space(subject, last_character(original));
    bool anything = takes_anything(subject, original) && !ends_in_space;
    if (!anything && (span->view == WEIR_VIEW_FOLDED || !ends_in_space)) {
        char *longer = weir_arena_alloc(subject->arena, text.length + 1);
        if (!longer) {
            *no_memory = true;
            return true;
        }
        memcpy(longer, text.data, text.length);
        longer[text.length] = ' ';
        text = (struct weir_text){longer, text.length + 1};
    }
    return weir_regex_looks_beyond(pattern->regex, subject->regex, text, span->matched.start - range.start);
}

/* At the end, an exception may begin with what the hit is, and go on. */
static bool is_open(const struct subject *subject, const struct weir_pattern *pattern, const struct span *span,
                    bool *no_memory)
{
    const struct weir_item *item = subject->item;
    if (!subject->window->is_open || span->value + 1 != item->value_count)
        return false;
    bool has_exceptions = subject->ruleset->rules[pattern->rule].exception_count > 0;
    if (touches_end(subject, span) &&
        (has_exceptions || has_open_edge(subject, pattern, item->values[span->value].text)))
        return true;
    return pattern->kind == WEIR_PATTERN_REGEX && looks_beyond(subject, pattern, span, no_memory);
}

enum weir_status list_counted(const struct subject *subject, const struct weir_rule *rule,
                              const struct findings *findings, const bool *used, struct weir_match *match)
{
    size_t total = 0;
    bool no_memory = false;
    for (uint32_t i = 0; i < rule->pattern_count; i++)
        total += used[i] ? findings[i].count : 0;
    struct weir_counted_hit *hits = weir_arena_array(subject->arena, total, sizeof *hits);
    if (!hits)
        return WEIR_NO_MEMORY;
    size_t filled = 0;
    for (uint32_t i = 0; i < rule->pattern_count; i++) {
        const struct weir_pattern *pattern = &subject->ruleset->patterns[rule->pattern_first + i];
        for (size_t j = 0; used[i] && j < findings[i].count; j++) {
            const struct span *span = &findings[i].spans[j];
            hits[filled++] = (struct weir_counted_hit){
                .pattern = rule->pattern_first + i,
                .value = span->value,
                .source = span->source,
                .is_open = is_open(subject, pattern, span, &no_memory),
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
