/* Samples and the two reports: bounded, the same in every order, and harmless on a terminal. */
#include "backtesting.h"

#include "../../../src/run/backtest_tally.h"

#include "weir/utf8.h"

#include <jansson.h>

#define POSTS 500

static char *print_text(const struct fixture *fixture)
{
    const struct weir_history_range ranges[] = {{0, 5, 9}, {1, 0, 0}};
    const struct weir_backtest_input input = {
        .topic = "posts", .from_ms = 1000, .ranges = ranges, .range_count = COUNT_OF(ranges)};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    assert_int_equal(weir_backtest_print(fixture->backtest, &input, out), WEIR_OK);
    fclose(out);
    return text;
}

static json_t *print_json(const struct fixture *fixture)
{
    static const char *const paths[] = {"a\xFF.ndjson"};
    const struct weir_backtest_input input = {.paths = paths, .path_count = 1};
    char *text = NULL;
    size_t size = 0;
    json_error_t error;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    assert_int_equal(weir_backtest_print_json(fixture->backtest, &input, out), WEIR_OK);
    fclose(out);
    json_t *root = json_loads(text, JSON_ALLOW_NUL, &error);
    assert_non_null(root);
    free(text);
    return root;
}

static void load_red_and_rose(struct fixture *fixture)
{
    load_side(fixture, WEIR_BACKTEST_OLD, RULE("r", "active", "a: {literals: [red]}", EXAMPLES));
    load_side(fixture, WEIR_BACKTEST_NEW, RULE("r", "active", "a: {literals: [rose]}, b: {literals: [bud]}", EXAMPLES));
}

static void report__text__as_a_person_reads_it(void **state)
{
    struct fixture *fixture = *state;
    load_red_and_rose(fixture);
    const char *const posts[] = {"{\"id\":\"7\",\"text\":\"a red thing\"}", "{\"text\":\"a rose bud\"}", "nope"};
    run_all(fixture, posts, COUNT_OF(posts));
    char *text = print_text(fixture);
    char expected[1024];
    snprintf(expected, sizeof expected,
             "history   topic posts from 1970-01-01T00:00:01.000Z, offsets 0:5-9 1:0-0\n"
             "messages  3, unreadable: not_json 1\n"
             "old       1 rule, %.12s: p 1.0.0\n"
             "new       1 rule, %.12s: p 1.0.0\n"
             "\n"
             "items flagged        old       new      both     added   removed\n"
             "  review               1         1         0        +1        -1\n"
             "  shadow               0         0         0         0         0\n"
             "\n"
             "      old       new     added   removed   changed  rule\n"
             "        1         1        +1        -1         0  p.r\n"
             "\n"
             "p.r: Finds r\n"
             "  + posts/1/0\n"
             "      text: a >>rose<< >>bud<<\n"
             "  - posts/0/0  id 7\n"
             "      text: a >>red<< thing\n",
             fixture->rulesets[WEIR_BACKTEST_OLD]->sha256, fixture->rulesets[WEIR_BACKTEST_NEW]->sha256);
    assert_string_equal(text, expected);
    free(text);
}

static void report__control_characters_in_a_post__never_reach_the_terminal(void **state)
{
    struct fixture *fixture = *state;
    load_red_and_rose(fixture);
    const char *const posts[] = {"{\"id\":\"\\u001b[2J\",\"text\":\"red \\u001b]0;x\\u0007 \\u202e \\u0000\"}"};
    run_all(fixture, posts, COUNT_OF(posts));
    char *text = print_text(fixture);
    assert_null(strchr(text, '\033'));
    assert_null(strchr(text, '\a'));
    assert_null(strstr(text, "\xE2\x80\xAE"));
    assert_non_null(strstr(text, ">>red<<"));
    free(text);
    json_t *root = print_json(fixture);
    const json_t *rule = json_array_get(json_object_get(root, "rules"), 0);
    const json_t *sample = json_array_get(json_object_get(json_object_get(rule, "samples"), "removed"), 0);
    const json_t *excerpt = json_object_get(sample, "excerpt");
    assert_int_equal(json_string_length(excerpt), 16); /* as it is written, to its NUL */
    assert_string_equal(json_string_value(json_object_get(sample, "id")), "\033[2J");
    json_decref(root);
}

static void report__json__counts_and_status(void **state)
{
    struct fixture *fixture = *state;
    load_side(fixture, WEIR_BACKTEST_OLD, RULE("r", "shadow", "a: {literals: [red]}", EXAMPLES));
    load_side(fixture, WEIR_BACKTEST_NEW,
              RULE("r", "active", "a: {literals: [red]}", EXAMPLES)
                  RULE("s", "active", "a: {literals: [rose]}", EXAMPLES));
    const char *const posts[] = {"{\"text\":\"red\"}", "{\"text\":\"red rose\"}", "{}"};
    run_all(fixture, posts, COUNT_OF(posts));
    json_t *root = print_json(fixture);
    int added;
    int old;
    int messages;
    int complete;
    int bad;
    const char *path;
    const char *was;
    const char *is;
    const char *id;
    assert_int_equal(json_unpack(root, "{s:{s:[s]}, s:b, s:i, s:{s:i}, s:{s:{s:i,s:i}}, s:[{s:s}, {s:{s:s,s:s}}]}",
                                 "history", "files", &path, "complete", &complete, "messages", &messages, "unreadable",
                                 "no_text", &bad, "items", "review", "added", &added, "old", &old, "rules", "id", &id,
                                 "status", "old", &was, "new", &is),
                     0);
    assert_string_equal(path, "a\xEF\xBF\xBD.ndjson");
    assert_true(complete);
    assert_int_equal(messages, 3);
    assert_int_equal(bad, 1);
    assert_int_equal(added, 2);
    assert_int_equal(old, 0);
    assert_string_equal(id, "p.s");
    assert_string_equal(was, "shadow");
    assert_string_equal(is, "active");
    json_decref(root);
}

static void samples__another_order__the_same_report(void **state)
{
    struct fixture *fixture = *state;
    static const size_t steps[] = {1, 7, 123, 499};
    static char payloads[POSTS][64];
    const char *posts[POSTS];
    char *first = NULL;
    load_red_and_rose(fixture);
    for (size_t i = 0; i < POSTS; i++) {
        snprintf(payloads[i], sizeof payloads[i], "{\"id\":\"%zu\",\"text\":\"%s %zu\"}", i, i % 2 ? "red" : "rose", i);
        posts[i] = payloads[i];
    }
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        struct weir_error error = {0};
        assert_int_equal(run_sets(fixture, posts, POSTS, steps[i], 4, &error), WEIR_OK);
        char *text = print_text(fixture);
        if (first)
            assert_string_equal(text, first);
        assert_non_null(strstr(text, "  + 246 more\n"));
        assert_non_null(strstr(text, "  - 246 more\n"));
        free(first);
        first = text;
    }
    free(first);
}

/* The first of them is not more likely than the last: the samples of 200 histories of ten items lie all over them. */
static void samples__many_histories__every_place_is_chosen(void **state)
{
    struct fixture *fixture = *state;
    unsigned chosen[10] = {0};
    load_red_and_rose(fixture);
    for (int32_t history = 0; history < 200; history++) {
        struct backtest_samples samples = {0};
        for (int64_t offset = 0; offset < 10; offset++) {
            const struct weir_value value = {0, WEIR_TEXT_LITERAL("red")};
            const struct weir_item item = {
                .origin = {WEIR_TEXT_LITERAL("posts"), history, offset, -1, false}, .values = &value, .value_count = 1};
            const struct weir_match match = {.rule = fixture->rulesets[0]->rules};
            const struct backtest_candidate candidate = {&item, &match, &fixture->settings->fields, false};
            assert_int_equal(backtest_samples_offer(&samples, 2, &candidate), WEIR_OK);
        }
        assert_int_equal(samples.count, 2);
        chosen[samples.at[0].origin.offset]++;
        chosen[samples.at[1].origin.offset]++;
        backtest_samples_free(&samples);
    }
    for (size_t i = 0; i < 10; i++)
        assert_in_range(chosen[i], 15, 75); /* 40 on average */
}

static const struct backtest_sample *only_sample(const struct fixture *fixture, enum backtest_change change)
{
    assert_int_equal(fixture->backtest->rules[0].samples[change].count, 1);
    return &fixture->backtest->rules[0].samples[change].at[0];
}

static void sample__long_text__cut_around_the_evidence_on_whole_characters(void **state)
{
    struct fixture *fixture = *state;
    char payload[8192] = "{\"title\":\"a title\",\"text\":\"";
    load_red_and_rose(fixture);
    for (int i = 0; i < 400; i++)
        strcat(payload, "灯");
    strcat(payload, " red ");
    for (int i = 0; i < 400; i++)
        strcat(payload, "é");
    strcat(payload, " red\"}");
    const char *const posts[] = {payload};
    run_all(fixture, posts, 1);
    const struct backtest_sample *sample = only_sample(fixture, BACKTEST_REMOVED);
    assert_true(weir_utf8_valid(sample->excerpt));
    assert_in_range(sample->excerpt.length, 200, 480);
    assert_int_equal(sample->mark_count, 1); /* the second is out of reach */
    assert_true(sample->is_cut_before && sample->is_cut_after);
    assert_true(weir_text_is(weir_text_slice(sample->excerpt, sample->marks[0].start, sample->marks[0].end), "red"));
    assert_string_equal(sample->field, "text");
}

static void sample__a_quote_longer_than_an_excerpt__cut(void **state)
{
    struct fixture *fixture = *state;
    char payload[8192] = "{\"text\":\"red";
    load_side(fixture, WEIR_BACKTEST_OLD, RULE("r", "active", "a: {regex: 'red.{100,2000}end'}", EXAMPLES));
    load_side(fixture, WEIR_BACKTEST_NEW, RULE("s", "active", "a: {literals: [rose]}", EXAMPLES));
    for (int i = 0; i < 500; i++)
        strcat(payload, "灯");
    strcat(payload, "end\"}");
    const char *const posts[] = {payload};
    run_all(fixture, posts, 1);
    const struct backtest_sample *sample = only_sample(fixture, BACKTEST_REMOVED);
    assert_true(weir_utf8_valid(sample->excerpt));
    assert_true(sample->excerpt.length <= 480);
    assert_int_equal(sample->marks[0].start, 0);
    assert_true(weir_utf8_valid(weir_text_slice(sample->excerpt, 0, sample->marks[0].end)));
}

static void sample__evidence_in_another_field__that_field(void **state)
{
    struct fixture *fixture = *state;
    load_side(fixture, WEIR_BACKTEST_OLD,
              RULE("r", "active", "a: {literals: [red]}", "fields: [author_name], " EXAMPLES));
    load_side(fixture, WEIR_BACKTEST_NEW, RULE("s", "active", "a: {literals: [rose]}", EXAMPLES));
    const char *const posts[] = {"{\"author\":{\"name\":\"Big red\"},\"text\":\"nothing\"}"};
    run_all(fixture, posts, 1);
    const struct backtest_sample *sample = only_sample(fixture, BACKTEST_REMOVED);
    assert_string_equal(sample->field, "author_name");
    assert_true(weir_text_is(sample->excerpt, "Big red"));
}

static void samples__none_wanted__counts_alone(void **state)
{
    struct fixture *fixture = *state;
    struct weir_error error = {0};
    load_red_and_rose(fixture);
    const char *const posts[] = {"{\"text\":\"red\"}"};
    assert_int_equal(run_sets(fixture, posts, 1, 1, 0, &error), WEIR_OK);
    assert_null(fixture->backtest->rules[0].samples[BACKTEST_REMOVED].at);
    assert_int_equal(fixture->backtest->rules[0].changes[BACKTEST_REMOVED], 1);
}

/* Where posts may not be shown, the evidence alone is. */
static void samples__quotes_only__nothing_around_them(void **state)
{
    struct fixture *fixture = *state;
    const struct weir_value value = {0, WEIR_TEXT_LITERAL("a red thing")};
    const struct weir_evidence evidence = {.field = 0, .quote = {value.text.data + 2, 3}};
    const struct weir_match match = {.evidence = &evidence, .evidence_count = 1};
    const struct weir_item item = {.origin.topic = WEIR_TEXT_LITERAL("t"), .values = &value, .value_count = 1};
    const struct backtest_candidate candidate = {&item, &match, &fixture->settings->fields, true};
    struct backtest_samples samples = {0};
    assert_int_equal(backtest_samples_offer(&samples, 1, &candidate), WEIR_OK);
    assert_true(weir_text_is(samples.at[0].excerpt, "red"));
    assert_int_equal(samples.at[0].marks[0].end, 3);
    backtest_samples_free(&samples);
}

#define WITH(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(report__text__as_a_person_reads_it),
        WITH(report__control_characters_in_a_post__never_reach_the_terminal),
        WITH(report__json__counts_and_status),
        WITH(samples__another_order__the_same_report),
        WITH(samples__many_histories__every_place_is_chosen),
        WITH(sample__long_text__cut_around_the_evidence_on_whole_characters),
        WITH(sample__a_quote_longer_than_an_excerpt__cut),
        WITH(sample__evidence_in_another_field__that_field),
        WITH(samples__none_wanted__counts_alone),
        WITH(samples__quotes_only__nothing_around_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
