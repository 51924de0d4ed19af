/* What topics take: learnt from what their brokers refuse, and records cut to it. Private to publish.
 *
 * Of a record's shorter forms the longest is sent that is not known to be refused, so that no more is left out than must
 * be. Each refusal settles all records of that size, so that there are few. A flag of which no less can be said than what
 * was refused becomes a dead letter.
 */
#ifndef WEIR_PUBLISH_KAFKA_FIT_H
#define WEIR_PUBLISH_KAFKA_FIT_H

#include "kafka_sink.h"

/* Of one output; starts as all zero. */
struct kafka_limit {
    size_t refused; /* bytes of the smallest message that was; 0: none */
    bool is_said;
    bool has_dead_letters; /* and said so */
};

/* A copy that fits, as far as that is known: cut, or without its key, or a dead letter in place of a flag. NULL when
 * there is no memory. */
struct kafka_record *kafka_fit_copy(const struct weir_record *record, const struct weir_settings *settings,
                                    const struct kafka_limit limits[WEIR_OUTPUT_COUNT]);
/* The record, all by itself in its request, was too large for its topic. Returns what to send in its place, which the
 * caller then owns beside it; NULL: nothing smaller can be made of it, or there is no memory. */
struct kafka_record *kafka_fit_again(const struct kafka_record *record, const struct weir_settings *settings,
                                     struct kafka_limit limits[WEIR_OUTPUT_COUNT]);
/* Tells the operator, once for a topic, that it does not take what weir may send. */
void kafka_fit_say(const struct kafka_record *record, struct weir_kafka_cluster *cluster,
                   struct kafka_limit limits[WEIR_OUTPUT_COUNT]);
/* Counts, and once for a topic tells the operator of, a dead letter that stands for a record of `output`. */
void kafka_fit_note(const struct kafka_record *record, enum weir_output output, const struct weir_settings *settings,
                    struct weir_kafka_cluster *cluster, struct weir_counters *counters,
                    struct kafka_limit limits[WEIR_OUTPUT_COUNT]);

#endif
