/* What the transactional ids of a process begin with. Private to kafka. */
#ifndef WEIR_KAFKA_IDENTITY_H
#define WEIR_KAFKA_IDENTITY_H

#include "weir/kafka_client.h"

struct identity {
    char text[512]; /* empty: not taken yet */
    int socket;     /* holds the number; -1: none */
};

/* Once; see weir_kafka_cluster_identify. */
enum weir_status identity_take(struct identity *identity, const struct weir_settings *settings,
                               struct weir_error *error) WEIR_MUST_CHECK;
void identity_give_up(struct identity *identity);

#endif
