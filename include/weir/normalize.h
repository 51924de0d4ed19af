/* normalize: an item's values -> the texts that are scanned (RULES.md section 2), with the way back to the original
 * text.
 *
 * ASCII folds 16 bytes at a time; most other code points alone, by table; ICU sees only the stretches between two
 * normalization boundaries that hold something else. The skeleton is made only of values that hold a mixed token. */
#ifndef WEIR_NORMALIZE_H
#define WEIR_NORMALIZE_H

#include "weir/chars.h"
#include "weir/ruleset.h"

/* Builds the table of code points from ICU's data (about 3 MB). NULL when there is no memory. Immutable: any thread. */
struct weir_chars *weir_chars_new(void);
void weir_chars_free(struct weir_chars *chars); /* NULL is fine */

struct weir_normalizer; /* one thread; its buffers grow to the largest item and shrink after a giant */

/* Borrows chars for its life. */
enum weir_status weir_normalizer_new(const struct weir_chars *chars,
                                     struct weir_normalizer **normalizer) WEIR_MUST_CHECK;
void weir_normalizer_free(struct weir_normalizer *normalizer); /* NULL is fine */

/* Makes the views asked for (bits 1 << weir_view) of the item. *texts lives in the normalizer until the next call; a
 * view, until the next one that asks for it. */
enum weir_status weir_normalize(struct weir_normalizer *normalizer, const struct weir_item *item, unsigned views,
                                struct weir_scan_text *texts) WEIR_MUST_CHECK;

/* For weir_ruleset_load: folds literals as this normalizer folds texts. Borrows it. */
struct weir_folding weir_normalizer_folding(struct weir_normalizer *normalizer);

/* "72.1 (Unicode 15.0)"; a constant. */
const char *weir_icu_version(void);

#endif
