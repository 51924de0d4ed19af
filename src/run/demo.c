/* `weir demo`: a loop that shows what the daemon makes of the posts until somebody, or the clock, ends it. */
#include "demo_parts.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define LOOK_MS 20
#define READ_BURST 200 /* records between two looks at signals and the clock */
#define LIVE_TERMINAL_MS 250
#define LIVE_PLAIN_MS 10000
#define DRAIN_MS 15000
#define ROLLUPS_MS 2000 /* more often than the daemon: people look at a demo for a minute */

static int64_t now_ms(const struct demo *demo)
{
    return demo->clock.monotonic_ms(demo->clock.context);
}

/* ---- Watch ---- */

static void show_record(struct demo *demo, const struct weir_embedded_record *record)
{
    json_t *value = json_loadb(record->value.data, record->value.length, JSON_ALLOW_NUL, NULL);
    bool is_sample = !demo->options->posts_path;
    if (json_object_get(value, "state")) {
        demo_screen_update(&demo->screen, value);
    } else if (strcmp(record->topic, DEMO_TOPIC_REVIEW) == 0) {
        demo_tally_flag(&demo->tally, value, demo->options->seed, is_sample, demo->clock.wall_ms(demo->clock.context));
        demo_screen_flag(&demo->screen, value);
    } else if (strcmp(record->topic, DEMO_TOPIC_SHADOW) == 0) {
        demo_tally_shadow(&demo->tally);
    } else {
        demo_tally_dead_letter(&demo->tally, value);
        demo_screen_dead_letter(&demo->screen, value);
    }
    json_decref(value);
}

static void read_some(struct demo *demo)
{
    struct weir_embedded_record record;
    int timeout_ms = LOOK_MS;
    for (int i = 0; i < READ_BURST && weir_embedded_read(demo->reader, timeout_ms, &record) == WEIR_OK; i++) {
        show_record(demo, &record);
        timeout_ms = 0;
    }
}

static void look_at_daemon(struct demo *demo)
{
    weir_daemon_counts(demo->daemon, demo->counts);
    demo_feed_taken(demo->feed, demo->counts[WEIR_COUNT_MESSAGES]);
}

static void ignore_record(void *context, const struct weir_record *record)
{
    (void)context;
    (void)record;
}

/* For the page's charts. Without memory they miss a moment. */
static void look_at_rollups(struct demo *demo)
{
    observer_look(&demo->observer, false);
    if (!rollups_due(&demo->rollups, ROLLUPS_MS, now_ms(demo)))
        return;
    weir_arena_reset(demo->arena);
    (void)!rollups_tell(&demo->rollups, &demo->observer, demo->ruleset, demo->arena, ignore_record, NULL);
}

static void look_at_signals(struct demo *demo)
{
    int number = sigtimedwait(&demo->signals, NULL, &(struct timespec){0});
    if (number <= 0)
        return;
    if (demo->stopping) {
        demo_screen_wipe(&demo->screen);
        fputs("weir demo: ended at once\n", stderr);
        fflush(demo->screen.page.out);
        _exit(3);
    }
    demo->stopping = true;
}

static void show_live(struct demo *demo)
{
    int64_t now = now_ms(demo);
    if (now - demo->live_ms < (demo->screen.is_terminal ? LIVE_TERMINAL_MS : LIVE_PLAIN_MS))
        return;
    struct demo_feed_counts feed;
    char line[160];
    int64_t run_ms = demo->feed_ms ? demo->feed_ms : now - demo->start_ms;
    demo_feed_counts(demo->feed, &feed);
    int length = snprintf(line, sizeof line,
                          "%3" PRId64 " s  %" PRIu64 " posts  %" PRId64 "/s  %" PRIu64 " flagged  %" PRIu64 " bad",
                          run_ms / 1000, feed.sent, run_ms ? (int64_t)feed.sent * 1000 / run_ms : 0, demo->tally.flags,
                          demo->tally.dead_letters);
    if (demo->counts[WEIR_COUNT_MESSAGES] == 0)
        snprintf(line + length, sizeof line - (size_t)length, "  (joining)");
    else if (demo->tally.latency_count > 0)
        snprintf(line + length, sizeof line - (size_t)length, "  last flag after %" PRIu64 " ms",
                 demo->tally.latency_last_ms);
    demo_screen_live(&demo->screen, line);
    demo->live_ms = now;
}

/* One look at everything. */
static void turn(struct demo *demo)
{
    read_some(demo);
    look_at_daemon(demo);
    look_at_rollups(demo);
    look_at_signals(demo);
    show_live(demo);
}

static void run_feed_to_end(struct demo *demo)
{
    int64_t end_ms = demo->start_ms + (int64_t)demo->options->seconds * 1000;
    while (!demo->stopping && !demo_feed_ended(demo->feed) && !weir_daemon_ended(demo->daemon) &&
           !ferror(demo->screen.page.out) && (demo->options->seconds == 0 || now_ms(demo) < end_ms))
        turn(demo);
    demo_feed_stop(demo->feed);
    demo->feed_ms = now_ms(demo) - demo->start_ms;
}

static bool is_drained(struct demo *demo)
{
    struct demo_feed_counts feed;
    demo_feed_counts(demo->feed, &feed);
    return demo_feed_ended(demo->feed) && demo->counts[WEIR_COUNT_MESSAGES] >= feed.sent + feed.captions &&
           demo->tally.flags >= demo->counts[WEIR_COUNT_FLAGS] &&
           demo->tally.shadow_flags >= demo->counts[WEIR_COUNT_SHADOW_FLAGS] &&
           demo->tally.dead_letters >= demo->counts[WEIR_COUNT_DEAD_LETTERS];
}

static void drain(struct demo *demo)
{
    int64_t deadline_ms = now_ms(demo) + DRAIN_MS;
    while (!is_drained(demo) && !weir_daemon_ended(demo->daemon) && !ferror(demo->screen.page.out) &&
           now_ms(demo) < deadline_ms)
        turn(demo);
}

/* ---- End ---- */

static enum weir_status end_daemon(struct demo *demo, struct weir_error *error)
{
    int64_t deadline_ms = now_ms(demo) + DEMO_STOP_MS;
    weir_daemon_stop(demo->daemon);
    while (!weir_daemon_ended(demo->daemon)) {
        read_some(demo);
        look_at_signals(demo);
        if (now_ms(demo) >= deadline_ms) {
            fputs("weir demo: the workers did not end in time\n", stderr);
            fflush(demo->screen.page.out);
            _exit(3);
        }
    }
    look_at_daemon(demo);
    http_server_stop(demo->http);
    demo->http = NULL;
    enum weir_status status = weir_daemon_free(demo->daemon, error);
    demo->daemon = NULL;
    return status;
}

static void print_summary(struct demo *demo)
{
    struct demo_totals totals = {
        .taken = demo->counts[WEIR_COUNT_MESSAGES],
        .feed_ms = demo->feed_ms,
        .is_sample = !demo->options->posts_path,
        .has_colour = demo->options->has_colour,
        .columns = demo->options->columns,
    };
    demo_feed_counts(demo->feed, &totals.feed);
    demo_screen_wipe(&demo->screen);
    demo_tally_print(&demo->tally, &totals, demo->options->out);
}

enum weir_status weir_demo_run(const struct weir_demo_options *options, struct weir_diagnostics *diagnostics,
                               struct weir_error *error)
{
    sigset_t before;
    struct demo *demo = calloc(1, sizeof *demo);
    if (!demo)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory");
    demo->options = options;
    demo->clock = weir_clock_system();
    demo->log = (struct weir_log){.descriptor = STDERR_FILENO, .level = WEIR_LOG_ERROR, .clock = demo->clock};
    demo->screen = (struct demo_screen){
        .page = {.out = options->out, .columns = options->columns},
        .is_terminal = options->is_terminal,
        .has_colour = options->has_colour,
    };
    sigemptyset(&demo->signals);
    sigaddset(&demo->signals, SIGINT);
    sigaddset(&demo->signals, SIGTERM);
    sigaddset(&demo->signals, SIGPIPE); /* never delivered: a closed pipe is an error of the stream */
    pthread_sigmask(SIG_BLOCK, &demo->signals, &before);
    sigdelset(&demo->signals, SIGPIPE);
    enum weir_status status = demo_start(demo, diagnostics, error);
    if (status == WEIR_OK && !options->loads_only) {
        run_feed_to_end(demo);
        drain(demo);
        status = end_daemon(demo, error);
        print_summary(demo);
        if (status == WEIR_OK)
            status = demo_feed_failure(demo->feed, error);
    }
    demo_release(demo);
    free(demo);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}
