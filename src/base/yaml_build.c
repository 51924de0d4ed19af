/* Builds the tree of nodes from libfyaml's events, one at a time. Knows nothing of libfyaml itself. */
#include "yaml_build.h"

#include "weir/utf8.h"

#include <stdlib.h>

void weir_yaml_builder_fini(struct weir_yaml_builder *builder)
{
    free(builder->waiting);
}

/* Hands a finished or open node to the collection that holds it; the one without is the root. */
static enum weir_status append_node(struct weir_yaml_builder *builder, struct weir_yaml_node *node)
{
    if (builder->depth == 0) {
        builder->document->root = node;
        return WEIR_OK;
    }
    if (builder->waiting_count == builder->waiting_capacity) {
        size_t capacity = builder->waiting_capacity > 0 ? 2 * builder->waiting_capacity : 64;
        struct weir_yaml_node **waiting = realloc(builder->waiting, capacity * sizeof(struct weir_yaml_node *));
        if (!waiting)
            return WEIR_NO_MEMORY;
        builder->waiting = waiting;
        builder->waiting_capacity = capacity;
    }
    builder->waiting[builder->waiting_count++] = node;
    return WEIR_OK;
}

/* An empty value has no bytes of its own: it is shown at its key, or at what stands where it should be. */
static size_t place_empty(const struct weir_yaml_builder *builder)
{
    if (builder->depth > 0) {
        const struct weir_yaml_frame *frame = &builder->frames[builder->depth - 1];
        size_t children = builder->waiting_count - frame->first;
        if (frame->node->kind == WEIR_YAML_MAPPING && children % 2 == 1)
            return builder->waiting[builder->waiting_count - 1]->at;
    }
    size_t at = weir_yaml_skip_blank(builder->document->source, builder->end);
    return at < builder->document->source.length ? at : builder->end;
}

static bool means_null(const struct weir_yaml_part *part)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (weir_text_is(part->text, words[i]))
            return part->writing == WEIR_YAML_PLAIN;
    return false;
}

static enum weir_status keep_anchor(struct weir_yaml_builder *builder, struct weir_text name,
                                    struct weir_yaml_node *node)
{
    if (!name.data)
        return WEIR_OK;
    if (builder->anchor_count == WEIR_YAML_ANCHORS_MAX) {
        weir_yaml_error(node, builder->diagnostics, "more than %d anchors (&name)", WEIR_YAML_ANCHORS_MAX);
        return WEIR_INVALID;
    }
    struct weir_text copy = weir_arena_text(builder->document->arena, name);
    if (!copy.data)
        return WEIR_NO_MEMORY;
    builder->anchors[builder->anchor_count++] = (struct weir_yaml_anchor){copy, node};
    return WEIR_OK;
}

static enum weir_status open_frame(struct weir_yaml_builder *builder, struct weir_yaml_node *node, bool flow)
{
    if (builder->depth == WEIR_YAML_DEPTH_MAX) {
        weir_yaml_error(node, builder->diagnostics, "nested more than %d levels deep", WEIR_YAML_DEPTH_MAX);
        return WEIR_INVALID;
    }
    node->open = true;
    builder->frames[builder->depth++] = (struct weir_yaml_frame){node, builder->waiting_count, flow};
    return WEIR_OK;
}

enum weir_status weir_yaml_builder_add(struct weir_yaml_builder *builder, const struct weir_yaml_part *part)
{
    struct weir_yaml *document = builder->document;
    struct weir_yaml_node *node = weir_arena_array(document->arena, 1, sizeof *node);
    if (!node)
        return WEIR_NO_MEMORY;
    bool is_scalar = part->kind == WEIR_YAML_SCALAR || part->kind == WEIR_YAML_NULL;
    bool is_block = part->writing == WEIR_YAML_LITERAL || part->writing == WEIR_YAML_FOLDED;
    node->document = document;
    node->kind = is_scalar && means_null(part) ? WEIR_YAML_NULL : part->kind;
    node->writing = part->writing;
    node->at = part->has_place ? part->at : place_empty(builder);
    if (is_block && part->text.length > 0)
        node->at = weir_yaml_skip_blank(document->source, node->at);
    node->walk = 1;
    node->text = weir_arena_text(document->arena, part->text);
    if (!node->text.data)
        return WEIR_NO_MEMORY;
    if (!weir_utf8_valid(node->text)) {
        weir_yaml_error(node, builder->diagnostics, "the escapes in this text do not make characters");
        return WEIR_INVALID;
    }

    enum weir_status status = keep_anchor(builder, part->anchor, node);
    if (status == WEIR_OK)
        status = append_node(builder, node);
    if (status == WEIR_OK && !is_scalar)
        status = open_frame(builder, node, part->flow);
    return status;
}

static int compare_keys(const void *left, const void *right)
{
    const struct weir_yaml_node *a = *(struct weir_yaml_node *const *)left;
    const struct weir_yaml_node *b = *(struct weir_yaml_node *const *)right;
    size_t shorter = a->text.length < b->text.length ? a->text.length : b->text.length;
    int order = memcmp(a->text.data, b->text.data, shorter);
    if (order != 0)
        return order;
    if (a->text.length != b->text.length)
        return a->text.length < b->text.length ? -1 : 1;
    return a->at < b->at ? -1 : a->at > b->at;
}

static enum weir_status check_keys(struct weir_yaml_builder *builder, const struct weir_yaml_node *mapping)
{
    size_t count = mapping->child_count / 2;
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; i < count; i++) {
        const struct weir_yaml_node *key = mapping->children[2 * i];
        if (key->kind != WEIR_YAML_SCALAR) {
            weir_yaml_error(key, builder->diagnostics, "a key must be a name");
            status = WEIR_INVALID;
        }
    }
    if (status != WEIR_OK || count < 2)
        return status;

    struct weir_yaml_node **keys = malloc(count * sizeof(struct weir_yaml_node *));
    if (!keys)
        return WEIR_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        keys[i] = mapping->children[2 * i];
    qsort(keys, count, sizeof(struct weir_yaml_node *), compare_keys);
    for (size_t i = 1; i < count; i++) {
        if (!weir_text_equal(keys[i]->text, keys[i - 1]->text))
            continue;
        weir_yaml_error(keys[i], builder->diagnostics, "the key '%s' is given twice; remove one", keys[i]->text.data);
        status = WEIR_INVALID;
    }
    free(keys);
    return status;
}

enum weir_status weir_yaml_builder_close(struct weir_yaml_builder *builder)
{
    const struct weir_yaml_frame *frame = &builder->frames[--builder->depth];
    struct weir_yaml_node *node = frame->node;
    size_t count = builder->waiting_count - frame->first;
    node->children = weir_arena_array(builder->document->arena, count, sizeof(struct weir_yaml_node *));
    if (!node->children && count > 0)
        return WEIR_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        node->children[i] = builder->waiting[frame->first + i];
        node->walk += node->children[i]->walk;
    }
    node->child_count = count;
    node->open = false;
    builder->waiting_count = frame->first;
    return node->kind == WEIR_YAML_MAPPING ? check_keys(builder, node) : WEIR_OK;
}

enum weir_status weir_yaml_builder_alias(struct weir_yaml_builder *builder, size_t at, struct weir_text name)
{
    struct weir_yaml_node *node = NULL;
    for (size_t i = builder->anchor_count; i-- > 0 && !node;)
        if (weir_text_equal(builder->anchors[i].name, name))
            node = builder->anchors[i].node;
    const char *why = NULL;
    if (!node)
        why = "there is no anchor of this name above";
    else if (node->open)
        why = "this alias stands inside its own anchor";
    else if (node->walk > WEIR_YAML_ALIASED_MAX - builder->aliased)
        why = "the aliases repeat too much";
    if (why) {
        weir_yaml_error_byte(builder->document, at, builder->diagnostics, "*%.*s: %s; write the value out",
                             (int)name.length, name.data, why);
        return WEIR_INVALID;
    }
    builder->aliased += node->walk;
    return append_node(builder, node);
}
