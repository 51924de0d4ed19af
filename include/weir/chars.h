/* model: what weir needs to know of each code point, as one immutable table, so that no stage but normalize knows ICU.
 *
 * Built once at start by weir_chars_new (normalize); any thread reads it. */
#ifndef WEIR_CHARS_H
#define WEIR_CHARS_H

#include "weir/utf8.h"

#define WEIR_CODE_POINTS 0x110000u

enum weir_char_flags {
    WEIR_CHAR_WORD = 1 << 0,      /* General_Category L, M, N or Pc */
    WEIR_CHAR_UNSPACED = 1 << 1,  /* a word character of a script written without spaces (RULES.md section 3) */
    WEIR_CHAR_MARK = 1 << 2,      /* General_Category M and not default-ignorable */
    WEIR_CHAR_INHERITED = 1 << 3, /* a mark of script Inherited */
    WEIR_CHAR_IGNORABLE = 1 << 4, /* Default_Ignorable_Code_Point */
    WEIR_CHAR_SPACE = 1 << 5,     /* White_Space */
    WEIR_CHAR_BOUNDARY = 1 << 6,  /* an NFKC_Casefold boundary stands before it, whatever precedes */
    WEIR_CHAR_SAME = 1 << 7,      /* alone between two boundaries it folds to itself */
};

struct weir_chars {
    uint8_t flags[WEIR_CODE_POINTS];
    uint8_t script[WEIR_CODE_POINTS]; /* a class of scripts, for normalize alone: see its fold_icu.h */
    uint16_t folds_to[0x10000]; /* alone between two boundaries it folds to this one code point; 0: to something else */
};

#define WEIR_SCRIPT_ASK 255 /* in weir_chars.script: a script without a class of its own */

static inline bool weir_char_has(const struct weir_chars *chars, uint32_t code_point, unsigned flags)
{
    return (chars->flags[code_point] & flags) != 0;
}

/* The kind of word character that stands at data[at] or, with `before`, ends there (RULES.md section 3): a mark of
 * script Inherited takes the kind of the character that it follows. Text without such a character (its end) gives
 * WEIR_WORD_NONE. */
enum weir_word { WEIR_WORD_NONE, WEIR_WORD_SPACED, WEIR_WORD_UNSPACED };

/* text is one value in one view. The character that starts at byte `at`; at == length gives NONE. */
enum weir_word weir_word_after(const struct weir_chars *chars, struct weir_text text, size_t at);
/* The character that ends at byte `at`; at == 0 gives NONE. */
enum weir_word weir_word_before(const struct weir_chars *chars, struct weir_text text, size_t at);

#endif
