/* The Kafka source: one member of the consumer group, polled on one thread.
 *
 * Group events and messages come through two queues. Each poll serves the events first, while the batch is empty, and
 * then the messages, so that a batch never holds a message of a partition that is no longer ours. Must never look into
 * a payload. */
#include "kafka_source.h"

#include "kafka_message.h"

#include <librdkafka/rdkafka.h>

#include <stdlib.h>
#include <string.h>

#define CLOSE_STEP_MS 50
/* Of the time to close, what librdkafka has to end its threads. */
#define DESTROY_MS 1000
/* The librdkafka that has fetch.queue.backoff.ms. */
#define SOON_AFTER_A_FULL_QUEUE 0x02020000
#define STALL_MS 10

int64_t kafka_source_now_ms(const struct kafka_source *source)
{
    const struct weir_clock *clock = &weir_kafka_cluster_log(source->cluster)->clock;
    return clock->monotonic_ms(clock->context);
}

bool kafka_source_mapping(const struct kafka_source *source, const char *topic, uint32_t *mapping)
{
    for (size_t i = 0; i < source->settings->mapping_count; i++) {
        const char *mapped = source->settings->mappings[i].topic;
        if (mapped && strcmp(mapped, topic) == 0) {
            *mapping = (uint32_t)i;
            return true;
        }
    }
    return false;
}

/* ---- Reading ---- */

static void note_end(struct kafka_source *source, const rd_kafka_message_t *from, const char *topic)
{
    const struct taken_partition *partition = kafka_partitions_find(source, from->rkt, topic, from->partition);
    if (partition && source->events->reached_end)
        source->events->reached_end(source->events->context, partition->slot);
}

static void take_message(rd_kafka_message_t *from, void *opaque)
{
    struct kafka_source *source = opaque;
    const char *topic = from->rkt ? rd_kafka_topic_name(from->rkt) : NULL;
    if (from->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        note_end(source, from, topic);
        return;
    }
    if (from->err) {
        kafka_trouble_sort(source, from->err, topic, rd_kafka_message_errstr(from));
        return;
    }
    struct taken_partition *partition = kafka_partitions_find(source, from->rkt, topic, from->partition);
    if (!partition)
        return;
    partition->next = from->offset + 1;
    source->has_read = true;
    struct weir_batch *batch = source->batch;
    struct weir_message *to = &batch->messages[batch->count];
    bool copied = kafka_message_copy(from, partition->topic, batch->arena, to);
    to->mapping = partition->mapping;
    to->slot = partition->slot;
    to->epoch = partition->epoch;
    if (copied)
        batch->count++;
    else
        weir_error_set(&source->broken, WEIR_NO_MEMORY, "no memory for a message of %zu bytes", from->len);
    if (weir_batch_full(batch) || source->broken.status != WEIR_OK)
        rd_kafka_yield(source->handle);
}

static void serve_events(struct kafka_source *source)
{
    rd_kafka_message_t *message;
    while ((message = rd_kafka_consumer_poll(source->handle, 0))) {
        if (message->err)
            take_message(message, source);
        rd_kafka_message_destroy(message);
    }
}

/* The queue is empty. Before librdkafka 2.2 that may be because it was full: see kafka_partitions_wake. */
static void wait_for_messages(struct kafka_source *source, int timeout_ms)
{
    bool may_stall = source->has_read && rd_kafka_version() < SOON_AFTER_A_FULL_QUEUE &&
                     kafka_partitions_are_behind(source);
    int wait_ms = may_stall && timeout_ms > STALL_MS ? STALL_MS : timeout_ms;
    int count = rd_kafka_consume_callback_queue(source->messages, wait_ms, take_message, source);
    if (!may_stall || count > 0)
        return;
    source->has_read = false; /* what is behind may be the marks of transactions, which nobody reads: once is enough */
    kafka_partitions_wake(source);
}

static enum weir_status poll_source(struct weir_source *base, struct weir_batch *batch, int timeout_ms,
                                    struct weir_error *error)
{
    struct kafka_source *source = (struct kafka_source *)base;
    int64_t now = kafka_source_now_ms(source);
    int64_t until = now + timeout_ms;
    source->batch = batch;
    do {
        serve_events(source);
        kafka_resume_commit(source);
        weir_kafka_client_watch(source->client);
        weir_kafka_client_is_fatal(source->client, &source->broken);
        if (source->broken.status != WEIR_OK)
            break;
        if (rd_kafka_consume_callback_queue(source->messages, 0, take_message, source) == 0)
            wait_for_messages(source, (int)(until - now));
    } while (batch->count == 0 && source->broken.status == WEIR_OK && (now = kafka_source_now_ms(source)) < until);
    source->batch = NULL;
    if (source->broken.status == WEIR_OK)
        return WEIR_OK;
    if (error)
        *error = source->broken;
    return WEIR_FATAL;
}

static enum weir_status finish(struct weir_source *base, uint32_t slot, struct weir_progress progress)
{
    return kafka_partitions_store((struct kafka_source *)base, slot, progress);
}

/* ---- Opening ---- */

static void on_rebalance(rd_kafka_t *handle, rd_kafka_resp_err_t err, rd_kafka_topic_partition_list_t *list,
                         void *opaque)
{
    struct kafka_source *source = weir_kafka_client_owner(opaque);
    if (err == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
        kafka_partitions_take(source, list);
    else if (err == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS)
        kafka_partitions_give(source, list);
    else
        rd_kafka_assign(handle, NULL);
}

static void configure(struct rd_kafka_conf_s *conf)
{
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
}

/* From librdkafka's threads: an event has come, so a poll that waits for messages must look. */
static void wake_poll(rd_kafka_t *handle, void *messages)
{
    (void)handle;
    rd_kafka_queue_yield(messages);
}

static enum weir_status subscribe(struct kafka_source *source, struct weir_error *error)
{
    const struct weir_settings *settings = source->settings;
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new((int)settings->mapping_count);
    for (size_t i = 0; i < settings->mapping_count; i++)
        if (settings->mappings[i].topic)
            rd_kafka_topic_partition_list_add(topics, settings->mappings[i].topic, RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t err = rd_kafka_subscribe(source->handle, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    if (err)
        return weir_error_set(error, WEIR_INVALID, "cannot subscribe to the topics of sources: %s",
                              rd_kafka_err2str(err));
    return WEIR_OK;
}

static enum weir_status connect_source(struct kafka_source *source, struct weir_error *error)
{
    const char *group = weir_kafka_property(source->settings, "group.id");
    if (!group || !*group)
        return weir_error_set(error, WEIR_INVALID,
                              "kafka: group.id is missing; name the consumer group of weir's workers");
    const struct weir_kafka_client_options options = {.cluster = source->cluster,
                                                      .settings = source->settings,
                                                      .role = WEIR_KAFKA_CONSUMER,
                                                      .number = source->number,
                                                      .configure = configure,
                                                      .owner = source};
    enum weir_status status = weir_kafka_client_open(&options, &source->client, error);
    if (status != WEIR_OK)
        return status;
    source->handle = weir_kafka_client_handle(source->client);
    rd_kafka_poll_set_consumer(source->handle);
    source->control = rd_kafka_queue_get_consumer(source->handle);
    source->messages = rd_kafka_queue_new(source->handle);
    rd_kafka_queue_cb_event_enable(source->control, wake_poll, source->messages);
    return subscribe(source, error);
}

/* ---- Closing ---- */

/* Leaves the group: its last revocation comes as an event, is answered, and the broker told. */
static void leave_group(struct kafka_source *source)
{
    serve_events(source);
    rd_kafka_queue_t *events = rd_kafka_queue_new(source->handle);
    rd_kafka_error_t *error = rd_kafka_consumer_close_queue(source->handle, events);
    while (!error && !rd_kafka_consumer_closed(source->handle) && kafka_source_now_ms(source) < source->close_by_ms)
        rd_kafka_queue_poll_callback(events, CLOSE_STEP_MS);
    if (error)
        rd_kafka_error_destroy(error);
    rd_kafka_queue_destroy(events);
}

static bool disconnect_source(struct kafka_source *source)
{
    if (!source->client)
        return true;
    rd_kafka_queue_cb_event_enable(source->control, NULL, NULL);
    rd_kafka_queue_destroy(source->control);
    rd_kafka_queue_destroy(source->messages);
    int64_t left = source->close_by_ms - kafka_source_now_ms(source);
    return weir_kafka_client_close(source->client, (left > 0 ? (int)left : 0) + DESTROY_MS);
}

static void free_source(struct kafka_source *source)
{
    free(source->partitions);
    free(source);
}

static void close_source(struct weir_source *base, int deadline_ms)
{
    struct kafka_source *source = (struct kafka_source *)base;
    source->close_by_ms = kafka_source_now_ms(source) + (deadline_ms > DESTROY_MS ? deadline_ms - DESTROY_MS : 1);
    leave_group(source);
    if (disconnect_source(source))
        free_source(source);
}

static const struct weir_source_operations OPERATIONS = {
    .poll = poll_source, .finished = finish, .close = close_source, .lag = kafka_partitions_lag};
static const struct weir_source_operations TRANSACTIONAL_OPERATIONS = {
    .poll = poll_source,
    .finished = finish,
    .close = close_source,
    .lag = kafka_partitions_lag,
    .position = kafka_partitions_position,
    .rewind = kafka_partitions_rewind,
};

enum weir_status weir_kafka_source_open(const struct weir_settings *settings, struct weir_kafka_cluster *cluster,
                                        unsigned number, const struct weir_source_events *events,
                                        struct weir_source **source, struct weir_error *error)
{
    struct kafka_source *made = calloc(1, sizeof *made);
    if (!made)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a Kafka source");
    *made = (struct kafka_source){.base.operations =
                                      settings->delivery == WEIR_EXACTLY_ONCE ? &TRANSACTIONAL_OPERATIONS : &OPERATIONS,
                                  .settings = settings,
                                  .cluster = cluster,
                                  .events = events,
                                  .number = number};
    enum weir_status status = connect_source(made, error);
    if (status != WEIR_OK) {
        if (disconnect_source(made))
            free_source(made);
        return status;
    }
    *source = &made->base;
    return WEIR_OK;
}
