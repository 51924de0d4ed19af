/* The Kafka source in four parts: kafka_source.c polls, kafka_partitions.c takes and gives partitions, kafka_resume.c
 * goes back as far as caption streams need, kafka_trouble.c tells the operator what keeps it from reading. Private to
 * consume. */
#ifndef WEIR_CONSUME_KAFKA_SOURCE_H
#define WEIR_CONSUME_KAFKA_SOURCE_H

#include "weir/consume.h"
#include "weir/kafka_client.h"

struct rd_kafka_queue_s;
struct rd_kafka_topic_s;
struct rd_kafka_topic_partition_list_s;

/* A partition that is ours at the moment. */
struct taken_partition {
    const struct rd_kafka_topic_s *handle; /* of its messages, once one came; a name for comparing, never used */
    const char *topic;                     /* the mapping's */
    int32_t number;
    uint32_t mapping;
    uint32_t slot;
    uint32_t epoch;
    int64_t next;                 /* offset behind the last message that was read; -1: none was */
    struct weir_progress pending; /* of captions, and with exactly_once: to be committed; offset -1: nothing is */
};

struct kafka_source {
    struct weir_source base;
    const struct weir_settings *settings;
    struct weir_kafka_cluster *cluster;
    const struct weir_source_events *events;
    unsigned number;
    struct weir_kafka_client *client;
    struct rd_kafka_s *handle;
    struct rd_kafka_queue_s *control;  /* the consumer's own: rebalances and errors */
    struct rd_kafka_queue_s *messages; /* what all partitions are forwarded to */
    struct taken_partition *partitions;
    size_t partition_count;
    size_t partition_capacity;
    bool has_read;            /* a message, since a partition was last woken */
    size_t next_woken;        /* index, beyond the count too, of the partition to begin with when one is to be woken */
    size_t last_hit;          /* index of the partition that the last message came from */
    uint32_t epoch;           /* of the newest assignment */
    int64_t committed_ms;     /* when kafka_resume_commit last did */
    int64_t close_by_ms;      /* when the group must be left; 0: not closing */
    struct weir_batch *batch; /* being filled; NULL outside of poll */
    struct weir_error broken; /* status WEIR_OK: it is not */
};

/* The index of the topic's mapping; false: it has none. */
bool kafka_source_mapping(const struct kafka_source *source, const char *topic, uint32_t *mapping);
int64_t kafka_source_now_ms(const struct kafka_source *source);

/* Of librdkafka's rebalance callback: takes or gives the partitions and answers the group. */
void kafka_partitions_take(struct kafka_source *source, struct rd_kafka_topic_partition_list_s *list);
void kafka_partitions_give(struct kafka_source *source, struct rd_kafka_topic_partition_list_s *list);

/* The partition that messages of this topic and number belong to, or NULL. */
struct taken_partition *kafka_partitions_find(struct kafka_source *source, const struct rd_kafka_topic_s *handle,
                                              const char *topic, int32_t number);
/* kafka_trouble.c: one log line for a trouble that lasts, whatever librdkafka repeats and however many workers have it.
 */
void kafka_trouble_sort(struct kafka_source *source, int code, const char *topic, const char *reason);
/* Partitions of the topic (of any topic, when it is NULL) are here: what kept them away is over. */
void kafka_trouble_over(struct kafka_source *source, const char *topic);

uint64_t kafka_partitions_lag(struct weir_source *base);
/* Whether a partition holds messages that were not read yet, as far as is known. */
bool kafka_partitions_are_behind(const struct kafka_source *source);
/* Before 2.2, librdkafka goes on with a partition whose queue was full only when the thread of its broker wakes, up to
 * a second later: of a backlog, three quarters of the time. Asks that broker something, which wakes it; each call
 * another partition, since they may be at different brokers. For when nothing is left to read: may wait half a second.
 */
void kafka_partitions_wake(struct kafka_source *source);

/* With exactly_once: see weir_source_operations. */
enum weir_status kafka_partitions_position(struct weir_source *base, struct weir_kafka_position **position);
enum weir_status kafka_partitions_rewind(struct weir_source *base, struct weir_error *error);

/* Notes what is finished for the next commit. WEIR_OK also when the slot is no longer ours. */
enum weir_status kafka_partitions_store(struct kafka_source *source, uint32_t slot, struct weir_progress progress);

/* kafka_resume.c: fills elements' offsets with where to read from, of captions and with exactly_once of all; the others
 * stay as they are. resume[i] (of list->cnt): of captions the offset that was committed and the one that their streams
 * need, which stands in its metadata; -1 of others. Asks the brokers, for two minutes at most, until no open
 * transaction hides an offset. */
void kafka_resume_find(struct kafka_source *source, struct rd_kafka_topic_partition_list_s *list,
                       struct weir_progress *resume);
/* Where the source's user wants to begin elsewhere: fills elements' offsets, and commits those that are to be. Waits
 * for the brokers. */
void kafka_resume_start(struct kafka_source *source, struct rd_kafka_topic_partition_list_s *list);
/* Adds progress to the list as a commit has it. */
void kafka_resume_add(struct rd_kafka_topic_partition_list_s *list, const struct taken_partition *partition,
                      struct weir_progress progress);
/* Commits what is pending, once in auto.commit.interval.ms: librdkafka commits by itself too, but before 2.1 without
 * metadata. */
void kafka_resume_commit(struct kafka_source *source);
bool kafka_source_has_streams(const struct kafka_source *source, uint32_t mapping);
/* Whether offsets are committed by the sink's transactions. */
static inline bool kafka_source_is_transactional(const struct kafka_source *source)
{
    return source->settings->delivery == WEIR_EXACTLY_ONCE;
}

#endif
