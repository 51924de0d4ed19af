/* Files of subtitles as messages: cues of WebVTT and SubRip as they are written in the world, and mistakes. */
#include "weir/consume.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

/* The payloads of the file's messages, "line payload" one after another, then the error, if there is one. */
static void check(const char *name, const char *bytes, size_t length, const char *wanted)
{
    char folder[] = "/tmp/weir-cues-XXXXXX";
    char path[64];
    char got[2048] = "";
    struct weir_batch batch;
    struct weir_source *source;
    struct weir_error error = {0};
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
    const char *paths[] = {path};
    const struct weir_file_source_options options = {
        .paths = paths, .path_count = 1, .is_stream = true, .mapping = 1, .plain_mapping = 2, .line_max = 10000};
    assert_int_equal(weir_batch_init(&batch, 3, (size_t)1 << 16), WEIR_OK);
    assert_int_equal(weir_file_source_open(&options, &source, &error), WEIR_OK);
    size_t used = 0;
    while (source->operations->poll(source, &batch, 1000, &error) == WEIR_OK) {
        for (size_t i = 0; i < batch.count; i++)
            used += (size_t)snprintf(got + used, sizeof got - used, "%s%d %.*s", used ? "; " : "",
                                     (int)batch.messages[i].origin.offset, (int)batch.messages[i].payload.length,
                                     batch.messages[i].payload.data ? batch.messages[i].payload.data : "");
        weir_batch_reset(&batch);
    }
    if (error.status != WEIR_OK)
        snprintf(got + used, sizeof got - used, "%serror %u: %.16s", used ? "; " : "", error.line, error.text);
    source->operations->close(source, 0);
    weir_batch_fini(&batch);
    unlink(path);
    rmdir(folder);
    assert_string_equal(got, wanted);
}

#define CHECK(name, bytes, wanted) check(name, bytes, sizeof(bytes) - 1, wanted)
#define CUE(start, end, text) "{\"start_ms\":" #start ",\"end_ms\":" #end ",\"text\":\"" text "\"}"

static void webvtt__as_written__cues_without_tags(void **state)
{
    (void)state;
    CHECK("a.vtt",
          "WEBVTT - a talk\n\nNOTE a\nb --> c\n\nSTYLE\n::cue {}\n\nintro\n00:01.000 --> 00:02.500 align:start\n"
          "<v Ann>Hello &amp; <i>good</i>\nmorning\n\n01:00:00.000 --> 01:00:01.000\nbye\n",
          "10 " CUE(1000, 2500, "Hello & good\\u000amorning") "; 14 " CUE(3600000, 3601000, "bye") "; 15 ");
}

static void subrip__as_written__cues_without_numbers(void **state)
{
    (void)state;
    CHECK("a.srt",
          "\xEF\xBB\xBF"
          "1\r\n00:00:01,000 --> 00:00:02,000\r\n{\\an8}one\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\ntwo\r\n",
          "2 " CUE(1000, 2000, "one") "; 6 " CUE(3000, 4000, "two") "; 7 ");
    CHECK("a.SRT",
          "\xEF\xBB\xBF"
          "00:00:01,000 --> 00:00:02,000\none",
          "1 " CUE(1000, 2000, "one") "; 2 ");
}

static void lines__ended_by_cr_alone__are_lines(void **state)
{
    (void)state;
    CHECK("a.vtt", "WEBVTT\r\r00:01.000 --> 00:02.000\rone\rtwo\r\r00:03.000 --> 00:04.000\r\nthree\r",
          "3 " CUE(1000, 2000, "one\\u000atwo") "; 7 " CUE(3000, 4000, "three") "; 8 ");
}

static void blank_line__left_out__number_is_no_text(void **state)
{
    (void)state;
    CHECK("a.srt",
          "1\n00:01,000 --> 00:02,000\none\n2\n00:03,000 --> 00:04,000\n1984\n00:05,000 --> 00:06,000\nthree\n",
          "2 " CUE(1000, 2000, "one") "; 5 " CUE(3000, 4000, "1984") "; 7 " CUE(5000, 6000, "three") "; 8 ");
}

static void times__unreadable__named_with_their_line(void **state)
{
    (void)state;
    CHECK("a.srt", "1\n00:01,000 --> 00:02,000\none\n\n2\n00:0x,000 --> 00:04,000\ntwo\n",
          "2 " CUE(1000, 2000, "one") "; error 6: the times cannot");
    CHECK("a.srt", "1\n00:01,000 --> 00:02,000\nfrom a --> to b\n", "2 " CUE(1000, 2000, "from a --> to b") "; 3 ");
}

static void utf16__refused_with_the_remedy(void **state)
{
    (void)state;
    CHECK("a.srt",
          "\xFF\xFE"
          "1\0\n\0",
          "error 1: UTF-16 cannot be");
    CHECK("a.vtt", "\xFE\xFF\0W\0E", "error 1: UTF-16 cannot be");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(webvtt__as_written__cues_without_tags),
        cmocka_unit_test(subrip__as_written__cues_without_numbers),
        cmocka_unit_test(lines__ended_by_cr_alone__are_lines),
        cmocka_unit_test(blank_line__left_out__number_is_no_text),
        cmocka_unit_test(times__unreadable__named_with_their_line),
        cmocka_unit_test(utf16__refused_with_the_remedy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
