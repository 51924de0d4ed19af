/* publish: records that a topic turned out not to take, made shorter, or into dead letters. Private to publish. */
#ifndef WEIR_RECORD_SHORTEN_H
#define WEIR_RECORD_SHORTEN_H

#include "weir/publish.h"

/* As much of the record as fits into `max` bytes; where nothing does, the least that can be said of it. Flags say
 * truncated, dead letters payload_omitted. WEIR_INVALID: it is no record that could be cut; WEIR_NO_MEMORY. */
enum weir_status weir_record_shorten_to(struct weir_text value, size_t max, struct weir_arena *arena,
                                        struct weir_text *shorter) WEIR_MUST_CHECK;

/* A dead letter in place of a flag that its topic does not take; `bytes`: the least that it needs there. WEIR_INVALID:
 * it is no flag; WEIR_NO_MEMORY. */
enum weir_status weir_record_undeliverable(struct weir_text flag, const char *topic, size_t bytes,
                                           struct weir_arena *arena, struct weir_text *letter) WEIR_MUST_CHECK;

#endif
