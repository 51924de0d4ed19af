/* Hyperscan by itself, to measure the scan against. Owns the scratch of one thread; must never do more than call it. */
#include "weir/database.h"
#include "weir/scan.h"

#include <hs/hs.h>
#include <stdlib.h>

struct weir_bare_scanner {
    const struct weir_database *database;
    hs_scratch_t *scratch;
};

enum weir_status weir_bare_scanner_new(const struct weir_ruleset *ruleset, struct weir_bare_scanner **scanner)
{
    struct weir_bare_scanner *made = calloc(1, sizeof *made);
    if (!made)
        return WEIR_NO_MEMORY;
    made->database = ruleset->database;
    for (size_t i = 0; i < made->database->group_count; i++) {
        if (hs_alloc_scratch(made->database->groups[i].database, &made->scratch) == HS_SUCCESS)
            continue;
        weir_bare_scanner_free(made);
        return WEIR_NO_MEMORY;
    }
    *scanner = made;
    return WEIR_OK;
}

void weir_bare_scanner_free(struct weir_bare_scanner *scanner)
{
    if (!scanner)
        return;
    hs_free_scratch(scanner->scratch);
    free(scanner);
}

static int count_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    (void)id;
    (void)from;
    (void)to;
    (void)flags;
    ++*(uint64_t *)context;
    return 0;
}

enum weir_status weir_bare_scan(struct weir_bare_scanner *scanner, const struct weir_scan_text *texts,
                                uint64_t *matches)
{
    const struct weir_database *database = scanner->database;
    for (size_t i = 0; i < database->group_count; i++) {
        struct weir_padded_text text = texts->views[database->groups[i].view].text;
        if (!text.data || text.length == 0)
            continue;
        if (hs_scan(database->groups[i].database, text.data, (unsigned)text.length, 0, scanner->scratch, count_match,
                    matches) != HS_SUCCESS)
            return WEIR_INVALID;
    }
    return WEIR_OK;
}
