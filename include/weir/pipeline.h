/* pipeline: the path, in order: consume -> decode -> normalize -> scan -> decide -> publish -> commit.
 *
 * One worker owns one pipeline and shares nothing with the others but what is immutable. */
#ifndef WEIR_PIPELINE_H
#define WEIR_PIPELINE_H

#include "weir/chars.h"
#include "weir/consume.h"
#include "weir/counters.h"
#include "weir/latest.h"
#include "weir/publish.h"
#include "weir/ruleset.h"
#include "weir/settings.h"
#include "weir/tally.h"

struct weir_budget;

/* Who is told of payloads that become no item, in place of a dead letter. */
struct weir_bad_events {
    void (*met)(void *context, const struct weir_message *message, const struct weir_bad_payload *bad);
    void *context;
};

/* What a pipeline is made of. Everything is borrowed for its life. */
struct weir_pipeline_parts {
    const struct weir_settings *settings;
    const struct weir_ruleset *ruleset;
    struct weir_budget *budget; /* NULL: no limit */
    struct weir_tally *tally;   /* of this and the next, NULL: nobody asks */
    struct weir_latest *latest;
    const struct weir_chars *chars;
    struct weir_counters *counters;
    struct weir_clock clock;
    size_t record_max;          /* bytes of an encoded record; see weir_encoder */
    bool is_reproducible;       /* the same messages always give the same records but for their times */
    struct weir_bad_events bad; /* met NULL: they become dead letters */
};

struct weir_pipeline;

enum weir_status weir_pipeline_new(const struct weir_pipeline_parts *parts,
                                   struct weir_pipeline **pipeline) WEIR_MUST_CHECK;
void weir_pipeline_free(
    struct weir_pipeline *pipeline); /* NULL is fine; its source and sink are closed first, by their owner */

/* The events to open a source and a sink with, so that they report to this pipeline. Live as long as it. */
const struct weir_source_events *weir_pipeline_source_events(struct weir_pipeline *pipeline);
const struct weir_sink_events *weir_pipeline_sink_events(struct weir_pipeline *pipeline);
/* Borrows both until the pipeline is freed. */
void weir_pipeline_connect(struct weir_pipeline *pipeline, struct weir_source *source, struct weir_sink *sink);

/* From the next turn on, items are judged by these rules; the ones before may be freed afterwards. Between two turns,
 * on the pipeline's thread. On WEIR_NO_MEMORY everything is as it was. */
enum weir_status weir_pipeline_swap(struct weir_pipeline *pipeline, const struct weir_ruleset *ruleset,
                                    struct weir_budget *budget) WEIR_MUST_CHECK;

/* Asks the pipeline to give up waiting for a full sink. Any thread, also a signal handler. */
void weir_pipeline_stop(struct weir_pipeline *pipeline);

/* One batch through the whole path. Waits up to timeout_ms for messages. WEIR_OK: go on. WEIR_FATAL: the source is at
 * its end (error->status WEIR_OK) or the source or sink is broken (error says how). WEIR_RETRY: stopped in the middle
 * of a batch; what was not finished is not committed. */
enum weir_status weir_pipeline_turn(struct weir_pipeline *pipeline, int timeout_ms,
                                    struct weir_error *error) WEIR_MUST_CHECK;

/* ---- Rules' own examples ---- */

/* Runs every rule's examples through decide with the whole ruleset, in every kind of the rule; each that does not do as
 * it says is an error at its line, with what was found instead. WEIR_INVALID when there is one. */
enum weir_status weir_trial_run(const struct weir_ruleset *ruleset, const struct weir_chars *chars,
                                const struct weir_limits *limits, struct weir_diagnostics *diagnostics) WEIR_MUST_CHECK;

#endif
