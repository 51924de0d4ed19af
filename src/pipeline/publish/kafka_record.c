/* A record that Kafka has not acknowledged yet: its copy, its place in a list, and how it is handed to the producer. */
#include "kafka_sink.h"

#include <librdkafka/rdkafka.h>

#include <stdlib.h>

/* A message with a longer key would not fit beside a record of weir_kafka_sink_record_max(); the key only chooses the
 * partition. */
#define KEY_MAX 2048

const char *kafka_record_topic(const struct weir_settings *settings, enum weir_output output)
{
    switch (output) {
    case WEIR_OUTPUT_SHADOW:
        return settings->topics.shadow;
    case WEIR_OUTPUT_OVERFLOW:
        return settings->topics.overflow;
    case WEIR_OUTPUT_DEAD_LETTERS:
        return settings->topics.dead_letters;
    case WEIR_OUTPUT_ROLLUPS:
        return settings->topics.rollups;
    case WEIR_OUTPUT_AUDIT:
        return settings->topics.audit;
    case WEIR_OUTPUT_REVIEW:
    case WEIR_OUTPUT_COUNT:
    default:
        return settings->topics.review;
    }
}

static char *append(char *to, const char *from, size_t length)
{
    if (length)
        memcpy(to, from, length);
    to[length] = '\0';
    return to + length + 1;
}

static const char *append_string(char **to, const char *from)
{
    const char *start = *to;
    if (!from)
        return NULL;
    *to = append(*to, from, strlen(from));
    return start;
}

static size_t string_size(const char *string)
{
    return string ? strlen(string) + 1 : 0;
}

struct kafka_record *kafka_record_copy(const struct weir_record *record, const char *topic)
{
    struct weir_text key = record->key.length <= KEY_MAX ? record->key : (struct weir_text){0};
    size_t size = key.length + 1 + record->value.length + 1 + string_size(record->flag_id) +
                  string_size(record->severity) + string_size(record->category);
    struct kafka_record *copy = malloc(sizeof *copy + size);
    if (!copy)
        return NULL;
    *copy = (struct kafka_record){.topic = topic, .output = record->output, .ticket = record->ticket};
    char *to = (char *)(copy + 1);
    copy->key = (struct weir_text){key.data ? to : NULL, key.length};
    to = append(to, key.data, key.length);
    copy->value = (struct weir_text){to, record->value.length};
    to = append(to, record->value.data, record->value.length);
    copy->flag_id = append_string(&to, record->flag_id);
    copy->severity = append_string(&to, record->severity);
    copy->category = append_string(&to, record->category);
    return copy;
}

void kafka_records_add(struct kafka_records *records, struct kafka_record *record)
{
    record->next = NULL;
    record->previous = records->last;
    if (records->last)
        records->last->next = record;
    else
        records->first = record;
    records->last = record;
    records->count++;
    records->bytes += record->key.length + record->value.length;
}

void kafka_records_remove(struct kafka_records *records, struct kafka_record *record)
{
    if (record->previous)
        record->previous->next = record->next;
    else
        records->first = record->next;
    if (record->next)
        record->next->previous = record->previous;
    else
        records->last = record->previous;
    records->count--;
    records->bytes -= record->key.length + record->value.length;
}

void kafka_records_free(struct kafka_records *records)
{
    for (struct kafka_record *record = records->first, *next; record; record = next) {
        next = record->next;
        free(record);
    }
    *records = (struct kafka_records){0};
}

size_t kafka_records_awaited(const struct kafka_records *records)
{
    size_t count = 0;
    for (const struct kafka_record *record = records->first; record; record = record->next)
        count += record->ticket != 0;
    return count;
}

static bool add_header(rd_kafka_headers_t *headers, const char *name, const char *value)
{
    return !value || rd_kafka_header_add(headers, name, -1, value, -1) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_headers_t *make_headers(const struct kafka_record *record)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(4);
    if (headers && add_header(headers, "content-type", "application/json") &&
        add_header(headers, "weir-flag-id", record->flag_id) &&
        add_header(headers, "weir-severity", record->severity) &&
        add_header(headers, "weir-category", record->category))
        return headers;
    if (headers)
        rd_kafka_headers_destroy(headers);
    return NULL;
}

int kafka_record_produce(struct rd_kafka_s *producer, struct kafka_record *record)
{
    /* librdkafka's union wants pointers that it does not write through: without F_FREE it only reads. */
    union {
        const char *given;
        void *taken;
    } key = {record->key.data}, value = {record->value.data};
    /* As one list that stays ours on failure: single headers in librdkafka's hands are freed twice when the topic is
     * missing. */
    rd_kafka_headers_t *headers = make_headers(record);
    if (!headers)
        return RD_KAFKA_RESP_ERR__QUEUE_FULL; /* no memory now */
    const rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = record->topic},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {.ptr = value.taken, .size = record->value.length}},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {.ptr = key.taken, .size = record->key.length}},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = record},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    rd_kafka_error_t *error = rd_kafka_produceva(producer, parts, sizeof parts / sizeof parts[0]);
    record->is_too_large_here =
        rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE; /* NULL has code 0 */
    if (!error)
        return 0;
    /* A broken producer says what broke it, whatever record it is. */
    int code = rd_kafka_error_is_fatal(error) ? RD_KAFKA_RESP_ERR__FATAL : rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    rd_kafka_headers_destroy(headers);
    return code;
}

/* What the operator can do, and what becomes of the record meanwhile: one that no message waits for (ticket 0) is news,
 * and given up at the end of the process. */
static const char *advice_on(const struct kafka_record *record)
{
    bool is_news = record->ticket == 0;
    switch (record->refusal) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        return is_news ? "create the topic or correct it under outputs; weir tries again until it ends"
                       : "create the topic or correct it under outputs; weir keeps the records and tries again";
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        return is_news ? "allow weir's user to write to the topic; weir tries again until it ends"
                       : "allow weir's user to write to the topic; weir keeps the records and tries again";
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
        return record->is_too_large_here
                   ? "raise kafka.message.max.bytes, to no more than max.message.bytes of the topic, and restart"
                   : "raise max.message.bytes of the topic, or lower kafka.message.max.bytes to it and restart";
    default:
        return is_news ? "see what the brokers say; weir tries again until it ends"
                       : "see what the brokers say; weir keeps the records and tries again";
    }
}

struct weir_kafka_trouble kafka_rights_trouble(const struct weir_settings *settings, const char *reason)
{
    return (struct weir_kafka_trouble){
        .event = "outputs_refused",
        .over_event = "outputs_accepted",
        .subject_key = "topic",
        .subject = settings->topics.review,
        .cause = "",
        .reason = reason,
        .advice = "allow weir's user to write to this topic and the others of outputs (brokers before 2.8: also "
                  "IdempotentWrite on the cluster); weir keeps the records and tries again",
    };
}

struct weir_kafka_trouble kafka_record_trouble(const struct kafka_record *record)
{
    return (struct weir_kafka_trouble){
        .event = "record_refused",
        .over_event = "record_accepted",
        .subject_key = "topic",
        .subject = record->topic,
        .cause = rd_kafka_err2name((rd_kafka_resp_err_t)record->refusal),
        .reason = rd_kafka_err2str((rd_kafka_resp_err_t)record->refusal),
        .advice = advice_on(record),
    };
}
