/* base: YAML files as trees that know their lines and columns (libfyaml behind).
 *
 * The document owns everything that its nodes hand out, and is read by one thread. Anchors and aliases are resolved;
 * a file with several documents, or a mapping with the same key twice, does not load. */
#ifndef WEIR_YAML_H
#define WEIR_YAML_H

#include "weir/diagnostics.h"

#include <stdint.h>

struct weir_yaml;      /* a document */
struct weir_yaml_node; /* a node of it; borrowed from the document */

enum weir_yaml_kind { WEIR_YAML_NULL, WEIR_YAML_SCALAR, WEIR_YAML_SEQUENCE, WEIR_YAML_MAPPING };

/* Reads a file of at most size_max bytes. WEIR_INVALID: the diagnostics have a line with the place. WEIR_UNAVAILABLE:
 * the file cannot be read (also as a diagnostic). *document is the caller's, to be freed. */
enum weir_status weir_yaml_load(const char *path, size_t size_max, struct weir_diagnostics *diagnostics,
                                struct weir_yaml **document) WEIR_MUST_CHECK;
/* The same from memory; `name` stands for the file in messages. */
enum weir_status weir_yaml_parse(const char *name, struct weir_text source, struct weir_diagnostics *diagnostics,
                                 struct weir_yaml **document) WEIR_MUST_CHECK;
void weir_yaml_free(struct weir_yaml *document); /* NULL is fine */

/* The bytes of the file. */
struct weir_text weir_yaml_source(const struct weir_yaml *document);
/* NULL for an empty document. */
struct weir_yaml_node *weir_yaml_root(struct weir_yaml *document);

enum weir_yaml_kind weir_yaml_kind(const struct weir_yaml_node *node);
/* True for a scalar written in quotes or as a block: "true" and 12 in quotes are texts. */
bool weir_yaml_quoted(const struct weir_yaml_node *node);
/* The text of a scalar; empty for others. Lives as long as the document. */
struct weir_text weir_yaml_text(const struct weir_yaml_node *node);

/* Items of a sequence or pairs of a mapping. */
size_t weir_yaml_size(const struct weir_yaml_node *node);
struct weir_yaml_node *weir_yaml_item(const struct weir_yaml_node *sequence, size_t index);
struct weir_yaml_node *weir_yaml_key(const struct weir_yaml_node *mapping, size_t index);
struct weir_yaml_node *weir_yaml_value(const struct weir_yaml_node *mapping, size_t index);
/* The value under a key, or NULL. */
struct weir_yaml_node *weir_yaml_get(const struct weir_yaml_node *mapping, const char *key);

/* Where the node stands; place.file lives as long as the document. */
struct weir_place weir_yaml_place(const struct weir_yaml_node *node);

/* Adds an error or a warning that points at the node. */
void weir_yaml_error(const struct weir_yaml_node *node, struct weir_diagnostics *diagnostics, const char *format, ...)
    WEIR_PRINTF(3, 4);
void weir_yaml_warning(const struct weir_yaml_node *node, struct weir_diagnostics *diagnostics, const char *format, ...)
    WEIR_PRINTF(3, 4);
/* The same, `offset` code points into the node's scalar text: for a mistake inside a regex. Points at the node's start
 * where the text is not written as it reads (escapes, folding). */
void weir_yaml_error_at(const struct weir_yaml_node *node, size_t offset, struct weir_diagnostics *diagnostics,
                        const char *format, ...) WEIR_PRINTF(4, 5);
void weir_yaml_warning_at(const struct weir_yaml_node *node, size_t offset, struct weir_diagnostics *diagnostics,
                          const char *format, ...) WEIR_PRINTF(4, 5);

/* Version of the linked libfyaml; a constant. */
const char *weir_libfyaml_version(void);

#endif
