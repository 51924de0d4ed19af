/* Strangers' texts on a terminal: marked, cut, and harmless. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../src/run/text_page.h"

#include <stdlib.h>

static void assert_page(const char *text, struct text_mark mark, bool has_colour, size_t columns, const char *expected)
{
    char *written = NULL;
    size_t size = 0;
    struct text_page page = {.out = open_memstream(&written, &size), .columns = columns, .column = 10, .indent = 10};
    assert_non_null(page.out);
    text_page_put_marked(&page, weir_text_of(text), &mark, 1, has_colour);
    fclose(page.out);
    assert_string_equal(written, expected);
    free(written);
}

static void assert_written(const char *text, struct text_mark mark, bool has_colour, const char *expected)
{
    assert_page(text, mark, has_colour, 0, expected);
}

static void write_marked__plain__quote_between_arrows(void **state)
{
    (void)state;
    assert_written("send it to a safe account now", (struct text_mark){13, 25}, false,
                   "send it to a >>safe account<< now");
}

static void write_marked__colour__quote_in_colour(void **state)
{
    (void)state;
    assert_written("a safe account", (struct text_mark){2, 14}, true, "a \033[1;33msafe account\033[0m");
}

static void write_marked__escape_sequence__never_reaches_the_terminal(void **state)
{
    (void)state;
    assert_written("a\033[2Jb\xC2\x9B"
                   "c",
                   (struct text_mark){0, 1}, false,
                   ">>a<<\xEF\xBF\xBD[2Jb\xEF\xBF\xBD"
                   "c");
}

static void write_marked__hidden_and_direction_characters__shown(void **state)
{
    (void)state;
    assert_written("sa\xE2\x80\x8B"
                   "fe \xE2\x80\xAE"
                   "x\ny",
                   (struct text_mark){0, 7}, false,
                   ">>sa\xC2\xB7"
                   "fe<< \xEF\xBF\xBD"
                   "x y");
}

static void write_marked__long_text__cut_to_the_sentence(void **state)
{
    (void)state;
    char text[1024] = "";
    for (int i = 0; i < 20; i++)
        strcat(text, "Nothing to see here. ");
    size_t start = strlen(text) + 4;
    strcat(text, "The quote stands here! ");
    for (int i = 0; i < 20; i++)
        strcat(text, "Nothing to see there. ");
    assert_written(text, (struct text_mark){start, start + 5}, false, "... The >>quote<< stands here! ...");
}

static void write_marked__narrow_page__breaks_between_words(void **state)
{
    (void)state;
    assert_page("one two three", (struct text_mark){4, 7}, true, 18, "one \033[1;33mtwo\033[0m\n          three");
}

static void write_marked__narrow_page__breaks_between_wide_characters(void **state)
{
    (void)state;
    assert_page("一二三四五", (struct text_mark){0, 3}, true, 16, "\033[1;33m一\033[0m二三\n          四五");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(write_marked__plain__quote_between_arrows),
        cmocka_unit_test(write_marked__colour__quote_in_colour),
        cmocka_unit_test(write_marked__escape_sequence__never_reaches_the_terminal),
        cmocka_unit_test(write_marked__hidden_and_direction_characters__shown),
        cmocka_unit_test(write_marked__long_text__cut_to_the_sentence),
        cmocka_unit_test(write_marked__narrow_page__breaks_between_words),
        cmocka_unit_test(write_marked__narrow_page__breaks_between_wide_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
