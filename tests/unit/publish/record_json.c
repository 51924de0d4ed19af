/* JSON as the encoders write it, read back by jansson. */
#include "../../../src/pipeline/publish/record_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include <jansson.h>

#define MEMBER "it"

static struct weir_record_json begin(void)
{
    struct weir_record_json json = {.arena = weir_arena_new(0)};
    assert_non_null(json.arena);
    return json;
}

/* The one member of the root, which is ended here. */
static json_t *read_back(struct weir_record_json *json, struct weir_text *line)
{
    weir_record_end_object(json);
    assert_int_equal(weir_record_finish(json, SIZE_MAX, line), WEIR_RECORD_FITS);
    assert_int_equal(line->data[line->length], '\0');
    json_t *root = json_loadb(line->data, line->length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    json_t *member = json_incref(json_object_get(root, MEMBER));
    assert_non_null(member);
    json_decref(root);
    return member;
}

static void text__with_each_ascii_character__is_read_as_written(void **state)
{
    (void)state;
    char characters[128];
    for (size_t i = 0; i < sizeof characters; i++)
        characters[i] = (char)i;
    struct weir_record_json json = begin();
    struct weir_text line;
    weir_record_object(&json, NULL);
    weir_record_put_text(&json, MEMBER, (struct weir_text){characters, sizeof characters});
    json_t *read = read_back(&json, &line);
    assert_int_equal(json_string_length(read), sizeof characters);
    assert_memory_equal(json_string_value(read), characters, sizeof characters);
    assert_null(memchr(line.data, '\n', line.length));
    json_decref(read);
    weir_arena_free(json.arena);
}

static void text__that_is_no_utf8__is_repaired(void **state)
{
    (void)state;
    struct weir_record_json json = begin();
    struct weir_text line;
    weir_record_object(&json, NULL);
    weir_record_put_text(&json, MEMBER, WEIR_TEXT_LITERAL("caf\xE9 \xE4\xBD\xA0\""));
    json_t *read = read_back(&json, &line);
    assert_string_equal(json_string_value(read), "caf\xEF\xBF\xBD \xE4\xBD\xA0\"");
    json_decref(read);
    weir_arena_free(json.arena);
}

static void number__of_any_size__is_read_as_written(void **state)
{
    (void)state;
    static const int64_t numbers[] = {0, 1, -1, 9, 10, -10, INT64_C(1795467475123), INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct weir_record_json json = begin();
        struct weir_text line;
        weir_record_object(&json, NULL);
        weir_record_put_number(&json, MEMBER, numbers[i]);
        json_t *read = read_back(&json, &line);
        assert_true(json_is_integer(read) && json_integer_value(read) == numbers[i]);
        json_decref(read);
        weir_arena_free(json.arena);
    }
}

static void share__in_millionths__has_the_digits_it_needs(void **state)
{
    (void)state;
    static const struct {
        uint32_t millionths;
        const char *line;
    } cases[] = {{0, "{\"it\":0.0}"},          {1, "{\"it\":0.000001}"},     {1000, "{\"it\":0.001}"},
                 {500000, "{\"it\":0.5}"},     {123456, "{\"it\":0.123456}"}, {100010, "{\"it\":0.10001}"},
                 {999999, "{\"it\":0.999999}"}, {1000000, "{\"it\":1.0}"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct weir_record_json json = begin();
        struct weir_text line;
        weir_record_object(&json, NULL);
        weir_record_put_millionths(&json, MEMBER, cases[i].millionths);
        json_decref(read_back(&json, &line));
        assert_string_equal(line.data, cases[i].line);
        weir_arena_free(json.arena);
    }
}

static void lists_and_objects__empty_and_nested__have_commas_between_values_only(void **state)
{
    (void)state;
    struct weir_record_json json = begin();
    struct weir_text line;
    weir_record_object(&json, NULL);
    weir_record_array(&json, MEMBER);
    weir_record_object(&json, NULL);
    weir_record_end_object(&json);
    weir_record_array(&json, NULL);
    weir_record_end_array(&json);
    weir_record_put_string(&json, NULL, "[{");
    weir_record_put_true(&json, NULL);
    weir_record_object(&json, NULL);
    weir_record_put_number(&json, "a", 1);
    weir_record_put_string(&json, "b", "");
    weir_record_end_object(&json);
    weir_record_end_array(&json);
    weir_record_put_true(&json, "last");
    json_decref(read_back(&json, &line));
    assert_string_equal(line.data, "{\"it\":[{},[],\"[{\",true,{\"a\":1,\"b\":\"\"}],\"last\":true}");
    weir_arena_free(json.arena);
}

/* Also across every growth of the line. */
static void record__longer_than_allowed__is_none_and_the_next_one_begins_anew(void **state)
{
    (void)state;
    struct weir_record_json json = begin();
    struct weir_text line = {NULL, 0};
    for (size_t length = 0; length < 5000; length += 7) {
        char text[5000];
        memset(text, '\t', length);
        for (size_t max = 2 * length + 8; max <= 2 * length + 9; max++) { /* {"it":""} and two bytes for each tab */
            weir_record_object(&json, NULL);
            weir_record_put_text(&json, MEMBER, (struct weir_text){text, length});
            weir_record_end_object(&json);
            assert_int_equal(weir_record_finish(&json, max, &line),
                             max == 2 * length + 9 ? WEIR_RECORD_FITS : WEIR_RECORD_TOO_LONG);
        }
        assert_int_equal(line.length, 2 * length + 9);
    }
    weir_arena_free(json.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text__with_each_ascii_character__is_read_as_written),
        cmocka_unit_test(text__that_is_no_utf8__is_repaired),
        cmocka_unit_test(number__of_any_size__is_read_as_written),
        cmocka_unit_test(share__in_millionths__has_the_digits_it_needs),
        cmocka_unit_test(lists_and_objects__empty_and_nested__have_commas_between_values_only),
        cmocka_unit_test(record__longer_than_allowed__is_none_and_the_next_one_begins_anew),
    };
    return cmocka_run_group_tests_name("publish record json", tests, NULL, NULL);
}
