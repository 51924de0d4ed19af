/* streams, private: a stream as it rests, in as few bytes as may be. */
#ifndef WEIR_STREAMS_STORED_H
#define WEIR_STREAMS_STORED_H

#include "weir/streams.h"

struct weir_stored_stream {
    int64_t needed; /* the least offset of what it was made from; INT64_MAX: nothing */
    int64_t timestamp_ms;
    uint32_t size; /* of data */
    uint32_t id_length;
    char data[]; /* the id, then the rest */
};

/* NULL when there is no memory; the caller frees it. */
struct weir_stored_stream *weir_stored_stream_new(const struct weir_stream *stream);

/* In the arena. WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_stored_stream_read(const struct weir_stored_stream *stored, struct weir_arena *arena,
                                         struct weir_stream *stream) WEIR_MUST_CHECK;

static inline struct weir_text weir_stored_stream_id(const struct weir_stored_stream *stored)
{
    return (struct weir_text){stored->data, stored->id_length};
}

static inline size_t weir_stored_stream_bytes(const struct weir_stored_stream *stored)
{
    return sizeof *stored + stored->size;
}

#endif
