/* latency BOOTSTRAP RATE SECONDS [alone]: produces posts at the rate (0: as many as go), one in a hundred of which
 * matches, and reads the review topic, read_committed, at the same time. Prints one line: posts a second (until the last
 * flag was there), flags, and milliseconds: p50, p99, p99.9 from before a post is produced until a reader has its flag;
 * then the p99 of each of the three parts of that way: until the broker has acknowledged the post, from then until the
 * daemon hands the flag to its producer, and from then until the reader has it. The first second's posts match nothing:
 * the producer connects in it. alone: there is no daemon, so nothing is read; posts a second, and the p99 until the
 * broker has acknowledged a post. */
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
#define MATCHES_MAX 400000
#define WARM_UP_S 1
#define WAIT_FOR_FLAGS_S 60

/* Of one post that matches; wall clock, as the time that its flag's record bears is. */
struct way {
    int64_t produced_us;
    int64_t acknowledged_us;
    int64_t handed_us; /* whole milliseconds */
    int64_t seen_us;
};

struct run {
    const char *bootstrap;
    struct way *ways;
    int64_t *took; /* room for every match */
    size_t matches;
    atomic_size_t seen;
    atomic_bool is_ready;
    atomic_bool is_over;
    int64_t id; /* of the run, so that flags of earlier ones are told apart */
};

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static void die(const char *what)
{
    fprintf(stderr, "latency: %s\n", what);
    exit(3);
}

static void note_acknowledged(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    (void)client;
    (void)opaque;
    if (message->err)
        die("a post was not acknowledged");
    struct way *way = message->_private;
    if (way)
        way->acknowledged_us = now_us();
}

static rd_kafka_t *open_client(rd_kafka_type_t type, const struct run *run, const char *const properties[][2])
{
    char why[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", run->bootstrap, why, sizeof why);
    for (size_t i = 0; properties[i][0]; i++)
        if (rd_kafka_conf_set(conf, properties[i][0], properties[i][1], why, sizeof why) != RD_KAFKA_CONF_OK)
            die(why);
    if (type == RD_KAFKA_PRODUCER)
        rd_kafka_conf_set_dr_msg_cb(conf, note_acknowledged);
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
    if (number >= MATCHES_MAX || run->ways[number].seen_us)
        return;
    rd_kafka_timestamp_type_t type;
    run->ways[number].handed_us = rd_kafka_message_timestamp(message, &type) * 1000;
    run->ways[number].seen_us = now_us();
    atomic_fetch_add(&run->seen, 1);
}

static void *read_flags(void *context)
{
    struct run *run = context;
    static const char *const properties[][2] = {{"group.id", "latency"},
                                                {"enable.auto.commit", "false"},
                                                {"isolation.level", "read_committed"},
                                                {"fetch.wait.max.ms", "10"},
                                                {"enable.partition.eof", "true"},
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
    for (int at_end = 0; !atomic_load(&run->is_over);) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(client, 100);
        if (message && !message->err)
            note_flag(run, message);
        if (message && message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF && ++at_end == PARTITIONS)
            atomic_store(&run->is_ready, true);
        if (message)
            rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(client);
    rd_kafka_destroy(client);
    return NULL;
}

static void produce_post(struct run *run, rd_kafka_t *client, rd_kafka_topic_t *topic, size_t number, bool matches)
{
    char post[512];
    size_t id = matches ? run->matches : number;
    int length =
        snprintf(post, sizeof post,
                 "{\"id\":\"%lld-%zu\",\"author\":{\"id\":\"u%zu\"},\"text\":\"The night bus was late again and "
                 "nobody minded, so we stayed for tea and talked about %s until the library closed its back door; "
                 "tomorrow the choir sings a song from 1974 near the museum, photos follow.\"}",
                 (long long)run->id, id, number % 9973, matches ? "a copper lantern voucher" : "the green bicycle");
    struct way *way = matches ? &run->ways[run->matches++] : NULL;
    if (way)
        way->produced_us = now_us();
    while (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, post, (size_t)length, NULL, 0, way))
        rd_kafka_poll(client, 10);
}

static size_t produce(struct run *run, double rate, double seconds)
{
    static const char *const properties[][2] = {{"linger.ms", "2"}, {"acks", "all"}, {NULL, NULL}};
    rd_kafka_t *client = open_client(RD_KAFKA_PRODUCER, run, properties);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, "posts", NULL);
    const int64_t begin = now_us();
    size_t number = 0;
    while (run->matches < MATCHES_MAX) {
        double took = (double)(now_us() - begin) / 1e6;
        size_t due = rate > 0 ? (size_t)(took * rate) : number + 1000;
        if (took >= WARM_UP_S + seconds)
            break;
        for (; number < due && run->matches < MATCHES_MAX; number++)
            produce_post(run, client, topic, number, took >= WARM_UP_S && number % MATCH_EVERY == 0);
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

static int64_t whole_way(const struct way *way) { return way->seen_us - way->produced_us; }
static int64_t to_broker(const struct way *way) { return way->acknowledged_us - way->produced_us; }
static int64_t in_daemon(const struct way *way) { return way->handed_us - way->acknowledged_us; }
static int64_t to_reader(const struct way *way) { return way->seen_us - way->handed_us; }

/* Of the whole run, in milliseconds. */
static double percentile(const struct run *run, int64_t (*part)(const struct way *), double share)
{
    for (size_t i = 0; i < run->matches; i++)
        run->took[i] = part(&run->ways[i]);
    qsort(run->took, run->matches, sizeof *run->took, compare);
    return run->matches ? (double)run->took[(size_t)((double)run->matches * share)] / 1e3 : 0;
}

static void run_alone(struct run *run, double rate, double seconds)
{
    const int64_t begin = now_us();
    size_t posts = produce(run, rate, seconds);
    double took_s = (double)(now_us() - begin) / 1e6;
    printf("%.0f %.1f\n", (double)posts / took_s, percentile(run, to_broker, 0.99));
}

static void run_with_daemon(struct run *run, double rate, double seconds)
{
    pthread_t reader;
    if (pthread_create(&reader, NULL, read_flags, run))
        die("no memory");
    while (!atomic_load(&run->is_ready))
        usleep(1000);
    const int64_t begin = now_us();
    size_t posts = produce(run, rate, seconds);
    for (int64_t until = now_us() + WAIT_FOR_FLAGS_S * INT64_C(1000000);
         atomic_load(&run->seen) < run->matches && now_us() < until;)
        usleep(1000);
    double took_s = (double)(now_us() - begin) / 1e6;
    atomic_store(&run->is_over, true);
    pthread_join(reader, NULL);
    if (atomic_load(&run->seen) < run->matches)
        die("flags are missing");
    printf("%.0f %zu %.1f %.1f %.1f %.1f %.1f %.1f\n", (double)posts / took_s, run->matches,
           percentile(run, whole_way, 0.5), percentile(run, whole_way, 0.99), percentile(run, whole_way, 0.999),
           percentile(run, to_broker, 0.99), percentile(run, in_daemon, 0.99), percentile(run, to_reader, 0.99));
}

int main(int count, char **arguments)
{
    bool is_alone = count == 5 && strcmp(arguments[4], "alone") == 0;
    if (count != 4 && !is_alone)
        die("usage: latency BOOTSTRAP RATE SECONDS [alone]");
    struct run run = {
        .bootstrap = arguments[1],
        .id = now_us(),
        .ways = calloc(MATCHES_MAX, sizeof *run.ways),
        .took = calloc(MATCHES_MAX, sizeof *run.took),
    };
    if (!run.ways || !run.took)
        die("no memory");
    (is_alone ? run_alone : run_with_daemon)(&run, strtod(arguments[2], NULL), strtod(arguments[3], NULL));
    free(run.took);
    free(run.ways);
    return 0;
}
