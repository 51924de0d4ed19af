/* consume: where messages come from. A source fills batches and never looks into a payload.
 *
 * A source is a table of functions, so that the path runs the same from Kafka, from a file and from a test. It is used
 * by one thread; its events are called on that thread, from inside poll, close or commit. */
#ifndef WEIR_CONSUME_H
#define WEIR_CONSUME_H

#include "weir/batch.h"
#include "weir/settings.h"

/* What is finished of a partition. */
struct weir_progress {
    int64_t offset; /* everything below it; -1: nothing */
    int64_t needed; /* to go on from there, messages from this offset on must be read again: windows on caption streams
                       are made of them. At most `offset`. */
};

/* What a source tells its user. Both may be NULL for sources without partitions. */
struct weir_source_events {
    /* A partition is ours from now on; the source stamps its messages with the returned slot and `epoch`. Messages
     * below resume.offset (-1: none) were finished before, and come once more only because they are needed. */
    uint32_t (*assigned)(void *context, const char *topic, int32_t partition, uint32_t epoch,
                         struct weir_progress resume);
    /* It is about to be taken away. With `lost` it already was: nothing may be committed. Otherwise finish what is in
     * flight, within deadline_ms, and return what is to be committed. */
    struct weir_progress (*revoked)(void *context, uint32_t slot, bool lost, int deadline_ms);
    void *context;
    /* Of sources that have positions (see below), and only those: before some are revoked. What is finished is to be
     * committed by the user, within deadline_ms; what is not is read again by whoever gets them. */
    void (*revoking)(void *context, int deadline_ms);
    /* Of Kafka sources, both may be NULL. Asked before a partition is read: from which offset, or -1: from what is
     * committed. *commits: the offset is committed first, so that whoever comes next goes on from it too. */
    int64_t (*start)(void *context, const char *topic, int32_t partition, bool *commits);
    /* Of Kafka sources, may be NULL. Asked while a source waits for what only brokers know; true: it is to give up, and
     * will be closed soon. */
    bool (*is_stopping)(void *context);
    /* The slot's partition was read to the end that it has at the moment; where enable.partition.eof is set. */
    void (*reached_end)(void *context, uint32_t slot);
};

struct weir_source;
struct weir_kafka_cluster;
struct weir_kafka_position;

struct weir_source_operations {
    /* Adds messages to the (reset) batch; waits up to timeout_ms for the first. WEIR_OK: also with none. WEIR_FATAL:
     * this source gives no more (the end of a file: *error has status WEIR_OK). Messages of partitions that were
     * revoked while the batch was filled are not in it. */
    enum weir_status (*poll)(struct weir_source *source, struct weir_batch *batch, int timeout_ms,
                             struct weir_error *error);
    /* This much of the slot's partition is finished: it may be committed, soon and in the background. */
    enum weir_status (*finished)(struct weir_source *source, uint32_t slot, struct weir_progress progress);
    /* Revokes and commits, leaves the group, and frees the source. Takes at most deadline_ms. */
    void (*close)(struct weir_source *source, int deadline_ms);

    /* Messages that wait to be read, as far as the brokers last said; NULL where nobody knows. Asks nobody. */
    uint64_t (*lag)(struct weir_source *source);

    /* Of a source with delivery: exactly_once, which commits nothing itself; NULL for others. */

    /* What was finished since the last call, for a sink to commit with the records made of it; the caller's to give
     * away or free. *position is NULL when there is nothing. WEIR_NO_MEMORY is the only failure. */
    enum weir_status (*position)(struct weir_source *source, struct weir_kafka_position **position);
    /* Reads all partitions again from what is committed: revokes them as lost, and assigns them. */
    enum weir_status (*rewind)(struct weir_source *source, struct weir_error *error);
};

struct weir_source {
    const struct weir_source_operations *operations; /* implementations embed this struct first */
};

/* A consumer group member subscribed to all mapped topics. number: of the worker, from 0 (for group.instance.id and
 * logs). Borrows settings, cluster and events for its life. */
enum weir_status weir_kafka_source_open(const struct weir_settings *settings, struct weir_kafka_cluster *cluster,
                                        unsigned number, const struct weir_source_events *events,
                                        struct weir_source **source, struct weir_error *error) WEIR_MUST_CHECK;

/* Lines of files ("-": stdin), each a message; blank lines are skipped but counted. With `text` each line is wrapped as
 * the JSON object {"text": line}. `mapping` is stamped on every message of JSON. A line longer than line_max bytes
 * keeps its first line_max + 1 bytes, so that decode finds it too large, and its message says how long it was
 * (whole_bytes). */
struct weir_file_source_options {
    const char *const *paths;
    size_t path_count;
    bool text;
    bool is_stream; /* captions: the file's name is the key of its messages, and so the stream of those that name none;
                       files of the names *.vtt and *.srt are read cue by cue */
    uint32_t mapping;
    uint32_t plain_mapping; /* of what is wrapped: lines with `text`, and the cues of subtitles */
    size_t line_max;
};
enum weir_status weir_file_source_open(const struct weir_file_source_options *options, struct weir_source **source,
                                       struct weir_error *error) WEIR_MUST_CHECK;

#endif
