/* Listed hosts, each looked for at each place in both of its forms (RULES.md section 4). */
#include "slow.h"

#include "weir/utf8.h"

#include <stdlib.h>

/* Width of the dot at `at`, or 0; the fullwidth one is `.` in folded text. */
static size_t measure_dot(struct weir_text text, size_t at)
{
    if (at < text.length && text.data[at] == '.')
        return 1;
    return at + 3 <= text.length && memcmp(text.data + at, "\u3002", 3) == 0 ? 3 : 0;
}

/* Where the host ends that starts at `at`, or 0. */
static size_t end_host(struct weir_text text, size_t at, struct weir_text host)
{
    for (size_t i = 0; i < host.length; i++) {
        size_t dot = measure_dot(text, at);
        if (host.data[i] == '.' ? dot == 0 : at >= text.length || text.data[at] != host.data[i])
            return 0;
        at += dot ? dot : 1;
    }
    return at;
}

static bool stands_free(struct weir_text text, size_t start, size_t end)
{
    if (start > 0) {
        size_t before = weir_utf8_before(text.data, start);
        if (slow_kind(text, before) == SLOW_SPACED || text.data[before] == '-')
            return false;
    }
    if (end == text.length)
        return true;
    size_t dot = measure_dot(text, end);
    bool goes_on = dot > 0 && end + dot < text.length && slow_kind(text, end + dot) != SLOW_NO_WORD;
    return slow_kind(text, end) != SLOW_SPACED && text.data[end] != '-' && !goes_on;
}

static void find_form(const struct slow_value *value, size_t number, const char *form, struct slow_hits *hits)
{
    struct weir_text forms[SLOW_FORMS_MAX];
    const struct slow_view *view = &value->views[WEIR_VIEW_FOLDED];
    struct weir_text text = {view->text, view->length};
    (void)slow_literal_forms(form, WEIR_VIEW_FOLDED, forms);
    for (size_t at = 0; at < text.length; at += weir_utf8_width(text.data[at])) {
        size_t end = end_host(text, at, forms[0]);
        if (end == 0 || !stands_free(text, at, end))
            continue;
        struct slow_hit hit = {number, WEIR_VIEW_FOLDED, {view->from[at], view->to[end - 1]}};
        hit.source = slow_settle(value->text, hit.source);
        slow_add_hit(hits, hit);
    }
    free((void *)(uintptr_t)forms[0].data);
}

void slow_find_hosts(unsigned listed, const struct slow_value *value, size_t number, struct slow_hits *hits)
{
    for (unsigned i = 0; i < SPEC_HOSTS_COUNT; i++) {
        if (!(listed >> i & 1))
            continue;
        find_form(value, number, SPEC_HOSTS[i][0], hits);
        find_form(value, number, SPEC_HOSTS[i][1], hits);
    }
}
