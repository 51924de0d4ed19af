/* The Kafka sink for exactly_once: a transactional producer. Records, and the offsets of the messages that they are
 * made of, are committed together or not at all.
 *
 *   starting --init--> idle --put--> open --commit--> committing --> idle
 *      ^                              |  '--refused, spoiled--> aborting --> idle, and the messages are read again
 *      '--- a new producer, after one that broke
 *
 * No record is kept after an abort: reading again makes it again. Must never commit an offset without the records of
 * all messages below it. */
#include "kafka_sink.h"

#include <librdkafka/rdkafka.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* After a flag a commit comes soon; while a backlog is worked off more flags wait for each. The broker needs about 10
 * ms for one. */
#define COMMIT_AFTER_MS 20
#define COMMIT_AFTER_BUSY_MS 100
#define INIT_STEP_MS 200
#define CALL_STEP_MS 1000
#define BACK_OFF_MIN_MS 100
#define BACK_OFF_MAX_MS 5000
#define CLUSTER_ID_MS 1000
#define ABORT_AT_CLOSE_MS 1000
#define DESTROY_WITHIN_MS 2000
/* A producer that another one replaced is made anew; but when that happens so often, somebody else has its id. */
#define FENCED_AGAIN_MS 60000

enum transaction {
    TRANSACTION_STARTING,
    TRANSACTION_IDLE,
    TRANSACTION_OPEN,
    TRANSACTION_COMMITTING,
    TRANSACTION_ABORTING
};

struct transactional_sink {
    struct weir_sink base;
    const struct weir_settings *settings;
    struct weir_kafka_cluster *cluster;
    struct weir_counters *counters;
    unsigned number;
    int64_t interval_ms;              /* between commits of offsets alone */
    struct weir_kafka_client *client; /* NULL: it broke, and no other could be made */
    struct rd_kafka_s *producer;
    enum transaction state;
    bool is_spoiled;   /* what is in the transaction must not be committed */
    bool went_back;    /* the producer was replaced, and the transaction with it; nobody was told yet */
    bool sent_offsets; /* of the position, in this transaction */
    struct weir_kafka_position *position;
    struct kafka_records flying;                    /* in the producer's hands */
    size_t put_count;                               /* records of this transaction */
    int64_t begun_ms;                               /* when its first record came */
    int64_t committed_ms;                           /* when the last one ended */
    int64_t wait_until_ms;                          /* after an abort: for the next one to begin */
    int64_t fenced_ms;                              /* the last time; 0: never */
    int64_t starting_ms;                            /* since when */
    unsigned aborts;                                /* since the last commit */
    enum weir_commit outcome;                       /* of the last transaction */
    bool is_waiting;                                /* for the brokers to let it start: said */
    struct kafka_record refused[WEIR_OUTPUT_COUNT]; /* what stands for an output that refuses records: topic, refusal */
};

static int64_t now_ms(const struct transactional_sink *sink)
{
    const struct weir_clock *clock = &weir_kafka_cluster_log(sink->cluster)->clock;
    return clock->monotonic_ms(clock->context);
}

/* ---- Records ---- */

static bool is_own_doing(int code)
{
    return code == RD_KAFKA_RESP_ERR__PURGE_QUEUE || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT ||
           code == RD_KAFKA_RESP_ERR__FATAL || code == RD_KAFKA_RESP_ERR__STATE ||
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

static void note_refusal(struct transactional_sink *sink, const struct kafka_record *record, int code)
{
    struct kafka_record *refused = &sink->refused[record->output];
    sink->is_spoiled = sink->state == TRANSACTION_OPEN || sink->state == TRANSACTION_COMMITTING;
    if (code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC || code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
        code = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    if (is_own_doing(code) || refused->refusal == code)
        return;
    end_refusal(sink, record->output);
    *refused = (struct kafka_record){.topic = record->topic,
                                     .refusal = code,
                                     .is_too_large_here = record->is_too_large_here,
                                     .ticket = 1}; /* a message waits for it */
    const struct weir_kafka_trouble begun = kafka_record_trouble(refused);
    weir_kafka_trouble_begin(sink->cluster, &begun);
}

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    (void)producer;
    struct transactional_sink *sink = weir_kafka_client_owner(opaque);
    struct kafka_record *record = message->_private;
    kafka_records_remove(&sink->flying, record);
    if (message->err)
        note_refusal(sink, record, message->err);
    else
        end_refusal(sink, record->output);
    free(record);
}

/* ---- The producer ---- */

static void configure(struct rd_kafka_conf_s *conf)
{
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
}

static enum weir_status open_producer(struct transactional_sink *sink, struct weir_error *error)
{
    const struct weir_kafka_client_options options = {.cluster = sink->cluster,
                                                      .settings = sink->settings,
                                                      .role = WEIR_KAFKA_TRANSACTIONAL_PRODUCER,
                                                      .number = sink->number,
                                                      .configure = configure,
                                                      .owner = sink};
    enum weir_status status = weir_kafka_client_open(&options, &sink->client, error);
    if (status != WEIR_OK)
        return status;
    sink->producer = weir_kafka_client_handle(sink->client);
    sink->state = TRANSACTION_STARTING;
    sink->starting_ms = now_ms(sink);
    return WEIR_OK;
}

/* False: librdkafka still reads the records, which are left to it. */
static bool close_producer(struct transactional_sink *sink)
{
    bool is_closed = !sink->client || weir_kafka_client_close(sink->client, DESTROY_WITHIN_MS);
    sink->client = NULL;
    if (is_closed)
        kafka_records_free(&sink->flying);
    sink->flying = (struct kafka_records){0};
    return is_closed;
}

static void drop_position(struct transactional_sink *sink)
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
    sink->fenced_ms = now_ms(sink);
    return before && sink->fenced_ms - before < FENCED_AGAIN_MS;
}

static enum weir_status fail_fenced(const struct transactional_sink *sink, struct weir_error *error)
{
    const char *id = "";
    if (weir_kafka_cluster_identify(sink->cluster, sink->settings, &id, error) != WEIR_OK)
        return WEIR_FATAL;
    return weir_error_set(error, WEIR_FATAL,
                          "another process uses the transactional id %s-%u; give each process one of its own: kafka: "
                          "transactional.id",
                          id, sink->number);
}

/* A producer that is broken for good. */
static enum weir_status replace_producer(struct transactional_sink *sink, struct weir_error *error)
{
    struct weir_error why = {0};
    if (!weir_kafka_client_is_fatal(sink->client, &why))
        weir_error_set(&why, WEIR_FATAL, "a transaction could not be aborted");
    if (is_fenced(sink) && is_fenced_again(sink))
        return fail_fenced(sink, error);
    weir_log_event(weir_kafka_cluster_log(sink->cluster), WEIR_LOG_WARNING, "producer_rebuilt",
                   WEIR_LOG_NUMBER("worker", sink->number), WEIR_LOG_TEXT("reason", why.text),
                   WEIR_LOG_TEXT("effect", "what was not committed is read again; nothing is lost or doubled"));
    close_producer(sink);
    drop_position(sink);
    sink->is_spoiled = false;
    sink->went_back = true;
    sink->put_count = 0;
    if (open_producer(sink, &why) != WEIR_OK)
        return weir_error_set(error, WEIR_FATAL, "the Kafka producer broke and no other can be made: %s", why.text);
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

/* Ends what an earlier producer of the same id left open. */
static enum weir_status start(struct transactional_sink *sink, struct weir_error *error)
{
    char reason[512];
    rd_kafka_error_t *failed = rd_kafka_init_transactions(sink->producer, INIT_STEP_MS);
    weir_kafka_discreet(sink->settings, failed ? rd_kafka_error_string(failed) : "", reason, sizeof reason);
    const struct weir_kafka_trouble trouble = start_trouble(sink, reason);
    if (failed) {
        bool is_long = now_ms(sink) - sink->starting_ms > 10 * CALL_STEP_MS;
        bool is_retriable = rd_kafka_error_is_retriable(failed);
        rd_kafka_error_destroy(failed);
        if (is_fenced(sink))
            return replace_producer(sink, error);
        if (!is_retriable) /* no right to the id, a timeout that the brokers do not allow */
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
    if (is_embedded_broker(sink))
        return weir_error_set(error, WEIR_FATAL,
                              "exactly_once cannot be had: the embedded broker keeps no transactions; use delivery: "
                              "at_least_once");
    sink->state = TRANSACTION_IDLE;
    sink->committed_ms = now_ms(sink);
    return WEIR_OK;
}

/* ---- Transactions ---- */

static bool begin(struct transactional_sink *sink)
{
    rd_kafka_error_t *failed = rd_kafka_begin_transaction(sink->producer);
    if (failed) {
        rd_kafka_error_destroy(failed); /* a broken producer, which poll replaces */
        return false;
    }
    sink->state = TRANSACTION_OPEN;
    sink->put_count = 0;
    sink->begun_ms = now_ms(sink);
    return true;
}

static void end(struct transactional_sink *sink)
{
    drop_position(sink);
    sink->state = TRANSACTION_IDLE;
    sink->is_spoiled = false;
    sink->committed_ms = now_ms(sink);
}

static void note_commit(struct transactional_sink *sink)
{
    weir_count(sink->counters, WEIR_COUNT_COMMITTED, 1);
    weir_count(sink->counters, WEIR_COUNT_DELIVERED, sink->put_count);
    if (sink->aborts > 0)
        weir_log_event(weir_kafka_cluster_log(sink->cluster), WEIR_LOG_INFO, "transactions_go_on",
                       WEIR_LOG_NUMBER("worker", sink->number), WEIR_LOG_NUMBER("aborted", sink->aborts));
    sink->aborts = 0;
    sink->outcome = WEIR_COMMITTED;
    end(sink);
}

/* Once for a row of them: the others are as the first. */
static void note_abort(struct transactional_sink *sink)
{
    int64_t back_off = BACK_OFF_MIN_MS;
    for (unsigned i = 0; i < sink->aborts && back_off < BACK_OFF_MAX_MS; i++)
        back_off *= 2;
    sink->aborts++;
    sink->outcome = WEIR_ABORTED;
    weir_count(sink->counters, WEIR_COUNT_ABORTED, 1);
    end(sink);
    sink->wait_until_ms = now_ms(sink) + (back_off < BACK_OFF_MAX_MS ? back_off : BACK_OFF_MAX_MS);
}

static void begin_abort(struct transactional_sink *sink, const char *reason)
{
    char shown[512];
    weir_kafka_discreet(sink->settings, reason, shown, sizeof shown);
    weir_log_event(weir_kafka_cluster_log(sink->cluster), sink->aborts == 0 ? WEIR_LOG_WARNING : WEIR_LOG_DEBUG,
                   "transaction_aborted", WEIR_LOG_NUMBER("worker", sink->number), WEIR_LOG_TEXT("reason", shown),
                   WEIR_LOG_TEXT("effect", "its messages are read again; nothing is lost or doubled"));
    sink->state = TRANSACTION_ABORTING;
}

/* What a call of librdkafka said, which is freed. *is_done: it need not be called again. */
static enum weir_status heed(struct transactional_sink *sink, rd_kafka_error_t *failed, bool *is_done,
                             struct weir_error *error)
{
    *is_done = !failed;
    if (!failed)
        return WEIR_OK;
    bool is_retriable = rd_kafka_error_is_retriable(failed);
    bool must_abort = rd_kafka_error_txn_requires_abort(failed);
    enum weir_status status = WEIR_OK;
    if (rd_kafka_error_is_fatal(failed) || weir_kafka_client_is_fatal(sink->client, NULL))
        status = replace_producer(sink, error);
    else if (sink->state == TRANSACTION_ABORTING && !is_retriable)
        status = replace_producer(sink, error);
    else if (must_abort || !is_retriable)
        begin_abort(sink, rd_kafka_error_string(failed));
    rd_kafka_error_destroy(failed);
    return status;
}

/* One call more towards the end of the transaction. */
static enum weir_status go_on(struct transactional_sink *sink, int timeout_ms, struct weir_error *error)
{
    bool is_done;
    enum weir_status status;
    if (sink->state == TRANSACTION_ABORTING) {
        status = heed(sink, rd_kafka_abort_transaction(sink->producer, timeout_ms), &is_done, error);
        if (is_done)
            note_abort(sink);
        return status;
    }
    if (sink->position && !sink->sent_offsets) {
        status = heed(sink,
                      rd_kafka_send_offsets_to_transaction(sink->producer, sink->position->offsets,
                                                           sink->position->member, timeout_ms),
                      &is_done, error);
        sink->sent_offsets = is_done;
        return status;
    }
    status = heed(sink, rd_kafka_commit_transaction(sink->producer, timeout_ms), &is_done, error);
    if (is_done && sink->is_spoiled) /* by a record that was refused only now: librdkafka would have said so */
        weir_log_event(weir_kafka_cluster_log(sink->cluster), WEIR_LOG_ERROR, "transaction_incomplete",
                       WEIR_LOG_NUMBER("worker", sink->number));
    if (is_done)
        note_commit(sink);
    return status;
}

static bool is_ending(const struct transactional_sink *sink)
{
    return sink->state == TRANSACTION_COMMITTING || sink->state == TRANSACTION_ABORTING;
}

/* What there is to commit or to abort; false: nothing. */
static bool begin_end(struct transactional_sink *sink)
{
    if (sink->state == TRANSACTION_IDLE && sink->position && !sink->is_spoiled && !begin(sink))
        return true;
    if (sink->state == TRANSACTION_OPEN && sink->is_spoiled)
        begin_abort(sink, "a record was refused, or its message was not done with");
    else if (sink->state == TRANSACTION_OPEN)
        sink->state = TRANSACTION_COMMITTING;
    return is_ending(sink);
}

static enum weir_commit commit(struct weir_sink *base, struct weir_kafka_position *position, int deadline_ms,
                               struct weir_error *error)
{
    struct transactional_sink *sink = (struct transactional_sink *)base;
    const int64_t until = now_ms(sink) + deadline_ms;
    if (position) {
        drop_position(sink);
        sink->position = position;
    }
    if (sink->state == TRANSACTION_STARTING || sink->went_back) {
        bool went_back = sink->went_back || sink->position;
        sink->went_back = false;
        drop_position(sink);
        return went_back ? WEIR_ABORTED : WEIR_COMMITTED;
    }
    if (!begin_end(sink)) {
        bool was_spoiled = sink->is_spoiled;
        end(sink);
        return was_spoiled ? WEIR_ABORTED : WEIR_COMMITTED;
    }
    for (;;) {
        int64_t left = until - now_ms(sink);
        int step = left > CALL_STEP_MS ? CALL_STEP_MS : left > 1 ? (int)left : 1;
        enum weir_status status =
            weir_kafka_client_is_fatal(sink->client, NULL) ? replace_producer(sink, error) : go_on(sink, step, error);
        if (status != WEIR_OK)
            return WEIR_COMMIT_BROKEN;
        if (sink->went_back || !is_ending(sink))
            break;
        weir_kafka_client_watch(sink->client);
        if (left <= 0)
            return WEIR_COMMITTING;
    }
    enum weir_commit outcome = sink->went_back ? WEIR_ABORTED : sink->outcome;
    sink->went_back = false;
    return outcome;
}

static void spoil(struct weir_sink *base)
{
    struct transactional_sink *sink = (struct transactional_sink *)base;
    if (sink->state == TRANSACTION_OPEN)
        sink->is_spoiled = true;
}

static int due(struct weir_sink *base, bool is_busy)
{
    const struct transactional_sink *sink = (const struct transactional_sink *)base;
    if (sink->went_back || sink->is_spoiled || is_ending(sink))
        return 0;
    if (sink->state == TRANSACTION_STARTING)
        return INT_MAX;
    int64_t at = sink->state == TRANSACTION_OPEN ? sink->begun_ms + (is_busy ? COMMIT_AFTER_BUSY_MS : COMMIT_AFTER_MS)
                                                 : sink->committed_ms + sink->interval_ms;
    int64_t left = at - now_ms(sink);
    return left < 0 ? 0 : left < INT_MAX ? (int)left : INT_MAX;
}

/* ---- The sink's other operations ---- */

static enum weir_status put_record(struct weir_sink *base, const struct weir_record *from, struct weir_error *error)
{
    struct transactional_sink *sink = (struct transactional_sink *)base;
    if (sink->is_spoiled || sink->went_back)
        return WEIR_OK; /* it is made again when its message is read again */
    if (sink->state == TRANSACTION_STARTING || is_ending(sink) || now_ms(sink) < sink->wait_until_ms)
        return WEIR_RETRY;
    struct kafka_record *record = kafka_record_copy(from, kafka_record_topic(sink->settings, from->output));
    if (!record)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a record of %zu bytes", from->value.length);
    int code = sink->state == TRANSACTION_IDLE && !begin(sink) ? RD_KAFKA_RESP_ERR__FATAL
                                                               : kafka_record_produce(sink->producer, record);
    if (code == 0) {
        sink->put_count++;
        kafka_records_add(&sink->flying, record);
        return WEIR_OK;
    }
    bool is_full = code == RD_KAFKA_RESP_ERR__QUEUE_FULL || code == RD_KAFKA_RESP_ERR__FATAL;
    if (!is_full)
        note_refusal(sink, record, code);
    free(record);
    return is_full ? WEIR_RETRY : WEIR_OK;
}

static enum weir_status poll_sink(struct weir_sink *base, int timeout_ms, struct weir_error *error)
{
    struct transactional_sink *sink = (struct transactional_sink *)base;
    rd_kafka_poll(sink->producer, sink->state == TRANSACTION_STARTING ? 0 : timeout_ms);
    weir_kafka_client_watch(sink->client);
    if (sink->state == TRANSACTION_STARTING)
        return start(sink, error);
    return weir_kafka_client_is_fatal(sink->client, NULL) ? replace_producer(sink, error) : WEIR_OK;
}

/* Nothing is delivered but by commits. */
static enum weir_status flush_sink(struct weir_sink *base, int deadline_ms, struct weir_error *error)
{
    enum weir_commit became = commit(base, NULL, deadline_ms, error);
    return became == WEIR_COMMITTED ? WEIR_OK : became == WEIR_COMMIT_BROKEN ? WEIR_FATAL : WEIR_RETRY;
}

/* What is open is aborted, so that readers need not wait for the brokers to do it. */
static void close_sink(struct weir_sink *base)
{
    struct transactional_sink *sink = (struct transactional_sink *)base;
    struct weir_error error;
    spoil(base);
    if (sink->client && sink->state == TRANSACTION_OPEN)
        (void)commit(base, NULL, ABORT_AT_CLOSE_MS, &error);
    drop_position(sink);
    if (close_producer(sink))
        free(sink);
}

static const struct weir_sink_operations OPERATIONS = {
    .put = put_record,
    .poll = poll_sink,
    .flush = flush_sink,
    .close = close_sink,
    .due = due,
    .commit = commit,
    .spoil = spoil,
};

enum weir_status weir_kafka_transactional_sink_open(const struct weir_settings *settings,
                                                    struct weir_kafka_cluster *cluster, unsigned number,
                                                    struct weir_counters *counters, struct weir_sink **sink,
                                                    struct weir_error *error)
{
    const char *interval = weir_kafka_property(settings, "auto.commit.interval.ms");
    struct transactional_sink *made = calloc(1, sizeof *made);
    if (!made)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a Kafka sink");
    *made = (struct transactional_sink){
        .base.operations = &OPERATIONS,
        .settings = settings,
        .cluster = cluster,
        .counters = counters,
        .number = number,
        .interval_ms = interval ? strtoll(interval, NULL, 10) : 1000,
    };
    enum weir_status status = open_producer(made, error);
    if (status != WEIR_OK) {
        free(made);
        return status;
    }
    *sink = &made->base;
    return WEIR_OK;
}
