/* With exactly_once: when records and offsets are committed, and going back when they are not. */
#include "path.h"

/* Until the next look at whether the worker is to stop. */
#define COMMIT_STEP_MS 500

bool path_is_transactional(const struct weir_pipeline *pipeline)
{
    return pipeline->sink && pipeline->sink->operations->commit;
}

int path_commit_due(const struct weir_pipeline *pipeline, int timeout_ms)
{
    if (!path_is_transactional(pipeline))
        return timeout_ms;
    int due = pipeline->goes_back ? 0 : pipeline->sink->operations->due(pipeline->sink, false);
    return due < timeout_ms ? due : timeout_ms;
}

/* Commits, or, where what was put is not whole, aborts. */
static enum weir_commit end_transaction(struct weir_pipeline *pipeline, int deadline_ms, struct weir_error *error)
{
    struct weir_kafka_position *position = NULL;
    if (pipeline->goes_back)
        pipeline->sink->operations->spoil(pipeline->sink);
    else if (pipeline->source->operations->position(pipeline->source, &position) != WEIR_OK) {
        weir_error_set(error, WEIR_NO_MEMORY, "no memory for offsets");
        return WEIR_COMMIT_BROKEN;
    }
    return pipeline->sink->operations->commit(pipeline->sink, position, deadline_ms, error);
}

enum weir_status path_transact(struct weir_pipeline *pipeline, bool is_busy, struct weir_error *error)
{
    if (!pipeline->goes_back && pipeline->sink->operations->due(pipeline->sink, is_busy) > 0)
        return WEIR_OK;
    enum weir_commit became = end_transaction(pipeline, COMMIT_STEP_MS, error);
    while (became == WEIR_COMMITTING && !path_is_stopping(pipeline))
        became = pipeline->sink->operations->commit(pipeline->sink, NULL, COMMIT_STEP_MS, error);
    if (became == WEIR_COMMIT_BROKEN)
        return WEIR_FATAL;
    if (became == WEIR_COMMITTING || (became == WEIR_COMMITTED && !pipeline->goes_back))
        return WEIR_OK;
    enum weir_status status = pipeline->source->operations->rewind(pipeline->source, error);
    pipeline->goes_back = false;
    return status;
}

/* Between two batches, or on the way out. */
void path_commit_before_revoke(void *context, int deadline_ms)
{
    struct weir_pipeline *pipeline = context;
    struct weir_error error;
    if (!path_is_transactional(pipeline))
        return;
    /* What others than these had in the transaction, if it is gone, is read again by the next turn. */
    enum weir_commit became = end_transaction(pipeline, deadline_ms, &error);
    pipeline->goes_back = pipeline->goes_back || became != WEIR_COMMITTED;
}
