/* base, private to yaml_*.c: the tree that the files of this module share.
 *
 *   file --yaml_source--> bytes that are fit to be parsed --yaml_parse--> events --yaml_build--> tree
 * --yaml_document--> users
 */
#ifndef WEIR_BASE_YAML_TREE_H
#define WEIR_BASE_YAML_TREE_H

#include "weir/yaml.h"

#define WEIR_YAML_DEPTH_MAX 64
#define WEIR_YAML_ANCHORS_MAX 256
/* Nodes that a walk over the tree may meet through aliases. */
#define WEIR_YAML_ALIASED_MAX 100000

enum weir_yaml_writing {
    WEIR_YAML_PLAIN,
    WEIR_YAML_SINGLE_QUOTED,
    WEIR_YAML_DOUBLE_QUOTED,
    WEIR_YAML_LITERAL, /* | */
    WEIR_YAML_FOLDED,  /* > */
};

struct weir_yaml_node {
    struct weir_yaml *document;
    enum weir_yaml_kind kind;
    enum weir_yaml_writing writing;
    size_t at;                        /* first byte in the source */
    struct weir_text text;            /* of a scalar; ends in NUL */
    struct weir_yaml_node **children; /* items, or a key and its value in turn */
    size_t child_count;
    size_t walk; /* nodes that a walk from here meets, itself included */
    bool open;   /* its end has not been seen yet */
};

struct weir_yaml {
    struct weir_arena *arena;
    const char *name;
    struct weir_text source;
    const size_t *lines; /* where each line starts */
    size_t line_count;
    struct weir_yaml_node *root;
};

/* yaml_source.c: finds the lines and refuses bytes that no YAML of ours may hold. */
enum weir_status weir_yaml_index(struct weir_yaml *document, struct weir_diagnostics *diagnostics) WEIR_MUST_CHECK;

/* yaml_quote.c: the text of what stands between single quotes, to out, which has room for written.length bytes; its
 * length. */
size_t weir_yaml_unquote(struct weir_text written, char *out);

/* yaml_parse.c: source -> root. */
enum weir_status weir_yaml_build(struct weir_yaml *document, struct weir_diagnostics *diagnostics) WEIR_MUST_CHECK;

/* yaml_place.c: an error at a byte of the source. */
void weir_yaml_error_byte(const struct weir_yaml *document, size_t at, struct weir_diagnostics *diagnostics,
                          const char *format, ...) WEIR_PRINTF(4, 5);
/* The next byte from `at` on that is neither white space nor in a comment; the length when there is none. */
size_t weir_yaml_skip_blank(struct weir_text source, size_t at);

#endif
