/* normalize: one value into the folded view. The text is valid UTF-8.
 *
 *   weir_fold_value     runs of ASCII by blocks, characters that stand alone by table
 *   weir_stretch_fold   from a character to the next normalization boundary, where neighbours interact
 *   weir_fold_unit      what all of them write through: source characters, what became of them, the edit between
 */
#ifndef WEIR_FOLD_H
#define WEIR_FOLD_H

#include "block.h"
#include "buffer.h"
#include "fold_icu.h"

/* What a short stretch folded to: a language has few of them, and asking ICU costs as much as ten other characters. */
struct weir_memo {
    uint64_t stretch; /* its bytes, zeros behind; all zero: none */
    uint8_t length;
    char folded[15];
};
#define WEIR_MEMO_BITS 9

/* What folding needs besides a text: two tables and room for stretches. One thread. */
struct weir_folder {
    const struct weir_chars *chars;
    const struct weir_icu *icu;
    struct weir_buffer kept;                     /* bytes: a stretch without its ignorable characters */
    struct weir_buffer folded;                   /* bytes: what became of it */
    struct weir_buffer points;                   /* code points of a long stretch */
    struct weir_buffer sorted;                   /* room to sort its marks */
    struct weir_memo memos[1 << WEIR_MEMO_BITS]; /* by hash of the stretch */
};

/* What was seen on the way, to tell whether tokens must be looked at. */
struct weir_traits {
    uint32_t scripts; /* 1 << class for each character that can stand in a token */
    uint8_t flags;    /* weir_char_flags of the non-ASCII characters, those of ignorable ones left out */
};

/* Writes the value that was opened in `view`. False when there is no memory. */
bool weir_fold_value(struct weir_folder *folder, struct weir_text text, struct weir_view_buffer *view,
                     struct weir_traits *traits) WEIR_MUST_CHECK;
void weir_folder_reset(struct weir_folder *folder);
void weir_folder_fini(struct weir_folder *folder);

/* A value while it is being folded: everything before `at` is written. */
struct weir_fold {
    struct weir_folder *folder;
    struct weir_view_buffer *view;
    const char *data;
    size_t at;
    size_t end;         /* what follows is trimmed */
    size_t blocks_from; /* where the last run of blocks began */
    bool after_space;   /* at the start too: no space is wanted there either */
    struct weir_traits traits;
};

/* Room that is always there for the rest of the value: outside stretches no character takes more than half as much
 * again as in the source (2 bytes to 3), and a block is written whole. */
static inline size_t weir_fold_bound(const struct weir_fold *fold)
{
    size_t rest = fold->end - fold->at;
    return rest + rest / 2 + WEIR_BLOCK;
}
/* What was written since view_start came from the source from `at` to source_end. */
bool weir_fold_edit(struct weir_fold *fold, size_t view_start, size_t source_end) WEIR_MUST_CHECK;
/* The source from `at` to source_end became these bytes, in which white space is a space each. */
bool weir_fold_unit(struct weir_fold *fold, size_t source_end, const char *bytes, size_t length) WEIR_MUST_CHECK;
/* The source from `at` to source_end became nothing. */
bool weir_fold_drop(struct weir_fold *fold, size_t source_end) WEIR_MUST_CHECK;
/* Folds one character by itself to out (WEIR_ICU_CHAR_MAX bytes), white space not collapsed; returns the length, or
 * SIZE_MAX when there is no memory. */
size_t weir_fold_character(const struct weir_folder *folder, struct weir_text character, char *out);
void weir_fold_note(struct weir_fold *fold, uint32_t code_point);

/* Folds from `at` up to the next boundary. */
bool weir_stretch_fold(struct weir_fold *fold) WEIR_MUST_CHECK;
/* Folds a stretch of which ICU would take time that grows with the square of its length; *folded lives in the folder.
 */
bool weir_long_stretch_fold(struct weir_folder *folder, struct weir_text stretch,
                            struct weir_text *folded) WEIR_MUST_CHECK;

#endif
