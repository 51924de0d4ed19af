/* latency BOOTSTRAP RATE SECONDS: produces posts at the rate (0: as many as go), one in a hundred of which matches, and
 * reads the review topic, read_committed, at the same time. Prints one line: posts a second (until the last flag was
 * there), flags, and the milliseconds from before a post is produced until a reader has its flag: p50, p99, p99.9. */
#include <librdkafka/rdkafka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PARTITIONS 3
#define MATCH_EVERY 100
#define POSTS_MAX 20000000
#define WAIT_FOR_FLAGS_S 60

struct run {
    const char *bootstrap;
    int64_t *produced_us; /* by number of the matching post */
    int64_t *seen_us;
    atomic_size_t seen;
    atomic_bool is_ready;
    atomic_bool is_over;
    int64_t id; /* of the run, so that flags of earlier ones are told apart */
};

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static void die(const char *what)
{
    fprintf(stderr, "latency: %s\n", what);
    exit(3);
}

static rd_kafka_t *open_client(rd_kafka_type_t type, const struct run *run, const char *const properties[][2])
{
    char why[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", run->bootstrap, why, sizeof why);
    for (size_t i = 0; properties[i][0]; i++)
        if (rd_kafka_conf_set(conf, properties[i][0], properties[i][1], why, sizeof why) != RD_KAFKA_CONF_OK)
            die(why);
    rd_kafka_t *client = rd_kafka_new(type, conf, why, sizeof why);
    if (!client)
        die(why);
    return client;
}

/* The item's id is RUN-NUMBER. */
static void note_flag(struct run *run, const rd_kafka_message_t *message)
{
    char pattern[64];
    const char *text = message->payload;
    int length = snprintf(pattern, sizeof pattern, "\"id\":\"%lld-", (long long)run->id);
    const char *found = memmem(text, message->len, pattern, (size_t)length);
    if (!found)
        return;
    size_t number = strtoull(found + length, NULL, 10);
    if (number >= POSTS_MAX / MATCH_EVERY || run->seen_us[number])
        return;
    run->seen_us[number] = now_us();
    atomic_fetch_add(&run->seen, 1);
}

static void *read_flags(void *context)
{
    struct run *run = context;
    static const char *const properties[][2] = {{"group.id", "latency"},
                                                {"enable.auto.commit", "false"},
                                                {"isolation.level", "read_committed"},
                                                {"fetch.wait.max.ms", "10"},
                                                {NULL, NULL}};
    rd_kafka_t *client = open_client(RD_KAFKA_CONSUMER, run, properties);
    rd_kafka_poll_set_consumer(client);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(PARTITIONS);
    for (int i = 0; i < PARTITIONS; i++) {
        int64_t low;
        int64_t high;
        if (rd_kafka_query_watermark_offsets(client, "weir.review", i, &low, &high, 10000))
            die("the brokers do not tell the offsets of weir.review");
        rd_kafka_topic_partition_list_add(list, "weir.review", i)->offset = high;
    }
    rd_kafka_assign(client, list);
    rd_kafka_topic_partition_list_destroy(list);
    atomic_store(&run->is_ready, true);
    while (!atomic_load(&run->is_over)) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(client, 100);
        if (message && !message->err)
            note_flag(run, message);
        if (message)
            rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(client);
    rd_kafka_destroy(client);
    return NULL;
}

static void produce_post(const struct run *run, rd_kafka_t *client, rd_kafka_topic_t *topic, size_t number)
{
    char post[512];
    bool matches = number % MATCH_EVERY == 0;
    size_t id = matches ? number / MATCH_EVERY : number;
    int length =
        snprintf(post, sizeof post,
                 "{\"id\":\"%lld-%zu\",\"author\":{\"id\":\"u%zu\"},\"text\":\"The night bus was late again and "
                 "nobody minded, so we stayed for tea and talked about %s until the library closed its back door; "
                 "tomorrow the choir sings a song from 1974 near the museum, photos follow.\"}",
                 (long long)run->id, id, number % 9973, matches ? "a copper lantern voucher" : "the green bicycle");
    if (matches)
        run->produced_us[id] = now_us();
    while (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, post, (size_t)length, NULL, 0, NULL))
        rd_kafka_poll(client, 10);
}

static size_t produce(const struct run *run, double rate, double seconds)
{
    static const char *const properties[][2] = {{"linger.ms", "2"}, {"acks", "all"}, {NULL, NULL}};
    rd_kafka_t *client = open_client(RD_KAFKA_PRODUCER, run, properties);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, "posts", NULL);
    const int64_t begin = now_us();
    size_t number = 0;
    while (number < POSTS_MAX) {
        int64_t took = now_us() - begin;
        size_t due = rate > 0 ? (size_t)((double)took * rate / 1e6) : number + 1000;
        if ((double)took >= seconds * 1e6)
            break;
        for (; number < due && number < POSTS_MAX; number++)
            produce_post(run, client, topic, number);
        rd_kafka_poll(client, rate > 0 ? 1 : 0);
    }
    rd_kafka_flush(client, 60000);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(client);
    return number;
}

static int compare(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int main(int count, char **arguments)
{
    if (count != 4)
        die("usage: latency BOOTSTRAP RATE SECONDS");
    struct run run = {.bootstrap = arguments[1], .id = now_us()};
    run.produced_us = calloc(POSTS_MAX / MATCH_EVERY, sizeof *run.produced_us);
    run.seen_us = calloc(POSTS_MAX / MATCH_EVERY, sizeof *run.seen_us);
    pthread_t reader;
    if (!run.produced_us || !run.seen_us || pthread_create(&reader, NULL, read_flags, &run))
        die("no memory");
    while (!atomic_load(&run.is_ready))
        usleep(1000);
    const int64_t begin = now_us();
    size_t posts = produce(&run, strtod(arguments[2], NULL), strtod(arguments[3], NULL));
    size_t flags = (posts + MATCH_EVERY - 1) / MATCH_EVERY;
    for (int64_t until = now_us() + WAIT_FOR_FLAGS_S * INT64_C(1000000);
         atomic_load(&run.seen) < flags && now_us() < until;)
        usleep(1000);
    double seconds = (double)(now_us() - begin) / 1e6;
    atomic_store(&run.is_over, true);
    pthread_join(reader, NULL);
    int64_t *took = calloc(flags, sizeof *took);
    size_t seen = 0;
    for (size_t i = 0; took && i < flags; i++)
        if (run.seen_us[i])
            took[seen++] = run.seen_us[i] - run.produced_us[i];
    if (seen < flags)
        die("flags are missing");
    qsort(took, seen, sizeof *took, compare);
    printf("%.0f %zu %.1f %.1f %.1f\n", (double)posts / seconds, seen, (double)took[seen / 2] / 1e3,
           (double)took[seen * 99 / 100] / 1e3, (double)took[seen * 999 / 1000] / 1e3);
    free(took);
    free(run.produced_us);
    free(run.seen_us);
    return 0;
}
