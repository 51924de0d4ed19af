/* Where to go on, where librdkafka is not to find that by itself.
 *
 * Caption streams: their windows are made of messages below the committed offset, so beside each committed offset
 * stands, as its metadata, how far back a reader must go:
 *
 *   offsets   ... 880 ......... 1000 ...
 *                  |             `-- committed: what is published begins here
 *                  `-- "weir/1 needed=880": what is read begins here
 *
 * With exactly_once all partitions: librdkafka (2.0.2 to 2.15) takes offsets that an open transaction hides for offsets
 * that nobody has committed, and begins at the topic's beginning, if the assignment changes while it asks. */
#include "kafka_source.h"
#include "resume_metadata.h"

#include <librdkafka/rdkafka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ASK_MS 5000
#define ASK_AGAIN_MS 120000 /* an open transaction may hide offsets for so long; max.poll.interval.ms is 300000 */
#define PAUSE_MS 100

bool kafka_source_has_streams(const struct kafka_source *source, uint32_t mapping)
{
    return source->settings->mappings[mapping].kind == WEIR_CAPTION;
}

/* -1: none stands there. */
static int64_t read_metadata(const rd_kafka_topic_partition_t *committed)
{
    if (!committed->metadata)
        return -1;
    return resume_metadata_read((struct weir_text){committed->metadata, committed->metadata_size});
}

/* No further back than the topic goes. */
static int64_t clip_to_topic(struct kafka_source *source, const rd_kafka_topic_partition_t *committed, int64_t needed)
{
    int64_t low = 0;
    int64_t high = 0;
    rd_kafka_resp_err_t err =
        rd_kafka_query_watermark_offsets(source->handle, committed->topic, committed->partition, &low, &high, ASK_MS);
    return err == RD_KAFKA_RESP_ERR_NO_ERROR && needed < low ? low : needed;
}

static void resume_at(struct kafka_source *source, const rd_kafka_topic_partition_t *committed,
                      rd_kafka_topic_partition_t *element, struct weir_progress *resume)
{
    if (committed->err || committed->offset < 0)
        return; /* nothing was committed: the reset policy says where to begin */
    uint32_t mapping;
    element->offset = committed->offset;
    if (!kafka_source_mapping(source, element->topic, &mapping) || !kafka_source_has_streams(source, mapping))
        return; /* nothing below it is needed, and nothing must be noted as needed */
    int64_t needed = read_metadata(committed);
    *resume = (struct weir_progress){committed->offset, committed->offset};
    if (needed < 0 || needed >= committed->offset)
        return;
    needed = clip_to_topic(source, committed, needed);
    if (needed >= committed->offset)
        return;
    element->offset = resume->needed = needed;
    weir_log_event(weir_kafka_cluster_log(source->cluster), WEIR_LOG_INFO, "windows_rebuilt",
                   WEIR_LOG_NUMBER("worker", source->number), WEIR_LOG_TEXT("topic", element->topic),
                   WEIR_LOG_NUMBER("partition", element->partition), WEIR_LOG_NUMBER("from", needed),
                   WEIR_LOG_NUMBER("fragments", committed->offset - needed));
}

static rd_kafka_resp_err_t ask_once(const struct kafka_source *source, rd_kafka_topic_partition_list_t *asked)
{
    rd_kafka_resp_err_t err = rd_kafka_committed(source->handle, asked, ASK_MS);
    for (int i = 0; !err && i < asked->cnt; i++)
        if (asked->elems[i].err == RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT)
            err = asked->elems[i].err;
    return err;
}

static bool is_stopping(const struct kafka_source *source)
{
    return source->close_by_ms || (source->events->is_stopping && source->events->is_stopping(source->events->context));
}

/* Without an answer nobody knows where to go on, so it is waited for; the group knows meanwhile that this member
 * lives. */
static rd_kafka_resp_err_t ask_committed(const struct kafka_source *source, rd_kafka_topic_partition_list_t *asked)
{
    int64_t until = kafka_source_now_ms(source) + ASK_AGAIN_MS;
    rd_kafka_resp_err_t err = ask_once(source, asked);
    while (err && !is_stopping(source) && kafka_source_now_ms(source) < until) {
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL); /* some are refused at once */
        err = ask_once(source, asked);
    }
    return err;
}

static bool must_ask(const struct kafka_source *source, const rd_kafka_topic_partition_t *element)
{
    uint32_t mapping;
    return kafka_source_mapping(source, element->topic, &mapping) &&
           (kafka_source_has_streams(source, mapping) || kafka_source_is_transactional(source));
}

void kafka_resume_find(struct kafka_source *source, rd_kafka_topic_partition_list_t *list, struct weir_progress *resume)
{
    rd_kafka_topic_partition_list_t *asked = rd_kafka_topic_partition_list_new(list->cnt);
    for (int i = 0; i < list->cnt; i++) {
        resume[i] = (struct weir_progress){-1, -1};
        if (must_ask(source, &list->elems[i]))
            rd_kafka_topic_partition_list_add(asked, list->elems[i].topic, list->elems[i].partition);
    }
    rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR_NO_ERROR;
    if (asked->cnt > 0)
        err = ask_committed(source, asked);
    if (err && !is_stopping(source))
        weir_log_event(weir_kafka_cluster_log(source->cluster), WEIR_LOG_WARNING, "offsets_not_told",
                       WEIR_LOG_NUMBER("worker", source->number), WEIR_LOG_TEXT("reason", rd_kafka_err2str(err)),
                       WEIR_LOG_TEXT("effect", kafka_source_is_transactional(source)
                                                   ? "flags may come twice, and phrases cut by this moment be missed"
                                                   : "phrases that are cut by this moment may be missed"));
    for (int i = 0; !err && i < list->cnt; i++) {
        const rd_kafka_topic_partition_t *committed =
            rd_kafka_topic_partition_list_find(asked, list->elems[i].topic, list->elems[i].partition);
        if (committed)
            resume_at(source, committed, &list->elems[i], &resume[i]);
    }
    rd_kafka_topic_partition_list_destroy(asked);
}

void kafka_resume_start(struct kafka_source *source, rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_topic_partition_list_t *committed = rd_kafka_topic_partition_list_new(list->cnt);
    for (int i = 0; source->events->start && i < list->cnt; i++) {
        rd_kafka_topic_partition_t *element = &list->elems[i];
        bool commits = false;
        int64_t start = source->events->start(source->events->context, element->topic, element->partition, &commits);
        if (start < 0)
            continue;
        element->offset = start;
        if (commits)
            rd_kafka_topic_partition_list_add(committed, element->topic, element->partition)->offset = start;
    }
    rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR_NO_ERROR;
    if (committed->cnt > 0)
        err = rd_kafka_commit(source->handle, committed, 0);
    if (err && source->broken.status == WEIR_OK)
        weir_error_set(&source->broken, WEIR_UNAVAILABLE, "the brokers do not commit where to begin: %s; try again",
                       rd_kafka_err2str(err));
    rd_kafka_topic_partition_list_destroy(committed);
}

void kafka_resume_add(rd_kafka_topic_partition_list_t *list, const struct taken_partition *partition,
                      struct weir_progress progress)
{
    rd_kafka_topic_partition_t *element = rd_kafka_topic_partition_list_add(list, partition->topic, partition->number);
    char text[RESUME_METADATA_SIZE];
    element->offset = progress.offset;
    if (progress.needed >= progress.offset)
        return;
    resume_metadata_write(progress.needed, text);
    element->metadata = strdup(text); /* freed with the list; without it phrases may be missed, no message is */
    element->metadata_size = element->metadata ? strlen(text) : 0;
}

static int64_t read_interval(const struct kafka_source *source)
{
    const char *value = weir_kafka_property(source->settings, "auto.commit.interval.ms");
    return value ? strtoll(value, NULL, 10) : 1000;
}

void kafka_resume_commit(struct kafka_source *source)
{
    int64_t now = kafka_source_now_ms(source);
    if (kafka_source_is_transactional(source) || now - source->committed_ms < read_interval(source))
        return;
    source->committed_ms = now;
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(1);
    for (size_t i = 0; i < source->partition_count; i++) {
        struct taken_partition *partition = &source->partitions[i];
        if (partition->pending.offset < 0)
            continue;
        kafka_resume_add(offsets, partition, partition->pending);
        partition->pending.offset = -1;
    }
    if (offsets->cnt > 0)
        (void)rd_kafka_commit(source->handle, offsets, 1); /* what fails is covered by the next one */
    rd_kafka_topic_partition_list_destroy(offsets);
}
