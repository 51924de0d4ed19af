/* pipeline: the stages of the path one at a time, over what the path itself gave them: for measuring (weir bench).
 *
 *   weir_stages_turn   one batch through the whole path; what each stage is given is noted
 *   weir_stages_run    one stage over all of that once more, by the very same calls
 *
 * One thread. */
#ifndef WEIR_STAGES_H
#define WEIR_STAGES_H

#include "weir/pipeline.h"

enum weir_stage {
    WEIR_STAGE_DECODE,
    WEIR_STAGE_NORMALIZE,
    WEIR_STAGE_SCAN,
    WEIR_STAGE_DECIDE,
    WEIR_STAGE_PUBLISH,
    WEIR_STAGE_BARE_SCAN, /* no stage: Hyperscan alone over what SCAN is given */
    WEIR_STAGE_COUNT
};

/* "decode", ..., "bare hs_scan"; a constant. */
const char *weir_stage_name(enum weir_stage stage);

struct weir_stages;

/* Takes 16 MB or more. The pipeline is connected to a source of one partition and to a sink that delivers at once, and
 * is borrowed for their life; nobody else turns it. */
enum weir_status weir_stages_new(struct weir_pipeline *pipeline, struct weir_stages **stages) WEIR_MUST_CHECK;
void weir_stages_free(struct weir_stages *stages); /* NULL is fine */

/* Before the first turn, and to begin anew: nothing is known of any stream. WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_stages_begin(struct weir_stages *stages) WEIR_MUST_CHECK;
/* As weir_pipeline_turn; also WEIR_NO_MEMORY. */
enum weir_status weir_stages_turn(struct weir_stages *stages, struct weir_error *error) WEIR_MUST_CHECK;
/* The stage over what it was given in the last turn. */
enum weir_status weir_stages_run(struct weir_stages *stages, enum weir_stage stage,
                                 struct weir_error *error) WEIR_MUST_CHECK;

/* What the last turn came to. */
struct weir_stages_sums {
    uint64_t calls[WEIR_STAGE_COUNT]; /* how often each stage was called */
    uint64_t scanned_bytes;           /* of all views that were scanned */
    uint64_t bad[WEIR_BAD_REASON_COUNT];
};
struct weir_stages_sums weir_stages_sums(const struct weir_stages *stages);

#endif
