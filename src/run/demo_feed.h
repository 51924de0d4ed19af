/* The producer side of the demo: a thread that sends sample posts, or the lines of a file, at a rate. Private to run.
 */
#ifndef WEIR_RUN_DEMO_FEED_H
#define WEIR_RUN_DEMO_FEED_H

#include "weir/status.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct demo_feed_options {
    const char *bootstrap;
    const char *topic;
    const char *captions_topic;
    const char *posts_path; /* NULL: sample posts */
    unsigned rate;
    uint64_t seed;
};

/* Counts of what was sent; any thread reads them. */
struct demo_feed_counts {
    uint64_t sent;
    uint64_t harmful; /* sample posts that a rule must flag */
    uint64_t bad;     /* sample posts that must become dead letters */
    uint64_t captions;
    uint64_t spoken_harmful; /* sample streams that came to their end and that a rule must flag */
    uint64_t refused; /* lines that the broker does not take, for their size */
};

struct demo_feed;

/* Opens the file and the producer and starts the thread. Borrows the options for its life. */
enum weir_status demo_feed_start(const struct demo_feed_options *options, struct demo_feed **feed,
                                 struct weir_error *error) WEIR_MUST_CHECK;
void demo_feed_counts(const struct demo_feed *feed, struct demo_feed_counts *counts);
/* WEIR_OK, or why the posts could not be read to their end. */
enum weir_status demo_feed_failure(const struct demo_feed *feed, struct weir_error *error) WEIR_MUST_CHECK;
/* How many the daemon has taken so far: the feed never runs further ahead than the embedded broker keeps. */
void demo_feed_taken(struct demo_feed *feed, uint64_t taken);
/* Asks the thread to end; returns at once. */
void demo_feed_stop(struct demo_feed *feed);
/* True once everything is sent and delivered, or after demo_feed_stop. */
bool demo_feed_ended(const struct demo_feed *feed);
/* Stops, joins and frees; NULL is fine. */
void demo_feed_free(struct demo_feed *feed);

#endif
