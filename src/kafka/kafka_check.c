/* `weir check` for the pass-through properties: everything that librdkafka would refuse at start, without a connection.
 */
#include "conf.h"
#include "oauth.h"

#include <librdkafka/rdkafka.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 1024

/* The names of all properties, taken from librdkafka's own table of them. */
struct known_names {
    char *table; /* cut at the end of each name */
    const char *at[NAMES_MAX];
    size_t count;
};

static void read_names(struct known_names *names)
{
    size_t size = 0;
    names->table = NULL;
    names->count = 0;
    FILE *file = open_memstream(&names->table, &size);
    if (!file)
        return;
    rd_kafka_conf_properties_show(file);
    if (fclose(file) != 0)
        return;
    names->at[names->count++] = OAUTH_FILE;
    names->at[names->count++] = OAUTH_COMMAND;
    for (char *line = names->table, *next; line && *line && names->count < NAMES_MAX; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        if (!islower((unsigned char)*line) || !strstr(line, " | "))
            continue;
        line[strcspn(line, " ")] = '\0';
        names->at[names->count++] = line;
    }
}

static void report_unknown(const struct weir_property *property, struct weir_diagnostics *diagnostics)
{
    struct known_names *names = malloc(sizeof *names);
    const char *nearest = NULL;
    if (names) {
        read_names(names);
        nearest = weir_nearest_name(weir_text_of(property->name), names->at, names->count);
    }
    if (nearest)
        weir_diagnostics_error(diagnostics, property->place, (struct weir_text){0},
                               "unknown Kafka property '%s'; did you mean '%s'?", property->name, nearest);
    else
        weir_diagnostics_error(diagnostics, property->place, (struct weir_text){0},
                               "unknown Kafka property '%s'; librdkafka's CONFIGURATION.md lists them", property->name);
    if (names)
        free(names->table);
    free(names);
}

static void check_property(const struct weir_settings *settings, const struct weir_property *property,
                           rd_kafka_conf_t *scratch, struct weir_diagnostics *diagnostics)
{
    if (oauth_owns(property->name))
        return; /* check_token looks at them together */
    const char *refusal = conf_refusal(settings, property);
    if (refusal) {
        weir_diagnostics_error(diagnostics, property->place, (struct weir_text){0},
                               "'%s' cannot be set: %s; leave it out", property->name, refusal);
        return;
    }
    char why[600];
    enum weir_status status = conf_set_property(scratch, property, why, sizeof why);
    if (status == WEIR_USAGE)
        report_unknown(property, diagnostics);
    else if (status != WEIR_OK)
        weir_diagnostics_error(diagnostics, property->place, (struct weir_text){0}, "%s", why);
}

static void check_token(const struct weir_settings *settings, struct weir_diagnostics *diagnostics)
{
    const struct weir_property *at;
    const char *mistake = oauth_mistake(settings, &at);
    if (mistake)
        weir_diagnostics_error(diagnostics, at->place, (struct weir_text){0}, "%s", mistake);
}

static void ignore_log(const rd_kafka_t *client, int level, const char *facility, const char *line)
{
    (void)client;
    (void)level;
    (void)facility;
    (void)line;
}

/* Values that are each right may not go together, and files that they name may be missing: a client without brokers
 * tells. */
static void check_together(const struct weir_settings *settings, enum weir_kafka_role role,
                           struct weir_diagnostics *diagnostics)
{
    struct weir_error error = {0};
    struct rd_kafka_conf_s *conf;
    if (conf_new(settings, role, 0, false, &conf, &error) == WEIR_OK) {
        char why[512] = "";
        if (role == WEIR_KAFKA_TRANSACTIONAL_PRODUCER)
            rd_kafka_conf_set(conf, "transactional.id", "weir", why, sizeof why);
        rd_kafka_conf_set_log_cb(conf, ignore_log);
        rd_kafka_t *client =
            rd_kafka_new(role == WEIR_KAFKA_CONSUMER ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER, conf, why, sizeof why);
        if (client) {
            rd_kafka_destroy(client);
            return;
        }
        rd_kafka_conf_destroy(conf);
        conf_refused(settings, why, &error);
    }
    const struct weir_place place = {error.file[0] ? error.file : NULL, error.line, error.column};
    weir_diagnostics_error(diagnostics, place, (struct weir_text){0}, "%s", error.text);
}

void weir_kafka_check_properties(const struct weir_settings *settings, struct weir_diagnostics *diagnostics)
{
    size_t before = weir_diagnostics_errors(diagnostics);
    rd_kafka_conf_t *scratch = rd_kafka_conf_new();
    if (!scratch)
        return;
    for (size_t i = 0; i < settings->kafka_count; i++)
        check_property(settings, &settings->kafka[i], scratch, diagnostics);
    rd_kafka_conf_destroy(scratch);
    if (weir_diagnostics_errors(diagnostics) == before) /* else one of them may only be misspelled */
        check_token(settings, diagnostics);
    if (weir_diagnostics_errors(diagnostics) > before)
        return;
    check_together(settings, WEIR_KAFKA_CONSUMER, diagnostics);
    if (weir_diagnostics_errors(diagnostics) == before)
        check_together(
            settings, settings->delivery == WEIR_EXACTLY_ONCE ? WEIR_KAFKA_TRANSACTIONAL_PRODUCER : WEIR_KAFKA_PRODUCER,
            diagnostics);
}

const char *weir_kafka_version(void)
{
    return rd_kafka_version_str();
}
