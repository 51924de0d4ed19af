/* A member of the replay's group, read to the ends that the partitions had at the start:
 *
 *   offsets    committed ..... read ..... end at the start ..... (letters that came since: left alone)
 *
 * Its messages stand where their letters stand, so that letters are what is committed, and say where they came from
 * first. It is at its end when all of that was read, and is finished: then nothing of it is in flight. Must never let a
 * record pass uncounted. */
#include "replay_source.h"

#include "replay_letter.h"
#include "replay_tally.h"

#include <stdlib.h>

/* A member that was killed keeps its partitions for session.timeout.ms, 45 s unless told. */
#define GROUP_WITHIN_MS 120000

struct replay_partition {
    int32_t number;
    int64_t start;    /* where --since is */
    int64_t end;      /* when the replay began */
    int64_t read;     /* behind the last record that was handed on since it was assigned; -1: none was */
    int64_t finished; /* of these */
    int64_t counted;  /* records below were counted */
    int64_t told;     /* letters below were told to be still bad */
    uint32_t slot;
    bool is_ours;
    bool has_ended;
    bool has_started; /* once; from then on what is committed says where to go on */
};

struct replay_source {
    struct weir_source base;
    struct replay_source_options options;
    struct weir_source *inner;
    const struct weir_source_events *to; /* the pipeline's */
    struct weir_source_events events;    /* ours, which hands them on */
    struct replay_partition *partitions;
    struct weir_replay_report again; /* takes the counts of records that were counted before */
    bool is_assigned;    /* the group has answered: between two assignments nothing is ours, and nothing is over */
    bool is_uncommitted; /* exactly_once: something is finished, and no transaction has it yet */
    int64_t waits_ms;    /* since when it has none */
};

static int64_t now_ms(const struct replay_source *source)
{
    struct weir_clock clock = source->options.replay->log->clock;
    return clock.monotonic_ms(clock.context);
}

static struct replay_partition *find_partition(const struct replay_source *source, int32_t number)
{
    for (size_t i = 0; i < source->options.range_count; i++)
        if (source->partitions[i].number == number)
            return &source->partitions[i];
    return NULL;
}

static struct replay_partition *find_slot(const struct replay_source *source, uint32_t slot)
{
    for (size_t i = 0; i < source->options.range_count; i++)
        if (source->partitions[i].is_ours && source->partitions[i].slot == slot)
            return &source->partitions[i];
    return NULL;
}

/* ---- Events ---- */

/* A partition that was added to the topic since has nothing for us. */
static uint32_t on_assigned(void *context, const char *topic, int32_t number, uint32_t epoch,
                            struct weir_progress resume)
{
    struct replay_source *source = context;
    uint32_t slot = source->to->assigned(source->to->context, topic, number, epoch, resume);
    struct replay_partition *partition = find_partition(source, number);
    source->is_assigned = true;
    if (!partition)
        return slot;
    partition->slot = slot;
    partition->is_ours = true;
    partition->has_ended = false;
    partition->read = partition->finished = -1;
    return slot;
}

static void note_loss(struct replay_source *source)
{
    source->is_assigned = false;
    for (size_t i = 0; i < source->options.range_count; i++)
        source->is_assigned = source->is_assigned || source->partitions[i].is_ours;
    source->waits_ms = now_ms(source);
}

static struct weir_progress on_revoked(void *context, uint32_t slot, bool lost, int deadline_ms)
{
    struct replay_source *source = context;
    struct replay_partition *partition = find_slot(source, slot);
    if (partition)
        partition->is_ours = false;
    note_loss(source);
    struct weir_progress progress = source->to->revoked(source->to->context, slot, lost, deadline_ms);
    if (source->options.replay->is_dry)
        progress.offset = -1;
    return progress;
}

static void on_revoking(void *context, int deadline_ms)
{
    const struct replay_source *source = context;
    source->to->revoking(source->to->context, deadline_ms);
}

static int64_t on_start(void *context, const char *topic, int32_t number, bool *commits)
{
    (void)topic;
    struct replay_source *source = context;
    struct replay_partition *partition = find_partition(source, number);
    if (!partition || partition->has_started || source->options.replay->since_ms <= 0)
        return -1;
    partition->has_started = true;
    *commits = !source->options.replay->is_dry;
    return partition->start;
}

static bool on_stopping(void *context)
{
    const struct replay_source *source = context;
    return source->to->is_stopping && source->to->is_stopping(source->to->context);
}

static void on_reached_end(void *context, uint32_t slot)
{
    struct replay_partition *partition = find_slot(context, slot);
    if (partition)
        partition->has_ended = true;
}

/* ---- Letters ---- */

/* What lies beyond the ends leaves the batch. */
static enum weir_status take_batch(struct replay_source *source, struct weir_batch *batch)
{
    size_t kept = 0;
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; i < batch->count && status == WEIR_OK; i++) {
        struct weir_message message = batch->messages[i];
        struct replay_partition *partition = find_partition(source, message.origin.partition);
        if (!partition)
            continue;
        const int64_t next = message.origin.offset + 1;
        partition->has_ended = partition->has_ended || next >= partition->end;
        if (next > partition->end)
            continue;
        status = replay_letter_take(source->options.replay, batch->arena, &message,
                                    next > partition->counted ? source->options.report : &source->again);
        partition->counted = next > partition->counted ? next : partition->counted;
        partition->read = next;
        batch->messages[kept++] = message;
    }
    batch->count = kept;
    return status;
}

void replay_source_bad(struct weir_source *base, const struct weir_message *message, const struct weir_bad_payload *bad)
{
    struct replay_source *source = (struct replay_source *)base;
    struct replay_partition *partition = find_partition(source, message->origin.partition);
    if (!partition || message->origin.offset < partition->told)
        return; /* a transaction is made again */
    partition->told = message->origin.offset + 1;
    replay_tally_bad(source->options.report, message, bad);
}

/* ---- The source's operations ---- */

static bool is_done(const struct replay_source *source)
{
    bool is_done = source->is_assigned && !source->is_uncommitted;
    for (size_t i = 0; i < source->options.range_count && is_done; i++) {
        const struct replay_partition *partition = &source->partitions[i];
        is_done = !partition->is_ours || (partition->has_ended && partition->finished >= partition->read);
    }
    return is_done;
}

/* Partitions that another replay has are its own affair; one that gets none waits for it, for a while. */
static enum weir_status watch_group(const struct replay_source *source, struct weir_error *error)
{
    if (source->is_assigned || now_ms(source) - source->waits_ms < GROUP_WITHIN_MS)
        return WEIR_OK;
    weir_error_set(error, WEIR_UNAVAILABLE,
                   "the group '%s' gave no partition of '%s' within %d s; see whether another weir replay runs, and "
                   "whether weir's user may read that group",
                   source->options.group, source->options.replay->topic, GROUP_WITHIN_MS / 1000);
    return WEIR_FATAL;
}

static enum weir_status poll_replay(struct weir_source *base, struct weir_batch *batch, int timeout_ms,
                                    struct weir_error *error)
{
    struct replay_source *source = (struct replay_source *)base;
    if (is_done(source)) {
        source->options.report->is_whole = true;
        *error = (struct weir_error){0};
        return WEIR_FATAL;
    }
    enum weir_status status = source->inner->operations->poll(source->inner, batch, timeout_ms, error);
    if (take_batch(source, batch) != WEIR_OK) {
        batch->count = 0; /* none of it is finished */
        weir_error_set(error, WEIR_NO_MEMORY, "no memory for a dead letter");
        return WEIR_FATAL;
    }
    return status == WEIR_OK ? watch_group(source, error) : status;
}

static enum weir_status finish(struct weir_source *base, uint32_t slot, struct weir_progress progress)
{
    struct replay_source *source = (struct replay_source *)base;
    struct replay_partition *partition = find_slot(source, slot);
    enum weir_status status = WEIR_OK;
    if (!source->options.replay->is_dry) {
        status = source->inner->operations->finished(source->inner, slot, progress);
        source->is_uncommitted = source->is_uncommitted || source->inner->operations->position;
    }
    if (status == WEIR_OK && partition)
        partition->finished = progress.offset;
    return status;
}

static enum weir_status take_position(struct weir_source *base, struct weir_kafka_position **position)
{
    struct replay_source *source = (struct replay_source *)base;
    enum weir_status status = source->inner->operations->position(source->inner, position);
    if (status == WEIR_OK)
        source->is_uncommitted = false; /* or else all is read again, and finished again */
    return status;
}

static enum weir_status rewind_inner(struct weir_source *base, struct weir_error *error)
{
    struct replay_source *source = (struct replay_source *)base;
    return source->inner->operations->rewind(source->inner, error);
}

static void close_replay(struct weir_source *base, int deadline_ms)
{
    struct replay_source *source = (struct replay_source *)base;
    if (source->inner)
        source->inner->operations->close(source->inner, deadline_ms);
    free(source->partitions);
    free(source);
}

/* ---- Opening ---- */

static const struct weir_source_operations OPERATIONS = {
    .poll = poll_replay, .finished = finish, .close = close_replay};
static const struct weir_source_operations TRANSACTIONAL_OPERATIONS = {
    .poll = poll_replay, .finished = finish, .close = close_replay, .position = take_position, .rewind = rewind_inner};

static void copy_ranges(struct replay_source *source)
{
    for (size_t i = 0; i < source->options.range_count; i++) {
        const struct weir_history_range *range = &source->options.ranges[i];
        source->partitions[i] = (struct replay_partition){
            .number = range->partition, .start = range->start, .end = range->end, .read = -1, .finished = -1};
    }
}

enum weir_status replay_source_open(const struct replay_source_options *options,
                                    const struct weir_source_events *events, struct weir_source **source,
                                    struct weir_error *error)
{
    struct replay_source *made = calloc(1, sizeof *made);
    if (!made)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a source");
    made->options = *options;
    made->to = events;
    made->events = (struct weir_source_events){.assigned = on_assigned,
                                               .revoked = on_revoked,
                                               .context = made,
                                               .revoking = events->revoking ? on_revoking : NULL,
                                               .start = on_start,
                                               .is_stopping = on_stopping,
                                               .reached_end = on_reached_end};
    made->partitions = calloc(options->range_count + 1, sizeof *made->partitions);
    made->waits_ms = now_ms(made);
    enum weir_status status = WEIR_NO_MEMORY;
    if (made->partitions) {
        copy_ranges(made);
        status = weir_kafka_source_open(options->settings, options->cluster, 0, &made->events, &made->inner, error);
    } else {
        weir_error_set(error, status, "no memory for %zu partitions", options->range_count);
    }
    if (status != WEIR_OK) {
        close_replay(&made->base, 0);
        return status;
    }
    made->base.operations = made->inner->operations->position ? &TRANSACTIONAL_OPERATIONS : &OPERATIONS;
    *source = &made->base;
    return WEIR_OK;
}
