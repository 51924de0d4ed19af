/* Sample posts: the same for the same number, in the right shares, varied, and JSON where they must be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "weir/demo.h"

#include <jansson.h>
#include <stdlib.h>

#define POSTS 10000
#define SEED 7

static void demo_post__same_number__same_post(void **state)
{
    (void)state;
    struct weir_demo_post once;
    struct weir_demo_post again;
    struct weir_demo_post other;
    weir_demo_post(SEED, 41, &once);
    weir_demo_post(SEED, 42, &other);
    weir_demo_post(SEED, 41, &again);
    assert_string_equal(once.payload, again.payload);
    assert_string_not_equal(once.payload, other.payload);
    weir_demo_post(SEED + 1, 41, &other);
    assert_string_not_equal(once.payload, other.payload);
}

static void demo_post__ten_thousand__two_percent_harmful(void **state)
{
    (void)state;
    unsigned counts[3] = {0};
    struct weir_demo_post post;
    for (uint64_t number = 0; number < POSTS; number++) {
        weir_demo_post(SEED, number, &post);
        counts[post.nature]++;
        assert_int_equal(post.nature == WEIR_DEMO_HARMFUL, post.rule != NULL);
    }
    assert_in_range(counts[WEIR_DEMO_HARMFUL], POSTS * 15 / 1000, POSTS * 25 / 1000);
    assert_in_range(counts[WEIR_DEMO_BAD], 1, 10);
}

static void demo_post__first_second__has_a_harmful_one(void **state)
{
    (void)state;
    struct weir_demo_post post;
    for (uint64_t seed = 0; seed < 20; seed++) {
        bool found = false;
        for (uint64_t number = 0; number < 50 && !found; number++) {
            weir_demo_post(seed, number, &post);
            found = post.nature == WEIR_DEMO_HARMFUL;
        }
        assert_true(found);
    }
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void demo_post__ten_thousand__texts_distinct(void **state)
{
    (void)state;
    static char *texts[POSTS];
    struct weir_demo_post post;
    unsigned distinct = 1;
    for (uint64_t number = 0; number < POSTS; number++) {
        weir_demo_post(SEED, number, &post);
        texts[number] = strdup(post.text);
        assert_non_null(texts[number]);
    }
    qsort(texts, POSTS, sizeof *texts, compare_strings);
    for (size_t i = 1; i < POSTS; i++)
        distinct += strcmp(texts[i - 1], texts[i]) != 0;
    for (size_t i = 0; i < POSTS; i++)
        free(texts[i]);
    assert_in_range(distinct, POSTS * 95 / 100, POSTS);
}

static void demo_post__not_bad__payload_is_its_text_as_json(void **state)
{
    (void)state;
    struct weir_demo_post post;
    for (uint64_t number = 0; number < POSTS; number++) {
        weir_demo_post(SEED, number, &post);
        json_t *object = json_loadb(post.payload, post.length, JSON_REJECT_DUPLICATES, NULL);
        const char *text = json_string_value(json_object_get(object, "text"));
        if (post.nature == WEIR_DEMO_BAD) {
            assert_null(text);
        } else {
            assert_non_null(text);
            assert_string_equal(text, post.text);
            assert_string_equal(json_string_value(json_object_get(object, "id")), post.id);
            assert_null(strpbrk(text, "{}")); /* a slot that no table has */
            assert_in_range(strlen(text), 8, sizeof post.text / 2);
        }
        json_decref(object);
    }
}

static void demo_post_number__own_and_foreign_ids__only_own(void **state)
{
    (void)state;
    struct weir_demo_post post;
    uint64_t number = 0;
    weir_demo_post(SEED, 1234567, &post);
    assert_true(weir_demo_post_number(weir_text_of(post.id), &number));
    assert_int_equal(number, 1234567);
    const char *const foreign[] = {"", "demo-", "demo-12a", "post-12", "demo-99999999999999999999"};
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        assert_false(weir_demo_post_number(weir_text_of(foreign[i]), &number));
}

static void demo_caption__all_of_a_stream__in_order_and_with_an_end(void **state)
{
    (void)state;
    struct weir_demo_caption caption;
    for (uint64_t stream = 0; stream < 200; stream++) {
        unsigned index = 0;
        do {
            weir_demo_caption(SEED, stream, index++, &caption);
            json_t *json = json_loadb(caption.payload, caption.length, 0, NULL);
            assert_non_null(json);
            assert_int_equal(json_integer_value(json_object_get(json, "seq")), index);
            assert_string_equal(json_string_value(json_object_get(json, "stream_id")), caption.id);
            assert_true(json_string_length(json_object_get(json, "text")) > 0);
            assert_int_equal(json_is_true(json_object_get(json, "end")), caption.is_last);
            json_decref(json);
        } while (!caption.is_last && index < 1000);
        assert_in_range(index, 2, 100);
        assert_int_equal(caption.rule != NULL, weir_demo_stream_is_harmful(stream));
        uint64_t number;
        assert_true(weir_demo_stream_number(weir_text_of(caption.id), &number) && number == stream);
    }
    uint64_t number;
    assert_false(weir_demo_stream_number(WEIR_TEXT_LITERAL("demo-000001"), &number));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(demo_caption__all_of_a_stream__in_order_and_with_an_end),
        cmocka_unit_test(demo_post__same_number__same_post),
        cmocka_unit_test(demo_post__ten_thousand__two_percent_harmful),
        cmocka_unit_test(demo_post__first_second__has_a_harmful_one),
        cmocka_unit_test(demo_post__ten_thousand__texts_distinct),
        cmocka_unit_test(demo_post__not_bad__payload_is_its_text_as_json),
        cmocka_unit_test(demo_post_number__own_and_foreign_ids__only_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
