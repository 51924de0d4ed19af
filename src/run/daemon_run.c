/* `weir run` from start to end: signals, reloads, the progress line, and the deadline after which the process ends come
 * what may. */
#include "http_server.h"
#include "reload.h"
#include "service.h"

#include "weir/budget.h"
#include "weir/kafka.h"
#include "weir/stop_watch.h"

#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#define LOOK_MS 100
#define PROGRESS_MS 60000
#define EVICTIONS_MS 60000
#define LAST_NEWS_MS 1000 /* for the rollups, once everything else is delivered */

/* Messages come from the broker in blocks of up to some megabytes, which are freed on another thread in another order.
 * Left to itself glibc keeps whatever it took at most; with a mapping for each block, each 4 KiB of them is a page
 * fault, in all a tenth of the daemon's processor time. So blocks come from the heap, and what is free at its end is
 * given back but for a few blocks. */
static void bound_heap(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 32 * 1024 * 1024); /* the most that mallopt(3) takes */
    mallopt(M_TRIM_THRESHOLD, 8 * 1024 * 1024);
    mallopt(M_ARENA_MAX, 4);
#endif
}

static void log_start(const struct weir_daemon_parts *parts)
{
    const struct weir_settings *settings = parts->settings;
    for (size_t i = 0; i < settings->mapping_count; i++)
        weir_log_event(parts->log, WEIR_LOG_INFO, "source", WEIR_LOG_TEXT("topic", settings->mappings[i].topic),
                       WEIR_LOG_TEXT("kind", weir_kind_name(settings->mappings[i].kind)));
    weir_log_event(
        parts->log, WEIR_LOG_INFO, "started", WEIR_LOG_TEXT("version", WEIR_VERSION),
        WEIR_LOG_NUMBER("workers", settings->workers), WEIR_LOG_NUMBER("rules", parts->rules.ruleset->rule_count),
        WEIR_LOG_NUMBER("generation", parts->rules.ruleset->generation),
        WEIR_LOG_TEXT("ruleset", parts->rules.ruleset->sha256), WEIR_LOG_TEXT("review", settings->topics.review));
}

/* What weir_daemon_run looks after. */
struct watch {
    const struct weir_daemon_parts *parts;
    struct weir_daemon *daemon;
    struct announcer announcer;
    struct reload reload;
    struct observer observer;
    struct http_server *http;
    struct service service;
    struct weir_stop_watch stop_watch;
    bool is_stopping;
    int64_t progress_at_ms;
    int64_t evictions_at_ms; /* when they may be told again */
    uint64_t evictions;      /* told so far */
};

static void log_counts(const struct watch *watch, const char *event)
{
    uint64_t sums[WEIR_COUNTER_COUNT];
    struct weir_log_field fields[WEIR_COUNTER_COUNT + 1];
    weir_daemon_counts(watch->daemon, sums);
    for (int i = 0; i < WEIR_COUNTER_COUNT; i++)
        fields[i] = WEIR_LOG_NUMBER(weir_counter_name((enum weir_counter)i), sums[i]);
    fields[WEIR_COUNTER_COUNT] = WEIR_LOG_NUMBER("generation", reload_rules(&watch->reload)->ruleset->generation);
    weir_log_write(watch->parts->log, WEIR_LOG_INFO, event, fields, WEIR_COUNTER_COUNT + 1);
}

static int64_t now_ms(const struct watch *watch)
{
    struct weir_clock clock = watch->parts->log->clock;
    return clock.monotonic_ms(clock.context);
}

/* Caption streams had to be forgotten: said at once, and once a minute while it goes on. */
static void tell_evictions(struct watch *watch)
{
    uint64_t sums[WEIR_COUNTER_COUNT];
    weir_daemon_counts(watch->daemon, sums);
    uint64_t evictions = sums[WEIR_COUNT_STREAMS_EVICTED];
    if (evictions == watch->evictions || now_ms(watch) < watch->evictions_at_ms)
        return;
    weir_log_event(watch->parts->log, WEIR_LOG_WARNING, "streams_evicted",
                   WEIR_LOG_NUMBER("count", evictions - watch->evictions),
                   WEIR_LOG_NUMBER("streams", sums[WEIR_COUNT_STREAMS]),
                   WEIR_LOG_NUMBER("stream_bytes", sums[WEIR_COUNT_STREAM_BYTES]),
                   WEIR_LOG_TEXT("do", "raise captions.streams_max, or lower captions.idle or captions.window"));
    watch->evictions = evictions;
    watch->evictions_at_ms = now_ms(watch) + EVICTIONS_MS;
}

static void on_signal(struct watch *watch, int number)
{
    const struct weir_log *log = watch->parts->log;
    if (number == SIGHUP) {
        reload_ask(&watch->reload);
        return;
    }
    if (watch->is_stopping) {
        weir_log_event(log, WEIR_LOG_WARNING, "stopped_at_once", WEIR_LOG_NUMBER("signal", number));
        _exit(3);
    }
    weir_log_event(log, WEIR_LOG_INFO, "stopping", WEIR_LOG_NUMBER("signal", number),
                   WEIR_LOG_NUMBER("deadline_ms", watch->parts->stop_deadline_ms));
    watch->is_stopping = true;
    service_stopping(&watch->service);
    weir_stop_watch_start(&watch->stop_watch);
    weir_daemon_stop(watch->daemon);
}

static void wait_for_end(struct watch *watch, const sigset_t *signals)
{
    const struct timespec look = {.tv_nsec = LOOK_MS * 1000000L};
    while (!weir_daemon_ended(watch->daemon)) {
        int number = sigtimedwait(signals, NULL, &look);
        if (number > 0)
            on_signal(watch, number);
        observer_look(&watch->observer, watch->is_stopping);
        service_alive(&watch->service, now_ms(watch));
        announcer_look(&watch->announcer, reload_rules(&watch->reload));
        tell_evictions(watch);
        if (!watch->is_stopping)
            reload_look(&watch->reload);
        if (now_ms(watch) >= watch->progress_at_ms) {
            log_counts(watch, "progress");
            watch->progress_at_ms = now_ms(watch) + PROGRESS_MS;
        }
    }
}

/* From the first worker's start to the last one's end. */
static enum weir_status live(struct watch *watch, const sigset_t *signals, struct weir_error *error)
{
    const struct weir_daemon_parts *parts = watch->parts;
    struct weir_ruleset_change change;
    enum weir_status status = weir_daemon_start(parts, &watch->daemon, error);
    if (status != WEIR_OK)
        return status;
    if (reload_open(&watch->reload, parts, watch->daemon, &watch->announcer, &watch->observer) == WEIR_OK) {
        log_start(parts);
        observer_watch(&watch->observer, watch->daemon);
        service_ready(&watch->service);
        announcer_tell_rules(&watch->announcer, NULL, parts->rules.ruleset, &change);
        watch->progress_at_ms = now_ms(watch) + PROGRESS_MS;
        wait_for_end(watch, signals);
        weir_stop_watch_start(&watch->stop_watch); /* they may end by themselves */
        log_counts(watch, "stopped");
        announcer_tell_rollup(&watch->announcer, reload_rules(&watch->reload));
    } else {
        status = weir_error_set(error, WEIR_NO_MEMORY, "no memory");
        weir_daemon_stop(watch->daemon);
    }
    struct weir_error broken;
    http_server_stop(watch->http);
    watch->http = NULL;
    enum weir_status ended = weir_daemon_free(watch->daemon, &broken);
    if (status == WEIR_OK && ended != WEIR_OK) {
        status = ended;
        *error = broken;
    }
    reload_close(&watch->reload);
    return status;
}

/* Where nobody named an address, the usual one may be taken by another weir: that is no reason not to work. */
static enum weir_status start_http(struct watch *watch, struct weir_error *error)
{
    const struct weir_settings *settings = watch->parts->settings;
    if (!settings->http.host)
        return WEIR_OK;
    enum weir_status status =
        http_server_start(settings->http.host, settings->http.port, &watch->observer, &watch->http, error);
    if (status == WEIR_OK)
        weir_log_event(watch->parts->log, WEIR_LOG_INFO, "http", WEIR_LOG_TEXT("host", settings->http.host),
                       WEIR_LOG_NUMBER("port", settings->http.port));
    if (status != WEIR_UNAVAILABLE || settings->http.is_given)
        return status;
    weir_log_event(watch->parts->log, WEIR_LOG_WARNING, "http_off", WEIR_LOG_TEXT("reason", error->text));
    return WEIR_OK;
}

/* What surrounds the workers: those who watch and those who tell. */
static enum weir_status surround(struct watch *watch, const sigset_t *signals, struct weir_error *error)
{
    service_open(&watch->service);
    enum weir_status status = start_http(watch, error);
    if (status == WEIR_OK)
        status = announcer_open(&watch->announcer, watch->parts, &watch->observer, error);
    if (status == WEIR_OK) {
        status = live(watch, signals, error);
        announcer_close(&watch->announcer, LAST_NEWS_MS);
    }
    http_server_stop(watch->http);
    service_close(&watch->service);
    return status;
}

static enum weir_status run_with_counts(const struct weir_daemon_parts *given, const sigset_t *signals,
                                        struct weir_error *error)
{
    struct weir_daemon_parts parts = *given;
    struct watch watch = {.parts = &parts};
    uint32_t per_minute = parts.settings->budget_per_minute;
    parts.tally = weir_tally_new();
    if (parts.settings->http.host && parts.settings->http.shows_content)
        parts.latest = weir_latest_new();
    enum weir_status status = parts.tally ? WEIR_OK : WEIR_NO_MEMORY;
    if (status == WEIR_OK && per_minute > 0)
        status = weir_budget_new(parts.rules.ruleset, per_minute, NULL, &parts.rules.budget);
    if (status == WEIR_OK && !observer_init(&watch.observer, &parts))
        status = WEIR_NO_MEMORY;
    if (status == WEIR_OK) {
        if (!weir_stop_watch_open(&watch.stop_watch, parts.log, parts.stop_deadline_ms))
            weir_log_event(parts.log, WEIR_LOG_WARNING, "stop_without_deadline",
                           WEIR_LOG_TEXT("detail", "no thread for the deadline"));
        observer_rules_loaded(&watch.observer, parts.rules.ruleset);
        status = surround(&watch, signals, error);
        weir_stop_watch_close(&watch.stop_watch);
        observer_fini(&watch.observer);
    } else {
        weir_error_set(error, status, "no memory for the counts of rules");
    }
    weir_budget_free(parts.rules.budget);
    weir_latest_free(parts.latest);
    weir_tally_free(parts.tally);
    return status;
}

enum weir_status weir_daemon_run(const struct weir_daemon_parts *parts, struct weir_error *error)
{
    sigset_t signals;
    sigset_t before;
    bound_heap();
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGPIPE); /* never delivered: a closed pipe is an error of write(2) */
    pthread_sigmask(SIG_BLOCK, &signals, &before);
    sigdelset(&signals, SIGPIPE);
    enum weir_status status = run_with_counts(parts, &signals, error);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}
