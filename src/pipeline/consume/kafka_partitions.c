/* Rebalances: partitions come with a new epoch each, and go after their watermark is committed.
 *
 * Must never commit for a partition that was lost: its new owner may be further. */
#include "kafka_source.h"

#include <librdkafka/rdkafka.h>

#include <stdlib.h>
#include <string.h>

#define REVOKE_WITHIN_MS 10000
#define COMMIT_WITHIN_MS 5000
#define COMMIT_AT_LEAST_MS 100
#define WAKE_WITHIN_MS 500

static void break_source(struct kafka_source *source, enum weir_status status, const char *what)
{
    if (source->broken.status == WEIR_OK)
        weir_error_set(&source->broken, status, "%s", what);
}

/* Messages get a queue of their own: librdkafka's fast calls abort when they meet a rebalance in theirs. */
static bool forward_messages(struct kafka_source *source, const char *topic, int32_t number)
{
    rd_kafka_queue_t *queue = rd_kafka_queue_get_partition(source->handle, topic, number);
    if (!queue)
        return false;
    rd_kafka_queue_forward(queue, source->messages);
    rd_kafka_queue_destroy(queue);
    return true;
}

static bool make_room(struct kafka_source *source)
{
    if (source->partition_count < source->partition_capacity)
        return true;
    size_t capacity = source->partition_capacity ? 2 * source->partition_capacity : 16;
    struct taken_partition *partitions = realloc(source->partitions, capacity * sizeof *partitions);
    if (!partitions)
        return false;
    source->partitions = partitions;
    source->partition_capacity = capacity;
    return true;
}

static bool take_partition(struct kafka_source *source, const rd_kafka_topic_partition_t *assigned,
                           struct weir_progress resume)
{
    uint32_t mapping;
    if (!kafka_source_mapping(source, assigned->topic, &mapping))
        return true;
    const char *topic = source->settings->mappings[mapping].topic;
    if (!make_room(source) || !forward_messages(source, topic, assigned->partition))
        return false;
    uint32_t epoch = ++source->epoch;
    uint32_t slot = source->events->assigned
                        ? source->events->assigned(source->events->context, topic, assigned->partition, epoch, resume)
                        : epoch;
    if (slot == UINT32_MAX)
        return false;
    kafka_trouble_over(source, topic);
    source->partitions[source->partition_count++] = (struct taken_partition){
        .topic = topic,
        .number = assigned->partition,
        .mapping = mapping,
        .slot = slot,
        .epoch = epoch,
        .next = -1,
        .pending = {.offset = -1},
    };
    return true;
}

/* Messages of the partition that were not read yet, as the last fetch said; 0 before it. */
static uint64_t measure_lag(const struct kafka_source *source, const struct taken_partition *partition)
{
    int64_t first, end;
    if (partition->next < 0 || rd_kafka_get_watermark_offsets(source->handle, partition->topic, partition->number,
                                                              &first, &end) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    return end > partition->next ? (uint64_t)(end - partition->next) : 0;
}

uint64_t kafka_partitions_lag(struct weir_source *base)
{
    const struct kafka_source *source = (struct kafka_source *)base;
    uint64_t lag = 0;
    for (size_t i = 0; i < source->partition_count; i++)
        lag += measure_lag(source, &source->partitions[i]);
    return lag;
}

bool kafka_partitions_are_behind(const struct kafka_source *source)
{
    for (size_t i = 0; i < source->partition_count; i++)
        if (measure_lag(source, &source->partitions[i]) > 0)
            return true;
    return false;
}

void kafka_partitions_wake(struct kafka_source *source)
{
    if (weir_kafka_cluster_is_down(source->cluster))
        return;
    for (size_t i = 0; i < source->partition_count; i++) {
        const struct taken_partition *partition = &source->partitions[source->next_woken++ % source->partition_count];
        if (measure_lag(source, partition) == 0)
            continue;
        int64_t first, end;
        rd_kafka_query_watermark_offsets(source->handle, partition->topic, partition->number, &first, &end,
                                         WAKE_WITHIN_MS);
        return;
    }
}

static void answer_group(struct kafka_source *source, bool take, rd_kafka_topic_partition_list_t *list)
{
    const char *protocol = rd_kafka_rebalance_protocol(source->handle);
    bool cooperative = protocol && strcmp(protocol, "COOPERATIVE") == 0;
    rd_kafka_error_t *error = NULL;
    rd_kafka_resp_err_t err = RD_KAFKA_RESP_ERR_NO_ERROR;
    if (cooperative && take)
        error = rd_kafka_incremental_assign(source->handle, list);
    else if (cooperative)
        error = rd_kafka_incremental_unassign(source->handle, list);
    else
        err = rd_kafka_assign(source->handle, take ? list : NULL);
    const char *reason = error ? rd_kafka_error_string(error) : err ? rd_kafka_err2str(err) : NULL;
    char shown[512];
    if (reason) {
        weir_kafka_discreet(source->settings, reason, shown, sizeof shown);
        weir_log_event(weir_kafka_cluster_log(source->cluster), WEIR_LOG_WARNING, "rebalance_refused",
                       WEIR_LOG_NUMBER("worker", source->number), WEIR_LOG_TEXT("reason", shown));
    }
    if (error)
        rd_kafka_error_destroy(error);
}

void kafka_partitions_take(struct kafka_source *source, rd_kafka_topic_partition_list_t *list)
{
    struct weir_progress *resume = malloc(((size_t)list->cnt + 1) * sizeof *resume);
    if (resume)
        kafka_resume_find(source, list, resume);
    kafka_resume_start(source, list);
    for (int i = 0; i < list->cnt; i++)
        if (!resume || !take_partition(source, &list->elems[i], resume[i]))
            break_source(source, WEIR_NO_MEMORY, "no memory for another partition");
    free(resume);
    weir_log_event(weir_kafka_cluster_log(source->cluster), WEIR_LOG_DEBUG, "partitions_taken",
                   WEIR_LOG_NUMBER("worker", source->number), WEIR_LOG_NUMBER("count", list->cnt));
    kafka_trouble_over(source, NULL);
    answer_group(source, true, list);
}

/* ---- Giving ---- */

/* The worst of what the broker says of each partition: librdkafka itself forgives a commit that failed for some only.
 */
static rd_kafka_resp_err_t read_reply(rd_kafka_event_t *reply)
{
    rd_kafka_resp_err_t err = rd_kafka_event_error(reply);
    const rd_kafka_topic_partition_list_t *committed = rd_kafka_event_topic_partition_list(reply);
    for (int i = 0; !err && committed && i < committed->cnt; i++)
        err = committed->elems[i].err;
    return err;
}

/* Waits for the broker's word, unlike rd_kafka_commit() no longer than a deadline: a slow group must not hold the
 * worker up. */
static rd_kafka_resp_err_t commit_offsets(struct kafka_source *source, const rd_kafka_topic_partition_list_t *offsets,
                                          int deadline_ms)
{
    rd_kafka_queue_t *replies = rd_kafka_queue_new(source->handle);
    rd_kafka_resp_err_t err = rd_kafka_commit_queue(source->handle, offsets, replies, NULL, NULL);
    if (!err) {
        rd_kafka_event_t *reply = rd_kafka_queue_poll(replies, deadline_ms);
        err = reply ? read_reply(reply) : RD_KAFKA_RESP_ERR__TIMED_OUT;
        if (reply)
            rd_kafka_event_destroy(reply);
    }
    rd_kafka_queue_destroy(replies);
    return err;
}

/* Stored as well, so that librdkafka's own commit on the way out is a second chance. It would lose metadata
 * (before 2.1), and with it what caption streams need. */
static void store_plain(struct kafka_source *source, const rd_kafka_topic_partition_list_t *offsets)
{
    rd_kafka_topic_partition_list_t *plain = rd_kafka_topic_partition_list_new(offsets->cnt);
    for (int i = 0; i < offsets->cnt; i++)
        if (!offsets->elems[i].metadata)
            rd_kafka_topic_partition_list_add(plain, offsets->elems[i].topic, offsets->elems[i].partition)->offset =
                offsets->elems[i].offset;
    rd_kafka_offsets_store(source->handle, plain);
    rd_kafka_topic_partition_list_destroy(plain);
}

static void commit_before_leaving(struct kafka_source *source, rd_kafka_topic_partition_list_t *offsets, int64_t until)
{
    if (offsets->cnt == 0)
        return;
    store_plain(source, offsets);
    int64_t left = until - kafka_source_now_ms(source);
    left = left > COMMIT_WITHIN_MS ? COMMIT_WITHIN_MS : left;
    if (left < COMMIT_AT_LEAST_MS || weir_kafka_cluster_is_down(source->cluster))
        left = COMMIT_AT_LEAST_MS;
    rd_kafka_resp_err_t err = commit_offsets(source, offsets, (int)left);
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR)
        weir_log_event(weir_kafka_cluster_log(source->cluster), WEIR_LOG_WARNING, "offsets_not_committed",
                       WEIR_LOG_NUMBER("worker", source->number), WEIR_LOG_TEXT("reason", rd_kafka_err2str(err)),
                       WEIR_LOG_TEXT("effect", "some messages are read again; nothing is lost"));
}

static struct weir_progress revoke_partition(struct kafka_source *source, struct taken_partition *partition, bool lost,
                                             int64_t until)
{
    int64_t left = until - kafka_source_now_ms(source);
    uint32_t slot = partition->slot;
    *partition = source->partitions[--source->partition_count];
    source->last_hit = 0;
    if (!source->events->revoked)
        return (struct weir_progress){.offset = -1};
    return source->events->revoked(source->events->context, slot, lost, left > 0 ? (int)left : 0);
}

/* On the way out the other half of the time is for leaving the group. */
static int64_t give_until(const struct kafka_source *source)
{
    int64_t now = kafka_source_now_ms(source);
    int64_t half = (source->close_by_ms - now) / 2;
    return now + (source->close_by_ms && half < REVOKE_WITHIN_MS ? half : REVOKE_WITHIN_MS);
}

void kafka_partitions_give(struct kafka_source *source, rd_kafka_topic_partition_list_t *list)
{
    bool lost = rd_kafka_assignment_lost(source->handle) != 0;
    int64_t until = give_until(source);
    if (!lost && kafka_source_is_transactional(source) && source->events->revoking)
        source->events->revoking(source->events->context, (int)(until - kafka_source_now_ms(source)));
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(list->cnt);
    for (int i = 0; i < list->cnt; i++) {
        const rd_kafka_topic_partition_t *element = &list->elems[i];
        struct taken_partition *partition = kafka_partitions_find(source, NULL, element->topic, element->partition);
        if (!partition)
            continue;
        const struct taken_partition given = *partition;
        struct weir_progress progress = revoke_partition(source, partition, lost, until);
        if (progress.offset >= 0 && !lost && !kafka_source_is_transactional(source))
            kafka_resume_add(offsets, &given, progress);
    }
    weir_log_event(weir_kafka_cluster_log(source->cluster), lost ? WEIR_LOG_WARNING : WEIR_LOG_DEBUG,
                   lost ? "partitions_lost" : "partitions_given", WEIR_LOG_NUMBER("worker", source->number),
                   WEIR_LOG_NUMBER("count", list->cnt));
    commit_before_leaving(source, offsets, until);
    rd_kafka_topic_partition_list_destroy(offsets);
    answer_group(source, false, list);
}

/* ---- Going back ---- */

enum weir_status kafka_partitions_position(struct weir_source *base, struct weir_kafka_position **position)
{
    struct kafka_source *source = (struct kafka_source *)base;
    *position = NULL;
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(1);
    for (size_t i = 0; i < source->partition_count; i++) {
        struct taken_partition *partition = &source->partitions[i];
        if (partition->pending.offset >= 0)
            kafka_resume_add(offsets, partition, partition->pending);
        partition->pending.offset = -1;
    }
    rd_kafka_consumer_group_metadata_t *member =
        offsets->cnt > 0 ? rd_kafka_consumer_group_metadata(source->handle) : NULL;
    struct weir_kafka_position *made = member ? malloc(sizeof *made) : NULL;
    if (!made) {
        bool is_needed = offsets->cnt > 0;
        rd_kafka_topic_partition_list_destroy(offsets);
        if (member)
            rd_kafka_consumer_group_metadata_destroy(member);
        return is_needed ? WEIR_NO_MEMORY : WEIR_OK;
    }
    *made = (struct weir_kafka_position){offsets, member};
    *position = made;
    return WEIR_OK;
}

/* librdkafka lets go of a partition in the background, and cuts its queue off from ours then: after it was taken again,
 * nothing would be read of it any more. What it is asked it does in order, so an answer means that it is done. */
static void wait_until_stopped(struct kafka_source *source)
{
    rd_kafka_topic_partition_list_t *left;
    if (rd_kafka_assignment(source->handle, &left) == RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_topic_partition_list_destroy(left);
}

enum weir_status kafka_partitions_rewind(struct weir_source *base, struct weir_error *error)
{
    struct kafka_source *source = (struct kafka_source *)base;
    if (source->partition_count == 0)
        return WEIR_OK;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)source->partition_count);
    while (source->partition_count > 0) {
        struct taken_partition *last = &source->partitions[source->partition_count - 1];
        rd_kafka_topic_partition_list_add(list, last->topic, last->number)->offset = RD_KAFKA_OFFSET_INVALID;
        revoke_partition(source, last, true, 0);
    }
    answer_group(source, false, list);
    wait_until_stopped(source);
    kafka_partitions_take(source, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (source->broken.status == WEIR_OK)
        return WEIR_OK;
    *error = source->broken;
    return WEIR_FATAL;
}

/* ---- Looking up ---- */

struct taken_partition *kafka_partitions_find(struct kafka_source *source, const rd_kafka_topic_t *handle,
                                              const char *topic, int32_t number)
{
    /* Messages come in runs of one partition. */
    if (handle && source->last_hit < source->partition_count) {
        struct taken_partition *last = &source->partitions[source->last_hit];
        if (last->handle == handle && last->number == number)
            return last;
    }
    for (size_t i = 0; i < source->partition_count; i++) {
        struct taken_partition *partition = &source->partitions[i];
        if (partition->number != number || strcmp(partition->topic, topic) != 0)
            continue;
        if (handle)
            partition->handle = handle;
        source->last_hit = i;
        return partition;
    }
    return NULL;
}

enum weir_status kafka_partitions_store(struct kafka_source *source, uint32_t slot, struct weir_progress progress)
{
    struct taken_partition *partition = NULL;
    for (size_t i = 0; i < source->partition_count && !partition; i++)
        if (source->partitions[i].slot == slot)
            partition = &source->partitions[i];
    if (!partition)
        return WEIR_OK;
    if (kafka_source_has_streams(source, partition->mapping) || kafka_source_is_transactional(source)) {
        partition->pending = progress;
        return WEIR_OK;
    }
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(1);
    kafka_resume_add(offsets, partition, progress);
    rd_kafka_resp_err_t err = rd_kafka_offsets_store(source->handle, offsets);
    rd_kafka_topic_partition_list_destroy(offsets);
    return err ? WEIR_RETRY : WEIR_OK;
}
