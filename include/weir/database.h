/* rules: what Hyperscan compiled of a ruleset, for the stage that scans with it. Immutable, shared by all workers.
 *
 * Expressions stand in groups, one Hyperscan database for each view that has any, because each view is a text of its
 * own. All of them are compiled as patterns over bytes: UTF-8 mode would compile many times slower (see
 * src/rules/regex_rewrite.c). */
#ifndef WEIR_DATABASE_H
#define WEIR_DATABASE_H

#include "weir/view.h"

struct hs_database; /* Hyperscan's; only hs_*.c files look inside */

#define WEIR_DATABASE_GROUPS WEIR_VIEW_COUNT

struct weir_database_group {
    struct hs_database *database; /* its ids are indices into weir_ruleset.expressions */
    enum weir_view view;          /* the text to scan with it */
    uint32_t expressions;         /* how many different ones */
};

struct weir_database {
    struct weir_database_group groups[WEIR_DATABASE_GROUPS];
    size_t group_count;
    /* Of expressions that are the same, as rules that share a list have them, Hyperscan knows the first alone: by
     * expression, the next one that is the same, or itself when there is none. */
    uint32_t *twins;
};

#define WEIR_TWIN_NONE UINT32_MAX

/* The next expression that is the same. */
static inline uint32_t weir_twin_after(const struct weir_database *database, uint32_t expression)
{
    uint32_t next = database->twins[expression];
    return next == expression ? WEIR_TWIN_NONE : next;
}

/* Bytes that it takes in memory. */
size_t weir_database_size(const struct weir_database *database);

#endif
