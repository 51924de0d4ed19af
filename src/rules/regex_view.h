/* rules, private: a pattern as it meets the texts of its view. */
#ifndef WEIR_RULES_REGEX_VIEW_H
#define WEIR_RULES_REGEX_VIEW_H

#include "class_set.h"
#include "regex_syntax.h"

#include "weir/ruleset.h"

struct weir_regex_view {
    const struct weir_regex_syntax *syntax;
    enum weir_view view; /* FOLDED or EXACT */
    const struct weir_folding *folding;
    struct weir_class_sets *sets;
    struct weir_arena *arena;
};

/* What becomes of a character of the pattern in folded text. */
enum weir_folded {
    WEIR_FOLDED_SAME,
    WEIR_FOLDED_CASE,  /* another character, the same but for case: PCRE2 finds it */
    WEIR_FOLDED_OTHER, /* something that the pattern does not find */
};

/* regex_fold.c: *as is what folded text has instead, in the arena. */
enum weir_status weir_regex_fold_character(const struct weir_regex_view *view, uint32_t code_point,
                                           enum weir_folded *folded, struct weir_text *as) WEIR_MUST_CHECK;

/* What folded text can hold of the characters that a class or a property finds. */
enum weir_held {
    WEIR_HELD_NOTHING,
    WEIR_HELD_CHEROKEE, /* of capital letters the only ones that folding keeps */
    WEIR_HELD_SPACE,
    WEIR_HELD_MORE,
};

/* regex_fold.c: as PCRE2 itself answers, whatever the version of Unicode; a few milliseconds. */
enum weir_status weir_regex_held(const struct weir_regex_view *view, const struct weir_regex_token *token,
                                 enum weir_held *held) WEIR_MUST_CHECK;

/* What is wrong with a pattern, at a byte of its source. */
struct weir_regex_finding {
    size_t at;
    bool is_warning;
    char text[256];
};

#define WEIR_REGEX_FINDINGS_MAX 8

struct weir_regex_findings {
    struct weir_regex_finding at[WEIR_REGEX_FINDINGS_MAX];
    size_t count; /* further ones are dropped: the first say enough */
};

void weir_regex_findings_add(struct weir_regex_findings *findings, bool is_warning, size_t at, const char *format, ...)
    WEIR_PRINTF(4, 5);

/* regex_needs.c: what a pattern of the folded view needs and folded text never holds. */
enum weir_status weir_regex_check_needs(const struct weir_regex_view *view,
                                        struct weir_regex_findings *findings) WEIR_MUST_CHECK;
/* regex_ascii.c: \b, \w and \d beside a letter that they do not know. */
void weir_regex_check_ascii_escapes(const struct weir_regex_view *view, struct weir_regex_findings *findings);

/* regex_atom.c: the bytes that one token can match, for Hyperscan. */
enum weir_beyond { WEIR_BEYOND_NONE, WEIR_BEYOND_SOME, WEIR_BEYOND_ALL };

struct weir_regex_atom {
    bool ascii[128];
    enum weir_beyond beyond;  /* characters beyond ASCII */
    struct weir_code_set set; /* for SOME, settled and not too fine */
};

/* All kinds that match characters, CHARACTER included. Never less than what PCRE2 matches in the view. */
enum weir_status weir_regex_atom_read(const struct weir_regex_view *view, const struct weir_regex_token *token,
                                      struct weir_regex_atom *atom) WEIR_MUST_CHECK;
/* True when of all characters only a space is left. */
bool weir_regex_atom_is_space(const struct weir_regex_atom *atom);

/* regex_rewrite.c: how far a pattern is from what was written. Each form matches all that the one before it does. */
enum weir_regex_form {
    WEIR_FORM_TIGHT,   /* as close as bytes allow: says how long a match is, too slow to compile */
    WEIR_FORM_OPEN,    /* gaps of any characters have no upper end */
    WEIR_FORM_RELAXED, /* nor have other repeats, and there are no anchors: for what Hyperscan refuses otherwise */
};

/* The pattern for Hyperscan, to be compiled with DOTALL and MULTILINE and without UTF8 and CASELESS. It matches all
 * that PCRE2 matches in the view, and more. *too_large: it would take Hyperscan long to look at. */
enum weir_status weir_regex_rewrite(const struct weir_regex_view *view, enum weir_regex_form form,
                                    struct weir_text *expression, bool *too_large) WEIR_MUST_CHECK;

#endif
