/* The audit sample in a report: what the records stand for, and how much the rules missed as far as verdicts on them
 * tell. */
#include "report_store.h"

#include <math.h>

#define Z 1.959963984540054 /* of the normal distribution, for 95 % */
#define SHARE_LEAST 1e-6    /* of weir.yaml */

enum weir_status report_add_audit(struct weir_report *report, const json_t *record, struct weir_error *error)
{
    uint8_t id[REPORT_ID_BYTES];
    int64_t drawn_ms;
    const double share = json_number_value(json_object_get(record, "share"));
    if (!report_read_id(record, "audit_id", id))
        return report_complain(error, "an audit record without an audit_id");
    if (!report_read_time(record, "drawn_at", &drawn_ms))
        return report_complain(error, "an audit record without a time in drawn_at");
    if (!(share >= SHARE_LEAST && share <= 1))
        return report_complain(error, "an audit record whose share is not from 0.000001 to 1");
    struct report_flag *entry = report_find_flag(report, id);
    if (!entry)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for an audit record");
    entry->is_audit = true;
    entry->weight = 1 / share;
    report_note_time(report, drawn_ms);
    return WEIR_OK;
}

void report_interval(double p, double n, double *low, double *high)
{
    const double middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n);
    const double half = Z / (1 + Z * Z / n) * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
    *low = middle > half ? middle - half : 0;
    *high = middle + half < 1 ? middle + half : 1;
}

void weir_wilson(uint64_t good, uint64_t count, double *low, double *high)
{
    report_interval((double)good / (double)count, (double)count, low, high);
}

/* Records of different shares weigh by what they stand for. */
void report_sum_audit(const struct weir_report *report, struct report_audit *audit)
{
    double reviewed = 0;
    double missed = 0;
    *audit = (struct report_audit){0};
    for (size_t i = 0; i < report->flag_count; i++) {
        const struct report_flag *entry = &report->flags[i];
        const bool is_reviewed = entry->verdict != REPORT_UNREVIEWED;
        const bool is_missed = entry->verdict == REPORT_UPHELD;
        const bool is_record = entry->weight > 0;
        audit->unknown += entry->is_audit && !is_record;
        if (!is_record)
            continue;
        audit->records++;
        audit->unflagged += entry->weight;
        audit->reviewed += is_reviewed;
        audit->missed += is_missed;
        reviewed += is_reviewed ? entry->weight : 0;
        missed += is_missed ? entry->weight : 0;
    }
    if (audit->reviewed == 0)
        return;
    report_interval(missed / reviewed, (double)audit->reviewed, &audit->low, &audit->high);
    audit->estimate = audit->unflagged * (missed / reviewed);
    audit->low *= audit->unflagged;
    audit->high *= audit->unflagged;
}
