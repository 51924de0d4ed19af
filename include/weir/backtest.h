/* run: two rule sets over the same history: what the new one adds and removes. `weir backtest` is this and a source.
 *
 * One pass, one thread: a message is decoded once and normalized once, then scanned and decided with each set. Memory
 * is bounded by the rules and the samples, not by the history. */
#ifndef WEIR_BACKTEST_H
#define WEIR_BACKTEST_H

#include "weir/chars.h"
#include "weir/consume.h"
#include "weir/history.h"
#include "weir/ruleset.h"

#include <stdio.h>

enum weir_backtest_side { WEIR_BACKTEST_OLD, WEIR_BACKTEST_NEW, WEIR_BACKTEST_SIDES };

struct weir_backtest; /* what was counted */

#define WEIR_BACKTEST_SAMPLES_MAX 100

/* Both sets are loaded with the fields of one configuration, and borrowed. samples_max: items kept for each rule of
 * those added, and as many of those removed, at most WEIR_BACKTEST_SAMPLES_MAX; which ones follows from their sources
 * alone. quotes_only: samples without the text around the evidence. */
struct weir_backtest_options {
    const struct weir_ruleset *rulesets[WEIR_BACKTEST_SIDES];
    size_t samples_max;
    bool quotes_only;
};

enum weir_status weir_backtest_new(const struct weir_backtest_options *options,
                                   struct weir_backtest **backtest) WEIR_MUST_CHECK;
void weir_backtest_free(struct weir_backtest *backtest); /* NULL is fine */

struct weir_backtest_totals {
    uint64_t messages; /* bad ones included */
    uint64_t bad;
    uint64_t added; /* items flagged for review by the new set alone */
    uint64_t removed;
};
struct weir_backtest_totals weir_backtest_totals(const struct weir_backtest *backtest);

struct weir_backtest_run {
    const struct weir_settings *settings;
    const struct weir_chars *chars;
    struct weir_source *source;
    /* Asked after each batch, and while none comes; false: stop. NULL: never. */
    bool (*go_on)(void *context, const struct weir_backtest *backtest);
    void *context;
};

/* Reads the source to its end. WEIR_RETRY: stopped by go_on. On that and on failures what was counted so far stays, and
 * is marked as partial. */
enum weir_status weir_backtest_run(const struct weir_backtest_run *run, struct weir_backtest *backtest,
                                   struct weir_error *error) WEIR_MUST_CHECK;

/* Where the history came from, for the report: files, or a topic. */
struct weir_backtest_input {
    const char *const *paths;
    size_t path_count;
    const char *topic; /* NULL: files */
    int64_t from_ms;
    const struct weir_history_range *ranges;
    size_t range_count;
};

/* The report for a person. Nothing of the posts reaches a terminal as a control character. WEIR_NO_MEMORY is the only
 * failure, of this and the next; whether out took it all is for its owner to ask. */
enum weir_status weir_backtest_print(const struct weir_backtest *backtest, const struct weir_backtest_input *input,
                                     FILE *out) WEIR_MUST_CHECK;
/* The same for programs: one document, config/schema/weir.backtest-1.schema.json. */
enum weir_status weir_backtest_print_json(const struct weir_backtest *backtest, const struct weir_backtest_input *input,
                                          FILE *out) WEIR_MUST_CHECK;

/* --from: RFC 3339 ("2026-11-23T20:57:55Z"), or a duration back from now ("24h", "7d", "30m", "90s"). False: neither.
 */
bool weir_backtest_time(const char *text, int64_t now_ms, int64_t *from_ms);

#endif
