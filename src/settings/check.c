/* What no key shows alone: topics that collide, what only the daemon does, what it cannot do without. */
#include "reader.h"

static const struct {
    enum weir_setting setting;
    const char *name;
} outputs[] = {
    {WEIR_SETTING_REVIEW, "outputs.review"},     {WEIR_SETTING_SHADOW, "outputs.shadow"},
    {WEIR_SETTING_OVERFLOW, "outputs.overflow"}, {WEIR_SETTING_DEAD_LETTERS, "outputs.dead_letters"},
    {WEIR_SETTING_ROLLUPS, "outputs.rollups"},   {WEIR_SETTING_AUDIT, "outputs.audit"},
};
#define OUTPUT_COUNT (sizeof outputs / sizeof outputs[0])

static bool same_topic(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static void check_outputs(struct weir_settings_reader *reader)
{
    for (size_t i = 0; i < OUTPUT_COUNT; i++) {
        const struct weir_setting_value *one = &reader->values[outputs[i].setting];
        for (size_t j = 0; j < i; j++) {
            const struct weir_setting_value *other = &reader->values[outputs[j].setting];
            /* Standard names differ: at least one of the two stands in the file. */
            const struct weir_yaml_node *node = one->node ? one->node : other->node;
            if (node && same_topic(one->text, other->text))
                weir_yaml_error(node, reader->diagnostics, "%s and %s share the topic '%s'; each needs its own",
                                outputs[j].name, outputs[i].name, one->text);
        }
    }
}

static void check_sources(struct weir_settings_reader *reader)
{
    const struct weir_settings *settings = &reader->file->settings;
    for (size_t i = 0; i < settings->mapping_count; i++) {
        const char *topic = settings->mappings[i].topic;
        for (size_t j = 0; j < OUTPUT_COUNT; j++) {
            if (same_topic(topic, reader->values[outputs[j].setting].text))
                weir_yaml_error(reader->topic_nodes[i], reader->diagnostics,
                                "the topic '%s' is that of %s; weir would read what it writes", topic, outputs[j].name);
        }
    }
}

static void check_audit(struct weir_settings_reader *reader)
{
    const struct weir_setting_value *audit = &reader->values[WEIR_SETTING_AUDIT_SAMPLE];
    if (audit->number > 0 && reader->use == WEIR_SETTINGS_FOR_SCAN)
        weir_yaml_warning(audit->node, reader->diagnostics,
                          "audit_sample has no effect here; only weir run draws items");
}

void weir_settings_check(struct weir_settings_reader *reader, const struct weir_yaml_node *root)
{
    check_outputs(reader);
    check_sources(reader);
    check_audit(reader);
    if (reader->use == WEIR_SETTINGS_FOR_SCAN)
        return;
    weir_properties_require(reader, weir_yaml_get(root, "kafka"));
    if (!reader->has_sources)
        weir_diagnostics_error(reader->diagnostics, (struct weir_place){.file = reader->name}, WEIR_TEXT_LITERAL(""),
                               "sources is missing; name at least one topic: - topic: NAME");
}
