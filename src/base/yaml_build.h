/* base, private to yaml_*.c: grows the tree from the order in which its parts are read. Refuses what libfyaml lets
 * pass: a key twice, a key that is no text, aliases that multiply. Knows no libfyaml. */
#ifndef WEIR_BASE_YAML_BUILD_H
#define WEIR_BASE_YAML_BUILD_H

#include "yaml_tree.h"

struct weir_yaml_frame {
    struct weir_yaml_node *node; /* a sequence or mapping that is open */
    size_t first;                /* its children in waiting[] start here */
    bool flow;                   /* written in brackets */
};

struct weir_yaml_anchor {
    struct weir_text name;
    struct weir_yaml_node *node;
};

struct weir_yaml_builder {
    struct weir_yaml *document;
    struct weir_diagnostics *diagnostics;
    struct weir_yaml_node **waiting; /* read, and not yet in their parent */
    size_t waiting_count;
    size_t waiting_capacity;
    struct weir_yaml_frame frames[WEIR_YAML_DEPTH_MAX];
    size_t depth;
    struct weir_yaml_anchor anchors[WEIR_YAML_ANCHORS_MAX];
    size_t anchor_count;
    size_t aliased; /* nodes that aliases repeat */
    size_t end;     /* of the last part that was read */
};

void weir_yaml_builder_fini(struct weir_yaml_builder *builder);

/* A scalar or the start of a collection. anchor.data == NULL: none. WEIR_INVALID: the diagnostics say why. */
struct weir_yaml_part {
    enum weir_yaml_kind kind;
    enum weir_yaml_writing writing;
    bool flow;
    bool has_place;
    size_t at;
    struct weir_text text;   /* copied */
    struct weir_text anchor; /* copied */
};
enum weir_status weir_yaml_builder_add(struct weir_yaml_builder *builder,
                                       const struct weir_yaml_part *part) WEIR_MUST_CHECK;
/* The newest open collection ends. */
enum weir_status weir_yaml_builder_close(struct weir_yaml_builder *builder) WEIR_MUST_CHECK;
enum weir_status weir_yaml_builder_alias(struct weir_yaml_builder *builder, size_t at,
                                         struct weir_text name) WEIR_MUST_CHECK;

#endif
