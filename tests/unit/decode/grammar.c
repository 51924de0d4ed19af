/* What is JSON and what is not, in places that nothing is mapped to: RFC 8259 holds for the whole payload. */
#include "decoding.h"

static const char *const values[] = {
    "null",
    "true",
    "false",
    "0",
    "-0",
    "10",
    "-1.5",
    "0.0",
    "1e5",
    "1E+5",
    "1e-999",
    "\"\"",
    "\"a\"",
    "[]",
    "{}",
    "[[]]",
    "[{}]",
    "{\"a\":{}}",
    "[1,2,[3,{\"a\":[]}]]",
    "{\"a\":1,\"b\":2}",
    "\"\\ud800\"",
    "\"\xE4\xBD\xA0\"",
    "\"}\"",
    "\"]\"",
    "\"\x7F\"",
    "[\"a\",\"b\"]",
    "[1 , 2]",
    "{ \"a\" : 1 }",
    "1000000000000000000000000000000000000000",
    "-0.0e-0",
};

static const char *const broken[] = {
    "",
    "nul",
    "nulll",
    "True",
    "tru e",
    "NaN",
    "Infinity",
    "-Infinity",
    "+1",
    "01",
    "-01",
    "-",
    "1.",
    ".5",
    "1e",
    "1e+",
    "1.e5",
    "0x10",
    "1a",
    "1 2",
    "--1",
    "1_000",
    "1\"a\"",
    "\"a\"1",
    "\"a\" \"b\"",
    "'a'",
    "a",
    "[",
    "]",
    "[1",
    "[1,]",
    "[,1]",
    "[1,,2]",
    "[1 2]",
    "[1:2]",
    "[\"a\":1]",
    "[}",
    "[1}",
    "{]",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}",
    "{,}",
    "{\"a\":1 \"b\":2}",
    "{\"a\":1,,\"b\":2}",
    "{\"a\" 1}",
    "{\"a\"::1}",
    "{1:2}",
    "{a:1}",
    "{null:1}",
    "{[]:1}",
    "{\"a\":1",
    "{\"a\":[}",
    "{\"a\":[]",
    "[{]}",
    "\"a\":\"b\"",
    ":",
    ",",
    "1,",
    "\"\\\"",
    "\"\\a\"",
    "\"\\u123\"",
    "\"\\u12x4\"",
    "\"\\U0041\"",
    "\"\t\"",
    "\"\x1F\"",
    "\"\\\n\"",
    "\"\\",
    "/* no */ 1",
    "1 // no",
    "\x01",
    "\f1",
    "1\f",
    "1\x1A",
    "\x1A"
    "1",
    "\v1",
    "\xC2\xA0"
    "1",
    "[1]]",
    "{}}",
    "\"a\"\"b\"",
    "[\"a\"\"b\"]",
    "[true false]",
    "truefalse",
    "[][]",
    "{}{}",
    "\xEF\xBB\xBF"
    "1",
    "1\xFF",
    "\xFF",
    "{\"a\":1}:1",
    "{\"a\":\"b\":1}",
    "[\"a\",:]",
};

static const struct mapped text[] = {{WEIR_ROLE_VALUE, 0, "/text"}, {WEIR_ROLE_VALUE, 0, "/deep/text"}};

static const char *const places[] = {
    "{\"x\":%s,\"text\":\"a\"}",        "{\"text\":\"a\",\"x\":%s}",         "{\"text\":\"a\",\"x\":[%s]}",
    "{\"text\":\"a\",\"x\":[0,%s,{}]}", "{\"text\":\"a\",\"x\":{\"y\":%s}}", "{\"text\":\"a\",\"deep\":{\"x\":[[%s]]}}",
    "{\"x\":%s ,\"text\":\"a\"}",
};

static enum weir_status decode_in(struct decoding *decoding, const char *place, const char *value,
                                  struct weir_bad_payload *bad)
{
    char json[256];
    const char *hole = strstr(place, "%s");
    int length = snprintf(json, sizeof json, "%.*s%s%s", (int)(hole - place), place, value, hole + 2);
    struct weir_item item;
    return decode_bytes(decoding, (struct weir_text){json, (size_t)length}, &item, bad);
}

static void value__of_json__is_accepted_everywhere(void **state)
{
    (void)state;
    struct decoding decoding;
    open_decoding(&decoding, text, 2, WEIR_LIMITS_DEFAULT);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        for (size_t j = 0; j < sizeof values / sizeof *values; j++) {
            struct weir_bad_payload bad;
            if (decode_in(&decoding, places[i], values[j], &bad) != WEIR_OK) {
                fail_msg("%s in %s: %s", values[j], places[i], bad.detail);
            }
        }
    }
    close_decoding(&decoding);
}

static void value__broken__makes_the_payload_not_json_everywhere(void **state)
{
    (void)state;
    struct decoding decoding;
    open_decoding(&decoding, text, 2, WEIR_LIMITS_DEFAULT);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        for (size_t j = 0; j < sizeof broken / sizeof *broken; j++) {
            /* Inside an array these make two elements, or an empty array. */
            if (strstr(places[i], "[%s]") && (broken[j][0] == '\0')) {
                continue;
            }
            struct weir_bad_payload bad;
            if (decode_in(&decoding, places[i], broken[j], &bad) != WEIR_INVALID) {
                fail_msg("%s in %s was accepted", broken[j], places[i]);
            }
            assert_int_equal(bad.reason, WEIR_BAD_NOT_JSON);
        }
    }
    close_decoding(&decoding);
}

static void payload__cut_anywhere__is_not_json(void **state)
{
    (void)state;
    static const char json[] =
        "{\"text\":\"a\\u00e9b\",\"x\":[1,-2.5e3,{\"y\":null}],\"deep\":{\"text\":\"\xE4\xBD\xA0\"}}";
    struct decoding decoding;
    open_decoding(&decoding, text, 2, WEIR_LIMITS_DEFAULT);
    for (size_t length = 1; length < sizeof json - 1; length++) {
        struct weir_item item;
        struct weir_bad_payload bad;
        assert_int_equal(decode_bytes(&decoding, (struct weir_text){json, length}, &item, &bad), WEIR_INVALID);
        assert_int_equal(bad.reason, WEIR_BAD_NOT_JSON);
        assert_true(bad.detail[0] != '\0');
    }
    close_decoding(&decoding);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(value__of_json__is_accepted_everywhere),
        cmocka_unit_test(value__broken__makes_the_payload_not_json_everywhere),
        cmocka_unit_test(payload__cut_anywhere__is_not_json),
    };
    return cmocka_run_group_tests_name("decode grammar", tests, NULL, NULL);
}
