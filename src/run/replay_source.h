/* The source of a replay: dead letters as the messages that they were made of, to the ends of the partitions. Private
 * to run. */
#ifndef WEIR_RUN_REPLAY_SOURCE_H
#define WEIR_RUN_REPLAY_SOURCE_H

#include "weir/consume.h"
#include "weir/history.h"
#include "weir/pipeline.h"
#include "weir/replay.h"

struct replay_source_options {
    const struct weir_replay_options *replay;
    const struct weir_settings *settings; /* of the reader: its one source is the topic of dead letters */
    const char *group;                    /* for a person */
    struct weir_kafka_cluster *cluster;
    const struct weir_history_range *ranges; /* what there is of the topic, in order of partitions */
    size_t range_count;
    struct weir_replay_report *report;
};

/* Everything is borrowed for its life, but for the ranges, which are copied. */
enum weir_status replay_source_open(const struct replay_source_options *options,
                                    const struct weir_source_events *events, struct weir_source **source,
                                    struct weir_error *error) WEIR_MUST_CHECK;
/* Of the pipeline's messages that are still bad; on the source's thread. */
void replay_source_bad(struct weir_source *source, const struct weir_message *message,
                       const struct weir_bad_payload *bad);

#endif
