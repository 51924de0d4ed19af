/* decode: payload bytes -> item (simdjson behind). A bad payload is data: it comes back as a reason.
 *
 * Policy (docs/records.md): the whole payload must be one JSON object (RFC 8259), what is not mapped included. Of
 * duplicate keys the first counts. Ill-formed UTF-8 and lone surrogate escapes become U+FFFD; U+0000 is an ordinary
 * character. A string or a number is a value; an array gives those among its elements in order; anything else gives
 * none. */
#ifndef WEIR_DECODE_H
#define WEIR_DECODE_H

#include "weir/arena.h"
#include "weir/settings.h"

struct weir_decoder; /* one thread */

/* Copies what it needs of the mappings; behind them come those of weir_mapping_plain, by kind. */
enum weir_status weir_decoder_new(const struct weir_mapping *mappings, size_t mapping_count,
                                  const struct weir_limits *limits, struct weir_decoder **decoder) WEIR_MUST_CHECK;
void weir_decoder_free(struct weir_decoder *decoder); /* NULL is fine */

/* WEIR_OK: *item is filled; its texts live in the arena or in the message. A caption that only ends its stream (a key
 * without a value, or `end: true` without a text) has no values. WEIR_INVALID: *bad says why; without a text *item is
 * filled all the same, with no values. WEIR_NO_MEMORY. */
enum weir_status weir_decode(struct weir_decoder *decoder, const struct weir_message *message, struct weir_arena *arena,
                             struct weir_item *item, struct weir_bad_payload *bad) WEIR_MUST_CHECK;

/* "3.0.1"; a constant. */
const char *weir_simdjson_version(void);

#endif
