/* Repeats: what counts as the same flag, for how long, and in how much memory. */
#include "path_run.h"

#include "weir/repeats.h"

#include <malloc.h>
#include <string.h>

#define NOW_MS INT64_C(1795467475123)

static const char pack[] =
    "pack: t\nversion: 1.0.0\ndescription: d\nrules:\n"
    "- {id: t.red, title: t, why: w, category: scams_and_fraud, severity: low, fields: [text, author_name],\n"
    "   patterns: {p: {literals: [red]}}, examples: {flag: [red], pass: [x]}}\n"
    "- {id: t.day, title: t, why: w, category: scams_and_fraud, severity: low, languages: [en],\n"
    "   patterns: {p: {literals: [red]}}, examples: {flag: [{text: red, lang: en}], pass: [x]}}\n"
    "- {id: t.trial, title: t, why: w, category: scams_and_fraud, severity: low, status: shadow,\n"
    "   patterns: {p: {literals: [trial]}}, examples: {flag: [trial], pass: [x]}}\n";

/* ---- Through the path ---- */

static const char *text_of(const struct taken *taken, const char *key)
{
    return json_string_value(json_object_get(taken->json, key));
}

static long long repeats_of(const struct taken *taken)
{
    return json_integer_value(json_object_get(taken->json, "repeats"));
}

/* Passes the posts; the flag of each must repeat the flag `expected` of the list (-1: none) for the `repeats`th time.
 */
struct expectation {
    struct post post;
    int first;
    int repeats;
};

static void check_posts(const char *rules, const struct expectation *expected, size_t count)
{
    struct path_run *run = open_run(rules, NULL);
    struct post posts[32];
    assert_in_range(count, 1, 32);
    for (size_t i = 0; i < count; i++)
        posts[i] = expected[i].post;
    run->wall_ms = NOW_MS;
    pass_posts(run, posts, count);
    assert_int_equal(run->taken_count, count);
    for (size_t i = 0; i < count; i++) {
        const struct taken *taken = &run->taken[i];
        const char *repeat_of = text_of(taken, "repeat_of");
        if (repeats_of(taken) != expected[i].repeats)
            fail_msg("post %zu is repetition %lld, not %d", i, repeats_of(taken), expected[i].repeats);
        if (expected[i].first < 0)
            assert_null(repeat_of);
        else
            assert_string_equal(repeat_of, text_of(&run->taken[expected[i].first], "flag_id"));
    }
    close_run(run);
}

#define CHECK_POSTS(rules, ...)                                                                                        \
    check_posts(rules, (const struct expectation[]){__VA_ARGS__},                                                      \
                sizeof((const struct expectation[]){__VA_ARGS__}) / sizeof(struct expectation))

static void post__same_text_by_other_authors__counted(void **state)
{
    (void)state;
    CHECK_POSTS(pack, {{"{\"author\":{\"id\":\"a\",\"name\":\"Ann\"},\"text\":\"a red door\"}", NOW_MS, false}, -1, 0},
                {{"{\"author\":{\"id\":\"b\",\"name\":\"Bob\"},\"text\":\"a red door\"}", NOW_MS, false}, 0, 1},
                {{"{\"text\":\"a red wall\"}", NOW_MS, false}, -1, 0},
                {{"{\"id\":\"9\",\"text\":\"a red door\"}", NOW_MS, false}, 0, 2},
                {{"{\"text\":\"a red wall\"}", NOW_MS, false}, 2, 1});
}

static void post__obfuscated__folds_to_the_same(void **state)
{
    (void)state;
    CHECK_POSTS(pack, {{"{\"text\":\"A Red door\"}", NOW_MS, false}, -1, 0},
                {{"{\"text\":\"a \uff32\uff25\uff24 door\"}", NOW_MS, false}, 0, 1},
                {{"{\"text\":\"a red\u200b do\u200dor\"}", NOW_MS, false}, 0, 2},
                {{"{\"text\":\"A  RED \\u00a0 DOOR\"}", NOW_MS, false}, 0, 3});
}

static void post__other_rules__no_repeat(void **state)
{
    (void)state;
    CHECK_POSTS(pack, {{"{\"lang\":\"fr\",\"text\":\"red\"}", NOW_MS, false}, -1, 0},
                {{"{\"lang\":\"en\",\"text\":\"red\"}", NOW_MS, false}, -1, 0},
                {{"{\"lang\":\"en-GB\",\"text\":\"red\"}", NOW_MS, false}, 1, 1},
                {{"{\"lang\":\"ru\",\"text\":\"red\"}", NOW_MS, false}, 0, 1});
}

static void post__same_text_in_another_field_or_cut_otherwise__no_repeat(void **state)
{
    (void)state;
    CHECK_POSTS(pack, {{"{\"lang\":\"fr\",\"text\":\"red x\"}", NOW_MS, false}, -1, 0},
                {{"{\"lang\":\"fr\",\"author\":{\"name\":\"red x\"}}", NOW_MS, false}, -1, 0},
                {{"{\"lang\":\"fr\",\"title\":\"red\",\"text\":\"x\"}", NOW_MS, false}, -1, 0},
                {{"{\"lang\":\"fr\",\"title\":\"red x\"}", NOW_MS, false}, 0, 1},
                {{"{\"lang\":\"fr\",\"text\":\"red\",\"author\":{\"name\":\"red x\"}}", NOW_MS, false}, -1, 0},
                {{"{\"lang\":\"fr\",\"text\":\"red\",\"author\":{\"name\":\"red y\"}}", NOW_MS, false}, -1, 0},
                {{"{\"lang\":\"fr\",\"text\":\"red\",\"author\":{\"name\":\"RED y\"}}", NOW_MS, false}, 5, 1});
}

static void post__shadow_and_review__apart(void **state)
{
    (void)state;
    struct path_run *run = open_run(pack, NULL);
    static const struct post posts[] = {{"{\"text\":\"red trial\"}", NOW_MS, false},
                                        {"{\"text\":\"red trial\"}", NOW_MS, false}};
    pass_posts(run, posts, 2);
    assert_int_equal(run->taken_count, 4);
    for (size_t i = 0; i < 2; i++) {
        assert_null(text_of(&run->taken[i], "repeat_of"));
        assert_int_equal(run->taken[i + 2].output, run->taken[i].output);
        assert_string_equal(text_of(&run->taken[i + 2], "repeat_of"), text_of(&run->taken[i], "flag_id"));
        assert_int_equal(repeats_of(&run->taken[i + 2]), 1);
    }
    assert_int_equal(weir_counted(&run->counters, WEIR_COUNT_REPEATS), 2);
    close_run(run);
}

static void window__ten_minutes_from_the_first__then_anew(void **state)
{
    (void)state;
    const int64_t window = WEIR_REPEATS_WINDOW_MS;
    CHECK_POSTS(pack, {{"{\"text\":\"red\"}", 5000, false}, -1, 0},
                {{"{\"text\":\"red\"}", 5000 + window, false}, 0, 1},
                {{"{\"text\":\"red\"}", 5001 + window, false}, -1, 0},
                {{"{\"text\":\"red\"}", 5001, false}, 2, 1}, /* of another partition, a window behind */
                {{"{\"text\":\"red\"}", 5000, false}, -1, 0}, {{"{\"text\":\"red\"}", INT64_MAX, false}, -1, 0},
                {{"{\"text\":\"red\"}", INT64_MIN, false}, -1, 0});
}

static void window__without_timestamps__by_the_clock(void **state)
{
    (void)state;
    static const struct post post = {"{\"text\":\"red\"}", -1, false};
    static const struct post line = {"{\"text\":\"red line\"}", -1, true};
    struct path_run *run = open_run(pack, NULL);
    /* Another offset each time: the same one would be the same message. */
    static const struct post quiet = {"{\"text\":\"green\"}", -1, false};
    const struct post before[] = {post, line};
    const struct post after[] = {quiet, quiet, post, line, post, line};
    run->wall_ms = NOW_MS;
    pass_posts(run, before, 2);
    run->wall_ms += WEIR_REPEATS_WINDOW_MS + 1;
    pass_posts(run, after, 6);
    static const int expected[] = {0, 0, 0, 1, 1, 2};
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(repeats_of(&run->taken[i]), expected[i]);
    assert_string_equal(text_of(&run->taken[5], "repeat_of"), text_of(&run->taken[1], "flag_id"));
    close_run(run);
}

static void message__read_again__is_no_repeat_of_itself(void **state)
{
    (void)state;
    static const struct post posts[] = {{"{\"text\":\"red\"}", NOW_MS, false}, {"{\"text\":\"red\"}", NOW_MS, false}};
    struct path_run *run = open_run(pack, NULL);
    pass_posts(run, posts, 1);
    pass_posts(run, posts, 2);
    assert_string_equal(text_of(&run->taken[0], "flag_id"), text_of(&run->taken[1], "flag_id"));
    assert_null(text_of(&run->taken[1], "repeat_of"));
    assert_int_equal(repeats_of(&run->taken[2]), 1);
    close_run(run);
}

static void rules__that_only_read_texts_as_written__folded_all_the_same(void **state)
{
    (void)state;
    static const char exact[] = "pack: t\nversion: 1.0.0\ndescription: d\nrules:\n"
                                "- {id: t.red, title: t, why: w, category: scams_and_fraud, severity: low,\n"
                                "   patterns: {p: {literals: [RED], view: exact}},\n"
                                "   examples: {flag: [RED], pass: [red]}}\n";
    struct path_run *run = open_run(exact, NULL);
    static const struct post posts[] = {{"{\"text\":\"A RED door\"}", NOW_MS, false},
                                        {"{\"text\":\"a RED DOOR\"}", NOW_MS, false}};
    pass_posts(run, posts, 2);
    assert_int_equal(repeats_of(&run->taken[1]), 1);
    json_t *rule = json_array_get(json_object_get(run->taken[1].json, "rules"), 0);
    json_t *evidence = json_array_get(json_object_get(rule, "evidence"), 0);
    assert_string_equal(json_string_value(json_object_get(evidence, "matched_as")), "RED");
    close_run(run);
}

/* ---- The table alone ---- */

struct table {
    struct weir_repeats *repeats;
    struct weir_arena *arena;
    struct weir_item item;
    struct weir_value value;
    struct weir_value_view view;
    struct weir_view_text folded;
    struct weir_rule rule;
    struct weir_match match;
};

static void open_table(struct table *table, bool is_reproducible)
{
    *table = (struct table){.rule = {.id = "t.r"}, .arena = weir_arena_new(65536)};
    table->match.rule = &table->rule;
    table->item = (struct weir_item){.kind = WEIR_POST, .values = &table->value, .value_count = 1};
    assert_non_null(table->arena);
    assert_int_equal(weir_repeats_new(is_reproducible, &table->repeats), WEIR_OK);
    table->folded.values = &table->view;
}

static void close_table(struct table *table)
{
    weir_repeats_free(table->repeats);
    weir_arena_free(table->arena);
}

static struct weir_sighting sight(struct table *table, const char *folded, const char *flag_id)
{
    table->folded.text = (struct weir_padded_text){folded, strlen(folded)};
    table->view.range = (struct weir_range){0, (uint32_t)strlen(folded)};
    return (struct weir_sighting){.item = &table->item,
                                  .folded = &table->folded,
                                  .fields = 1,
                                  .matches = &table->match,
                                  .match_count = 1,
                                  .flag_id = flag_id,
                                  .when_ms = NOW_MS};
}

/* Text and flag of this number. */
static uint32_t see(struct table *table, unsigned text, unsigned flag)
{
    char folded[32];
    char id[WEIR_UUID_SIZE];
    struct weir_repeat repeat;
    snprintf(folded, sizeof folded, "text %u", text);
    snprintf(id, sizeof id, "00000000-0000-5000-8000-%012u", flag);
    const struct weir_sighting sighting = sight(table, folded, id);
    weir_arena_reset(table->arena);
    assert_int_equal(weir_repeats_see(table->repeats, &sighting, table->arena, &repeat), WEIR_OK);
    return repeat.count;
}

static void table__flood_of_a_million_texts__memory_flat_and_waves_survive(void **state)
{
    (void)state;
    enum { TEXTS = 1000000, WAVE_EVERY = 1000 };
    struct table table;
    open_table(&table, false);
    assert_int_equal(see(&table, 0, 0), 0);
    assert_int_equal(see(&table, 1, 1), 0);
    size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    unsigned wave = 0;
    for (unsigned i = 2; i < TEXTS; i++) {
        assert_int_equal(see(&table, i, i), 0);
        if (i % WAVE_EVERY == 0)
            assert_int_equal(see(&table, 0, TEXTS + i), ++wave);
    }
    assert_int_equal(mallinfo2().uordblks + mallinfo2().hblkhd, before);
    assert_int_equal(see(&table, 1, 2 * TEXTS), 0); /* forgotten: the first of its kind once more */
    close_table(&table);
}

static void table__full_and_reproducible__answers_alike(void **state)
{
    (void)state;
    enum { SIGHTINGS = 300000, TEXTS = 90000 };
    struct table one;
    struct table other;
    open_table(&one, true);
    open_table(&other, true);
    unsigned repeats = 0;
    for (unsigned i = 0; i < SIGHTINGS; i++) {
        unsigned text = i * 2654435761u % TEXTS;
        uint32_t count = see(&one, text, i);
        repeats += count > 0;
        assert_int_equal(see(&other, text, i), count);
    }
    assert_in_range(repeats, 1, SIGHTINGS - TEXTS - 1); /* some were forgotten, some not */
    close_table(&one);
    close_table(&other);
}

static void table__rules_in_another_order__the_same(void **state)
{
    (void)state;
    static const struct weir_rule rules[] = {{.id = "t.a"}, {.id = "t.b"}, {.id = "t.ab"}};
    const struct weir_match orders[][2] = {{{.rule = &rules[0]}, {.rule = &rules[1]}},
                                           {{.rule = &rules[1]}, {.rule = &rules[0]}},
                                           {{.rule = &rules[0]}, {.rule = &rules[2]}}};
    struct table table;
    open_table(&table, false);
    for (size_t i = 0; i < 3; i++) {
        struct weir_repeat repeat;
        struct weir_sighting sighting =
            sight(&table, "x", i ? "00000000-0000-5000-8000-000000000001" : "00000000-0000-5000-8000-000000000002");
        sighting.matches = orders[i];
        sighting.match_count = 2;
        assert_int_equal(weir_repeats_see(table.repeats, &sighting, table.arena, &repeat), WEIR_OK);
        assert_int_equal(repeat.count, i == 1);
        sighting.channel = WEIR_CHANNEL_SHADOW;
        assert_int_equal(weir_repeats_see(table.repeats, &sighting, table.arena, &repeat), WEIR_OK);
        assert_int_equal(repeat.count, i == 1);
    }
    close_table(&table);
}

static void table__values_cut_elsewhere_or_of_no_compared_field__no_repeat(void **state)
{
    (void)state;
    static const struct weir_value values[] = {{.field = 0}, {.field = 0}};
    static const uint32_t cuts[] = {1, 2, 2};
    struct weir_value_view views[2];
    struct table table;
    open_table(&table, false);
    table.item.values = values;
    table.item.value_count = 2;
    table.folded.values = views;
    for (unsigned i = 0; i < 3; i++) {
        struct weir_repeat repeat;
        char id[WEIR_UUID_SIZE];
        snprintf(id, sizeof id, "00000000-0000-5000-8000-%012u", i);
        struct weir_sighting sighting = sight(&table, "abc", id);
        views[0].range = (struct weir_range){0, cuts[i]};
        views[1].range = (struct weir_range){cuts[i], 3};
        assert_int_equal(weir_repeats_see(table.repeats, &sighting, table.arena, &repeat), WEIR_OK);
        assert_int_equal(repeat.count, i == 2);
        sighting.fields = 2;
        assert_int_equal(weir_repeats_see(table.repeats, &sighting, table.arena, &repeat), WEIR_OK);
        assert_int_equal(repeat.count, 0);
    }
    close_table(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(post__same_text_by_other_authors__counted),
        cmocka_unit_test(post__obfuscated__folds_to_the_same),
        cmocka_unit_test(post__other_rules__no_repeat),
        cmocka_unit_test(post__same_text_in_another_field_or_cut_otherwise__no_repeat),
        cmocka_unit_test(post__shadow_and_review__apart),
        cmocka_unit_test(window__ten_minutes_from_the_first__then_anew),
        cmocka_unit_test(window__without_timestamps__by_the_clock),
        cmocka_unit_test(message__read_again__is_no_repeat_of_itself),
        cmocka_unit_test(rules__that_only_read_texts_as_written__folded_all_the_same),
        cmocka_unit_test(table__flood_of_a_million_texts__memory_flat_and_waves_survive),
        cmocka_unit_test(table__full_and_reproducible__answers_alike),
        cmocka_unit_test(table__rules_in_another_order__the_same),
        cmocka_unit_test(table__values_cut_elsewhere_or_of_no_compared_field__no_repeat),
    };
    return cmocka_run_group_tests_name("repeats", tests, NULL, NULL);
}
