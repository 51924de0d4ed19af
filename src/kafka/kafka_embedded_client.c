/* Producer and reader for the embedded broker. Quiet: librdkafka's own log lines are dropped, since who runs a demo
 * reads flags. */
#include "weir/embedded.h"

#include <librdkafka/rdkafka.h>

#include <stdlib.h>

struct property {
    const char *name;
    const char *value;
};

static void drop_log(const rd_kafka_t *client, int level, const char *facility, const char *line)
{
    (void)client;
    (void)level;
    (void)facility;
    (void)line;
}

static enum weir_status create_client(rd_kafka_type_t type, const struct property *properties, size_t count,
                                      rd_kafka_t **client, struct weir_error *error)
{
    char text[512];
    rd_kafka_conf_t *configuration = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(configuration, drop_log);
    for (size_t i = 0; i < count; i++) {
        if (rd_kafka_conf_set(configuration, properties[i].name, properties[i].value, text, sizeof text) !=
            RD_KAFKA_CONF_OK) {
            rd_kafka_conf_destroy(configuration);
            return weir_error_set(error, WEIR_UNAVAILABLE, "%s", text);
        }
    }
    rd_kafka_t *made = rd_kafka_new(type, configuration, text, sizeof text);
    if (!made) {
        rd_kafka_conf_destroy(configuration);
        return weir_error_set(error, WEIR_UNAVAILABLE, "cannot start a Kafka client: %s", text);
    }
    *client = made;
    return WEIR_OK;
}

/* ---- Producer ---- */

struct weir_embedded_producer {
    rd_kafka_t *client;
};

enum weir_status weir_embedded_producer_open(const char *bootstrap, struct weir_embedded_producer **producer,
                                             struct weir_error *error)
{
    const struct property properties[] = {
        {"bootstrap.servers", bootstrap},
        {"linger.ms", "2"},
        {"queue.buffering.max.messages", "10000"},
        {"queue.buffering.max.kbytes", "16384"},
    };
    struct weir_embedded_producer *made = calloc(1, sizeof *made);
    if (!made)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a producer");
    enum weir_status status =
        create_client(RD_KAFKA_PRODUCER, properties, sizeof properties / sizeof *properties, &made->client, error);
    if (status != WEIR_OK) {
        free(made);
        return status;
    }
    *producer = made;
    return WEIR_OK;
}

enum weir_status weir_embedded_produce(struct weir_embedded_producer *producer, const char *topic, struct weir_text key,
                                       struct weir_text value, int timeout_ms)
{
    /* librdkafka takes plain pointers; it copies what they point to. */
    const rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {(void *)(uintptr_t)key.data, key.length}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {(void *)(uintptr_t)value.data, value.length}},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
    };
    for (int waited = 0; waited < 2; waited++) {
        rd_kafka_poll(producer->client, waited ? timeout_ms : 0);
        rd_kafka_error_t *error = rd_kafka_produceva(producer->client, parts, sizeof parts / sizeof *parts);
        rd_kafka_resp_err_t code = rd_kafka_error_code(error); /* of NULL: no error */
        rd_kafka_error_destroy(error);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            return WEIR_OK;
        if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            return WEIR_INVALID;
    }
    return WEIR_RETRY;
}

enum weir_status weir_embedded_producer_flush(struct weir_embedded_producer *producer, int deadline_ms)
{
    return rd_kafka_flush(producer->client, deadline_ms) == RD_KAFKA_RESP_ERR_NO_ERROR ? WEIR_OK : WEIR_RETRY;
}

void weir_embedded_producer_close(struct weir_embedded_producer *producer)
{
    if (!producer)
        return;
    rd_kafka_destroy(producer->client);
    free(producer);
}

/* ---- Reader ---- */

struct weir_embedded_reader {
    rd_kafka_t *client;
    rd_kafka_message_t *message; /* of the record handed out last */
};

static enum weir_status assign_all(rd_kafka_t *client, const char *const *topics, size_t topic_count, int partitions,
                                   struct weir_error *error)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)topic_count * partitions);
    for (size_t i = 0; i < topic_count; i++)
        for (int partition = 0; partition < partitions; partition++)
            rd_kafka_topic_partition_list_add(list, topics[i], partition)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_resp_err_t result = rd_kafka_assign(client, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (result == RD_KAFKA_RESP_ERR_NO_ERROR)
        return WEIR_OK;
    return weir_error_set(error, WEIR_UNAVAILABLE, "cannot read from the broker: %s", rd_kafka_err2str(result));
}

enum weir_status weir_embedded_reader_open(const char *bootstrap, const char *const *topics, size_t topic_count,
                                           int partitions, struct weir_embedded_reader **reader,
                                           struct weir_error *error)
{
    const struct property properties[] = {
        {"bootstrap.servers", bootstrap},
        {"group.id", "weir-embedded-reader"}, /* asked for by assign; nothing is committed under it */
        {"enable.auto.commit", "false"},
        {"auto.offset.reset", "earliest"},
        {"fetch.wait.max.ms", "10"}, /* the embedded broker answers an empty fetch only after this long */
        {"queued.max.messages.kbytes", "16384"},
    };
    struct weir_embedded_reader *made = calloc(1, sizeof *made);
    if (!made)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a reader");
    enum weir_status status =
        create_client(RD_KAFKA_CONSUMER, properties, sizeof properties / sizeof *properties, &made->client, error);
    if (status == WEIR_OK) {
        rd_kafka_poll_set_consumer(made->client);
        status = assign_all(made->client, topics, topic_count, partitions, error);
    }
    if (status != WEIR_OK) {
        weir_embedded_reader_close(made);
        return status;
    }
    *reader = made;
    return WEIR_OK;
}

static void forget_message(struct weir_embedded_reader *reader)
{
    if (reader->message)
        rd_kafka_message_destroy(reader->message);
    reader->message = NULL;
}

enum weir_status weir_embedded_read(struct weir_embedded_reader *reader, int timeout_ms,
                                    struct weir_embedded_record *record)
{
    forget_message(reader);
    reader->message = rd_kafka_consumer_poll(reader->client, timeout_ms);
    const rd_kafka_message_t *message = reader->message;
    /* An error event says that the client is trying again by itself. */
    if (!message || message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return WEIR_RETRY;
    rd_kafka_timestamp_type_t kind;
    *record = (struct weir_embedded_record){
        .topic = rd_kafka_topic_name(message->rkt),
        .partition = message->partition,
        .offset = message->offset,
        .timestamp_ms = rd_kafka_message_timestamp(message, &kind),
        .key = {message->key, message->key_len},
        .value = {message->payload, message->len},
    };
    return WEIR_OK;
}

void weir_embedded_reader_close(struct weir_embedded_reader *reader)
{
    if (!reader)
        return;
    forget_message(reader);
    if (reader->client) {
        rd_kafka_consumer_close(reader->client);
        rd_kafka_destroy(reader->client);
    }
    free(reader);
}
