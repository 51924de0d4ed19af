/* Matches whose check digits are wrong. Private to decide. */
#ifndef WEIR_DECIDE_FAILED_CHECKS_H
#define WEIR_DECIDE_FAILED_CHECKS_H

#include "spans.h"

/* Notes as refusals what the regex of a pattern with a check matches apart from its counted spans. */
enum weir_status note_failed_checks(const struct subject *subject, const struct weir_pattern *pattern,
                                    struct findings *findings) WEIR_MUST_CHECK;

#endif
