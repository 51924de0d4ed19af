/* One value of one type. Each error names the key, what stands there, and what should. */
#include "pack.h"

#include <stdio.h>
#include <string.h>

bool weir_loader_add(struct weir_loader *loader, struct weir_growing *list, const void *element, size_t size)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 16;
        void *grown = weir_arena_array(loader->arena, capacity, size);
        if (!grown) {
            loader->no_memory = true;
            return false;
        }
        if (list->count)
            memcpy(grown, list->at, list->count * size);
        list->at = grown;
        list->capacity = capacity;
    }
    memcpy((char *)list->at + list->count * size, element, size);
    list->count++;
    return true;
}

const char *weir_loader_keep(struct weir_loader *loader, struct weir_text text)
{
    const char *kept = weir_arena_text(loader->arena, text).data;
    if (!kept)
        loader->no_memory = true;
    return kept;
}

static const struct weir_pack_key *find_key(struct weir_text name, const struct weir_pack_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (weir_text_is(name, keys[i].name))
            return &keys[i];
    return NULL;
}

#define KEYS_MAX 32

static void refuse_key(struct weir_loader *loader, const struct weir_yaml_node *node, const char *what,
                       const struct weir_pack_key *keys, size_t count)
{
    struct weir_text name = weir_yaml_text(node);
    const char *names[KEYS_MAX];
    size_t known = 0;
    for (size_t i = 0; i < count && known < KEYS_MAX; i++)
        if (!keys[i].later)
            names[known++] = keys[i].name;
    const char *nearest = weir_nearest_name(name, names, known);
    if (nearest)
        weir_yaml_error(node, loader->diagnostics, "unknown key '%.*s' in %s; did you mean '%s'?", (int)name.length,
                        name.data, what, nearest);
    else
        weir_yaml_error(node, loader->diagnostics, "unknown key '%.*s' in %s; remove it", (int)name.length, name.data,
                        what);
}

bool weir_pack_keys(struct weir_loader *loader, const struct weir_yaml_node *node, const char *what,
                    const struct weir_pack_key *keys, size_t count)
{
    if (weir_yaml_kind(node) != WEIR_YAML_MAPPING) {
        weir_yaml_error(node, loader->diagnostics, "%s must be a mapping with the key '%s'", what, keys[0].name);
        return false;
    }
    for (size_t i = 0; i < weir_yaml_size(node); i++) {
        const struct weir_yaml_node *key = weir_yaml_key(node, i);
        const struct weir_pack_key *known = find_key(weir_yaml_text(key), keys, count);
        if (!known)
            refuse_key(loader, key, what, keys, count);
        else if (known->later)
            weir_yaml_error(key, loader->diagnostics, "'%s' is not in this version yet; %s", known->name, known->later);
    }
    return true;
}

/* Plain scalars that YAML's core schema takes for something other than a text. */
static bool is_taken_otherwise(struct weir_text text)
{
    static const char *const words[] = {"true", "false", "null", "~", "True", "False", "Null", "TRUE", "FALSE", "NULL"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (weir_text_is(text, words[i]))
            return true;
    bool digit = false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        digit = digit || (c >= '0' && c <= '9');
        if (!strchr("0123456789+-.eE_", c) || c == '\0')
            return false;
    }
    return digit;
}

bool weir_pack_text(struct weir_loader *loader, const struct weir_yaml_node *node, const char *what,
                    struct weir_text *text)
{
    enum weir_yaml_kind kind = weir_yaml_kind(node);
    if (kind != WEIR_YAML_SCALAR) {
        weir_yaml_error(node, loader->diagnostics,
                        kind == WEIR_YAML_NULL ? "%s is empty; write a text" : "%s must be a text", what);
        return false;
    }
    struct weir_text read = weir_yaml_text(node);
    if (read.length == 0) {
        weir_yaml_error(node, loader->diagnostics, "%s is empty; write a text", what);
        return false;
    }
    if (!weir_yaml_quoted(node) && is_taken_otherwise(read)) {
        weir_yaml_error(node, loader->diagnostics, "%s must be a text; put %.*s in quotes", what, (int)read.length,
                        read.data);
        return false;
    }
    *text = read;
    return true;
}

bool weir_pack_text_at(struct weir_loader *loader, const struct weir_yaml_node *mapping, const char *key, bool required,
                       struct weir_text *text)
{
    const struct weir_yaml_node *node = weir_yaml_get(mapping, key);
    if (node)
        return weir_pack_text(loader, node, key, text);
    if (required)
        weir_yaml_error(mapping, loader->diagnostics, "the key '%s' is missing here", key);
    return false;
}

bool weir_pack_word_at(struct weir_loader *loader, const struct weir_yaml_node *mapping, const char *key,
                       bool required, const char *const *words, size_t count, size_t *index)
{
    struct weir_text text;
    if (!weir_pack_text_at(loader, mapping, key, required, &text))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (weir_text_is(text, words[i])) {
            *index = i;
            return true;
        }
    }
    char list[160] = "";
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const char *join = i == 0 ? "" : i + 1 == count ? " or " : ", ";
        int added = snprintf(list + used, sizeof list - used, "%s%s", join, words[i]);
        used += added > 0 && (size_t)added < sizeof list - used ? (size_t)added : 0;
    }
    weir_yaml_error(weir_yaml_get(mapping, key), loader->diagnostics, "%s cannot be '%.*s'; it must be %s", key,
                    (int)text.length, text.data, list);
    return false;
}

const struct weir_yaml_node *weir_pack_list(struct weir_loader *loader, const struct weir_yaml_node *node,
                                            const char *what)
{
    if (weir_yaml_kind(node) == WEIR_YAML_SEQUENCE && weir_yaml_size(node) > 0)
        return node;
    weir_yaml_error(node, loader->diagnostics,
                    weir_yaml_kind(node) == WEIR_YAML_SEQUENCE ? "%s is empty; write at least one" : "%s must be a list",
                    what);
    return NULL;
}

bool weir_pack_is_name(struct weir_text text, const char *first, const char *more)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        bool letter = c >= 'a' && c <= 'z';
        if (!letter && (c == '\0' || !strchr(i == 0 ? first : more, c)))
            return false;
    }
    return text.length > 0;
}

static bool is_fact(struct weir_text name)
{
    static const char *const facts[] = {"id",       "author", "lang",  "time", "stream",
                                        "sequence", "start_ms", "end_ms", "final", "end"};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (weir_text_is(name, facts[i]))
            return true;
    return false;
}

bool weir_pack_field(struct weir_loader *loader, const struct weir_yaml_node *node, uint32_t *field)
{
    struct weir_text name = weir_yaml_text(node);
    struct weir_field_names *fields = &loader->fields;
    for (size_t i = 0; i < fields->count; i++) {
        if (weir_text_is(name, fields->at[i])) {
            *field = (uint32_t)i;
            return true;
        }
    }
    if (!weir_pack_is_name(name, "", "0123456789_") || is_fact(name)) {
        weir_yaml_error(node, loader->diagnostics,
                        is_fact(name) ? "'%.*s' is no text that is scanned; name a field such as text or author_name"
                                      : "'%.*s' is no name of a field; use a-z, 0-9 and _, as in author_name",
                        (int)name.length, name.data);
        return false;
    }
    if (fields->count == WEIR_FIELDS_MAX) {
        weir_yaml_error(node, loader->diagnostics, "more than %d different fields; use fewer", WEIR_FIELDS_MAX);
        return false;
    }
    weir_yaml_warning(node, loader->diagnostics, "no source maps the field '%.*s'; nothing can match in it",
                      (int)name.length, name.data);
    fields->at[fields->count] = weir_loader_keep(loader, name);
    *field = (uint32_t)fields->count++;
    return !loader->no_memory;
}
