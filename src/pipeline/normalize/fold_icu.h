/* normalize: what it asks of ICU, and the only way to ICU. Throws nothing, keeps nothing between two calls.
 *
 * "Fold" here is NFKC_Casefold and then, character by character, quotes, dashes and white space made plain (RULES.md
 * section 2); runs of spaces are the caller's. Texts are valid UTF-8. */
#ifndef WEIR_FOLD_ICU_H
#define WEIR_FOLD_ICU_H

#include "weir/chars.h"
#include "weir/status.h"

/* Classes in weir_chars.script, below 32 so that a set of them is a uint32_t. A character of several scripts is in the
 * class of one of them, which is enough to prove a text unmixed, never to prove it mixed. */
enum weir_script_class {
    WEIR_SCRIPT_NONE, /* Common, Inherited, or nothing that can stand in a token */
    WEIR_SCRIPT_LATIN,
    WEIR_SCRIPT_HAN,
    WEIR_SCRIPT_HIRAGANA,
    WEIR_SCRIPT_KATAKANA,
    WEIR_SCRIPT_BOPOMOFO,
    WEIR_SCRIPT_HANGUL,
    WEIR_SCRIPT_CYRILLIC,
    WEIR_SCRIPT_GREEK,
    WEIR_SCRIPT_FURTHER, /* the first of those that stand alone or beside Latin; see fold_icu.cpp */
};

/* Room for the fold or the prototype of any one character. */
#define WEIR_ICU_CHAR_MAX 128

/* One thread. */
struct weir_icu;

enum weir_status weir_icu_open(struct weir_icu **icu) WEIR_MUST_CHECK;
void weir_icu_close(struct weir_icu *icu); /* NULL is fine */

/* False when ICU has no data or no memory. */
bool weir_icu_fill_chars(struct weir_chars *chars) WEIR_MUST_CHECK;

/* Folds text (below 2 GiB) to out. Returns the length of the whole result, of which at most `capacity` bytes were
 * written: when it is greater, call again with that much room. SIZE_MAX when there is no memory. */
size_t weir_icu_fold(const struct weir_icu *icu, struct weir_text text, char *out, size_t capacity);

/* The canonical decomposition of one character to out, which has room for WEIR_ICU_CODE_POINTS_MAX; returns how many.
 */
#define WEIR_ICU_CODE_POINTS_MAX 8
size_t weir_icu_decompose(const struct weir_icu *icu, uint32_t code_point, uint32_t *out);
/* The primary composite of two characters of a decomposed text, or 0. */
uint32_t weir_icu_compose(const struct weir_icu *icu, uint32_t first, uint32_t second);
/* Canonical combining class. */
uint8_t weir_icu_combining_class(uint32_t code_point);

/* A letter of script Latin, Greek or Cyrillic: one that makes a token mixed when a mark does not compose with it. */
bool weir_icu_takes_marks(uint32_t code_point);
/* The one character that letter and mark are in NFC, or 0 when they stay two. */
uint32_t weir_icu_join(const struct weir_icu *icu, uint32_t letter, uint32_t mark);

/* Whether the token goes beyond the Moderately Restrictive level of UTS #39; true also when ICU cannot tell. */
bool weir_icu_beyond_moderate(const struct weir_icu *icu, struct weir_text token);
/* The UTS #39 prototype of one character, by itself, to out (WEIR_ICU_CHAR_MAX bytes); returns its length. */
size_t weir_icu_prototype(const struct weir_icu *icu, struct weir_text character, char *out);

#endif
