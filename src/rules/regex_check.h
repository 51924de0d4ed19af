/* rules, private: one regex of a pack, from its text to what the scan and decide need. */
#ifndef WEIR_RULES_REGEX_CHECK_H
#define WEIR_RULES_REGEX_CHECK_H

#include "hs_database.h"
#include "regex_view.h"

#define WEIR_REGEX_LENGTH_MAX 4096u

struct weir_memo;

/* What all regexes of a load share. */
struct weir_regex_tools {
    const struct weir_folding *folding;
    struct weir_class_sets *sets;
    struct weir_regex_scratch *scratch;
    struct weir_arena *arena; /* reset with each regex */
    struct weir_memo *memo;   /* regexes in it are not checked again; those without findings go into it */
};

struct weir_checked_regex {
    struct weir_regex *regex;    /* the caller's; NULL when refused */
    struct weir_text expression; /* for Hyperscan; ends in NUL; lives until the next regex */
    bool prefilter;
    uint32_t width_min;
    uint32_t width_max;
    struct weir_regex_findings findings; /* errors if and only if WEIR_INVALID is returned */
};

/* source lives on as long as the result is looked at. */
enum weir_status weir_regex_check(const struct weir_regex_tools *tools, struct weir_text source, enum weir_view view,
                                  struct weir_checked_regex *checked) WEIR_MUST_CHECK;

#endif
