/* kafka: the other side of the embedded broker, for `weir demo` and tests: a small producer and a reader of whole
 * topics, without a consumer group. Not for the path: that is weir/consume.h and weir/publish.h. */
#ifndef WEIR_EMBEDDED_H
#define WEIR_EMBEDDED_H

#include "weir/status.h"
#include "weir/text.h"

#include <stdint.h>

/* ---- Producer: one thread ---- */

struct weir_embedded_producer;

enum weir_status weir_embedded_producer_open(const char *bootstrap, struct weir_embedded_producer **producer,
                                             struct weir_error *error) WEIR_MUST_CHECK;
/* Copies key and value. WEIR_RETRY: the queue was full for timeout_ms. WEIR_INVALID: larger than the broker takes. */
enum weir_status weir_embedded_produce(struct weir_embedded_producer *producer, const char *topic, struct weir_text key,
                                       struct weir_text value, int timeout_ms) WEIR_MUST_CHECK;
/* WEIR_RETRY: not everything was delivered within deadline_ms. */
enum weir_status weir_embedded_producer_flush(struct weir_embedded_producer *producer, int deadline_ms) WEIR_MUST_CHECK;
void weir_embedded_producer_close(struct weir_embedded_producer *producer); /* NULL is fine */

/* ---- Reader: one thread ---- */

struct weir_embedded_record {
    const char *topic;
    int32_t partition;
    int64_t offset;
    int64_t timestamp_ms; /* -1: none */
    struct weir_text key;
    struct weir_text value;
};

struct weir_embedded_reader;

/* All partitions (0 to partitions - 1) of all topics, from their beginning. */
enum weir_status weir_embedded_reader_open(const char *bootstrap, const char *const *topics, size_t topic_count,
                                           int partitions, struct weir_embedded_reader **reader,
                                           struct weir_error *error) WEIR_MUST_CHECK;
/* The next record; it lives until the next call. WEIR_RETRY: none within timeout_ms. */
enum weir_status weir_embedded_read(struct weir_embedded_reader *reader, int timeout_ms,
                                    struct weir_embedded_record *record) WEIR_MUST_CHECK;
void weir_embedded_reader_close(struct weir_embedded_reader *reader); /* NULL is fine */

#endif
