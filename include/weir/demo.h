/* run: `weir demo`: sample posts, an embedded broker and the daemon in one process, and each flag as a person wants to
 * read it.
 *
 * Needs no network and leaves no file behind; memory stays the same however long it runs. */
#ifndef WEIR_DEMO_H
#define WEIR_DEMO_H

#include "weir/diagnostics.h"
#include "weir/text.h"

#include <stdint.h>

/* ---- Sample posts ---- */

enum weir_demo_nature {
    WEIR_DEMO_ORDINARY, /* about 98 %: must not be flagged */
    WEIR_DEMO_HARMFUL,  /* about 2 %: a rule of the shipped packs must flag it */
    WEIR_DEMO_BAD,      /* a few in ten thousand: a payload that must become a dead letter */
};

#define WEIR_DEMO_PAYLOAD_MAX 4096

struct weir_demo_post {
    enum weir_demo_nature nature;
    const char *rule; /* which must flag it; NULL unless harmful */
    char id[32];      /* "demo-000017" */
    char text[WEIR_DEMO_PAYLOAD_MAX / 2];
    char payload[WEIR_DEMO_PAYLOAD_MAX]; /* what goes to Kafka */
    size_t length;                       /* bytes of payload */
};

/* The post of this number, in English or Chinese. Pure: the same seed and number always give the same post. */
void weir_demo_post(uint64_t seed, uint64_t number, struct weir_demo_post *post);
/* The number in a sample post's id; false when it is no such id. */
bool weir_demo_post_number(struct weir_text id, uint64_t *number);

/* ---- Sample streams: live captions ---- */

struct weir_demo_caption {
    const char *rule; /* which must flag the stream; NULL: none */
    char id[32];      /* of the stream: "live-000003" */
    char payload[512];
    size_t length; /* bytes of payload */
    bool is_last;
};

/* Whether a rule of the shipped packs must flag the stream of this number: every fourth. */
bool weir_demo_stream_is_harmful(uint64_t stream);
/* Caption `index` of the stream; the last one for all beyond it. Pure. */
void weir_demo_caption(uint64_t seed, uint64_t stream, unsigned index, struct weir_demo_caption *caption);
/* The number in a sample stream's id; false when it is no such id. */
bool weir_demo_stream_number(struct weir_text id, uint64_t *stream);

/* ---- The demo ---- */

struct weir_demo_options {
    const char *const *rule_paths;
    size_t rule_path_count;
    const char *cache;      /* a folder for compiled rules (weir/rules_cache.h); NULL: none */
    bool loads_only;        /* ends when the rules are loaded, and so in the cache */
    const char *posts_path; /* NDJSON posts to send instead of the sample posts; NULL: none */
    unsigned rate;          /* posts a second */
    unsigned seconds;       /* 0: until SIGINT or SIGTERM */
    uint64_t seed;
    FILE *out;
    bool is_terminal; /* a live line at the bottom */
    bool has_colour;
    size_t columns; /* of the terminal; 0: lines are not broken */
};

/* Runs the demo on this thread, with SIGINT, SIGTERM and SIGPIPE blocked, and prints the summary. WEIR_INVALID with
 * diagnostics: the rules do not load. Else *error says what went wrong. */
enum weir_status weir_demo_run(const struct weir_demo_options *options, struct weir_diagnostics *diagnostics,
                               struct weir_error *error) WEIR_MUST_CHECK;

#endif
