/* What a replay changes of the daemon's settings, so that the two never meet in a group or a transaction. */
#include "replay_settings.h"

#include "weir/arena.h"

/* What is added to the names of the group and of the transactions. */
#define SUFFIX ".replay"
#define ADDED_MAX 4

static const struct weir_property *find_last(const struct weir_settings *settings, const char *name)
{
    for (size_t i = settings->kafka_count; i-- > 0;)
        if (strcmp(settings->kafka[i].name, name) == 0)
            return &settings->kafka[i];
    return NULL;
}

/* Which weir does not take with at_least_once, and a dry run is always that. */
static bool is_of_transactions(const struct weir_property *property)
{
    return strcmp(property->name, "transactional.id") == 0 || strcmp(property->name, "enable.auto.commit") == 0;
}

static bool add_suffixed(struct replay_settings *settings, const struct weir_property *from)
{
    struct weir_property *to = &settings->kafka[settings->path.kafka_count++];
    *to = *from;
    to->value = weir_arena_format(settings->arena, "%s" SUFFIX, from->value);
    return to->value != NULL;
}

static void add_constant(struct replay_settings *settings, const char *name, const char *value)
{
    settings->kafka[settings->path.kafka_count++] = (struct weir_property){.name = name, .value = value};
}

/* The last value of a property counts. */
static bool fill_properties(struct replay_settings *settings, const struct weir_settings *given)
{
    const struct weir_property *group = find_last(given, "group.id");
    const struct weir_property *transactions = find_last(given, "transactional.id");
    settings->path.kafka_count = 0;
    for (size_t i = 0; i < given->kafka_count; i++)
        if (!is_of_transactions(&given->kafka[i]))
            settings->kafka[settings->path.kafka_count++] = given->kafka[i];
    add_constant(settings, "auto.offset.reset", "earliest");
    add_constant(settings, "enable.partition.eof", "true");
    settings->path.kafka = settings->kafka;
    settings->group = weir_arena_format(settings->arena, "%s" SUFFIX, group->origin ? group->origin : group->value);
    return settings->group && add_suffixed(settings, group) &&
           (!transactions || settings->path.delivery != WEIR_EXACTLY_ONCE || add_suffixed(settings, transactions));
}

enum weir_status replay_settings_init(struct replay_settings *settings, const struct weir_replay_options *options,
                                      struct weir_error *error)
{
    const struct weir_settings *given = options->settings;
    const struct weir_property *group = find_last(given, "group.id");
    if (!group || !group->value[0])
        return weir_error_set(error, WEIR_INVALID, "kafka: group.id is missing; the replay's group is called after it");
    *settings = (struct replay_settings){.path = *given, .arena = weir_arena_new(0)};
    if (options->is_dry)
        settings->path.delivery = WEIR_AT_LEAST_ONCE;
    settings->path.workers = 1;
    settings->path.audit_share = 0; /* dead letters are not of the sample */
    if (settings->arena)
        settings->kafka = weir_arena_array(settings->arena, given->kafka_count + ADDED_MAX, sizeof *settings->kafka);
    if (!settings->kafka || !fill_properties(settings, given)) {
        replay_settings_fini(settings);
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory to start");
    }
    settings->mapping = (struct weir_mapping){.topic = options->topic, .kind = WEIR_POST};
    settings->reader = settings->path;
    settings->reader.mappings = &settings->mapping;
    settings->reader.mapping_count = 1;
    return WEIR_OK;
}

void replay_settings_fini(struct replay_settings *settings)
{
    weir_arena_free(settings->arena);
    *settings = (struct replay_settings){0};
}
