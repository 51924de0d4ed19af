/* Names and sums of counters. */
#include "weir/counters.h"

const char *weir_counter_name(enum weir_counter counter)
{
    static const char *const names[WEIR_COUNTER_COUNT] = {
        [WEIR_COUNT_MESSAGES] = "messages",
        [WEIR_COUNT_BYTES] = "bytes",
        [WEIR_COUNT_ITEMS] = "items",
        [WEIR_COUNT_FLAGS] = "flags",
        [WEIR_COUNT_SHADOW_FLAGS] = "shadow_flags",
        [WEIR_COUNT_OVERFLOW_FLAGS] = "overflow_flags",
        [WEIR_COUNT_REPEATS] = "repeats",
        [WEIR_COUNT_DEAD_LETTERS] = "dead_letters",
        [WEIR_COUNT_AUDITED] = "audited",
        [WEIR_COUNT_TRUNCATED] = "truncated",
        [WEIR_COUNT_INCONCLUSIVE] = "inconclusive",
        [WEIR_COUNT_DELIVERED] = "delivered",
        [WEIR_COUNT_RETRIED] = "retried",
        [WEIR_COUNT_COMMITTED] = "transactions",
        [WEIR_COUNT_ABORTED] = "transactions_aborted",
        [WEIR_COUNT_BACK_PRESSURE_MS] = "back_pressure_ms",
        [WEIR_COUNT_ASSIGNMENTS] = "assignments",
        [WEIR_COUNT_CONFIRMED] = "confirmed",
        [WEIR_COUNT_WITHDRAWN] = "withdrawn",
        [WEIR_COUNT_FRAGMENTS_KNOWN] = "fragments_known",
        [WEIR_COUNT_FRAGMENTS_LATE] = "fragments_late",
        [WEIR_COUNT_STREAMS_EVICTED] = "streams_evicted",
        [WEIR_COUNT_STREAMS] = "streams",
        [WEIR_COUNT_STREAM_BYTES] = "stream_bytes",
        [WEIR_COUNT_PARTITIONS] = "partitions",
        [WEIR_COUNT_LAG] = "lag",
    };
    return names[counter];
}

bool weir_counter_is_level(enum weir_counter counter)
{
    return counter == WEIR_COUNT_STREAMS || counter == WEIR_COUNT_STREAM_BYTES || counter == WEIR_COUNT_PARTITIONS ||
           counter == WEIR_COUNT_LAG;
}

void weir_counters_add(const struct weir_counters *from, uint64_t sums[WEIR_COUNTER_COUNT])
{
    for (int counter = 0; counter < WEIR_COUNTER_COUNT; counter++)
        sums[counter] += weir_counted(from, (enum weir_counter)counter);
}

static void count_one(_Atomic uint64_t *at, uint64_t by)
{
    uint64_t now = atomic_load_explicit(at, memory_order_relaxed);
    atomic_store_explicit(at, now + by, memory_order_relaxed);
}

void weir_count_delay(struct weir_counters *counters, int64_t delay_ms)
{
    static const int64_t bounds[WEIR_DELAY_BUCKETS - 1] = WEIR_DELAY_BOUNDS;
    size_t bucket = 0;
    while (bucket < WEIR_DELAY_BUCKETS - 1 && delay_ms > bounds[bucket])
        bucket++;
    count_one(&counters->delays[bucket], 1);
    count_one(&counters->delay_ms, delay_ms > 0 ? (uint64_t)delay_ms : 0);
}

void weir_delays_add(const struct weir_counters *from, struct weir_delays *sums)
{
    for (size_t i = 0; i < WEIR_DELAY_BUCKETS; i++)
        sums->buckets[i] += atomic_load_explicit(&from->delays[i], memory_order_relaxed);
    sums->sum_ms += atomic_load_explicit(&from->delay_ms, memory_order_relaxed);
}
