/* run: what each rule costs and how often it flags, measured over texts: what `weir check` says beyond mistakes.
 *
 * Costs are measured on this thread's processor time, each rule alone: best of several rounds of scan and decide, less
 * the same with nothing to look for. */
#ifndef WEIR_SURVEY_H
#define WEIR_SURVEY_H

#include "weir/chars.h"
#include "weir/diagnostics.h"
#include "weir/ruleset.h"
#include "weir/settings.h"

struct weir_survey_options {
    const struct weir_settings *settings;
    const struct weir_ruleset *ruleset;
    const struct weir_chars *chars;
    const char *corpus; /* a file of posts, a JSON object a line; "-": stdin; NULL: the rules' own examples */
    bool text;          /* each of its lines is a post's text instead */
};

struct weir_rule_cost {
    uint32_t rule;
    bool is_noise; /* too little to be told from nothing: share and ns are 0 */
    double share;  /* of all rules' costs together, 0 to 1 */
    double ns;     /* for each text */
    double hits;   /* of 1,000 texts: those in which the scan found something for the rule to look at */
    double flags;  /* of 1,000 texts: those that it flags */
};

struct weir_survey {
    uint64_t lines; /* of the corpus */
    uint64_t bad;   /* of these, what is no post: not looked at */
    size_t texts;   /* that costs were measured on: all examples, or lines from anywhere in the corpus */
    double noise_ns;
    struct weir_rule_cost *costs; /* all rules, the dearest first */
    size_t cost_count;
};

/* Adds to the diagnostics a warning for each pattern and rule that more than 1 in 1,000 lines of the corpus have.
 * *survey is the caller's, to be given to weir_survey_fini. WEIR_INVALID: no line of the corpus is a post. */
enum weir_status weir_survey_run(const struct weir_survey_options *options, struct weir_diagnostics *diagnostics,
                                 struct weir_survey *survey, struct weir_error *error) WEIR_MUST_CHECK;
void weir_survey_fini(struct weir_survey *survey);

#endif
