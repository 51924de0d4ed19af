/* What two rule sets have in common and what not, counted over a history in memory. */
#include "backtesting.h"

#include "../../../src/run/backtest_tally.h"

static const struct backtest_rule *find_rule(const struct fixture *fixture, const char *id)
{
    for (size_t i = 0; i < fixture->backtest->rule_count; i++) {
        const struct backtest_rule *rule = &fixture->backtest->rules[i];
        if (strcmp((rule->rule[0] ? rule->rule[0] : rule->rule[1])->id, id) == 0)
            return rule;
    }
    fail_msg("no rule %s", id);
    return NULL;
}

static void assert_rule(const struct fixture *fixture, const char *id, const uint64_t expected[5])
{
    const struct backtest_rule *rule = find_rule(fixture, id);
    assert_int_equal(rule->flagged[WEIR_BACKTEST_OLD], expected[0]);
    assert_int_equal(rule->flagged[WEIR_BACKTEST_NEW], expected[1]);
    assert_int_equal(rule->changes[BACKTEST_ADDED], expected[2]);
    assert_int_equal(rule->changes[BACKTEST_REMOVED], expected[3]);
    assert_int_equal(rule->moved, expected[4]);
}

static void assert_channel(const struct fixture *fixture, enum weir_channel channel, uint64_t old, uint64_t new,
                           uint64_t both)
{
    const struct backtest_flags *flags = &fixture->backtest->channels[channel];
    assert_int_equal(flags->flagged[WEIR_BACKTEST_OLD], old);
    assert_int_equal(flags->flagged[WEIR_BACKTEST_NEW], new);
    assert_int_equal(flags->both, both);
    assert_int_equal(backtest_flags_changed(flags, BACKTEST_ADDED), new - both);
    assert_int_equal(backtest_flags_changed(flags, BACKTEST_REMOVED), old - both);
}

static void count__rules_come_go_and_change__each_item_once_for_each(void **state)
{
    struct fixture *fixture = *state;
    load_side(fixture, WEIR_BACKTEST_OLD,
              RULE("gone", "active", "a: {literals: [red]}", EXAMPLES)
                  RULE("kept", "active", "a: {literals: [blue]}", EXAMPLES)
                      RULE("wider", "active", "a: {literals: [green]}", EXAMPLES));
    load_side(fixture, WEIR_BACKTEST_NEW,
              RULE("come", "shadow", "a: {literals: [white]}", EXAMPLES)
                  RULE("wider", "active", "a: {literals: [green, grey]}", EXAMPLES)
                      RULE("kept", "active", "b: {literals: [blue]}", EXAMPLES));
    const char *const posts[] = {
        "{\"text\":\"red and blue\"}", "{\"text\":\"red\"}",   "{\"text\":\"green\"}",
        "{\"text\":\"green, grey\"}",  "{\"text\":\"grey\"}",  "{\"text\":\"white blue\"}",
        "{\"text\":\"nothing\"}",      "{\"text\":\"white\"}", "{\"text\":\"red red red\"}",
    };
    run_all(fixture, posts, COUNT_OF(posts));
    assert_rule(fixture, "p.gone", (const uint64_t[]){3, 0, 0, 3, 0});
    assert_rule(fixture, "p.come", (const uint64_t[]){0, 2, 2, 0, 0});
    assert_rule(fixture, "p.kept", (const uint64_t[]){2, 2, 0, 0, 0}); /* another pattern's name is no change */
    assert_rule(fixture, "p.wider", (const uint64_t[]){2, 3, 1, 0, 1});
    assert_channel(fixture, WEIR_CHANNEL_REVIEW, 6, 5, 4);
    assert_channel(fixture, WEIR_CHANNEL_SHADOW, 0, 2, 0);
    assert_int_equal(fixture->backtest->messages, COUNT_OF(posts));
    assert_false(fixture->backtest->is_partial);
}

static void count__a_rule_leaves_the_trial__moves_between_channels_without_a_change(void **state)
{
    struct fixture *fixture = *state;
    load_side(fixture, WEIR_BACKTEST_OLD, RULE("trial", "shadow", "a: {literals: [red]}", EXAMPLES));
    load_side(fixture, WEIR_BACKTEST_NEW, RULE("trial", "active", "a: {literals: [red]}", EXAMPLES));
    const char *const posts[] = {"{\"text\":\"red\"}", "{\"text\":\"redder\"}"};
    run_all(fixture, posts, COUNT_OF(posts));
    assert_rule(fixture, "p.trial", (const uint64_t[]){1, 1, 0, 0, 0});
    assert_channel(fixture, WEIR_CHANNEL_REVIEW, 0, 1, 0);
    assert_channel(fixture, WEIR_CHANNEL_SHADOW, 1, 0, 0);
}

static void count__two_patterns_at_one_place__no_other_evidence(void **state)
{
    struct fixture *fixture = *state;
    load_side(fixture, WEIR_BACKTEST_OLD, RULE("r", "active", "a: {literals: [red]}", EXAMPLES));
    load_side(fixture, WEIR_BACKTEST_NEW, RULE("r", "active", "a: {literals: [red]}, b: {regex: 'r.d'}", EXAMPLES));
    const char *const posts[] = {"{\"text\":\"red\"}", "{\"text\":\"red rod\"}"};
    run_all(fixture, posts, COUNT_OF(posts));
    assert_rule(fixture, "p.r", (const uint64_t[]){2, 2, 0, 0, 1});
}

/* The old set needs the folded text alone, the new one the exact text as well: neither sees less for the other. */
static void count__sets_that_need_other_views__both_see_theirs(void **state)
{
    struct fixture *fixture = *state;
    load_side(fixture, WEIR_BACKTEST_OLD, RULE("r", "active", "a: {literals: [red]}", EXAMPLES));
    load_side(fixture, WEIR_BACKTEST_NEW, RULE("r", "active", "a: {literals: [RED], view: exact}", EXAMPLES));
    const char *const posts[] = {"{\"text\":\"RED\"}", "{\"text\":\"red\"}", "{\"text\":\"ｒｅｄ\"}"};
    run_all(fixture, posts, COUNT_OF(posts));
    assert_rule(fixture, "p.r", (const uint64_t[]){3, 1, 0, 2, 0});
}

static void count__payloads_that_cannot_be_read__by_reason(void **state)
{
    struct fixture *fixture = *state;
    load_side(fixture, WEIR_BACKTEST_OLD, RULE("r", "active", "a: {literals: [red]}", EXAMPLES));
    load_side(fixture, WEIR_BACKTEST_NEW, RULE("r", "active", "a: {literals: [red]}", EXAMPLES));
    const char *const posts[] = {"{\"text\":\"red\"}", "red", "[\"red\"]", "", "{\"id\":\"1\"}", "{\"text\":"};
    run_all(fixture, posts, COUNT_OF(posts));
    assert_int_equal(fixture->backtest->bad[WEIR_BAD_NOT_JSON], 2);
    assert_int_equal(fixture->backtest->bad[WEIR_BAD_NOT_OBJECT], 1);
    assert_int_equal(fixture->backtest->bad[WEIR_BAD_EMPTY], 1);
    assert_int_equal(fixture->backtest->bad[WEIR_BAD_NO_TEXT], 1);
    struct weir_backtest_totals totals = weir_backtest_totals(fixture->backtest);
    assert_int_equal(totals.messages, 6);
    assert_int_equal(totals.bad, 5);
    assert_rule(fixture, "p.r", (const uint64_t[]){1, 1, 0, 0, 0});
}

static void run__the_source_breaks__partial_with_its_error(void **state)
{
    struct fixture *fixture = *state;
    load_side(fixture, WEIR_BACKTEST_OLD, RULE("r", "active", "a: {literals: [red]}", EXAMPLES));
    load_side(fixture, WEIR_BACKTEST_NEW, RULE("r", "active", "a: {literals: [red]}", EXAMPLES));
    const char *const posts[] = {"{\"text\":\"red\"}", "{\"text\":\"red\"}"};
    struct weir_error error = {.status = WEIR_UNAVAILABLE, .text = "the disk is gone"};
    assert_int_equal(run_sets(fixture, posts, COUNT_OF(posts), 1, 5, &error), WEIR_UNAVAILABLE);
    assert_string_equal(error.text, "the disk is gone");
    assert_true(fixture->backtest->is_partial);
    assert_rule(fixture, "p.r", (const uint64_t[]){2, 2, 0, 0, 0});
}

static bool stop_after_ten(void *context, const struct weir_backtest *backtest)
{
    (void)context;
    return weir_backtest_totals(backtest).messages < 10;
}

static void run__stopped__partial_with_what_was_counted(void **state)
{
    struct fixture *fixture = *state;
    static const struct weir_source_operations operations = {.poll = poll_memory};
    const char *posts[100];
    load_side(fixture, WEIR_BACKTEST_OLD, RULE("r", "active", "a: {literals: [red]}", EXAMPLES));
    load_side(fixture, WEIR_BACKTEST_NEW, RULE("s", "active", "a: {literals: [red]}", EXAMPLES));
    for (size_t i = 0; i < COUNT_OF(posts); i++)
        posts[i] = "{\"text\":\"red\"}";
    struct memory_source memory = {
        .source.operations = &operations, .payloads = posts, .count = COUNT_OF(posts), .step = 1};
    const struct weir_backtest_options options = {.rulesets = {fixture->rulesets[0], fixture->rulesets[1]}};
    const struct weir_backtest_run run = {
        .settings = fixture->settings, .chars = fixture->chars, .source = &memory.source, .go_on = stop_after_ten};
    struct weir_error error = {0};
    assert_int_equal(weir_backtest_new(&options, &fixture->backtest), WEIR_OK);
    assert_int_equal(weir_backtest_run(&run, fixture->backtest, &error), WEIR_RETRY);
    assert_true(fixture->backtest->is_partial);
    assert_int_equal(fixture->backtest->messages, 14); /* whole batches of 7 */
    assert_rule(fixture, "p.r", (const uint64_t[]){14, 0, 0, 14, 0});
    assert_int_equal(find_rule(fixture, "p.r")->samples[BACKTEST_REMOVED].count, 0);
}

static void ranking__largest_change_first__quiet_rules_left_out(void **state)
{
    struct fixture *fixture = *state;
    load_side(fixture, WEIR_BACKTEST_OLD,
              RULE("few", "active", "a: {literals: [red]}", EXAMPLES)
                  RULE("same", "active", "a: {literals: [blue]}", EXAMPLES)
                      RULE("quiet", "active", "a: {literals: [black]}", EXAMPLES)
                          RULE("moved", "active", "a: {literals: [blue]}", EXAMPLES));
    load_side(fixture, WEIR_BACKTEST_NEW,
              RULE("few", "active", "a: {literals: [rose]}", EXAMPLES)
                  RULE("same", "active", "a: {literals: [blue]}", EXAMPLES)
                      RULE("quiet", "active", "a: {literals: [black]}", EXAMPLES)
                          RULE("moved", "active", "a: {literals: [blue sky]}", EXAMPLES)
                              RULE("idle", "active", "a: {literals: [pink]}", EXAMPLES));
    const char *const posts[] = {"{\"text\":\"red\"}", "{\"text\":\"rose\"}", "{\"text\":\"blue sky\"}"};
    static const char *const expected[] = {"p.few", "p.moved", "p.idle", "p.same"};
    run_all(fixture, posts, COUNT_OF(posts));
    size_t count;
    const struct backtest_rule **ranking = backtest_ranking(fixture->backtest, &count);
    assert_non_null(ranking);
    assert_int_equal(count, COUNT_OF(expected));
    for (size_t i = 0; i < count; i++)
        assert_string_equal(ranking[i]->rule[WEIR_BACKTEST_NEW]->id, expected[i]);
    free(ranking);
}

#define WITH(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(count__rules_come_go_and_change__each_item_once_for_each),
        WITH(count__a_rule_leaves_the_trial__moves_between_channels_without_a_change),
        WITH(count__two_patterns_at_one_place__no_other_evidence),
        WITH(count__sets_that_need_other_views__both_see_theirs),
        WITH(count__payloads_that_cannot_be_read__by_reason),
        WITH(run__the_source_breaks__partial_with_its_error),
        WITH(run__stopped__partial_with_what_was_counted),
        WITH(ranking__largest_change_first__quiet_rules_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
