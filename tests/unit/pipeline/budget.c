/* Budgets: how many flags of a rule go to review in a minute, across rules, minutes, threads and reloads. */
#include "weir/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <pthread.h>

#define MINUTE INT64_C(29924457) /* since 1970; odd */
#define NOW_MS (MINUTE * WEIR_BUDGET_MINUTE_MS + 17000)
#define LATER_MS(minutes) (NOW_MS + (minutes)*WEIR_BUDGET_MINUTE_MS)

/* Rulesets of nothing but ids. */
static const struct weir_rule abc_rules[] = {{.id = "p.a"}, {.id = "p.b"}, {.id = "p.c"}};
static const struct weir_rule cb_rules[] = {{.id = "p.c"}, {.id = "p.b"}};
static const struct weir_ruleset abc = {.rules = abc_rules, .rule_count = 3};
static const struct weir_ruleset cb = {.rules = cb_rules, .rule_count = 2};

static struct weir_budget *open_budget(const struct weir_ruleset *ruleset, uint32_t per_minute,
                                       const struct weir_budget *before)
{
    struct weir_budget *budget = NULL;
    assert_int_equal(weir_budget_new(ruleset, per_minute, before, &budget), WEIR_OK);
    return budget;
}

static bool take(struct weir_budget *budget, const struct weir_rule *rule, int64_t now_ms)
{
    struct weir_match match = {.rule = rule};
    return weir_budget_take(budget, &match, 1, now_ms);
}

/* "p.a 5 2, p.b 4 1": what the summary of the minute says, after its start and the budget. */
static void check_summary(const struct weir_budget *budget, int64_t minute, const char *expected)
{
    char said[512] = "";
    size_t used = 0;
    struct weir_arena *arena = weir_arena_new(4096);
    struct weir_overflow overflow;
    assert_non_null(arena);
    assert_int_equal(weir_budget_summary(budget, minute * WEIR_BUDGET_MINUTE_MS, arena, &overflow), WEIR_OK);
    assert_int_equal(overflow.minute_ms, minute * WEIR_BUDGET_MINUTE_MS);
    for (size_t i = 0; i < overflow.rule_count; i++)
        used += (size_t)snprintf(said + used, sizeof said - used, "%s%s %llu %llu", i ? ", " : "", overflow.rules[i].id,
                                 (unsigned long long)overflow.rules[i].flags,
                                 (unsigned long long)overflow.rules[i].overflow);
    assert_string_equal(said, expected);
    weir_arena_free(arena);
}

static void take__one_rule__the_first_of_a_minute_pass(void **state)
{
    (void)state;
    struct weir_budget *budget = open_budget(&abc, 3, NULL);
    for (int i = 0; i < 8; i++)
        assert_int_equal(take(budget, &abc_rules[0], NOW_MS), i < 3);
    assert_true(take(budget, &abc_rules[1], NOW_MS));
    check_summary(budget, MINUTE, "p.a 8 5");
    weir_budget_free(budget);
}

static void take__next_minute__begins_anew_and_the_last_can_be_read(void **state)
{
    (void)state;
    struct weir_budget *budget = open_budget(&abc, 1, NULL);
    for (int i = 0; i < 4; i++)
        assert_int_equal(take(budget, &abc_rules[0], NOW_MS), i < 1);
    for (int i = 0; i < 3; i++)
        assert_int_equal(take(budget, &abc_rules[0], LATER_MS(1)), i < 1);
    check_summary(budget, MINUTE, "p.a 4 3");
    check_summary(budget, MINUTE + 1, "p.a 3 2");
    assert_true(take(budget, &abc_rules[0], LATER_MS(2)));
    check_summary(budget, MINUTE, "");
    check_summary(budget, MINUTE + 2, "");
    weir_budget_free(budget);
}

static void take__clock_set_back__goes_on(void **state)
{
    (void)state;
    struct weir_budget *budget = open_budget(&abc, 2, NULL);
    for (int i = 0; i < 5; i++)
        (void)take(budget, &abc_rules[0], NOW_MS);
    assert_true(take(budget, &abc_rules[0], LATER_MS(-60)));
    assert_true(take(budget, &abc_rules[0], LATER_MS(-60)));
    assert_false(take(budget, &abc_rules[0], LATER_MS(-60)));
    weir_budget_free(budget);
}

static void take__several_rules__overflow_only_when_all_are_over(void **state)
{
    (void)state;
    struct weir_match both[] = {{.rule = &abc_rules[0]}, {.rule = &abc_rules[1]}};
    struct weir_budget *budget = open_budget(&abc, 2, NULL);
    for (int i = 0; i < 4; i++)
        assert_int_equal(take(budget, &abc_rules[0], NOW_MS), i < 2);
    assert_true(weir_budget_take(budget, both, 2, NOW_MS));
    assert_true(weir_budget_take(budget, both, 2, NOW_MS));
    assert_false(weir_budget_take(budget, both, 2, NOW_MS));
    check_summary(budget, MINUTE, "p.a 7 3, p.b 3 1");
    weir_budget_free(budget);
}

static void reload__same_rules_in_another_order__counts_go_on(void **state)
{
    (void)state;
    struct weir_budget *old = open_budget(&abc, 2, NULL);
    for (int i = 0; i < 3; i++)
        assert_int_equal(take(old, &abc_rules[1], NOW_MS), i < 2);
    struct weir_budget *new = open_budget(&cb, 2, old);
    assert_true(take(new, &cb_rules[0], NOW_MS));
    assert_false(take(new, &cb_rules[1], NOW_MS));
    assert_false(take(old, &abc_rules[1], NOW_MS)); /* a worker that has not swapped yet */
    weir_budget_free(old);
    check_summary(new, MINUTE, "p.b 5 3");
    weir_budget_free(new);
}

static void reload__rule_taken_away__still_in_the_summary_of_its_minute(void **state)
{
    (void)state;
    struct weir_budget *old = open_budget(&abc, 1, NULL);
    for (int i = 0; i < 3; i++)
        (void)take(old, &abc_rules[0], NOW_MS);
    struct weir_budget *new = open_budget(&cb, 1, old);
    weir_budget_free(old);
    for (int i = 0; i < 2; i++)
        (void)take(new, &cb_rules[0], LATER_MS(1));
    old = new;
    new = open_budget(&cb, 1, old);
    weir_budget_free(old);
    check_summary(new, MINUTE, "p.a 3 2");
    check_summary(new, MINUTE + 1, "p.c 2 1");
    (void)take(new, &cb_rules[0], LATER_MS(2));
    old = new;
    new = open_budget(&abc, 1, old); /* the rule comes back, two minutes later, with nothing on its account */
    weir_budget_free(old);
    assert_true(take(new, &abc_rules[0], LATER_MS(2)));
    check_summary(new, MINUTE, "");
    weir_budget_free(new);
}

static void budget__without_rules__has_nothing_to_say(void **state)
{
    (void)state;
    static const struct weir_ruleset none = {0};
    struct weir_budget *old = open_budget(&none, 1, NULL);
    struct weir_budget *new = open_budget(&none, 1, old);
    weir_budget_free(old);
    check_summary(new, MINUTE, "");
    weir_budget_free(new);
    weir_budget_free(NULL);
}

/* ---- Threads ---- */

enum { THREADS = 4, MINUTES = 8, TAKES = 5000, BUDGET = 7000, GENERATIONS = 40 };

struct taker {
    pthread_t thread;
    _Atomic(struct weir_budget *) *budget;
    pthread_barrier_t *minute_begins;
    unsigned passed[MINUTES];
};

/* TAKES flags in each minute; no thread is a minute ahead, as the clock would have it. */
static void *take_many(void *context)
{
    struct taker *taker = context;
    for (int minute = 0; minute < MINUTES; minute++) {
        pthread_barrier_wait(taker->minute_begins);
        for (int i = 0; i < TAKES; i++)
            taker->passed[minute] += take(atomic_load(taker->budget), &abc_rules[0], LATER_MS(minute));
    }
    return NULL;
}

/* What every minute's summary says, read while the minute after it is counted. */
static void check_last_minute(const struct weir_budget *budget, int minute)
{
    char expected[64];
    snprintf(expected, sizeof expected, "p.a %d %d", THREADS * TAKES, THREADS * TAKES - BUDGET);
    if (minute >= 0)
        check_summary(budget, MINUTE + minute, expected);
}

static void take__threads_and_reloads__not_one_more_or_less(void **state)
{
    (void)state;
    struct weir_budget *generations[GENERATIONS] = {open_budget(&abc, BUDGET, NULL)};
    _Atomic(struct weir_budget *) current = generations[0];
    pthread_barrier_t minute_begins;
    struct taker takers[THREADS];
    size_t generation = 0;
    assert_int_equal(pthread_barrier_init(&minute_begins, NULL, THREADS + 1), 0);
    for (size_t i = 0; i < THREADS; i++) {
        takers[i] = (struct taker){.budget = &current, .minute_begins = &minute_begins};
        assert_int_equal(pthread_create(&takers[i].thread, NULL, take_many, &takers[i]), 0);
    }
    for (int minute = 0; minute < MINUTES; minute++) {
        pthread_barrier_wait(&minute_begins);
        for (int i = 0; i < GENERATIONS / MINUTES - 1; i++, generation++) {
            generations[generation + 1] = open_budget(&abc, BUDGET, generations[generation]);
            atomic_store(&current, generations[generation + 1]);
        }
        check_last_minute(generations[generation], minute - 1);
    }
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(takers[i].thread, NULL), 0);
    check_last_minute(generations[generation], MINUTES - 1);
    for (int minute = 0; minute < MINUTES; minute++) {
        unsigned passed = 0;
        for (size_t i = 0; i < THREADS; i++)
            passed += takers[i].passed[minute];
        assert_int_equal(passed, BUDGET);
    }
    for (size_t i = 0; i <= generation; i++)
        weir_budget_free(generations[i]);
    pthread_barrier_destroy(&minute_begins);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(take__one_rule__the_first_of_a_minute_pass),
        cmocka_unit_test(take__next_minute__begins_anew_and_the_last_can_be_read),
        cmocka_unit_test(take__clock_set_back__goes_on),
        cmocka_unit_test(take__several_rules__overflow_only_when_all_are_over),
        cmocka_unit_test(reload__same_rules_in_another_order__counts_go_on),
        cmocka_unit_test(reload__rule_taken_away__still_in_the_summary_of_its_minute),
        cmocka_unit_test(budget__without_rules__has_nothing_to_say),
        cmocka_unit_test(take__threads_and_reloads__not_one_more_or_less),
    };
    return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
