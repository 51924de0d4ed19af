/* publish: a weir.dead-letter/1 record, read back: what it was made of, so that it can be tried again. */
#ifndef WEIR_DEAD_LETTER_H
#define WEIR_DEAD_LETTER_H

#include "weir/arena.h"
#include "weir/item.h"

struct weir_dead_letter {
    enum weir_bad_reason reason;
    struct weir_origin source;       /* of the message; its topic, or its file's name, is the arena's */
    bool has_payload;                /* false: it was left out because it is long, or the letter stands for a flag */
    struct weir_padded_text payload; /* the arena's; data == NULL: of a tombstone, or there is none here */
};

/* Reads any bytes. WEIR_INVALID: they are no dead letter of this version; error->text says what they lack, and quotes
 * nothing of them. Any thread. */
enum weir_status weir_dead_letter_read(struct weir_text record, struct weir_arena *arena,
                                       struct weir_dead_letter *letter, struct weir_error *error) WEIR_MUST_CHECK;

#endif
