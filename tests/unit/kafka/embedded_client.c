/* The embedded broker and its two clients: what is produced is read, with key and time, from every partition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "weir/clock.h"
#include "weir/embedded.h"
#include "weir/kafka.h"

#include <stdio.h>

#define RECORDS 300
#define PARTITIONS 3
#define TRIES 1000

static void produce_all(const char *bootstrap)
{
    struct weir_error error;
    struct weir_embedded_producer *producer;
    assert_int_equal(weir_embedded_producer_open(bootstrap, &producer, &error), WEIR_OK);
    for (int i = 0; i < RECORDS; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        assert_int_equal(weir_embedded_produce(producer, "posts", weir_text_of(text), weir_text_of(text), 1000),
                         WEIR_OK);
    }
    assert_int_equal(weir_embedded_producer_flush(producer, 10000), WEIR_OK);
    weir_embedded_producer_close(producer);
}

static void embedded_read__records_of_all_partitions__each_once(void **state)
{
    (void)state;
    struct weir_error error;
    struct weir_kafka_embedded *broker;
    struct weir_embedded_reader *reader;
    struct weir_clock clock = weir_clock_system();
    const char *topics[] = {"posts"};
    unsigned seen[RECORDS] = {0};
    unsigned partitions_seen = 0;
    assert_int_equal(weir_kafka_embedded_start(&broker, &error), WEIR_OK);
    assert_int_equal(weir_kafka_embedded_topic(broker, "posts", PARTITIONS), WEIR_OK);
    const char *bootstrap = weir_kafka_embedded_bootstrap(broker);
    int64_t before_ms = clock.wall_ms(clock.context);
    produce_all(bootstrap);
    assert_int_equal(weir_embedded_reader_open(bootstrap, topics, 1, PARTITIONS, &reader, &error), WEIR_OK);
    unsigned count = 0;
    for (int i = 0; count < RECORDS && i < TRIES; i++) {
        struct weir_embedded_record record;
        if (weir_embedded_read(reader, 100, &record) != WEIR_OK)
            continue;
        int number;
        char text[16];
        snprintf(text, sizeof text, "%.*s", (int)record.value.length, record.value.data);
        assert_int_equal(sscanf(text, "%d", &number), 1);
        assert_in_range(number, 0, RECORDS - 1);
        assert_true(weir_text_equal(record.key, record.value));
        assert_string_equal(record.topic, "posts");
        assert_in_range(record.timestamp_ms, before_ms, clock.wall_ms(clock.context));
        partitions_seen |= 1u << record.partition;
        assert_int_equal(seen[number]++, 0);
        count++;
    }
    assert_int_equal(count, RECORDS);
    assert_int_equal(partitions_seen, (1u << PARTITIONS) - 1);
    struct weir_embedded_record record;
    assert_int_equal(weir_embedded_read(reader, 50, &record), WEIR_RETRY);
    weir_embedded_reader_close(reader);
    weir_kafka_embedded_stop(broker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(embedded_read__records_of_all_partitions__each_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
