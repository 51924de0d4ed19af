/* rules: one compiled regular expression (PCRE2 behind), which gives the exact spans that Hyperscan does not. */
#ifndef WEIR_REGEX_H
#define WEIR_REGEX_H

#include "weir/status.h"
#include "weir/text.h"

#include <stdint.h>

struct weir_regex;         /* immutable; any thread */
struct weir_regex_scratch; /* match data, match context and JIT stack of one thread */

/* caseless: for the folded view. Options: UTF, DOTALL, DOLLAR_ENDONLY, never UCP; JIT-compiled. On WEIR_INVALID *offset
 * (bytes into source) and error say where and why. */
enum weir_status weir_regex_new(struct weir_text source, bool caseless, struct weir_regex **regex, size_t *offset,
                                struct weir_error *error) WEIR_MUST_CHECK;
/* The same for weir_regex_list. WEIR_INVALID also for what PCRE2's DFA matching cannot do; error then names it. */
enum weir_status weir_regex_new_listing(struct weir_text source, bool caseless, struct weir_regex **regex,
                                        size_t *offset, struct weir_error *error) WEIR_MUST_CHECK;
void weir_regex_free(struct weir_regex *regex); /* NULL is fine */

/* NULL when there is no memory. */
struct weir_regex_scratch *weir_regex_scratch_new(void);
void weir_regex_scratch_free(struct weir_regex_scratch *scratch); /* NULL is fine */

enum weir_regex_answer { WEIR_REGEX_MATCH, WEIR_REGEX_NONE, WEIR_REGEX_LIMIT };

/* The leftmost match in text (valid UTF-8, one whole value) that starts in [from, from_last], both on character
 * boundaries; what stands before `from` is seen by lookbehind. Fills *start and *end. LIMIT: a match limit, or the time
 * that one search may take (100 ms), was reached, so that a person must decide. */
enum weir_regex_answer weir_regex_find(const struct weir_regex *regex, struct weir_regex_scratch *scratch,
                                       struct weir_text text, size_t from, size_t from_last, size_t *start,
                                       size_t *end);

/* Whether the match at `start` could be another one, or none, if more text followed: whether matching looks beyond the
 * end of the text. LIMIT counts as so. */
bool weir_regex_looks_beyond(const struct weir_regex *regex, struct weir_regex_scratch *scratch, struct weir_text text,
                             size_t start);

/* Whether a match could begin in the text and go on behind its end; *start is where the first such one begins. A limit
 * that was reached counts as one at 0. */
bool weir_regex_reaches_end(const struct weir_regex *regex, struct weir_regex_scratch *scratch, struct weir_text text,
                            size_t *start);

#define WEIR_REGEX_LIST_MAX 128

/* All matches at one start. */
struct weir_regex_matches {
    size_t start;
    size_t ends[WEIR_REGEX_LIST_MAX]; /* the longest first */
    size_t count;
    bool truncated; /* there are shorter ones too */
};

/* As weir_regex_find, with all matches at the leftmost start that has any; the regex is one of
 * weir_regex_new_listing. */
enum weir_regex_answer weir_regex_list(const struct weir_regex *regex, struct weir_regex_scratch *scratch,
                                       struct weir_text text, size_t from, size_t from_last,
                                       struct weir_regex_matches *matches);

#endif
