/* OAUTHBEARER: weir.oauthbearer.token.file and .command. Must never print their values, nor a token. */
#include "oauth.h"

#include <librdkafka/rdkafka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COMMAND_DEADLINE_MS 10000
/* Clients that ask within this time get the same answer; librdkafka asks again after 10 s. */
#define SAME_TOKEN_MS 5000
#define LOCK_STEP_MS 20

bool oauth_init(struct oauth *oauth)
{
    return pthread_mutex_init(&oauth->mutex, NULL) == 0;
}

void oauth_fini(struct oauth *oauth)
{
    token_fini(&oauth->token);
    pthread_mutex_destroy(&oauth->mutex);
}

/* ---- What the configuration says ---- */

bool oauth_owns(const char *name)
{
    return strcmp(name, OAUTH_FILE) == 0 || strcmp(name, OAUTH_COMMAND) == 0;
}

static const struct weir_property *find(const struct weir_settings *settings, const char *name)
{
    for (size_t i = settings->kafka_count; i-- > 0;)
        if (strcmp(settings->kafka[i].name, name) == 0)
            return &settings->kafka[i];
    return NULL;
}

static const struct weir_property *find_source(const struct weir_settings *settings)
{
    const struct weir_property *file = find(settings, OAUTH_FILE);
    return file ? file : find(settings, OAUTH_COMMAND);
}

bool oauth_is_wanted(const struct weir_settings *settings)
{
    return find_source(settings) != NULL;
}

static bool is_set_to(const struct weir_property *property, const char *value)
{
    return property && strcmp(property->value, value) == 0;
}

const char *oauth_mistake(const struct weir_settings *settings, const struct weir_property **at)
{
    const struct weir_property *mechanism = find(settings, "sasl.mechanisms");
    const struct weir_property *source = find_source(settings);
    if (!mechanism)
        mechanism = find(settings, "sasl.mechanism");
    bool is_bearer = is_set_to(mechanism, "OAUTHBEARER");
    bool has_other = is_set_to(find(settings, "sasl.oauthbearer.method"), "oidc") ||
                     is_set_to(find(settings, "enable.sasl.oauthbearer.unsecure.jwt"), "true");
    *at = source ? source : mechanism;
    if (!source)
        return is_bearer && !has_other ? "OAUTHBEARER needs a token: set " OAUTH_FILE " or " OAUTH_COMMAND : NULL;
    if (!*source->value)
        return OAUTH_FILE " and " OAUTH_COMMAND " must not be empty";
    if (find(settings, OAUTH_FILE) && find(settings, OAUTH_COMMAND))
        return "give " OAUTH_FILE " or " OAUTH_COMMAND ", not both";
    if (!is_bearer)
        return "a token is of use with sasl.mechanism: OAUTHBEARER alone; set that, or remove the token";
    if (has_other)
        return "librdkafka is told to bring a token itself; remove that, or the token of weir";
    return NULL;
}

/* ---- Tokens ---- */

/* Relative to the folder of the configuration, as other paths of it. */
static enum weir_status read_file(const struct weir_property *property, char *buffer, size_t *length,
                                  struct weir_error *error)
{
    char path[4096];
    const char *slash = property->place.file ? strrchr(property->place.file, '/') : NULL;
    int folder = slash && property->value[0] != '/' ? (int)(slash - property->place.file) + 1 : 0;
    int size = snprintf(path, sizeof path, "%.*s%s", folder, folder > 0 ? property->place.file : "", property->value);
    if (size < 0 || (size_t)size >= sizeof path)
        return weir_error_set(error, WEIR_UNAVAILABLE, "its path is too long");
    return token_from_file(path, buffer, length, error);
}

static enum weir_status get_token(const struct weir_property *source, int64_t wall_ms, const atomic_bool *stop,
                                  struct token *token, struct weir_error *error)
{
    size_t length = 0;
    char *buffer = malloc(TOKEN_MAX_BYTES + 1);
    if (!buffer)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a token");
    enum weir_status status =
        strcmp(source->name, OAUTH_FILE) == 0
            ? read_file(source, buffer, &length, error)
            : token_from_command(source->value, COMMAND_DEADLINE_MS, stop, buffer, &length, error);
    if (status == WEIR_OK)
        status = token_read((struct weir_text){buffer, length}, wall_ms, token, error);
    explicit_bzero(buffer, TOKEN_MAX_BYTES + 1);
    free(buffer);
    return status;
}

/* Whoever asks first reports for all. */
static void ask(struct oauth *oauth, struct weir_kafka_cluster *cluster, const struct weir_property *source,
                const atomic_bool *stop)
{
    const struct weir_clock *clock = &weir_kafka_cluster_log(cluster)->clock;
    struct weir_error error = {0};
    token_fini(&oauth->token);
    enum weir_status status = get_token(source, clock->wall_ms(clock->context), stop, &oauth->token, &error);
    if (atomic_load_explicit(stop, memory_order_relaxed))
        return; /* a command that was killed for it says nothing of tokens */
    oauth->error = error;
    oauth->asked_ms = clock->monotonic_ms(clock->context);
    const struct weir_kafka_trouble trouble = {
        .event = "token_missing",
        .over_event = "token_found",
        .subject_key = "from",
        .subject = source->name,
        .cause = "",
        .reason = error.text,
        .advice = strcmp(source->name, OAUTH_FILE) == 0
                      ? "put a valid JSON Web Token into the file; weir reads it again every 10 s"
                      : "run the command as weir's user to see what it says; weir runs it again every 10 s",
    };
    if (status == WEIR_OK)
        weir_kafka_trouble_over(cluster, &trouble);
    else
        weir_kafka_trouble_begin(cluster, &trouble);
}

static void hand_over(const struct oauth *oauth, rd_kafka_t *handle)
{
    char why[512] = "";
    if (!oauth->token.value) {
        rd_kafka_oauthbearer_set_token_failure(handle, oauth->error.text);
        return;
    }
    if (rd_kafka_oauthbearer_set_token(handle, oauth->token.value, oauth->token.expires_ms, oauth->token.principal,
                                       NULL, 0, why, sizeof why) != RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_oauthbearer_set_token_failure(handle, "librdkafka does not take the token");
}

/* False: stop became true first. */
static bool lock(struct oauth *oauth, const atomic_bool *stop)
{
    const struct timespec step = {.tv_nsec = LOCK_STEP_MS * 1000000L};
    while (!atomic_load_explicit(stop, memory_order_relaxed)) {
        if (pthread_mutex_trylock(&oauth->mutex) == 0)
            return true;
        nanosleep(&step, NULL); /* another client runs the command */
    }
    return false;
}

void oauth_renew(struct weir_kafka_cluster *cluster, const struct weir_settings *settings, struct rd_kafka_s *handle,
                 const atomic_bool *stop)
{
    struct oauth *oauth = weir_kafka_cluster_oauth(cluster);
    const struct weir_clock *clock = &weir_kafka_cluster_log(cluster)->clock;
    if (!lock(oauth, stop))
        return;
    if (!oauth->asked_ms || clock->monotonic_ms(clock->context) - oauth->asked_ms > SAME_TOKEN_MS)
        ask(oauth, cluster, find_source(settings), stop);
    if (!atomic_load_explicit(stop, memory_order_relaxed))
        hand_over(oauth, handle);
    pthread_mutex_unlock(&oauth->mutex);
}
