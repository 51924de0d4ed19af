/* `kafka`: librdkafka's properties as texts. Knows two of their names, shows none of their values. */
#include "reader.h"

static const char *const required[] = {"bootstrap.servers", "group.id"};
static const char *const examples[] = {"localhost:9092", "weir"};
#define REQUIRED_COUNT (sizeof required / sizeof required[0])

/* NULL when the daemon can do without it. */
static const char *find_example(struct weir_text name)
{
    for (size_t i = 0; i < REQUIRED_COUNT; i++)
        if (weir_text_is(name, required[i]))
            return examples[i];
    return NULL;
}

static void read_property(struct weir_settings_reader *reader, const struct weir_yaml_node *key,
                          const struct weir_yaml_node *node, struct weir_property *property)
{
    struct weir_text name = weir_yaml_text(key);
    struct weir_text value;
    struct weir_text origin;
    if (weir_yaml_kind(node) != WEIR_YAML_SCALAR) {
        weir_yaml_error(node, reader->diagnostics,
                        "kafka.%.64s must be one text, number or boolean; an empty text needs quotes", name.data);
        return;
    }
    if (!weir_secret_read(reader, node, &value, &origin))
        return;
    if (memchr(name.data, '\0', name.length) || memchr(value.data, '\0', value.length)) {
        weir_yaml_error(node, reader->diagnostics, "kafka.%.64s holds a NUL character, which no property can",
                        name.data);
        return;
    }
    const char *example = find_example(name);
    if (value.length == 0 && example)
        weir_yaml_error(node, reader->diagnostics, "kafka.%s is empty; give one, such as %s", name.data, example);
    property->name = weir_value_keep(reader, name);
    property->value = value.data;
    property->place = weir_yaml_place(node);
    property->place.file = reader->name;
    property->origin = origin.length > 0 ? weir_value_keep(reader, origin) : NULL;
}

void weir_properties_read(struct weir_settings_reader *reader, const struct weir_yaml_node *node)
{
    struct weir_settings *settings = &reader->file->settings;
    if (weir_yaml_kind(node) == WEIR_YAML_NULL)
        return;
    if (weir_yaml_kind(node) != WEIR_YAML_MAPPING) {
        weir_yaml_error(node, reader->diagnostics, "kafka must be a section of librdkafka properties");
        return;
    }
    /* A scan talks to no broker, and its user may not even see the daemon's secrets. */
    if (reader->use == WEIR_SETTINGS_FOR_SCAN)
        return;
    size_t count = weir_yaml_size(node);
    struct weir_property *properties = weir_arena_array(reader->file->arena, count, sizeof *properties);
    if (!properties) {
        reader->no_memory = count > 0;
        return;
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        read_property(reader, weir_yaml_key(node, i), weir_yaml_value(node, i), &properties[kept]);
        kept += properties[kept].name != NULL;
    }
    reader->properties = properties;
    settings->kafka = properties;
    settings->kafka_count = kept;
}

/* The key that was most likely meant to be the missing one. */
static const struct weir_yaml_node *find_misspelled(const struct weir_yaml_node *node, const char *name)
{
    for (size_t i = 0; i < weir_yaml_size(node); i++) {
        const struct weir_yaml_node *key = weir_yaml_key(node, i);
        if (weir_nearest_name(weir_yaml_text(key), &name, 1))
            return key;
    }
    return NULL;
}

/* So that it is not named once more, as a property that librdkafka does not know. */
static void forget_property(struct weir_settings_reader *reader, struct weir_text name)
{
    struct weir_settings *settings = &reader->file->settings;
    struct weir_property *properties = reader->properties;
    size_t kept = 0;
    for (size_t i = 0; i < settings->kafka_count; i++)
        if (!weir_text_is(name, properties[i].name))
            properties[kept++] = properties[i];
    settings->kafka_count = kept;
}

void weir_properties_require(struct weir_settings_reader *reader, const struct weir_yaml_node *node)
{
    bool is_section = weir_yaml_kind(node) == WEIR_YAML_MAPPING;
    if (!is_section && weir_yaml_kind(node) != WEIR_YAML_NULL)
        return; /* said before */
    for (size_t i = 0; i < REQUIRED_COUNT; i++) {
        if (is_section && weir_yaml_get(node, required[i]))
            continue;
        const struct weir_yaml_node *misspelled = is_section ? find_misspelled(node, required[i]) : NULL;
        if (misspelled) {
            weir_yaml_error(misspelled, reader->diagnostics, "unknown key '%.64s'; did you mean '%s'?",
                            weir_yaml_text(misspelled).data, required[i]);
            forget_property(reader, weir_yaml_text(misspelled));
        } else if (node)
            weir_yaml_error(node, reader->diagnostics, "kafka needs %s, such as %s: %s", required[i], required[i],
                            examples[i]);
        else
            weir_diagnostics_error(reader->diagnostics, (struct weir_place){.file = reader->name},
                                   WEIR_TEXT_LITERAL(""), "kafka.%s is missing, such as %s: %s", required[i],
                                   required[i], examples[i]);
    }
}
