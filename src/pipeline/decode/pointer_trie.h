/* decode: the mapped JSON Pointers of one source as a trie, so that a single walk over a payload knows at each key and index
 * whether anything below it is wanted.
 *
 *   text: [/title, /body/text], id: /id          root -- "title"            -> target 0 (text)
 *                                                   |--- "body" -- "text"   -> target 1 (text)
 *                                                   `--- "id"               -> target 2 (id)
 *
 * Targets stand in the order in which an item has its values: by field in order of first mapping, then by pointer; what is
 * no value (id, author, lang, time) comes last. */
#ifndef WEIR_POINTER_TRIE_H
#define WEIR_POINTER_TRIE_H

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

struct weir_trie_node {
    struct weir_text token;
    size_t index;         /* the token as an array index; SIZE_MAX: it is none */
    uint32_t first_child; /* of this and the next two: WEIR_TRIE_NONE when there is none */
    uint32_t next_sibling;
    uint32_t first_target;
    uint64_t last_walk; /* in which the node was found */
};

struct weir_trie {
    struct weir_trie_node *nodes;
    size_t node_count;
    struct weir_target *targets;
    size_t target_count;
    size_t value_target_count; /* targets of role VALUE; they come first */
    uint64_t walk;
};

/* Copies what it needs of the mapping into the arena, where the trie lives. */
enum weir_status weir_trie_build(const struct weir_mapping *mapping, struct weir_arena *arena, struct weir_trie *trie)
    WEIR_MUST_CHECK;

/* A new payload: no node was found yet. */
void weir_trie_begin(struct weir_trie *trie);

/* The child of an object's node under this (unescaped) key, or of an array's under this index; WEIR_TRIE_NONE when nothing
 * there is wanted, or when this walk was there before: of duplicate keys the first counts. node may be WEIR_TRIE_NONE. */
uint32_t weir_trie_key(struct weir_trie *trie, uint32_t node, struct weir_text key);
uint32_t weir_trie_index(struct weir_trie *trie, uint32_t node, size_t index);

/* The node's first target, or WEIR_TRIE_NONE. node may be WEIR_TRIE_NONE. */
static inline uint32_t weir_trie_target(const struct weir_trie *trie, uint32_t node)
{
    return node == WEIR_TRIE_NONE ? WEIR_TRIE_NONE : trie->nodes[node].first_target;
}

#endif
