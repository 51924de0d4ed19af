/* The parts of a running demo. Private to run. */
#ifndef WEIR_RUN_DEMO_PARTS_H
#define WEIR_RUN_DEMO_PARTS_H

#include "demo_feed.h"
#include "demo_screen.h"
#include "demo_tally.h"
#include "http_server.h"
#include "rollups.h"

#include "weir/demo.h"
#include "weir/embedded.h"
#include "weir/kafka.h"
#include "weir/run.h"

#include <signal.h>

#define DEMO_TOPIC_POSTS "posts"
#define DEMO_TOPIC_CAPTIONS "captions"
#define DEMO_TOPIC_REVIEW "weir.review"
#define DEMO_TOPIC_SHADOW "weir.shadow"
#define DEMO_TOPIC_DEAD_LETTERS "weir.dead-letters"
#define DEMO_STOP_MS 10000 /* what the workers have to end */

struct demo {
    const struct weir_demo_options *options;
    struct weir_clock clock;
    struct weir_log log;
    sigset_t signals;
    /* Owned, in the order in which they are made. */
    struct weir_kafka_embedded *broker;
    struct weir_settings_file *settings_file;
    struct weir_chars *chars;
    struct weir_ruleset *ruleset;
    struct demo_tally tally;
    struct weir_kafka_cluster *cluster;
    struct weir_tally *flag_tally;
    struct weir_latest *latest;
    struct weir_daemon_parts parts;
    bool is_observed;
    struct observer observer;
    struct weir_arena *arena; /* for the rollups */
    struct rollups rollups;
    struct http_server *http;
    struct weir_daemon *daemon;
    struct weir_embedded_reader *reader;
    struct demo_feed_options feed_options;
    struct demo_feed *feed;
    /* How it goes. */
    struct demo_screen screen;
    int64_t start_ms; /* of the feed */
    int64_t feed_ms;  /* how long it ran */
    int64_t live_ms;  /* when the live line was written last */
    uint64_t counts[WEIR_COUNTER_COUNT];
    bool stopping;
};

/* Makes all parts; those made before a failure are released by demo_release all the same. */
enum weir_status demo_start(struct demo *demo, struct weir_diagnostics *diagnostics,
                            struct weir_error *error) WEIR_MUST_CHECK;
void demo_release(struct demo *demo);

#endif
