/* The path of a backtest: each message decoded and normalized once, scanned and decided by two rule sets. Owns the
 * stages for one run. Publishes and commits nothing. */
#include "backtest_tally.h"

#include "weir/decide.h"
#include "weir/decode.h"
#include "weir/normalize.h"
#include "weir/scan.h"

#define BATCH_MESSAGES 512
#define BATCH_BYTES ((size_t)4 << 20)
#define TURN_MS 200 /* how soon go_on is asked when nothing comes */

struct path {
    const struct weir_backtest_run *run;
    struct weir_backtest *backtest;
    unsigned views; /* of both sets */
    struct weir_batch batch;
    struct weir_decoder *decoder;
    struct weir_normalizer *normalizer;
    struct weir_scanner *scanners[WEIR_BACKTEST_SIDES];
    struct weir_decider *deciders[WEIR_BACKTEST_SIDES];
};

static enum weir_status open_path(struct path *path)
{
    const struct weir_settings *settings = path->run->settings;
    enum weir_status status = weir_batch_init(&path->batch, BATCH_MESSAGES, BATCH_BYTES);
    if (status == WEIR_OK)
        status = weir_decoder_new(settings->mappings, settings->mapping_count, &settings->limits, &path->decoder);
    if (status == WEIR_OK)
        status = weir_normalizer_new(path->run->chars, &path->normalizer);
    for (int side = 0; side < WEIR_BACKTEST_SIDES && status == WEIR_OK; side++) {
        const struct weir_ruleset *ruleset = path->backtest->options.rulesets[side];
        path->views |= ruleset->views;
        status = weir_scanner_new(ruleset, settings->limits.hits, &path->scanners[side]);
        if (status == WEIR_OK)
            status = weir_decider_new(ruleset, path->run->chars, &settings->limits, &path->deciders[side]);
    }
    return status;
}

static void close_path(struct path *path)
{
    weir_batch_fini(&path->batch);
    weir_decoder_free(path->decoder);
    weir_normalizer_free(path->normalizer);
    for (int side = 0; side < WEIR_BACKTEST_SIDES; side++) {
        weir_scanner_free(path->scanners[side]);
        weir_decider_free(path->deciders[side]);
    }
}

static enum weir_status pass_message(struct path *path, const struct weir_message *message)
{
    struct weir_arena *arena = path->batch.arena;
    struct weir_item item;
    struct weir_bad_payload bad;
    enum weir_status status = weir_decode(path->decoder, message, arena, &item, &bad);
    if (status == WEIR_INVALID) {
        backtest_count_bad(path->backtest, bad.reason);
        return WEIR_OK;
    }
    struct weir_scan_text texts;
    if (status == WEIR_OK)
        status = weir_normalize(path->normalizer, &item, path->views, &texts);
    struct weir_verdict verdicts[WEIR_BACKTEST_SIDES];
    for (int side = 0; side < WEIR_BACKTEST_SIDES && status == WEIR_OK; side++) {
        struct weir_hits hits;
        weir_scan(path->scanners[side], &texts, &hits);
        status = weir_decide(path->deciders[side], &item, &texts, &hits, arena, &verdicts[side]);
    }
    return status == WEIR_OK ? backtest_count_item(path->backtest, &item, verdicts) : status;
}

/* One batch. WEIR_FATAL: the source gives no more (error->status WEIR_OK: its end). */
static enum weir_status turn(struct path *path, struct weir_error *error)
{
    struct weir_source *source = path->run->source;
    weir_batch_reset(&path->batch);
    enum weir_status ended = source->operations->poll(source, &path->batch, TURN_MS, error);
    for (size_t i = 0; i < path->batch.count; i++) {
        const struct weir_message *message = &path->batch.messages[i];
        enum weir_status status = pass_message(path, message);
        if (status != WEIR_OK)
            return weir_error_set(error, status, "no memory for a message of %zu bytes", message->payload.length);
    }
    return ended;
}

static enum weir_status read_to_end(struct path *path, struct weir_error *error)
{
    const struct weir_backtest_run *run = path->run;
    enum weir_status status;
    while ((status = turn(path, error)) == WEIR_OK)
        if (run->go_on && !run->go_on(run->context, path->backtest))
            return weir_error_set(error, WEIR_RETRY, "stopped before the end");
    if (status != WEIR_FATAL)
        return status;
    return error->status; /* of the source: WEIR_OK at its end */
}

enum weir_status weir_backtest_run(const struct weir_backtest_run *run, struct weir_backtest *backtest,
                                   struct weir_error *error)
{
    struct path path = {.run = run, .backtest = backtest};
    enum weir_status status = open_path(&path);
    if (status == WEIR_OK)
        status = read_to_end(&path, error);
    else
        weir_error_set(error, status, "no memory to start");
    close_path(&path);
    backtest->is_partial = status != WEIR_OK;
    return status;
}
