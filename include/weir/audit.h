/* pipeline: which unflagged items go to the audit topic, so that people can see what the rules miss. */
#ifndef WEIR_AUDIT_H
#define WEIR_AUDIT_H

#include "weir/item.h"
#include "weir/status.h"

/* A share in millionths: all of them. */
#define WEIR_AUDIT_ALL 1000000u

/* Whether the item at this place is drawn. It depends on topic, partition and offset alone, so whoever reads the item
 * again draws it again; what is drawn for one share is drawn for every greater one. share: in millionths. Any thread.
 * WEIR_UNAVAILABLE (libcrypto) is the only failure. */
enum weir_status weir_audit_draw(const struct weir_origin *origin, uint32_t share, bool *is_drawn) WEIR_MUST_CHECK;

#endif
