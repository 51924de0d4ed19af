/* What each kind of payload becomes: the policy table of docs/records.md, line by line. */
#include "decoding.h"

struct bad_case {
    const char *name;
    struct weir_text payload;
    enum weir_bad_reason reason;
    const char *detail; /* part of it */
};

static const struct bad_case bad_cases[] = {
    {"no bytes", BYTES(""), WEIR_BAD_EMPTY, "no bytes"},
    {"white space", BYTES(" \r\n\t "), WEIR_BAD_EMPTY, "white space"},
    {"byte order mark alone", BYTES("\xEF\xBB\xBF"), WEIR_BAD_EMPTY, ""},
    {"not JSON", BYTES("hello there"), WEIR_BAD_NOT_JSON, "at byte 0"},
    {"cut off", BYTES("{\"text\": \"hel"), WEIR_BAD_NOT_JSON, "not closed"},
    {"no closing brace", BYTES("{\"text\":\"a\""), WEIR_BAD_NOT_JSON, "not closed"},
    {"two objects", BYTES("{\"text\":\"a\"}{\"text\":\"b\"}"), WEIR_BAD_NOT_JSON, "follows the end"},
    {"trailing brace", BYTES("{\"text\":\"a\"}}"), WEIR_BAD_NOT_JSON, "at byte 12"},
    {"raw control character", BYTES("{\"text\":\"a\nb\"}"), WEIR_BAD_NOT_JSON, "control character"},
    {"raw NUL", BYTES("{\"text\":\"a\0b\"}"), WEIR_BAD_NOT_JSON, "control character"},
    {"bad escape where nothing is mapped", BYTES("{\"x\":\"a\\x41\",\"text\":\"b\"}"), WEIR_BAD_NOT_JSON, "at byte 7"},
    {"bad escape in a mapped string", BYTES("{\"text\":\"a\\u12G4\"}"), WEIR_BAD_NOT_JSON, "at byte 10"},
    {"bad escape in a key", BYTES("{\"a\\q\":1,\"text\":\"b\"}"), WEIR_BAD_NOT_JSON, "at byte 3"},
    {"bad escape in a key below what is not mapped", BYTES("{\"x\":{\"\\q\":1},\"text\":\"b\"}"), WEIR_BAD_NOT_JSON,
     ""},
    {"offset behind a byte order mark", BYTES("\xEF\xBB\xBF{\"text\":\"\\q\"}"), WEIR_BAD_NOT_JSON, "at byte 12"},
    {"array", BYTES("[{\"text\":\"a\"}]"), WEIR_BAD_NOT_OBJECT, "an array"},
    {"string", BYTES(" \"text\" "), WEIR_BAD_NOT_OBJECT, "a string"},
    {"number", BYTES("12"), WEIR_BAD_NOT_OBJECT, "a number"},
    {"boolean", BYTES("true"), WEIR_BAD_NOT_OBJECT, "a boolean"},
    {"null", BYTES("null"), WEIR_BAD_NOT_OBJECT, "null"},
    {"broken array", BYTES("[1,2"), WEIR_BAD_NOT_JSON, ""},
    {"two strings", BYTES("\"a\" \"b\""), WEIR_BAD_NOT_JSON, "follows the end"},
    {"no text", BYTES("{\"id\":\"1\"}"), WEIR_BAD_NO_TEXT, "at /author/name, /title, /text"},
    {"text is null", BYTES("{\"text\":null}"), WEIR_BAD_NO_TEXT, ""},
    {"text is empty", BYTES("{\"text\":\"\"}"), WEIR_BAD_NO_TEXT, ""},
    {"text is a boolean", BYTES("{\"text\":true}"), WEIR_BAD_NO_TEXT, ""},
    {"text is an object", BYTES("{\"text\":{\"text\":\"a\"}}"), WEIR_BAD_NO_TEXT, ""},
    {"text is an empty array", BYTES("{\"text\":[]}"), WEIR_BAD_NO_TEXT, ""},
    {"first of two texts is null", BYTES("{\"text\":null,\"text\":\"a\"}"), WEIR_BAD_NO_TEXT, ""},
};

static const struct mapped post[] = POST_MAPPING;

static void payload__bad__is_refused_with_its_reason(void **state)
{
    (void)state;
    struct decoding decoding;
    open_decoding(&decoding, post, sizeof post / sizeof *post, WEIR_LIMITS_DEFAULT);
    for (size_t i = 0; i < sizeof bad_cases / sizeof *bad_cases; i++) {
        const struct bad_case *one = &bad_cases[i];
        struct weir_item item;
        struct weir_bad_payload bad;
        print_message("  %s\n", one->name);
        assert_int_equal(decode_bytes(&decoding, one->payload, &item, &bad), WEIR_INVALID);
        assert_string_equal(weir_bad_reason_name(bad.reason), weir_bad_reason_name(one->reason));
        if (!strstr(bad.detail, one->detail)) {
            fail_msg("detail is '%s', without '%s'", bad.detail, one->detail);
        }
    }
    close_decoding(&decoding);
}

static void payload__not_closed_or_followed_by_something__detail_says_which_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *payload;
        const char *detail;
    } cases[] = {
        {"{\"text\":\"a\"} x", "something follows the end of the document at byte 13"},
        {"{\"text\":\"a\"}]", "something follows the end of the document at byte 12"},
        {"{\"text\":\"a\"", "an array or object is not closed"},
        {"{\"text\":", "an array or object is not closed"},
        {"{\"text\"", "an array or object is not closed"},
        {"{", "an array or object is not closed"},
        {"[1,2", "an array or object is not closed"},
        {"[1,", "an array or object is not closed"},
        {"{\"text\":[\"a\"} 1", "a comma, colon, bracket or key is missing or misplaced at byte 12"},
        {"{\"text\" \"a\"}", "a comma, colon, bracket or key is missing or misplaced at byte 8"},
        {"{\"text\":\"a\",}", "a comma, colon, bracket or key is missing or misplaced at byte 12"},
        {"{text:1}", "a comma, colon, bracket or key is missing or misplaced at byte 1"},
    };
    struct decoding decoding;
    open_decoding(&decoding, post, sizeof post / sizeof *post, WEIR_LIMITS_DEFAULT);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct weir_item item;
        struct weir_bad_payload bad;
        assert_int_equal(decode_bytes(&decoding, weir_text_of(cases[i].payload), &item, &bad), WEIR_INVALID);
        assert_string_equal(bad.detail, cases[i].detail);
    }
    close_decoding(&decoding);
}

static void payload__tombstone__is_refused(void **state)
{
    (void)state;
    struct decoding decoding;
    open_decoding(&decoding, post, sizeof post / sizeof *post, WEIR_LIMITS_DEFAULT);
    struct weir_message message = {.payload = {NULL, 0}};
    struct weir_item item;
    struct weir_bad_payload bad;
    assert_int_equal(weir_decode(decoding.decoder, &message, decoding.arena, &item, &bad), WEIR_INVALID);
    assert_int_equal(bad.reason, WEIR_BAD_TOMBSTONE);
    close_decoding(&decoding);
}

static void payload__over_the_limit__is_too_large_before_anything_else(void **state)
{
    (void)state;
    struct weir_limits limits = WEIR_LIMITS_DEFAULT;
    limits.payload = 16;
    struct decoding decoding;
    open_decoding(&decoding, post, sizeof post / sizeof *post, limits);
    struct weir_item item;
    struct weir_bad_payload bad;
    assert_int_equal(decode_bytes(&decoding, WEIR_TEXT_LITERAL("{\"text\":\"12345\"}"), &item, &bad), WEIR_OK);
    assert_int_equal(decode_bytes(&decoding, WEIR_TEXT_LITERAL("{\"text\":\"123456\"}"), &item, &bad), WEIR_INVALID);
    assert_int_equal(bad.reason, WEIR_BAD_TOO_LARGE);
    assert_int_equal(decode_bytes(&decoding, WEIR_TEXT_LITERAL("not JSON, not at all"), &item, &bad), WEIR_INVALID);
    assert_int_equal(bad.reason, WEIR_BAD_TOO_LARGE);
    close_decoding(&decoding);
}

/* prefix, `depth` times open, middle, `depth` times close, suffix. */
static enum weir_status decode_nested(struct decoding *decoding, size_t depth, const char *open, const char *middle,
                                      const char *close, struct weir_bad_payload *bad)
{
    size_t size = depth * (strlen(open) + strlen(close)) + 64;
    char *json = malloc(size);
    assert_non_null(json);
    char *end = json + sprintf(json, "{\"text\":\"a\",\"x\":");
    for (size_t i = 0; i < depth; i++) {
        end = stpcpy(end, open);
    }
    end = stpcpy(end, middle);
    for (size_t i = 0; i < depth; i++) {
        end = stpcpy(end, close);
    }
    if (*close != '\0') {
        end = stpcpy(end, "}");
    }
    struct weir_item item;
    enum weir_status status = decode_bytes(decoding, (struct weir_text){json, (size_t)(end - json)}, &item, bad);
    free(json);
    return status;
}

static void nesting__up_to_the_limit__is_fine_and_one_more_is_too_deep(void **state)
{
    (void)state;
    static const char *const forms[][3] = {{"[", "1", "]"}, {"{\"k\":", "null", "}"}};
    struct weir_limits limits = WEIR_LIMITS_DEFAULT;
    size_t depths[] = {1, 2, 64, 1000};
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        limits.depth = depths[i];
        struct decoding decoding;
        open_decoding(&decoding, post, sizeof post / sizeof *post, limits);
        for (size_t j = 0; j < 2; j++) {
            struct weir_bad_payload bad;
            /* The root object is the first level. */
            assert_int_equal(decode_nested(&decoding, depths[i] - 1, forms[j][0], forms[j][1], forms[j][2], &bad),
                             WEIR_OK);
            assert_int_equal(decode_nested(&decoding, depths[i], forms[j][0], forms[j][1], forms[j][2], &bad),
                             WEIR_INVALID);
            assert_int_equal(bad.reason, WEIR_BAD_TOO_DEEP);
        }
        close_decoding(&decoding);
    }
}

static void nesting__10000_brackets__is_too_deep_closed_or_not(void **state)
{
    (void)state;
    struct decoding decoding;
    open_decoding(&decoding, post, sizeof post / sizeof *post, WEIR_LIMITS_DEFAULT);
    struct weir_bad_payload bad;
    assert_int_equal(decode_nested(&decoding, 10000, "[", "", "]", &bad), WEIR_INVALID);
    assert_int_equal(bad.reason, WEIR_BAD_TOO_DEEP);
    assert_int_equal(decode_nested(&decoding, 10000, "[", "", "", &bad), WEIR_INVALID);
    assert_int_equal(bad.reason, WEIR_BAD_TOO_DEEP);

    char brackets[20000];
    memset(brackets, '[', 10000);
    memset(brackets + 10000, ']', 10000);
    struct weir_item item;
    for (size_t length = 10000; length <= 20000; length += 10000) {
        assert_int_equal(decode_bytes(&decoding, (struct weir_text){brackets, length}, &item, &bad), WEIR_INVALID);
        assert_int_equal(bad.reason, WEIR_BAD_TOO_DEEP);
    }
    close_decoding(&decoding);
}

static void nesting__brackets_in_a_broken_string__are_not_depth(void **state)
{
    (void)state;
    struct weir_limits limits = WEIR_LIMITS_DEFAULT;
    limits.depth = 2;
    struct decoding decoding;
    open_decoding(&decoding, post, sizeof post / sizeof *post, limits);
    struct weir_item item;
    struct weir_bad_payload bad;
    assert_int_equal(decode_bytes(&decoding, WEIR_TEXT_LITERAL("{\"text\":\"[[[[\\\"[[[[\\q\"}"), &item, &bad),
                     WEIR_INVALID);
    assert_int_equal(bad.reason, WEIR_BAD_NOT_JSON);
    close_decoding(&decoding);
}

static void mapping__many_pointers__detail_names_those_that_fit(void **state)
{
    (void)state;
    struct mapped many[POINTERS_MAX];
    for (size_t i = 0; i < POINTERS_MAX; i++) {
        many[i] = (struct mapped){WEIR_ROLE_VALUE, 0, "/a_rather_long_name_of_a_member"};
    }
    many[0].path = "/a~b";
    struct decoding decoding;
    open_decoding(&decoding, many, POINTERS_MAX, WEIR_LIMITS_DEFAULT);
    struct weir_item item;
    struct weir_bad_payload bad;
    assert_int_equal(decode_bytes(&decoding, WEIR_TEXT_LITERAL("{}"), &item, &bad), WEIR_INVALID);
    assert_int_equal(bad.reason, WEIR_BAD_NO_TEXT);
    assert_non_null(strstr(bad.detail, "at /a~0b, /a_rather"));
    assert_string_equal(bad.detail + strlen(bad.detail) - strlen("member, ..."), "member, ...");
    close_decoding(&decoding);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(payload__bad__is_refused_with_its_reason),
        cmocka_unit_test(payload__not_closed_or_followed_by_something__detail_says_which_and_where),
        cmocka_unit_test(payload__tombstone__is_refused),
        cmocka_unit_test(payload__over_the_limit__is_too_large_before_anything_else),
        cmocka_unit_test(nesting__up_to_the_limit__is_fine_and_one_more_is_too_deep),
        cmocka_unit_test(nesting__10000_brackets__is_too_deep_closed_or_not),
        cmocka_unit_test(nesting__brackets_in_a_broken_string__are_not_depth),
        cmocka_unit_test(mapping__many_pointers__detail_names_those_that_fit),
    };
    return cmocka_run_group_tests_name("decode policy", tests, NULL, NULL);
}
