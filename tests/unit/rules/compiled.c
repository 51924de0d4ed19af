/* What a load leaves for the next one: what it spares, what it never spares, and bytes that are not what they say. */
#include "loading.h"

#include "weir/compiled.h"
#include "weir/database.h"

#include <unistd.h>

#define PATTERNS                                                                                                       \
    "a: {literals: [safe account, 'wire it']}, b: {regex: 'send (me|us) money'}, "                                     \
    "c: {regex: 'k[0-9]{3,5}x', view: exact}, d: {regex: '(?<=no )refund\\b'}"

struct fixture {
    char folder[64];
    char pack[96];
    const char *folding; /* its version */
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    strcpy(fixture->folder, "/tmp/weir-compiled-XXXXXX");
    if (!mkdtemp(fixture->folder))
        return 1;
    snprintf(fixture->pack, sizeof fixture->pack, "%s/t.yaml", fixture->folder);
    fixture->folding = "1";
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    unlink(fixture->pack);
    rmdir(fixture->folder);
    free(fixture);
    return 0;
}

/* Loads a pack of one rule with these patterns; warnings: how many it must have. */
static struct weir_ruleset *load(const struct fixture *fixture, const char *patterns,
                                 const struct weir_compiled *compiled, size_t warnings)
{
    struct weir_folding folding = {.fold = fold_simply, .version = fixture->folding};
    struct weir_field_names fields = {.at = {"text"}, .count = 1};
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(20);
    struct weir_ruleset *ruleset = NULL;
    const char *path = fixture->pack;
    char *source = make_pack(patterns);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(source, file);
    assert_int_equal(fclose(file), 0);
    free(source);
    if (weir_ruleset_load(&path, 1, &fields, &folding, compiled, diagnostics, &ruleset) != WEIR_OK) {
        weir_diagnostics_print(diagnostics, stderr);
        fail_msg("does not load: %s", patterns);
    }
    assert_int_equal(weir_diagnostics_warnings(diagnostics), warnings);
    weir_diagnostics_free(diagnostics);
    return ruleset;
}

static struct weir_bytes write_memo(const struct weir_ruleset *ruleset)
{
    struct weir_bytes bytes;
    assert_int_equal(weir_ruleset_compiled(ruleset, NULL, &bytes), WEIR_OK);
    return bytes;
}

static struct weir_bytes make_memo(const struct fixture *fixture, const char *patterns, size_t warnings)
{
    struct weir_ruleset *ruleset = load(fixture, patterns, NULL, warnings);
    struct weir_bytes bytes = write_memo(ruleset);
    weir_ruleset_free(ruleset);
    return bytes;
}

static struct weir_compiled *read_memo(struct weir_bytes bytes)
{
    struct weir_compiled *compiled = NULL;
    struct weir_error why = {0};
    if (weir_compiled_read((struct weir_text){bytes.data, bytes.length}, &compiled, &why) != WEIR_OK)
        fail_msg("refused: %s", why.text);
    return compiled;
}

/* What a load with the memo of a load of `before` spares. */
static struct weir_compiled_use reload(const struct fixture *fixture, const char *before, const char *after,
                                       size_t warnings)
{
    struct weir_bytes bytes = make_memo(fixture, before, warnings);
    struct weir_compiled *compiled = read_memo(bytes);
    struct weir_ruleset *ruleset = load(fixture, after, compiled, warnings);
    struct weir_compiled_use use = weir_ruleset_compiled_use(ruleset);
    weir_ruleset_free(ruleset);
    weir_compiled_free(compiled);
    free(bytes.data);
    return use;
}

static void same_rules__with_memo__all_known_and_nothing_else_differs(void **state)
{
    const struct fixture *fixture = *state;
    struct weir_ruleset *cold = load(fixture, PATTERNS, NULL, 0);
    struct weir_bytes bytes = write_memo(cold);
    struct weir_compiled *compiled = read_memo(bytes);
    struct weir_ruleset *warm = load(fixture, PATTERNS, compiled, 0);
    struct weir_compiled_use use = weir_ruleset_compiled_use(warm);
    struct weir_bytes again = write_memo(warm);
    weir_compiled_free(compiled);
    assert_true(use.database);
    assert_int_equal(use.regexes_known, 3);
    assert_int_equal(use.regexes_checked, 0);
    assert_int_equal(again.length, bytes.length);
    assert_memory_equal(again.data, bytes.data, bytes.length);
    assert_string_equal(warm->sha256, cold->sha256);
    assert_int_equal(warm->views, cold->views);
    assert_int_equal(warm->expression_count, cold->expression_count);
    assert_memory_equal(warm->expressions, cold->expressions, cold->expression_count * sizeof *cold->expressions);
    assert_int_equal(warm->database->group_count, cold->database->group_count);
    assert_int_equal(warm->pattern_count, cold->pattern_count);
    for (size_t i = 0; i < cold->pattern_count; i++) {
        assert_int_equal(warm->patterns[i].width_min, cold->patterns[i].width_min);
        assert_int_equal(warm->patterns[i].width_max, cold->patterns[i].width_max);
        assert_int_equal(warm->patterns[i].regex != NULL, cold->patterns[i].regex != NULL);
    }
    free(bytes.data);
    free(again.data);
    weir_ruleset_free(warm);
    weir_ruleset_free(cold);
}

static void one_regex__edited__only_it_is_checked(void **state)
{
    struct weir_compiled_use use =
        reload(*state, "a: {regex: 'one +two'}, b: {regex: 'three'}", "a: {regex: 'one +two'}, b: {regex: 'four'}", 0);
    assert_false(use.database);
    assert_int_equal(use.regexes_known, 1);
    assert_int_equal(use.regexes_checked, 1);
}

static void same_regex__in_other_view__checked(void **state)
{
    struct weir_compiled_use use = reload(*state, "a: {regex: 'one +two'}", "a: {regex: 'one +two', view: exact}", 0);
    assert_false(use.database);
    assert_int_equal(use.regexes_known, 0);
}

static void same_regex__twice__noted_once(void **state)
{
    struct weir_compiled_use use = reload(*state, "a: {regex: 'one'}, b: {regex: 'one'}, c: {regex: 'two'}",
                                          "a: {regex: 'one'}, b: {regex: 'one'}, c: {regex: 'two'}", 0);
    assert_true(use.database);
    assert_int_equal(use.regexes_known, 3);
}

static void literals__edited__database_anew(void **state)
{
    struct weir_compiled_use use = reload(*state, "a: {literals: [one]}", "a: {literals: [two]}", 0);
    assert_false(use.database);
    use = reload(*state, "a: {literals: [one]}", "a: {literals: [one], boundary: none}", 0);
    assert_true(use.database);
}

static void regex_with_warning__each_load__checked_and_said(void **state)
{
    const char *patterns = "a: {regex: 'one'}, b: {regex: '\\b\u00e9t\u00e9'}";
    struct weir_compiled_use use = reload(*state, patterns, patterns, 1);
    assert_true(use.database);
    assert_int_equal(use.regexes_known, 1);
    assert_int_equal(use.regexes_checked, 1);
}

static void check_digit__known_regex__still_lists(void **state)
{
    const char *patterns = "a: {regex: '[0-9]{13,19}', check: luhn}";
    const struct fixture *fixture = *state;
    struct weir_bytes bytes = make_memo(fixture, "a: {regex: '[0-9]{13,19}'}", 0);
    struct weir_compiled *compiled = read_memo(bytes);
    struct weir_ruleset *ruleset = load(fixture, patterns, compiled, 0);
    struct weir_regex_scratch *scratch = weir_regex_scratch_new();
    struct weir_regex_matches matches;
    assert_int_equal(weir_ruleset_compiled_use(ruleset).regexes_known, 1);
    assert_int_equal(
        weir_regex_list(ruleset->patterns[0].regex, scratch, WEIR_TEXT_LITERAL("123456789012345"), 0, 0, &matches),
        WEIR_REGEX_MATCH);
    assert_int_equal(matches.count, 3);
    weir_regex_scratch_free(scratch);
    weir_ruleset_free(ruleset);
    weir_compiled_free(compiled);
    free(bytes.data);
}

static void folding__of_another_version__all_checked(void **state)
{
    struct fixture fixture = *(struct fixture *)*state;
    struct weir_bytes bytes = make_memo(&fixture, "a: {regex: 'one'}", 0);
    struct weir_compiled *compiled = read_memo(bytes);
    fixture.folding = "2";
    struct weir_ruleset *ruleset = load(&fixture, "a: {regex: 'one'}", compiled, 0);
    assert_int_equal(weir_ruleset_compiled_use(ruleset).regexes_known, 0);
    weir_ruleset_free(ruleset);
    weir_compiled_free(compiled);
    free(bytes.data);
}

static void proof__under_anything_else__does_not_hold(void **state)
{
    const struct fixture *fixture = *state;
    struct weir_ruleset *ruleset = load(fixture, PATTERNS, NULL, 0);
    struct weir_folding folding = {.fold = fold_simply, .version = "1"};
    struct weir_folding other_folding = {.fold = fold_simply, .version = "2"};
    struct weir_limits limits = WEIR_LIMITS_DEFAULT;
    struct weir_limits fewer_hits = {.hits = 5, .evidence = limits.evidence};
    struct weir_proof proof, other;
    struct weir_bytes bytes;
    assert_int_equal(weir_proof_make(ruleset, &folding, &limits, &proof), WEIR_OK);
    assert_int_equal(weir_ruleset_compiled(ruleset, &proof, &bytes), WEIR_OK);
    struct weir_compiled *compiled = read_memo(bytes);
    assert_true(weir_compiled_proves(compiled, &proof));
    assert_int_equal(weir_proof_make(ruleset, &other_folding, &limits, &other), WEIR_OK);
    assert_false(weir_compiled_proves(compiled, &other));
    assert_int_equal(weir_proof_make(ruleset, &folding, &fewer_hits, &other), WEIR_OK);
    assert_false(weir_compiled_proves(compiled, &other));
    ruleset->fields.count--;
    assert_int_equal(weir_proof_make(ruleset, &folding, &limits, &other), WEIR_OK);
    ruleset->fields.count++;
    assert_false(weir_compiled_proves(compiled, &other));
    weir_compiled_free(compiled);
    free(bytes.data);
    bytes = write_memo(ruleset);
    compiled = read_memo(bytes);
    assert_false(weir_compiled_proves(compiled, &proof));
    weir_compiled_free(compiled);
    free(bytes.data);
    weir_ruleset_free(ruleset);
}

static void memo__made_elsewhere__refused_with_the_difference(void **state)
{
    static const struct {
        const char *line;
        const char *why;
    } cases[] = {{"weir ", "another build of weir"},
                 {"hyperscan ", "another version of Hyperscan"},
                 {"pcre2 ", "another version of PCRE2"},
                 {"processor ", "another processor"}};
    struct weir_bytes bytes = make_memo(*state, PATTERNS, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct weir_compiled *compiled = NULL;
        struct weir_error why = {0};
        char *line = memmem(bytes.data, bytes.length, cases[i].line, strlen(cases[i].line));
        assert_non_null(line);
        char *changed = line + strlen(cases[i].line) + 5;
        *changed ^= 1;
        assert_int_equal(weir_compiled_read((struct weir_text){bytes.data, bytes.length}, &compiled, &why),
                         WEIR_INVALID);
        assert_non_null(strstr(why.text, cases[i].why));
        assert_null(compiled);
        *changed ^= 1;
    }
    free(bytes.data);
}

/* In memory of exactly that size, so that a sanitizer sees each byte too far. */
static enum weir_status read_copy(const char *data, size_t length)
{
    struct weir_compiled *compiled = NULL;
    struct weir_error why;
    char *copy = malloc(length + !length);
    assert_non_null(copy);
    memcpy(copy, data, length);
    enum weir_status status = weir_compiled_read((struct weir_text){copy, length}, &compiled, &why);
    struct weir_proof proof = {0};
    if (status == WEIR_OK)
        (void)weir_compiled_proves(compiled, &proof);
    weir_compiled_free(compiled);
    free(copy);
    return status;
}

static void memo__cut_anywhere__refused(void **state)
{
    struct weir_bytes bytes = make_memo(*state, PATTERNS, 0);
    for (size_t length = 0; length < bytes.length; length += length < 2000 ? 7 : 997)
        assert_int_equal(read_copy(bytes.data, length), WEIR_INVALID);
    assert_int_equal(read_copy(bytes.data, bytes.length - 1), WEIR_INVALID);
    assert_int_equal(read_copy(bytes.data, bytes.length), WEIR_OK);
    free(bytes.data);
}

static void memo__any_byte_changed__read_safely(void **state)
{
    struct weir_bytes bytes = make_memo(*state, PATTERNS, 0);
    size_t refused = 0;
    for (size_t at = 0; at < bytes.length; at += at < 2000 ? 1 : 499) {
        char was = bytes.data[at];
        bytes.data[at] = (char)(was ^ (1 << at % 8));
        refused += read_copy(bytes.data, bytes.length) == WEIR_INVALID;
        bytes.data[at] = (char)0xFF;
        (void)read_copy(bytes.data, bytes.length);
        bytes.data[at] = was;
    }
    assert_true(refused > 100);
    free(bytes.data);
}

/* What Hyperscan itself can tell, it is asked to. */
static void database__damaged__compiled_anew(void **state)
{
    const struct fixture *fixture = *state;
    struct weir_bytes bytes = make_memo(fixture, PATTERNS, 0);
    bytes.data[bytes.length - 100] ^= 0x10;
    struct weir_compiled *compiled = read_memo(bytes);
    struct weir_ruleset *ruleset = load(fixture, PATTERNS, compiled, 0);
    assert_false(weir_ruleset_compiled_use(ruleset).database);
    assert_int_equal(weir_ruleset_compiled_use(ruleset).regexes_known, 3);
    assert_int_equal(ruleset->database->group_count, 3);
    weir_ruleset_free(ruleset);
    weir_compiled_free(compiled);
    free(bytes.data);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        TEST(same_rules__with_memo__all_known_and_nothing_else_differs),
        TEST(one_regex__edited__only_it_is_checked),
        TEST(same_regex__in_other_view__checked),
        TEST(same_regex__twice__noted_once),
        TEST(literals__edited__database_anew),
        TEST(regex_with_warning__each_load__checked_and_said),
        TEST(check_digit__known_regex__still_lists),
        TEST(folding__of_another_version__all_checked),
        TEST(proof__under_anything_else__does_not_hold),
        TEST(memo__made_elsewhere__refused_with_the_difference),
        TEST(memo__cut_anywhere__refused),
        TEST(memo__any_byte_changed__read_safely),
        TEST(database__damaged__compiled_anew),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
