/* rules, private: what a load notes for the next one, and what it finds in the notes of the one before.
 *
 *   memo.c           notes, and digests under which they are found again
 *   compiled.c       the bytes of weir/compiled.h, read; compiled_write.c: written
 *   hs_stored.c      Hyperscan's databases as bytes
 *   platform.c       what the bytes must fit */
#ifndef WEIR_RULES_MEMO_H
#define WEIR_RULES_MEMO_H

#include "hs_database.h"
#include "list.h"

#include "weir/compiled.h"

#define WEIR_MEMO_CHAINS 4096u

/* What is known of a regex that passed all checks without a word. */
struct weir_regex_fact {
    uint8_t key[WEIR_SHA256_BYTES];
    struct weir_text expression; /* for Hyperscan */
    uint32_t width_min;
    uint32_t width_max;
    bool prefilter;
    uint32_t older; /* the next fact of the same chain; from 1, 0: none */
};

/* Of one load; lives with its ruleset. */
struct weir_memo {
    const struct weir_compiled *before; /* NULL: none; gone when the load is over */
    const char *folding;                /* its version */
    struct weir_arena *arena;           /* of the ruleset */
    struct weir_list facts;             /* struct weir_regex_fact, as they came; a key may stand there twice */
    uint32_t newest[WEIR_MEMO_CHAINS];  /* of the facts whose keys begin alike, the newest; from 1, 0: none */
    uint8_t sources[WEIR_SHA256_BYTES]; /* of the list of expressions that the database holds */
    struct weir_compiled_use use;
};

void weir_memo_fini(struct weir_memo *memo);

/* ---- memo.c ---- */

enum weir_status weir_memo_key(const struct weir_memo *memo, struct weir_text regex, enum weir_view view,
                               uint8_t key[WEIR_SHA256_BYTES]) WEIR_MUST_CHECK;
/* What this load has noted already; NULL: nothing. Until the next note. */
const struct weir_regex_fact *weir_memo_find(const struct weir_memo *memo, const uint8_t key[WEIR_SHA256_BYTES]);
/* Copies the expression. */
enum weir_status weir_memo_note(struct weir_memo *memo, const struct weir_regex_fact *fact) WEIR_MUST_CHECK;
/* Compiles, or takes the database of the load before if it is of the same sources; see weir_database_compile. */
enum weir_status weir_memo_database(struct weir_memo *memo, const struct weir_scan_source *sources, size_t count,
                                    struct weir_database *database, size_t *failed,
                                    struct weir_error *error) WEIR_MUST_CHECK;

/* ---- ruleset.c ---- */

const struct weir_memo *weir_ruleset_memo(const struct weir_ruleset *ruleset);

/* ---- compiled.c ---- */

/* False: unknown. The expression is borrowed, and ends in NUL. */
bool weir_compiled_find(const struct weir_compiled *compiled, const uint8_t key[WEIR_SHA256_BYTES],
                        struct weir_regex_fact *fact);
/* False: it is of other sources, or does not fit. *database is the caller's. */
bool weir_compiled_database(const struct weir_compiled *compiled, const uint8_t sources[WEIR_SHA256_BYTES],
                            struct weir_database *database);

#endif
