/* Sample posts through the shipped packs: what is planted is found by the rule that it was planted for, and nothing
 * else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "weir/demo.h"
#include "weir/file_run.h"
#include "weir/normalize.h"
#include "weir/run.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#define POSTS 6000
#define SEED 20

/* Of each post the rules that flagged it, as one string of ids; empty: none. */
static char flagged[POSTS][128];

static FILE *write_posts(char path[], unsigned *bad)
{
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    FILE *file = fdopen(descriptor, "w");
    assert_non_null(file);
    struct weir_demo_post post;
    for (uint64_t number = 0; number < POSTS; number++) {
        weir_demo_post(SEED, number, &post);
        *bad += post.nature == WEIR_DEMO_BAD;
        fprintf(file, "%.*s\n", (int)post.length, post.payload);
    }
    fflush(file);
    return file;
}

static void collect_flags(FILE *records)
{
    json_t *record;
    rewind(records);
    while ((record = json_loadf(records, JSON_DISABLE_EOF_CHECK, NULL))) {
        uint64_t number;
        size_t i;
        json_t *rule;
        const char *id = json_string_value(json_object_get(json_object_get(record, "item"), "id"));
        assert_true(weir_demo_post_number(weir_text_of(id), &number));
        assert_in_range(number, 0, POSTS - 1);
        json_array_foreach(json_object_get(record, "rules"), i, rule)
        {
            const char *name = json_string_value(json_object_get(rule, "id"));
            assert_true(strlen(flagged[number]) + strlen(name) + 2 < sizeof flagged[number]);
            strcat(strcat(flagged[number], name), " ");
        }
        json_decref(record);
    }
}

static void scan_posts(FILE *records, unsigned *bad, uint64_t sums[WEIR_COUNTER_COUNT])
{
    char path[] = "/tmp/weir-demo-posts-XXXXXX";
    const char *rules[] = {WEIR_SOURCE_DIR "/config/rules"};
    const char *paths[] = {path};
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(20);
    struct weir_settings_file *file;
    struct weir_ruleset *ruleset;
    struct weir_error error;
    struct weir_chars *chars = weir_chars_new();
    FILE *posts = write_posts(path, bad);
    assert_int_equal(weir_settings_default(&file), WEIR_OK);
    enum weir_status status = weir_rules_ready(rules, 1, weir_settings_get(file), chars, diagnostics, &ruleset);
    weir_diagnostics_print(diagnostics, stderr);
    assert_int_equal(status, WEIR_OK);
    struct weir_file_run run = {
        .settings = weir_settings_get(file),
        .ruleset = ruleset,
        .chars = chars,
        .paths = paths,
        .path_count = 1,
        .flags = fileno(records),
        .dead_letters = -1,
    };
    status = weir_file_run(&run, sums, &error);
    unlink(path);
    fclose(posts);
    assert_int_equal(status, WEIR_OK);
    weir_ruleset_free(ruleset);
    weir_settings_free(file);
    weir_chars_free(chars);
    weir_diagnostics_free(diagnostics);
}

static void sample_posts__shipped_rules__planted_are_flagged_and_no_others(void **state)
{
    (void)state;
    unsigned bad = 0;
    unsigned wrong = 0;
    uint64_t sums[WEIR_COUNTER_COUNT];
    struct weir_demo_post post;
    FILE *records = tmpfile();
    assert_non_null(records);
    scan_posts(records, &bad, sums);
    collect_flags(records);
    fclose(records);
    assert_int_equal(sums[WEIR_COUNT_DEAD_LETTERS], bad);
    for (uint64_t number = 0; number < POSTS; number++) {
        weir_demo_post(SEED, number, &post);
        bool right =
            post.nature == WEIR_DEMO_HARMFUL ? strstr(flagged[number], post.rule) != NULL : flagged[number][0] == '\0';
        if (!right)
            print_error("%s: \"%s\" is to be flagged by %s; flagged by: %s\n", post.id, post.text,
                        post.rule ? post.rule : "nothing", flagged[number]);
        wrong += !right;
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sample_posts__shipped_rules__planted_are_flagged_and_no_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
