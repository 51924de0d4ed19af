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
    };
    return names[counter];
}

void weir_counters_add(const struct weir_counters *from, uint64_t sums[WEIR_COUNTER_COUNT])
{
    for (int counter = 0; counter < WEIR_COUNTER_COUNT; counter++)
        sums[counter] += weir_counted(from, (enum weir_counter)counter);
}
