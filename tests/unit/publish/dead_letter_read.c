/* Dead letters read back: what was written is read, and what is no letter, or half of one, is said to be none. */
#include "weir/dead_letter.h"
#include "weir/publish.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct weir_encoder no_limit = {.record_max = SIZE_MAX};

static void read__what_was_written__the_same_message(void **state)
{
    (void)state;
    static const struct {
        struct weir_origin origin;
        struct weir_padded_text payload;
        enum weir_bad_reason reason;
    } cases[] = {
        {{{"posts", 5}, 2, 9, 77, false}, {"{\"a\":\xFF\0", 7}, WEIR_BAD_NOT_JSON},
        {{{"a.b-c_D9", 8}, 0, 0, -1, false}, {"x", 1}, WEIR_BAD_NO_TEXT},
        {{{"posts", 5}, INT32_MAX, INT64_MAX - 1, 0, false}, {"", 0}, WEIR_BAD_EMPTY},
        {{{"posts", 5}, 0, 1, 5, false}, {NULL, 0}, WEIR_BAD_TOMBSTONE},
        {{{"./a file", 8}, 0, 3, -1, true}, {"12345", 5}, WEIR_BAD_TOO_DEEP},
    };
    struct weir_arena *arena = weir_arena_new(0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct weir_message message = {.origin = cases[i].origin, .payload = cases[i].payload};
        const struct weir_bad_payload bad = {cases[i].reason, "detail"};
        struct weir_record record;
        struct weir_dead_letter letter;
        struct weir_error error = {0};
        assert_int_equal(weir_record_dead_letter(&no_limit, &message, &bad, arena, &record), WEIR_OK);
        assert_int_equal(weir_dead_letter_read(record.value, arena, &letter, &error), WEIR_OK);
        assert_int_equal(letter.reason, cases[i].reason);
        assert_true(weir_text_equal(letter.source.topic, cases[i].origin.topic));
        assert_int_equal(letter.source.partition, cases[i].origin.partition);
        assert_int_equal(letter.source.offset, cases[i].origin.offset);
        assert_int_equal(letter.source.timestamp_ms, cases[i].origin.timestamp_ms);
        assert_int_equal(letter.source.is_file, cases[i].origin.is_file);
        assert_true(letter.has_payload);
        assert_int_equal(letter.payload.data == NULL, cases[i].payload.data == NULL);
        assert_int_equal(letter.payload.length, cases[i].payload.length);
        if (letter.payload.length > 0)
            assert_memory_equal(letter.payload.data, cases[i].payload.data, letter.payload.length);
    }
    weir_arena_free(arena);
}

static void read__payload_left_out__says_so(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    char payload[3000];
    memset(payload, 'p', sizeof payload);
    const struct weir_message message = {.origin = {WEIR_TEXT_LITERAL("posts"), 2, 9, 77, false},
                                         .payload = {payload, sizeof payload}};
    const struct weir_bad_payload bad = {WEIR_BAD_TOO_LARGE, "detail"};
    const struct weir_encoder encoder = {.record_max = 1000};
    struct weir_record record;
    struct weir_dead_letter letter;
    assert_int_equal(weir_record_dead_letter(&encoder, &message, &bad, arena, &record), WEIR_OK);
    assert_int_equal(weir_dead_letter_read(record.value, arena, &letter, NULL), WEIR_OK);
    assert_false(letter.has_payload);
    assert_null(letter.payload.data);
    assert_int_equal(letter.source.offset, 9);
    weir_arena_free(arena);
}

#define LETTER(source, reason, rest)                                                                                   \
    "{\"schema\":\"weir.dead-letter/1\",\"source\":" source ",\"reason\":" reason ",\"detail\":\"d\"," rest "}"
#define PLACE "{\"topic\":\"posts\",\"partition\":0,\"offset\":7}"
#define PAYLOAD "\"payload\":\"YQ==\""

static void read__what_is_no_letter__is_refused_with_a_reason(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "no JSON object"},
        {"[]", "no JSON object"},
        {"{\"schema\":\"weir.flag/1\"}", "its schema is not"},
        {"{}", "its schema is not"},
        {LETTER(PLACE, "\"bad\"", PAYLOAD), "reason"},
        {LETTER(PLACE, "7", PAYLOAD), "reason"},
        {LETTER("null", "\"no_text\"", PAYLOAD), "no place"},
        {LETTER("{\"topic\":\"\",\"partition\":0,\"offset\":7}", "\"no_text\"", PAYLOAD), "no place"},
        {LETTER("{\"topic\":\"a b\",\"partition\":0,\"offset\":7}", "\"no_text\"", PAYLOAD), "no place"},
        {LETTER("{\"topic\":\"posts\",\"partition\":-1,\"offset\":7}", "\"no_text\"", PAYLOAD), "no place"},
        {LETTER("{\"topic\":\"posts\",\"partition\":2147483648,\"offset\":7}", "\"no_text\"", PAYLOAD), "no place"},
        {LETTER("{\"topic\":\"posts\",\"partition\":0,\"offset\":-1}", "\"no_text\"", PAYLOAD), "no place"},
        {LETTER("{\"topic\":\"posts\",\"partition\":0,\"offset\":7.5}", "\"no_text\"", PAYLOAD), "no place"},
        {LETTER("{\"topic\":\"posts\",\"partition\":0}", "\"no_text\"", PAYLOAD), "no place"},
        {LETTER("{\"topic\":\"posts\",\"partition\":0,\"offset\":7,\"timestamp\":\"x\"}", "\"no_text\"", PAYLOAD),
         "no place"},
        {LETTER("{\"file\":\"f\",\"line\":0}", "\"no_text\"", PAYLOAD), "no place"},
        {LETTER(PLACE, "\"no_text\"", "\"payload\":\"YQ=\""), "base64"},
        {LETTER(PLACE, "\"no_text\"", "\"payload\":\"Y Q=\""), "base64"},
        {LETTER(PLACE, "\"no_text\"", "\"payload\":7"), "neither"},
        {LETTER(PLACE, "\"no_text\"", "\"payload_omitted\":false"), "neither"},
    };
    struct weir_arena *arena = weir_arena_new(0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct weir_dead_letter letter = {.source.offset = -5};
        struct weir_error error = {0};
        enum weir_status status = weir_dead_letter_read(weir_text_of(cases[i][0]), arena, &letter, &error);
        if (status != WEIR_INVALID || !strstr(error.text, cases[i][1]))
            fail_msg("%s: %s, %s", cases[i][0], weir_status_name(status), error.text);
        assert_int_equal(letter.source.offset, -5); /* outputs stay untouched */
    }
    struct weir_dead_letter letter;
    assert_int_equal(weir_dead_letter_read(weir_text_of(LETTER(PLACE, "\"no_text\"", PAYLOAD)), arena, &letter, NULL),
                     WEIR_OK);
    assert_int_equal(weir_dead_letter_read((struct weir_text){NULL, 0}, arena, &letter, NULL), WEIR_INVALID);
    weir_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read__what_was_written__the_same_message),
        cmocka_unit_test(read__payload_left_out__says_so),
        cmocka_unit_test(read__what_is_no_letter__is_refused_with_a_reason),
    };
    return cmocka_run_group_tests_name("publish dead letter read", tests, NULL, NULL);
}
