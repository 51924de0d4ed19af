/* YAML: trees, places, and what does not load. */
#include "weir/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static struct weir_yaml *parse(const char *source)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_yaml *document = NULL;
    assert_int_equal(weir_yaml_parse("x.yaml", weir_text_of(source), diagnostics, &document), WEIR_OK);
    assert_int_equal(weir_diagnostics_count(diagnostics), 0);
    weir_diagnostics_free(diagnostics);
    return document;
}

static void check_refused(struct weir_text source, unsigned line, unsigned column, const char *part)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_yaml *document = NULL;
    assert_int_equal(weir_yaml_parse("x.yaml", source, diagnostics, &document), WEIR_INVALID);
    assert_null(document);
    assert_int_equal(weir_diagnostics_count(diagnostics), 1);
    const struct weir_diagnostic *entry = weir_diagnostics_at(diagnostics, 0);
    if (entry->place.line != line || entry->place.column != column || !strstr(entry->text, part))
        fail_msg("expected %u:%u %s, got %u:%u %s", line, column, part, entry->place.line, entry->place.column,
                 entry->text);
    weir_diagnostics_free(diagnostics);
}

static void check_text(const struct weir_yaml_node *node, const char *expected)
{
    assert_int_equal(weir_yaml_kind(node), WEIR_YAML_SCALAR);
    assert_string_equal(weir_yaml_text(node).data, expected);
    assert_int_equal(weir_yaml_text(node).length, strlen(expected));
}

static void tree__every_kind__read_in_order(void **state)
{
    (void)state;
    struct weir_yaml *document =
        parse("plain: a b\nsingle: 'it''s'\ndouble: \"x\\u4e2d\\\\\"\nlist: [1, {k: v}]\n"
              "literal: |\n  one\n  two\nfolded: >-\n  one\n  two\nempty:\ntilde: ~\nq: 'null'\n");
    struct weir_yaml_node *root = weir_yaml_root(document);
    assert_int_equal(weir_yaml_size(root), 9);
    check_text(weir_yaml_key(root, 0), "plain");
    check_text(weir_yaml_get(root, "plain"), "a b");
    check_text(weir_yaml_get(root, "single"), "it's");
    check_text(weir_yaml_get(root, "double"), "x中\\");
    check_text(weir_yaml_get(root, "literal"), "one\ntwo\n");
    check_text(weir_yaml_get(root, "folded"), "one two");
    assert_false(weir_yaml_quoted(weir_yaml_get(root, "plain")));
    assert_true(weir_yaml_quoted(weir_yaml_get(root, "literal")));
    struct weir_yaml_node *list = weir_yaml_get(root, "list");
    assert_int_equal(weir_yaml_kind(list), WEIR_YAML_SEQUENCE);
    check_text(weir_yaml_get(weir_yaml_item(list, 1), "k"), "v");
    assert_int_equal(weir_yaml_kind(weir_yaml_get(root, "empty")), WEIR_YAML_NULL);
    assert_int_equal(weir_yaml_kind(weir_yaml_get(root, "tilde")), WEIR_YAML_NULL);
    check_text(weir_yaml_get(root, "q"), "null");
    assert_null(weir_yaml_get(root, "nothing"));
    weir_yaml_free(document);
}

static void tree__single_quotes__runs_and_line_breaks_read_exactly(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"- ''''''", "''"},         {"- 'a''''b'", "a''b"},   {"- ''", ""},
        {"- ' a '", " a "},         {"- 'a  \n   b'", "a b"}, {"- 'a\n\n\n  b '", "a\n\nb "},
        {"- ' a''\n  b'", " a' b"}, {"- '\\d\\'", "\\d\\"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct weir_yaml *document = parse(cases[i][0]);
        check_text(weir_yaml_item(weir_yaml_root(document), 0), cases[i][1]);
        weir_yaml_free(document);
    }
}

static void tree__empty_document__has_no_root(void **state)
{
    (void)state;
    static const char *const sources[] = {"", "# only a comment\n", "\n\n"};
    for (size_t i = 0; i < 3; i++) {
        struct weir_yaml *document = parse(sources[i]);
        assert_null(weir_yaml_root(document));
        assert_int_equal(weir_yaml_kind(weir_yaml_root(document)), WEIR_YAML_NULL);
        weir_yaml_free(document);
    }
}

static void tree__alias__is_its_anchor(void **state)
{
    (void)state;
    struct weir_yaml *document = parse("a: &x [1, 2]\nb: *x\nc: &x z\nd: *x\n");
    struct weir_yaml_node *root = weir_yaml_root(document);
    assert_int_equal(weir_yaml_size(weir_yaml_get(root, "b")), 2);
    check_text(weir_yaml_get(root, "d"), "z");
    weir_yaml_free(document);
}

static void place__nodes__line_and_column_in_code_points(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        unsigned line, column; /* of the value under k */
    } cases[] = {
        {"k: v", 1, 4},
        {"\n# c\n  k:   v", 3, 8},
        {"中文: 1\nk: 'v'", 2, 4},
        {"{中: 文, k: \"v\"}", 1, 11},
        {"k: [a]", 1, 4},
        {"k: |\n\n   text\n", 3, 4},
        {"k: &anchor v", 1, 12},
        {"k:\nl: 2\n", 1, 1}, /* no value: its key */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct weir_yaml *document = parse(cases[i].source);
        struct weir_place place = weir_yaml_place(weir_yaml_get(weir_yaml_root(document), "k"));
        assert_string_equal(place.file, "x.yaml");
        if (place.line != cases[i].line || place.column != cases[i].column)
            fail_msg("%s: expected %u:%u, got %u:%u", cases[i].source, cases[i].line, cases[i].column, place.line,
                     place.column);
        weir_yaml_free(document);
    }
}

static void error_at__offset_in_text__points_where_it_is_written(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        size_t offset;
        unsigned line, column;
    } cases[] = {
        {"- abc", 2, 1, 5},        {"- 'abc'", 2, 1, 6},           {"- 'i''t'", 2, 1, 7}, {"- \"a\\\\d\"", 2, 1, 7},
        {"- \"\\x41b\"", 1, 1, 3}, /* an escape: the start */
        {"- 中文x", 2, 1, 5},      {"- |\n  one\n  two", 5, 3, 4}, {"- abc", 3, 1, 3},    {"- abc def", 99, 1, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct weir_diagnostics *diagnostics = weir_diagnostics_new(1);
        struct weir_yaml *document = parse(cases[i].source);
        weir_yaml_error_at(weir_yaml_item(weir_yaml_root(document), 0), cases[i].offset, diagnostics, "here");
        struct weir_place place = weir_diagnostics_at(diagnostics, 0)->place;
        if (place.line != cases[i].line || place.column != cases[i].column)
            fail_msg("%s at %zu: expected %u:%u, got %u:%u", cases[i].source, cases[i].offset, cases[i].line,
                     cases[i].column, place.line, place.column);
        weir_yaml_free(document);
        weir_diagnostics_free(diagnostics);
    }
}

static void parse__broken_syntax__says_where_and_what(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        unsigned line, column;
        const char *part;
    } cases[] = {
        {"a: b: c", 1, 5, "a second ': ' on one line"},
        {"a: [1, 2\nb: 3\n", 1, 4, "this bracket is never closed"},
        {"a: \"x", 1, 4, "this quote is never closed"},
        {"a: [1}", 1, 6, "does not fit the opening one"},
        {"a: ]", 1, 4, "without an opening one"},
        {"a: {x: y z: w}", 1, 11, "a comma is missing"},
        {"a:\n\t- b", 2, 1, "a tab; use spaces"},
        {"? c:\t -", 1, 5, "a tab; use spaces"},
        {"a: @x", 1, 4, "put it in quotes"},
        {"a: '中' x", 1, 8, "text after the closing quote"},
        {"a: \"\\d\"", 1, 5, "an unknown escape"},
        {"a: - b", 1, 4, "a list item"},
        {"a:\n  - 1\n - 2\n", 3, 2, "wrong indentation"},
        {"a: 1\na: 2\n", 2, 1, "the key 'a' is given twice"},
        {"[a]: 1", 1, 1, "a key must be a name"},
        {"a: !!str 1", 1, 4, "tags (!name) are not supported"},
        {"a: 1\n---\nb: 2\n", 2, 1, "a second document"},
        {"a: *x", 1, 4, "*x: there is no anchor of this name"},
        {"a: &x [*x]", 1, 8, "*x: this alias stands inside its own anchor"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_refused(weir_text_of(cases[i].source), cases[i].line, cases[i].column, cases[i].part);
}

static void parse__bytes_that_are_no_text__says_which(void **state)
{
    (void)state;
    check_refused(WEIR_TEXT_LITERAL("a: \0b"), 1, 4, "a NUL byte");
    check_refused(WEIR_TEXT_LITERAL("a: 1\nb: 中\xFF"), 2, 5, "a byte that is not UTF-8");
    check_refused(WEIR_TEXT_LITERAL("a: \xC3"), 1, 4, "a byte that is not UTF-8");
    check_refused(WEIR_TEXT_LITERAL("\xEF\xBB\xBF"
                                    "a: 1"),
                  1, 1, "a byte order mark");
    check_refused(WEIR_TEXT_LITERAL("a: 1\r\nb: 2\r\n"), 1, 5, "save the file with LF");
    check_refused(WEIR_TEXT_LITERAL("a: \x1b[2J"), 1, 4, "a control character");
}

/* Every list repeats the one before ten times: 10^9 nodes in a kilobyte. */
static void parse__aliases_that_multiply__refused_before_they_do(void **state)
{
    (void)state;
    char source[4096] = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 10; i++) {
        char line[128];
        int last = i - 1;
        snprintf(line, sizeof line, "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i, last, last,
                 last, last, last, last, last, last, last, last);
        strncat(source, line, sizeof source - strlen(source) - 1);
    }
    check_refused(weir_text_of(source), 5, 38, "*a3: the aliases repeat too much");
}

static void parse__brackets_without_end__refused(void **state)
{
    (void)state;
    char source[10001];
    memset(source, '[', sizeof source - 1);
    source[sizeof source - 1] = '\0';
    check_refused(weir_text_of(source), 1, 65, "nested more than 64 levels deep");
}

static void check_unreadable(const char *path, enum weir_status expected, const char *part)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_yaml *document = NULL;
    assert_int_equal(weir_yaml_load(path, 1000, diagnostics, &document), expected);
    assert_int_equal(weir_diagnostics_count(diagnostics), 1);
    assert_string_equal(weir_diagnostics_at(diagnostics, 0)->place.file, path);
    assert_non_null(strstr(weir_diagnostics_at(diagnostics, 0)->text, part));
    weir_diagnostics_free(diagnostics);
}

static void load__what_is_no_file_of_ours__says_why(void **state)
{
    (void)state;
    char path[] = "/tmp/weir-yaml-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(ftruncate(descriptor, 1001), 0);
    close(descriptor);
    check_unreadable("/", WEIR_UNAVAILABLE, "it is a folder");
    check_unreadable("/nonexistent/x.yaml", WEIR_UNAVAILABLE, "No such file");
    check_unreadable(path, WEIR_INVALID, "larger than 1000 bytes");
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree__every_kind__read_in_order),
        cmocka_unit_test(tree__single_quotes__runs_and_line_breaks_read_exactly),
        cmocka_unit_test(tree__empty_document__has_no_root),
        cmocka_unit_test(tree__alias__is_its_anchor),
        cmocka_unit_test(place__nodes__line_and_column_in_code_points),
        cmocka_unit_test(error_at__offset_in_text__points_where_it_is_written),
        cmocka_unit_test(parse__broken_syntax__says_where_and_what),
        cmocka_unit_test(parse__bytes_that_are_no_text__says_which),
        cmocka_unit_test(parse__aliases_that_multiply__refused_before_they_do),
        cmocka_unit_test(parse__brackets_without_end__refused),
        cmocka_unit_test(load__what_is_no_file_of_ours__says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
