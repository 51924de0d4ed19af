/* run: what weir flagged and what people made of it: counts, and precision for each rule and category. `weir report` is
 * this and the topics, or files of their records.
 *
 * A flag counts once however often its record is there. Memory grows with the number of flags: about 60 bytes each. */
#ifndef WEIR_REPORT_H
#define WEIR_REPORT_H

#include "weir/status.h"
#include "weir/text.h"

#include <stdint.h>
#include <stdio.h>

/* The topic that a record stands in. FILE: it is not known; a record whose rules are in shadow counts as SHADOW, others
 * as REVIEW. */
enum weir_report_place {
    WEIR_REPORT_REVIEW,
    WEIR_REPORT_SHADOW,
    WEIR_REPORT_OVERFLOW,
    WEIR_REPORT_OTHER,
    WEIR_REPORT_PLACES
};

struct weir_report;

struct weir_report *weir_report_new(void);         /* NULL: no memory */
void weir_report_free(struct weir_report *report); /* NULL is fine */

/* Takes in one record of the schemas weir.flag/1, weir.flag-update/1, weir.audit/1, weir.rollup/1 or weir.verdict/1;
 * others are counted as skipped. WEIR_INVALID: it is no JSON, or a record of these schemas that lacks what it must have; *error
 * says what. In any order. */
enum weir_status weir_report_add(struct weir_report *report, enum weir_report_place place, struct weir_text record,
                                 struct weir_error *error) WEIR_MUST_CHECK;

/* For a person; as one weir.report/1 document on one line. WEIR_NO_MEMORY is the only failure; what `out` does not take
 * is the caller's to find. */
enum weir_status weir_report_print(struct weir_report *report, FILE *out) WEIR_MUST_CHECK;
enum weir_status weir_report_print_json(struct weir_report *report, FILE *out) WEIR_MUST_CHECK;

/* Wilson's interval of 95 % for `good` of `count`, which is not 0.
 * https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval */
void weir_wilson(uint64_t good, uint64_t count, double *low, double *high);

#endif
