/* decode: builds and searches the trie of mapped JSON Pointers. Never looks at a value. */
#include "pointer_trie.h"

/* The child of `parent` under this token, made if it is not there; WEIR_TRIE_NONE when there is no memory. */
static uint32_t ensure_child(struct weir_trie *trie, uint32_t parent, struct weir_text token, struct weir_arena *arena)
{
    struct weir_padded_text copy = weir_arena_padded(arena, token);
    if (!copy.data)
        return WEIR_TRIE_NONE;
    struct weir_trie_name name = weir_trie_name_of(weir_text_from_padded(copy));
    size_t slot = weir_trie_slot(trie, parent, name);
    if (trie->slots[slot] == WEIR_TRIE_NONE) {
        uint32_t node = (uint32_t)trie->node_count++;
        trie->nodes[node] = (struct weir_trie_node){.name = name, .parent = parent, .first_target = WEIR_TRIE_NONE};
        trie->nodes[parent].has_children = true;
        trie->slots[slot] = node;
    }
    return trie->slots[slot];
}

static enum weir_status add_target(struct weir_trie *trie, const struct weir_pointer *pointer, struct weir_arena *arena)
{
    uint32_t node = WEIR_TRIE_ROOT;
    for (size_t i = 0; i < pointer->token_count; i++) {
        node = ensure_child(trie, node, pointer->tokens[i], arena);
        if (node == WEIR_TRIE_NONE)
            return WEIR_NO_MEMORY;
    }
    trie->targets[trie->target_count] = (struct weir_target){
        .role = pointer->role,
        .field = pointer->field,
        .next = trie->nodes[node].first_target,
    };
    trie->nodes[node].first_target = (uint32_t)trie->target_count++;
    return WEIR_OK;
}

/* All value pointers of the field, from the one that maps it first on. */
static enum weir_status add_field(struct weir_trie *trie, const struct weir_mapping *mapping, size_t first,
                                  struct weir_arena *arena)
{
    enum weir_status status = WEIR_OK;
    for (size_t i = first; i < mapping->pointer_count && status == WEIR_OK; i++) {
        const struct weir_pointer *pointer = &mapping->pointers[i];
        if (pointer->role == WEIR_ROLE_VALUE && pointer->field == mapping->pointers[first].field)
            status = add_target(trie, pointer, arena);
    }
    return status;
}

static bool maps_field_first(const struct weir_mapping *mapping, size_t pointer)
{
    for (size_t i = 0; i < pointer; i++)
        if (mapping->pointers[i].role == WEIR_ROLE_VALUE &&
            mapping->pointers[i].field == mapping->pointers[pointer].field)
            return false;
    return mapping->pointers[pointer].role == WEIR_ROLE_VALUE;
}


/* An empty trie with room for all of the mapping. Most slots stay free, so that a key that is not wanted is seldom
 * compared. */
static enum weir_status make_root(const struct weir_mapping *mapping, struct weir_arena *arena, struct weir_trie *trie)
{
    size_t node_max = 1;
    for (size_t i = 0; i < mapping->pointer_count; i++)
        node_max += mapping->pointers[i].token_count;
    size_t slot_count = 16;
    while (slot_count < node_max * 8)
        slot_count *= 2;
    *trie = (struct weir_trie){
        .nodes = weir_arena_array(arena, node_max, sizeof *trie->nodes),
        .node_count = 1,
        .slots = weir_arena_array(arena, slot_count, sizeof *trie->slots),
        .slot_mask = slot_count - 1,
        .targets = weir_arena_array(arena, mapping->pointer_count + 1, sizeof *trie->targets),
    };
    if (!trie->nodes || !trie->slots || !trie->targets)
        return WEIR_NO_MEMORY;
    for (size_t i = 0; i < slot_count; i++)
        trie->slots[i] = WEIR_TRIE_NONE;
    trie->nodes[WEIR_TRIE_ROOT].first_target = WEIR_TRIE_NONE;
    return WEIR_OK;
}

enum weir_status weir_trie_build(const struct weir_mapping *mapping, struct weir_arena *arena, struct weir_trie *trie)
{
    struct weir_trie built;
    enum weir_status status = make_root(mapping, arena, &built);
    for (size_t i = 0; i < mapping->pointer_count && status == WEIR_OK; i++)
        if (maps_field_first(mapping, i))
            status = add_field(&built, mapping, i, arena);
    built.value_target_count = built.target_count;
    for (size_t i = 0; i < mapping->pointer_count && status == WEIR_OK; i++)
        if (mapping->pointers[i].role != WEIR_ROLE_VALUE)
            status = add_target(&built, &mapping->pointers[i], arena);
    if (status == WEIR_OK)
        *trie = built;
    return status;
}

uint32_t weir_trie_index(struct weir_trie *trie, uint32_t node, size_t index)
{
    if (!weir_trie_looks_below(trie, node))
        return WEIR_TRIE_NONE;
    /* RFC 6901, section 4: an index is written without leading zeros, so it is found as a key is. */
    char digits[32] = "";
    char *first = digits + 24;
    size_t length = 0;
    do {
        *--first = (char)('0' + index % 10);
        index /= 10;
        length++;
    } while (index > 0);
    return weir_trie_key(trie, node, weir_trie_name_of((struct weir_text){first, length}));
}
