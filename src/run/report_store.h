/* What a report is made of. Private to run. */
#ifndef WEIR_RUN_REPORT_STORE_H
#define WEIR_RUN_REPORT_STORE_H

#include "weir/counters.h"
#include "weir/item.h"
#include "weir/report.h"
#include "weir/tally.h"

#include <jansson.h>

enum report_verdict { REPORT_UNREVIEWED, REPORT_OVERTURNED, REPORT_UPHELD };

#define REPORT_ID_BYTES 16

/* What is known under one flag id; the flag itself, an update or a verdict may come first. */
struct report_flag {
    uint8_t id[REPORT_ID_BYTES];
    int64_t flagged_ms;
    int64_t decided_ms; /* of the verdict that counts: the latest; INT64_MIN: none says when */
    uint32_t rules;     /* where its rules begin in report->flag_rules */
    uint16_t rule_count;
    uint8_t place;   /* enum weir_report_place */
    uint8_t kind;    /* enum weir_kind */
    uint8_t verdict; /* enum report_verdict */
    uint8_t lang;    /* index into report->langs */
    bool is_known;   /* its record was seen */
    bool is_withdrawn;
    bool is_repeat;
    bool is_audit; /* no flag, but an unflagged item that was drawn, or a verdict on one; upheld: the rules missed it */
    double weight; /* of an audit record that was seen: the unflagged items that it stands for; else 0 */
};

/* Sums of a rule, a category, a language or all. */
struct report_sums {
    uint64_t flags; /* in review and overflow, withdrawn ones left out */
    uint64_t shadow;
    uint64_t reviewed;
    uint64_t upheld;
};

struct report_rule {
    char *id;
    char *category;
    char *keyword; /* "" for none */
    char severity[12];
    struct report_sums sums;
};

#define REPORT_LANGS 66
#define REPORT_LANG_SIZE 6

struct weir_report {
    struct report_flag *flags;
    size_t flag_count;
    size_t flag_capacity;
    uint32_t *slots; /* by id: number of the flag and one, or 0 */
    size_t slot_count;
    uint32_t *flag_rules; /* indices into rules */
    size_t flag_rule_count;
    size_t flag_rule_capacity;
    struct report_rule *rules;
    size_t rule_count;
    size_t rule_capacity;
    char langs[REPORT_LANGS][REPORT_LANG_SIZE];
    size_t lang_count;
    uint64_t counts[WEIR_COUNTER_COUNT]; /* of the rollups; levels are left out */
    uint64_t rollups;
    uint64_t copies; /* records of flags that were there already */
    uint64_t updates;
    uint64_t verdicts;
    uint64_t skipped;
    int64_t first_ms; /* of flags and rollups; INT64_MAX: none */
    int64_t last_ms;
};

/* The flag with this id, made if it is not there; NULL: no memory. Valid until the next call. */
struct report_flag *report_find_flag(struct weir_report *report, const uint8_t id[REPORT_ID_BYTES]);

/* report.c, of records. What is wrong with one: WEIR_INVALID. */
enum weir_status report_complain(struct weir_error *error, const char *what);
/* 16 bytes of "8-4-4-4-12" hexadecimal digits. */
bool report_read_id(const json_t *record, const char *name, uint8_t id[REPORT_ID_BYTES]);
bool report_read_time(const json_t *record, const char *name, int64_t *time_ms);
void report_note_time(struct weir_report *report, int64_t time_ms);

/* report_audit.c: a weir.audit/1 record. */
enum weir_status report_add_audit(struct weir_report *report, const json_t *record,
                                  struct weir_error *error) WEIR_MUST_CHECK;

/* What the sample says of what the rules missed. */
struct report_audit {
    uint64_t records;
    double unflagged; /* items that the records stand for */
    uint64_t reviewed;
    uint64_t missed;
    uint64_t unknown;           /* verdicts of records that were not seen */
    double estimate, low, high; /* unflagged items that the rules missed, where some were reviewed; of 95 % */
};
void report_sum_audit(const struct weir_report *report, struct report_audit *audit);

/* Wilson's interval of 95 % for a share of p among n, which is above 0. */
void report_interval(double p, double n, double *low, double *high);

/* Sums as the reports show them. */
struct report_totals {
    struct report_sums all;
    uint64_t places[WEIR_REPORT_PLACES]; /* flags, withdrawn ones left out */
    uint64_t withdrawn;
    uint64_t repeats;
    uint64_t kinds[2];
    uint64_t unknown;   /* verdicts of flags that were not seen */
    uint64_t median_ms; /* from flag to verdict, of those that say when; UINT64_MAX: none does */
};

struct report_category {
    const char *name;
    struct report_sums sums;
};

struct report_lang {
    const char *name;
    struct report_sums sums;
};

/* Fills the sums of the rules, and makes the other lists, those with most flags first; the caller's to free(). */
enum weir_status report_sum(struct weir_report *report, struct report_totals *totals,
                            struct report_category **categories, size_t *category_count, struct report_lang **langs,
                            size_t *lang_count) WEIR_MUST_CHECK;

/* A copy of the rules with their sums, those with most flags first; the caller's to free(), its texts are the
 * report's. */
enum weir_status report_sort_rules(struct weir_report *report, struct report_rule **rules) WEIR_MUST_CHECK;

#endif
