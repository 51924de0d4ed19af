/* From hits to spans, the distinct pieces of the original text that each pattern really matched, and from spans to
 * evidence. Private to decide. */
#ifndef WEIR_DECIDE_SPANS_H
#define WEIR_DECIDE_SPANS_H

#include "weir/decide.h"

/* One counted hit of one pattern. */
struct span {
    uint32_t value; /* index into item->values */
    enum weir_view view;
    struct weir_range source;  /* of the value's original text */
    struct weir_range matched; /* of the view's buffer */
};

/* Everything about an item that spans are made of. */
struct subject {
    const struct weir_ruleset *ruleset;
    const struct weir_chars *chars;
    struct weir_regex_scratch *regex;
    const struct weir_item *item;
    const struct weir_scan_text *texts;
    struct weir_arena *arena;
    size_t spans_max; /* per pattern */
};

/* What one pattern matched: distinct spans in order of value, start and end. */
struct findings {
    const struct span *spans;
    size_t count;
    bool truncated;    /* more than spans_max */
    bool inconclusive; /* a match limit was reached: there may be more */
};

/* The counted hits of a pattern, from those of the scan, which are all its own and in any order. */
enum weir_status find_spans(const struct subject *subject, const struct weir_pattern *pattern,
                            const struct weir_hit *hits, size_t hit_count, struct findings *findings) WEIR_MUST_CHECK;

/* Takes away from each of the findings what lies wholly inside a span of an exception. */
enum weir_status drop_excepted(const struct subject *subject, struct findings *findings, size_t count,
                               const struct findings *exceptions, size_t exception_count) WEIR_MUST_CHECK;

/* Fills the match's evidence with the earliest evidence_max of what the rule's used patterns found (one findings for
 * each), and sets `truncated` when there was more. */
enum weir_status gather_evidence(const struct subject *subject, const struct weir_rule *rule,
                                 const struct findings *findings, const bool *used, size_t evidence_max,
                                 struct weir_match *match) WEIR_MUST_CHECK;

#endif
