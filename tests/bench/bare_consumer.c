/* What librdkafka alone takes: bench_bare_consumer BOOTSTRAP TOPIC MESSAGES reads so many messages of the topic from
 * its beginning, as a consumer group of its own with the properties that weir sets (src/kafka/kafka_conf.c), and counts
 * them. Prints messages, bytes, seconds of the process's processor time (user and system, all threads) and seconds from
 * the first message to the last. Exit status: 0, 2 usage, 3 trouble. */
#include <librdkafka/rdkafka.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define POLL_MS 100
#define PATIENCE_S 60 /* without a message */

struct reading {
    rd_kafka_t *client;
    uint64_t wanted;
    uint64_t messages;
    uint64_t bytes;
    double begun;
    double last;
};

static void die(const char *what)
{
    fprintf(stderr, "bare_consumer: %s\n", what);
    exit(3);
}

static double wall_seconds(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static double processor_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void count_message(rd_kafka_message_t *message, void *context)
{
    struct reading *reading = context;
    if (message->err) {
        if (message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
            fprintf(stderr, "bare_consumer: %s\n", rd_kafka_message_errstr(message));
        return;
    }
    if (reading->messages == 0)
        reading->begun = wall_seconds();
    reading->messages++;
    reading->bytes += message->len;
    if (reading->messages == reading->wanted)
        rd_kafka_yield(reading->client);
}

static rd_kafka_t *open_client(const char *bootstrap)
{
    char group[64];
    char why[512];
    snprintf(group, sizeof group, "bare-%ld-%ld", (long)getpid(), (long)time(NULL));
    const char *const properties[][2] = {
        {"bootstrap.servers", bootstrap},          {"group.id", group},
        {"auto.offset.reset", "earliest"},         {"auto.commit.interval.ms", "1000"},
        {"isolation.level", "read_committed"},     {"fetch.wait.max.ms", "50"},
        {"queued.min.messages", "1000000"},        {"queued.max.messages.kbytes", "32768"},
        {"consume.callback.max.messages", "1000"}, {"fetch.queue.backoff.ms", "10"},
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
        if (rd_kafka_conf_set(conf, properties[i][0], properties[i][1], why, sizeof why) == RD_KAFKA_CONF_INVALID)
            die(why); /* the last one is unknown to old versions, and weir does without it, too */
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
    if (!client)
        die(why);
    return client;
}

static void read_all(struct reading *reading, const char *topic)
{
    rd_kafka_poll_set_consumer(reading->client);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
    if (rd_kafka_subscribe(reading->client, topics))
        die("cannot subscribe");
    rd_kafka_topic_partition_list_destroy(topics);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(reading->client);
    double patience = wall_seconds() + PATIENCE_S;
    while (reading->messages < reading->wanted) {
        uint64_t before = reading->messages;
        rd_kafka_consume_callback_queue(queue, POLL_MS, count_message, reading);
        reading->last = wall_seconds();
        if (reading->messages > before)
            patience = reading->last + PATIENCE_S;
        else if (reading->last > patience)
            die("the topic gives no more messages");
    }
    rd_kafka_queue_destroy(queue);
}

int main(int count, char **arguments)
{
    struct reading reading = {.wanted = count == 4 ? strtoull(arguments[3], NULL, 10) : 0};
    if (reading.wanted == 0) {
        fputs("usage: bench_bare_consumer BOOTSTRAP TOPIC MESSAGES\n", stderr);
        return 2;
    }
    reading.client = open_client(arguments[1]);
    double begun = processor_seconds();
    read_all(&reading, arguments[2]);
    printf("%llu %llu %.4f %.4f\n", (unsigned long long)reading.messages, (unsigned long long)reading.bytes,
           processor_seconds() - begun, reading.last - reading.begun);
    fflush(stdout);
    rd_kafka_consumer_close(reading.client);
    rd_kafka_destroy(reading.client);
    return 0;
}
