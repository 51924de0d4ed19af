/* Lists that packs name: what their lines become, where their mistakes stand, what they do to the digest. */
#include "loading.h"

#include <unistd.h>

struct fixture {
    char folder[64];
    char pack[96];
    char list[96];
};

static void write_file(const char *path, const char *text, size_t length)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void write_list(const struct fixture *fixture, const char *text)
{
    write_file(fixture->list, text, strlen(text));
}

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    if (!fixture)
        return 1;
    strcpy(fixture->folder, "/tmp/weir-lists-XXXXXX");
    if (!mkdtemp(fixture->folder))
        return 1;
    snprintf(fixture->pack, sizeof fixture->pack, "%s/t.yaml", fixture->folder);
    snprintf(fixture->list, sizeof fixture->list, "%s/words.txt", fixture->folder);
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    unlink(fixture->pack);
    unlink(fixture->list);
    rmdir(fixture->folder);
    free(fixture);
    return 0;
}

static struct weir_ruleset *load(const struct fixture *fixture, const char *patterns,
                                 struct weir_diagnostics *diagnostics)
{
    struct weir_folding folding = {.fold = fold_simply};
    struct weir_field_names fields = {.at = {"text"}, .count = 1};
    struct weir_ruleset *ruleset = NULL;
    const char *path = fixture->pack;
    char *source = make_pack(patterns);
    write_file(path, source, strlen(source));
    free(source);
    enum weir_status status = weir_ruleset_load(&path, 1, &fields, &folding, diagnostics, &ruleset);
    assert_int_equal(status, weir_diagnostics_errors(diagnostics) ? WEIR_INVALID : WEIR_OK);
    return ruleset;
}

static struct weir_ruleset *load_good(const struct fixture *fixture, const char *patterns)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_ruleset *ruleset = load(fixture, patterns, diagnostics);
    if (!ruleset)
        weir_diagnostics_print(diagnostics, stderr);
    assert_non_null(ruleset);
    assert_int_equal(weir_diagnostics_count(diagnostics), 0);
    weir_diagnostics_free(diagnostics);
    return ruleset;
}

static void load__lines_comments_and_blanks__literals_of_the_lines(void **state)
{
    const struct fixture *fixture = *state;
    write_list(fixture, "\xEF\xBB\xBF# words\r\nSafe  Account\r\n\r\n  \t\n  # more\n\ttwo # words \nlast");
    struct weir_ruleset *ruleset = load_good(fixture, "l: {literals_from: words.txt, view: exact, boundary: word}");
    assert_int_equal(ruleset->expression_count, 3);
    assert_int_equal(ruleset->expressions[0].length, 13); /* in the exact view as written */
    assert_int_equal(ruleset->expressions[1].length, 11); /* a number sign inside a line is no comment */
    assert_int_equal(ruleset->expressions[2].length, 4);
    assert_int_equal(ruleset->patterns[0].kind, WEIR_PATTERN_LITERALS);
    assert_int_equal(ruleset->patterns[0].boundary, WEIR_BOUNDARY_WORD);
    assert_int_equal(ruleset->packs[0].list_count, 1);
    assert_string_equal(ruleset->packs[0].lists[0], fixture->list);
    weir_ruleset_free(ruleset);
}

static void load__empty_list__a_pattern_that_never_hits(void **state)
{
    const struct fixture *fixture = *state;
    write_list(fixture, "# nothing yet\n");
    struct weir_ruleset *ruleset = load_good(fixture, "l: {literals_from: words.txt}, m: {literals: [b]}");
    assert_int_equal(ruleset->pattern_count, 2);
    for (size_t i = 0; i < ruleset->expression_count; i++)
        assert_int_equal(ruleset->expressions[i].pattern, 1);
    weir_ruleset_free(ruleset);
    write_list(fixture, "");
    ruleset = load_good(fixture, "l: {literals_from: words.txt}");
    assert_int_equal(ruleset->expression_count, 0);
    weir_ruleset_free(ruleset);
}

static void load__one_list_twice__read_once(void **state)
{
    const struct fixture *fixture = *state;
    write_list(fixture, "word\n");
    struct weir_ruleset *ruleset =
        load_good(fixture, "l: {literals_from: words.txt}, m: {literals_from: words.txt, view: exact}");
    assert_int_equal(ruleset->packs[0].list_count, 1);
    assert_int_equal(ruleset->expression_count, 3); /* folded and skeleton of one, exact of the other */
    weir_ruleset_free(ruleset);
}

static void load__other_contents__other_digest(void **state)
{
    const struct fixture *fixture = *state;
    static const char *const contents[] = {"word\n", "word", "other\n", "word\n"};
    char digests[4][WEIR_SHA256_HEX_SIZE];
    for (size_t i = 0; i < 4; i++) {
        write_list(fixture, contents[i]);
        struct weir_ruleset *ruleset = load_good(fixture, "l: {literals_from: words.txt}");
        strcpy(digests[i], ruleset->sha256);
        weir_ruleset_free(ruleset);
    }
    assert_string_equal(digests[0], digests[3]);
    assert_string_not_equal(digests[0], digests[1]);
    assert_string_not_equal(digests[0], digests[2]);
}

static void expect_at(const struct weir_diagnostic *diagnostic, const char *file, unsigned line, unsigned column,
                      const char *text)
{
    assert_string_equal(diagnostic->place.file, file);
    assert_int_equal(diagnostic->place.line, line);
    assert_int_equal(diagnostic->place.column, column);
    if (!strstr(diagnostic->text, text))
        fail_msg("\"%s\" does not say \"%s\"", diagnostic->text, text);
}

static void load__mistakes_in_a_list__named_at_its_own_lines(void **state)
{
    const struct fixture *fixture = *state;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    write_list(fixture, "word\n\n  \u200b\nbad \xff\nWord\n");
    assert_null(load(fixture, "l: {literals_from: words.txt}", diagnostics));
    assert_int_equal(weir_diagnostics_count(diagnostics), 3);
    expect_at(weir_diagnostics_at(diagnostics, 0), fixture->list, 3, 3, "nothing of this literal is left");
    expect_at(weir_diagnostics_at(diagnostics, 1), fixture->list, 4, 1, "not UTF-8");
    expect_at(weir_diagnostics_at(diagnostics, 2), fixture->list, 5, 1, "stands in the list before");
    assert_true(weir_diagnostics_at(diagnostics, 2)->is_warning);
    weir_diagnostics_free(diagnostics);
}

static void load__a_folder_as_list__refused_at_its_name(void **state)
{
    const struct fixture *fixture = *state;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    assert_null(load(fixture, "l: {literals_from: .}", diagnostics));
    assert_int_equal(weir_diagnostics_count(diagnostics), 1);
    expect_at(weir_diagnostics_at(diagnostics, 0), fixture->pack, 10, 33, "cannot be read");
    weir_diagnostics_free(diagnostics);
}

int main(void)
{
#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        TEST(load__lines_comments_and_blanks__literals_of_the_lines),
        TEST(load__empty_list__a_pattern_that_never_hits),
        TEST(load__one_list_twice__read_once),
        TEST(load__other_contents__other_digest),
        TEST(load__mistakes_in_a_list__named_at_its_own_lines),
        TEST(load__a_folder_as_list__refused_at_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
