/* Records that turned out too long for their topic: cut as far as need be, still the same flag, or a dead letter. */
#include "flagging.h"

#include "../../../src/pipeline/publish/record_shorten.h"

#include "weir/utf8.h"

static json_t *parse(struct weir_text line)
{
    json_t *root = json_loadb(line.data, line.length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    assert_non_null(root);
    assert_null(memchr(line.data, '\n', line.length));
    return root;
}

/* A flag of a text of 10,000 characters, with 64 evidences of one rule and one of a second, graver one. */
static void begin_long(struct flagging *flagging)
{
    begin_flagging(flagging);
    char *text = weir_arena_alloc(flagging->arena, 10000);
    assert_non_null(text);
    memset(text, 'x', 10000);
    memcpy(text + 5000, "safe account", 12);
    flagging->values[0].text = (struct weir_text){text, 10000};
    for (size_t i = 0; i < 64; i++) {
        flagging->evidence[i] = flagging->evidence[0];
        flagging->evidence[i].start = flagging->evidence[i].start_byte = 5000;
        flagging->evidence[i].end = flagging->evidence[i].end_byte = 5012;
    }
    flagging->matches[0].evidence_count = 64;
    flagging->matches[1].evidence = flagging->evidence;
    flagging->matches[1].evidence_count = 1;
    flagging->verdict.match_count[WEIR_CHANNEL_REVIEW] = 2;
    flag_item(flagging);
}

static void flag__for_each_limit__fits_or_says_the_least(void **state)
{
    (void)state;
    struct flagging flagging;
    struct weir_text least;
    begin_long(&flagging);
    struct weir_text whole = flagging.record.value;
    assert_int_equal(weir_record_shorten_to(whole, 0, flagging.arena, &least), WEIR_OK);
    assert_true(least.length < 1000);
    size_t before = 0;
    for (size_t max = 100; max < whole.length; max += max / 7) {
        struct weir_text shorter;
        assert_int_equal(weir_record_shorten_to(whole, max, flagging.arena, &shorter), WEIR_OK);
        assert_true(shorter.length <= max || shorter.length == least.length);
        assert_true(shorter.length >= before && shorter.length < whole.length);
        before = shorter.length;
        json_t *root = parse(shorter);
        assert_true(json_is_true(json_object_get(root, "truncated")));
        assert_true(json_equal(json_object_get(root, "flag_id"), json_object_get(flagging.json, "flag_id")));
        assert_true(json_equal(json_object_get(root, "source"), json_object_get(flagging.json, "source")));
        assert_string_equal(json_string_value(json_object_get(root, "severity")), "critical");
        const json_t *rules = json_object_get(root, "rules");
        const json_t *last = json_array_get(rules, json_array_size(rules) - 1);
        assert_string_equal(json_string_value(json_object_get(last, "severity")), "critical");
        assert_true(json_array_size(json_object_get(last, "evidence")) > 0);
        json_decref(root);
    }
    end_flagging(&flagging);
}

static void flag__of_a_long_text__keeps_what_stands_around_the_evidence(void **state)
{
    (void)state;
    struct flagging flagging;
    struct weir_text shorter;
    begin_long(&flagging);
    assert_int_equal(weir_record_shorten_to(flagging.record.value, 19000, flagging.arena, &shorter), WEIR_OK);
    json_t *root = parse(shorter);
    const json_t *text = json_object_get(json_object_get(root, "content"), "text");
    assert_int_equal(json_string_length(text), 3 + 80 + 12 + 80 + 3);
    assert_non_null(strstr(json_string_value(text), "safe account"));
    assert_int_equal(json_array_size(json_object_get(json_array_get(json_object_get(root, "rules"), 0), "evidence")),
                     64);
    json_decref(root);
    end_flagging(&flagging);
}

static void flag__cut_before__can_be_cut_again(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_long(&flagging);
    struct weir_text line = flagging.record.value;
    for (size_t max = line.length / 2; max > 100; max /= 2) {
        struct weir_text shorter;
        assert_int_equal(weir_record_shorten_to(line, max, flagging.arena, &shorter), WEIR_OK);
        assert_true(shorter.length <= line.length);
        line = shorter;
    }
    assert_true(line.length < 1000);
    end_flagging(&flagging);
}

static void update__too_long__says_at_least_what_became_of_the_flag(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    struct weir_text shorter;
    struct weir_text update = WEIR_TEXT_LITERAL(
        "{\"schema\":\"weir.flag-update/1\",\"flag_id\":\"f\",\"state\":\"confirmed\",\"rules\":[{\"id\":\"a.b\","
        "\"evidence\":[{\"field\":\"text\",\"quote\":\"q\"},{\"field\":\"text\",\"quote\":\"r\"}]}]}");
    assert_int_equal(weir_record_shorten_to(update, 150, arena, &shorter), WEIR_OK);
    assert_non_null(memmem(shorter.data, shorter.length, "\"q\"", 3));
    assert_int_equal(weir_record_shorten_to(update, 10, arena, &shorter), WEIR_OK);
    assert_true(weir_text_is(shorter, "{\"schema\":\"weir.flag-update/1\",\"flag_id\":\"f\",\"state\":\"confirmed\"}"));
    assert_int_equal(weir_record_undeliverable(update, "review", 10, arena, &shorter), WEIR_INVALID);
    weir_arena_free(arena);
}

static void dead_letter__too_long__leaves_its_payload_out(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    struct weir_text shorter;
    struct weir_text letter = WEIR_TEXT_LITERAL("{\"schema\":\"weir.dead-letter/1\",\"payload\":\"eyJhIjr/AA==\"}");
    assert_int_equal(weir_record_shorten_to(letter, 10, arena, &shorter), WEIR_OK);
    assert_true(
        weir_text_is(shorter, "{\"schema\":\"weir.dead-letter/1\",\"payload_omitted\":true,\"payload_bytes\":7}"));
    weir_arena_free(arena);
}

static void rollup__too_long__halves_its_lists(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    struct weir_text shorter;
    struct weir_text record = WEIR_TEXT_LITERAL(
        "{\"schema\":\"weir.ruleset/1\",\"packs\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"added_count\":"
        "4,\"added\":[\"a.a\",\"a.b\",\"b.a\",\"b.b\"]}");
    assert_int_equal(weir_record_shorten_to(record, 118, arena, &shorter), WEIR_OK);
    assert_true(weir_text_is(shorter, "{\"schema\":\"weir.ruleset/1\",\"packs\":[{\"name\":\"a\"}],\"added_count\":4,"
                                      "\"added\":[\"a.a\",\"a.b\"],\"truncated\":true}"));
    weir_arena_free(arena);
}

static void record__of_another_kind__is_refused(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    struct weir_text shorter;
    const char *const lines[] = {"", "x", "[]", "{}", "{\"schema\":1}", "{\"schema\":\"weir.flag/2\"}"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_int_equal(weir_record_shorten_to(weir_text_of(lines[i]), 1, arena, &shorter), WEIR_INVALID);
        assert_int_equal(weir_record_undeliverable(weir_text_of(lines[i]), "t", 1, arena, &shorter), WEIR_INVALID);
    }
    weir_arena_free(arena);
}

static void undeliverable__of_a_flag__says_which_and_where(void **state)
{
    (void)state;
    struct flagging flagging;
    struct weir_text letter;
    begin_long(&flagging);
    assert_int_equal(weir_record_undeliverable(flagging.record.value, "review", 700, flagging.arena, &letter), WEIR_OK);
    json_t *root = parse(letter);
    assert_true(letter.length < 400);
    assert_string_equal(json_string_value(json_object_get(root, "schema")), "weir.dead-letter/1");
    assert_string_equal(json_string_value(json_object_get(root, "reason")), "flag_too_large");
    assert_true(json_equal(json_object_get(root, "flag_id"), json_object_get(flagging.json, "flag_id")));
    assert_true(json_equal(json_object_get(root, "source"), json_object_get(flagging.json, "source")));
    assert_string_equal(json_string_value(json_object_get(root, "detail")),
                        "review does not take the flag, of which at least 700 bytes must be said");
    json_decref(root);
    end_flagging(&flagging);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flag__for_each_limit__fits_or_says_the_least),
        cmocka_unit_test(flag__of_a_long_text__keeps_what_stands_around_the_evidence),
        cmocka_unit_test(flag__cut_before__can_be_cut_again),
        cmocka_unit_test(update__too_long__says_at_least_what_became_of_the_flag),
        cmocka_unit_test(dead_letter__too_long__leaves_its_payload_out),
        cmocka_unit_test(rollup__too_long__halves_its_lists),
        cmocka_unit_test(record__of_another_kind__is_refused),
        cmocka_unit_test(undeliverable__of_a_flag__says_which_and_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
