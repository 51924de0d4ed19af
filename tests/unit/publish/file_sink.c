/* Records as lines of files: whole, in order, delivered when written, and errors that say what to do. */
#include "weir/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct delivered {
    uint64_t last;
    size_t count;
};

static void note_delivered(void *context, uint64_t ticket)
{
    struct delivered *delivered = context;
    delivered->last = ticket;
    delivered->count++;
}

static struct weir_sink *open_sink(int flags, int dead_letters, struct delivered *delivered)
{
    const struct weir_sink_events events = {note_delivered, delivered};
    struct weir_sink *sink = NULL;
    assert_int_equal(weir_file_sink_open(flags, dead_letters, &events, &sink), WEIR_OK);
    return sink;
}

static struct weir_record make_record(enum weir_output output, const char *line, uint64_t ticket)
{
    return (struct weir_record){.output = output, .value = weir_text_of(line), .ticket = ticket};
}

static int make_file(void)
{
    char path[] = "/tmp/weir-sink-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    unlink(path);
    return descriptor;
}

static void check_file(int descriptor, const char *expected)
{
    char bytes[256];
    ssize_t length = pread(descriptor, bytes, sizeof bytes, 0);
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(bytes, expected, strlen(expected));
}

static void records__put__are_lines_of_their_files_and_delivered_when_written(void **state)
{
    (void)state;
    struct delivered delivered = {0, 0};
    struct weir_error error;
    int flags = make_file();
    int letters = make_file();
    struct weir_sink *sink = open_sink(flags, letters, &delivered);
    const struct weir_record records[] = {
        make_record(WEIR_OUTPUT_REVIEW, "{\"a\":1}", 1),
        make_record(WEIR_OUTPUT_DEAD_LETTERS, "{\"d\":1}", 2),
        make_record(WEIR_OUTPUT_SHADOW, "{\"b\":1}", 0),
    };
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(sink->operations->put(sink, &records[i], &error), WEIR_OK);
    }
    assert_int_equal(delivered.count, 0);
    check_file(flags, "");
    assert_int_equal(sink->operations->poll(sink, 0, &error), WEIR_OK);
    check_file(flags, "{\"a\":1}\n{\"b\":1}\n");
    check_file(letters, "{\"d\":1}\n");
    assert_int_equal(delivered.count, 2);
    assert_int_equal(sink->operations->put(sink, &records[0], &error), WEIR_OK);
    assert_int_equal(sink->operations->flush(sink, 0, &error), WEIR_OK);
    check_file(flags, "{\"a\":1}\n{\"b\":1}\n{\"a\":1}\n");
    assert_int_equal(delivered.count, 3);
    sink->operations->close(sink);
    close(flags);
    close(letters);
}

static void dead_letters__without_a_file__are_delivered_at_once(void **state)
{
    (void)state;
    struct delivered delivered = {0, 0};
    struct weir_error error;
    int flags = make_file();
    struct weir_sink *sink = open_sink(flags, -1, &delivered);
    struct weir_record record = make_record(WEIR_OUTPUT_DEAD_LETTERS, "{}", 9);
    assert_int_equal(sink->operations->put(sink, &record, &error), WEIR_OK);
    assert_int_equal(delivered.last, 9);
    assert_int_equal(sink->operations->flush(sink, 0, &error), WEIR_OK);
    check_file(flags, "");
    sink->operations->close(sink);
    close(flags);
}

/* A pipe of 4 KiB that does not block and a slow reader: write(2) stops short and says EAGAIN, and nothing may get
 * lost. */
static void records__into_a_slow_pipe__arrive_whole_and_in_order(void **state)
{
    (void)state;
    enum { RECORDS = 3000 };
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    fcntl(ends[1], F_SETPIPE_SZ, 4096);
    pid_t reader = fork();
    assert_true(reader >= 0);
    if (reader == 0) {
        close(ends[1]);
        FILE *lines = fdopen(ends[0], "r");
        char *line = NULL;
        size_t size = 0;
        long expected = 0;
        for (ssize_t length; (length = getline(&line, &size, lines)) > 0; expected++) {
            if (strtol(line, NULL, 10) != expected || length != (expected % 7 == 0 ? 100002 : 102)) {
                _exit(1);
            }
        }
        _exit(expected == RECORDS ? 0 : 2);
    }
    close(ends[0]);
    assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    struct delivered delivered = {0, 0};
    struct weir_error error;
    struct weir_sink *sink = open_sink(ends[1], -1, &delivered);
    char *value = malloc(100002);
    assert_non_null(value);
    for (long i = 0; i < RECORDS; i++) {
        size_t length = i % 7 == 0 ? 100001 : 101;
        memset(value, 'x', length);
        value[snprintf(value, 32, "%ld", i)] = ' ';
        struct weir_record record = {.value = {value, length}, .ticket = (uint64_t)i + 1};
        assert_int_equal(sink->operations->put(sink, &record, &error), WEIR_OK);
    }
    free(value);
    assert_int_equal(sink->operations->flush(sink, 0, &error), WEIR_OK);
    assert_int_equal(delivered.count, RECORDS);
    assert_int_equal(delivered.last, RECORDS);
    sink->operations->close(sink);
    close(ends[1]);
    int status = 0;
    assert_int_equal(waitpid(reader, &status, 0), reader);
    assert_int_equal(status, 0);
}

static void pipe__without_a_reader__is_fatal_and_says_so(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    struct delivered delivered = {0, 0};
    struct weir_error error;
    struct weir_sink *sink = open_sink(ends[1], -1, &delivered);
    struct weir_record record = make_record(WEIR_OUTPUT_REVIEW, "{}", 1);
    assert_int_equal(sink->operations->put(sink, &record, &error), WEIR_OK);
    assert_int_equal(sink->operations->poll(sink, 0, &error), WEIR_FATAL);
    assert_int_equal(error.status, WEIR_UNAVAILABLE);
    assert_string_equal(error.text, "cannot write the flags: Broken pipe; whatever reads it has ended");
    assert_int_equal(delivered.count, 0);
    sink->operations->close(sink);
    close(ends[1]);
}

static void disk__that_is_full__is_fatal_and_says_so(void **state)
{
    (void)state;
    int full = open("/dev/full", O_WRONLY);
    if (full < 0) {
        skip(); /* not on every system */
    }
    struct delivered delivered = {0, 0};
    struct weir_error error;
    int flags = make_file();
    struct weir_sink *sink = open_sink(flags, full, &delivered);
    struct weir_record record = make_record(WEIR_OUTPUT_DEAD_LETTERS, "{}", 1);
    assert_int_equal(sink->operations->put(sink, &record, &error), WEIR_OK);
    assert_int_equal(sink->operations->flush(sink, 0, &error), WEIR_FATAL);
    assert_string_equal(error.text, "cannot write the dead letters: No space left on device; make room and run again");
    assert_int_equal(delivered.count, 0);
    sink->operations->close(sink);
    close(flags);
    close(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records__put__are_lines_of_their_files_and_delivered_when_written),
        cmocka_unit_test(dead_letters__without_a_file__are_delivered_at_once),
        cmocka_unit_test(records__into_a_slow_pipe__arrive_whole_and_in_order),
        cmocka_unit_test(pipe__without_a_reader__is_fatal_and_says_so),
        cmocka_unit_test(disk__that_is_full__is_fatal_and_says_so),
    };
    return cmocka_run_group_tests_name("publish file sink", tests, NULL, NULL);
}
