/* Diagnostics: how they look, what is counted beyond the limit, which name was meant. */
#include "weir/diagnostics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define NO_LINE ((struct weir_text){NULL, 0})

/* *text becomes the caller's. */
static void print(const struct weir_diagnostics *diagnostics, char **text)
{
    size_t length;
    FILE *out = open_memstream(text, &length);
    assert_non_null(out);
    weir_diagnostics_print(diagnostics, out);
    fclose(out);
}

static void check_print(struct weir_diagnostics *diagnostics, const char *expected)
{
    char *text = NULL;
    print(diagnostics, &text);
    assert_string_equal(text, expected);
    free(text);
    weir_diagnostics_free(diagnostics);
}

static void print__error_with_line__caret_under_the_column(void **state)
{
    (void)state;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_place place = {"a.yaml", 3, 3};
    weir_diagnostics_error(diagnostics, place, WEIR_TEXT_LITERAL("  dept: 5"), "unknown key '%s'", "dept");
    weir_diagnostics_warning(diagnostics, (struct weir_place){"a.yaml", 0, 0}, NO_LINE, "nothing to do");
    check_print(diagnostics, "a.yaml:3:3: error: unknown key 'dept'\n"
                             "    dept: 5\n"
                             "    ^\n"
                             "a.yaml: warning: nothing to do\n");
}

static void print__wide_characters_before__caret_stands_two_cells_for_each(void **state)
{
    (void)state;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    weir_diagnostics_error(diagnostics, (struct weir_place){"a", 1, 3}, WEIR_TEXT_LITERAL("中文x"), "here");
    check_print(diagnostics, "a:1:3: error: here\n  中文x\n      ^\n");
}

static void print__giant_line__shows_the_stretch_around_the_place(void **state)
{
    (void)state;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    char line[5000];
    memset(line, 'a', sizeof line);
    line[2999] = 'X';
    weir_diagnostics_error(diagnostics, (struct weir_place){"a", 1, 3000}, (struct weir_text){line, sizeof line}, "x");
    char *text = NULL;
    print(diagnostics, &text);
    char *shown = strchr(text, '\n') + 1;
    char *caret_line = strchr(shown, '\n') + 1;
    assert_in_range(caret_line - shown, 20, 300);
    assert_int_equal(shown[strchr(caret_line, '^') - caret_line], 'X');
    free(text);
    weir_diagnostics_free(diagnostics);
}

static void print__beyond_the_limit__counts_the_rest(void **state)
{
    (void)state;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(1);
    for (int i = 0; i < 3; i++)
        weir_diagnostics_error(diagnostics, (struct weir_place){"a", 1, 1}, NO_LINE, "number %d", i);
    weir_diagnostics_warning(diagnostics, (struct weir_place){"a", 1, 1}, NO_LINE, "careful");
    assert_int_equal(weir_diagnostics_errors(diagnostics), 3);
    assert_int_equal(weir_diagnostics_warnings(diagnostics), 1);
    assert_int_equal(weir_diagnostics_count(diagnostics), 1);
    assert_null(weir_diagnostics_at(diagnostics, 1));
    check_print(diagnostics, "a:1:1: error: number 0\n... and 3 more\n");
}

static void sort__several_files__each_by_its_lines(void **state)
{
    (void)state;
    static const struct weir_place places[] = {{"b", 9, 1}, {"a", 5, 2}, {"b", 3, 4}, {NULL, 0, 0},
                                               {"a", 5, 1}, {"a", 0, 0}, {"b", 9, 1}};
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (i % 2)
            weir_diagnostics_warning(diagnostics, places[i], NO_LINE, "%zu", i);
        else
            weir_diagnostics_error(diagnostics, places[i], NO_LINE, "%zu", i);
    weir_diagnostics_sort(diagnostics);
    check_print(diagnostics, "b:3:4: error: 2\nb:9:1: error: 0\nb:9:1: error: 6\n"
                             "a: warning: 5\na:5:1: error: 4\na:5:2: warning: 1\n"
                             "warning: 3\n");
}

static void add__text_with_line_breaks_and_escapes__stays_one_harmless_line(void **state)
{
    (void)state;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(1);
    weir_diagnostics_error(diagnostics, (struct weir_place){"a", 1, 1}, NO_LINE, "key '%s'", "x\n\x1b[2J");
    assert_string_equal(weir_diagnostics_at(diagnostics, 0)->text, "key 'x  [2J'");
    weir_diagnostics_free(diagnostics);
}

static void nearest__misspellings__finds_what_was_meant(void **state)
{
    (void)state;
    static const char *const names[] = {"payload", "depth", "hits", "evidence", "bootstrap.servers", "log"};
    static const char *const cases[][2] = {{"paylaod", "payload"},
                                           {"dept", "depth"},
                                           {"Depth", "depth"},
                                           {"hit", "hits"},
                                           {"evidenc", "evidence"},
                                           {"bootstrap_server", "bootstrap.servers"},
                                           {"bootstrapserv", "bootstrap.servers"},
                                           {"colour", NULL},
                                           {"", NULL},
                                           {"x", NULL},
                                           {"foo", NULL},
                                           {"lgo", "log"},
                                           {"hops", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *nearest = weir_nearest_name(weir_text_of(cases[i][0]), names, sizeof names / sizeof names[0]);
        if (cases[i][1])
            assert_string_equal(nearest ? nearest : "none", cases[i][1]);
        else
            assert_null(nearest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(print__error_with_line__caret_under_the_column),
        cmocka_unit_test(print__wide_characters_before__caret_stands_two_cells_for_each),
        cmocka_unit_test(print__giant_line__shows_the_stretch_around_the_place),
        cmocka_unit_test(print__beyond_the_limit__counts_the_rest),
        cmocka_unit_test(sort__several_files__each_by_its_lines),
        cmocka_unit_test(add__text_with_line_breaks_and_escapes__stays_one_harmless_line),
        cmocka_unit_test(nearest__misspellings__finds_what_was_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
