/* metrics: the last flags as they were published, for the page that shows them. Shared by all workers. */
#ifndef WEIR_LATEST_H
#define WEIR_LATEST_H

#include "weir/arena.h"

#define WEIR_LATEST_COUNT 50

struct weir_latest;

struct weir_latest *weir_latest_new(void);         /* NULL: no memory */
void weir_latest_free(struct weir_latest *latest); /* NULL is fine */

/* Keeps a copy of the record, unless it is longer than 64 KiB or there is no memory; the oldest one goes. Any thread.
 */
void weir_latest_add(struct weir_latest *latest, struct weir_text record);

/* Copies them into the arena, newest first; returns how many, fewer when there is no memory. Any thread. */
size_t weir_latest_read(struct weir_latest *latest, struct weir_arena *arena,
                        struct weir_text records[WEIR_LATEST_COUNT]);

#endif
