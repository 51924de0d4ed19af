/* What an item knows of itself besides its texts: id, author, lang, time, and where it came from. */
#include "decoding.h"

static const struct mapped post[] = POST_MAPPING;

static void decode_post(struct decoding *decoding, const char *json, struct weir_item *item)
{
    struct weir_bad_payload bad;
    if (decode_bytes(decoding, weir_text_of(json), item, &bad) != WEIR_OK)
        fail_msg("%s: %s", weir_bad_reason_name(bad.reason), bad.detail);
}

static void item__with_everything__has_it(void **state)
{
    (void)state;
    struct decoding decoding;
    open_decoding(&decoding, post, sizeof post / sizeof *post, WEIR_LIMITS_DEFAULT);
    struct weir_item item;
    decode_post(&decoding,
                "{\"id\":42,\"author\":{\"id\":\"u\\u0031\",\"name\":\"Ann\"},\"lang\":\"zh-Hans-CN\","
                "\"created_at\":\"2026-02-28T23:59:60.5+05:30\",\"text\":\"hello\"}",
                &item);
    assert_int_equal(item.kind, WEIR_POST);
    assert_true(weir_text_is(item.id, "42"));
    assert_true(weir_text_is(item.author, "u1"));
    assert_true(weir_text_is(item.lang, "zh-Hans-CN"));
    assert_true(weir_text_is(item.time, "2026-02-28T23:59:60.5+05:30"));
    assert_true(weir_text_is(item.key, "the key"));
    assert_true(weir_text_is(item.origin.topic, "posts"));
    assert_int_equal(item.origin.partition, 3);
    assert_int_equal(item.origin.offset, 17);
    assert_int_equal(item.origin.timestamp_ms, 1700000000123);
    assert_int_equal(item.value_count, 2);
    close_decoding(&decoding);
}

static void item__with_text_alone__has_nothing_else(void **state)
{
    (void)state;
    struct decoding decoding;
    open_decoding(&decoding, post, sizeof post / sizeof *post, WEIR_LIMITS_DEFAULT);
    struct weir_item item;
    decode_post(&decoding, "{\"id\":null,\"author\":[],\"lang\":\"\",\"created_at\":false,\"text\":\"hello\"}", &item);
    assert_null(item.id.data);
    assert_null(item.author.data);
    assert_null(item.lang.data);
    assert_null(item.time.data);
    close_decoding(&decoding);
}

static void item__after_another_that_had_more__has_nothing_of_it(void **state)
{
    (void)state;
    struct decoding decoding;
    open_decoding(&decoding, post, sizeof post / sizeof *post, WEIR_LIMITS_DEFAULT);
    struct weir_item item;
    decode_post(&decoding,
                "{\"id\":42,\"author\":{\"id\":\"u1\"},\"lang\":\"en\",\"created_at\":1700000000,\"text\":\"hello\"}",
                &item);
    memset(&item, 0xA5, sizeof item); /* whoever decodes need not clear it */
    decode_post(&decoding, "{\"text\":\"hello\"}", &item);
    const struct weir_text absent[] = {item.id, item.author, item.lang, item.time};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        assert_null(absent[i].data);
        assert_int_equal(absent[i].length, 0);
    }
    assert_null(item.fragments);
    assert_int_equal(item.fragment_count, 0);
    close_decoding(&decoding);
}

static void fact__from_several_pointers__is_the_first_that_has_one(void **state)
{
    (void)state;
    const struct mapped mapped[] = {{WEIR_ROLE_ID, 0, "/id"},
                                    {WEIR_ROLE_ID, 0, "/uid"},
                                    {WEIR_ROLE_VALUE, 0, "/text"},
                                    {WEIR_ROLE_VALUE, 1, "/uid"}};
    struct decoding decoding;
    open_decoding(&decoding, mapped, 4, WEIR_LIMITS_DEFAULT);
    struct weir_item item;
    decode_post(&decoding, "{\"uid\":\"second\",\"id\":[null,\"first\",\"no\"],\"text\":\"a\"}", &item);
    assert_true(weir_text_is(item.id, "first"));
    assert_int_equal(item.value_count, 2); /* the same member may also be a value */
    decode_post(&decoding, "{\"uid\":\"second\",\"id\":\"\",\"text\":\"a\"}", &item);
    assert_true(weir_text_is(item.id, "second"));
    close_decoding(&decoding);
}

static bool keeps(struct decoding *decoding, const char *member, const char *value)
{
    char json[256];
    snprintf(json, sizeof json, "{\"text\":\"a\",\"%s\":\"%s\"}", member, value);
    struct weir_item item;
    decode_post(decoding, json, &item);
    struct weir_text kept = strcmp(member, "lang") == 0 ? item.lang : item.time;
    return kept.data && weir_text_is(kept, value);
}

static void lang__unlike_a_language_tag__is_left_out(void **state)
{
    (void)state;
    static const char *const good[] = {"en", "EN", "en-GB", "zh-Hant-TW", "sl-rozaj-biske-1994", "yue", "abcdefgh"};
    static const char *const bad[] = {"e",      "english!",     "en_GB",     "en-", "-en",
                                      "en--GB", "en-abcdefghi", "abcdefghi", "1e",  "en GB"};
    struct decoding decoding;
    open_decoding(&decoding, post, sizeof post / sizeof *post, WEIR_LIMITS_DEFAULT);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(keeps(&decoding, "lang", good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(keeps(&decoding, "lang", bad[i]));
    close_decoding(&decoding);
}

static void time__neither_rfc3339_nor_integer__is_left_out(void **state)
{
    (void)state;
    static const char *const good[] = {"2026-11-23T20:57:55Z",
                                       "2026-11-23t20:57:55.123456789z",
                                       "2024-02-29T00:00:00-23:59",
                                       "2000-02-29T00:00:00Z",
                                       "0",
                                       "-12",
                                       "1700000000123"};
    static const char *const bad[] = {"yesterday",
                                      "2026-11-23",
                                      "2026-11-23 20:57:55Z",
                                      "2026-11-23T20:57:55",
                                      "2026-11-23T20:57Z",
                                      "2026-11-23T24:00:00Z",
                                      "2026-11-23T20:60:00Z",
                                      "2026-11-23T20:57:61Z",
                                      "2026-02-29T00:00:00Z",
                                      "1900-02-29T00:00:00Z",
                                      "2026-13-01T00:00:00Z",
                                      "2026-00-01T00:00:00Z",
                                      "2026-04-31T00:00:00Z",
                                      "2026-11-00T00:00:00Z",
                                      "2026-11-23T20:57:55.Z",
                                      "2026-11-23T20:57:55+0530",
                                      "2026-11-23T20:57:55+24:00",
                                      "2026-11-23T20:57:55Zx",
                                      "1.5",
                                      "-",
                                      "1e9"};
    struct decoding decoding;
    open_decoding(&decoding, post, sizeof post / sizeof *post, WEIR_LIMITS_DEFAULT);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(keeps(&decoding, "created_at", good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(keeps(&decoding, "created_at", bad[i]));
    close_decoding(&decoding);
}

static void mappings__two__each_has_its_own_pointers(void **state)
{
    (void)state;
    const struct weir_text body = WEIR_TEXT_LITERAL("body");
    const struct weir_text text = WEIR_TEXT_LITERAL("text");
    const struct weir_pointer pointers[] = {{WEIR_ROLE_VALUE, 5, &body, 1}, {WEIR_ROLE_VALUE, 0, &text, 1}};
    const struct weir_mapping mappings[] = {{"a", WEIR_POST, &pointers[0], 1}, {"b", WEIR_CAPTION, &pointers[1], 1}};
    struct weir_limits limits = WEIR_LIMITS_DEFAULT;
    struct weir_decoder *decoder = NULL;
    assert_int_equal(weir_decoder_new(mappings, 2, &limits, &decoder), WEIR_OK);
    struct weir_arena *arena = weir_arena_new(0);
    struct weir_padded_text payload = weir_arena_padded(arena, WEIR_TEXT_LITERAL("{\"text\":\"t\",\"body\":\"b\"}"));
    for (uint32_t i = 0; i < 2; i++) {
        struct weir_message message = {.payload = payload, .mapping = i};
        struct weir_item item;
        struct weir_bad_payload bad;
        assert_int_equal(weir_decode(decoder, &message, arena, &item, &bad), WEIR_OK);
        assert_int_equal(item.kind, mappings[i].kind);
        assert_int_equal(item.value_count, 1);
        assert_int_equal(item.values[0].field, pointers[i].field);
        assert_true(weir_text_is(item.values[0].text, i == 0 ? "b" : "t"));
    }
    weir_arena_free(arena);
    weir_decoder_free(decoder);
}

static void version__of_simdjson__is_three_numbers(void **state)
{
    (void)state;
    unsigned major = 0, minor = 0, revision = 0;
    int length = 0;
    assert_int_equal(sscanf(weir_simdjson_version(), "%u.%u.%u%n", &major, &minor, &revision, &length), 3);
    assert_int_equal(weir_simdjson_version()[length], '\0');
    assert_true(major >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(item__with_everything__has_it),
        cmocka_unit_test(item__with_text_alone__has_nothing_else),
        cmocka_unit_test(item__after_another_that_had_more__has_nothing_of_it),
        cmocka_unit_test(fact__from_several_pointers__is_the_first_that_has_one),
        cmocka_unit_test(lang__unlike_a_language_tag__is_left_out),
        cmocka_unit_test(time__neither_rfc3339_nor_integer__is_left_out),
        cmocka_unit_test(mappings__two__each_has_its_own_pointers),
        cmocka_unit_test(version__of_simdjson__is_three_numbers),
    };
    return cmocka_run_group_tests_name("decode facts", tests, NULL, NULL);
}
