/* What a check turned away, found again from the left: the path itself keeps no account of it. Pure: arena only. */
#include "failed_checks.h"

#include "checksum.h"

/* The end of a counted span that shares a character with [start, end) of the view, or 0. */
static uint32_t find_overlap(const struct findings *findings, size_t value, struct weir_range match)
{
    for (size_t i = 0; i < findings->count; i++) {
        struct weir_range counted = findings->spans[i].matched;
        if (findings->spans[i].value == value && counted.start < match.end && match.start < counted.end)
            return counted.end;
    }
    return 0;
}

static enum weir_status note_in_value(const struct subject *subject, const struct weir_pattern *pattern, size_t value,
                                      struct findings *findings)
{
    const struct weir_view_text *view = &subject->texts->views[pattern->view];
    struct weir_range range = view->values[value].range;
    struct weir_text whole = weir_text_slice(weir_text_from_padded(view->text), range.start, range.end);
    struct weir_regex_matches matches;
    size_t from = 0;
    while (from < whole.length && findings->refusal_count < REFUSALS_MAX) {
        if (weir_regex_list(pattern->regex, subject->regex, whole, from, whole.length, &matches) != WEIR_REGEX_MATCH)
            break;
        size_t end = matches.ends[0];
        while (end > matches.start + 1 && checksum_skips(whole.data[end - 1]))
            end--;
        struct weir_range match = {range.start + (uint32_t)matches.start, range.start + (uint32_t)end};
        uint32_t counted_end = find_overlap(findings, value, match);
        from = counted_end ? counted_end - range.start : matches.ends[0];
        if (counted_end)
            continue;
        enum weir_status status = note_refusal(subject, pattern->view, value, match, WEIR_FATE_CHECK, findings);
        if (status != WEIR_OK)
            return status;
    }
    return WEIR_OK;
}

enum weir_status note_failed_checks(const struct subject *subject, const struct weir_pattern *pattern,
                                    struct findings *findings)
{
    enum weir_status status = WEIR_OK;
    for (size_t value = 0; status == WEIR_OK && value < subject->item->value_count; value++)
        if (pattern->fields >> subject->item->values[value].field & 1)
            status = note_in_value(subject, pattern, value, findings);
    return status;
}
