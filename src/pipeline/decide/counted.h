/* The hits of a rule in the window on a caption stream. Private to decide. */
#ifndef WEIR_DECIDE_COUNTED_H
#define WEIR_DECIDE_COUNTED_H

#include "spans.h"

/* Fills the match's hits with those of the used patterns (one findings for each), and moves what its evidence borrows
 * from the view into the arena. */
enum weir_status list_counted(const struct subject *subject, const struct weir_rule *rule,
                              const struct findings *findings, const bool *used,
                              struct weir_match *match) WEIR_MUST_CHECK;

#endif
