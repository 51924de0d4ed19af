/* metrics: what each worker counts. One writer (the worker), any reader; relaxed atomics, so a reader sees a moment
 * that is about now. */
#ifndef WEIR_COUNTERS_H
#define WEIR_COUNTERS_H

#include "weir/status.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum weir_counter {
    WEIR_COUNT_MESSAGES, /* taken from the source */
    WEIR_COUNT_BYTES,    /* of their payloads */
    WEIR_COUNT_ITEMS,    /* decoded and scanned */
    WEIR_COUNT_FLAGS,    /* to the review topic */
    WEIR_COUNT_SHADOW_FLAGS,
    WEIR_COUNT_OVERFLOW_FLAGS, /* to the overflow topic, beyond the rules' budgets */
    WEIR_COUNT_REPEATS,        /* flags of either kind that repeat another */
    WEIR_COUNT_DEAD_LETTERS,
    WEIR_COUNT_AUDITED,          /* unflagged items that were drawn for the audit topic */
    WEIR_COUNT_TRUNCATED,        /* flags with truncated: true */
    WEIR_COUNT_INCONCLUSIVE,     /* flags with inconclusive: true */
    WEIR_COUNT_DELIVERED,        /* records that the broker acknowledged, or that a transaction committed */
    WEIR_COUNT_RETRIED,          /* records handed to the producer again after a failure */
    WEIR_COUNT_COMMITTED,        /* transactions */
    WEIR_COUNT_ABORTED,          /* transactions; what they were made of was read again */
    WEIR_COUNT_BACK_PRESSURE_MS, /* time spent waiting for a full sink */
    WEIR_COUNT_ASSIGNMENTS,      /* partitions taken over, one for each and each time */
    WEIR_COUNT_CONFIRMED,        /* provisional flags of captions that stood */
    WEIR_COUNT_WITHDRAWN,        /* and that did not */
    WEIR_COUNT_FRAGMENTS_KNOWN,  /* caption fragments that were there already: dropped */
    WEIR_COUNT_FRAGMENTS_LATE,   /* that came after their place had left the window: scanned by themselves */
    WEIR_COUNT_STREAMS_EVICTED, /* forgotten because there were more than captions.streams_max, or more bytes of them */
    WEIR_COUNT_STREAMS,         /* caption streams that are known now */
    WEIR_COUNT_STREAM_BYTES,    /* and the memory that they take */
    WEIR_COUNT_PARTITIONS,      /* that are ours now */
    WEIR_COUNT_LAG,             /* messages of them that were not read yet, as far as the brokers last said */
    WEIR_COUNTER_COUNT,
};

/* Milliseconds from a message's timestamp to its flag, in buckets: each counts those up to its bound, the last one the
 * rest. */
#define WEIR_DELAY_BOUNDS                                                                                              \
    {                                                                                                                  \
        5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 30000, 60000, 300000                                    \
    }
#define WEIR_DELAY_BUCKETS 15

struct weir_counters {
    _Atomic uint64_t at[WEIR_COUNTER_COUNT];
    _Atomic uint64_t delays[WEIR_DELAY_BUCKETS];
    _Atomic uint64_t delay_ms; /* their sum */
};

static inline void weir_count(struct weir_counters *counters, enum weir_counter counter, uint64_t by)
{
    /* One writer: a plain load and store, no locked instruction. */
    uint64_t now = atomic_load_explicit(&counters->at[counter], memory_order_relaxed);
    atomic_store_explicit(&counters->at[counter], now + by, memory_order_relaxed);
}

/* Of what goes up and down. */
static inline void weir_count_now(struct weir_counters *counters, enum weir_counter counter, uint64_t value)
{
    atomic_store_explicit(&counters->at[counter], value, memory_order_relaxed);
}

static inline uint64_t weir_counted(const struct weir_counters *counters, enum weir_counter counter)
{
    return atomic_load_explicit(&counters->at[counter], memory_order_relaxed);
}

/* Milliseconds below zero, as clocks that differ give them, count as zero. */
void weir_count_delay(struct weir_counters *counters, int64_t delay_ms);

/* "messages", "dead_letters", ...; a constant. */
const char *weir_counter_name(enum weir_counter counter);

/* Whether it goes up and down, as the streams that are known now. */
bool weir_counter_is_level(enum weir_counter counter);

/* Adds `from` to the plain sums. */
void weir_counters_add(const struct weir_counters *from, uint64_t sums[WEIR_COUNTER_COUNT]);

struct weir_delays {
    uint64_t buckets[WEIR_DELAY_BUCKETS];
    uint64_t sum_ms;
};
void weir_delays_add(const struct weir_counters *from, struct weir_delays *sums);

#endif
