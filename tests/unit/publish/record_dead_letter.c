/* Dead letters: the payload goes along, byte for byte, unless it is too long. */
#include "weir/publish.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct letter_case {
    struct weir_padded_text payload;
    bool is_file;
    struct weir_bad_payload bad;
    const char *expected;
};

static const struct letter_case cases[] = {
    {{"{\"a\":\xFF\0", 7},
     false,
     {WEIR_BAD_NOT_JSON, "a string is not closed at byte 5"},
     "{\"schema\":\"weir.dead-letter/"
     "1\",\"source\":{\"topic\":\"posts\",\"partition\":2,\"offset\":9,\"timestamp\":77},"
     "\"reason\":\"not_json\",\"detail\":\"a string is not closed at byte 5\",\"payload\":\"eyJhIjr/AA==\"}"},
    {{NULL, 0},
     false,
     {WEIR_BAD_TOMBSTONE, "the message has no value"},
     "{\"schema\":\"weir.dead-letter/"
     "1\",\"source\":{\"topic\":\"posts\",\"partition\":2,\"offset\":9,\"timestamp\":77},"
     "\"reason\":\"tombstone\",\"detail\":\"the message has no value\",\"payload\":\"\"}"},
    {{"", 0},
     true,
     {WEIR_BAD_EMPTY, "the value has no bytes"},
     "{\"schema\":\"weir.dead-letter/1\",\"source\":{\"file\":\"posts\",\"line\":9},"
     "\"reason\":\"empty\",\"detail\":\"the value has no bytes\",\"payload\":\"\"}"},
};

static const struct weir_encoder no_limit = {.record_max = SIZE_MAX};

static struct weir_message make_message(struct weir_padded_text payload, bool is_file)
{
    return (struct weir_message){
        .origin = {WEIR_TEXT_LITERAL("posts"), 2, 9, 77, is_file}, .payload = payload, .key = WEIR_TEXT_LITERAL("k")};
}

static void letter__of_a_bad_payload__has_every_member_in_order(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct weir_message message = make_message(cases[i].payload, cases[i].is_file);
        struct weir_record record;
        assert_int_equal(weir_record_dead_letter(&no_limit, &message, &cases[i].bad, arena, &record), WEIR_OK);
        assert_int_equal(record.value.length, strlen(cases[i].expected));
        assert_memory_equal(record.value.data, cases[i].expected, strlen(cases[i].expected));
        assert_int_equal(record.output, WEIR_OUTPUT_DEAD_LETTERS);
        assert_true(weir_text_is(record.key, "k"));
        assert_null(record.flag_id);
        assert_null(record.severity);
        assert_null(record.category);
    }
    weir_arena_free(arena);
}

static void letter__that_would_be_too_long__says_how_long_the_payload_was(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    char payload[3000];
    memset(payload, 'p', sizeof payload);
    const struct weir_bad_payload bad = {WEIR_BAD_NOT_JSON, "a value is missing"};
    struct weir_message message = make_message((struct weir_padded_text){payload, sizeof payload}, false);
    struct weir_encoder encoder = no_limit;
    struct weir_record record;
    for (encoder.record_max = 300; encoder.record_max < 6000; encoder.record_max += 10) {
        assert_int_equal(weir_record_dead_letter(&encoder, &message, &bad, arena, &record), WEIR_OK);
        assert_true(record.value.length <= encoder.record_max);
        bool has_payload = strstr(record.value.data, "\"payload\":\"cHBw") != NULL;
        bool says_so = strstr(record.value.data, "\"payload_omitted\":true,\"payload_bytes\":3000}") != NULL;
        assert_true(has_payload != says_so);
        assert_true(has_payload == (encoder.record_max >= 4260));
    }
    weir_arena_free(arena);
}

static void letter__of_half_a_payload__says_how_long_the_whole_was(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    const struct weir_bad_payload bad = {WEIR_BAD_TOO_LARGE, "3000 bytes, the most is 8 (limits.payload)"};
    struct weir_message message = make_message((struct weir_padded_text){"{\"text\":\"", 9}, true);
    message.whole_bytes = 3000;
    struct weir_record record;
    assert_int_equal(weir_record_dead_letter(&no_limit, &message, &bad, arena, &record), WEIR_OK);
    assert_non_null(strstr(record.value.data, "\"payload_omitted\":true,\"payload_bytes\":3000}"));
    assert_null(strstr(record.value.data, "\"payload\":"));
    weir_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letter__of_a_bad_payload__has_every_member_in_order),
        cmocka_unit_test(letter__that_would_be_too_long__says_how_long_the_payload_was),
        cmocka_unit_test(letter__of_half_a_payload__says_how_long_the_whole_was),
    };
    return cmocka_run_group_tests_name("publish dead letter", tests, NULL, NULL);
}
