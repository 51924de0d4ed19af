/* Messages of files, all in memory, and sources that hand them out as often as asked. Private to run. */
#ifndef WEIR_BENCH_MESSAGES_H
#define WEIR_BENCH_MESSAGES_H

#include "weir/bench.h"
#include "weir/consume.h"

struct bench_messages {
    struct weir_message *at;
    size_t count;
    size_t capacity;
    size_t bytes; /* that they take, by and large */
    uint64_t payload_bytes;
    struct weir_arena *arena;
};

/* Reads all lines of the options' files. WEIR_INVALID: there are none, or they take more than bytes_max. *messages is
 * the caller's, to be given to bench_messages_fini, also after a failure. */
enum weir_status bench_messages_load(const struct weir_bench_options *options, struct bench_messages *messages,
                                     struct weir_error *error) WEIR_MUST_CHECK;
void bench_messages_fini(struct bench_messages *messages);

/* As a source of one partition, slot 0. */
struct bench_source {
    struct weir_source source;
    const struct bench_messages *messages;
    size_t next; /* set it to 0 to begin anew */
};
void bench_source_init(struct bench_source *source, const struct bench_messages *messages);

#endif
