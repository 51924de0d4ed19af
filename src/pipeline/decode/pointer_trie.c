/* decode: builds and searches the trie of mapped JSON Pointers. Never looks at a value. */
#include "pointer_trie.h"

/* RFC 6901, section 4: "0", or digits without a leading zero. */
static size_t parse_index(struct weir_text token)
{
    if (token.length == 0 || token.length > 9 || (token.length > 1 && token.data[0] == '0')) {
        return SIZE_MAX;
    }
    size_t index = 0;
    for (size_t i = 0; i < token.length; i++) {
        if (token.data[i] < '0' || token.data[i] > '9') {
            return SIZE_MAX;
        }
        index = index * 10 + (size_t)(token.data[i] - '0');
    }
    return index;
}

static uint32_t find_child(const struct weir_trie *trie, uint32_t node, struct weir_text token)
{
    uint32_t child = trie->nodes[node].first_child;
    while (child != WEIR_TRIE_NONE && !weir_text_equal(trie->nodes[child].token, token)) {
        child = trie->nodes[child].next_sibling;
    }
    return child;
}

static uint32_t add_node(struct weir_trie *trie, struct weir_text token)
{
    uint32_t node = (uint32_t)trie->node_count++;
    trie->nodes[node] = (struct weir_trie_node){
        .token = token,
        .index = parse_index(token),
        .first_child = WEIR_TRIE_NONE,
        .next_sibling = WEIR_TRIE_NONE,
        .first_target = WEIR_TRIE_NONE,
    };
    return node;
}

static enum weir_status add_target(struct weir_trie *trie, const struct weir_pointer *pointer, struct weir_arena *arena)
{
    uint32_t node = WEIR_TRIE_ROOT;
    for (size_t i = 0; i < pointer->token_count; i++) {
        uint32_t child = find_child(trie, node, pointer->tokens[i]);
        if (child == WEIR_TRIE_NONE) {
            struct weir_text token = weir_arena_text(arena, pointer->tokens[i]);
            if (!token.data) {
                return WEIR_NO_MEMORY;
            }
            child = add_node(trie, token);
            trie->nodes[child].next_sibling = trie->nodes[node].first_child;
            trie->nodes[node].first_child = child;
        }
        node = child;
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
        if (pointer->role == WEIR_ROLE_VALUE && pointer->field == mapping->pointers[first].field) {
            status = add_target(trie, pointer, arena);
        }
    }
    return status;
}

static bool maps_field_first(const struct weir_mapping *mapping, size_t pointer)
{
    for (size_t i = 0; i < pointer; i++) {
        if (mapping->pointers[i].role == WEIR_ROLE_VALUE && mapping->pointers[i].field == mapping->pointers[pointer].field) {
            return false;
        }
    }
    return mapping->pointers[pointer].role == WEIR_ROLE_VALUE;
}

static bool is_fact(enum weir_role role)
{
    return role == WEIR_ROLE_ID || role == WEIR_ROLE_AUTHOR || role == WEIR_ROLE_LANG || role == WEIR_ROLE_TIME;
}

enum weir_status weir_trie_build(const struct weir_mapping *mapping, struct weir_arena *arena, struct weir_trie *trie)
{
    size_t node_max = 1;
    for (size_t i = 0; i < mapping->pointer_count; i++) {
        node_max += mapping->pointers[i].token_count;
    }
    struct weir_trie built = {
        .nodes = weir_arena_array(arena, node_max, sizeof *built.nodes),
        .targets = weir_arena_array(arena, mapping->pointer_count + 1, sizeof *built.targets),
    };
    if (!built.nodes || !built.targets) {
        return WEIR_NO_MEMORY;
    }
    add_node(&built, WEIR_TEXT_LITERAL(""));
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; i < mapping->pointer_count && status == WEIR_OK; i++) {
        if (maps_field_first(mapping, i)) {
            status = add_field(&built, mapping, i, arena);
        }
    }
    built.value_target_count = built.target_count;
    for (size_t i = 0; i < mapping->pointer_count && status == WEIR_OK; i++) {
        if (is_fact(mapping->pointers[i].role)) {
            status = add_target(&built, &mapping->pointers[i], arena);
        }
    }
    if (status == WEIR_OK) {
        *trie = built;
    }
    return status;
}

void weir_trie_begin(struct weir_trie *trie)
{
    trie->walk++;
}

static uint32_t visit_once(struct weir_trie *trie, uint32_t node)
{
    if (trie->nodes[node].last_walk == trie->walk) {
        return WEIR_TRIE_NONE;
    }
    trie->nodes[node].last_walk = trie->walk;
    return node;
}

uint32_t weir_trie_key(struct weir_trie *trie, uint32_t node, struct weir_text key)
{
    uint32_t child = node == WEIR_TRIE_NONE ? WEIR_TRIE_NONE : find_child(trie, node, key);
    return child == WEIR_TRIE_NONE ? WEIR_TRIE_NONE : visit_once(trie, child);
}

uint32_t weir_trie_index(struct weir_trie *trie, uint32_t node, size_t index)
{
    uint32_t child = node == WEIR_TRIE_NONE ? WEIR_TRIE_NONE : trie->nodes[node].first_child;
    while (child != WEIR_TRIE_NONE && trie->nodes[child].index != index) {
        child = trie->nodes[child].next_sibling;
    }
    return child;
}
