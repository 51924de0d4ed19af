/* Sends posts to the embedded broker. Owns its thread and its producer; never prints. */
#include "demo_feed.h"

#include "weir/clock.h"
#include "weir/demo.h"
#include "weir/embedded.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The embedded broker keeps 5 MiB a partition and drops the oldest beyond, so the feed stays this close to the daemon.
 */
#define AHEAD_MAX 2000
#define PAUSE_MS 5
#define QUEUE_WAIT_MS 100
#define FLUSH_MS 5000
/* Sample streams go on side by side, a caption for so many posts. */
#define STREAMS 3
#define POSTS_PER_CAPTION 8

/* One that goes on. */
struct live_stream {
    uint64_t number;
    unsigned index; /* of its next caption */
};

struct demo_feed {
    const struct demo_feed_options *options;
    struct weir_embedded_producer *producer;
    FILE *posts; /* NULL: sample posts */
    char *line;
    size_t line_size;
    uint64_t number; /* of the next sample post */
    struct weir_demo_post post;
    struct live_stream streams[STREAMS];
    uint64_t stream_next; /* number of the next one to begin */
    unsigned turn;        /* whose caption is next */
    pthread_t thread;
    _Atomic uint64_t sent;
    _Atomic uint64_t harmful;
    _Atomic uint64_t bad;
    _Atomic uint64_t captions;
    _Atomic uint64_t spoken_harmful;
    _Atomic uint64_t refused;
    _Atomic uint64_t taken;
    _Atomic int failure; /* errno of a read; 0: none failed */
    atomic_bool stopping;
    atomic_bool ended;
};

static int64_t read_clock(void)
{
    struct weir_clock clock = weir_clock_system();
    return clock.monotonic_ms(clock.context);
}

static void pause_shortly(void)
{
    nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
}

static bool is_blank(const char *line, ssize_t length)
{
    while (length > 0 && (line[length - 1] == ' ' || (line[length - 1] >= '\t' && line[length - 1] <= '\r')))
        length--;
    return length == 0;
}

/* The next line with something in it, without its end; false at the end of the file, or when it cannot be read on. */
static bool next_line(struct demo_feed *feed, struct weir_text *value)
{
    ssize_t length;
    while ((length = getline(&feed->line, &feed->line_size, feed->posts)) >= 0) {
        while (length > 0 && (feed->line[length - 1] == '\n' || feed->line[length - 1] == '\r'))
            length--;
        if (!is_blank(feed->line, length)) {
            *value = (struct weir_text){feed->line, (size_t)length};
            return true;
        }
    }
    if (!feof(feed->posts))
        atomic_store(&feed->failure, errno);
    return false;
}

static bool next_post(struct demo_feed *feed, struct weir_text *key, struct weir_text *value)
{
    *key = (struct weir_text){0};
    if (feed->posts)
        return next_line(feed, value);
    weir_demo_post(feed->options->seed, feed->number++, &feed->post);
    *key = weir_text_of(feed->post.id);
    *value = (struct weir_text){feed->post.payload, feed->post.length};
    return true;
}

static void count_sent(struct demo_feed *feed)
{
    if (!feed->posts && feed->post.nature == WEIR_DEMO_HARMFUL)
        atomic_fetch_add(&feed->harmful, 1);
    if (!feed->posts && feed->post.nature == WEIR_DEMO_BAD)
        atomic_fetch_add(&feed->bad, 1);
    atomic_fetch_add(&feed->sent, 1);
}

static void send_caption(struct demo_feed *feed)
{
    struct live_stream *stream = &feed->streams[feed->turn++ % STREAMS];
    struct weir_demo_caption caption;
    enum weir_status status;
    weir_demo_caption(feed->options->seed, stream->number, stream->index++, &caption);
    do
        status = weir_embedded_produce(feed->producer, feed->options->captions_topic, weir_text_of(caption.id),
                                       (struct weir_text){caption.payload, caption.length}, QUEUE_WAIT_MS);
    while (status == WEIR_RETRY && !atomic_load(&feed->stopping));
    if (status == WEIR_OK)
        atomic_fetch_add(&feed->captions, 1);
    if (!caption.is_last)
        return;
    atomic_fetch_add(&feed->spoken_harmful, status == WEIR_OK && caption.rule);
    *stream = (struct live_stream){.number = feed->stream_next++};
}

/* False when there is no more. */
static bool send_next(struct demo_feed *feed)
{
    struct weir_text key;
    struct weir_text value;
    enum weir_status status;
    if (!next_post(feed, &key, &value))
        return false;
    do
        status = weir_embedded_produce(feed->producer, feed->options->topic, key, value, QUEUE_WAIT_MS);
    while (status == WEIR_RETRY && !atomic_load(&feed->stopping));
    if (status == WEIR_OK)
        count_sent(feed);
    else if (status == WEIR_INVALID)
        atomic_fetch_add(&feed->refused, 1);
    if (!feed->posts && feed->number % POSTS_PER_CAPTION == 0)
        send_caption(feed);
    return true;
}

static void *run_feed(void *context)
{
    struct demo_feed *feed = context;
    int64_t start_ms = read_clock();
    uint64_t due_from = 0; /* posts that were due at start_ms */
    bool more = true;
    while (more && !atomic_load(&feed->stopping)) {
        uint64_t handled = atomic_load(&feed->sent) + atomic_load(&feed->refused);
        if (atomic_load(&feed->sent) + atomic_load(&feed->captions) >= atomic_load(&feed->taken) + AHEAD_MAX) {
            /* Waiting for the daemon is no debt to be made up for afterwards. */
            pause_shortly();
            start_ms = read_clock();
            due_from = handled;
        } else if (handled <= due_from + (uint64_t)(read_clock() - start_ms) * feed->options->rate / 1000) {
            more = send_next(feed);
        } else {
            pause_shortly();
        }
    }
    /* What could not be delivered is missing in the summary, which says so. */
    enum weir_status flushed = weir_embedded_producer_flush(feed->producer, FLUSH_MS);
    (void)flushed;
    atomic_store(&feed->ended, true);
    return NULL;
}

static void release(struct demo_feed *feed)
{
    weir_embedded_producer_close(feed->producer);
    if (feed->posts)
        fclose(feed->posts);
    free(feed->line);
    free(feed);
}

static enum weir_status open_feed(struct demo_feed *feed, struct weir_error *error)
{
    const char *path = feed->options->posts_path;
    if (path && !(feed->posts = fopen(path, "re")))
        return weir_error_set(error, WEIR_UNAVAILABLE, "cannot read %s: %s", path, strerror(errno));
    enum weir_status status = weir_embedded_producer_open(feed->options->bootstrap, &feed->producer, error);
    if (status == WEIR_OK && pthread_create(&feed->thread, NULL, run_feed, feed) != 0)
        status = weir_error_set(error, WEIR_UNAVAILABLE, "cannot start a thread");
    return status;
}

enum weir_status demo_feed_start(const struct demo_feed_options *options, struct demo_feed **feed,
                                 struct weir_error *error)
{
    struct demo_feed *made = calloc(1, sizeof *made);
    if (!made)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for the sample posts");
    made->options = options;
    for (made->stream_next = 0; made->stream_next < STREAMS; made->stream_next++)
        made->streams[made->stream_next].number = made->stream_next;
    enum weir_status status = open_feed(made, error);
    if (status != WEIR_OK) {
        release(made);
        return status;
    }
    *feed = made;
    return WEIR_OK;
}

void demo_feed_counts(const struct demo_feed *feed, struct demo_feed_counts *counts)
{
    *counts = (struct demo_feed_counts){
        .sent = atomic_load(&feed->sent),
        .harmful = atomic_load(&feed->harmful),
        .bad = atomic_load(&feed->bad),
        .captions = atomic_load(&feed->captions),
        .spoken_harmful = atomic_load(&feed->spoken_harmful),
        .refused = atomic_load(&feed->refused),
    };
}

enum weir_status demo_feed_failure(const struct demo_feed *feed, struct weir_error *error)
{
    int failure = atomic_load(&feed->failure);
    if (!failure)
        return WEIR_OK;
    return weir_error_set(error, WEIR_UNAVAILABLE, "cannot read %s to its end: %s", feed->options->posts_path,
                          strerror(failure));
}

void demo_feed_taken(struct demo_feed *feed, uint64_t taken)
{
    atomic_store(&feed->taken, taken);
}

void demo_feed_stop(struct demo_feed *feed)
{
    atomic_store(&feed->stopping, true);
}

bool demo_feed_ended(const struct demo_feed *feed)
{
    return atomic_load(&feed->ended);
}

void demo_feed_free(struct demo_feed *feed)
{
    if (!feed)
        return;
    demo_feed_stop(feed);
    pthread_join(feed->thread, NULL);
    release(feed);
}
