/* OAUTHBEARER: which token weir logs in with, where it comes from, and that all clients of the process have the same.
 * Private to kafka. */
#ifndef WEIR_KAFKA_OAUTH_H
#define WEIR_KAFKA_OAUTH_H

#include "weir/kafka_client.h"

#include "token.h"

#include <pthread.h>

#define OAUTH_FILE "weir.oauthbearer.token.file"
#define OAUTH_COMMAND "weir.oauthbearer.token.command"

/* What the process was last given; every client asks for itself, at about the same times. */
struct oauth {
    pthread_mutex_t mutex;
    struct token token;      /* empty: the last try failed */
    struct weir_error error; /* of that */
    int64_t asked_ms;        /* when it was; 0: never */
};

bool oauth_init(struct oauth *oauth);
void oauth_fini(struct oauth *oauth);
/* cluster.c */
struct oauth *weir_kafka_cluster_oauth(struct weir_kafka_cluster *cluster);

/* Whether the property is weir's own and nothing that librdkafka knows. */
bool oauth_owns(const char *name);
/* Whether weir is to bring the token. */
bool oauth_is_wanted(const struct weir_settings *settings);
/* What is wrong with the properties of this file, or NULL; *at becomes the one to point at. */
const char *oauth_mistake(const struct weir_settings *settings, const struct weir_property **at);

/* Gives the client a token, or tells it that there is none; the operator gets one line for it, whatever the number of
 * clients. Reads the file or runs the command, unless that was done within seconds. Any thread; returns early when stop
 * becomes true. */
void oauth_renew(struct weir_kafka_cluster *cluster, const struct weir_settings *settings, struct rd_kafka_s *handle,
                 const atomic_bool *stop);

#endif
