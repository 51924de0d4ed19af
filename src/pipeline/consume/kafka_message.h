/* A message of librdkafka as one of weir's: the same for every Kafka source. Private to consume. */
#ifndef WEIR_CONSUME_KAFKA_MESSAGE_H
#define WEIR_CONSUME_KAFKA_MESSAGE_H

#include "weir/batch.h"

struct rd_kafka_message_s;

/* Fills *to but for its mapping, slot and epoch; payload and key are copied into the arena, the topic is borrowed.
 * False when there is no memory. */
bool kafka_message_copy(const struct rd_kafka_message_s *from, const char *topic, struct weir_arena *arena,
                        struct weir_message *to);

#endif
