/* Log lines as they arrive in a pipe: form, escapes, levels, bounds. */
#include "weir/log.h"

#include "weir/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static int64_t tell_fixed_time(void *context)
{
    (void)context;
    return 1795467475123; /* 2026-11-23T20:57:55.123Z */
}

struct pipe {
    int ends[2];
    char text[65536];
};

static struct weir_log open_log(struct pipe *pipe_, bool json)
{
    assert_int_equal(pipe(pipe_->ends), 0);
    return (struct weir_log){
        .descriptor = pipe_->ends[1],
        .json = json,
        .level = WEIR_LOG_INFO,
        .clock = {.wall_ms = tell_fixed_time, .monotonic_ms = tell_fixed_time},
    };
}

static const char *read_log(struct pipe *pipe_)
{
    close(pipe_->ends[1]);
    ssize_t length = read(pipe_->ends[0], pipe_->text, sizeof pipe_->text - 1);
    assert_true(length >= 0);
    pipe_->text[length] = '\0';
    close(pipe_->ends[0]);
    return pipe_->text;
}

static void log__text__is_event_then_fields(void **state)
{
    (void)state;
    struct pipe pipe_;
    struct weir_log log = open_log(&pipe_, false);
    weir_log_event(&log, WEIR_LOG_INFO, "broker_back", WEIR_LOG_NUMBER("after_ms", 20311),
                   WEIR_LOG_TEXT("topic", "posts"), WEIR_LOG_TEXT("why", "timed out \"x\"\n"),
                   WEIR_LOG_TEXT("none", ""));
    assert_string_equal(read_log(&pipe_), "2026-11-23T20:57:55.123Z info broker_back after_ms=20311 topic=posts "
                                          "why=\"timed out \\\"x\\\"\\n\" none=\"\"\n");
}

static void log__json__is_one_object(void **state)
{
    (void)state;
    struct pipe pipe_;
    struct weir_log log = open_log(&pipe_, true);
    weir_log_event(&log, WEIR_LOG_ERROR, "stopped", WEIR_LOG_TEXT("why", "a\\b \x01 中"), WEIR_LOG_NUMBER("left", -1));
    assert_string_equal(read_log(&pipe_),
                        "{\"time\":\"2026-11-23T20:57:55.123Z\",\"level\":\"error\",\"event\":\"stopped\","
                        "\"why\":\"a\\\\b \\u0001 中\",\"left\":-1}\n");
}

static void log__below_the_level__is_silent(void **state)
{
    (void)state;
    struct pipe pipe_;
    struct weir_log log = open_log(&pipe_, false);
    weir_log_event(&log, WEIR_LOG_DEBUG, "polled", WEIR_LOG_NUMBER("n", 1));
    assert_string_equal(read_log(&pipe_), "");
}

static void log__bytes_that_are_no_utf8__are_repaired(void **state)
{
    (void)state;
    struct pipe pipe_;
    struct weir_log log = open_log(&pipe_, true);
    weir_log_event(&log, WEIR_LOG_INFO, "odd", WEIR_LOG_TEXT("file", "a\xFF"));
    assert_non_null(strstr(read_log(&pipe_), "\"file\":\"a\xEF\xBF\xBD\"}\n"));
}

static void log__too_many_long_fields__drops_whole_fields_and_stays_well_formed(void **state)
{
    (void)state;
    struct pipe pipe_;
    struct weir_log log = open_log(&pipe_, true);
    struct weir_log_field fields[20];
    char *giant = malloc(100001);
    assert_non_null(giant);
    memset(giant, '"', 100000);
    giant[100000] = '\0';
    for (size_t i = 0; i < 20; i++)
        fields[i] = WEIR_LOG_TEXT("why", giant);
    weir_log_write(&log, WEIR_LOG_INFO, "giant", fields, 20);
    free(giant);

    const char *line = read_log(&pipe_);
    size_t length = strlen(line);
    assert_in_range(length, 2000, 8192);
    assert_string_equal(line + length - 5, "\\\"\"}\n");
    assert_null(memchr(line, '\n', length - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log__text__is_event_then_fields),
        cmocka_unit_test(log__json__is_one_object),
        cmocka_unit_test(log__below_the_level__is_silent),
        cmocka_unit_test(log__bytes_that_are_no_utf8__are_repaired),
        cmocka_unit_test(log__too_many_long_fields__drops_whole_fields_and_stays_well_formed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
