/* rules: what Hyperscan compiled of a ruleset, for the stage that scans with it. Immutable, shared by all workers.
 *
 * Expressions stand in groups, one Hyperscan database each, because each view is a text of its own and because UTF-8 mode makes
 * compiling much slower: only what needs it pays. Groups without expressions are absent. */
#ifndef WEIR_DATABASE_H
#define WEIR_DATABASE_H

#include "weir/view.h"

struct hs_database; /* Hyperscan's; only hs_*.c files look inside */

/* folded, folded in UTF-8 mode, skeleton, exact, exact in UTF-8 mode */
#define WEIR_DATABASE_GROUPS 5

struct weir_database_group {
    struct hs_database *database; /* its ids are indices into weir_ruleset.expressions */
    enum weir_view view;          /* the text to scan with it */
    bool utf8;
    uint32_t expressions; /* how many */
};

struct weir_database {
    struct weir_database_group groups[WEIR_DATABASE_GROUPS];
    size_t group_count;
};

#endif
