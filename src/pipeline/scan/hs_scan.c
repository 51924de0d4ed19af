/* The scan: one hs_scan per database that has something to look at. Owns the scratch and the hits of one thread;
 * decides nothing.
 *
 * The callback only notes what was found. Beyond hits_max it notes which patterns went on matching, so that decide can
 * send them to a person instead of calling them clean. */
#include "weir/database.h"
#include "weir/scan.h"

#include <hs/hs.h>
#include <stdlib.h>

struct weir_scanner {
    const struct weir_ruleset *ruleset;
    hs_scratch_t *scratch;
    struct weir_hit *hits;
    size_t count;
    size_t capacity;
    size_t hits_max;
    bool *needs_one; /* per expression: one hit of an item says it all */
    bool *has_one;   /* per expression: and it is noted */
    bool *is_cut;    /* per pattern: it is in `cut` */
    uint32_t *cut;   /* patterns, room for all */
    size_t cut_count;
    bool failed;
};

/* Whether decide looks through all values for each pattern that the hit stands for. */
static void find_needs(struct weir_scanner *scanner)
{
    const struct weir_ruleset *ruleset = scanner->ruleset;
    for (size_t i = ruleset->expression_count; i-- > 0;) { /* the next twin comes later in the list */
        uint32_t next = weir_twin_after(ruleset->database, (uint32_t)i);
        scanner->needs_one[i] = ruleset->patterns[ruleset->expressions[i].pattern].width_max == UINT32_MAX &&
                                (next == WEIR_TWIN_NONE || scanner->needs_one[next]);
    }
}

static bool grow_hits(struct weir_scanner *scanner)
{
    size_t capacity = scanner->capacity ? scanner->capacity * 2 : 256;
    if (capacity > scanner->hits_max)
        capacity = scanner->hits_max;
    struct weir_hit *hits = realloc(scanner->hits, capacity * sizeof *hits);
    if (!hits)
        return false;
    scanner->hits = hits;
    scanner->capacity = capacity;
    return true;
}

static void note_cut(struct weir_scanner *scanner, uint32_t pattern)
{
    if (scanner->is_cut[pattern])
        return;
    scanner->is_cut[pattern] = true;
    scanner->cut[scanner->cut_count++] = pattern;
}

static void note_cut_of_all(struct weir_scanner *scanner, uint32_t expression)
{
    const struct weir_ruleset *ruleset = scanner->ruleset;
    for (uint32_t at = expression; at != WEIR_TWIN_NONE; at = weir_twin_after(ruleset->database, at))
        note_cut(scanner, ruleset->expressions[at].pattern);
}

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    (void)from;
    (void)flags;
    struct weir_scanner *scanner = context;
    if (scanner->has_one[id])
        return 0;
    if (scanner->count == scanner->hits_max || (scanner->count == scanner->capacity && !grow_hits(scanner))) {
        note_cut_of_all(scanner, id);
        return 0;
    }
    scanner->has_one[id] = scanner->needs_one[id];
    scanner->hits[scanner->count++] = (struct weir_hit){.expression = id, .end = (uint32_t)to};
    return 0;
}

enum weir_status weir_scanner_new(const struct weir_ruleset *ruleset, size_t hits_max, struct weir_scanner **scanner)
{
    struct weir_scanner *made = calloc(1, sizeof *made);
    if (!made)
        return WEIR_NO_MEMORY;
    made->ruleset = ruleset;
    made->hits_max = hits_max;
    made->needs_one = calloc(ruleset->expression_count + 1, sizeof *made->needs_one);
    made->has_one = calloc(ruleset->expression_count + 1, sizeof *made->has_one);
    made->is_cut = calloc(ruleset->pattern_count + 1, sizeof *made->is_cut);
    made->cut = calloc(ruleset->pattern_count + 1, sizeof *made->cut);
    bool ready = made->needs_one && made->has_one && made->is_cut && made->cut && grow_hits(made);
    for (size_t i = 0; ready && i < ruleset->database->group_count; i++)
        ready = hs_alloc_scratch(ruleset->database->groups[i].database, &made->scratch) == HS_SUCCESS;
    if (!ready) {
        weir_scanner_free(made);
        return WEIR_NO_MEMORY;
    }
    find_needs(made);
    *scanner = made;
    return WEIR_OK;
}

void weir_scanner_free(struct weir_scanner *scanner)
{
    if (!scanner)
        return;
    hs_free_scratch(scanner->scratch);
    free(scanner->hits);
    free(scanner->needs_one);
    free(scanner->has_one);
    free(scanner->is_cut);
    free(scanner->cut);
    free(scanner);
}

static void forget_last(struct weir_scanner *scanner)
{
    for (size_t i = 0; i < scanner->count; i++)
        scanner->has_one[scanner->hits[i].expression] = false;
    for (size_t i = 0; i < scanner->cut_count; i++)
        scanner->is_cut[scanner->cut[i]] = false;
    scanner->count = 0;
    scanner->cut_count = 0;
    scanner->failed = false;
}

void weir_scan(struct weir_scanner *scanner, const struct weir_scan_text *texts, struct weir_hits *hits)
{
    forget_last(scanner);
    const struct weir_database *database = scanner->ruleset->database;
    for (size_t i = 0; i < database->group_count; i++) {
        struct weir_padded_text text = texts->views[database->groups[i].view].text;
        if (!text.data || text.length == 0)
            continue;
        /* Views stay below 4 GiB by their own contract. */
        if (hs_scan(database->groups[i].database, text.data, (unsigned)text.length, 0, scanner->scratch, on_match,
                    scanner) != HS_SUCCESS)
            scanner->failed = true;
    }
    *hits = (struct weir_hits){
        .at = scanner->hits,
        .count = scanner->count,
        .cut = scanner->cut,
        .cut_count = scanner->cut_count,
        .failed = scanner->failed,
    };
}
