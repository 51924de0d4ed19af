/* commit: per partition, the offset below which everything is finished.
 *
 *   offset     100   101   102   103   104   105
 *   state      done  held  done  held  done  (next)
 *                     ^ watermark: 101 may be committed, no more, until the record of 101 is delivered
 *
 * Deliveries are reported out of order and offsets have gaps (compaction, transaction markers); the watermark only
 * rises. A slot that was revoked and assigned again has a new epoch, and what still comes back for the old one is
 * ignored. One thread. */
#ifndef WEIR_COMMIT_H
#define WEIR_COMMIT_H

#include "weir/status.h"

#include <stdbool.h>
#include <stdint.h>

struct weir_ledger;

struct weir_ledger *weir_ledger_new(void);         /* NULL when there is no memory */
void weir_ledger_free(struct weir_ledger *ledger); /* NULL is fine */

/* Returns the partition's slot: the same one each time for the same topic and partition. finished: the offset below
 * which everything was finished before, which the watermark does not fall behind; -1: it is not known. UINT32_MAX when
 * there is no memory. */
uint32_t weir_ledger_assign(struct weir_ledger *ledger, const char *topic, int32_t partition, uint32_t epoch,
                            int64_t finished);
/* Forgets what is in flight for the slot. */
void weir_ledger_revoke(struct weir_ledger *ledger, uint32_t slot);

/* A record made of the message at `offset` (not below any earlier one of the slot) is in flight. *ticket (never 0) is
 * given back to weir_ledger_delivered. */
enum weir_status weir_ledger_hold(struct weir_ledger *ledger, uint32_t slot, int64_t offset,
                                  uint64_t *ticket) WEIR_MUST_CHECK;
/* The record is safe. Unknown and outdated tickets are ignored. */
void weir_ledger_delivered(struct weir_ledger *ledger, uint64_t ticket);
/* The message at `offset` went through the path; its records, if any, are held. */
void weir_ledger_done(struct weir_ledger *ledger, uint32_t slot, int64_t offset);

/* The offset that may be committed for the slot (of the next message to read), or -1: nothing was done yet, or it is
 * revoked. */
int64_t weir_ledger_watermark(const struct weir_ledger *ledger, uint32_t slot);
/* Visits the slots whose watermark rose since they were last visited. Return false from visit to be asked again about
 * the slot. */
void weir_ledger_risen(struct weir_ledger *ledger, bool (*visit)(void *context, uint32_t slot, int64_t watermark),
                       void *context);
/* Records in flight of the slot. */
size_t weir_ledger_held(const struct weir_ledger *ledger, uint32_t slot);

#endif
