/* `sources`: the topics that are read, and their kinds. */
#include "reader.h"

#include <stdlib.h>

#define SOURCES_MAX 1000

static const char *const source_keys[] = {"topic", "kind", "fields"};
static const struct weir_setting_key topic_key = {.type = WEIR_TYPE_TOPIC};
static const char *const kinds[] = {"post", "caption", NULL};
static const struct weir_setting_key kind_key = {.type = WEIR_TYPE_WORD, .words = kinds, .range = "post or caption"};

static void check_keys(struct weir_settings_reader *reader, const struct weir_yaml_node *node)
{
    const size_t count = sizeof source_keys / sizeof source_keys[0];
    for (size_t i = 0; i < weir_yaml_size(node); i++) {
        const struct weir_yaml_node *key = weir_yaml_key(node, i);
        struct weir_text name = weir_yaml_text(key);
        bool known = false;
        for (size_t k = 0; k < count && !known; k++)
            known = weir_text_is(name, source_keys[k]);
        if (known)
            continue;
        const char *nearest = weir_nearest_name(name, source_keys, count);
        weir_yaml_error(key, reader->diagnostics, "unknown key '%.64s'; %s%s%s", name.data,
                        nearest ? "did you mean '" : "the keys here are: topic, kind, fields", nearest ? nearest : "",
                        nearest ? "'?" : "");
    }
}

static void read_topic(struct weir_settings_reader *reader, const struct weir_yaml_node *source,
                       struct weir_mapping *mapping)
{
    const struct weir_settings *settings = &reader->file->settings;
    const struct weir_yaml_node *node = weir_yaml_get(source, "topic");
    struct weir_setting_value value = {.text = NULL};
    if (!node) {
        if (reader->use == WEIR_SETTINGS_FOR_DAEMON)
            weir_yaml_error(source, reader->diagnostics, "this source has no topic; add topic: NAME");
        return;
    }
    if (!weir_value_read(reader, "topic", &topic_key, node, &value) || !value.text)
        return;
    for (size_t i = 0; i < settings->mapping_count; i++) {
        const char *other = settings->mappings[i].topic;
        if (other && strcmp(other, value.text) == 0)
            weir_yaml_error(node, reader->diagnostics, "the topic '%s' is a source already; remove one", value.text);
    }
    mapping->topic = value.text;
}

/* False when it is no kind, and that was said. */
static bool read_kind(struct weir_settings_reader *reader, const struct weir_yaml_node *source, enum weir_kind *kind)
{
    const struct weir_yaml_node *node = weir_yaml_get(source, "kind");
    struct weir_setting_value value = {.number = WEIR_POST};
    if (node && !weir_value_read(reader, "kind", &kind_key, node, &value))
        return false;
    *kind = (enum weir_kind)value.number;
    return true;
}

static void read_source(struct weir_settings_reader *reader, const struct weir_yaml_node *node,
                        struct weir_mapping *mappings)
{
    struct weir_settings *settings = &reader->file->settings;
    struct weir_mapping mapping = {.kind = WEIR_POST};
    if (weir_yaml_kind(node) != WEIR_YAML_MAPPING) {
        weir_yaml_error(node, reader->diagnostics, "a source is a section with topic, kind and fields");
        return;
    }
    check_keys(reader, node);
    if (!read_kind(reader, node, &mapping.kind))
        return;
    read_topic(reader, node, &mapping);
    weir_fields_read(reader, weir_yaml_get(node, "fields"), &mapping);
    reader->topic_nodes[settings->mapping_count] = weir_yaml_get(node, "topic");
    mappings[settings->mapping_count++] = mapping;
}

void weir_sources_read(struct weir_settings_reader *reader, const struct weir_yaml_node *node)
{
    enum weir_yaml_kind kind = weir_yaml_kind(node);
    reader->has_sources = true;
    if (kind != WEIR_YAML_SEQUENCE && kind != WEIR_YAML_NULL) {
        weir_yaml_error(node, reader->diagnostics, "sources must be a list, each entry starting with '- topic: NAME'");
        return;
    }
    size_t count = kind == WEIR_YAML_SEQUENCE ? weir_yaml_size(node) : 0;
    if (count > SOURCES_MAX) {
        weir_yaml_error(node, reader->diagnostics, "more than %d sources", SOURCES_MAX);
        return;
    }
    if (count == 0) {
        if (reader->use == WEIR_SETTINGS_FOR_DAEMON)
            weir_yaml_error(node, reader->diagnostics, "sources is empty; name at least one topic: - topic: NAME");
        return;
    }
    struct weir_mapping *mappings = weir_arena_array(reader->file->arena, count, sizeof *mappings);
    reader->topic_nodes = weir_arena_array(reader->file->arena, count, sizeof *reader->topic_nodes);
    if (!mappings || !reader->topic_nodes) {
        reader->no_memory = true;
        return;
    }
    reader->file->settings.mappings = mappings;
    for (size_t i = 0; i < count; i++)
        read_source(reader, weir_yaml_item(node, i), mappings);
}

void weir_sources_standard(struct weir_settings_reader *reader)
{
    struct weir_settings *settings = &reader->file->settings;
    static const enum weir_kind standard[] = {WEIR_POST, WEIR_CAPTION};
    const size_t count = sizeof standard / sizeof standard[0];
    struct weir_mapping *mappings = weir_arena_array(reader->file->arena, count, sizeof *mappings);
    if (!mappings) {
        reader->no_memory = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        mappings[i].kind = standard[i];
        weir_fields_read(reader, NULL, &mappings[i]);
    }
    settings->mappings = mappings;
    settings->mapping_count = count;
}
