/* A YAML document as its users see it: loads, owns, hands out. */
#include "yaml_tree.h"

#include "weir/file.h"

#include <stdlib.h>

static struct weir_yaml *open_document(const char *name)
{
    struct weir_yaml *document = calloc(1, sizeof *document);
    if (!document)
        return NULL;
    document->arena = weir_arena_new(0);
    if (document->arena)
        document->name = weir_arena_text(document->arena, weir_text_of(name)).data;
    if (!document->name) {
        weir_yaml_free(document);
        return NULL;
    }
    return document;
}

/* Takes the document. */
static enum weir_status finish_document(struct weir_yaml *document, enum weir_status status,
                                        struct weir_diagnostics *diagnostics, struct weir_yaml **out)
{
    if (status == WEIR_OK)
        status = weir_yaml_index(document, diagnostics);
    if (status == WEIR_OK)
        status = weir_yaml_build(document, diagnostics);
    if (status == WEIR_OK)
        *out = document;
    else
        weir_yaml_free(document);
    return status;
}

enum weir_status weir_yaml_load(const char *path, size_t size_max, struct weir_diagnostics *diagnostics,
                                struct weir_yaml **document)
{
    struct weir_yaml *opened = open_document(path);
    if (!opened)
        return WEIR_NO_MEMORY;
    struct weir_error error;
    enum weir_status status = weir_file_read(path, size_max, opened->arena, &opened->source, &error);
    if (status == WEIR_INVALID || status == WEIR_UNAVAILABLE)
        weir_diagnostics_error(diagnostics, (struct weir_place){.file = path}, WEIR_TEXT_LITERAL(""), "%s", error.text);
    return finish_document(opened, status, diagnostics, document);
}

enum weir_status weir_yaml_parse(const char *name, struct weir_text source, struct weir_diagnostics *diagnostics,
                                 struct weir_yaml **document)
{
    struct weir_yaml *opened = open_document(name);
    if (!opened)
        return WEIR_NO_MEMORY;
    opened->source = weir_arena_text(opened->arena, source);
    return finish_document(opened, opened->source.data ? WEIR_OK : WEIR_NO_MEMORY, diagnostics, document);
}

void weir_yaml_free(struct weir_yaml *document)
{
    if (!document)
        return;
    weir_arena_free(document->arena);
    free(document);
}

struct weir_text weir_yaml_source(const struct weir_yaml *document)
{
    return document->source;
}

struct weir_yaml_node *weir_yaml_root(struct weir_yaml *document)
{
    return document->root;
}

enum weir_yaml_kind weir_yaml_kind(const struct weir_yaml_node *node)
{
    return node ? node->kind : WEIR_YAML_NULL;
}

bool weir_yaml_quoted(const struct weir_yaml_node *node)
{
    return node->writing != WEIR_YAML_PLAIN;
}

struct weir_text weir_yaml_text(const struct weir_yaml_node *node)
{
    return node->kind == WEIR_YAML_SCALAR ? node->text : WEIR_TEXT_LITERAL("");
}

size_t weir_yaml_size(const struct weir_yaml_node *node)
{
    return node->kind == WEIR_YAML_MAPPING ? node->child_count / 2 : node->child_count;
}

struct weir_yaml_node *weir_yaml_item(const struct weir_yaml_node *sequence, size_t index)
{
    return sequence->children[index];
}

struct weir_yaml_node *weir_yaml_key(const struct weir_yaml_node *mapping, size_t index)
{
    return mapping->children[2 * index];
}

struct weir_yaml_node *weir_yaml_value(const struct weir_yaml_node *mapping, size_t index)
{
    return mapping->children[2 * index + 1];
}

struct weir_yaml_node *weir_yaml_get(const struct weir_yaml_node *mapping, const char *key)
{
    for (size_t i = 0; i < weir_yaml_size(mapping); i++)
        if (weir_text_is(mapping->children[2 * i]->text, key))
            return mapping->children[2 * i + 1];
    return NULL;
}
