/* scan: one pass over all patterns (Hyperscan behind). Finds; decides nothing. */
#ifndef WEIR_SCAN_H
#define WEIR_SCAN_H

#include "weir/ruleset.h"

struct weir_scanner; /* scratch and hit buffers of one thread */

/* For one ruleset, which it borrows for its life. hits_max: limits.hits. */
enum weir_status weir_scanner_new(const struct weir_ruleset *ruleset, size_t hits_max,
                                  struct weir_scanner **scanner) WEIR_MUST_CHECK;
void weir_scanner_free(struct weir_scanner *scanner); /* NULL is fine */

/* Scans every view that texts has. *hits lives in the scanner until the next call. It never fails as a call: what goes
 * wrong inside is said in *hits, so that the item goes to a person. */
void weir_scan(struct weir_scanner *scanner, const struct weir_scan_text *texts, struct weir_hits *hits);

/* ---- Hyperscan alone, to measure what the above adds to it ---- */

struct weir_bare_scanner; /* scratch of one thread */

/* Borrows the ruleset's database for its life. */
enum weir_status weir_bare_scanner_new(const struct weir_ruleset *ruleset,
                                       struct weir_bare_scanner **scanner) WEIR_MUST_CHECK;
void weir_bare_scanner_free(struct weir_bare_scanner *scanner); /* NULL is fine */

/* The same databases over the same views, with a callback that only counts; adds to *matches. WEIR_INVALID when
 * Hyperscan fails. */
enum weir_status weir_bare_scan(struct weir_bare_scanner *scanner, const struct weir_scan_text *texts,
                                uint64_t *matches) WEIR_MUST_CHECK;

#endif
