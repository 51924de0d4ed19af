/* Unflagged items as weir.audit/1 records: every member, its order, and what must not be in them. */
#include "flagging.h"

#include "../../../src/pipeline/publish/record_shorten.h"

#define SHARE 10000 /* 1 % */

static const char WHOLE_AUDIT[] =
    "{\"schema\":\"weir.audit/1\",\"audit_id\":\"3e74c249-25f4-5852-899f-a4a35231c672\","
    "\"drawn_at\":\"2026-11-23T20:57:55.123Z\",\"kind\":\"post\","
    "\"source\":{\"topic\":\"posts\",\"partition\":2,\"offset\":1234,\"timestamp\":1795467470000},"
    "\"item\":{\"id\":\"p1\",\"author\":\"f1ba04f4e37713d63b2f2bef003cecc3\",\"lang\":\"en\",\"time\":\"1795467469\"},"
    "\"share\":0.01,\"ruleset\":{\"generation\":4,\"sha256\":\"" RULESET_SHA256 "\"},"
    "\"content\":{\"text\":\"Your safe account awaits\"}}";

static void draw_item(struct flagging *flagging, uint32_t share)
{
    const struct weir_drawn drawn = {&flagging->item, share, NOW_MS};
    assert_int_equal(weir_record_audit(&flagging->encoder, &drawn, flagging->arena, &flagging->record), WEIR_OK);
    struct weir_text line = flagging->record.value;
    assert_null(memchr(line.data, '\n', line.length));
    json_decref(flagging->json);
    flagging->json = json_loadb(line.data, line.length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    assert_non_null(flagging->json);
}

static void set_long_text(struct flagging *flagging, size_t length)
{
    char *text = weir_arena_alloc(flagging->arena, length);
    assert_non_null(text);
    memset(text, 'x', length);
    flagging->values[0].text = (struct weir_text){text, length};
}

static void audit__of_a_post__has_every_member_in_order(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    draw_item(&flagging, SHARE);
    assert_int_equal(flagging.record.value.length, strlen(WHOLE_AUDIT));
    assert_memory_equal(flagging.record.value.data, WHOLE_AUDIT, strlen(WHOLE_AUDIT));
    assert_int_equal(flagging.record.output, WEIR_OUTPUT_AUDIT);
    assert_true(weir_text_is(flagging.record.key, "k1"));
    assert_null(flagging.record.flag_id);
    assert_null(flagging.record.severity);
    assert_null(flagging.record.category);
    assert_int_equal(flagging.record.ticket, 0);
    end_flagging(&flagging);
}

static void share__of_any_size__is_the_number_of_the_configuration(void **state)
{
    (void)state;
    static const struct {
        uint32_t millionths;
        double share;
    } cases[] = {{1, 0.000001}, {123456, 0.123456}, {333333, 0.333333}, {999999, 0.999999}, {1000000, 1.0}};
    struct flagging flagging;
    begin_flagging(&flagging);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        draw_item(&flagging, cases[i].millionths);
        assert_true(json_real_value(json_object_get(flagging.json, "share")) == cases[i].share);
    }
    draw_item(&flagging, 100000);
    assert_non_null(memmem(flagging.record.value.data, flagging.record.value.length, "\"share\":0.1,", 12));
    end_flagging(&flagging);
}

static void author__of_a_drawn_item__never_by_name_or_id(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    flagging.values[1] = (struct weir_value){1, WEIR_TEXT_LITERAL("Ann Example")};
    flagging.item.value_count = 2;
    for (int keyed = 0; keyed < 2; keyed++) {
        flagging.encoder.author_key = keyed ? WEIR_TEXT_LITERAL("a secret") : WEIR_TEXT_LITERAL("");
        draw_item(&flagging, SHARE);
        assert_null(memmem(flagging.record.value.data, flagging.record.value.length, "Ann", 3));
        assert_null(memmem(flagging.record.value.data, flagging.record.value.length, "u42", 3));
        assert_int_equal(TEXT_AT(&flagging, "item", "author") != NULL, keyed);
        assert_string_equal(TEXT_AT(&flagging, "content", "text"), "Your safe account awaits");
    }
    end_flagging(&flagging);
}

static void content__excerpt_and_none__the_beginning_and_nothing(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    set_long_text(&flagging, 1000);
    flagging.values[1] = (struct weir_value){2, WEIR_TEXT_LITERAL("https://example.org")};
    flagging.item.value_count = 2;
    flagging.encoder.content = WEIR_CONTENT_EXCERPT;
    draw_item(&flagging, SHARE);
    assert_int_equal(strlen(TEXT_AT(&flagging, "content", "text")), 200 + strlen("…"));
    assert_null(TEXT_AT(&flagging, "content", "url"));
    assert_null(json_object_get(flagging.json, "truncated"));
    flagging.encoder.content = WEIR_CONTENT_NONE;
    draw_item(&flagging, SHARE);
    assert_null(json_object_get(flagging.json, "content"));
    assert_string_equal(TEXT_AT(&flagging, "item", "id"), "p1");
    end_flagging(&flagging);
}

static void audit__too_long__an_excerpt_then_no_text_and_says_so(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    set_long_text(&flagging, 5000);
    flagging.encoder.record_max = 1000;
    draw_item(&flagging, SHARE);
    assert_true(json_is_true(json_object_get(flagging.json, "truncated")));
    assert_int_equal(strlen(TEXT_AT(&flagging, "content", "text")), 200 + strlen("…"));
    flagging.encoder.record_max = 100;
    draw_item(&flagging, SHARE);
    assert_true(json_is_true(json_object_get(flagging.json, "truncated")));
    assert_null(json_object_get(flagging.json, "content"));
    assert_string_equal(TEXT_AT(&flagging, "audit_id"), "3e74c249-25f4-5852-899f-a4a35231c672");
    end_flagging(&flagging);
}

static void audit__that_its_topic_refuses__cut_to_what_it_takes(void **state)
{
    (void)state;
    struct flagging flagging;
    struct weir_text shorter;
    begin_flagging(&flagging);
    set_long_text(&flagging, 5000);
    draw_item(&flagging, SHARE);
    assert_int_equal(weir_record_shorten_to(flagging.record.value, 1000, flagging.arena, &shorter), WEIR_OK);
    assert_true(shorter.length <= 1000);
    assert_non_null(memmem(shorter.data, shorter.length, "\"share\":0.01,", 13));
    assert_non_null(memmem(shorter.data, shorter.length, "\"truncated\":true", 16));
    assert_int_equal(weir_record_shorten_to(flagging.record.value, 0, flagging.arena, &shorter), WEIR_OK);
    assert_null(memmem(shorter.data, shorter.length, "\"content\"", 9));
    assert_non_null(memmem(shorter.data, shorter.length, "3e74c249", 8));
    end_flagging(&flagging);
}

static void audit__of_a_caption__its_stream_and_its_own_fragment(void **state)
{
    (void)state;
    struct flagging flagging;
    const struct weir_fragment fragment = {.end_byte = 24, .start_ms = 1000, .end_ms = 1900, .sequence = 7};
    begin_flagging(&flagging);
    flagging.item.kind = WEIR_CAPTION;
    flagging.item.caption.stream = WEIR_TEXT_LITERAL("live-7");
    flagging.item.fragments = &fragment;
    flagging.item.fragment_count = 1;
    draw_item(&flagging, SHARE);
    json_t *item = json_pack("{s:s, s:i, s:i, s:i, s:i, s:s}", "stream", "live-7", "sequence_first", 7, "sequence_last",
                             7, "start_ms", 1000, "end_ms", 1900, "lang", "en");
    assert_true(json_equal(json_object_get(flagging.json, "item"), item));
    json_decref(item);
    assert_string_equal(TEXT_AT(&flagging, "kind"), "caption");
    assert_string_equal(TEXT_AT(&flagging, "content", "text"), "Your safe account awaits");
    end_flagging(&flagging);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(audit__of_a_post__has_every_member_in_order),
        cmocka_unit_test(share__of_any_size__is_the_number_of_the_configuration),
        cmocka_unit_test(author__of_a_drawn_item__never_by_name_or_id),
        cmocka_unit_test(content__excerpt_and_none__the_beginning_and_nothing),
        cmocka_unit_test(audit__too_long__an_excerpt_then_no_text_and_says_so),
        cmocka_unit_test(audit__that_its_topic_refuses__cut_to_what_it_takes),
        cmocka_unit_test(audit__of_a_caption__its_stream_and_its_own_fragment),
    };
    return cmocka_run_group_tests_name("record_audit", tests, NULL, NULL);
}
