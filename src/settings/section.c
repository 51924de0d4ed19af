/* Walks a section of the file along its table of keys. Knows no key by name. */
#include "reader.h"

#include <stdio.h>

#define PATH_MAX_BYTES 128
#define KEYS_MAX 32

static const struct weir_setting_key *find_key(const struct weir_setting_key *keys, struct weir_text name)
{
    for (const struct weir_setting_key *key = keys; key->name; key++)
        if (weir_text_is(name, key->name))
            return key;
    return NULL;
}

static void refuse_key(struct weir_settings_reader *reader, const struct weir_setting_key *keys,
                       const struct weir_yaml_node *node)
{
    const char *names[KEYS_MAX];
    char list[512] = "";
    size_t count = 0;
    size_t length = 0;
    for (const struct weir_setting_key *key = keys; key->name && count < KEYS_MAX; key++) {
        names[count] = key->name;
        if (length < sizeof list)
            length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", count > 0 ? ", " : "", key->name);
        count++;
    }
    const char *name = weir_yaml_text(node).data;
    const char *nearest = weir_nearest_name(weir_yaml_text(node), names, count);
    if (nearest)
        weir_yaml_error(node, reader->diagnostics, "unknown key '%.64s'; did you mean '%s'?", name, nearest);
    else
        weir_yaml_error(node, reader->diagnostics, "unknown key '%.64s'; the keys here are: %s", name, list);
}

static void read_key(struct weir_settings_reader *reader, const char *path, const struct weir_setting_key *key,
                     const struct weir_yaml_node *node)
{
    char own_path[PATH_MAX_BYTES];
    snprintf(own_path, sizeof own_path, "%s%s%s", path, path[0] ? "." : "", key->name);
    if (key->type == WEIR_TYPE_SECTION)
        weir_section_read(reader, own_path, key->keys, node);
    else if (key->type == WEIR_TYPE_OWN)
        key->read(reader, node);
    else
        weir_value_read(reader, own_path, key, node, &reader->values[key->setting]);
}

void weir_section_read(struct weir_settings_reader *reader, const char *path, const struct weir_setting_key *keys,
                       const struct weir_yaml_node *node)
{
    /* A section whose keys are all commented out is empty, not wrong. */
    if (weir_yaml_kind(node) == WEIR_YAML_NULL)
        return;
    if (weir_yaml_kind(node) != WEIR_YAML_MAPPING) {
        weir_yaml_error(node, reader->diagnostics, "%s must be a section of 'key: value' lines",
                        path[0] ? path : "the file");
        return;
    }
    for (size_t i = 0; i < weir_yaml_size(node); i++) {
        const struct weir_yaml_node *name = weir_yaml_key(node, i);
        const struct weir_setting_key *key = find_key(keys, weir_yaml_text(name));
        if (key)
            read_key(reader, path, key, weir_yaml_value(node, i));
        else
            refuse_key(reader, keys, name);
    }
}

void weir_section_standard(struct weir_settings_reader *reader, const struct weir_setting_key *keys)
{
    for (const struct weir_setting_key *key = keys; key->name; key++)
        if (key->type == WEIR_TYPE_SECTION)
            weir_section_standard(reader, key->keys);
        else if (key->type != WEIR_TYPE_OWN)
            reader->values[key->setting] = (struct weir_setting_value){key->standard, key->standard_text, NULL};
}
