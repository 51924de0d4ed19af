/* What the demo has seen so far, in memory of fixed size, and the summary of it. Private to run. */
#ifndef WEIR_RUN_DEMO_TALLY_H
#define WEIR_RUN_DEMO_TALLY_H

#include "demo_feed.h"

#include "weir/ruleset.h"

#include <jansson.h>
#include <stdio.h>

#define DEMO_SEEN_MAX 4096
#define DEMO_LATENCY_MAX_MS 10000

struct demo_tally {
    const struct weir_ruleset *ruleset; /* borrowed */
    uint64_t *by_rule;
    uint64_t flags;
    uint64_t shadow_flags;
    uint64_t harmful_flagged;
    uint64_t ordinary_flagged;
    uint64_t dead_letters;
    uint64_t dead_by_reason[WEIR_BAD_REASON_COUNT];
    uint64_t seen[DEMO_SEEN_MAX]; /* numbers of posts flagged lately, plus 1: a post flagged twice counts once */
    uint64_t spoken_flagged;          /* sample streams that had to be flagged, and were */
    uint64_t spoken_ordinary_flagged; /* and that had not */
    uint64_t seen_streams[DEMO_SEEN_MAX];
    uint64_t latency[DEMO_LATENCY_MAX_MS + 1]; /* flags by milliseconds from produce to read; the last: that and more */
    uint64_t latency_count;
    uint64_t latency_last_ms;
    int64_t
        latency_from_ms; /* wall clock, of the first flag: posts sent before waited for the daemon to join its group */
};

enum weir_status demo_tally_init(struct demo_tally *tally, const struct weir_ruleset *ruleset) WEIR_MUST_CHECK;
void demo_tally_fini(struct demo_tally *tally);

/* is_sample: ids are those of sample posts, whose nature is known by their number. */
void demo_tally_flag(struct demo_tally *tally, const json_t *flag, uint64_t seed, bool is_sample, int64_t now_ms);
void demo_tally_shadow(struct demo_tally *tally);
void demo_tally_dead_letter(struct demo_tally *tally, const json_t *dead_letter);

/* The latency that `percent` of the flags did not pass. */
uint64_t demo_tally_latency(const struct demo_tally *tally, unsigned percent);

struct demo_totals {
    struct demo_feed_counts feed;
    uint64_t taken;  /* messages that the daemon read */
    int64_t feed_ms; /* how long posts were sent */
    bool is_sample;
    bool has_colour;
    size_t columns; /* of the terminal; 0: it is none */
};

void demo_tally_print(const struct demo_tally *tally, const struct demo_totals *totals, FILE *out);

#endif
