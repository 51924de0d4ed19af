/* The Kafka sink: an idempotent producer, and every record it has taken until a broker acknowledged it.
 *
 *   put --> flying <--- due again ---- waiting
 *             |  '---- any failure ----> ^
 *             '--> delivered
 *
 * One that is too large for its topic is cut before it waits (kafka_fit.c). Of a request that is too large the broker
 * does not say which record is, so from then on each has a request of its own.
 *
 * Must never drop a record: what is refused waits and is tried again, and when librdkafka calls the producer broken, a
 * new one takes over all that was not acknowledged. */
#include "kafka_fit.h"

#include <librdkafka/rdkafka.h>

#include <stdlib.h>

/* Refused records at most; then put says RETRY, and the path stops reading. */
#define WAITING_MAX 10000
#define WAITING_BYTES_MAX ((size_t)64 << 20)
#define BACK_OFF_MIN_MS 100
#define BACK_OFF_MAX_MS 5000
#define RENEW_TOPICS_MS 1000
#define FULL_PAUSE_MS 20
#define FLUSH_STEP_MS 100
#define DESTROY_WITHIN_MS 2000
#define ASK_RIGHTS_MS 5000
/* Of a message: key, headers and framing. */
#define BESIDE_VALUE_MAX 4096

struct kafka_sink {
    struct weir_sink base;
    const struct weir_settings *settings;
    struct weir_kafka_cluster *cluster;
    struct weir_counters *counters;
    const struct weir_sink_events *events;
    unsigned number;
    struct weir_kafka_client *client; /* NULL: it broke, and no other could be made */
    struct rd_kafka_s *producer;
    struct kafka_records flying;  /* in the producer's hands */
    struct kafka_records waiting; /* refused, to be tried again */
    int64_t next_due_ms;          /* the earliest of those waiting */
    bool purged;                  /* the producer is broken and told to give back what it has, or gone */
    bool is_draining;             /* it takes no more, and another follows when it has sent what it has */
    bool is_single;               /* it sends each record by itself */
    struct kafka_limit limits[WEIR_OUTPUT_COUNT];
    int64_t rebuild_at_ms;        /* then: when another may take its place */
    bool has_no_rights;           /* the brokers gave it no id, which has been said */
};

static int64_t now_ms(const struct kafka_sink *sink)
{
    const struct weir_clock *clock = &weir_kafka_cluster_log(sink->cluster)->clock;
    return clock->monotonic_ms(clock->context);
}

/* ---- Refused records ---- */

/* What says nothing about the record itself: the producer broke, let go of a broker, or gave back what it had because
 * we asked. */
static bool is_own_doing(int code)
{
    return code == RD_KAFKA_RESP_ERR__PURGE_QUEUE || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT ||
           code == RD_KAFKA_RESP_ERR__FATAL || code == RD_KAFKA_RESP_ERR__DESTROY;
}

static void note_refusal(struct kafka_sink *sink, struct kafka_record *record, int code)
{
    if (code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC || code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
        code = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART; /* one trouble, found by librdkafka or by the broker */
    if (record->refusal == code || is_own_doing(code))
        return;
    struct kafka_record before = *record;
    record->refusal = code;
    const struct weir_kafka_trouble begun = kafka_record_trouble(record);
    weir_kafka_trouble_begin(sink->cluster, &begun);
    if (before.refusal) {
        const struct weir_kafka_trouble over = kafka_record_trouble(&before);
        weir_kafka_trouble_end(sink->cluster, &over, true);
    }
}

static void wait_for_retry(struct kafka_sink *sink, struct kafka_record *record, int code)
{
    note_refusal(sink, record, code);
    int64_t back_off = BACK_OFF_MIN_MS;
    for (unsigned i = 0; i < record->attempts && back_off < BACK_OFF_MAX_MS; i++)
        back_off *= 2;
    record->attempts++;
    record->due_ms = is_own_doing(code) ? 0 : now_ms(sink) + (back_off < BACK_OFF_MAX_MS ? back_off : BACK_OFF_MAX_MS);
    if (sink->waiting.count == 0 || record->due_ms < sink->next_due_ms)
        sink->next_due_ms = record->due_ms;
    kafka_records_add(&sink->waiting, record);
}

static void wait_no_longer(struct kafka_sink *sink, struct kafka_record *record)
{
    record->due_ms = 0;
    sink->next_due_ms = 0;
    kafka_records_add(&sink->waiting, record);
}

/* What is sent in its place waits; false: nothing can be. */
static bool replace_too_large(struct kafka_sink *sink, struct kafka_record *record)
{
    struct kafka_record *fitting = kafka_fit_again(record, sink->settings, sink->limits);
    if (!fitting)
        return false;
    kafka_fit_say(record, sink->cluster, sink->limits);
    kafka_fit_note(fitting, record->output, sink->settings, sink->cluster, sink->counters, sink->limits);
    if (record->refusal) {
        const struct weir_kafka_trouble over = kafka_record_trouble(record);
        weir_kafka_trouble_end(sink->cluster, &over, true);
    }
    free(record);
    wait_no_longer(sink, fitting);
    return true;
}

/* Takes a record that is in no list. */
static void note_failure(struct kafka_sink *sink, struct kafka_record *record, int code)
{
    bool is_too_large = code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE;
    if (is_too_large && !record->is_too_large_here && !sink->is_single) {
        kafka_fit_say(record, sink->cluster, sink->limits);
        sink->is_draining = true;
        wait_no_longer(sink, record);
    } else if (!is_too_large || !replace_too_large(sink, record)) {
        wait_for_retry(sink, record, code);
    }
}

static bool takes_none(const struct kafka_sink *sink)
{
    return sink->purged || sink->is_draining;
}

static void retry_due(struct kafka_sink *sink)
{
    if (takes_none(sink) || sink->waiting.count == 0)
        return;
    int64_t now = now_ms(sink);
    if (now < sink->next_due_ms)
        return;
    bool topic_refused = false;
    sink->next_due_ms = INT64_MAX;
    for (struct kafka_record *record = sink->waiting.first, *next; record; record = next) {
        next = record->next;
        int code = 0;
        if (record->due_ms <= now && (code = kafka_record_produce(sink->producer, record)) == 0) {
            kafka_records_remove(&sink->waiting, record);
            kafka_records_add(&sink->flying, record);
            weir_count(sink->counters, WEIR_COUNT_RETRIED, 1);
            continue;
        }
        if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL || code == RD_KAFKA_RESP_ERR__FATAL) {
            sink->next_due_ms = now + FULL_PAUSE_MS;
            return;
        }
        if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
            kafka_records_remove(&sink->waiting, record);
            note_failure(sink, record, code);
            continue;
        }
        if (code != 0) {
            note_refusal(sink, record, code);
            record->due_ms = now + RENEW_TOPICS_MS;
            topic_refused = true;
        }
        if (record->due_ms < sink->next_due_ms)
            sink->next_due_ms = record->due_ms;
    }
    if (topic_refused) /* librdkafka refuses from memory, until the next refresh of its metadata: minutes */
        weir_kafka_client_renew_topics(sink->client);
}

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    (void)producer;
    struct kafka_sink *sink = weir_kafka_client_owner(opaque);
    struct kafka_record *record = message->_private;
    kafka_records_remove(&sink->flying, record);
    if (message->err) {
        bool broken = weir_kafka_client_is_fatal(sink->client, NULL);
        note_failure(sink, record, broken ? RD_KAFKA_RESP_ERR__FATAL : message->err);
        return;
    }
    if (record->refusal) {
        const struct weir_kafka_trouble over = kafka_record_trouble(record);
        weir_kafka_trouble_end(sink->cluster, &over, false);
    }
    if (sink->has_no_rights) {
        const struct weir_kafka_trouble over = kafka_rights_trouble(sink->settings, "");
        sink->has_no_rights = false;
        weir_kafka_trouble_over(sink->cluster, &over);
    }
    if (record->ticket)
        sink->events->delivered(sink->events->context, record->ticket);
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

static enum weir_status open_producer(struct kafka_sink *sink, struct weir_error *error)
{
    const struct weir_kafka_client_options options = {.cluster = sink->cluster,
                                                      .settings = sink->settings,
                                                      .role = WEIR_KAFKA_PRODUCER,
                                                      .number = sink->number,
                                                      .configure = sink->is_single ? configure_single : configure,
                                                      .owner = sink};
    enum weir_status status = weir_kafka_client_open(&options, &sink->client, error);
    if (status == WEIR_OK)
        sink->producer = weir_kafka_client_handle(sink->client);
    return status;
}

static enum weir_status replace_producer(struct kafka_sink *sink, struct weir_error *error)
{
    if (sink->client)
        weir_kafka_client_close(sink->client, DESTROY_WITHIN_MS);
    sink->client = NULL;
    sink->is_single = sink->is_single || sink->is_draining;
    struct weir_error why = {0};
    if (open_producer(sink, &why) != WEIR_OK)
        return weir_error_set(error, WEIR_FATAL, "the Kafka producer broke and no other can be made: %s", why.text);
    sink->purged = false;
    sink->is_draining = false;
    return WEIR_OK;
}

/* The sink of the process itself has the number after those of the workers. */
static struct weir_log_field whose(const struct kafka_sink *sink)
{
    bool is_worker = sink->number < sink->settings->workers;
    return is_worker ? WEIR_LOG_NUMBER("worker", sink->number) : WEIR_LOG_TEXT("output", "rollups");
}

/* One without the right to write to any topic is called broken. Another will be no better before somebody acts. */
static void note_rebuild(struct kafka_sink *sink, const char *reason)
{
    char text[16];
    sink->rebuild_at_ms = 0;
    if (rd_kafka_fatal_error(sink->producer, text, sizeof text) == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED) {
        const struct weir_kafka_trouble trouble = kafka_rights_trouble(sink->settings, reason);
        sink->has_no_rights = true;
        sink->rebuild_at_ms = now_ms(sink) + ASK_RIGHTS_MS;
        weir_kafka_trouble_begin(sink->cluster, &trouble);
        return;
    }
    weir_log_event(weir_kafka_cluster_log(sink->cluster), WEIR_LOG_WARNING, "producer_rebuilt", whose(sink),
                   WEIR_LOG_TEXT("reason", reason),
                   WEIR_LOG_TEXT("effect", "unacknowledged records are sent again; nothing is lost"));
}

/* A broken producer first gives back all records (they wait, due at once), then a new one takes its place. A record
 * that the broker had taken before may so be there twice, with the same flag id. */
static enum weir_status mend_producer(struct kafka_sink *sink, struct weir_error *error)
{
    struct weir_error why = {0};
    if (!sink->purged && weir_kafka_client_is_fatal(sink->client, &why)) {
        note_rebuild(sink, why.text);
        rd_kafka_purge(sink->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        sink->purged = true;
    }
    bool is_due = takes_none(sink) && sink->flying.count == 0 && now_ms(sink) >= sink->rebuild_at_ms;
    return is_due ? replace_producer(sink, error) : WEIR_OK;
}

/* ---- The sink's operations ---- */

static enum weir_status put_record(struct weir_sink *base, const struct weir_record *from, struct weir_error *error)
{
    struct kafka_sink *sink = (struct kafka_sink *)base;
    if (takes_none(sink) || sink->waiting.count >= WAITING_MAX || sink->waiting.bytes >= WAITING_BYTES_MAX)
        return WEIR_RETRY;
    struct kafka_record *record = kafka_fit_copy(from, sink->settings, sink->limits);
    if (!record)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a record of %zu bytes", from->value.length);
    int code = kafka_record_produce(sink->producer, record);
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL || code == RD_KAFKA_RESP_ERR__FATAL) {
        free(record);
        return WEIR_RETRY;
    }
    kafka_fit_note(record, from->output, sink->settings, sink->cluster, sink->counters, sink->limits);
    if (code == 0)
        kafka_records_add(&sink->flying, record);
    else
        note_failure(sink, record, code);
    return WEIR_OK;
}

static int until_due(const struct kafka_sink *sink, int timeout_ms)
{
    if (sink->waiting.count == 0 || timeout_ms == 0 || sink->is_draining)
        return timeout_ms;
    int64_t left = sink->next_due_ms - now_ms(sink);
    return left < 0 ? 0 : left < timeout_ms ? (int)left : timeout_ms;
}

static enum weir_status poll_sink(struct weir_sink *base, int timeout_ms, struct weir_error *error)
{
    struct kafka_sink *sink = (struct kafka_sink *)base;
    if (sink->client) {
        rd_kafka_poll(sink->producer, until_due(sink, timeout_ms));
        weir_kafka_client_watch(sink->client);
    }
    enum weir_status status = mend_producer(sink, error);
    if (status == WEIR_OK)
        retry_due(sink);
    return status;
}

static enum weir_status flush_sink(struct weir_sink *base, int deadline_ms, struct weir_error *error)
{
    struct kafka_sink *sink = (struct kafka_sink *)base;
    int64_t until = now_ms(sink) + deadline_ms;
    for (;;) {
        int64_t left = until - now_ms(sink);
        int step = left < 0 ? 0 : left < FLUSH_STEP_MS ? (int)left : FLUSH_STEP_MS;
        bool flying = sink->client && sink->flying.count > 0;
        if (flying) /* sends without lingering, and reports deliveries */
            rd_kafka_flush(sink->producer, until_due(sink, step));
        enum weir_status status = poll_sink(base, flying ? 0 : step, error);
        if (status != WEIR_OK)
            return status;
        if (sink->flying.count + sink->waiting.count == 0)
            return WEIR_OK;
        if (left <= 0)
            return WEIR_RETRY;
    }
}

/* What nobody waits for is given up without a word: who put it knows from flush. */
static void close_sink(struct weir_sink *base)
{
    struct kafka_sink *sink = (struct kafka_sink *)base;
    size_t awaited = kafka_records_awaited(&sink->flying) + kafka_records_awaited(&sink->waiting);
    if (awaited > 0)
        weir_log_event(
            weir_kafka_cluster_log(sink->cluster), WEIR_LOG_WARNING, "records_given_up",
            WEIR_LOG_NUMBER("worker", sink->number), WEIR_LOG_NUMBER("count", awaited),
            WEIR_LOG_TEXT("effect", "their messages are not committed and are read again at the next start"));
    if (sink->client && !weir_kafka_client_close(sink->client, DESTROY_WITHIN_MS))
        return; /* librdkafka still reads the records */
    kafka_records_free(&sink->flying);
    kafka_records_free(&sink->waiting);
    free(sink);
}

static const struct weir_sink_operations OPERATIONS = {
    .put = put_record, .poll = poll_sink, .flush = flush_sink, .close = close_sink};

enum weir_status weir_kafka_sink_open(const struct weir_settings *settings, struct weir_kafka_cluster *cluster,
                                      unsigned number, struct weir_counters *counters,
                                      const struct weir_sink_events *events, struct weir_sink **sink,
                                      struct weir_error *error)
{
    struct kafka_sink *made = calloc(1, sizeof *made);
    if (!made)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a Kafka sink");
    *made = (struct kafka_sink){.base.operations = &OPERATIONS,
                                .settings = settings,
                                .cluster = cluster,
                                .counters = counters,
                                .events = events,
                                .number = number};
    enum weir_status status = open_producer(made, error);
    if (status != WEIR_OK) {
        free(made);
        return status;
    }
    *sink = &made->base;
    return WEIR_OK;
}

size_t weir_kafka_sink_record_max(const struct weir_settings *settings)
{
    const char *given = weir_kafka_property(settings, "message.max.bytes");
    unsigned long long bytes = given ? strtoull(given, NULL, 10) : 1000000;
    return bytes > 2 * BESIDE_VALUE_MAX ? (size_t)bytes - BESIDE_VALUE_MAX : (size_t)bytes / 2;
}
