/* Items that show a change: a few of many, the same whatever order they come in. Private to run. */
#ifndef WEIR_RUN_BACKTEST_SAMPLE_H
#define WEIR_RUN_BACKTEST_SAMPLE_H

#include "weir/flag.h"
#include "weir/status.h"

#define BACKTEST_MARKS_MAX 8

struct backtest_sample {
    uint64_t rank; /* follows from the source; the smallest are kept */
    char *memory;  /* holds the texts below */
    struct weir_origin origin;
    struct weir_text id;                         /* data == NULL: the item has none */
    const char *field;                           /* of the excerpt; borrowed */
    struct weir_text excerpt;                    /* of one value: the evidence and a little around it */
    struct weir_range marks[BACKTEST_MARKS_MAX]; /* the evidence in it: in order, without overlap */
    size_t mark_count;
    bool is_cut_before;
    bool is_cut_after;
};

struct backtest_samples {
    struct backtest_sample *at; /* by rank */
    size_t count;
};

/* What may become a sample. Everything is borrowed. */
struct backtest_candidate {
    const struct weir_item *item;
    const struct weir_match *match;
    const struct weir_field_names *fields;
    bool quotes_only;
};

/* Keeps it if it is one of the `max` with the smallest ranks so far. */
enum weir_status backtest_samples_offer(struct backtest_samples *samples, size_t max,
                                        const struct backtest_candidate *candidate) WEIR_MUST_CHECK;
/* All of them, in order of source. */
void backtest_samples_sort(const struct backtest_samples *samples, const struct backtest_sample **sorted);
void backtest_samples_free(struct backtest_samples *samples);

#endif
