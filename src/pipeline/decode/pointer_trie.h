/* decode: the mapped JSON Pointers of one source as a trie, so that a single walk over a payload knows at each key and
 * index whether anything below it is wanted.
 *
 *   text: [/title, /body/text], id: /id          root -- "title"            -> target 0 (text)
 *                                                   |--- "body" -- "text"   -> target 1 (text)
 *                                                   `--- "id"               -> target 2 (id)
 *
 * Targets stand in the order in which an item has its values: by field in order of first mapping, then by pointer; what
 * is no value (id, lang, sequence) comes last. */
#ifndef WEIR_POINTER_TRIE_H
#define WEIR_POINTER_TRIE_H

#include "json_token.h"
#include "weir/arena.h"
#include "weir/settings.h"

#define WEIR_TRIE_NONE UINT32_MAX
#define WEIR_TRIE_ROOT 0u

/* The end of one pointer. */
struct weir_target {
    enum weir_role role;
    uint32_t field;
    uint32_t next; /* another target at the same node, or WEIR_TRIE_NONE */
};

/* A token or a key, ready to be compared. */
struct weir_trie_name {
    struct weir_text text;
    uint64_t head; /* its first eight bytes, zeros behind a shorter one */
};

struct weir_trie_node {
    struct weir_trie_name name;
    uint32_t parent;
    uint32_t first_target; /* or WEIR_TRIE_NONE */
    bool has_children;
    uint64_t last_walk; /* in which the node was found */
};

struct weir_trie {
    struct weir_trie_node *nodes;
    size_t node_count;
    uint32_t *slots; /* nodes by hash of parent and name, open addressing; WEIR_TRIE_NONE: free */
    size_t slot_mask;
    struct weir_target *targets;
    size_t target_count;
    size_t value_target_count; /* targets of role VALUE; they come first */
    uint64_t walk;
};

/* Copies what it needs of the mapping into the arena, where the trie lives. */
enum weir_status weir_trie_build(const struct weir_mapping *mapping, struct weir_arena *arena,
                                 struct weir_trie *trie) WEIR_MUST_CHECK;

/* A new payload: no node was found yet. */
static inline void weir_trie_begin(struct weir_trie *trie)
{
    trie->walk++;
}

/* Eight bytes from text.data on can be read, whatever its length. */
static inline struct weir_trie_name weir_trie_name_of(struct weir_text text)
{
    uint64_t head = weir_json_load8(text.data);
    struct weir_trie_name name = {text, text.length >= 8 ? head : head & ((UINT64_C(1) << text.length * 8) - 1)};
    return name;
}

/* The slot that holds this child, or the free one where it belongs. */
static inline size_t weir_trie_slot(const struct weir_trie *trie, uint32_t parent, struct weir_trie_name name)
{
    /* Multiplicative hashing by 2^64 over the golden ratio (Knuth, vol. 3, section 6.4). */
    uint64_t mixed = (name.head ^ (uint64_t)name.text.length << 48 ^ (uint64_t)parent << 32) * 0x9E3779B97F4A7C15u;
    size_t slot = (size_t)(mixed >> 40) & trie->slot_mask;
    while (trie->slots[slot] != WEIR_TRIE_NONE) {
        const struct weir_trie_node *node = &trie->nodes[trie->slots[slot]];
        if (node->name.head == name.head && node->parent == parent && node->name.text.length == name.text.length &&
            (name.text.length <= 8 || weir_text_equal(node->name.text, name.text)))
            break;
        slot = (slot + 1) & trie->slot_mask;
    }
    return slot;
}

static inline bool weir_trie_looks_below(const struct weir_trie *trie, uint32_t node)
{
    return node != WEIR_TRIE_NONE && trie->nodes[node].has_children;
}

/* The child of an object's node under this (unescaped) key; WEIR_TRIE_NONE when nothing there is wanted, or when this
 * walk was there before: of duplicate keys the first counts. node may be WEIR_TRIE_NONE. */
static inline uint32_t weir_trie_key(struct weir_trie *trie, uint32_t node, struct weir_trie_name key)
{
    if (!weir_trie_looks_below(trie, node))
        return WEIR_TRIE_NONE;
    uint32_t child = trie->slots[weir_trie_slot(trie, node, key)];
    if (child == WEIR_TRIE_NONE || trie->nodes[child].last_walk == trie->walk)
        return WEIR_TRIE_NONE;
    trie->nodes[child].last_walk = trie->walk;
    return child;
}

/* The same for an array's node and an index. */
uint32_t weir_trie_index(struct weir_trie *trie, uint32_t node, size_t index);

/* The node's first target, or WEIR_TRIE_NONE. node may be WEIR_TRIE_NONE. */
static inline uint32_t weir_trie_target(const struct weir_trie *trie, uint32_t node)
{
    return node == WEIR_TRIE_NONE ? WEIR_TRIE_NONE : trie->nodes[node].first_target;
}

#endif
