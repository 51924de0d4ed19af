/* Files and pipes as messages: lines, their numbers, their ends, and pauses. */
#include "weir/consume.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define LINE_MAX_BYTES 100000

struct reading {
    char folder[32];
    char paths[4][64];
    const char *names[4];
    size_t count;
    struct weir_source *source;
    struct weir_batch batch;
    struct weir_error error;
};

static void begin_reading(struct reading *reading, size_t capacity)
{
    *reading = (struct reading){.folder = "/tmp/weir-files-XXXXXX"};
    assert_non_null(mkdtemp(reading->folder));
    assert_int_equal(weir_batch_init(&reading->batch, capacity, (size_t)1 << 20), WEIR_OK);
}

static void add_file(struct reading *reading, const char *bytes, size_t length)
{
    char *path = reading->paths[reading->count];
    char *end = stpcpy(stpcpy(path, reading->folder), "/");
    *end = (char)('0' + reading->count);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
    reading->names[reading->count++] = path;
}

static void open_reading(struct reading *reading, bool text)
{
    struct weir_file_source_options options = {
        .paths = reading->names, .path_count = reading->count, .text = text, .mapping = 7, .plain_mapping = 7, .line_max = LINE_MAX_BYTES};
    assert_int_equal(weir_file_source_open(&options, &reading->source, &reading->error), WEIR_OK);
}

static enum weir_status poll_reading(struct reading *reading, int timeout_ms)
{
    weir_batch_reset(&reading->batch);
    return reading->source->operations->poll(reading->source, &reading->batch, timeout_ms, &reading->error);
}

static void end_reading(struct reading *reading)
{
    if (reading->source) {
        reading->source->operations->close(reading->source, 0);
    }
    weir_batch_fini(&reading->batch);
    for (size_t i = 0; i < reading->count; i++) {
        unlink(reading->paths[i]);
    }
    rmdir(reading->folder);
}

static void check_message(const struct reading *reading, size_t index, int64_t line, const char *payload, size_t length)
{
    assert_true(index < reading->batch.count);
    const struct weir_message *message = &reading->batch.messages[index];
    assert_int_equal(message->origin.offset, line);
    assert_int_equal(message->payload.length, length);
    assert_memory_equal(message->payload.data, payload, length);
}

#define CHECK_MESSAGE(reading, index, line, payload) check_message(reading, index, line, payload, sizeof(payload) - 1)

static void check_end(struct reading *reading)
{
    assert_int_equal(poll_reading(reading, 0), WEIR_FATAL);
    assert_int_equal(reading->error.status, WEIR_OK);
    assert_int_equal(reading->batch.count, 0);
}

#define ADD_FILE(reading, bytes) add_file(reading, bytes, sizeof(bytes) - 1)

static void lines__of_every_kind__are_messages_with_their_numbers(void **state)
{
    (void)state;
    struct reading reading;
    begin_reading(&reading, 16);
    ADD_FILE(&reading, "one\n\n  \t\r\ntwo\r\nthree\r\r\nfo\0ur\n\r\nfive");
    open_reading(&reading, false);
    assert_int_equal(poll_reading(&reading, 1000), WEIR_OK);
    assert_int_equal(reading.batch.count, 5);
    CHECK_MESSAGE(&reading, 0, 1, "one");
    CHECK_MESSAGE(&reading, 1, 4, "two");
    CHECK_MESSAGE(&reading, 2, 5, "three\r");
    CHECK_MESSAGE(&reading, 3, 6, "fo\0ur");
    CHECK_MESSAGE(&reading, 4, 8, "five");
    const struct weir_message *message = &reading.batch.messages[0];
    assert_true(message->origin.is_file);
    assert_true(weir_text_is(message->origin.topic, reading.names[0]));
    assert_int_equal(message->origin.partition, 0);
    assert_int_equal(message->origin.timestamp_ms, -1);
    assert_null(message->key.data);
    assert_int_equal(message->mapping, 7);
    check_end(&reading);
    check_end(&reading);
    end_reading(&reading);
}

static void files__several__are_read_in_order_each_from_line_one(void **state)
{
    (void)state;
    struct reading reading;
    begin_reading(&reading, 2);
    ADD_FILE(&reading, "a\nb\nc");
    ADD_FILE(&reading, "");
    ADD_FILE(&reading, "\n");
    ADD_FILE(&reading, "d\n");
    open_reading(&reading, false);
    assert_int_equal(poll_reading(&reading, 1000), WEIR_OK);
    CHECK_MESSAGE(&reading, 0, 1, "a");
    CHECK_MESSAGE(&reading, 1, 2, "b");
    assert_int_equal(poll_reading(&reading, 1000), WEIR_OK);
    CHECK_MESSAGE(&reading, 0, 3, "c");
    CHECK_MESSAGE(&reading, 1, 1, "d");
    assert_true(weir_text_is(reading.batch.messages[1].origin.topic, reading.names[3]));
    check_end(&reading);
    end_reading(&reading);
}

/* Lines of many lengths, so that some end at a block's edge, read back as they were written. */
static void lines__across_blocks__are_whole(void **state)
{
    (void)state;
    struct reading reading;
    begin_reading(&reading, 64);
    size_t size = 0;
    char *bytes = malloc(8000000);
    assert_non_null(bytes);
    for (size_t i = 1; i < 3000; i++) {
        size_t length = i * 37 % 2500 + (i % 100 == 0 ? 65536 : 0) + 1;
        memset(bytes + size, (int)('a' + i % 26), length);
        bytes[size + length] = '\n';
        size += length + 1;
    }
    add_file(&reading, bytes, size);
    free(bytes);
    open_reading(&reading, false);
    size_t seen = 0;
    while (poll_reading(&reading, 1000) == WEIR_OK) {
        for (size_t i = 0; i < reading.batch.count; i++) {
            const struct weir_message *message = &reading.batch.messages[i];
            seen++;
            assert_int_equal(message->origin.offset, seen);
            assert_int_equal(message->payload.length, seen * 37 % 2500 + (seen % 100 == 0 ? 65536 : 0) + 1);
            assert_int_equal(message->payload.data[0], 'a' + seen % 26);
            assert_int_equal(message->payload.data[message->payload.length - 1], 'a' + seen % 26);
        }
    }
    assert_int_equal(seen, 2999);
    assert_int_equal(reading.error.status, WEIR_OK);
    end_reading(&reading);
}

static void line__too_long__keeps_one_byte_more_than_allowed_and_its_length(void **state)
{
    (void)state;
    static const size_t lengths[] = {LINE_MAX_BYTES, LINE_MAX_BYTES + 1, LINE_MAX_BYTES + 2, (1 << 16) - 1,
                                     40 * LINE_MAX_BYTES}; /* one ends in the middle of a CR LF with a block */
    for (size_t i = 0; i < 5; i++) {
        for (int with_return = 0; with_return < 2; with_return++) {
            struct reading reading;
            begin_reading(&reading, 16);
            char *bytes = malloc(lengths[i] + 16);
            assert_non_null(bytes);
            memset(bytes, 'x', lengths[i]);
            char *end = stpcpy(bytes + lengths[i], with_return ? "\r\nnext\n" : "\nnext\n");
            add_file(&reading, bytes, (size_t)(end - bytes));
            free(bytes);
            open_reading(&reading, false);
            assert_int_equal(poll_reading(&reading, 1000), WEIR_OK);
            size_t kept = lengths[i] <= LINE_MAX_BYTES ? lengths[i] : LINE_MAX_BYTES + 1;
            assert_int_equal(reading.batch.messages[0].payload.length, kept);
            assert_int_equal(reading.batch.messages[0].whole_bytes, lengths[i] <= LINE_MAX_BYTES ? 0 : lengths[i]);
            CHECK_MESSAGE(&reading, 1, 2, "next");
            check_end(&reading);
            end_reading(&reading);
        }
    }
}

static void text__of_any_bytes__becomes_a_json_object(void **state)
{
    (void)state;
    struct reading reading;
    begin_reading(&reading, 16);
    ADD_FILE(&reading, "say \"hi\"\\\t\0\x1F\x7F\xFF\xE4\xBD\xA0\r\n{\"text\":1}");
    open_reading(&reading, true);
    assert_int_equal(poll_reading(&reading, 1000), WEIR_OK);
    CHECK_MESSAGE(&reading, 0, 1,
                  "{\"text\":\"say \\u0022hi\\u0022\\u005c\\u0009\\u0000\\u001f\x7F\xFF\xE4\xBD\xA0\"}");
    CHECK_MESSAGE(&reading, 1, 2, "{\"text\":\"{\\u0022text\\u0022:1}\"}");
    end_reading(&reading);
}

static void file__that_cannot_be_read__is_named_before_anything_is(void **state)
{
    (void)state;
    struct reading reading;
    begin_reading(&reading, 16);
    ADD_FILE(&reading, "a\n");
    reading.names[1] = "/nonexistent/posts.ndjson";
    struct weir_file_source_options options = {.paths = reading.names, .path_count = 2, .line_max = LINE_MAX_BYTES};
    assert_int_equal(weir_file_source_open(&options, &reading.source, &reading.error), WEIR_UNAVAILABLE);
    assert_string_equal(reading.error.text, "cannot read /nonexistent/posts.ndjson: No such file or directory");
    reading.names[1] = reading.folder;
    assert_int_equal(weir_file_source_open(&options, &reading.source, &reading.error), WEIR_UNAVAILABLE);
    assert_non_null(strstr(reading.error.text, "folder"));
    end_reading(&reading);
}

static void file__that_goes_away__fails_after_the_lines_before_it(void **state)
{
    (void)state;
    struct reading reading;
    begin_reading(&reading, 16);
    ADD_FILE(&reading, "a\n");
    ADD_FILE(&reading, "b\n");
    open_reading(&reading, false);
    assert_int_equal(unlink(reading.paths[1]), 0);
    assert_int_equal(poll_reading(&reading, 1000), WEIR_OK);
    assert_int_equal(reading.batch.count, 1);
    assert_int_equal(poll_reading(&reading, 1000), WEIR_FATAL);
    assert_int_equal(reading.error.status, WEIR_UNAVAILABLE);
    assert_non_null(strstr(reading.error.text, reading.paths[1]));
    end_reading(&reading);
}

static void pipe__that_pauses__hands_on_what_has_come(void **state)
{
    (void)state;
    struct reading reading;
    begin_reading(&reading, 16);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int kept = dup(STDIN_FILENO);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    reading.names[0] = "-";
    reading.count = 1;
    open_reading(&reading, false);

    assert_int_equal(poll_reading(&reading, 10), WEIR_OK);
    assert_int_equal(reading.batch.count, 0);
    assert_int_equal(write(ends[1], "one\ntw", 6), 6);
    assert_int_equal(poll_reading(&reading, 10000), WEIR_OK);
    assert_int_equal(reading.batch.count, 1);
    CHECK_MESSAGE(&reading, 0, 1, "one");
    assert_true(weir_text_is(reading.batch.messages[0].origin.topic, "-"));
    assert_int_equal(write(ends[1], "o\nthree", 7), 7);
    assert_int_equal(poll_reading(&reading, 10000), WEIR_OK);
    CHECK_MESSAGE(&reading, 0, 2, "two");
    close(ends[1]);
    assert_int_equal(poll_reading(&reading, 10000), WEIR_OK);
    CHECK_MESSAGE(&reading, 0, 3, "three");
    check_end(&reading);

    assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
    close(kept);
    close(ends[0]);
    reading.count = 0;
    end_reading(&reading);
}

static void finished__for_a_file__does_nothing(void **state)
{
    (void)state;
    struct reading reading;
    begin_reading(&reading, 16);
    ADD_FILE(&reading, "a\n");
    open_reading(&reading, false);
    assert_int_equal(reading.source->operations->finished(reading.source, 0, (struct weir_progress){2, 2}), WEIR_OK);
    end_reading(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines__of_every_kind__are_messages_with_their_numbers),
        cmocka_unit_test(files__several__are_read_in_order_each_from_line_one),
        cmocka_unit_test(lines__across_blocks__are_whole),
        cmocka_unit_test(line__too_long__keeps_one_byte_more_than_allowed_and_its_length),
        cmocka_unit_test(text__of_any_bytes__becomes_a_json_object),
        cmocka_unit_test(file__that_cannot_be_read__is_named_before_anything_is),
        cmocka_unit_test(file__that_goes_away__fails_after_the_lines_before_it),
        cmocka_unit_test(pipe__that_pauses__hands_on_what_has_come),
        cmocka_unit_test(finished__for_a_file__does_nothing),
    };
    return cmocka_run_group_tests_name("consume file source", tests, NULL, NULL);
}
