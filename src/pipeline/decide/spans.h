/* From hits to spans, the distinct pieces of the original text that each pattern really matched, and from spans to
 * evidence. Private to decide. */
#ifndef WEIR_DECIDE_SPANS_H
#define WEIR_DECIDE_SPANS_H

#include "weir/decide.h"
#include "weir/explain.h"

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
    size_t spans_max;    /* per pattern */
    const struct weir_window *window; /* NULL: the item is no stream */
    bool notes_refusals; /* somebody wants to know what did not count, and why */
};

/* A match that does not count, and why. */
struct refusal {
    struct span span;
    enum weir_fate fate;
};

/* What one pattern matched: distinct spans in order of value, start and end. */
struct findings {
    const struct span *spans;
    size_t count;
    bool truncated;           /* more than spans_max */
    bool inconclusive;        /* a match limit was reached: there may be more */
    struct refusal *refusals; /* the first REFUSALS_MAX of them, in any order, when the subject notes them; else NULL */
    size_t refusal_count;
};

#define REFUSALS_MAX 256

/* Notes a match at [start, end) of the view's buffer, in that value, that does not count. */
enum weir_status note_refusal(const struct subject *subject, enum weir_view view, size_t value,
                              struct weir_range matched, enum weir_fate fate,
                              struct findings *findings) WEIR_MUST_CHECK;

/* The counted hits of a pattern, from those of the scan, which are all its own and in any order. */
enum weir_status find_spans(const struct subject *subject, const struct weir_pattern *pattern,
                            const struct weir_hit *hits, size_t hit_count, struct findings *findings) WEIR_MUST_CHECK;

/* Takes away from each of the findings what lies wholly inside a span of an exception. */
enum weir_status drop_excepted(const struct subject *subject, struct findings *findings, size_t count,
                               const struct findings *exceptions, size_t exception_count) WEIR_MUST_CHECK;

/* Counts code points of an item's fields from left to right, each once, however many spans ask. */
struct ruler {
    const struct weir_item *item;
    uint32_t value;
    size_t base_byte; /* where the value starts in its field's content */
    size_t base_point;
    size_t byte; /* how far into the value it has counted */
    size_t point;
};

struct ruler make_ruler(const struct weir_item *item);
struct weir_evidence describe_span(const struct subject *subject, const struct weir_pattern *pattern,
                                   const struct span *span, struct ruler *ruler);

/* Fills the match's evidence with the earliest evidence_max of what the rule's used patterns found (one findings for
 * each), and sets `truncated` when there was more. */
enum weir_status gather_evidence(const struct subject *subject, const struct weir_rule *rule,
                                 const struct findings *findings, const bool *used, size_t evidence_max,
                                 struct weir_match *match) WEIR_MUST_CHECK;

#endif
