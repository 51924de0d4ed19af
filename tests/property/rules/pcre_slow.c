/* What a pattern hits, by PCRE2 alone: no scan before it, no windows, no just-in-time compiler, no limits. */
#include "slow.h"

#include "weir/utf8.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#define CODES_MAX (LITERALS_MAX * SLOW_FORMS_MAX)

struct slow_pattern {
    const struct spec_pattern *spec;
    pcre2_code *codes[CODES_MAX];
    enum weir_view views[CODES_MAX];
    size_t count;
    pcre2_match_data *match;
};

static void add_code(struct slow_pattern *pattern, struct weir_text source, enum weir_view view, uint32_t options)
{
    int code;
    PCRE2_SIZE at;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    pcre2_set_bsr(context, PCRE2_BSR_UNICODE);
    pcre2_code *made = pcre2_compile((PCRE2_SPTR)source.data, source.length, PCRE2_UTF | options, &code, &at, context);
    pcre2_compile_context_free(context);
    if (!made || pattern->count == CODES_MAX) {
        fprintf(stderr, "PCRE2 does not compile \"%.*s\" (%d)\n", (int)source.length, source.data, code);
        abort();
    }
    pattern->views[pattern->count] = view;
    pattern->codes[pattern->count++] = made;
}

static void add_literal(struct slow_pattern *pattern, const char *literal, enum weir_view view)
{
    struct weir_text forms[SLOW_FORMS_MAX];
    size_t count = slow_literal_forms(literal, view, forms);
    for (size_t i = 0; i < count; i++) {
        if (forms[i].length > 0)
            add_code(pattern, forms[i], view, PCRE2_LITERAL);
        free((void *)(uintptr_t)forms[i].data);
    }
}

struct slow_pattern *slow_pattern_new(const struct spec_pattern *spec)
{
    struct slow_pattern *pattern = calloc(1, sizeof *pattern);
    if (!pattern)
        abort();
    pattern->spec = spec;
    pattern->match = pcre2_match_data_create(1, NULL);
    enum weir_view view = spec->is_exact ? WEIR_VIEW_EXACT : WEIR_VIEW_FOLDED;
    if (spec->is_regex)
        add_code(pattern, weir_text_of(spec->regex), view,
                 PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | (spec->is_exact ? 0 : PCRE2_CASELESS));
    for (unsigned i = 0; !spec->is_regex && i < spec->literal_count; i++) {
        add_literal(pattern, spec->literals[i], view);
        if (!spec->is_exact)
            add_literal(pattern, spec->literals[i], WEIR_VIEW_SKELETON);
    }
    return pattern;
}

void slow_pattern_free(struct slow_pattern *pattern)
{
    for (size_t i = 0; i < pattern->count; i++)
        pcre2_code_free(pattern->codes[i]);
    pcre2_match_data_free(pattern->match);
    free(pattern);
}

static bool touches_mixed(const struct slow_value *value, struct weir_range source)
{
    for (size_t i = 0; i < value->mixed_count; i++)
        if (source.start < value->mixed[i].end && value->mixed[i].start < source.end)
            return true;
    return false;
}

void slow_add_hit(struct slow_hits *hits, struct slow_hit hit)
{
    for (size_t i = 0; i < hits->count; i++) {
        struct slow_hit *old = &hits->at[i];
        if (old->value != hit.value || old->source.start != hit.source.start || old->source.end != hit.source.end)
            continue;
        if (hit.view == WEIR_VIEW_FOLDED)
            old->view = hit.view;
        return;
    }
    if (hits->count == hits->capacity) {
        hits->capacity = hits->capacity ? hits->capacity * 2 : 16;
        hits->at = realloc(hits->at, hits->capacity * sizeof *hits->at);
        if (!hits->at)
            abort();
    }
    hits->at[hits->count++] = hit;
}

static void note_match(const struct slow_pattern *pattern, enum weir_view view, const struct slow_value *value,
                       size_t number, struct weir_range span, struct slow_hits *hits)
{
    const struct slow_view *text = &value->views[view];
    enum weir_boundary boundary = pattern->spec->boundary;
    if (!pattern->spec->states_boundary)
        boundary = pattern->spec->is_regex ? WEIR_BOUNDARY_NONE : WEIR_BOUNDARY_AUTO;
    struct slow_hit hit = {number, view, {text->from[span.start], text->to[span.end - 1]}};
    hit.source = slow_settle(value->text, hit.source);
    if (slow_keeps_boundary(boundary, (struct weir_text){text->text, text->length}, span.start, span.end) &&
        (view != WEIR_VIEW_SKELETON || touches_mixed(value, hit.source)))
        slow_add_hit(hits, hit);
}

static void find_in(const struct slow_pattern *pattern, size_t index, const struct slow_value *value, size_t number,
                    struct slow_hits *hits)
{
    enum weir_view view = pattern->views[index];
    const struct slow_view *text = &value->views[view];
    for (size_t at = 0; text->text && at < text->length;) {
        int found =
            pcre2_match(pattern->codes[index], (PCRE2_SPTR)text->text, text->length, at, 0, pattern->match, NULL);
        if (found == PCRE2_ERROR_MATCHLIMIT)
            hits->undecided = true;
        if (found == PCRE2_ERROR_NOMATCH || found == PCRE2_ERROR_MATCHLIMIT)
            return;
        const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(pattern->match);
        if (found < 0 || ends[0] >= ends[1]) {
            fprintf(stderr, "PCRE2 says %d of %s\n", found, pattern->spec->regex);
            abort();
        }
        struct weir_range span = {(uint32_t)ends[0], (uint32_t)ends[1]};
        note_match(pattern, view, value, number, span, hits);
        at = pattern->spec->is_regex ? span.end : span.start + weir_utf8_width(text->text[span.start]);
    }
}

/* With a check: at each start each end, the farthest first, until one matches and passes. */
static void find_checked(const struct slow_pattern *pattern, const struct slow_value *value, size_t number,
                         struct slow_hits *hits)
{
    enum weir_view view = pattern->views[0];
    const struct slow_view *text = &value->views[view];
    for (size_t start = 0; start < text->length;) {
        size_t next = start + weir_utf8_width(text->text[start]);
        for (size_t end = text->length; end > start; end = weir_utf8_before(text->text, end)) {
            if (pcre2_match(pattern->codes[0], (PCRE2_SPTR)text->text, end, start, PCRE2_ANCHORED | PCRE2_ENDANCHORED,
                            pattern->match, NULL) < 0)
                continue;
            size_t last = end;
            while (text->text[last - 1] == ' ' || text->text[last - 1] == '-')
                last--;
            if (!slow_passes(pattern->spec->check, (struct weir_text){text->text + start, last - start}))
                continue;
            note_match(pattern, view, value, number, (struct weir_range){(uint32_t)start, (uint32_t)last}, hits);
            next = last;
            break;
        }
        start = next;
    }
}

void slow_find(const struct slow_pattern *pattern, unsigned fields, const struct slow_item *item,
               struct slow_hits *hits)
{
    unsigned own = pattern->spec->field >= 0 ? 1u << pattern->spec->field : fields;
    for (size_t i = 0; i < item->item->value_count; i++) {
        if (!(own >> item->values[i].field & 1))
            continue;
        if (pattern->spec->hosts)
            slow_find_hosts(pattern->spec->hosts, &item->values[i], i, hits);
        else if (pattern->spec->check != WEIR_CHECK_NONE)
            find_checked(pattern, &item->values[i], i, hits);
        for (size_t j = 0; pattern->spec->check == WEIR_CHECK_NONE && j < pattern->count; j++)
            find_in(pattern, j, &item->values[i], i, hits);
    }
}
