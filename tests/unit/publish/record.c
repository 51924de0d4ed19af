/* Flags as records: every member, its order, and what must not be in them. */
#include "flagging.h"

static const char WHOLE_FLAG[] =
    "{\"schema\":\"weir.flag/1\",\"flag_id\":\"8e6730c0-a532-5b2f-b500-116eb2037286\","
    "\"flagged_at\":\"2026-11-23T20:57:55.123Z\",\"kind\":\"post\","
    "\"source\":{\"topic\":\"posts\",\"partition\":2,\"offset\":1234,\"timestamp\":1795467470000},"
    "\"item\":{\"id\":\"p1\",\"author\":\"f1ba04f4e37713d63b2f2bef003cecc3\",\"lang\":\"en\",\"time\":\"1795467469\"},"
    "\"severity\":\"medium\",\"rules\":[{\"id\":\"scams.safe-account\",\"title\":\"A \\\"safe account\\\"\","
    "\"why\":\"No bank asks that.\",\"pack\":\"scams\",\"version\":\"1.0.0\",\"category\":\"scams_and_fraud\","
    "\"keyword\":\"phishing\",\"severity\":\"medium\",\"status\":\"active\",\"evidence\":[{\"field\":\"text\","
    "\"start\":5,"
    "\"end\":17,\"start_byte\":5,\"end_byte\":17,\"quote\":\"safe account\",\"matched_as\":\"safe account\","
    "\"view\":\"folded\",\"pattern\":\"account\"}]}],\"ruleset\":{\"generation\":4,\"sha256\":\"" RULESET_SHA256 "\"},"
    "\"content\":{\"text\":\"Your safe account awaits\"}}";

static void flag__of_a_post__has_every_member_in_order(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    flag_item(&flagging);
    assert_int_equal(flagging.record.value.length, strlen(WHOLE_FLAG));
    assert_memory_equal(flagging.record.value.data, WHOLE_FLAG, strlen(WHOLE_FLAG));
    assert_int_equal(flagging.record.output, WEIR_OUTPUT_REVIEW);
    assert_true(weir_text_is(flagging.record.key, "k1"));
    assert_string_equal(flagging.record.flag_id, "8e6730c0-a532-5b2f-b500-116eb2037286");
    assert_string_equal(flagging.record.severity, "medium");
    assert_string_equal(flagging.record.category, "scams_and_fraud");
    assert_int_equal(flagging.record.ticket, 0);
    end_flagging(&flagging);
}

static void flag__for_shadow__has_an_id_of_its_own(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    flag_to(&flagging, WEIR_CHANNEL_SHADOW);
    assert_string_equal(flagging.record.flag_id, "421b9089-0a45-5f85-b0d2-2155f4e0ad94");
    assert_int_equal(flagging.record.output, WEIR_OUTPUT_SHADOW);
    end_flagging(&flagging);
}

static void flag__like_another__names_it_and_counts(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    flag_item(&flagging);
    assert_null(json_object_get(flagging.json, "repeat_of"));
    assert_null(json_object_get(flagging.json, "repeats"));
    flagging.finding.repeat_of = "421b9089-0a45-5f85-b0d2-2155f4e0ad94";
    flagging.finding.repeats = 17;
    flag_item(&flagging);
    assert_string_equal(TEXT_AT(&flagging, "repeat_of"), "421b9089-0a45-5f85-b0d2-2155f4e0ad94");
    assert_int_equal(json_integer_value(json_object_get(flagging.json, "repeats")), 17);
    assert_string_equal(flagging.record.flag_id, "8e6730c0-a532-5b2f-b500-116eb2037286");
    end_flagging(&flagging);
}

static void flag__of_a_line__names_file_and_line(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    flagging.item.origin = (struct weir_origin){WEIR_TEXT_LITERAL("-"), 0, 3, -1, true};
    flag_item(&flagging);
    assert_string_equal(flagging.record.flag_id, "4f44f3b3-0b81-5bf9-a653-a66911088a83");
    assert_string_equal(TEXT_AT(&flagging, "source", "file"), "-");
    json_t *source = json_object_get(flagging.json, "source");
    assert_int_equal(json_integer_value(json_object_get(source, "line")), 3);
    assert_int_equal(json_object_size(source), 2);
    flagging.item.origin.topic = WEIR_TEXT_LITERAL("caf\xE9.ndjson");
    flag_item(&flagging);
    assert_string_equal(TEXT_AT(&flagging, "source", "file"), "caf\xEF\xBF\xBD.ndjson");
    end_flagging(&flagging);
}

static void flag__of_what_is_absent__leaves_it_out(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    struct weir_text none = {NULL, 0};
    flagging.item.id = flagging.item.author = flagging.item.lang = flagging.item.time = flagging.item.key = none;
    flagging.item.origin.timestamp_ms = -1;
    flagging.rules[0].keyword = NULL;
    flag_item(&flagging);
    assert_int_equal(json_object_size(json_object_get(flagging.json, "item")), 0);
    assert_null(json_object_get(json_object_get(flagging.json, "source"), "timestamp"));
    assert_null(TEXT_AT(&flagging, "rules", "keyword"));
    assert_null(flagging.record.key.data);
    end_flagging(&flagging);
}

static void author__without_a_key__is_left_out(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    flagging.encoder.author_key = WEIR_TEXT_LITERAL("");
    flag_item(&flagging);
    assert_null(TEXT_AT(&flagging, "item", "author"));
    assert_null(strstr(flagging.record.value.data, "u42"));
    end_flagging(&flagging);
}

static void flag__of_two_rules__takes_the_highest_severity(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    flagging.verdict.match_count[WEIR_CHANNEL_REVIEW] = 2;
    flagging.matches[1].inconclusive = true;
    flag_item(&flagging);
    assert_string_equal(TEXT_AT(&flagging, "severity"), "critical");
    assert_string_equal(flagging.record.severity, "critical");
    assert_string_equal(flagging.record.category, "data_protection_and_privacy_violations");
    assert_int_equal(json_array_size(json_object_get(flagging.json, "rules")), 2);
    assert_true(json_is_true(json_object_get(flagging.json, "inconclusive")));
    assert_null(json_object_get(flagging.json, "truncated"));
    flagging.rules[0].severity = WEIR_SEVERITY_CRITICAL;
    flagging.matches[1].inconclusive = false;
    flagging.matches[0].truncated = true;
    flag_item(&flagging);
    assert_string_equal(flagging.record.category, "scams_and_fraud"); /* the first of two equals */
    assert_true(json_is_true(json_object_get(flagging.json, "truncated")));
    assert_null(json_object_get(flagging.json, "inconclusive"));
    end_flagging(&flagging);
}

static void content__in_full__joins_values_and_keeps_authors_names(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    flagging.values[1] = (struct weir_value){0, WEIR_TEXT_LITERAL("a\0\xE4\xBD\xA0\"\x7F")};
    flagging.values[2] = (struct weir_value){1, WEIR_TEXT_LITERAL("Ann Author")};
    flagging.values[3] = (struct weir_value){2, WEIR_TEXT_LITERAL("example.org")};
    flagging.item.value_count = 4;
    flag_item(&flagging);
    json_t *content = json_object_get(flagging.json, "content");
    json_t *text = json_object_get(content, "text");
    static const char joined[] = "Your safe account awaits\na\0\xE4\xBD\xA0\"\x7F";
    assert_int_equal(json_string_length(text), sizeof joined - 1);
    assert_memory_equal(json_string_value(text), joined, sizeof joined);
    assert_non_null(strstr(flagging.record.value.data, "a\\u0000\xE4\xBD\xA0"));
    assert_string_equal(TEXT_AT(&flagging, "content", "url"), "example.org");
    assert_null(json_object_get(content, "author_name"));
    flagging.evidence[0].field = 1;
    flag_item(&flagging);
    assert_string_equal(TEXT_AT(&flagging, "content", "author_name"), "Ann Author");
    assert_non_null(TEXT_AT(&flagging, "content", "text"));
    end_flagging(&flagging);
}

static void content__of_none__is_left_out(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    flagging.encoder.content = WEIR_CONTENT_NONE;
    flag_item(&flagging);
    assert_null(json_object_get(flagging.json, "content"));
    end_flagging(&flagging);
}

/* `count` times U+4F60, three bytes each, in the arena. */
static struct weir_text repeat_ni(struct weir_arena *arena, size_t count)
{
    char *text = weir_arena_alloc(arena, count * 3 + 1);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + 3 * i, "\xE4\xBD\xA0", 4);
    }
    return (struct weir_text){text, count * 3};
}

struct excerpt_case {
    size_t length;
    size_t start;
    size_t end;
    size_t shown;
    bool cut_before;
    bool cut_after;
};

static void content__as_excerpt__is_what_stands_around_the_evidence(void **state)
{
    (void)state;
    static const struct excerpt_case cases[] = {
        {50, 10, 20, 50, false, false},     {1000, 0, 10, 90, false, true},     {1000, 80, 90, 170, false, true},
        {1000, 81, 90, 169, true, true},    {1000, 990, 1000, 90, true, false}, {1000, 500, 510, 170, true, true},
        {1000, 920, 921, 160, true, false}, {2000, 100, 1900, 560, true, true}, {1000, 100, 500, 560, true, true},
    };
    struct flagging flagging;
    begin_flagging(&flagging);
    flagging.encoder.content = WEIR_CONTENT_EXCERPT;
    flagging.values[1] = (struct weir_value){2, WEIR_TEXT_LITERAL("example.org")};
    flagging.item.value_count = 2;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct excerpt_case *one = &cases[i];
        flagging.values[0].text = repeat_ni(flagging.arena, one->length);
        flagging.evidence[0].start = one->start;
        flagging.evidence[0].end = one->end;
        flag_item(&flagging);
        const char *text = TEXT_AT(&flagging, "content", "text");
        size_t marks = (one->cut_before ? 3u : 0u) + (one->cut_after ? 3u : 0u);
        assert_int_equal(strlen(text), one->shown * 3 + marks);
        assert_int_equal(strncmp(text, "\xE2\x80\xA6", 3) == 0, one->cut_before);
        assert_int_equal(strcmp(text + strlen(text) - 3, "\xE2\x80\xA6") == 0, one->cut_after);
        assert_null(TEXT_AT(&flagging, "content", "url"));
    }
    end_flagging(&flagging);
}

static void content__as_excerpt_of_two_evidences__spans_both(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    flagging.encoder.content = WEIR_CONTENT_EXCERPT;
    flagging.values[0].text = repeat_ni(flagging.arena, 1000);
    flagging.evidence[1] = flagging.evidence[0];
    flagging.evidence[0].start = 300;
    flagging.evidence[0].end = 310;
    flagging.evidence[1].start = 200;
    flagging.evidence[1].end = 210;
    flagging.matches[1].evidence = &flagging.evidence[1];
    flagging.matches[1].evidence_count = 1;
    flagging.verdict.match_count[WEIR_CHANNEL_REVIEW] = 2;
    flag_item(&flagging);
    assert_int_equal(strlen(TEXT_AT(&flagging, "content", "text")), (80 + 110 + 80 + 2) * 3);
    end_flagging(&flagging);
}

static void content__as_excerpt_without_evidence__is_the_beginning_of_the_text(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    flagging.encoder.content = WEIR_CONTENT_EXCERPT;
    flagging.values[0].text = repeat_ni(flagging.arena, 1000);
    flagging.matches[0].evidence_count = 0;
    flagging.matches[0].inconclusive = true;
    flag_item(&flagging);
    assert_int_equal(strlen(TEXT_AT(&flagging, "content", "text")), 201 * 3);
    assert_true(json_is_true(json_object_get(flagging.json, "inconclusive")));
    end_flagging(&flagging);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flag__of_a_post__has_every_member_in_order),
        cmocka_unit_test(flag__for_shadow__has_an_id_of_its_own),
        cmocka_unit_test(flag__like_another__names_it_and_counts),
        cmocka_unit_test(flag__of_a_line__names_file_and_line),
        cmocka_unit_test(flag__of_what_is_absent__leaves_it_out),
        cmocka_unit_test(author__without_a_key__is_left_out),
        cmocka_unit_test(flag__of_two_rules__takes_the_highest_severity),
        cmocka_unit_test(content__in_full__joins_values_and_keeps_authors_names),
        cmocka_unit_test(content__of_none__is_left_out),
        cmocka_unit_test(content__as_excerpt__is_what_stands_around_the_evidence),
        cmocka_unit_test(content__as_excerpt_of_two_evidences__spans_both),
        cmocka_unit_test(content__as_excerpt_without_evidence__is_the_beginning_of_the_text),
    };
    return cmocka_run_group_tests_name("publish record", tests, NULL, NULL);
}
