/* decode: collects values and sorts them. Never looks into a text. */
#include "collector.h"

#include <stdlib.h>

#define FOUND_FIRST 64
/* What one giant payload made it grow to goes back to the system. */
#define FOUND_KEEP 65536

enum weir_status weir_collector_init(struct weir_collector *collector, size_t target_max, struct weir_arena *arena)
{
    *collector = (struct weir_collector){
        .found = malloc(FOUND_FIRST * sizeof *collector->found),
        .found_capacity = FOUND_FIRST,
        .counts = weir_arena_array(arena, target_max + 1, sizeof *collector->counts),
    };
    if (!collector->found || !collector->counts) {
        weir_collector_fini(collector);
        return WEIR_NO_MEMORY;
    }
    return WEIR_OK;
}

void weir_collector_fini(struct weir_collector *collector)
{
    free(collector->found);
    collector->found = NULL;
}

static void shrink(struct weir_collector *collector)
{
    struct weir_found *smaller = realloc(collector->found, FOUND_FIRST * sizeof *smaller);
    if (smaller) {
        collector->found = smaller;
        collector->found_capacity = FOUND_FIRST;
    }
}

void weir_collector_begin(struct weir_collector *collector, const struct weir_trie *trie, struct weir_arena *arena)
{
    if (collector->found_capacity > FOUND_KEEP)
        shrink(collector);
    collector->trie = trie;
    collector->arena = arena;
    collector->found_count = 0;
    memset(collector->counts, 0, trie->value_target_count * sizeof *collector->counts);
    for (size_t i = 0; i < WEIR_FACTS; i++)
        collector->facts[i].text = (struct weir_text){NULL, 0};
}

static enum weir_status push(struct weir_collector *collector, struct weir_found found)
{
    if (collector->found_count == collector->found_capacity) {
        size_t capacity = collector->found_capacity * 2;
        struct weir_found *larger = realloc(collector->found, capacity * sizeof *larger);
        if (!larger)
            return WEIR_NO_MEMORY;
        collector->found = larger;
        collector->found_capacity = capacity;
    }
    collector->found[collector->found_count++] = found;
    collector->counts[found.target]++;
    return WEIR_OK;
}

static void keep_fact(struct weir_collector *collector, struct weir_fact fact)
{
    struct weir_fact *kept = &collector->facts[collector->trie->targets[fact.target].role];
    if (!kept->text.data || fact.target < kept->target)
        *kept = fact;
}

enum weir_status weir_collector_add(struct weir_collector *collector, uint32_t target, struct weir_text text)
{
    enum weir_status status = WEIR_OK;
    if (text.length == 0)
        return status;
    while (target != WEIR_TRIE_NONE && status == WEIR_OK) {
        if (collector->trie->targets[target].role == WEIR_ROLE_VALUE)
            status = push(collector, (struct weir_found){target, text});
        else
            keep_fact(collector, (struct weir_fact){target, text});
        target = collector->trie->targets[target].next;
    }
    return status;
}

void weir_collector_literal(struct weir_collector *collector, uint32_t target, struct weir_text literal)
{
    for (; target != WEIR_TRIE_NONE; target = collector->trie->targets[target].next) {
        enum weir_role role = collector->trie->targets[target].role;
        if ((role == WEIR_ROLE_FINAL || role == WEIR_ROLE_END) && !weir_text_is(literal, "null"))
            keep_fact(collector, (struct weir_fact){target, literal});
    }
}

enum weir_status weir_collector_values(const struct weir_collector *collector, struct weir_arena *arena,
                                       const struct weir_value **values)
{
    size_t target_count = collector->trie->value_target_count;
    struct weir_value *sorted = weir_arena_alloc(arena, (collector->found_count + 1) * sizeof *sorted);
    size_t *next = weir_arena_alloc(arena, (target_count + 1) * sizeof *next);
    if (!sorted || !next)
        return WEIR_NO_MEMORY;
    next[0] = 0;
    for (size_t i = 0; i < target_count; i++)
        next[i + 1] = next[i] + collector->counts[i];
    for (size_t i = 0; i < collector->found_count; i++) {
        const struct weir_found *found = &collector->found[i];
        sorted[next[found->target]++] = (struct weir_value){collector->trie->targets[found->target].field, found->text};
    }
    *values = sorted;
    return WEIR_OK;
}
