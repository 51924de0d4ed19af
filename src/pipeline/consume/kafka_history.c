/* The past of a topic: partitions assigned by hand, each read to the end that it had at the start.
 *
 * Must never join a group, commit an offset, create a topic or look into a payload. */
#include "kafka_history.h"

#include "kafka_message.h"

#include <librdkafka/rdkafka.h>

#include <stdlib.h>

#define ASK_AGAIN_MS 100

static int64_t now_ms(const struct kafka_history *history)
{
    const struct weir_clock *clock = &weir_kafka_cluster_log(history->options.cluster)->clock;
    return clock->monotonic_ms(clock->context);
}

/* ---- Reading ---- */

/* Kafka numbers partitions from 0 without gaps, so the first guess is right. */
static size_t find_range(const struct kafka_history *history, int32_t partition)
{
    size_t i = (size_t)partition;
    if (i < history->range_count && history->ranges[i].partition == partition)
        return i;
    i = 0;
    while (i < history->range_count && history->ranges[i].partition != partition)
        i++;
    return i;
}

/* What is beyond the end is not fetched any more. */
static void end_range(struct kafka_history *history, size_t index)
{
    if (index == history->range_count || history->ended[index])
        return;
    history->ended[index] = true;
    history->open_count--;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, history->options.topic, history->ranges[index].partition);
    rd_kafka_pause_partitions(history->handle, list);
    rd_kafka_topic_partition_list_destroy(list);
}

/* A broker that has just started may not know its topics yet, so a topic that goes away is waited for. */
static void note_missing(struct kafka_history *history, int code)
{
    const struct weir_kafka_trouble trouble = {
        .event = "history_topic_missing",
        .subject_key = "topic",
        .subject = history->options.topic,
        .cause = "",
        .reason = rd_kafka_err2str((rd_kafka_resp_err_t)code),
        .advice = "if it was deleted, stop with Ctrl-C; weir waits for it",
    };
    weir_kafka_trouble_begin(history->options.cluster, &trouble);
}

static void log_passing(const struct kafka_history *history, const rd_kafka_message_t *message)
{
    char reason[512];
    weir_kafka_discreet(history->options.settings, rd_kafka_message_errstr(message), reason, sizeof reason);
    weir_log_event(weir_kafka_cluster_log(history->options.cluster), WEIR_LOG_DEBUG, "history_error",
                   WEIR_LOG_TEXT("reason", reason));
}

static void take_error(struct kafka_history *history, const rd_kafka_message_t *message)
{
    const int code = message->err;
    switch (code) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF: /* the only word of an end that is a gap */
        end_range(history, find_range(history, message->partition));
        break;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        kafka_history_is_refused(history, code);
        break;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        note_missing(history, code);
        break;
    default: /* librdkafka tries again by itself; a group that may not be asked for is none that is needed */
        log_passing(history, message);
    }
}

static void take_message(struct kafka_history *history, const rd_kafka_message_t *message, struct weir_batch *batch)
{
    size_t index = find_range(history, message->partition);
    if (index == history->range_count || history->ended[index])
        return;
    const int64_t end = history->ranges[index].end;
    if (message->offset < end) {
        struct weir_message *to = &batch->messages[batch->count];
        if (!kafka_message_copy(message, history->options.topic, batch->arena, to)) {
            weir_error_set(&history->broken, WEIR_NO_MEMORY, "no memory for a message of %zu bytes", message->len);
            return;
        }
        to->mapping = history->options.mapping;
        batch->count++;
    }
    if (message->offset + 1 >= end)
        end_range(history, index);
}

static void read_messages(struct kafka_history *history, struct weir_batch *batch, int timeout_ms)
{
    int64_t until = now_ms(history) + timeout_ms;
    while (history->open_count > 0 && history->broken.status == WEIR_OK && !weir_batch_full(batch)) {
        int64_t left = batch->count > 0 ? 0 : until - now_ms(history);
        rd_kafka_message_t *message = rd_kafka_consumer_poll(history->handle, left > 0 ? (int)left : 0);
        if (!message)
            break;
        if (message->err)
            take_error(history, message);
        else
            take_message(history, message, batch);
        rd_kafka_message_destroy(message);
    }
}

/* One try. What librdkafka has to say meanwhile (that no broker is there) comes through its callbacks. */
static void try_start(struct kafka_history *history)
{
    if (kafka_history_start(history) || history->broken.status != WEIR_OK)
        return;
    rd_kafka_message_t *message = rd_kafka_consumer_poll(history->handle, ASK_AGAIN_MS);
    if (message)
        rd_kafka_message_destroy(message);
    if (now_ms(history) >= history->start_by_ms)
        weir_error_set(
            &history->broken, WEIR_UNAVAILABLE,
            "%s did not answer for the topic '%s' within %d s; correct kafka.bootstrap.servers, or try again",
            weir_kafka_shown(history->options.settings, "bootstrap.servers"), history->options.topic,
            history->options.start_within_ms / 1000);
}

static enum weir_status poll_history(struct weir_source *base, struct weir_batch *batch, int timeout_ms,
                                     struct weir_error *error)
{
    struct kafka_history *history = (struct kafka_history *)base;
    weir_kafka_client_watch(history->client);
    weir_kafka_client_is_fatal(history->client, &history->broken);
    if (!history->ranges && history->broken.status == WEIR_OK)
        try_start(history);
    if (history->ranges)
        read_messages(history, batch, timeout_ms);
    if (batch->count > 0)
        return WEIR_OK;
    if (history->broken.status != WEIR_OK || (history->ranges && history->open_count == 0)) {
        *error = history->broken;
        return WEIR_FATAL;
    }
    return WEIR_OK;
}

static enum weir_status ignore_finished(struct weir_source *base, uint32_t slot, struct weir_progress progress)
{
    (void)base;
    (void)slot;
    (void)progress;
    return WEIR_OK;
}

const struct weir_history_range *weir_history_ranges(const struct weir_source *source, size_t *count)
{
    const struct kafka_history *history = (const struct kafka_history *)source;
    *count = history->range_count;
    return history->ranges;
}

/* ---- Opening and closing ---- */

/* Whatever the daemon's own configuration says of these: the past is read beside it. */
static void configure(struct rd_kafka_conf_s *conf)
{
    static const char *const fixed[][2] = {
        {"group.id", "weir-history"}, /* librdkafka assigns partitions only to those who name a group */
        {"enable.auto.commit", "false"},       {"enable.partition.eof", "true"},
        {"auto.offset.reset", "earliest"}, /* what was deleted meanwhile is skipped */
        {"allow.auto.create.topics", "false"},
    };
    char why[128];
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        rd_kafka_conf_set(conf, fixed[i][0], fixed[i][1], why, sizeof why);
}

static void close_history(struct weir_source *base, int deadline_ms)
{
    struct kafka_history *history = (struct kafka_history *)base;
    if (history->topic)
        rd_kafka_topic_destroy(history->topic);
    if (history->client && !weir_kafka_client_close(history->client, deadline_ms))
        return;
    free(history->ranges);
    free(history->ended);
    free(history);
}

static enum weir_status connect_history(struct kafka_history *history, struct weir_error *error)
{
    const struct weir_history_options *options = &history->options;
    const char *brokers = weir_kafka_property(options->settings, "bootstrap.servers");
    if (!brokers || !*brokers)
        return weir_error_set(error, WEIR_INVALID,
                              "kafka: bootstrap.servers is missing in the configuration; say where the brokers are");
    const struct weir_kafka_client_options client = {.cluster = options->cluster,
                                                     .settings = options->settings,
                                                     .role = WEIR_KAFKA_CONSUMER,
                                                     .configure = configure,
                                                     .owner = history};
    enum weir_status status = weir_kafka_client_open(&client, &history->client, error);
    if (status != WEIR_OK)
        return status;
    history->handle = weir_kafka_client_handle(history->client);
    rd_kafka_poll_set_consumer(history->handle);
    history->topic = rd_kafka_topic_new(history->handle, options->topic, NULL);
    if (!history->topic)
        return weir_error_set(error, WEIR_INVALID, "'%s' is no name of a topic", options->topic);
    history->start_by_ms = now_ms(history) + options->start_within_ms;
    return WEIR_OK;
}

enum weir_status weir_history_open(const struct weir_history_options *options, struct weir_source **source,
                                   struct weir_error *error)
{
    static const struct weir_source_operations operations = {
        .poll = poll_history, .finished = ignore_finished, .close = close_history};
    struct kafka_history *made = calloc(1, sizeof *made);
    if (!made)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a Kafka source");
    *made = (struct kafka_history){.base.operations = &operations, .options = *options};
    enum weir_status status = connect_history(made, error);
    if (status != WEIR_OK) {
        close_history(&made->base, options->start_within_ms);
        return status;
    }
    *source = &made->base;
    return WEIR_OK;
}
