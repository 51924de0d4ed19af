/* The Kafka sinks in four parts: kafka_sink.c is the one for at_least_once, kafka_transactions.c the one for
 * exactly_once, kafka_record.c the records that they have taken and not yet delivered, kafka_fit.c those that are too
 * large for their topic. Private to publish. */
#ifndef WEIR_PUBLISH_KAFKA_SINK_H
#define WEIR_PUBLISH_KAFKA_SINK_H

#include "weir/kafka_client.h"
#include "weir/publish.h"

/* The sink's own copy of a record, until it is delivered. librdkafka reads key and value from here. */
struct kafka_record {
    struct kafka_record *next; /* of its list */
    struct kafka_record *previous;
    const char *topic; /* of the settings */
    enum weir_output output;
    struct weir_text key;
    struct weir_text value;
    const char *flag_id; /* of this and the next two: NULL for a dead letter */
    const char *severity;
    const char *category;
    uint64_t ticket;
    int refusal;            /* librdkafka's code of why it is here still; 0: it was never refused */
    bool is_too_large_here; /* for the producer: no broker saw it */
    unsigned attempts;
    int64_t due_ms; /* when to try again, while it waits */
};

struct kafka_records {
    struct kafka_record *first;
    struct kafka_record *last;
    size_t count;
    size_t bytes; /* of their texts */
};

const char *kafka_record_topic(const struct weir_settings *settings, enum weir_output output);

/* One block of memory; NULL when there is none. */
struct kafka_record *kafka_record_copy(const struct weir_record *record, const char *topic);
void kafka_records_add(struct kafka_records *records, struct kafka_record *record);
void kafka_records_remove(struct kafka_records *records, struct kafka_record *record);
void kafka_records_free(struct kafka_records *records);
/* How many of them hold a message's offset. */
size_t kafka_records_awaited(const struct kafka_records *records);

/* Hands it to the producer. Returns librdkafka's code: 0 when it took it, RD_KAFKA_RESP_ERR__FATAL when the producer
 * is broken. */
int kafka_record_produce(struct rd_kafka_s *producer, struct kafka_record *record);
/* Why the broker did not take it, for the operator. */
struct weir_kafka_trouble kafka_record_trouble(const struct kafka_record *record);
/* Why the brokers take nothing at all: weir's user may write to no topic. */
struct weir_kafka_trouble kafka_rights_trouble(const struct weir_settings *settings, const char *reason);

#endif
