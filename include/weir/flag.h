/* model: what scan found and what decide made of it. */
#ifndef WEIR_FLAG_H
#define WEIR_FLAG_H

#include "weir/view.h"

struct weir_rule;
struct weir_pattern;

/* A hit as the scan reports it: an expression of the database matched, ending at this byte of the view's buffer. It
 * stands for all expressions that are the same (weir_database.twins). Where all of their patterns are without a bound
 * on their width only one is kept per item, since decide looks through all of its values. */
struct weir_hit {
    uint32_t expression;
    uint32_t end;
};

struct weir_hits {
    const struct weir_hit *at; /* in order of arrival */
    size_t count;
    const uint32_t *cut; /* patterns (distinct) of which hits beyond limits.hits were left out */
    size_t cut_count;
    bool failed; /* the scan itself failed: nothing is known about this item */
};

/* A span of the original text that a rule points at. Offsets count in the field's content: its values joined by line
 * feeds. */
struct weir_evidence {
    const struct weir_pattern *pattern;
    uint32_t field;
    enum weir_view view;
    size_t start; /* code points */
    size_t end;
    size_t start_byte; /* UTF-8 */
    size_t end_byte;
    struct weir_text quote;      /* of the original text; borrowed from the item */
    struct weir_text matched_as; /* of the view; borrowed from the scan text */
};

/* A hit that counts, in the window on a caption stream. */
struct weir_counted_hit {
    uint32_t pattern; /* of the ruleset */
    uint32_t value;
    struct weir_range source; /* bytes of the value */
    bool is_open;             /* it reaches the end of what was heard, and more text could make it longer or undo it */
};

/* A rule that flags the item. */
struct weir_match {
    const struct weir_rule *rule;
    const struct weir_evidence *evidence; /* by field, then start, then end */
    size_t evidence_count;
    const struct weir_counted_hit *hits; /* of weir_decide_window: all hits of the patterns that made the rule hold */
    size_t hit_count;
    bool truncated;    /* there is more evidence than is shown, or than was looked at */
    bool inconclusive; /* a limit or an error kept weir from deciding: a person must */
    bool provisional;  /* of a stream: what is heard next may still undo it */
};

/* Where a flag goes. */
enum weir_channel { WEIR_CHANNEL_REVIEW, WEIR_CHANNEL_SHADOW, WEIR_CHANNEL_COUNT };

/* "review", "shadow". */
const char *weir_channel_name(enum weir_channel channel);

/* What decide says of an item: for each channel the rules that matched, in the order of the ruleset. */
struct weir_verdict {
    const struct weir_match *matches[WEIR_CHANNEL_COUNT];
    size_t match_count[WEIR_CHANNEL_COUNT];
};

#endif
