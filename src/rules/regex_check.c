/* Judges one regex in order: what PCRE2 says, what the rule language does not accept, what can match nothing, what
 * folded text never holds, what takes too long; then finds a form of it for Hyperscan. */
#include "regex_check.h"
#include "memo.h"
#include "regex_cost.h"
#include "regex_steps.h"

static bool has_errors(const struct weir_regex_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        if (!findings->at[i].is_warning)
            return true;
    return false;
}

/* PCRE2 first, but what is not accepted at all is said before what is wrong with it. */
static enum weir_status compile(const struct weir_regex_tools *tools, struct weir_text source, bool caseless,
                                struct weir_regex_syntax *syntax, struct weir_checked_regex *checked)
{
    struct weir_error error;
    size_t offset = 0;
    enum weir_status compiled = weir_regex_new(source, caseless, &checked->regex, &offset, &error);
    enum weir_status read = weir_regex_syntax_read(source, caseless, tools->arena, syntax);
    if (compiled == WEIR_NO_MEMORY || read == WEIR_NO_MEMORY)
        return WEIR_NO_MEMORY;
    if (read == WEIR_INVALID && (compiled == WEIR_OK || syntax->refused_at < offset))
        weir_regex_findings_add(&checked->findings, false, syntax->refused_at, "%s", syntax->refusal);
    else if (compiled != WEIR_OK)
        weir_regex_findings_add(&checked->findings, false, offset < source.length ? offset : source.length,
                                "this is not a regex: %s", error.text);
    return WEIR_OK;
}

static enum weir_status judge(const struct weir_regex_tools *tools, const struct weir_regex_view *view,
                              struct weir_checked_regex *checked)
{
    struct weir_regex_findings *findings = &checked->findings;
    if (weir_regex_matches_empty(checked->regex, tools->scratch)) {
        weir_regex_findings_add(findings, false, 0,
                                "this regex can match the empty string; make some part of it required");
        return WEIR_OK;
    }
    enum weir_status status = WEIR_OK;
    if (view->view == WEIR_VIEW_FOLDED)
        status = weir_regex_check_needs(view, findings);
    weir_regex_check_ascii_escapes(view, findings);
    if (status != WEIR_OK || has_errors(findings))
        return status;
    bool explodes = false;
    size_t at = 0;
    status = weir_regex_explodes(view, checked->regex, tools->scratch, &explodes, &at);
    if (status == WEIR_OK && explodes)
        weir_regex_findings_add(findings, false, at,
                                "this regex takes too long on repetitive text, because its repeats can divide the same "
                                "text in many ways; let only one of them match it, or bound them, as in {1,20}");
    return status;
}

/* How long matches are: the tight form holds all of them. Where Hyperscan cannot say, decide looks through whole
 * values. */
static enum weir_status measure(const struct weir_regex_view *view, struct weir_checked_regex *checked)
{
    struct weir_text tight;
    bool too_large;
    checked->width_min = 0;
    checked->width_max = UINT32_MAX;
    enum weir_status status = weir_regex_rewrite(view, WEIR_FORM_TIGHT, &tight, &too_large);
    if (status != WEIR_OK || too_large)
        return status;
    status = weir_hs_measure(tight.data, &checked->width_min, &checked->width_max);
    return status == WEIR_INVALID ? WEIR_OK : status;
}

/* The first form that Hyperscan takes. A prefilter does not say where matches end, so with it their length is of no
 * use. */
static enum weir_status find_form(const struct weir_regex_view *view, struct weir_checked_regex *checked)
{
    static const struct {
        enum weir_regex_form form;
        bool prefilter;
    } attempts[] = {{WEIR_FORM_OPEN, false}, {WEIR_FORM_RELAXED, false}, {WEIR_FORM_RELAXED, true}};
    struct weir_error error;
    weir_error_set(&error, WEIR_INVALID, "it is too large");
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        bool too_large = false;
        enum weir_status status = weir_regex_rewrite(view, attempts[i].form, &checked->expression, &too_large);
        if (status != WEIR_OK)
            return status;
        checked->prefilter = attempts[i].prefilter;
        struct weir_scan_source source = {
            .expression = checked->expression.data,
            .view = view->view,
            .is_regex = true,
            .prefilter = checked->prefilter,
        };
        status = too_large ? WEIR_INVALID : weir_hs_try(&source, &error);
        if (status == WEIR_OK && checked->prefilter) {
            checked->width_min = 0;
            checked->width_max = UINT32_MAX;
        }
        if (status != WEIR_INVALID)
            return status;
    }
    weir_regex_findings_add(
        &checked->findings, false, 0,
        "Hyperscan cannot compile this regex, not even as a prefilter (%s); make it simpler, or split "
        "it into several patterns",
        error.text);
    return WEIR_OK;
}

static enum weir_status check_anew(const struct weir_regex_tools *tools, struct weir_text source, enum weir_view view,
                                   struct weir_checked_regex *checked)
{
    weir_arena_reset(tools->arena);
    if (source.length > WEIR_REGEX_LENGTH_MAX) {
        weir_regex_findings_add(&checked->findings, false, 0, "this regex has %zu bytes; at most %u are allowed",
                                source.length, WEIR_REGEX_LENGTH_MAX);
        return WEIR_INVALID;
    }
    struct weir_regex_syntax syntax;
    struct weir_regex_view context = {
        .syntax = &syntax, .view = view, .folding = tools->folding, .sets = tools->sets, .arena = tools->arena};
    enum weir_status status = compile(tools, source, view == WEIR_VIEW_FOLDED, &syntax, checked);
    if (status == WEIR_OK && !has_errors(&checked->findings))
        status = judge(tools, &context, checked);
    if (status == WEIR_OK && !has_errors(&checked->findings))
        status = measure(&context, checked);
    if (status == WEIR_OK && !has_errors(&checked->findings))
        status = find_form(&context, checked);
    /* A piece of a valid pattern that does not stand by itself: syntax that the tokenizer takes for something else. */
    if (status == WEIR_INVALID && !has_errors(&checked->findings)) {
        weir_regex_findings_add(&checked->findings, false, 0,
                                "weir does not understand this regex, though PCRE2 does; write it more plainly");
    } else if (status == WEIR_OK && has_errors(&checked->findings)) {
        status = WEIR_INVALID;
    }
    if (status != WEIR_OK) {
        weir_regex_free(checked->regex);
        checked->regex = NULL;
    }
    return status;
}

/* False: it was checked neither in this load nor in the one before. */
static bool find_fact(const struct weir_memo *memo, const uint8_t *key, struct weir_regex_fact *fact)
{
    const struct weir_regex_fact *noted = weir_memo_find(memo, key);
    if (noted)
        *fact = *noted;
    return noted || (memo->before && weir_compiled_find(memo->before, key, fact));
}

static bool recall(const struct weir_regex_tools *tools, struct weir_text source, enum weir_view view,
                   const uint8_t *key, struct weir_checked_regex *checked)
{
    struct weir_regex_fact fact;
    struct weir_error error;
    size_t offset;
    if (!find_fact(tools->memo, key, &fact) ||
        weir_regex_new(source, view == WEIR_VIEW_FOLDED, &checked->regex, &offset, &error) != WEIR_OK)
        return false;
    checked->expression = fact.expression;
    checked->prefilter = fact.prefilter;
    checked->width_min = fact.width_min;
    checked->width_max = fact.width_max;
    return true;
}

enum weir_status weir_regex_check(const struct weir_regex_tools *tools, struct weir_text source, enum weir_view view,
                                  struct weir_checked_regex *checked)
{
    struct weir_regex_fact fact;
    *checked = (struct weir_checked_regex){0};
    enum weir_status status = weir_memo_key(tools->memo, source, view, fact.key);
    if (status != WEIR_OK)
        return WEIR_NO_MEMORY;
    bool is_known = recall(tools, source, view, fact.key, checked);
    tools->memo->use.regexes_known += is_known;
    tools->memo->use.regexes_checked += !is_known;
    if (!is_known)
        status = check_anew(tools, source, view, checked);
    /* What has a warning must be checked each time, so that the warning is said each time. */
    if (status != WEIR_OK || checked->findings.count > 0)
        return status;
    fact.expression = checked->expression;
    fact.prefilter = checked->prefilter;
    fact.width_min = checked->width_min;
    fact.width_max = checked->width_max;
    status = weir_memo_note(tools->memo, &fact);
    if (status != WEIR_OK) {
        weir_regex_free(checked->regex);
        checked->regex = NULL;
    }
    return status;
}
