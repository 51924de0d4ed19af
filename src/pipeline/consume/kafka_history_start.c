/* What there is of the topic: its partitions, where the time is in each, and where each ends at this moment.
 *
 * Every answer can fail for a while (a new leader, a broker that starts): then all is asked again later. */
#include "kafka_history.h"

#include <librdkafka/rdkafka.h>

#include <stdlib.h>

#define ASK_WITHIN_MS 2000

bool kafka_history_is_refused(struct kafka_history *history, int code)
{
    const char *topic = history->options.topic;
    const char *brokers = weir_kafka_shown(history->options.settings, "bootstrap.servers");
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION)
        weir_error_set(&history->broken, WEIR_UNAVAILABLE,
                       "there is no topic '%s' at %s; check its name and kafka.bootstrap.servers", topic, brokers);
    else if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        weir_error_set(&history->broken, WEIR_UNAVAILABLE,
                       "the brokers do not let this user read the topic '%s'; allow it to Describe and Read", topic);
    return history->broken.status != WEIR_OK;
}

static bool ask_partitions(struct kafka_history *history, rd_kafka_topic_partition_list_t **list)
{
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(history->handle, 0, history->topic, &metadata, ASK_WITHIN_MS) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    const struct rd_kafka_metadata_topic *about = metadata->topic_cnt == 1 ? metadata->topics : NULL;
    bool found = about && !kafka_history_is_refused(history, about->err) && about->err == RD_KAFKA_RESP_ERR_NO_ERROR &&
                 about->partition_cnt > 0;
    if (found) {
        *list = rd_kafka_topic_partition_list_new(about->partition_cnt);
        for (int i = 0; i < about->partition_cnt; i++)
            rd_kafka_topic_partition_list_add(*list, history->options.topic, about->partitions[i].id);
        rd_kafka_topic_partition_list_sort(*list, NULL, NULL);
    }
    rd_kafka_metadata_destroy(metadata);
    return found;
}

/* The whole of each partition. Its end is the last stable offset when only committed messages are read. */
static bool ask_bounds(struct kafka_history *history, const rd_kafka_topic_partition_list_t *list,
                       struct weir_history_range *ranges)
{
    for (int i = 0; i < list->cnt; i++) {
        const rd_kafka_topic_partition_t *partition = &list->elems[i];
        rd_kafka_resp_err_t err = rd_kafka_query_watermark_offsets(
            history->handle, partition->topic, partition->partition, &ranges[i].start, &ranges[i].end, ASK_WITHIN_MS);
        if (kafka_history_is_refused(history, err) || err != RD_KAFKA_RESP_ERR_NO_ERROR)
            return false;
        ranges[i].partition = partition->partition;
    }
    return true;
}

static bool ask_starts(struct kafka_history *history, rd_kafka_topic_partition_list_t *list,
                       struct weir_history_range *ranges)
{
    if (history->options.from_ms <= 0)
        return true;
    for (int i = 0; i < list->cnt; i++)
        list->elems[i].offset = history->options.from_ms;
    rd_kafka_resp_err_t err = rd_kafka_offsets_for_times(history->handle, list, ASK_WITHIN_MS);
    if (kafka_history_is_refused(history, err) || err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    for (int i = 0; i < list->cnt; i++) {
        const rd_kafka_topic_partition_t *partition = &list->elems[i];
        if (kafka_history_is_refused(history, partition->err) || partition->err != RD_KAFKA_RESP_ERR_NO_ERROR)
            return false;
        /* No message is that young, or only one that came after the end was asked for. */
        bool is_past_end = partition->offset < 0 || partition->offset > ranges[i].end;
        ranges[i].start = is_past_end ? ranges[i].end : partition->offset;
    }
    return true;
}

/* Of partitions that hold something; assigning none at all would wait for messages that never come. */
static bool begin_reading(struct kafka_history *history, const rd_kafka_topic_partition_list_t *list,
                          const struct weir_history_range *ranges)
{
    rd_kafka_topic_partition_list_t *wanted = rd_kafka_topic_partition_list_new(list->cnt);
    for (int i = 0; i < list->cnt; i++)
        if (ranges[i].start < ranges[i].end)
            rd_kafka_topic_partition_list_add(wanted, list->elems[i].topic, list->elems[i].partition)->offset =
                ranges[i].start;
    rd_kafka_resp_err_t err = wanted->cnt > 0 ? rd_kafka_assign(history->handle, wanted) : RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_topic_partition_list_destroy(wanted);
    if (err)
        weir_error_set(&history->broken, WEIR_UNAVAILABLE, "cannot read the topic '%s': %s", history->options.topic,
                       rd_kafka_err2str(err));
    return !err;
}

static void keep_ranges(struct kafka_history *history, struct weir_history_range *ranges, bool *ended, size_t count)
{
    history->ranges = ranges;
    history->ended = ended;
    history->range_count = count;
    for (size_t i = 0; i < count; i++) {
        ended[i] = ranges[i].start >= ranges[i].end;
        history->open_count += !ended[i];
    }
}

bool kafka_history_start(struct kafka_history *history)
{
    rd_kafka_topic_partition_list_t *list;
    if (!ask_partitions(history, &list))
        return false;
    size_t count = (size_t)list->cnt;
    struct weir_history_range *ranges = calloc(count, sizeof *ranges);
    bool *ended = calloc(count, sizeof *ended);
    if (!ranges || !ended)
        weir_error_set(&history->broken, WEIR_NO_MEMORY, "no memory for %zu partitions", count);
    bool started = ranges && ended && ask_bounds(history, list, ranges) && ask_starts(history, list, ranges) &&
                   begin_reading(history, list, ranges);
    rd_kafka_topic_partition_list_destroy(list);
    if (started) {
        keep_ranges(history, ranges, ended, count);
    } else {
        free(ranges);
        free(ended);
    }
    return started;
}
