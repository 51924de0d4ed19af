/* Flags by rule: sums, bounds on what comes from outside, and what is new since an earlier reading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "weir/tally.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define ROWS_MAX 65536
#define LANGS_MAX 64

static struct weir_tally_key make_key(const char *rule, const char *lang)
{
    struct weir_tally_key key = {.rule = rule, .category = "scams_and_fraud", .severity = "high", .kind = WEIR_POST};
    weir_tally_lang(weir_text_of(lang), key.lang);
    return key;
}

static uint64_t count_of(struct weir_tally *tally, const char *rule, const char *lang)
{
    struct weir_tally_row *rows;
    size_t count;
    uint64_t flags = 0;
    assert_int_equal(weir_tally_read(tally, &rows, &count), WEIR_OK);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].key.rule, rule) == 0 && (!lang || strcmp(rows[i].key.lang, lang) == 0))
            flags += rows[i].flags;
    free(rows);
    return flags;
}

static void lang__tags__first_subtag(void **state)
{
    static const struct {
        const char *tag;
        const char *lang;
    } cases[] = {{"en", "en"},    {"en-GB", "en"},  {"ZH_hant", "zh"}, {"yue", "yue"},
                 {"", "und"},     {"x", "other"},   {"e1", "other"},   {"english", "other"},
                 {"??", "other"}, {"-en", "other"}, {"en GB", "other"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char lang[WEIR_TALLY_LANG_SIZE];
        weir_tally_lang(weir_text_of(cases[i].tag), lang);
        assert_string_equal(lang, cases[i].lang);
    }
}

static void add__many_rules__each_summed(void **state)
{
    (void)state;
    struct weir_tally *tally = weir_tally_new();
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 3000; i++) {
            char rule[32];
            snprintf(rule, sizeof rule, "pack.rule-%d", i);
            struct weir_tally_key key = make_key(rule, i % 2 ? "en" : "zh-Hans");
            weir_tally_add(tally, &key);
        }
    }
    struct weir_tally_row *rows;
    size_t count;
    assert_int_equal(weir_tally_read(tally, &rows, &count), WEIR_OK);
    assert_int_equal(count, 3000);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(rows[i].flags, 3);
        assert_true(i == 0 || strcmp(rows[i - 1].key.rule, rows[i].key.rule) < 0);
    }
    free(rows);
    assert_int_equal(count_of(tally, "pack.rule-7", "en"), 3);
    assert_int_equal(count_of(tally, "pack.rule-8", "zh"), 3);
    weir_tally_free(tally);
}

static void add__languages_without_end__bounded(void **state)
{
    (void)state;
    struct weir_tally *tally = weir_tally_new();
    for (int i = 0; i < 26 * 26; i++) {
        const char tag[] = {(char)('a' + i / 26), (char)('a' + i % 26), '\0'};
        struct weir_tally_key key = make_key("pack.rule", tag);
        weir_tally_add(tally, &key);
    }
    assert_int_equal(count_of(tally, "pack.rule", NULL), 26 * 26);
    assert_int_equal(count_of(tally, "pack.rule", "aa"), 1);
    assert_int_equal(count_of(tally, "pack.rule", WEIR_TALLY_OTHER), 26 * 26 - LANGS_MAX);
    weir_tally_free(tally);
}

static void add__rules_without_end__bounded_and_none_lost(void **state)
{
    (void)state;
    const int total = ROWS_MAX + 1000;
    struct weir_tally *tally = weir_tally_new();
    for (int i = 0; i < total; i++) {
        char rule[32];
        snprintf(rule, sizeof rule, "pack.rule-%d", i);
        struct weir_tally_key key = make_key(rule, "en");
        weir_tally_add(tally, &key);
    }
    struct weir_tally_row *rows;
    size_t count;
    uint64_t flags = 0;
    assert_int_equal(weir_tally_read(tally, &rows, &count), WEIR_OK);
    for (size_t i = 0; i < count; i++)
        flags += rows[i].flags;
    free(rows);
    assert_int_equal(flags, total);
    assert_int_equal(count, ROWS_MAX + 1);
    assert_int_equal(count_of(tally, WEIR_TALLY_OTHER, NULL), 1000);
    weir_tally_free(tally);
}

static void *add_some(void *tally)
{
    for (int i = 0; i < 10000; i++) {
        char rule[32];
        snprintf(rule, sizeof rule, "pack.rule-%d", i % 300);
        struct weir_tally_key key = make_key(rule, "en");
        weir_tally_add(tally, &key);
    }
    return NULL;
}

static void add__several_threads__none_lost(void **state)
{
    (void)state;
    pthread_t threads[4];
    struct weir_tally *tally = weir_tally_new();
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, add_some, tally), 0);
    for (int i = 0; i < 100; i++)
        (void)count_of(tally, "pack.rule-1", NULL);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(count_of(tally, "pack.rule-1", NULL), 4 * (10000 / 300 + 1));
    weir_tally_free(tally);
}

static void since__two_readings__only_what_is_new(void **state)
{
    (void)state;
    struct weir_tally *tally = weir_tally_new();
    struct weir_tally_row *before, *now, news[4];
    size_t before_count, count;
    const struct weir_tally_key b = make_key("b", "en"), d = make_key("d", "en"), a = make_key("a", "en");
    weir_tally_add(tally, &b);
    weir_tally_add(tally, &d);
    assert_int_equal(weir_tally_read(tally, &before, &before_count), WEIR_OK);
    weir_tally_add(tally, &a);
    weir_tally_add(tally, &d);
    weir_tally_add(tally, &d);
    assert_int_equal(weir_tally_read(tally, &now, &count), WEIR_OK);
    assert_int_equal(weir_tally_since(now, count, before, before_count, news), 2);
    assert_string_equal(news[0].key.rule, "a");
    assert_int_equal(news[0].flags, 1);
    assert_string_equal(news[1].key.rule, "d");
    assert_int_equal(news[1].flags, 2);
    assert_int_equal(weir_tally_since(now, count, now, count, news), 0);
    assert_int_equal(weir_tally_since(before, before_count, NULL, 0, news), 2);
    free(before);
    free(now);
    weir_tally_free(tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lang__tags__first_subtag),
        cmocka_unit_test(add__many_rules__each_summed),
        cmocka_unit_test(add__languages_without_end__bounded),
        cmocka_unit_test(add__rules_without_end__bounded_and_none_lost),
        cmocka_unit_test(add__several_threads__none_lost),
        cmocka_unit_test(since__two_readings__only_what_is_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
