/* What a good pack becomes; which regexes are fit to load; warnings, folders and digests. */
#include "loading.h"

#include "weir/database.h"

#include <sys/stat.h>
#include <unistd.h>

#define HEAD "pack: p\nversion: 1.2.3\ndescription: d\nrules:\n"
#define RULE(NAME, MORE)                                                                                               \
    "- id: p." NAME "\n  title: t\n  why: w\n  category: scams_and_fraud\n  severity: high\n" MORE                    \
    "  examples: {flag: [a], pass: [b]}\n"
#define PATTERN "  patterns: {x: {literals: [a]}}\n"

static struct weir_ruleset *parse(const char *source, struct weir_diagnostics *diagnostics)
{
    struct weir_ruleset *ruleset = NULL;
    if (parse_pack("p.yaml", source, diagnostics, &ruleset) != WEIR_OK) {
        weir_diagnostics_print(diagnostics, stderr);
        fail_msg("the pack does not load");
    }
    return ruleset;
}

static void parse__full_rule__all_of_it_kept(void **unused)
{
    (void)unused;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_ruleset *ruleset =
        parse(HEAD RULE("one", "  keyword: phishing\n  status: shadow\n  kinds: [caption]\n  fields: [author_name, text]\n"
                               "  references: ['https://example.org/a']\n  tags: [x]\n"
                               "  patterns:\n    l: {literals: [Safe  Account, b], boundary: word}\n"
                               "    r: {regex: 'a.{2,5}b', view: exact, boundary: start}\n"),
              diagnostics);
    const struct weir_rule *rule = &ruleset->rules[0];
    assert_int_equal(weir_diagnostics_count(diagnostics), 0);
    assert_string_equal(rule->id, "p.one");
    assert_string_equal(rule->keyword, "phishing");
    assert_string_equal(rule->pack, "p");
    assert_string_equal(rule->version, "1.2.3");
    assert_int_equal(rule->severity, WEIR_SEVERITY_HIGH);
    assert_int_equal(rule->status, WEIR_RULE_SHADOW);
    assert_int_equal(rule->kinds, 1 << WEIR_CAPTION);
    assert_int_equal(ruleset->fields.count, 2);
    assert_string_equal(ruleset->fields.at[1], "author_name");
    assert_int_equal(rule->fields, 3);
    assert_int_equal(rule->pattern_count, 2);
    assert_int_equal(ruleset->patterns[0].boundary, WEIR_BOUNDARY_WORD);
    assert_int_equal(ruleset->patterns[1].boundary, WEIR_BOUNDARY_START);
    assert_int_equal(ruleset->patterns[1].width_min, 4);
    assert_int_equal(ruleset->patterns[1].width_max, 22);
    assert_string_equal(ruleset->patterns[1].source, "a.{2,5}b");
    assert_int_equal(ruleset->views, 1 << WEIR_VIEW_FOLDED | 1 << WEIR_VIEW_SKELETON | 1 << WEIR_VIEW_EXACT);
    assert_int_equal(ruleset->database->group_count, 3);
    assert_int_equal(ruleset->expressions[0].length, 12); /* "safe account" */
    assert_int_equal(rule->example_count, 2);
    assert_int_equal(rule->examples[0].value_count, 2); /* one for each field, text first */
    assert_int_equal(rule->examples[0].values[0].field, 0);
    assert_string_equal(weir_severity_name(rule->severity), "high");
    weir_ruleset_free(ruleset);
    weir_diagnostics_free(diagnostics);
}

static void database__same_expressions__compiled_once(void **unused)
{
    (void)unused;
    struct weir_ruleset *ruleset =
        load_patterns("a: {literals: [a, b]}, b: {literals: [b]}, c: {regex: 'b'}, d: {regex: 'b'}, e: {literals: [b]}");
    const uint32_t *twins = ruleset->database->twins;
    uint32_t folded = 0;
    for (size_t i = 0; i < ruleset->database->group_count; i++)
        if (ruleset->database->groups[i].view == WEIR_VIEW_FOLDED)
            folded = ruleset->database->groups[i].expressions;
    assert_int_equal(folded, 3); /* a and b, and the regex, which is compiled with other flags */
    for (size_t i = 0; i < ruleset->expression_count; i++) {
        assert_true(twins[i] >= i && twins[i] < ruleset->expression_count);
        assert_string_equal(ruleset->origins[i].text, ruleset->origins[twins[i]].text);
        assert_int_equal(ruleset->expressions[i].view, ruleset->expressions[twins[i]].view);
        assert_int_equal(ruleset->origins[i].is_regex, ruleset->origins[twins[i]].is_regex);
    }
    weir_ruleset_free(ruleset);
}

static void parse__plain_rule__defaults(void **unused)
{
    (void)unused;
    struct weir_ruleset *ruleset = load_patterns("l: {literals: [a]}, r: {regex: 'b'}");
    assert_int_equal(ruleset->rules[0].kinds, 1 << WEIR_POST | 1 << WEIR_CAPTION);
    assert_int_equal(ruleset->rules[0].fields, 1);
    assert_int_equal(ruleset->rules[0].status, WEIR_RULE_ACTIVE);
    assert_null(ruleset->rules[0].keyword);
    assert_int_equal(ruleset->patterns[0].boundary, WEIR_BOUNDARY_AUTO);
    assert_int_equal(ruleset->patterns[1].boundary, WEIR_BOUNDARY_NONE);
    assert_int_equal(ruleset->patterns[0].view, WEIR_VIEW_FOLDED);
    weir_ruleset_free(ruleset);
}

static void parse__field_of_a_pattern__only_that_field(void **unused)
{
    (void)unused;
    struct weir_ruleset *ruleset =
        load_patterns("l: {literals: [a], field: url}, r: {regex: 'b', field: text}, d: {literals: [c]}");
    assert_int_equal(ruleset->fields.count, 2);
    assert_string_equal(ruleset->fields.at[1], "url");
    assert_int_equal(ruleset->rules[0].fields, 1);
    assert_int_equal(ruleset->patterns[0].fields, 2);
    assert_int_equal(ruleset->patterns[1].fields, 1);
    assert_int_equal(ruleset->patterns[2].fields, 1);
    weir_ruleset_free(ruleset);
}

static size_t count_expressions(const char *patterns, enum weir_view view)
{
    struct weir_ruleset *ruleset = load_patterns(patterns);
    size_t count = 0;
    for (size_t i = 0; i < ruleset->expression_count; i++)
        count += ruleset->expressions[i].view == view;
    weir_ruleset_free(ruleset);
    return count;
}

static void parse__literals__a_skeleton_form_for_each_mix_of_words(void **unused)
{
    (void)unused;
    assert_int_equal(count_expressions("p: {literals: [plain words]}", WEIR_VIEW_SKELETON), 1);
    assert_int_equal(count_expressions("p: {literals: [x\u0430 plain]}", WEIR_VIEW_SKELETON), 2);
    assert_int_equal(count_expressions("p: {literals: [x\u0430 x\u0441-x\u0435]}", WEIR_VIEW_SKELETON), 8);
    assert_int_equal(count_expressions("p: {literals: [\u0430 \u0441 \u0435 \u0430]}", WEIR_VIEW_SKELETON), 16);
    assert_int_equal(count_expressions("p: {literals: [\u0430 \u0441 \u0435 \u0430 \u0441]}", WEIR_VIEW_SKELETON), 17);
    assert_int_equal(count_expressions("p: {literals: [\u0430 \u0441 \u0435 \u0430 \u0441 \u0435]}", WEIR_VIEW_SKELETON), 23);
    assert_int_equal(count_expressions("p: {literals: [\u0430 \u0441 \u0435 \u0430 \u0441 \u0435 \u0430 \u0441 \u0435 \u0430 "
                                       "\u0441 \u0435 \u0430 \u0441 \u0435 \u0430 \u0441]}", WEIR_VIEW_SKELETON), 19);
    assert_int_equal(count_expressions("p: {literals: [x\u0430], view: exact}", WEIR_VIEW_SKELETON), 0);
    assert_int_equal(count_expressions("p: {regex: 'x\u0430'}", WEIR_VIEW_SKELETON), 0);
}

static void parse__deprecated_rule__loads_and_does_not_run(void **unused)
{
    (void)unused;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_ruleset *ruleset = parse(
        HEAD RULE("old", "  status: deprecated\n" PATTERN) RULE("new", PATTERN), diagnostics);
    assert_int_equal(weir_diagnostics_warnings(diagnostics), 1);
    assert_int_equal(ruleset->rule_count, 1);
    assert_string_equal(ruleset->rules[0].id, "p.new");
    assert_int_equal(ruleset->patterns[0].rule, 0);
    assert_int_equal(ruleset->packs[0].rule_count, 2);
    weir_ruleset_free(ruleset);
    weir_diagnostics_free(diagnostics);
}

static void parse__several_mistakes__all_named(void **unused)
{
    (void)unused;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_ruleset *ruleset = NULL;
    assert_int_equal(parse_pack("p.yaml", HEAD RULE("one", "  patterns: {x: {regex: '(a'}, y: {regex: 'a*'}}\n  kind: [post]\n"),
                                diagnostics, &ruleset),
                     WEIR_INVALID);
    assert_null(ruleset);
    assert_int_equal(weir_diagnostics_errors(diagnostics), 3);
    weir_diagnostics_free(diagnostics);
}

/* Loads, with so many warnings. */
static void expect_warnings(const char *patterns, size_t warnings, const char *text)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    char *source = make_pack(patterns);
    struct weir_ruleset *ruleset = parse(source, diagnostics);
    if (weir_diagnostics_warnings(diagnostics) != warnings ||
        (warnings && !strstr(weir_diagnostics_at(diagnostics, 0)->text, text))) {
        weir_diagnostics_print(diagnostics, stderr);
        fail_msg("%s: other warnings than expected", patterns);
    }
    weir_ruleset_free(ruleset);
    weir_diagnostics_free(diagnostics);
    free(source);
}

/* What looks like something that folded text lacks, and can match all the same. */
static void parse__capitals_and_spaces_that_need_not_be_there__load(void **unused)
{
    (void)unused;
    static const char *const fit[] = {
        "CAT SCAN",        "(?-i)cat",       "(?-i)C?at",      "(?-i)(?:CAT)?x", "(?-i)a(?!CAT)", "(?-i)[A-Za-z]x",
        "(?-i)[^A-Z]x",    "[[:upper:]]x",   "\\p{Lu}?x",      "x(?!\\p{Lu})",   "[\\p{Lu}a]x",   "\\p{L}x",
        "\\p{Cherokee}x",  "^ ?a",           "a *$",           "(?:^ )?a",       "a(?! $)",        "^a b$",
        "\\p{Zs}x\\p{Zs}y", "\\P{Lu}x",
    };
    for (size_t i = 0; i < sizeof fit / sizeof *fit; i++) {
        char pattern[64];
        snprintf(pattern, sizeof pattern, "p: {regex: '%s'}", fit[i]);
        expect_warnings(pattern, 0, "");
    }
}

static void parse__doubtful_patterns__warned_of(void **unused)
{
    (void)unused;
    expect_warnings("p: {literals: [a, 'A ']}", 1, "the same as the literal in line 10");
    expect_warnings("p: {regex: '\\bcaf\u00e9\\b'}", 1, "\\b knows ASCII letters and digits only");
    expect_warnings("p: {regex: '\u4e2d\\d\\d'}", 1, "write [0-9]");
    expect_warnings("p: {regex: '\u4e2d[0-9]'}", 0, "");
    expect_warnings("p: {regex: 'don[''\u2019]t'}", 1, "of no use");
    expect_warnings("p: {regex: 'a[ \\t]b|x[^\\n]y'}", 0, "");
}

/* Whatever stands between, and pointed at where it stands: `at` counts characters of the regex. */
static void parse__ascii_escapes_near_other_letters__warned_of_at_their_place(void **unused)
{
    (void)unused;
    static const struct {
        const char *regex;
        size_t at;
    } cases[] = {
        {"\u0431\u0430\u043d\u043a[\u0430-\u044f]*\\b", 10}, {"\u00e9+\\b", 2}, {"[\u00e0-\u00fc]+\\b", 6}, {"caf(\u00e9)\\b", 6},
        {"\\b(?:\u00e9|a)b", 0}, {"\\b(?:a|\u00e9)b", 0}, {"(?:a|\u00e9)\\b", 7}, {"(?:\u00e9|a)\\b", 7},
        {"\\w+\u043f\u0440\u0438\u0432\u0435\u0442", 0}, {"[\\w-]+\u00e9", 1}, {"(?<!\\w)\u00e9cole", 4},
        {"\u00e9cole\u00e9(?!\\w)", 9}, {"\u00e9(?=\\b)", 4}, {"\u00e9x?\\b", 3}, {"x\u00e9(?:ab)*\\d", 9}, {"\\b(?:x?)\u00e9", 0},
        {"\u00e9(?!x)\\b", 6}, {"x\\b\\p{L}", 1}, {"x\u00e9\\B", 2},
    };
    static const char *const fit[] = {
        "\\bcat\\b", "\\w+x\\d", "(?<!\\w)cat(?!\\w)", "\u00e9 \\bcat", "\\bcat \u00e9", "\u00e9-\\w", "\\bx\u00e9y\\b",
        "[\\w\u00e9]+x", "\\w\u20ac", "\\d+ ?\\p{Sc}", "\\p{Sc}\\d", "(?=x.*\\d)x\u00e9.{1,9}", "\u00e9(?<=xx\\w)?x", "\u00e9a(?:\\w|b)"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char patterns[128];
        snprintf(patterns, sizeof patterns, "p: {regex: '%s'}", cases[i].regex);
        char *source = make_pack(patterns);
        struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
        struct weir_ruleset *ruleset = parse(source, diagnostics);
        const struct weir_diagnostic *warning = weir_diagnostics_at(diagnostics, 0);
        if (!warning || !strstr(warning->text, "knows ASCII") || weir_diagnostics_count(diagnostics) != 1 ||
            (warning->place.column != strlen("  patterns: {p: {regex: '") + 1 + cases[i].at)) {
            weir_diagnostics_print(diagnostics, stderr);
            fail_msg("%s: other warnings than expected", cases[i].regex);
        }
        weir_ruleset_free(ruleset);
        weir_diagnostics_free(diagnostics);
        free(source);
    }
    for (size_t i = 0; i < sizeof fit / sizeof *fit; i++) {
        char patterns[128];
        snprintf(patterns, sizeof patterns, "p: {regex: '%s'}", fit[i]);
        expect_warnings(patterns, 0, "");
    }
}

/* A rule of a field that no source maps never fires; what was named is there all the same, for other sources to come. */
static void parse__fields_that_no_source_maps__warned_of_where_a_configuration_says(void **unused)
{
    (void)unused;
    struct weir_folding folding = {.fold = fold_simply};
    char *source = make_pack("p: {literals: [a], field: author_nam}, q: {literals: [b], field: author_name},"
                             " r: {literals: [c], field: elsewhere}, s: {literals: [d], field: author_nam},"
                             " t: {literals: [e], field: text}");
    for (int is_whole = 0; is_whole < 2; is_whole++) {
        struct weir_field_names fields = {.at = {"text", "author_name"}, .count = 2, .is_whole = is_whole == 1};
        struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
        struct weir_ruleset *ruleset = NULL;
        assert_int_equal(weir_ruleset_parse("t.yaml", weir_text_of(source), &fields, &folding, diagnostics, &ruleset),
                         WEIR_OK);
        assert_int_equal(ruleset->fields.count, 4);
        assert_int_equal(weir_diagnostics_warnings(diagnostics), is_whole ? 3 : 0);
        if (is_whole) {
            const struct weir_diagnostic *first = weir_diagnostics_at(diagnostics, 0);
            assert_string_equal(first->text, "no source maps the field 'author_nam', so this finds nothing; did you "
                                             "mean 'author_name'?");
            assert_int_equal(first->place.line, 10);
            assert_int_equal(first->place.column, strlen("  patterns: {p: {literals: [a], field: ") + 1);
            assert_non_null(strstr(weir_diagnostics_at(diagnostics, 1)->text, "'elsewhere', so this finds nothing; map it"));
            assert_non_null(strstr(weir_diagnostics_at(diagnostics, 2)->text, "'author_nam'"));
        }
        weir_ruleset_free(ruleset);
        weir_diagnostics_free(diagnostics);
    }
    free(source);
}

static void parse__ordinary_regexes__none_costs_too_much(void **unused)
{
    (void)unused;
    static const char *const fit[] = {
        "crypto.*double.*money",
        "free .{0,60}(prize|winner).{0,60}(click|claim)",
        "[a-z0-9._%+-]+@[a-z0-9.-]+\\.[a-z]{2,}",
        "https?://\\S+\\.(?:top|xyz)\\b",
        "(?:\\d[ -]?){13,19}",
        "(?:\\w{1,12} ){0,3}gift cards?",
        "\\b\\d{3}-\\d{3}-\\d{4}\\b",
        "(?<!never )(?<!not )send (me |us )?(the |your )?code",
        "(\u5fae\u4fe1|\u8587\u4fe1).{0,10}\u8f6c\u8d26",
        "(?=.*bitcoin)(?=.*whatsapp).*profit",
        "[\\w.-]{1,64}@\\w+",
        "(ab|cd)+e",
        "\"[^\"]*\"",
    };
    for (size_t i = 0; i < sizeof fit / sizeof fit[0]; i++) {
        char patterns[256];
        snprintf(patterns, sizeof patterns, "p: {regex: '%s'}", fit[i]);
        weir_ruleset_free(load_patterns(patterns));
    }
}

static void parse__exploding_regexes__refused(void **unused)
{
    (void)unused;
    static const char *const unfit[] = {
        "(a+)+$", "(a|a)*b", "(a|aa)+$", "(\\w+\\s?)+$", "(x+x+)+y", "([a-z]+)*=", "foo(\\d+)*x", "(.*,){11}p",
        "\\w+\\s*\\w+\\s*\\w+@", "(\u4e2d+)+a", "x(?:[ab]|[bc])*d(?!.)", "a(b(c+)+)+d",
    };
    for (size_t i = 0; i < sizeof unfit / sizeof unfit[0]; i++) {
        struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
        struct weir_ruleset *ruleset = NULL;
        char patterns[256];
        snprintf(patterns, sizeof patterns, "p: {regex: '%s'}", unfit[i]);
        char *source = make_pack(patterns);
        if (parse_pack("p.yaml", source, diagnostics, &ruleset) != WEIR_INVALID ||
            !strstr(weir_diagnostics_at(diagnostics, 0)->text, "takes too long"))
            fail_msg("%s is not refused for its cost", unfit[i]);
        free(source);
        weir_diagnostics_free(diagnostics);
    }
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static enum weir_status load_paths(const char *const *paths, size_t count, struct weir_diagnostics *diagnostics,
                                   struct weir_ruleset **ruleset)
{
    struct weir_folding folding = {.fold = fold_simply};
    struct weir_field_names fields = {.at = {"text"}, .count = 1};
    return weir_ruleset_load(paths, count, &fields, &folding, NULL, diagnostics, ruleset);
}

static void load__folders__packs_by_name_and_one_digest(void **unused)
{
    (void)unused;
    char folder[] = "/tmp/weir-packs-XXXXXX";
    char one[64];
    char two[64];
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_ruleset *whole = NULL;
    struct weir_ruleset *turned = NULL;
    assert_non_null(mkdtemp(folder));
    write_file(folder, "b.yaml", HEAD RULE("one", PATTERN));
    write_file(folder, "a.yml", "pack: q\nversion: 1.0.0\ndescription: d\nrules:\n"
                                "- id: q.one\n  title: t\n  why: w\n  category: violence\n  severity: low\n" PATTERN
                                "  examples: {flag: [a], pass: [b]}\n");
    write_file(folder, "notes.txt", "no pack");
    const char *path = folder;
    assert_int_equal(load_paths(&path, 1, diagnostics, &whole), WEIR_OK);
    assert_int_equal(whole->pack_count, 2);
    assert_string_equal(whole->packs[0].name, "q");
    snprintf(one, sizeof one, "%s/a.yml", folder);
    snprintf(two, sizeof two, "%s/b.yaml", folder);
    assert_int_equal(load_paths((const char *const[]){two, one}, 2, diagnostics, &turned), WEIR_OK);
    assert_string_equal(turned->packs[0].name, "p");
    assert_string_equal(whole->sha256, turned->sha256);
    weir_ruleset_free(turned);

    turned = NULL;
    assert_int_equal(load_paths((const char *const[]){two, two}, 2, diagnostics, &turned), WEIR_INVALID);
    assert_non_null(strstr(weir_diagnostics_at(diagnostics, 0)->text, "this pack is named twice"));
    assert_non_null(strstr(weir_diagnostics_at(diagnostics, 0)->place.file, "b.yaml"));
    assert_int_equal(weir_diagnostics_count(diagnostics), 1);
    assert_null(turned);
    weir_ruleset_free(whole);
    unlink(one);
    unlink(two);
    snprintf(one, sizeof one, "%s/notes.txt", folder);
    unlink(one);
    rmdir(folder);
    weir_diagnostics_free(diagnostics);
}

static void load__nothing_there__said_so(void **unused)
{
    (void)unused;
    char folder[] = "/tmp/weir-packs-XXXXXX";
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_ruleset *ruleset = NULL;
    assert_non_null(mkdtemp(folder));
    const char *path = folder;
    assert_int_equal(load_paths(&path, 1, diagnostics, &ruleset), WEIR_INVALID);
    assert_non_null(strstr(weir_diagnostics_at(diagnostics, 0)->text, "holds no pack"));
    path = "/nowhere/at/all.yaml";
    assert_int_equal(load_paths(&path, 1, diagnostics, &ruleset), WEIR_UNAVAILABLE);
    assert_int_equal(weir_diagnostics_errors(diagnostics), 2);
    assert_null(ruleset);
    rmdir(folder);
    weir_diagnostics_free(diagnostics);
}

static void hyperscan__this_machines__passes_its_probes(void **unused)
{
    (void)unused;
    struct weir_error error = {0};
    char version[64];
    if (weir_hyperscan_check(&error) != WEIR_OK)
        fail_msg("%s", error.text);
    weir_pcre2_version(version, sizeof version);
    assert_int_equal(strncmp(version, "10.", 3), 0);
    assert_int_equal(strncmp(weir_hyperscan_version(), "5.", 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse__full_rule__all_of_it_kept),
        cmocka_unit_test(database__same_expressions__compiled_once),
        cmocka_unit_test(parse__plain_rule__defaults),
        cmocka_unit_test(parse__field_of_a_pattern__only_that_field),
        cmocka_unit_test(parse__literals__a_skeleton_form_for_each_mix_of_words),
        cmocka_unit_test(parse__deprecated_rule__loads_and_does_not_run),
        cmocka_unit_test(parse__several_mistakes__all_named),
        cmocka_unit_test(parse__capitals_and_spaces_that_need_not_be_there__load),
        cmocka_unit_test(parse__doubtful_patterns__warned_of),
        cmocka_unit_test(parse__fields_that_no_source_maps__warned_of_where_a_configuration_says),
        cmocka_unit_test(parse__ascii_escapes_near_other_letters__warned_of_at_their_place),
        cmocka_unit_test(parse__ordinary_regexes__none_costs_too_much),
        cmocka_unit_test(parse__exploding_regexes__refused),
        cmocka_unit_test(load__folders__packs_by_name_and_one_digest),
        cmocka_unit_test(load__nothing_there__said_so),
        cmocka_unit_test(hyperscan__this_machines__passes_its_probes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
