/* normalize: the mixed tokens of a text (RULES.md section 2). Allocates only the list of what it finds. */
#ifndef WEIR_TOKENS_H
#define WEIR_TOKENS_H

#include "fold.h"

/* False when a text with these traits surely has no mixed token, which is nearly always. */
bool weir_tokens_may_mix(const struct weir_traits *traits);

/* Adds the mixed tokens of the text to `mixed` (of struct weir_range), or with `all` every token beyond ASCII. False
 * when there is no memory. */
bool weir_tokens_find(const struct weir_folder *folder, struct weir_text text, bool all,
                      struct weir_buffer *mixed) WEIR_MUST_CHECK;

/* The letter of script Latin, Greek or Cyrillic with which the marks after it compose; 0: none. */
struct weir_mark_base {
    uint32_t letter;
};
/* Shows it the characters of a token one after the other. True for a mark of script Inherited that does not compose
 * with the letter before it. */
bool weir_mark_is_stray(const struct weir_folder *folder, struct weir_mark_base *base, uint32_t code_point);

#endif
