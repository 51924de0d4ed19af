/* model: how caption fragments become one text (RULES.md section 7). Pure functions of texts and times; any thread.
 *
 *   so far      ... and we will call
 *   fragment             we will call you at noon
 *   repeated            `-----------'              dropped
 *   one text    ... and we will call you at noon */
#ifndef WEIR_CAPTIONS_H
#define WEIR_CAPTIONS_H

#include "weir/arena.h"
#include "weir/chars.h"

enum weir_join { WEIR_JOIN_AUTO, WEIR_JOIN_SPACE, WEIR_JOIN_NONE };

/* Whether one space goes between the text so far and the fragment; not where either is empty. */
bool weir_caption_takes_space(const struct weir_chars *chars, enum weir_join join, struct weir_text so_far,
                              struct weir_text fragment);

/* The text without the white space at its end; a slice of it. */
struct weir_text weir_caption_trim(const struct weir_chars *chars, struct weir_text text);

/* How many bytes of the fragment's beginning repeat the end of the text so far, white space between them left out of
 * the comparison: the most that are whole words, two of them or eight characters at least; 0 when there are none. The
 * arena lends the memory of the search. O(length of both). */
enum weir_status weir_caption_repeated(const struct weir_chars *chars, struct weir_text so_far,
                                       struct weir_text fragment, struct weir_arena *arena,
                                       size_t *bytes) WEIR_MUST_CHECK;

/* Whether a fragment that starts then can roll up one that ended then. */
bool weir_caption_adjoins(int64_t ended_ms, int64_t start_ms);

#endif
