/* What a pipeline holds, and the two ends of the path that need more than a call: publishing with back-pressure, and
 * committing through rebalances. Private to pipeline. */
#ifndef WEIR_PIPELINE_PATH_H
#define WEIR_PIPELINE_PATH_H

#include "weir/commit.h"
#include "weir/decide.h"
#include "weir/decode.h"
#include "weir/normalize.h"
#include "weir/pipeline.h"
#include "weir/repeats.h"
#include "weir/scan.h"

#include <stdatomic.h>

/* A batch ends at whichever comes first. Small enough for the cache, large enough that a poll costs nothing per
 * message. */
#define WEIR_BATCH_MESSAGES 512
#define WEIR_BATCH_BYTES ((size_t)4 << 20)

struct weir_pipeline {
    struct weir_pipeline_parts parts;
    struct weir_encoder encoder;
    struct weir_source_events source_events;
    struct weir_sink_events sink_events;
    struct weir_source *source;
    struct weir_sink *sink;
    struct weir_batch batch;
    struct weir_decoder *decoder;
    struct weir_normalizer *normalizer;
    struct weir_scanner *scanner;
    struct weir_decider *decider;
    struct weir_ledger *ledger;
    struct weir_repeats *repeats;
    atomic_bool stopping;
};

/* A message behind decide. */
struct path_passage {
    const struct weir_message *message;
    const struct weir_item *item;
    const struct weir_scan_text *texts;
    const struct weir_verdict *verdict;
};

/* publish.c: encode, hold in the ledger, and put into the sink, waiting while it is full. WEIR_RETRY: stopped while
 * waiting. */
enum weir_status path_publish_dead_letter(struct weir_pipeline *pipeline, const struct weir_message *message,
                                          const struct weir_bad_payload *bad, struct weir_error *error) WEIR_MUST_CHECK;
enum weir_status path_publish_verdict(struct weir_pipeline *pipeline, const struct path_passage *passage,
                                      struct weir_error *error) WEIR_MUST_CHECK;

/* repeat_of.c: of a flag that is to be published; its own repeat_of and repeats are not looked at. WEIR_NO_MEMORY is
 * the only failure. */
enum weir_status path_find_repeat(struct weir_pipeline *pipeline, const struct path_passage *passage,
                                  const struct weir_finding *finding, struct weir_repeat *repeat) WEIR_MUST_CHECK;

/* partitions.c: the events of source and sink, and what is told to the source about finished offsets. */
void path_events(struct weir_pipeline *pipeline);
void path_commit(struct weir_pipeline *pipeline);

#endif
