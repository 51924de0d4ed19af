/* Builds the configuration of a client. docs/delivery.md says why each property is as it is. Must never print a value
 * that may be a secret. */
#include "conf.h"
#include "oauth.h"

#include <librdkafka/rdkafka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOR_CONSUMER (1u << WEIR_KAFKA_CONSUMER)
#define FOR_PLAIN (1u << WEIR_KAFKA_PRODUCER)
#define FOR_TRANSACTIONS (1u << WEIR_KAFKA_TRANSACTIONAL_PRODUCER)
#define FOR_PRODUCER (FOR_PLAIN | FOR_TRANSACTIONS)
#define FOR_BOTH (FOR_CONSUMER | FOR_PRODUCER)

struct preset {
    const char *name;
    const char *value;
    unsigned roles;
};

/* What the user may override. */
static const struct preset DEFAULTS[] = {
    {"reconnect.backoff.max.ms", "2000", FOR_BOTH},
    {"log.connection.close", "false", FOR_BOTH},
    {"auto.offset.reset", "earliest", FOR_CONSUMER},
    {"auto.commit.interval.ms", "1000", FOR_CONSUMER},
    {"isolation.level", "read_committed", FOR_CONSUMER},
    {"fetch.wait.max.ms", "50", FOR_CONSUMER},
    {"queued.min.messages", "1000000", FOR_CONSUMER},
    {"queued.max.messages.kbytes", "32768", FOR_CONSUMER},
    {"topic.metadata.refresh.interval.ms", "30000", FOR_CONSUMER},
    {"linger.ms", "2", FOR_PLAIN},
    {"linger.ms", "50", FOR_TRANSACTIONS}, /* no delay: what waits is sent when the transaction is committed */
    {"message.timeout.ms", "0", FOR_PLAIN},
    {"transaction.timeout.ms", "10000", FOR_TRANSACTIONS},
    {"retry.backoff.ms", "5", FOR_TRANSACTIONS},
    {"queue.buffering.max.messages", "100000", FOR_PRODUCER},
    {"queue.buffering.max.kbytes", "65536", FOR_PRODUCER},
    {"topic.metadata.propagation.max.ms", "5000", FOR_PRODUCER},
};

/* The same, where the linked librdkafka knows them. */
static const struct preset NEWER_DEFAULTS[] = {
    {"fetch.queue.backoff.ms", "10", FOR_CONSUMER}, /* since 2.2; before, a full queue waits for a second */
};

/* What delivery stands on. The user may repeat these values, no others. */
static const struct preset FIXED[] = {
    {"enable.auto.offset.store", "false", FOR_CONSUMER},
    {"enable.idempotence", "true", FOR_PRODUCER},
    {"acks", "all", FOR_PRODUCER},
    {"delivery.report.only.error", "false", FOR_PRODUCER},
    {"log.queue", "false", FOR_BOTH},
};

/* And this one on which delivery it is: with exactly_once offsets are committed by transactions alone. */
static const struct preset AUTO_COMMIT[] = {
    [WEIR_AT_LEAST_ONCE] = {"enable.auto.commit", "true", FOR_CONSUMER},
    [WEIR_EXACTLY_ONCE] = {"enable.auto.commit", "false", FOR_CONSUMER},
};

#define TRANSACTIONAL_ID "transactional.id"

/* Other names of the above, and what only a program can use. */
static const struct preset REFUSED[] = {
    {"auto.commit.enable", "weir commits by itself", 0},
    {"request.required.acks", "weir always waits for all replicas", 0},
    {"offset.store.method", "weir keeps its offsets in Kafka", 0},
    {"enabled_events", "it is for programs", 0},
    {"opaque", "it is for programs", 0},
    {"interceptors", "it is for programs", 0},
    {"default_topic_conf", "it is for programs", 0},
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static bool is_callback(const char *name)
{
    size_t length = strlen(name);
    return length > 3 && strcmp(name + length - 3, "_cb") == 0;
}

static bool differs(const struct preset *preset, const struct weir_property *property)
{
    return strcmp(preset->name, property->name) == 0 && strcmp(preset->value, property->value) != 0;
}

const char *conf_refusal(const struct weir_settings *settings, const struct weir_property *property)
{
    if (is_callback(property->name))
        return "it is for programs";
    if (strcmp(property->name, TRANSACTIONAL_ID) == 0 && settings->delivery == WEIR_AT_LEAST_ONCE)
        return "weir has no transactions with delivery: at_least_once";
    if (settings->delivery == WEIR_EXACTLY_ONCE && strcmp(property->name, "isolation.level") == 0 &&
        strcmp(property->value, "read_committed") != 0)
        return "exactly_once reads what is committed, no more";
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++)
        if (strcmp(REFUSED[i].name, property->name) == 0)
            return REFUSED[i].value;
    if (strcmp(property->name, "acks") == 0 && strcmp(property->value, "-1") == 0)
        return NULL;
    bool is_fixed = differs(&AUTO_COMMIT[settings->delivery], property);
    for (size_t i = 0; i < COUNT_OF(FIXED); i++)
        is_fixed = is_fixed || differs(&FIXED[i], property);
    return is_fixed ? "weir sets it itself, so that nothing is lost" : NULL;
}

enum weir_status conf_set_property(struct rd_kafka_conf_s *conf, const struct weir_property *property, char *why,
                                   size_t why_size)
{
    char text[512] = "";
    rd_kafka_conf_res_t result = rd_kafka_conf_set(conf, property->name, property->value, text, sizeof text);
    if (result == RD_KAFKA_CONF_OK)
        return WEIR_OK;
    if (result == RD_KAFKA_CONF_UNKNOWN) {
        snprintf(why, why_size, "unknown Kafka property '%s'", property->name);
        return WEIR_USAGE;
    }
    /* Not even without what it quotes: the rest may give the value away. */
    if (property->origin)
        snprintf(why, why_size,
                 "librdkafka does not take the value of '%s', which is not shown as it comes from %.128s",
                 property->name, property->origin);
    else if (conf_stand_in(property))
        snprintf(why, why_size, "librdkafka does not take the value of '%s' %s", property->name,
                 conf_stand_in(property));
    else
        snprintf(why, why_size, "bad value for '%s': %s", property->name, text); /* which may use another name of it */
    return WEIR_INVALID;
}

static enum weir_status place_error(struct weir_error *error, const struct weir_property *property, const char *why)
{
    weir_error_set(error, WEIR_INVALID, "%s", why);
    if (error && property) {
        if (property->place.file)
            snprintf(error->file, sizeof error->file, "%s", property->place.file);
        error->line = property->place.line;
        error->column = property->place.column;
    }
    return WEIR_INVALID;
}

enum weir_status conf_refused(const struct weir_settings *settings, const char *why, struct weir_error *error)
{
    const struct weir_property *property = NULL;
    for (size_t i = 0; i < settings->kafka_count && !property; i++)
        if (strstr(why, settings->kafka[i].name))
            property = &settings->kafka[i];
    if (!property && settings->kafka_count > 0)
        property = &settings->kafka[0];
    char shown[512];
    weir_kafka_discreet(settings, why, shown, sizeof shown);
    return place_error(error, property, shown);
}

const char *weir_kafka_property(const struct weir_settings *settings, const char *name)
{
    for (size_t i = settings->kafka_count; i-- > 0;)
        if (strcmp(settings->kafka[i].name, name) == 0)
            return settings->kafka[i].value;
    return NULL;
}

/* Of weir's own values: they are right, or this librdkafka is not the one we know. */
static enum weir_status set_presets(rd_kafka_conf_t *conf, const struct preset *presets, size_t count,
                                    enum weir_kafka_role role, bool must_exist, struct weir_error *error)
{
    for (size_t i = 0; i < count; i++) {
        char why[512];
        if (!(presets[i].roles & 1u << role))
            continue;
        rd_kafka_conf_res_t result = rd_kafka_conf_set(conf, presets[i].name, presets[i].value, why, sizeof why);
        if (result == RD_KAFKA_CONF_INVALID || (result == RD_KAFKA_CONF_UNKNOWN && must_exist))
            return weir_error_set(error, WEIR_UNAVAILABLE, "librdkafka %s cannot be used: %s", rd_kafka_version_str(),
                                  why);
    }
    return WEIR_OK;
}

static bool names_brokers(const char *name)
{
    return strcmp(name, "bootstrap.servers") == 0 || strcmp(name, "metadata.broker.list") == 0;
}

static enum weir_status set_properties(rd_kafka_conf_t *conf, const struct weir_settings *settings, unsigned number,
                                       bool connect, struct weir_error *error)
{
    for (size_t i = 0; i < settings->kafka_count; i++) {
        struct weir_property property = settings->kafka[i];
        char member[256];
        char why[600];
        if ((!connect && names_brokers(property.name)) || oauth_owns(property.name))
            continue;
        const char *refusal = conf_refusal(settings, &property);
        if (refusal) {
            snprintf(why, sizeof why, "'%s' cannot be set: %s; leave it out", property.name, refusal);
            return place_error(error, &settings->kafka[i], why);
        }
        if (strcmp(property.name, TRANSACTIONAL_ID) == 0)
            continue; /* of the workers' producers alone, and of each its own */
        if (strcmp(property.name, "group.instance.id") == 0) {
            /* One member per worker: the same id twice would fence the first. */
            snprintf(member, sizeof member, "%s-%u", property.value, number);
            property.value = member;
        }
        if (conf_set_property(conf, &property, why, sizeof why) != WEIR_OK)
            return place_error(error, &settings->kafka[i], why);
    }
    return WEIR_OK;
}

enum weir_status conf_set_transactional_id(struct rd_kafka_conf_s *conf, const char *prefix, unsigned number,
                                           struct weir_error *error)
{
    char id[600];
    char why[512];
    snprintf(id, sizeof id, "%s-%u", prefix, number);
    if (rd_kafka_conf_set(conf, TRANSACTIONAL_ID, id, why, sizeof why) != RD_KAFKA_CONF_OK)
        return weir_error_set(error, WEIR_INVALID, "kafka: " TRANSACTIONAL_ID " cannot be used: %s", why);
    return WEIR_OK;
}

enum weir_status conf_new(const struct weir_settings *settings, enum weir_kafka_role role, unsigned number,
                          bool connect, struct rd_kafka_conf_s **conf, struct weir_error *error)
{
    rd_kafka_conf_t *made = rd_kafka_conf_new();
    if (!made)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a Kafka client");
    char name[32];
    snprintf(name, sizeof name, "weir-%u", number);
    const struct preset client = {"client.id", name, FOR_BOTH};
    enum weir_status status = set_presets(made, &client, 1, role, true, error);
    if (status == WEIR_OK)
        status = set_presets(made, DEFAULTS, COUNT_OF(DEFAULTS), role, true, error);
    if (status == WEIR_OK)
        status = set_presets(made, NEWER_DEFAULTS, COUNT_OF(NEWER_DEFAULTS), role, false, error);
    if (status == WEIR_OK)
        status = set_properties(made, settings, number, connect, error);
    if (status == WEIR_OK)
        status = set_presets(made, FIXED, COUNT_OF(FIXED), role, true, error);
    if (status == WEIR_OK)
        status = set_presets(made, &AUTO_COMMIT[settings->delivery], 1, role, true, error);
    if (status != WEIR_OK) {
        rd_kafka_conf_destroy(made);
        return status;
    }
    *conf = made;
    return WEIR_OK;
}
