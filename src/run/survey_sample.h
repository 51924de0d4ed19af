/* Texts to measure rules on, normalized once. Private to run. */
#ifndef WEIR_SURVEY_SAMPLE_H
#define WEIR_SURVEY_SAMPLE_H

#include "weir/arena.h"
#include "weir/chars.h"
#include "weir/ruleset.h"

/* Longer texts are not taken: few of them would make the whole sample. */
#define SAMPLE_TEXT_BYTES_MAX ((size_t)16 << 10)

struct sample_text {
    struct weir_item item;
    struct weir_scan_text views;
    char *memory; /* what the item points at */
};

struct sample {
    struct sample_text *texts; /* room for capacity */
    size_t count;
    size_t capacity;
    uint64_t offered;
    uint64_t random;
    struct weir_arena *arena; /* what the views point at */
};

bool sample_init(struct sample *sample, size_t capacity);
void sample_fini(struct sample *sample);

/* Offers an item. Of all that were offered each is as likely as any other to be in the sample, and the same offers give
 * the same sample. Copies what it takes of the item; false when there is no memory. */
bool sample_offer(struct sample *sample, const struct weir_item *item);
/* Fills in the views of all texts. */
enum weir_status sample_normalize(struct sample *sample, const struct weir_chars *chars,
                                  unsigned views) WEIR_MUST_CHECK;

#endif
