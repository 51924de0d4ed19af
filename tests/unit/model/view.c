/* From a view back to the original text, over edits written by hand. */
#include "weir/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Two values. The first, "Ａ bﬁ" + U+200B + "c", folds to "a bfic"; the second is plain.
 *
 *   view    a ' ' b f i c \n x y
 *   byte    0  1  2 3 4 5  6 7 8
 *   source  0  3  4 5(ﬁ, 3 bytes) 8(U+200B, 3 bytes) 11 */
static const struct weir_edit EDITS[] = {
    {{0, 1}, {0, 3}},
    {{3, 5}, {5, 8}},
    {{5, 5}, {8, 11}},
};
static const struct weir_value_view VALUES[] = {
    {.range = {0, 6}, .edit_first = 0, .edit_count = 3},
    {.range = {7, 9}, .edit_first = 3, .edit_count = 0},
};
static const struct weir_view_text VIEW = {.text = {"a bfic\nxy", 9}, .values = VALUES, .edits = EDITS};

static void view_source__spans_of_each_kind__outward_to_whole_characters(void **state)
{
    (void)state;
    static const struct {
        size_t value;
        struct weir_range view;
        struct weir_range source;
    } cases[] = {
        {0, {0, 1}, {0, 3}},   /* a fullwidth letter */
        {0, {1, 3}, {3, 5}},   /* in step */
        {0, {2, 4}, {4, 8}},   /* into a ligature: all of it */
        {0, {4, 5}, {5, 8}},   /* its second half: all of it */
        {0, {4, 6}, {5, 12}},  /* across the dropped character */
        {0, {5, 6}, {11, 12}}, /* after it: left out at the start */
        {0, {0, 5}, {0, 8}},   /* before it: left out at the end */
        {0, {0, 6}, {0, 12}},  {1, {7, 9}, {0, 2}}, {1, {8, 9}, {1, 2}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct weir_range got = weir_view_source(&VIEW, cases[i].value, cases[i].view.start, cases[i].view.end);
        assert_int_equal(got.start, cases[i].source.start);
        assert_int_equal(got.end, cases[i].source.end);
    }
}

static void view_value__spans_inside_and_across__only_whole_values_hold(void **state)
{
    (void)state;
    assert_int_equal(weir_view_value(&VIEW, 2, 0, 6), 0);
    assert_int_equal(weir_view_value(&VIEW, 2, 5, 6), 0);
    assert_int_equal(weir_view_value(&VIEW, 2, 7, 9), 1);
    assert_int_equal(weir_view_value(&VIEW, 2, 6, 7), 2);  /* the separator */
    assert_int_equal(weir_view_value(&VIEW, 2, 5, 8), 2);  /* across */
    assert_int_equal(weir_view_value(&VIEW, 2, 8, 10), 2); /* past the end */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(view_source__spans_of_each_kind__outward_to_whole_characters),
        cmocka_unit_test(view_value__spans_inside_and_across__only_whole_values_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
