/* A topic's past in two parts: kafka_history.c reads it, kafka_history_start.c asks the brokers what there is. Private
 * to consume. */
#ifndef WEIR_CONSUME_KAFKA_HISTORY_H
#define WEIR_CONSUME_KAFKA_HISTORY_H

#include "weir/history.h"
#include "weir/kafka_client.h"

struct rd_kafka_topic_s;

struct kafka_history {
    struct weir_source base;
    struct weir_history_options options;
    struct weir_kafka_client *client;
    struct rd_kafka_s *handle;
    struct rd_kafka_topic_s *topic;
    int64_t start_by_ms;
    struct weir_history_range *ranges; /* NULL: the brokers have not answered yet */
    bool *ended;                       /* for each range: all of it was read */
    size_t range_count;
    size_t open_count;        /* ranges that have not ended */
    struct weir_error broken; /* status WEIR_OK: it is not */
};

/* Asks once for the partitions, their ends and where the time is in them, and begins to read. Takes a few seconds at
 * most; what went wrong for good is in history->broken. True: the ranges are there. */
bool kafka_history_start(struct kafka_history *history);

/* Breaks the history when the code says that the topic cannot be read. */
bool kafka_history_is_refused(struct kafka_history *history, int code);

#endif
