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
    enum weir_status status = weir_ruleset_load(&path, 1, &fields, &folding, NULL, diagnostics, &ruleset);
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

static bool has_host(const struct weir_domains *domains, const char *host)
{
    uint64_t hash = WEIR_DOMAINS_HASH_START;
    for (const char *c = host; *c; c++)
        hash = weir_domains_hash(hash, *c);
    return weir_domains_find(domains, hash, weir_text_of(host)) != WEIR_LISTED_NOT;
}

static void load__hosts__known_in_both_forms(void **state)
{
    const struct fixture *fixture = *state;
    write_list(fixture, "# hosts\nExample.COM\na.b-c.example\n1.2.3.4\nb\u00fccher.example\nxn--fsq.xn--0zwm56d\n"
                        "\u4ed6\u4eec\u4e3a\u4ec0\u4e48\u4e0d\u8bf4\u4e2d\u6587\u3002example\n"
                        "xn--ihqwcrb4cv8a8dqg056pqjye.net\nexample.com\n");
    struct weir_ruleset *ruleset = load_good(fixture, "d: {domains: words.txt, field: url}");
    const struct weir_domains *domains = ruleset->patterns[0].domains;
    static const char *const known[] = {"example.com", "a.b-c.example", "1.2.3.4", "b\u00fccher.example",
                                        "xn--bcher-kva.example", "\u4f8b.\u6d4b\u8bd5", "xn--fsq.xn--0zwm56d",
                                        /* RFC 3492, section 7.1 (B) and (C) */
                                        "xn--ihqwcrb4cv8a8dqg056pqjye.example",
                                        "\u4ed6\u4eec\u4e3a\u4ec0\u4e48\u4e0d\u8bf4\u4e2d\u6587.net"};
    static const char *const unknown[] = {"example.org", "com", "xample.com", "www.example.com", "", "xn--fsq.com"};
    assert_int_equal(ruleset->patterns[0].kind, WEIR_PATTERN_DOMAINS);
    assert_int_equal(ruleset->expression_count, 1);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!has_host(domains, known[i]))
            fail_msg("%s is not known", known[i]);
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        if (has_host(domains, unknown[i]))
            fail_msg("%s is known", unknown[i]);
    weir_ruleset_free(ruleset);
    write_list(fixture, "");
    ruleset = load_good(fixture, "d: {domains: words.txt}");
    assert_int_equal(ruleset->expression_count, 0);
    weir_ruleset_free(ruleset);
}

/* RULES.md: "Punycode and Unicode forms are one", label by label. */
static void load__hosts_of_several_wide_labels__known_in_all_mixtures(void **state)
{
    const struct fixture *fixture = *state;
    static const char *const labels[][2] = {
        {"\u043f\u0440\u0438\u043c\u0435\u0440", "xn--e1afmkfd"}, {"\u4f8b", "xn--fsq"}, {"b\u00fccher", "xn--bcher-kva"},
        {"\u0440\u0444", "xn--p1ai"}};
    for (unsigned written = 0; written < 16; written += 5) {
        char text[256] = "";
        for (unsigned i = 0; i < 4; i++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? "." : "", labels[i][written >> i & 1]);
        strcat(text, "\n");
        write_list(fixture, text);
        struct weir_ruleset *ruleset = load_good(fixture, "d: {domains: words.txt}");
        for (unsigned asked = 0; asked < 16; asked++) {
            text[0] = '\0';
            for (unsigned i = 0; i < 4; i++)
                snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? "." : "", labels[i][asked >> i & 1]);
            if (!has_host(ruleset->patterns[0].domains, text))
                fail_msg("%s is not known, listed as %u", text, written);
        }
        weir_ruleset_free(ruleset);
    }
}

/* Punycode of much that folding removes: longer than any host that a text is asked about. */
static void load__host_much_longer_as_written__asked_about_within_bounds(void **state)
{
    const struct fixture *fixture = *state;
    char text[8192] = "";
    for (unsigned i = 0; i < 40; i++) /* `a` and 29 zero width spaces */
        strcat(text, "xn--a-qgnaaaaaaaaaaaaaaaaaaaaaaaaaaaa.");
    strcat(text, "example\n");
    write_list(fixture, text);
    struct weir_ruleset *ruleset = load_good(fixture, "d: {domains: words.txt}");
    assert_true(weir_domains_length_max(ruleset->patterns[0].domains) <= WEIR_HOST_BYTES_MAX);
    weir_ruleset_free(ruleset);
}

static void load__lines_that_are_no_hosts__each_named(void **state)
{
    const struct fixture *fixture = *state;
    static const char *const bad[] = {"https://example.com", "example.com/path", "*.example.com", "localhost",
                                      "example..com", ".example.com", "example.com.", "-a.example", "a-.example",
                                      "0.0.0.0 example.com", "xn--\u00e9.example", "xn--0.example", "xn--a-.com-",
                                      "example.com # why", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
        char text[256];
        snprintf(text, sizeof text, "example.com\n\n %s\nexample.org\n", bad[i]);
        write_list(fixture, text);
        if (load(fixture, "d: {domains: words.txt}", diagnostics))
            fail_msg("\"%s\" loads", bad[i]);
        assert_int_equal(weir_diagnostics_count(diagnostics), 1);
        expect_at(weir_diagnostics_at(diagnostics, 0), fixture->list, 3, 2, "not a host");
        weir_diagnostics_free(diagnostics);
    }
}

static void load__many_hosts__one_expression_for_all(void **state)
{
    const struct fixture *fixture = *state;
    size_t count = 100000;
    char *text = malloc(count * 32);
    size_t length = 0;
    assert_non_null(text);
    for (size_t i = 0; i < count; i++)
        length += (size_t)snprintf(text + length, 32, "host-%zu.example\n", i);
    write_file(fixture->list, text, length);
    free(text);
    struct weir_ruleset *ruleset = load_good(fixture, "d: {domains: words.txt}");
    assert_int_equal(ruleset->expression_count, 1);
    assert_true(has_host(ruleset->patterns[0].domains, "host-0.example"));
    assert_true(has_host(ruleset->patterns[0].domains, "host-99999.example"));
    assert_false(has_host(ruleset->patterns[0].domains, "host-100000.example"));
    weir_ruleset_free(ruleset);
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
        TEST(load__hosts__known_in_both_forms),
        TEST(load__hosts_of_several_wide_labels__known_in_all_mixtures),
        TEST(load__host_much_longer_as_written__asked_about_within_bounds),
        TEST(load__lines_that_are_no_hosts__each_named),
        TEST(load__many_hosts__one_expression_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
