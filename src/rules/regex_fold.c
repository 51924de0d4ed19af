/* One character of a pattern as folded text has it. */
#include "regex_view.h"

#include "weir/utf8.h"

#include <stdarg.h>
#include <stdio.h>

/* Between letters that no mark composes with, so that neither trimming nor a neighbour changes what is asked about. */
#define FENCE 'q'
#define CHEROKEE_FIRST 0x13A0u
#define CHEROKEE_LAST 0x13F5u

static enum weir_status fold_fenced(const struct weir_regex_view *view, uint32_t code_point, struct weir_text *as)
{
    char text[6] = {FENCE};
    size_t length = 1 + weir_utf8_encode(code_point, text + 1);
    text[length++] = FENCE;
    struct weir_text folded;
    enum weir_status status = view->folding->fold(view->folding->context, WEIR_VIEW_FOLDED,
                                                  (struct weir_text){text, length}, view->arena, &folded);
    if (status != WEIR_OK)
        return status;
    bool fenced = folded.length >= 2 && folded.data[0] == FENCE && folded.data[folded.length - 1] == FENCE;
    *as = fenced ? weir_text_slice(folded, 1, folded.length - 1) : folded;
    return WEIR_OK;
}

enum weir_status weir_regex_fold_character(const struct weir_regex_view *view, uint32_t code_point,
                                           enum weir_folded *folded, struct weir_text *as)
{
    char itself[4];
    size_t length = weir_utf8_encode(code_point, itself);
    enum weir_status status = fold_fenced(view, code_point, as);
    if (status != WEIR_OK)
        return status;
    if (weir_text_equal(*as, (struct weir_text){itself, length})) {
        *folded = WEIR_FOLDED_SAME;
        return WEIR_OK;
    }
    size_t width = 0;
    bool is_one = as->length > 0 && weir_utf8_width(as->data[0]) == as->length;
    bool is_case = is_one && weir_class_sets_same_but_case(view->sets, code_point, weir_utf8_decode(as->data, &width));
    *folded = is_case ? WEIR_FOLDED_CASE : WEIR_FOLDED_OTHER;
    return WEIR_OK;
}

static enum weir_status find_held_beyond(const struct weir_regex_view *view, struct weir_class_source source,
                                         enum weir_held *held)
{
    struct weir_code_set set;
    enum weir_status status = weir_class_sets_beyond(view->sets, source, &set);
    for (size_t i = 0; status == WEIR_OK && i < set.count; i++) {
        for (uint32_t c = set.at[i].first; status == WEIR_OK && c <= set.at[i].last; c++) {
            enum weir_folded folded;
            struct weir_text as;
            status = weir_regex_fold_character(view, c, &folded, &as);
            if (status != WEIR_OK || folded != WEIR_FOLDED_SAME)
                continue;
            *held = WEIR_HELD_CHEROKEE;
            if (c >= CHEROKEE_FIRST && c <= CHEROKEE_LAST)
                continue;
            *held = WEIR_HELD_MORE;
            return WEIR_OK;
        }
    }
    return status;
}

enum weir_status weir_regex_held(const struct weir_regex_view *view, const struct weir_regex_token *token,
                                 enum weir_held *held)
{
    struct weir_class_source source = {
        .text = weir_text_slice(view->syntax->source, token->start, token->end),
        .caseless = token->caseless,
        .extended_more = token->extended_more,
    };
    bool ascii[128];
    enum weir_held beyond = WEIR_HELD_NOTHING;
    enum weir_status status = weir_class_sets_ascii(view->sets, source, ascii);
    if (status != WEIR_OK)
        return status;
    *held = ascii[' '] ? WEIR_HELD_SPACE : WEIR_HELD_NOTHING;
    for (int c = 0; c < 128; c++)
        if (ascii[c] && c != ' ' && (c < '\t' || c > '\r') && (c < 'A' || c > 'Z'))
            *held = WEIR_HELD_MORE;
    if (*held != WEIR_HELD_MORE)
        status = find_held_beyond(view, source, &beyond);
    /* Who asks for Cherokee alone knows what there is. */
    if (beyond == WEIR_HELD_CHEROKEE && (!ascii['A'] || !ascii['Z']))
        beyond = WEIR_HELD_MORE;
    *held = beyond > *held ? beyond : *held;
    return status;
}

void weir_regex_findings_add(struct weir_regex_findings *findings, bool is_warning, size_t at, const char *format, ...)
{
    if (findings->count == WEIR_REGEX_FINDINGS_MAX)
        return;
    struct weir_regex_finding *finding = &findings->at[findings->count++];
    finding->at = at;
    finding->is_warning = is_warning;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(finding->text, sizeof finding->text, format, arguments);
    va_end(arguments);
}
