/* Copies what librdkafka lends. Must never look into a payload. */
#include "kafka_message.h"

#include <librdkafka/rdkafka.h>

bool kafka_message_copy(const rd_kafka_message_t *from, const char *topic, struct weir_arena *arena,
                        struct weir_message *to)
{
    rd_kafka_timestamp_type_t kind;
    int64_t timestamp_ms = rd_kafka_message_timestamp(from, &kind);
    *to = (struct weir_message){
        .origin = {.topic = weir_text_of(topic),
                   .partition = from->partition,
                   .offset = from->offset,
                   .timestamp_ms = kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : timestamp_ms},
    };
    /* No payload is a tombstone, no key is no key; both differ from empty ones. */
    if (from->payload) {
        to->payload = weir_arena_padded(arena, (struct weir_text){from->payload, from->len});
        if (!to->payload.data)
            return false;
    }
    if (from->key) {
        to->key = weir_arena_text(arena, (struct weir_text){from->key, from->key_len});
        if (!to->key.data)
            return false;
    }
    return true;
}
