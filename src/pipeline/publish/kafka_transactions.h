/* The transactional sink in two parts: kafka_transactions.c puts records and ends transactions, kafka_transactional.c
 * makes the producer, and another when it breaks. Private to publish. */
#ifndef WEIR_PUBLISH_KAFKA_TRANSACTIONS_H
#define WEIR_PUBLISH_KAFKA_TRANSACTIONS_H

#include "kafka_fit.h"

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
    bool is_single;    /* the producer sends each record by itself */
    bool wants_single; /* a request was too large: between two transactions such a producer takes its place */
    bool wants_new;    /* so does another one: see on_delivery */
    struct kafka_limit limits[WEIR_OUTPUT_COUNT];
    struct weir_kafka_position *position;
    struct kafka_records flying;                    /* in the producer's hands */
    size_t put_count;                               /* records of this transaction */
    int64_t begun_ms;                               /* when its first record came */
    int64_t committed_ms;                           /* when the last one ended */
    int64_t wait_until_ms;                          /* after an abort: for the next one to begin */
    int64_t fenced_ms;                              /* the last time; 0: never */
    int64_t starting_ms;                            /* since when */
    int64_t ask_at_ms;                              /* for the id; before, it would be refused again */
    bool has_no_rights;                             /* to the id, which has been said */
    unsigned aborts;                                /* since the last commit */
    enum weir_commit outcome;                       /* of the last transaction */
    bool is_waiting;                                /* for the brokers to let it start: said */
    struct kafka_record refused[WEIR_OUTPUT_COUNT]; /* what stands for an output that refuses records: topic, refusal */
};

static inline int64_t transactions_now_ms(const struct transactional_sink *sink)
{
    const struct weir_clock *clock = &weir_kafka_cluster_log(sink->cluster)->clock;
    return clock->monotonic_ms(clock->context);
}

/* kafka_transactional.c */

/* A producer that has yet to start. */
enum weir_status transactions_open(struct transactional_sink *sink, struct weir_error *error) WEIR_MUST_CHECK;
/* One step: asks the brokers for the id, for a fraction of a second. WEIR_FATAL: they will never give it. */
enum weir_status transactions_start(struct transactional_sink *sink, struct weir_error *error) WEIR_MUST_CHECK;
/* Whether librdkafka calls the producer broken; then it must be replaced. */
bool transactions_are_broken(const struct transactional_sink *sink);
/* Whether another producer must take its place before the next transaction. */
bool transactions_must_renew(const struct transactional_sink *sink);
/* Makes it; it has yet to start. WEIR_FATAL: none can be made. */
enum weir_status transactions_renew(struct transactional_sink *sink, struct weir_error *error) WEIR_MUST_CHECK;
/* Another producer takes the place of a broken one; the transaction is gone. WEIR_FATAL: none can. */
enum weir_status transactions_replace(struct transactional_sink *sink, struct weir_error *error) WEIR_MUST_CHECK;
/* False: librdkafka still reads the records, which are left to it; the sink must stay. */
bool transactions_close(struct transactional_sink *sink);
void transactions_drop_position(struct transactional_sink *sink);
/* A record that the producer or a broker did not take: the transaction is spoiled, and the operator told. */
void transactions_refused(struct transactional_sink *sink, const struct kafka_record *record, int code);

#endif
