/* metrics: how many flags there were of each rule, since the start: for dashboards and rollups. Shared by all workers;
 * flags are few, so one lock does. */
#ifndef WEIR_TALLY_H
#define WEIR_TALLY_H

#include "weir/item.h"
#include "weir/status.h"

enum weir_tally_output { WEIR_TALLY_REVIEW, WEIR_TALLY_SHADOW, WEIR_TALLY_OVERFLOW };

const char *weir_tally_output_name(enum weir_tally_output output); /* "review", "shadow", "overflow" */

#define WEIR_TALLY_LANG_SIZE 6
/* Where there are too many to tell apart. */
#define WEIR_TALLY_OTHER "other"

/* What flags are counted by. Rules by their id, whatever the generation. */
struct weir_tally_key {
    const char *rule;
    const char *category;
    const char *severity;
    enum weir_kind kind;
    enum weir_tally_output output;
    char lang[WEIR_TALLY_LANG_SIZE]; /* the first subtag, "und" for none */
};

struct weir_tally_row {
    struct weir_tally_key key;
    uint64_t flags;
};

struct weir_tally;

struct weir_tally *weir_tally_new(void);        /* NULL: no memory */
void weir_tally_free(struct weir_tally *tally); /* NULL is fine */

/* Of an item's own tag: "en" of "en-GB", "und" of none, "other" of what is no language tag. */
void weir_tally_lang(struct weir_text tag, char lang[WEIR_TALLY_LANG_SIZE]);

/* Copies what the key says. Beyond 64 languages the next are "other", beyond 65,536 rows so are rule and category;
 * without memory the flag goes uncounted. Any thread. */
void weir_tally_add(struct weir_tally *tally, const struct weir_tally_key *key);

/* All rows by rule, kind, language and output; the caller's to free(). Their texts live as long as the tally. Any
 * thread. WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_tally_read(struct weir_tally *tally, struct weir_tally_row **rows, size_t *count) WEIR_MUST_CHECK;

/* Fills `rows`, with room for `count`, with what came to the rows of one reading since an earlier one; returns how many
 * have something new. */
size_t weir_tally_since(const struct weir_tally_row *now, size_t count, const struct weir_tally_row *before,
                        size_t before_count, struct weir_tally_row *rows);

#endif
