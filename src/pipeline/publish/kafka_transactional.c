/* The transactional producer: how it is made, started, and replaced when it breaks. Must never hand a transaction of a
 * broken producer to the next one. */
#include "kafka_transactions.h"

#include <librdkafka/rdkafka.h>

#include <stdlib.h>
#include <string.h>

#define INIT_STEP_MS 200
#define WAIT_BEFORE_WORD_MS 10000
#define CLUSTER_ID_MS 1000
#define DESTROY_WITHIN_MS 2000
#define ASK_RIGHTS_MS 5000
/* A producer that another one replaced is made anew; but when that happens so often, somebody else has its id. */
#define FENCED_AGAIN_MS 60000

/* ---- Records ---- */

static bool is_own_doing(int code)
{
    return code == RD_KAFKA_RESP_ERR__PURGE_QUEUE || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT ||
           code == RD_KAFKA_RESP_ERR__FATAL || code == RD_KAFKA_RESP_ERR__STATE || code == RD_KAFKA_RESP_ERR__DESTROY ||
           code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT; /* the brokers were away, which is said elsewhere */
}

static void end_refusal(struct transactional_sink *sink, enum weir_output output)
{
    struct kafka_record *refused = &sink->refused[output];
    if (!refused->refusal)
        return;
    const struct weir_kafka_trouble over = kafka_record_trouble(refused);
    weir_kafka_trouble_end(sink->cluster, &over, false);
    refused->refusal = 0;
}

/* Notes how large is too large, so that the record, made again, is sent otherwise. False: there is no other way. */
static bool learn_size(struct transactional_sink *sink, const struct kafka_record *record)
{
    if (!sink->is_single) { /* the broker does not say which record of the request it is */
        kafka_fit_say(record, sink->cluster, sink->limits);
        sink->wants_single = true;
        return true;
    }
    struct kafka_record *fitting = kafka_fit_again(record, sink->settings, sink->limits);
    if (fitting)
        kafka_fit_say(record, sink->cluster, sink->limits);
    free(fitting);
    return fitting;
}

void transactions_refused(struct transactional_sink *sink, const struct kafka_record *record, int code)
{
    struct kafka_record *refused = &sink->refused[record->output];
    sink->is_spoiled = sink->state == TRANSACTION_OPEN || sink->state == TRANSACTION_COMMITTING;
    bool is_too_large = code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && !record->is_too_large_here;
    if (is_too_large && learn_size(sink, record))
        return;
    if (code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT && refused->refusal == 0)
        code = weir_kafka_client_ask_topic(sink->client, record->topic); /* one that went away says no more than that */
    if (code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC || code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
        code = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    if (code == 0 || is_own_doing(code) || refused->refusal == code)
        return;
    end_refusal(sink, record->output);
    *refused = (struct kafka_record){.topic = record->topic,
                                     .refusal = code,
                                     .is_too_large_here = record->is_too_large_here,
                                     .ticket = 1}; /* a message waits for it */
    const struct weir_kafka_trouble begun = kafka_record_trouble(refused);
    weir_kafka_trouble_begin(sink->cluster, &begun);
}

/* librdkafka (2.0.2 to 2.15) gives the sequence numbers of records that an abort took out of its queue to the next
 * ones. A broker that has written such a record, while its answer was lost, takes the next one for the same and drops
 * it, and all say that it was delivered. A producer that starts anew has numbers of its own. */
static bool may_be_written(int code)
{
    return code == RD_KAFKA_RESP_ERR__PURGE_QUEUE || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT ||
           code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT;
}

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    (void)producer;
    struct transactional_sink *sink = weir_kafka_client_owner(opaque);
    struct kafka_record *record = message->_private;
    kafka_records_remove(&sink->flying, record);
    sink->wants_new = sink->wants_new || may_be_written(message->err);
    if (message->err)
        transactions_refused(sink, record, message->err);
    else
        end_refusal(sink, record->output);
    free(record);
}

/* ---- The producer ---- */

static void configure(struct rd_kafka_conf_s *conf)
{
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
}

static void configure_single(struct rd_kafka_conf_s *conf)
{
    configure(conf);
    rd_kafka_conf_set(conf, "batch.num.messages", "1", NULL, 0);
}

enum weir_status transactions_open(struct transactional_sink *sink, struct weir_error *error)
{
    const struct weir_kafka_client_options options = {.cluster = sink->cluster,
                                                      .settings = sink->settings,
                                                      .role = WEIR_KAFKA_TRANSACTIONAL_PRODUCER,
                                                      .number = sink->number,
                                                      .configure = sink->wants_single ? configure_single : configure,
                                                      .owner = sink};
    enum weir_status status = weir_kafka_client_open(&options, &sink->client, error);
    if (status != WEIR_OK)
        return status;
    sink->producer = weir_kafka_client_handle(sink->client);
    sink->is_single = sink->wants_single;
    sink->wants_new = false;
    sink->state = TRANSACTION_STARTING;
    sink->starting_ms = transactions_now_ms(sink);
    return WEIR_OK;
}

bool transactions_close(struct transactional_sink *sink)
{
    bool is_closed = !sink->client || weir_kafka_client_close(sink->client, DESTROY_WITHIN_MS);
    sink->client = NULL;
    if (is_closed)
        kafka_records_free(&sink->flying);
    sink->flying = (struct kafka_records){0};
    return is_closed;
}

void transactions_drop_position(struct transactional_sink *sink)
{
    weir_kafka_position_free(sink->position);
    sink->position = NULL;
    sink->sent_offsets = false;
}

static struct weir_kafka_trouble start_trouble(const struct transactional_sink *sink, const char *reason)
{
    const char *group = weir_kafka_shown(sink->settings, "group.id");
    return (struct weir_kafka_trouble){
        .event = "transactions_wait",
        .over_event = "transactions_ready",
        .subject_key = "group",
        .subject = group ? group : "",
        .cause = "",
        .reason = reason,
        .advice = "see whether the brokers have their transaction log (transaction.state.log.replication.factor and "
                  "min.isr); weir keeps trying",
    };
}

static struct weir_kafka_trouble rights_trouble(const char *id, const char *reason)
{
    return (struct weir_kafka_trouble){
        .event = "transactions_refused",
        .over_event = "transactions_allowed",
        .subject_key = "transactional_id",
        .subject = id,
        .cause = "",
        .reason = reason,
        .advice = "allow weir's user to write to and describe the transactional ids that begin with it (one per worker "
                  "follows), and to write to the topics of outputs; weir keeps trying",
    };
}

/* Another producer has our transactional id now, or the brokers took us for dead. */
static bool is_fenced(const struct transactional_sink *sink)
{
    char text[16];
    int code = rd_kafka_fatal_error(sink->producer, text, sizeof text);
    return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
           code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

/* Once may happen, after a long pause. */
static bool is_fenced_again(struct transactional_sink *sink)
{
    int64_t before = sink->fenced_ms;
    sink->fenced_ms = transactions_now_ms(sink);
    return before && sink->fenced_ms - before < FENCED_AGAIN_MS;
}

/* What the id begins with, for a person. It was taken when the producer was made. */
static const char *shown_id(const struct transactional_sink *sink)
{
    const char *id = "";
    const char *given = weir_kafka_shown(sink->settings, "transactional.id");
    if (!given && weir_kafka_cluster_identify(sink->cluster, sink->settings, &id, NULL) != WEIR_OK)
        id = "";
    return given ? given : id;
}

static enum weir_status fail_fenced(const struct transactional_sink *sink, struct weir_error *error)
{
    return weir_error_set(error, WEIR_FATAL,
                          "another process uses the transactional id %s-%u; give each process one of its own: kafka: "
                          "transactional.id",
                          shown_id(sink), sink->number);
}

bool transactions_are_broken(const struct transactional_sink *sink)
{
    return sink->client && weir_kafka_client_is_fatal(sink->client, NULL);
}

enum weir_status transactions_replace(struct transactional_sink *sink, struct weir_error *error)
{
    struct weir_error why = {0};
    if (!weir_kafka_client_is_fatal(sink->client, &why))
        weir_error_set(&why, WEIR_FATAL, "a transaction could not be aborted");
    if (is_fenced(sink) && is_fenced_again(sink))
        return fail_fenced(sink, error);
    weir_log_event(weir_kafka_cluster_log(sink->cluster), WEIR_LOG_WARNING, "producer_rebuilt",
                   WEIR_LOG_NUMBER("worker", sink->number), WEIR_LOG_TEXT("reason", why.text),
                   WEIR_LOG_TEXT("effect", "what was not committed is read again; nothing is lost or doubled"));
    transactions_close(sink);
    transactions_drop_position(sink);
    sink->is_spoiled = false;
    sink->went_back = true;
    sink->put_count = 0;
    sink->state = TRANSACTION_STARTING;
    if (transactions_open(sink, &why) != WEIR_OK)
        return weir_error_set(error, WEIR_FATAL, "the Kafka producer broke and no other can be made: %s", why.text);
    return WEIR_OK;
}

bool transactions_must_renew(const struct transactional_sink *sink)
{
    return sink->state == TRANSACTION_IDLE && (sink->wants_new || (sink->wants_single && !sink->is_single));
}

enum weir_status transactions_renew(struct transactional_sink *sink, struct weir_error *error)
{
    struct weir_error why = {0};
    transactions_close(sink);
    if (transactions_open(sink, &why) != WEIR_OK)
        return weir_error_set(error, WEIR_FATAL, "no other Kafka producer can be made: %s", why.text);
    return WEIR_OK;
}

/* librdkafka's embedded broker says yes to transactions, and does not keep them. */
static bool is_embedded_broker(const struct transactional_sink *sink)
{
    char *id = rd_kafka_clusterid(sink->producer, CLUSTER_ID_MS);
    bool is_embedded = id && strncmp(id, "mockCluster", strlen("mockCluster")) == 0;
    if (id)
        rd_kafka_mem_free(sink->producer, id);
    return is_embedded;
}

/* librdkafka calls a producer broken that has no right to its id: another asks again, after a while. */
static enum weir_status wait_for_rights(struct transactional_sink *sink, const char *reason, struct weir_error *error)
{
    const struct weir_kafka_trouble trouble = rights_trouble(shown_id(sink), reason);
    if (!sink->has_no_rights)
        weir_kafka_trouble_begin(sink->cluster, &trouble);
    sink->has_no_rights = true;
    transactions_close(sink);
    enum weir_status status = transactions_open(sink, error);
    sink->ask_at_ms = transactions_now_ms(sink) + ASK_RIGHTS_MS;
    return status == WEIR_OK ? WEIR_OK : WEIR_FATAL;
}

static void note_rights(struct transactional_sink *sink)
{
    const struct weir_kafka_trouble over = rights_trouble(shown_id(sink), "");
    if (!sink->has_no_rights)
        return;
    sink->has_no_rights = false;
    weir_kafka_trouble_end(sink->cluster, &over, false);
}

static bool is_right_missing(const rd_kafka_error_t *failed)
{
    rd_kafka_resp_err_t code = rd_kafka_error_code(failed);
    return code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED ||
           code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED;
}

/* Ends what an earlier producer of the same id left open. */
enum weir_status transactions_start(struct transactional_sink *sink, struct weir_error *error)
{
    char reason[512];
    if (transactions_now_ms(sink) < sink->ask_at_ms)
        return WEIR_OK;
    rd_kafka_error_t *failed = rd_kafka_init_transactions(sink->producer, INIT_STEP_MS);
    weir_kafka_discreet(sink->settings, failed ? rd_kafka_error_string(failed) : "", reason, sizeof reason);
    const struct weir_kafka_trouble trouble = start_trouble(sink, reason);
    if (failed) {
        bool is_long = transactions_now_ms(sink) - sink->starting_ms > WAIT_BEFORE_WORD_MS;
        bool is_retriable = rd_kafka_error_is_retriable(failed);
        bool has_no_rights = is_right_missing(failed);
        rd_kafka_error_destroy(failed);
        if (has_no_rights)
            return wait_for_rights(sink, reason, error);
        if (is_fenced(sink))
            return transactions_replace(sink, error);
        if (!is_retriable) /* a timeout that the brokers do not allow */
            return weir_error_set(
                error, WEIR_FATAL,
                "exactly_once cannot be had: %s; see docs/delivery.md, or use delivery: at_least_once", reason);
        if (is_long && !sink->is_waiting && !weir_kafka_cluster_is_down(sink->cluster)) {
            sink->is_waiting = true;
            weir_kafka_trouble_begin(sink->cluster, &trouble);
        }
        return WEIR_OK;
    }
    if (sink->is_waiting)
        weir_kafka_trouble_end(sink->cluster, &trouble, false);
    sink->is_waiting = false;
    note_rights(sink);
    if (is_embedded_broker(sink))
        return weir_error_set(error, WEIR_FATAL,
                              "exactly_once cannot be had: the embedded broker keeps no transactions; use delivery: "
                              "at_least_once");
    sink->state = TRANSACTION_IDLE;
    sink->committed_ms = transactions_now_ms(sink);
    return WEIR_OK;
}
