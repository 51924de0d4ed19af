/* What a load changed: rules by id, compared by their digests. */
#include "weir/ruleset.h"

#include <stdlib.h>

static int compare_ids(const void *a, const void *b)
{
    return strcmp((*(const struct weir_rule *const *)a)->id, (*(const struct weir_rule *const *)b)->id);
}

/* The rules of a set in order of id. */
static const struct weir_rule **sort_rules(const struct weir_ruleset *ruleset, struct weir_arena *arena)
{
    const struct weir_rule **sorted = weir_arena_array(arena, ruleset->rule_count, sizeof(const struct weir_rule *));
    if (!sorted)
        return NULL;
    for (size_t i = 0; i < ruleset->rule_count; i++)
        sorted[i] = &ruleset->rules[i];
    if (ruleset->rule_count)
        qsort(sorted, ruleset->rule_count, sizeof(const struct weir_rule *), compare_ids);
    return sorted;
}

enum weir_status weir_ruleset_compare(const struct weir_ruleset *before, const struct weir_ruleset *now,
                                      struct weir_arena *arena, struct weir_ruleset_change *change)
{
    static const struct weir_ruleset none = {0};
    const struct weir_ruleset *from = before ? before : &none;
    const struct weir_rule **old = sort_rules(from, arena);
    const struct weir_rule **new = sort_rules(now, arena);
    const char **added = weir_arena_array(arena, now->rule_count, sizeof(const char *));
    const char **removed = weir_arena_array(arena, from->rule_count, sizeof(const char *));
    const char **changed = weir_arena_array(arena, now->rule_count, sizeof(const char *));
    if (!old || !new || !added || !removed || !changed)
        return WEIR_NO_MEMORY;
    *change = (struct weir_ruleset_change){.added = added, .removed = removed, .changed = changed};
    size_t i = 0;
    size_t j = 0;
    while (i < from->rule_count || j < now->rule_count) {
        int order = i == from->rule_count ? 1 : j == now->rule_count ? -1 : strcmp(old[i]->id, new[j]->id);
        if (order < 0) {
            removed[change->removed_count++] = old[i++]->id;
        } else if (order > 0) {
            added[change->added_count++] = new[j++]->id;
        } else {
            if (memcmp(old[i]->digest, new[j]->digest, WEIR_SHA256_BYTES) != 0)
                changed[change->changed_count++] = new[j]->id;
            i++;
            j++;
        }
    }
    return WEIR_OK;
}
