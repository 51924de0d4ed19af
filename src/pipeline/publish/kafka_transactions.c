/* The Kafka sink for exactly_once: a transactional producer. Records, and the offsets of the messages that they are
 * made of, are committed together or not at all.
 *
 *   starting --init--> idle --put--> open --commit--> committing --> idle
 *      ^                              |  '--refused, spoiled--> aborting --> idle, and the messages are read again
 *      '--- a new producer, after one that broke, whose requests were too large, or whose records an abort took back
 *
 * No record is kept after an abort: reading again makes it again. Must never commit an offset without the records of
 * all messages below it. */
#include "kafka_transactions.h"

#include <librdkafka/rdkafka.h>

#include <limits.h>
#include <stdlib.h>

/* After a flag a commit comes soon; while a backlog is worked off more flags wait for each. The broker needs about 10
 * ms for one. */
#define COMMIT_AFTER_MS 20
#define COMMIT_AFTER_BUSY_MS 100
#define CALL_STEP_MS 1000
#define BACK_OFF_MIN_MS 100
#define BACK_OFF_MAX_MS 5000
#define ABORT_AT_CLOSE_MS 1000

static bool begin(struct transactional_sink *sink)
{
    rd_kafka_error_t *failed = rd_kafka_begin_transaction(sink->producer);
    if (failed) {
        rd_kafka_error_destroy(failed); /* a broken producer, which poll replaces */
        return false;
    }
    sink->state = TRANSACTION_OPEN;
    sink->put_count = 0;
    sink->begun_ms = transactions_now_ms(sink);
    return true;
}

static void end(struct transactional_sink *sink)
{
    transactions_drop_position(sink);
    sink->state = TRANSACTION_IDLE;
    sink->is_spoiled = false;
    sink->committed_ms = transactions_now_ms(sink);
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
    sink->wait_until_ms = transactions_now_ms(sink) + (back_off < BACK_OFF_MAX_MS ? back_off : BACK_OFF_MAX_MS);
}

/* That records are refused was said, once for all workers. */
static bool is_said(const struct transactional_sink *sink)
{
    for (int i = 0; i < WEIR_OUTPUT_COUNT; i++)
        if (sink->refused[i].refusal)
            return true;
    return sink->aborts > 0;
}

static void begin_abort(struct transactional_sink *sink, const char *reason)
{
    char shown[512];
    weir_kafka_discreet(sink->settings, reason, shown, sizeof shown);
    weir_log_event(weir_kafka_cluster_log(sink->cluster), is_said(sink) ? WEIR_LOG_DEBUG : WEIR_LOG_WARNING,
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
    if (rd_kafka_error_is_fatal(failed) || transactions_are_broken(sink))
        status = transactions_replace(sink, error);
    else if (sink->state == TRANSACTION_ABORTING && !is_retriable)
        status = transactions_replace(sink, error);
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
    const int64_t until = transactions_now_ms(sink) + deadline_ms;
    if (position) {
        transactions_drop_position(sink);
        sink->position = position;
    }
    if (sink->state == TRANSACTION_STARTING || sink->went_back) {
        bool went_back = sink->went_back || sink->position;
        sink->went_back = false;
        transactions_drop_position(sink);
        return went_back ? WEIR_ABORTED : WEIR_COMMITTED;
    }
    if (!begin_end(sink)) {
        bool was_spoiled = sink->is_spoiled;
        end(sink);
        return was_spoiled ? WEIR_ABORTED : WEIR_COMMITTED;
    }
    for (;;) {
        int64_t left = until - transactions_now_ms(sink);
        int step = left > CALL_STEP_MS ? CALL_STEP_MS : left > 1 ? (int)left : 1;
        enum weir_status status =
            transactions_are_broken(sink) ? transactions_replace(sink, error) : go_on(sink, step, error);
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
    int64_t left = at - transactions_now_ms(sink);
    return left < 0 ? 0 : left < INT_MAX ? (int)left : INT_MAX;
}

/* ---- The sink's other operations ---- */

/* One that is too large for the producer itself is cut at once: no broker saw it, and the transaction is as it was. */
static int produce(struct transactional_sink *sink, struct kafka_record **record)
{
    struct kafka_record *fitting;
    int code = kafka_record_produce(sink->producer, *record);
    while (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE &&
           (fitting = kafka_fit_again(*record, sink->settings, sink->limits)) != NULL) {
        kafka_fit_say(*record, sink->cluster, sink->limits);
        free(*record);
        *record = fitting;
        code = kafka_record_produce(sink->producer, fitting);
    }
    return code;
}

static bool takes_none(const struct transactional_sink *sink)
{
    return sink->state == TRANSACTION_STARTING || is_ending(sink) || transactions_must_renew(sink) ||
           transactions_now_ms(sink) < sink->wait_until_ms;
}

static enum weir_status put_record(struct weir_sink *base, const struct weir_record *from, struct weir_error *error)
{
    struct transactional_sink *sink = (struct transactional_sink *)base;
    if (sink->is_spoiled || sink->went_back)
        return WEIR_OK; /* it is made again when its message is read again */
    if (takes_none(sink))
        return WEIR_RETRY;
    struct kafka_record *record = kafka_fit_copy(from, sink->settings, sink->limits);
    if (!record)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a record of %zu bytes", from->value.length);
    int code = sink->state == TRANSACTION_IDLE && !begin(sink) ? RD_KAFKA_RESP_ERR__FATAL : produce(sink, &record);
    if (code == 0) {
        kafka_fit_note(record, from->output, sink->settings, sink->cluster, sink->counters, sink->limits);
        sink->put_count++;
        kafka_records_add(&sink->flying, record);
        return WEIR_OK;
    }
    bool is_full = code == RD_KAFKA_RESP_ERR__QUEUE_FULL || code == RD_KAFKA_RESP_ERR__FATAL;
    if (!is_full)
        transactions_refused(sink, record, code);
    free(record);
    return is_full ? WEIR_RETRY : WEIR_OK;
}

static enum weir_status poll_sink(struct weir_sink *base, int timeout_ms, struct weir_error *error)
{
    struct transactional_sink *sink = (struct transactional_sink *)base;
    if (!sink->client)
        return weir_error_set(error, WEIR_FATAL, "there is no Kafka producer");
    rd_kafka_poll(sink->producer, sink->state == TRANSACTION_STARTING ? 0 : timeout_ms);
    weir_kafka_client_watch(sink->client);
    if (sink->state == TRANSACTION_STARTING)
        return transactions_start(sink, error);
    if (transactions_must_renew(sink))
        return transactions_renew(sink, error);
    return transactions_are_broken(sink) ? transactions_replace(sink, error) : WEIR_OK;
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
    transactions_drop_position(sink);
    if (transactions_close(sink))
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
    enum weir_status status = transactions_open(made, error);
    if (status != WEIR_OK) {
        free(made);
        return status;
    }
    *sink = &made->base;
    return WEIR_OK;
}
