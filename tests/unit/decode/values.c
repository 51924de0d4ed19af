/* What an item takes from a payload: values in order, as they were meant. */
#include "decoding.h"

#include "weir/utf8.h"

#define VALUES_MAX 8

struct value_case {
    const char *name;
    struct weir_text payload;
    struct weir_value values[VALUES_MAX]; /* up to the first empty one */
};

static const struct mapped mapped[] = {
    {WEIR_ROLE_VALUE, 2, "/name"},        {WEIR_ROLE_VALUE, 0, "/title"}, {WEIR_ROLE_VALUE, 1, "/links/0/url"},
    {WEIR_ROLE_VALUE, 0, "/text"},        {WEIR_ROLE_VALUE, 1, "/tags"},  {WEIR_ROLE_VALUE, 3, "/tags/1"},
    {WEIR_ROLE_VALUE, 2, "/a/b/c"},       {WEIR_ROLE_VALUE, 2, "/"},      {WEIR_ROLE_VALUE, 3, "/a/01"},
    {WEIR_ROLE_VALUE, 0, "/caf\xC3\xA9"},
};

static const struct value_case cases[] = {
    {"a text", BYTES("{\"text\":\"hello\"}"), {{0, BYTES("hello")}}},
    {"white space around everything",
     BYTES(" \n{ \"x\" : [ ] , \"text\" : \"hello\" \t, \"title\" : 12 } \r\n"),
     {{0, BYTES("12")}, {0, BYTES("hello")}}},
    {"byte order mark", BYTES("\xEF\xBB\xBF{\"text\":\"a\"}"), {{0, BYTES("a")}}},
    {"order is the mapping's, not the payload's",
     BYTES("{\"text\":\"c\",\"tags\":[\"t\"],\"title\":\"b\",\"name\":\"a\"}"),
     {{2, BYTES("a")}, {0, BYTES("b")}, {0, BYTES("c")}, {1, BYTES("t")}}},
    {"a number is its text", BYTES("{\"text\":-0.10e+400}"), {{0, BYTES("-0.10e+400")}}},
    {"a number of any size",
     BYTES("{\"text\":123456789012345678901234567890}"),
     {{0, BYTES("123456789012345678901234567890")}}},
    {"of duplicate keys the first counts",
     BYTES("{\"text\":\"a\",\"text\":\"b\",\"te\\u0078t\":\"c\"}"),
     {{0, BYTES("a")}}},
    {"of duplicate objects the first counts, whole",
     BYTES("{\"a\":{\"x\":1},\"a\":{\"b\":{\"c\":\"no\"}},\"text\":\"a\"}"),
     {{0, BYTES("a")}}},
    {"of duplicate keys below the first counts",
     BYTES("{\"a\":{\"b\":{\"c\":\"yes\",\"c\":\"no\"},\"b\":{\"c\":\"no\"}}}"),
     {{2, BYTES("yes")}}},
    {"a first duplicate that is no object counts",
     BYTES("{\"a\":1,\"a\":{\"b\":{\"c\":\"no\"}},\"text\":\"a\"}"),
     {{0, BYTES("a")}}},
    {"keys compare unescaped",
     BYTES("{\"\\u0074e\\u0078t\":\"a\",\"caf\\u00e9\":\"b\"}"),
     {{0, BYTES("a")}, {0, BYTES("b")}}},
    {"keys that begin alike are others",
     BYTES("{\"texts\":\"no\",\"tex\":\"no\",\"Text\":\"no\",\"text\":\"a\"}"),
     {{0, BYTES("a")}}},
    {"the empty key", BYTES("{\"\":\"a\"}"), {{2, BYTES("a")}}},
    {"an array's strings and numbers",
     BYTES("{\"tags\":[\"a\",1,null,\"\",true,{\"x\":\"no\"},[\"no\"],\"b\"]}"),
     {{1, BYTES("a")}, {1, BYTES("1")}, {1, BYTES("b")}, {3, BYTES("1")}}},
    {"an index into an array", BYTES("{\"links\":[{\"url\":\"a\"},{\"url\":\"no\"}]}"), {{1, BYTES("a")}}},
    {"a digit key of an object", BYTES("{\"links\":{\"0\":{\"url\":\"a\"}}}"), {{1, BYTES("a")}}},
    {"an index with a leading zero is none", BYTES("{\"a\":[1,2,3],\"text\":\"a\"}"), {{0, BYTES("a")}}},
    {"an array where an object is mapped", BYTES("{\"a\":[{\"b\":{\"c\":\"no\"}}],\"text\":\"a\"}"), {{0, BYTES("a")}}},
    {"escapes",
     BYTES("{\"text\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u4F60\\uD83D\\uDE00.\"}"),
     {{0, BYTES("\"\\/\b\f\n\r\tA\xC3\xA9\xE4\xBD\xA0\xF0\x9F\x98\x80.")}}},
    {"U+0000", BYTES("{\"text\":\"a\\u0000b\"}"), {{0, BYTES("a\0b")}}},
    {"lone high surrogate",
     BYTES("{\"text\":\"a\\uD800b\"}"),
     {{0, BYTES("a\xEF\xBF\xBD"
                "b")}}},
    {"lone low surrogate", BYTES("{\"text\":\"\\uDC00\"}"), {{0, BYTES("\xEF\xBF\xBD")}}},
    {"two high surrogates, then a low one",
     BYTES("{\"text\":\"\\uD83D\\uD83D\\uDE00\"}"),
     {{0, BYTES("\xEF\xBF\xBD\xF0\x9F\x98\x80")}}},
    {"high surrogate before another escape",
     BYTES("{\"text\":\"\\uD83D\\n\\uD83D\\u0041\"}"),
     {{0, BYTES("\xEF\xBF\xBD\n\xEF\xBF\xBD"
                "A")}}},
    {"lone surrogate where nothing is mapped",
     BYTES("{\"x\":\"\\uD800\",\"\\uDFFF\":1,\"text\":\"a\"}"),
     {{0, BYTES("a")}}},
    {"ill-formed UTF-8",
     BYTES("{\"text\":\"a\xFF\xE4\xBD"
           "b\xC0\x80\"}"),
     {{0, BYTES("a\xEF\xBF\xBD\xEF\xBF\xBD"
                "b\xEF\xBF\xBD\xEF\xBF\xBD")}}},
    {"ill-formed UTF-8 where nothing is mapped",
     BYTES("{\"x\":\"\x80\",\"title\":\"\\u0041\",\"text\":\"a\"}"),
     {{0, BYTES("A")}, {0, BYTES("a")}}},
    {"UTF-8 cut by the closing quote",
     BYTES("{\"text\":\"a\xF0\x9F\x98\",\"title\":\"b\"}"),
     {{0, BYTES("b")}, {0, BYTES("a\xEF\xBF\xBD")}}},
    {"a colon behind a string in an array of strings",
     BYTES("{\"tags\":[\"a:\",\":\"],\"text\":\":\"}"),
     {{0, BYTES(":")}, {1, BYTES("a:")}, {1, BYTES(":")}, {3, BYTES(":")}}},
};

static void check_values(const struct value_case *one, const struct weir_item *item)
{
    for (size_t i = 0; i < item->value_count; i++) {
        assert_true(i < VALUES_MAX);
        assert_int_equal(item->values[i].field, one->values[i].field);
        assert_int_equal(item->values[i].text.length, one->values[i].text.length);
        assert_memory_equal(item->values[i].text.data, one->values[i].text.data, one->values[i].text.length);
        assert_true(weir_utf8_valid(item->values[i].text));
    }
    assert_true(item->value_count == VALUES_MAX || one->values[item->value_count].text.length == 0);
}

static void payload__good__gives_its_values_in_order(void **state)
{
    (void)state;
    struct decoding decoding;
    open_decoding(&decoding, mapped, sizeof mapped / sizeof *mapped, WEIR_LIMITS_DEFAULT);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct weir_item item;
        struct weir_bad_payload bad;
        print_message("  %s\n", cases[i].name);
        if (decode_bytes(&decoding, cases[i].payload, &item, &bad) != WEIR_OK) {
            fail_msg("%s: %s", weir_bad_reason_name(bad.reason), bad.detail);
        }
        check_values(&cases[i], &item);
    }
    close_decoding(&decoding);
}

static void item__decoded__lives_through_the_next_calls(void **state)
{
    (void)state;
    struct decoding decoding;
    open_decoding(&decoding, mapped, sizeof mapped / sizeof *mapped, WEIR_LIMITS_DEFAULT);
    struct weir_item items[200];
    for (size_t i = 0; i < 200; i++) {
        char json[64];
        int length = snprintf(json, sizeof json, "{\"text\":\"\\u0023%zu\",\"title\":%zu}", i, i);
        struct weir_bad_payload bad;
        assert_int_equal(decode_bytes(&decoding, (struct weir_text){json, (size_t)length}, &items[i], &bad), WEIR_OK);
    }
    for (size_t i = 0; i < 200; i++) {
        char expected[32];
        snprintf(expected, sizeof expected, "#%zu", i);
        assert_int_equal(items[i].value_count, 2);
        assert_true(weir_text_is(items[i].values[1].text, expected));
        assert_true(weir_text_is(items[i].values[0].text, expected + 1));
    }
    close_decoding(&decoding);
}

static void payload__of_five_megabytes__is_one_value_and_then_a_small_one_is_read(void **state)
{
    (void)state;
    struct decoding decoding;
    open_decoding(&decoding, mapped, sizeof mapped / sizeof *mapped, WEIR_LIMITS_DEFAULT);
    size_t size = 5u << 20;
    char *json = malloc(size + 16);
    assert_non_null(json);
    memset(json, 'a', size);
    memcpy(json, "{\"text\":\"", 9);
    memcpy(json + size - 2, "\"}", 2);
    struct weir_item item;
    struct weir_bad_payload bad;
    assert_int_equal(decode_bytes(&decoding, (struct weir_text){json, size}, &item, &bad), WEIR_OK);
    assert_int_equal(item.values[0].text.length, size - 11);
    assert_int_equal(decode_bytes(&decoding, WEIR_TEXT_LITERAL("{\"text\":\"b\"}"), &item, &bad), WEIR_OK);
    assert_true(weir_text_is(item.values[0].text, "b"));
    free(json);
    close_decoding(&decoding);
}

static void array__of_100000_strings__gives_them_all(void **state)
{
    (void)state;
    struct decoding decoding;
    open_decoding(&decoding, mapped, sizeof mapped / sizeof *mapped, WEIR_LIMITS_DEFAULT);
    size_t count = 100000;
    char *json = malloc(count * 4 + 32);
    assert_non_null(json);
    char *end = json + sprintf(json, "{\"tags\":[\"b\"");
    for (size_t i = 1; i < count; i++) {
        end = stpcpy(end, ",\"a\"");
    }
    end = stpcpy(end, "],\"text\":\"z\"}");
    struct weir_item item;
    struct weir_bad_payload bad;
    for (int round = 0; round < 2; round++) {
        assert_int_equal(decode_bytes(&decoding, (struct weir_text){json, (size_t)(end - json)}, &item, &bad), WEIR_OK);
        assert_int_equal(item.value_count, count + 2); /* the text, the tags, the second tag once more */
        assert_true(weir_text_is(item.values[0].text, "z"));
        assert_true(weir_text_is(item.values[1].text, "b"));
        assert_true(weir_text_is(item.values[count].text, "a"));
    }
    free(json);
    close_decoding(&decoding);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(payload__good__gives_its_values_in_order),
        cmocka_unit_test(item__decoded__lives_through_the_next_calls),
        cmocka_unit_test(payload__of_five_megabytes__is_one_value_and_then_a_small_one_is_read),
        cmocka_unit_test(array__of_100000_strings__gives_them_all),
    };
    return cmocka_run_group_tests_name("decode values", tests, NULL, NULL);
}
