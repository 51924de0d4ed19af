/* Rules made ready with a cache: the same rules, judging alike, whatever the cache holds; and what is said of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "weir/decide.h"
#include "weir/demo.h"
#include "weir/normalize.h"
#include "weir/rules_ready.h"
#include "weir/run.h"
#include "weir/scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXTS 3000

struct fixture {
    char root[64];
    char cache[96];
    char pack[96];
    char log_path[96];
    struct weir_chars *chars;
    struct weir_settings_file *file;
    struct weir_settings settings;
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    strcpy(fixture->root, "/tmp/weir-ready-XXXXXX");
    if (!mkdtemp(fixture->root) || weir_settings_default(&fixture->file) != WEIR_OK)
        return 1;
    snprintf(fixture->cache, sizeof fixture->cache, "%s/cache", fixture->root);
    snprintf(fixture->pack, sizeof fixture->pack, "%s/t.yaml", fixture->root);
    snprintf(fixture->log_path, sizeof fixture->log_path, "%s/log", fixture->root);
    fixture->chars = weir_chars_new();
    fixture->settings = *weir_settings_get(fixture->file);
    *state = fixture;
    return 0;
}

static void empty_folder(const char *folder)
{
    DIR *listing = opendir(folder);
    for (struct dirent *entry; listing && (entry = readdir(listing));)
        unlinkat(dirfd(listing), entry->d_name, 0);
    if (listing)
        closedir(listing);
    rmdir(folder);
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    empty_folder(fixture->cache);
    empty_folder(fixture->root);
    weir_chars_free(fixture->chars);
    weir_settings_free(fixture->file);
    free(fixture);
    return 0;
}

static void write_pack(const struct fixture *fixture, const char *regex, const char *flag)
{
    FILE *file = fopen(fixture->pack, "w");
    assert_non_null(file);
    fprintf(file,
            "pack: t\nversion: 1.0.0\nrules:\n- id: t.r\n  title: t\n  why: w\n  category: scams_and_fraud\n"
            "  severity: low\n  patterns: {a: {regex: '%s'}, b: {literals: [safe account]}}\n"
            "  examples: {flag: ['%s'], pass: [hello]}\n",
            regex, flag);
    assert_int_equal(fclose(file), 0);
}

/* Loads the rules of the path with the cache; what was logged goes to `said`. NULL: refused. */
static struct weir_ruleset *load(const struct fixture *fixture, const char *path, char said[1024])
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(20);
    struct weir_ruleset *ruleset = NULL;
    int descriptor = open(fixture->log_path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(descriptor >= 0);
    struct weir_log log = {.descriptor = descriptor, .level = WEIR_LOG_INFO, .clock = weir_clock_system()};
    struct weir_rules_source source = {
        .paths = &path,
        .path_count = 1,
        .settings = &fixture->settings,
        .chars = fixture->chars,
        .cache = fixture->cache,
        .log = &log,
    };
    enum weir_status status = weir_rules_ready_from(&source, diagnostics, &ruleset, NULL);
    assert_int_equal(status == WEIR_OK, ruleset != NULL);
    assert_int_equal(status == WEIR_OK, weir_diagnostics_errors(diagnostics) == 0);
    ssize_t length = pread(descriptor, said, 1023, 0);
    said[length > 0 ? length : 0] = '\0';
    close(descriptor);
    weir_diagnostics_free(diagnostics);
    return ruleset;
}

static void expect_said(const char *said, const char *part)
{
    if (!strstr(said, part))
        fail_msg("'%s' does not say '%s'", said, part);
}

/* Loads the fixture's pack, which is well, and looks for both in the log. */
static void expect_loaded(const struct fixture *fixture, const char *part, const char *other)
{
    char said[1024];
    struct weir_ruleset *ruleset = load(fixture, fixture->pack, said);
    assert_non_null(ruleset);
    expect_said(said, part);
    expect_said(said, other);
    weir_ruleset_free(ruleset);
}

static void damage_memo(const struct fixture *fixture)
{
    char path[256] = "";
    DIR *listing = opendir(fixture->cache);
    assert_non_null(listing);
    for (struct dirent *entry; (entry = readdir(listing));)
        if (strncmp(entry->d_name, "weir-", 5) == 0)
            snprintf(path, sizeof path, "%.96s/%.120s", fixture->cache, entry->d_name);
    closedir(listing);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, 1000, SEEK_SET), 0);
    fputs("xxxx", file);
    fclose(file);
}

static void same_rules__second_load__nothing_is_done_again(void **state)
{
    const struct fixture *fixture = *state;
    write_pack(fixture, "send +money", "send money");
    expect_loaded(fixture, "info rules_cache_stored ", "regexes_checked=1 database=compiled examples=run");
    expect_loaded(fixture, "info rules_cache_used ", "regexes_known=1 regexes_checked=0 database=known examples=known");
}

static void file__damaged__said_and_replaced(void **state)
{
    const struct fixture *fixture = *state;
    write_pack(fixture, "send +money", "send money");
    expect_loaded(fixture, "rules_cache_stored", "");
    damage_memo(fixture);
    expect_loaded(fixture, "warning rules_cache_refused reason=", "signature is wrong");
    expect_loaded(fixture, "rules_cache_used", "");
    damage_memo(fixture);
    expect_loaded(fixture, "rules_cache_refused", "rules_cache_stored");
}

static void folder__not_safe__said_and_rules_run(void **state)
{
    const struct fixture *fixture = *state;
    write_pack(fixture, "send +money", "send money");
    assert_int_equal(mkdir(fixture->cache, 0700), 0);
    assert_int_equal(chmod(fixture->cache, 0777), 0);
    expect_loaded(fixture, "warning rules_cache_refused reason=", "warning rules_cache_not_stored reason=");
}

static void pattern__edited__compiled_tried_and_kept(void **state)
{
    const struct fixture *fixture = *state;
    write_pack(fixture, "send +money", "send money");
    expect_loaded(fixture, "rules_cache_stored", "");
    write_pack(fixture, "wire +money", "wire money");
    expect_loaded(fixture, "rules_cache_stored", "regexes_known=0 regexes_checked=1 database=compiled examples=run");
    expect_loaded(fixture, "rules_cache_used", "");
}

static void example__edited_to_be_wrong__refused_though_patterns_are_known(void **state)
{
    const struct fixture *fixture = *state;
    char said[1024];
    write_pack(fixture, "send +money", "send money");
    expect_loaded(fixture, "rules_cache_stored", "");
    write_pack(fixture, "send +money", "buy shoes");
    for (int i = 0; i < 2; i++) {
        assert_null(load(fixture, fixture->pack, said));
        assert_string_equal(said, "");
    }
    write_pack(fixture, "send +money", "send  money");
    expect_loaded(fixture, "rules_cache_stored", "regexes_known=1 regexes_checked=0 database=known examples=run");
}

static void limits__changed__examples_run_again(void **state)
{
    struct fixture *fixture = *state;
    write_pack(fixture, "send +money", "send money");
    expect_loaded(fixture, "rules_cache_stored", "");
    fixture->settings.limits.evidence = 7;
    expect_loaded(fixture, "rules_cache_stored", "database=known examples=run");
    expect_loaded(fixture, "rules_cache_used", "");
}

static void rules__wrong__nothing_is_kept(void **state)
{
    const struct fixture *fixture = *state;
    char said[1024];
    write_pack(fixture, "send (money", "send money");
    assert_null(load(fixture, fixture->pack, said));
    assert_int_not_equal(access(fixture->cache, F_OK), 0);
}

/* One thread of the path, without its ends. */
struct judge {
    struct weir_normalizer *normalizer;
    struct weir_scanner *scanner;
    struct weir_decider *decider;
    struct weir_arena *arena;
    unsigned views;
};

static struct judge open_judge(const struct fixture *fixture, const struct weir_ruleset *ruleset)
{
    struct judge judge = {.views = ruleset->views, .arena = weir_arena_new(0)};
    const struct weir_limits *limits = &fixture->settings.limits;
    assert_int_equal(weir_normalizer_new(fixture->chars, &judge.normalizer), WEIR_OK);
    assert_int_equal(weir_scanner_new(ruleset, limits->hits, &judge.scanner), WEIR_OK);
    assert_int_equal(weir_decider_new(ruleset, fixture->chars, limits, &judge.decider), WEIR_OK);
    return judge;
}

static void close_judge(struct judge *judge)
{
    weir_decider_free(judge->decider);
    weir_scanner_free(judge->scanner);
    weir_normalizer_free(judge->normalizer);
    weir_arena_free(judge->arena);
}

static void ask(struct judge *judge, struct weir_text text, struct weir_hits *hits, struct weir_verdict *verdict)
{
    struct weir_value value = {.field = 0, .text = text};
    struct weir_item item = {.kind = WEIR_POST, .values = &value, .value_count = 1};
    struct weir_scan_text texts;
    weir_arena_reset(judge->arena);
    assert_int_equal(weir_normalize(judge->normalizer, &item, judge->views, &texts), WEIR_OK);
    weir_scan(judge->scanner, &texts, hits);
    assert_int_equal(weir_decide(judge->decider, &item, &texts, hits, judge->arena, verdict), WEIR_OK);
}

/* Returns how many matches both have. */
static size_t compare(const struct weir_hits *cold, const struct weir_verdict *cold_verdict,
                      const struct weir_hits *warm, const struct weir_verdict *warm_verdict)
{
    size_t matches = 0;
    assert_int_equal(cold->count, warm->count);
    assert_false(warm->failed);
    for (size_t i = 0; i < cold->count; i++) {
        assert_int_equal(cold->at[i].expression, warm->at[i].expression);
        assert_int_equal(cold->at[i].end, warm->at[i].end);
    }
    for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++) {
        assert_int_equal(cold_verdict->match_count[channel], warm_verdict->match_count[channel]);
        for (size_t i = 0; i < cold_verdict->match_count[channel]; i++) {
            assert_string_equal(cold_verdict->matches[channel][i].rule->id, warm_verdict->matches[channel][i].rule->id);
            assert_int_equal(cold_verdict->matches[channel][i].evidence_count,
                             warm_verdict->matches[channel][i].evidence_count);
            matches++;
        }
    }
    return matches;
}

static void shipped_rules__from_cache__judge_alike(void **state)
{
    const struct fixture *fixture = *state;
    const char *path = WEIR_SOURCE_DIR "/config/rules";
    char said[1024];
    struct weir_ruleset *cold = load(fixture, path, said);
    expect_said(said, "rules_cache_stored");
    struct weir_ruleset *warm = load(fixture, path, said);
    expect_said(said, "rules_cache_used");
    struct judge cold_judge = open_judge(fixture, cold);
    struct judge warm_judge = open_judge(fixture, warm);
    size_t matches = 0;
    for (uint64_t number = 0; number < TEXTS; number++) {
        struct weir_demo_post post;
        struct weir_hits cold_hits, warm_hits;
        struct weir_verdict cold_verdict, warm_verdict;
        weir_demo_post(20, number, &post);
        struct weir_text text = {post.payload, post.length};
        ask(&cold_judge, text, &cold_hits, &cold_verdict);
        ask(&warm_judge, text, &warm_hits, &warm_verdict);
        matches += compare(&cold_hits, &cold_verdict, &warm_hits, &warm_verdict);
    }
    assert_true(matches > 20);
    close_judge(&cold_judge);
    close_judge(&warm_judge);
    weir_ruleset_free(cold);
    weir_ruleset_free(warm);
}

/* As a reload does it: one process compiles, another takes over what it worked out. */
static void memo__handed_over__serves_without_a_cache(void **state)
{
    const struct fixture *fixture = *state;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(20);
    const char *path = fixture->pack;
    struct weir_rules_source source = {
        .paths = &path, .path_count = 1, .settings = &fixture->settings, .chars = fixture->chars};
    struct weir_ruleset *first, *second;
    struct weir_compiled *compiled;
    struct weir_bytes bytes, again;
    struct weir_error why;
    write_pack(fixture, "send +money", "send money");
    assert_int_equal(weir_rules_ready_from(&source, diagnostics, &first, &bytes), WEIR_OK);
    assert_int_equal(weir_compiled_read((struct weir_text){bytes.data, bytes.length}, &compiled, &why), WEIR_OK);
    source.compiled = compiled;
    assert_int_equal(weir_rules_ready_from(&source, diagnostics, &second, &again), WEIR_OK);
    weir_compiled_free(compiled);
    assert_true(weir_ruleset_compiled_use(second).database);
    assert_int_equal(again.length, bytes.length);
    assert_memory_equal(again.data, bytes.data, bytes.length);
    free(bytes.data);
    free(again.data);
    weir_ruleset_free(first);
    weir_ruleset_free(second);
    weir_diagnostics_free(diagnostics);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        TEST(same_rules__second_load__nothing_is_done_again),
        TEST(file__damaged__said_and_replaced),
        TEST(folder__not_safe__said_and_rules_run),
        TEST(pattern__edited__compiled_tried_and_kept),
        TEST(example__edited_to_be_wrong__refused_though_patterns_are_known),
        TEST(limits__changed__examples_run_again),
        TEST(rules__wrong__nothing_is_kept),
        TEST(shipped_rules__from_cache__judge_alike),
        TEST(memo__handed_over__serves_without_a_cache),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
