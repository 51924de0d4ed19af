/* What rules and their patterns find in a corpus, and what of it would flood people. Private to run. */
#ifndef WEIR_SURVEY_FLOOD_H
#define WEIR_SURVEY_FLOOD_H

#include "weir/survey.h"

struct weir_scanner;
struct weir_decider;

#define FLOOD_LINES_SHOWN 3

/* How many lines had it, and some of them. */
struct flood_tally {
    uint64_t lines;
    const char *shown[FLOOD_LINES_SHOWN]; /* escaped and shortened; NULL: none */
    uint64_t shown_lines[FLOOD_LINES_SHOWN];
};

struct flood {
    const struct weir_survey_options *options;
    struct weir_arena *arena;     /* of the flood */
    struct weir_arena *of_item;   /* reset for each item */
    struct weir_ruleset rules;    /* every rule looks at every kind */
    struct weir_ruleset patterns; /* each a rule of its own */
    struct weir_scanner *scanner;
    struct weir_decider *by_rule;
    struct weir_decider *by_pattern;
    struct flood_tally *rule_tallies;
    struct flood_tally *pattern_tallies;
    uint64_t lines;
};

enum weir_status flood_init(struct flood *flood, const struct weir_survey_options *options) WEIR_MUST_CHECK;
void flood_fini(struct flood *flood);

/* Counts what is found in the item, which stands in this line. texts: its views. */
enum weir_status flood_count(struct flood *flood, const struct weir_item *item, const struct weir_scan_text *texts,
                             uint64_t line) WEIR_MUST_CHECK;
/* A warning for each rule and pattern that too many of the lines had. */
void flood_warn(const struct flood *flood, struct weir_diagnostics *diagnostics);

#endif
