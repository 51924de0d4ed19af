/* From what a daemon says to lines: which figures, in which order, and never wider or more than there is room for. How
 * wide a line is, the C library says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../src/run/top_view.h"

#include <locale.h>
#include <stdlib.h>
#include <wchar.h>

static json_t *parse(const char *text)
{
    json_error_t wrong;
    json_t *root = json_loads(text, 0, &wrong);
    if (!root)
        fail_msg("%s: %s", text, wrong.text);
    return root;
}

static json_t *make_status(void)
{
    return parse(
        "{\"schema\":\"weir.status/1\",\"version\":\"0.1.0\",\"now_ms\":1700007500000,\"started_ms\":"
        "1700000000000,\"workers\":2,\"working\":2,\"unready\":null,\"delivery\":\"exactly_once\","
        "\"ruleset\":{\"generation\":3,\"rules\":168,\"sha256\":"
        "\"44595e5997eec731330b39ff4719f7d266eae0b9c68fd7480bc2c555c52364de\",\"loaded_ms\":1700007200000},"
        "\"counts\":{\"messages\":1234567,\"flags\":321,\"shadow_flags\":7,\"overflow_flags\":5,\"repeats\":4,"
        "\"dead_letters\":3,\"inconclusive\":2,\"truncated\":1,\"delivered\":336,\"retried\":8,"
        "\"transactions\":55,\"transactions_aborted\":6,\"partitions\":12,\"lag\":98765},"
        "\"delays\":{\"sum_ms\":1,\"buckets\":[{\"up_to_ms\":5,\"flags\":300},{\"up_to_ms\":10,\"flags\":21}]},"
        "\"troubles\":[],\"flags\":[]}");
}

static void add_flags(json_t *status, const char *rule, const char *category, const char *output, int flags)
{
    json_array_append_new(json_object_get(status, "flags"),
                          json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i}", "rule", rule, "category", category,
                                    "severity", "high", "kind", "post", "lang", "en", "output", output, "flags",
                                    flags));
}

/* count intervals of 10 s, the last one with `flags` of the rule. */
static json_t *make_history(size_t count, const char *rule, int flags)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        bool is_last = i + 1 == count;
        json_t *interval = json_pack("{s:I, s:I, s:i, s:i, s:i, s:[i,i,i]}", "from_ms",
                                     (json_int_t)(1700000000000 + (int64_t)i * 10000), "to_ms",
                                     (json_int_t)(1700000010000 + (int64_t)i * 10000), "messages", is_last ? 500 : 100,
                                     "flags", 1, "lag", (int)i, "delays", 0, is_last ? 1 : 0, 0);
        json_object_set_new(
            interval, "rules",
            json_pack("[{s:s, s:s, s:i}]", "rule", rule, "category", "c", "flags", is_last ? flags : 1));
        json_object_set_new(interval, "categories", json_pack("[{s:s, s:i}]", "category", "c", "flags", 3));
        json_array_append_new(list, interval);
    }
    return json_pack("{s:o}", "intervals", list);
}

/* Takes both. */
static struct top_look *look_at(json_t *status, json_t *history)
{
    struct top_look *look = NULL;
    struct weir_error error = {0};
    char *text = json_dumps(status, 0);
    if (top_look_new(weir_text_of(text), history, &look, &error) != WEIR_OK)
        fail_msg("%s", error.text);
    free(text);
    json_decref(status);
    json_decref(history);
    return look;
}

static char *write_view(const struct top_view *view)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(top_view_write(view, out), WEIR_OK);
    fclose(out);
    return text;
}

static void assert_says(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("'%s' is not in:\n%s", words, text);
}

static void assert_says_not(const char *text, const char *words)
{
    if (strstr(text, words))
        fail_msg("'%s' is in:\n%s", words, text);
}

/* Lines of the text; none is wider than so many columns. */
static size_t assert_fits(const char *text, size_t columns)
{
    size_t count = 0;
    for (const char *at = text; *at; count++) {
        wchar_t wide[1024];
        char line[4096];
        size_t length = strcspn(at, "\n");
        assert_true(length < sizeof line);
        memcpy(line, at, length);
        line[length] = '\0';
        size_t taken = mbstowcs(wide, line, sizeof wide / sizeof *wide);
        int width = taken == SIZE_MAX ? -1 : wcswidth(wide, taken);
        if (width < 0 || (size_t)width > columns)
            fail_msg("%d columns instead of %zu: %s", width, columns, line);
        at += length + (at[length] == '\n');
    }
    return count;
}

/* ---- Figures ---- */

static void view__a_status__all_figures(void **state)
{
    static const char *const said[] = {"at work",           "0.1.0",
                                       "http://h:1",        "up 2 h 5 min",
                                       "2 of 2 workers",    "50/s",
                                       "1,234,567 since",   "98,765 not read",
                                       "12 partitions",     "321 to review",
                                       "5 in overflow",     "7 in shadow",
                                       "4 repeats",         "3 dead letters",
                                       "2 inconclusive",    "1 truncated",
                                       "exactly_once",      "336 records",
                                       "8 retried",         "55 transactions",
                                       "6 aborted",         "generation 3",
                                       "168 rules",         "loaded 5 min ago",
                                       "half within 10 ms", "in the last 1 min",
                                       "44595e5997ee",      "50/s at most",
                                       "9 at most",         "99 % within 10 ms"};
    (void)state;
    json_t *status = make_status();
    add_flags(status, "p.a", "c", "review", 10);
    struct top_look *look = look_at(status, make_history(10, "p.a", 7));
    struct top_view view = {.address = "http://h:1", .look = look};
    char *text = write_view(&view);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        assert_says(text, said[i]);
    assert_says_not(text, "\033");
    assert_says_not(text, "reload failed");
    assert_says(text, "sha256 44595e5997eec731330b39ff4719f7d266eae0b9c68fd7480bc2c555c52364de");
    free(text);
    top_look_free(look);
}

static void rates__looks_history_neither__as_each_says(void **state)
{
    (void)state;
    struct top_look *before = look_at(make_status(), NULL);
    struct top_look *look = look_at(make_status(), make_history(3, "p.a", 1));
    struct top_look *alone = look_at(make_status(), NULL);
    before->counts[WEIR_COUNT_MESSAGES] -= 3000;
    before->now_ms -= 2000;
    struct top_view view = {.address = "http://h:1", .look = look, .before = before};
    char *text = write_view(&view);
    assert_says(text, "messages  1,500/s");
    free(text);
    before->started_ms -= 1; /* another process: nothing can be compared */
    text = write_view(&view);
    assert_says(text, "messages  50/s");
    free(text);
    view = (struct top_view){.address = "http://h:1", .look = alone};
    text = write_view(&view);
    assert_says(text, "messages  165/s");
    free(text);
    top_look_free(before);
    top_look_free(look);
    top_look_free(alone);
}

static void rows__several_of_a_rule__summed_and_sorted(void **state)
{
    (void)state;
    json_t *status = make_status();
    add_flags(status, "p.few", "c", "review", 10);
    add_flags(status, "p.many", "d", "review", 60);
    add_flags(status, "p.many", "d", "review", 40);
    add_flags(status, "p.many", "d", "overflow", 5);
    add_flags(status, "p.many", "d", "shadow", 7);
    add_flags(status, "p.none", "d", "shadow", 3);
    struct top_look *look = look_at(status, make_history(8, "p.few", 8));
    assert_int_equal(look->rules.count, 3);
    assert_int_equal(look->categories.count, 2);
    struct top_view view = {.address = "http://h:1", .look = look};
    char *text = write_view(&view);
    /* Of the last six intervals 13 flags, of all eight 15; of the category three in each, those of other rules too. */
    assert_says(text, "       10     18      24        0       0  c\n");
    assert_says(text, "      100    0.0       0        5       7  high      p.many\n"
                      "       10     13      15        0       0  high      p.few\n"
                      "        0    0.0       0        0       3  high      p.none\n");
    free(text);
    top_look_free(look);
}

static void rate__of_a_flood__in_its_column(void **state)
{
    static const struct {
        int flags; /* in the last of six intervals of 10 s */
        const char *row;
    } cases[] = {{9994, "  9,999   9,999        0"},
                 {99994, " 99,999  99,999        0"},
                 {2000000000, "  2.0 G   2.0 G        0"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *status = make_status();
        add_flags(status, "p.few", "c", "review", 10);
        struct top_look *look = look_at(status, make_history(6, "p.few", cases[i].flags));
        struct top_view view = {.address = "http://h:1", .look = look};
        char *text = write_view(&view);
        assert_says(text, cases[i].row);
        free(text);
        top_look_free(look);
    }
}

static void order__by_rate__the_busy_rule_first(void **state)
{
    (void)state;
    json_t *status = make_status();
    add_flags(status, "p.few", "c", "review", 10);
    add_flags(status, "p.many", "d", "review", 100);
    struct top_look *look = look_at(status, make_history(8, "p.few", 8));
    struct top_view view = {.address = "http://h:1", .look = look};
    char *by_flags = write_view(&view);
    view.order = TOP_BY_RATE;
    char *by_rate = write_view(&view);
    assert_true(strstr(by_flags, "p.many") < strstr(by_flags, "p.few"));
    assert_true(strstr(by_rate, "p.few") < strstr(by_rate, "p.many"));
    free(by_flags);
    free(by_rate);
    top_look_free(look);
}

/* ---- What is wrong ---- */

static void trouble__each_kind__said(void **state)
{
    (void)state;
    json_t *status = make_status();
    json_object_set_new(status, "unready", json_string("no broker answers"));
    json_array_append_new(json_object_get(status, "troubles"),
                          json_pack("{s:s, s:s}", "event", "broker_down", "subject", "kafka:9092"));
    json_object_set_new(json_object_get(status, "ruleset"), "last_failure",
                        json_pack("{s:I, s:s}", "at_ms", (json_int_t)1700007380000, "reason", "rules.yaml:3:1: no"));
    struct top_look *look = look_at(status, NULL);
    struct top_view view = {.address = "http://h:1", .look = look, .is_paused = true};
    char *text = write_view(&view);
    assert_says(text, "no broker answers");
    assert_says_not(text, "at work");
    assert_says(text, "broker_down: kafka:9092");
    assert_says(text, "a reload failed 2 min ago:  rules.yaml:3:1: no");
    assert_says(text, "paused");
    free(text);
    view.lost = "Connection refused";
    memcpy(view.lost_since, "03:12:05", sizeof "03:12:05");
    text = write_view(&view);
    assert_says(text, "not reachable since 03:12:05  Connection refused");
    assert_says(text, "321 to review"); /* what it last said stays */
    free(text);
    top_look_free(look);
}

static void look__no_status__refused(void **state)
{
    static const char *const documents[] = {
        "", "{", "[]", "null", "{}", "{\"schema\":\"weir.status/2\"}", "{\"schema\":1}"};
    (void)state;
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        struct top_look *look = NULL;
        struct weir_error error = {0};
        assert_int_equal(top_look_new(weir_text_of(documents[i]), NULL, &look, &error), WEIR_INVALID);
        assert_null(look);
    }
}

static void look__bare_or_hostile_values__nought(void **state)
{
    static const char *const documents[] = {
        "{\"schema\":\"weir.status/1\"}",
        "{\"schema\":\"weir.status/1\",\"counts\":[],\"flags\":{},\"delays\":7,\"ruleset\":\"x\",\"troubles\":5}",
        "{\"schema\":\"weir.status/1\",\"now_ms\":-9223372036854775808,\"started_ms\":9223372036854775807,"
        "\"counts\":{\"messages\":-5,\"lag\":9223372036854775807},\"flags\":[1,null,{\"flags\":-1}],"
        "\"ruleset\":{\"loaded_ms\":-9223372036854775808,\"sha256\":\"\\u00e4\\u00e4\"}}"};
    (void)state;
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        json_t *history = parse("{\"intervals\":[{\"from_ms\":9223372036854775807,\"to_ms\":-1,\"messages\":-1},3]}");
        struct top_look *look = look_at(parse(documents[i]), history);
        struct top_view view = {.address = "http://h:1", .look = look, .columns = 40, .rows = 60};
        char *text = write_view(&view);
        assert_true(assert_fits(text, 40) <= 60);
        assert_says(text, "0 dead letters");
        free(text);
        top_look_free(look);
    }
}

/* ---- Room ---- */

static void names__that_act_on_a_terminal__harmless(void **state)
{
    (void)state;
    json_t *status = make_status();
    add_flags(status, "p.\033[2Jx\n\tz\xE2\x80\xAE", "c\x1B]0;t\x07", "review", 9);
    json_object_set_new(status, "version", json_string("0\033[31m\r\n1"));
    json_array_append_new(json_object_get(status, "troubles"), json_pack("{s:s, s:s}", "event", "e\x07", "subject",
                                                                         "\xC2\x9B"
                                                                         "31m"));
    struct top_look *look = look_at(status, NULL);
    struct top_view view = {.address = "http://h:1", .look = look};
    char *text = write_view(&view);
    assert_says_not(text, "\033");
    assert_says_not(text, "\a");
    assert_says_not(text, "\r");
    assert_says_not(text, "\xC2\x9B");
    assert_says_not(text, "\xE2\x80\xAE");
    assert_says(text, "[2Jx  z");
    free(text);
    top_look_free(look);
}

/* Of 10,000 rules every third has a Chinese name of 27 columns. */
static json_t *make_many(void)
{
    json_t *status = make_status();
    for (int i = 0; i < 10000; i++) {
        char rule[128];
        char category[64];
        snprintf(rule, sizeof rule,
                 i % 3 == 0 ? "\xE8\xAF\x88\xE9\xAA\x97.\xE5\xAE\x89\xE5\x85\xA8\xE8\xB4\xA6\xE6\x88\xB7\xE8\xBD\xAC"
                              "\xE8\xB4\xA6\xE5\x88\xB0\xE5\xAE\x89\xE5\x85\xA8-%d"
                            : "pack.a-rule-with-quite-a-long-name-%d",
                 i);
        snprintf(category, sizeof category, "category_%d", i % 15);
        add_flags(status, rule, category, "review", 100000000 - i);
        add_flags(status, rule, category, "shadow", i + 1);
    }
    return status;
}

static void assert_fits_everywhere(const struct top_look *look, bool must_be_filled)
{
    static const struct {
        size_t columns, rows;
    } sizes[] = {{80, 24}, {80, 50}, {40, 24}, {40, 60}, {120, 30}, {200, 100}, {20, 10}, {80, 1}, {80, 5}, {41, 23}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct top_view view = {
            .address = "http://127.0.0.1:8377", .look = look, .columns = sizes[i].columns, .rows = sizes[i].rows};
        char *text = write_view(&view);
        size_t count = assert_fits(text, sizes[i].columns);
        assert_true(count <= sizes[i].rows);
        if (must_be_filled && sizes[i].columns >= 40 && sizes[i].rows >= 23) {
            assert_int_equal(count, sizes[i].rows);
            assert_says(text, " of 10,000");
            assert_says(text, "FLAGS");
        }
        free(text);
    }
}

static void view__many_rules__fits_and_is_filled(void **state)
{
    (void)state;
    struct top_look *look =
        look_at(make_many(), make_history(TOP_INTERVALS_MAX, "pack.a-rule-with-quite-a-long-name-1", 9));
    assert_int_equal(look->rules.count, 10000);
    assert_fits_everywhere(look, true);
    struct top_view plain = {.address = "http://127.0.0.1:8377", .look = look};
    char *text = write_view(&plain);
    assert_says(text, "RULE, 20 of 10,000");
    assert_says(text, "category_14\n");
    free(text);
    top_look_free(look);
}

static void view__much_to_say__fits(void **state)
{
    (void)state;
    json_t *status = make_many();
    for (int i = 0; i < 30; i++)
        json_array_append_new(json_object_get(status, "troubles"),
                              json_pack("{s:s, s:s}", "event", "source_topic_missing", "subject",
                                        "\xE5\xB8\x96\xE5\xAD\x90-and-a-long-name-of-a-topic-without-a-space-in-it"));
    json_object_set_new(json_object_get(status, "ruleset"), "last_failure",
                        json_pack("{s:I, s:s}", "at_ms", (json_int_t)1700007380000, "reason",
                                  "/etc/weir/rules/\xE8\xAF\x88\xE9\xAA\x97.yaml:3:1: unknown key 'pakc'"));
    struct top_look *look = look_at(status, NULL);
    assert_fits_everywhere(look, false);
    top_look_free(look);
}

static void colour__asked_for__only_then(void **state)
{
    (void)state;
    struct top_look *look = look_at(make_status(), NULL);
    struct top_view view = {.address = "http://h:1", .look = look, .has_colour = true, .columns = 80, .rows = 24};
    char *text = write_view(&view);
    assert_says(text, "\033[32mat work\033[0m");
    free(text);
    view.has_colour = false;
    text = write_view(&view);
    assert_says_not(text, "\033");
    free(text);
    top_look_free(look);
}

static void delay__buckets__bound_of_the_share(void **state)
{
    const uint64_t none[WEIR_DELAY_BUCKETS] = {0};
    const uint64_t some[WEIR_DELAY_BUCKETS] = {98, 0, 1, [WEIR_DELAY_BUCKETS - 1] = 1};
    (void)state;
    assert_int_equal(top_delay_within(none, 0.5), -1);
    assert_int_equal(top_delay_within(some, 0.5), 5);
    assert_int_equal(top_delay_within(some, 0.99), 20);
    assert_int_equal(top_delay_within(some, 1), INT64_MAX);
}

static int set_locale(void **state)
{
    (void)state;
    return setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(view__a_status__all_figures),
        cmocka_unit_test(rates__looks_history_neither__as_each_says),
        cmocka_unit_test(rows__several_of_a_rule__summed_and_sorted),
        cmocka_unit_test(rate__of_a_flood__in_its_column),
        cmocka_unit_test(order__by_rate__the_busy_rule_first),
        cmocka_unit_test(trouble__each_kind__said),
        cmocka_unit_test(look__no_status__refused),
        cmocka_unit_test(look__bare_or_hostile_values__nought),
        cmocka_unit_test(names__that_act_on_a_terminal__harmless),
        cmocka_unit_test(view__many_rules__fits_and_is_filled),
        cmocka_unit_test(view__much_to_say__fits),
        cmocka_unit_test(colour__asked_for__only_then),
        cmocka_unit_test(delay__buckets__bound_of_the_share),
    };
    return cmocka_run_group_tests(tests, set_locale, NULL);
}
