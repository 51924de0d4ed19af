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
#include "weir/streams.h"

#include <stdatomic.h>

/* A batch ends at whichever comes first. Small enough for the cache, large enough that a poll costs nothing per
 * message. */
#define WEIR_BATCH_MESSAGES 512
#define WEIR_BATCH_BYTES ((size_t)4 << 20)

/* So many messages of a batch are decoded before the first of them goes on, which costs less than one by one:
 * presumably as decode and Hyperscan push each other out of the caches. */
#define WEIR_GROUP_MESSAGES 32

struct path_decoded {
    enum weir_status status; /* of weir_decode */
    struct weir_item item;
    struct weir_bad_payload bad;
};

struct weir_pipeline {
    struct weir_pipeline_parts parts;
    struct weir_encoder encoder;
    struct weir_source_events source_events;
    struct weir_sink_events sink_events;
    struct weir_source *source;
    struct weir_sink *sink;
    struct weir_batch batch;
    struct path_decoded decoded[WEIR_GROUP_MESSAGES];
    struct weir_decoder *decoder;
    struct weir_normalizer *normalizer;
    struct weir_scanner *scanner;
    struct weir_decider *decider;
    struct weir_ledger *ledger;
    struct weir_repeats *repeats;
    struct weir_streams *streams; /* NULL: no source has captions */
    struct weir_window_options window;
    struct path_partition *partitions; /* by slot */
    uint32_t partition_count;
    struct path_tape *tape; /* NULL: nobody measures the stages */
    atomic_bool stopping;
    int64_t lag_at_ms; /* when the lag is noted next */
    bool goes_back; /* with exactly_once: the transaction is not to be committed, and its messages are to be read again
                     */
};

/* Any thread. */
static inline bool path_is_stopping(const struct weir_pipeline *pipeline)
{
    return atomic_load_explicit(&pipeline->stopping, memory_order_relaxed);
}

/* A message behind decide. */
struct path_passage {
    const struct weir_message *message;
    const struct weir_item *item;
    const struct weir_scan_text *texts;
    const struct weir_verdict *verdict;
};

/* What the streams of a partition needed once its messages below `offset` had passed. */
struct path_need {
    int64_t offset;
    int64_t needed;
};

#define PATH_NEEDS_MAX 32

/* What the streams of a partition go by. */
struct path_partition {
    int64_t latest_ms;    /* the greatest timestamp of its records; -1: none had one */
    int64_t publish_from; /* messages before it only rebuild windows: what they made was published before */
    int64_t needed;       /* from here on messages were read; -1: none were yet */
    int64_t next;         /* the offset after the last fragment that passed; -1: none did */
    struct path_need needs[PATH_NEEDS_MAX]; /* of batches that are not committed yet, in order */
    size_t need_count;
};

/* Whether what becomes of the message is to be published: false for one that was done with before, and is read again
 * only because a window is made of it. */
static inline bool path_publishes(const struct weir_pipeline *pipeline, const struct weir_message *message)
{
    return message->slot >= pipeline->partition_count ||
           message->origin.offset >= pipeline->partitions[message->slot].publish_from;
}

/* captions.c: a fragment of a live stream, from its place in the window to its flags. */
enum weir_status path_pass_caption(struct weir_pipeline *pipeline, const struct weir_message *message,
                                   const struct weir_item *fragment, struct weir_error *error) WEIR_MUST_CHECK;
/* A partition came or went: what was known of its streams is forgotten. WEIR_NO_MEMORY is the only failure. */
enum weir_status path_captions_begin(struct weir_pipeline *pipeline, uint32_t slot,
                                     struct weir_progress resume) WEIR_MUST_CHECK;
void path_captions_end(struct weir_pipeline *pipeline, uint32_t slot);
/* caption_needs.c: from where messages have to be read again by whoever goes on at the watermark; the watermark itself
 * where there are no streams. */
int64_t path_captions_needed(struct weir_pipeline *pipeline, uint32_t slot, int64_t watermark);
/* After a batch: notes what the streams need now. */
void path_captions_note(struct weir_pipeline *pipeline);

/* publish.c: encode, hold in the ledger, and put into the sink, waiting while it is full. WEIR_RETRY: stopped while
 * waiting. */
enum weir_status path_publish_dead_letter(struct weir_pipeline *pipeline, const struct weir_message *message,
                                          const struct weir_bad_payload *bad, struct weir_error *error) WEIR_MUST_CHECK;
enum weir_status path_publish_stream_flag(struct weir_pipeline *pipeline, const struct weir_message *message,
                                          const struct weir_finding *finding, enum weir_output *output,
                                          struct weir_error *error) WEIR_MUST_CHECK;
/* The last part of these: fills the record's ticket. */
enum weir_status path_put(struct weir_pipeline *pipeline, const struct weir_message *message,
                          struct weir_record *record, struct weir_error *error) WEIR_MUST_CHECK;
enum weir_status path_publish_verdict(struct weir_pipeline *pipeline, const struct path_passage *passage,
                                      struct weir_error *error) WEIR_MUST_CHECK;

enum weir_status path_publish_update(struct weir_pipeline *pipeline, const struct weir_message *message,
                                     const struct weir_flag_update *update, struct weir_error *error) WEIR_MUST_CHECK;

/* audit.c: an unflagged item to the audit topic, if it is drawn. */
enum weir_status path_audit(struct weir_pipeline *pipeline, const struct weir_message *message,
                            const struct weir_item *item, struct weir_error *error) WEIR_MUST_CHECK;
/* Whether no active rule flags what was looked at, and all of it was looked at. */
bool path_is_unflagged(const struct weir_verdict *verdict, const struct weir_hits *hits);
static inline bool path_audits(const struct weir_pipeline *pipeline)
{
    return pipeline->parts.settings->audit_share > 0;
}

/* repeat_of.c: of a flag that is to be published; its own repeat_of and repeats are not looked at. WEIR_NO_MEMORY is
 * the only failure. */
enum weir_status path_find_repeat(struct weir_pipeline *pipeline, const struct path_passage *passage,
                                  const struct weir_finding *finding, struct weir_repeat *repeat) WEIR_MUST_CHECK;

/* partitions.c: the events of source and sink, and what is told to the source about finished offsets. */
void path_events(struct weir_pipeline *pipeline);
void path_commit(struct weir_pipeline *pipeline);
/* Once a second, however often it is called: also while a batch waits for the sink. */
void path_note_lag(struct weir_pipeline *pipeline);

/* transact.c, for delivery: exactly_once. */
bool path_is_transactional(const struct weir_pipeline *pipeline);
/* How long a poll may take so that no commit comes late: at most timeout_ms. */
int path_commit_due(const struct weir_pipeline *pipeline, int timeout_ms);
/* After a batch: commits when it is time, and goes back when nothing was committed. is_busy: more is waiting to be
 * read. */
enum weir_status path_transact(struct weir_pipeline *pipeline, bool is_busy, struct weir_error *error) WEIR_MUST_CHECK;
/* The source's event `revoking`. */
void path_commit_before_revoke(void *context, int deadline_ms);

/* tape.c: what the stages are given in one turn, noted for weir/stages.h. Only called where there is a tape. */

/* A text was scanned. What is noted of it from here on belongs to it. */
void path_tape_scanned(struct path_tape *tape, const struct weir_item *item, const struct weir_scan_text *texts,
                       const struct weir_hits *hits);
/* It is about to be decided; window NULL: of a post. */
void path_tape_deciding(struct path_tape *tape, const struct weir_window *window);

/* Something is about to be published: one of these. */
struct path_publication {
    const struct weir_message *message;
    const struct path_passage *passage;    /* a post's verdict */
    const struct weir_finding *finding;    /* a stream's flag */
    const struct weir_flag_update *update; /* of such a flag */
    const struct weir_bad_payload *bad;    /* a dead letter */
};
void path_tape_publishing(struct path_tape *tape, const struct path_publication *publication);

#endif
