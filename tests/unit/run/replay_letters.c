/* Which records of the topic of dead letters are tried, as what, how each is counted, and what the report says. */
#include "../../../src/run/replay_letter.h"
#include "../../../src/run/replay_tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <jansson.h>

static const struct weir_mapping mappings[] = {
    {.topic = "captions", .kind = WEIR_CAPTION}, {.topic = "posts", .kind = WEIR_POST}, {.topic = NULL}};
static const struct weir_settings settings = {
    .mappings = mappings, .mapping_count = 3, .topics.overflow = "weir.overflow"};

struct taking {
    struct weir_arena *arena;
    struct weir_replay_options options;
    struct weir_replay_report report;
    struct weir_message message; /* as it was left */
};

static struct taking open_taking(void)
{
    return (struct taking){.arena = weir_arena_new(0), .options = {.settings = &settings, .topic = "letters"}};
}

static void take(struct taking *taking, int64_t offset, const char *record)
{
    taking->message = (struct weir_message){
        .origin = {WEIR_TEXT_LITERAL("letters"), 1, offset, 5, false},
        .payload = weir_arena_padded(taking->arena, weir_text_of(record)),
        .key = WEIR_TEXT_LITERAL("k"),
        .slot = 6,
    };
    assert_int_equal(replay_letter_take(&taking->options, taking->arena, &taking->message, &taking->report), WEIR_OK);
}

#define SOURCE(topic) "{\"topic\":\"" topic "\",\"partition\":2,\"offset\":9,\"timestamp\":77}"
#define LETTER(source, reason, rest)                                                                                   \
    "{\"schema\":\"weir.dead-letter/1\",\"source\":" source ",\"reason\":\"" reason "\",\"detail\":\"d\"," rest "}"
#define PAYLOAD "\"payload\":\"e30=\"" /* {} */
#define OMITTED "\"payload_omitted\":true,\"payload_bytes\":9000000"

static void take__letter_of_a_source__becomes_its_message(void **state)
{
    (void)state;
    struct taking taking = open_taking();
    take(&taking, 40, LETTER(SOURCE("posts"), "no_text", PAYLOAD));
    const struct weir_message *message = &taking.message;
    assert_false(message->is_skipped);
    assert_int_equal(message->mapping, 1);
    assert_true(weir_text_is(weir_text_from_padded(message->payload), "{}"));
    assert_true(weir_text_is(message->key, "k"));
    assert_int_equal(message->slot, 6);
    assert_int_equal(message->origin.offset, 40);
    const struct weir_origin source = weir_message_source(message);
    assert_true(weir_text_is(source.topic, "posts"));
    assert_int_equal(source.partition, 2);
    assert_int_equal(source.offset, 9);
    assert_int_equal(source.timestamp_ms, 77);
    assert_int_equal(taking.report.tried, 1);
    assert_int_equal(taking.report.letters, 1);
    assert_int_equal(weir_replay_left(&taking.report), 0);
    weir_arena_free(taking.arena);
}

static void take__what_cannot_be_tried__is_skipped_and_named(void **state)
{
    (void)state;
    static const struct {
        const char *record;
        enum weir_replay_left left;
    } cases[] = {
        {"posts", WEIR_REPLAY_NO_LETTER},
        {"{\"schema\":\"weir.flag/1\"}", WEIR_REPLAY_NO_LETTER},
        {LETTER(SOURCE("posts"), "no_text", "\"payload\":\"!\""), WEIR_REPLAY_NO_LETTER},
        {LETTER(SOURCE("others"), "no_text", PAYLOAD), WEIR_REPLAY_NO_SOURCE},
        {LETTER("{\"file\":\"posts\",\"line\":1}", "no_text", PAYLOAD), WEIR_REPLAY_NO_SOURCE},
        {LETTER(SOURCE("captions"), "no_text", PAYLOAD), WEIR_REPLAY_CAPTION},
        {LETTER(SOURCE("posts"), "too_large", OMITTED), WEIR_REPLAY_NO_PAYLOAD},
        {LETTER(SOURCE("posts"), "flag_too_large", "\"payload_omitted\":true"), WEIR_REPLAY_NO_PAYLOAD},
    };
    const size_t count = sizeof cases / sizeof *cases;
    struct taking taking = open_taking();
    uint64_t expected[WEIR_REPLAY_LEFT_COUNT] = {0};
    for (size_t i = 0; i < count; i++) {
        take(&taking, (int64_t)i, cases[i].record);
        expected[cases[i].left]++;
        assert_true(taking.message.is_skipped);
        assert_memory_equal(taking.report.left, expected, sizeof expected);
        assert_string_equal(taking.report.examples[i].why, weir_replay_left_name(cases[i].left));
        assert_int_equal(taking.report.examples[i].offset, (int64_t)i);
    }
    assert_int_equal(taking.report.letters, count);
    assert_int_equal(taking.report.tried, 0);
    assert_string_equal(taking.report.examples[3].topic, "others");
    assert_int_equal(taking.report.examples[3].source_offset, 9);
    weir_arena_free(taking.arena);
}

static void take__other_reasons__are_passed_over(void **state)
{
    (void)state;
    struct taking taking = open_taking();
    taking.options.reasons = 1u << WEIR_BAD_NO_TEXT | 1u << WEIR_BAD_TOO_DEEP;
    take(&taking, 1, LETTER(SOURCE("posts"), "not_json", PAYLOAD));
    assert_true(taking.message.is_skipped);
    take(&taking, 2, LETTER(SOURCE("posts"), "too_deep", PAYLOAD));
    assert_false(taking.message.is_skipped);
    take(&taking, 3, LETTER(SOURCE("posts"), "no_text", PAYLOAD));
    assert_false(taking.message.is_skipped);
    assert_int_equal(taking.report.passed_over, 1);
    assert_int_equal(taking.report.tried, 2);
    weir_arena_free(taking.arena);
}

static void report__more_than_it_shows__names_the_first(void **state)
{
    (void)state;
    struct taking taking = open_taking();
    const struct weir_bad_payload bad = {WEIR_BAD_NO_TEXT, "no value at /text"};
    for (int64_t offset = 0; offset < 2 * WEIR_REPLAY_EXAMPLES; offset++) {
        take(&taking, offset, LETTER(SOURCE("posts"), "no_text", PAYLOAD));
        replay_tally_bad(&taking.report, &taking.message, &bad);
    }
    assert_int_equal(taking.report.example_count, WEIR_REPLAY_EXAMPLES);
    assert_int_equal(weir_replay_bad(&taking.report), 2 * WEIR_REPLAY_EXAMPLES);
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    weir_replay_print(&taking.options, &taking.report, out);
    fclose(out);
    assert_non_null(strstr(text, "20 dead letters read from letters\n0 replayed, 0 flags came of them\n"));
    assert_non_null(strstr(text, "20 still bad: no_text 20\n"));
    assert_non_null(strstr(text, "The first of these:\n  posts/2/9 (letters/1/0): no_text: no value at /text\n"));
    assert_non_null(strstr(text, "(letters/1/9)"));
    assert_null(strstr(text, "(letters/1/10)"));
    free(text);
    weir_arena_free(taking.arena);
}

static void report__as_json__has_every_count(void **state)
{
    (void)state;
    struct taking taking = open_taking();
    const struct weir_bad_payload bad = {WEIR_BAD_TOO_DEEP, "d"};
    take(&taking, 0, LETTER(SOURCE("posts"), "no_text", PAYLOAD));
    replay_tally_bad(&taking.report, &taking.message, &bad);
    take(&taking, 1, LETTER(SOURCE("posts"), "no_text", PAYLOAD));
    take(&taking, 2, "nothing");
    taking.report.flags = 3;
    taking.report.is_whole = true;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_int_equal(weir_replay_print_json(&taking.options, &taking.report, out), WEIR_OK);
    fclose(out);
    assert_string_equal(
        text,
        "{\"schema\":\"weir.replay/1\",\"topic\":\"letters\",\"dry_run\":false,\"complete\":true,\"letters\":3,"
        "\"replayed\":1,\"flags\":3,\"undeliverable\":0,\"still_bad\":{\"too_deep\":1},\"not_replayed\":"
        "{\"no_dead_letter\":1},\"passed_over\":0,\"examples\":[{\"letter\":{\"topic\":\"letters\",\"partition\":1,"
        "\"offset\":0},\"source\":{\"topic\":\"posts\",\"partition\":2,\"offset\":9},\"reason\":\"too_deep\","
        "\"detail\":\"d\"},{\"letter\":{\"topic\":\"letters\",\"partition\":1,\"offset\":2},\"reason\":"
        "\"no_dead_letter\",\"detail\":\"it is no JSON object\"}]}\n");
    free(text);
    weir_arena_free(taking.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(take__letter_of_a_source__becomes_its_message),
        cmocka_unit_test(take__what_cannot_be_tried__is_skipped_and_named),
        cmocka_unit_test(take__other_reasons__are_passed_over),
        cmocka_unit_test(report__more_than_it_shows__names_the_first),
        cmocka_unit_test(report__as_json__has_every_count),
    };
    return cmocka_run_group_tests_name("replay letters", tests, NULL, NULL);
}
