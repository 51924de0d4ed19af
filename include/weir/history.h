/* consume: a stretch of a topic's past as a source: all partitions, from a time to the end that they had at the start.
 *
 * It belongs to no group and commits nothing, so that reading the past disturbs no one who reads the present. Messages
 * of different partitions come in any order. */
#ifndef WEIR_HISTORY_H
#define WEIR_HISTORY_H

#include "weir/consume.h"

struct weir_history_options {
    const struct weir_settings *settings; /* the cluster's properties */
    struct weir_kafka_cluster *cluster;
    const char *topic;
    uint32_t mapping; /* stamped on every message */
    int64_t from_ms;  /* since 1970: the first message of each partition that is not older, and all after it; 0: all */
    int start_within_ms; /* the brokers must have answered by then */
};

/* Offsets [start, end) of a partition are read; some may be gaps. */
struct weir_history_range {
    int32_t partition;
    int64_t start;
    int64_t end;
};

/* Borrows the options' contents for its life. The brokers are asked by the first polls, which end with WEIR_FATAL and
 * status WEIR_UNAVAILABLE when there is no such topic, when it may not be read, or when none answers in time. Later
 * outages are waited for. */
enum weir_status weir_history_open(const struct weir_history_options *options, struct weir_source **source,
                                   struct weir_error *error) WEIR_MUST_CHECK;

/* In order of partitions; none before the brokers have answered. Lives as long as the source. */
const struct weir_history_range *weir_history_ranges(const struct weir_source *source, size_t *count);

#endif
