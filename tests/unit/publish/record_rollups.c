/* Records for the rollups topic: every member, and what becomes of long lists. */
#include "flagging.h"

#define MINUTE_MS INT64_C(1795467420000)

static const struct weir_ruleset ruleset = {.generation = 4, .sha256 = RULESET_SHA256};

static void check_line(const struct weir_record *record, const char *expected)
{
    assert_int_equal(record->output, WEIR_OUTPUT_ROLLUPS);
    assert_null(record->key.data);
    assert_null(record->flag_id);
    assert_int_equal(record->ticket, 0);
    assert_int_equal(record->value.length, strlen(expected));
    assert_memory_equal(record->value.data, expected, strlen(expected));
}

static json_t *parse(const struct weir_record *record)
{
    json_t *json = json_loadb(record->value.data, record->value.length, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    return json;
}

static long long number_at(const json_t *json, const char *key)
{
    const json_t *number = json_object_get(json, key);
    assert_true(json_is_integer(number));
    return json_integer_value(number);
}

static void overflow__two_rules__every_member_in_order(void **state)
{
    (void)state;
    static const struct weir_overflow_rule rules[] = {{"scams.prize", 9000, 8400}, {"spam.link", 601, 0}};
    const struct weir_overflow overflow = {MINUTE_MS, 600, rules, 2};
    struct weir_arena *arena = weir_arena_new(65536);
    struct weir_record record;
    assert_int_equal(weir_record_overflow(&ruleset, &overflow, SIZE_MAX, arena, &record), WEIR_OK);
    check_line(&record, "{\"schema\":\"weir.overflow/1\",\"minute\":\"2026-11-23T20:57:00.000Z\","
                        "\"budget_per_minute\":600,\"ruleset\":{\"generation\":4,\"sha256\":\"" RULESET_SHA256 "\"},"
                        "\"rule_count\":2,\"rules\":[{\"id\":\"scams.prize\",\"flags\":9000,\"overflow\":8400},"
                        "{\"id\":\"spam.link\",\"flags\":601,\"overflow\":0}]}");
    weir_arena_free(arena);
}

static void overflow__more_rules_than_fit__says_how_many_there_are(void **state)
{
    (void)state;
    enum { RULES = 1001 };
    static struct weir_overflow_rule rules[RULES];
    for (size_t i = 0; i < RULES; i++)
        rules[i] = (struct weir_overflow_rule){"scams.prize", 5000 - i, 4000 - i};
    const struct weir_overflow overflow = {MINUTE_MS, 600, rules, RULES};
    static const size_t limits[] = {SIZE_MAX, 20000, 1000, 10};
    struct weir_arena *arena = weir_arena_new(65536);
    size_t shown_before = RULES;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct weir_record record;
        assert_int_equal(weir_record_overflow(&ruleset, &overflow, limits[i], arena, &record), WEIR_OK);
        assert_true(record.value.length <= limits[i] || limits[i] == 10); /* the least that can be said */
        json_t *json = parse(&record);
        size_t shown = json_array_size(json_object_get(json, "rules"));
        assert_true(shown < shown_before && (shown > 0 || limits[i] == 10));
        assert_true(i > 0 || shown == 1000);
        assert_int_equal(number_at(json, "rule_count"), RULES);
        assert_true(json_is_true(json_object_get(json, "truncated")));
        if (shown)
            assert_int_equal(number_at(json_array_get(json_object_get(json, "rules"), 0), "overflow"), 4000);
        shown_before = shown;
        json_decref(json);
    }
    weir_arena_free(arena);
}

static void load__of_one_pack__every_member_in_order(void **state)
{
    (void)state;
    static const char *const added[] = {"scams.new", "scams.prize"};
    static const char *const changed[] = {"scams.safe-account"};
    static const struct weir_pack pack = {.name = "scams", .version = "1.2.0", .sha256 = {0xAB, 1}, .rule_count = 4};
    const struct weir_ruleset loaded = {
        .packs = &pack, .pack_count = 1, .rule_count = 3, .generation = 4, .sha256 = RULESET_SHA256};
    const struct weir_ruleset_change change = {
        .added = added, .added_count = 2, .changed = changed, .changed_count = 1};
    struct weir_arena *arena = weir_arena_new(65536);
    struct weir_record record;
    assert_int_equal(weir_record_ruleset(&loaded, &change, NOW_MS, SIZE_MAX, arena, &record), WEIR_OK);
    check_line(&record,
               "{\"schema\":\"weir.ruleset/1\",\"loaded_at\":\"2026-11-23T20:57:55.123Z\","
               "\"generation\":4,\"sha256\":\"" RULESET_SHA256 "\",\"rules\":3,\"pack_count\":1,"
               "\"packs\":[{\"name\":\"scams\",\"version\":\"1.2.0\","
               "\"sha256\":\"ab01000000000000000000000000000000000000000000000000000000000000\",\"rules\":4}],"
               "\"added_count\":2,\"added\":[\"scams.new\",\"scams.prize\"],\"removed_count\":0,\"removed\":[],"
               "\"changed_count\":1,\"changed\":[\"scams.safe-account\"]}");
    weir_arena_free(arena);
}

static void load__longer_than_a_list_or_a_record__cut_and_counted(void **state)
{
    (void)state;
    enum { IDS = 2500 };
    static const char *ids[IDS];
    for (size_t i = 0; i < IDS; i++)
        ids[i] = "a-pack-with-a-name.and-a-rule-with-a-name";
    const struct weir_ruleset_change change = {
        .added = ids, .added_count = 1000, .removed = ids, .removed_count = IDS, .changed = ids, .changed_count = 3};
    static const size_t limits[] = {SIZE_MAX, 50000, 2000, 10};
    static const size_t shown[] = {1000, 500, 15, 0};
    struct weir_arena *arena = weir_arena_new(65536);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct weir_record record;
        assert_int_equal(weir_record_ruleset(&ruleset, &change, NOW_MS, limits[i], arena, &record), WEIR_OK);
        assert_true(record.value.length <= limits[i] || limits[i] == 10);
        json_t *json = parse(&record);
        assert_int_equal(json_array_size(json_object_get(json, "added")), shown[i]);
        assert_int_equal(json_array_size(json_object_get(json, "removed")), shown[i]);
        assert_int_equal(json_array_size(json_object_get(json, "changed")), shown[i] < 3 ? shown[i] : 3);
        assert_int_equal(number_at(json, "added_count"), 1000);
        assert_int_equal(number_at(json, "removed_count"), IDS);
        assert_int_equal(number_at(json, "changed_count"), 3);
        assert_true(json_is_true(json_object_get(json, "truncated")));
        json_decref(json);
    }
    weir_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overflow__two_rules__every_member_in_order),
        cmocka_unit_test(overflow__more_rules_than_fit__says_how_many_there_are),
        cmocka_unit_test(load__of_one_pack__every_member_in_order),
        cmocka_unit_test(load__longer_than_a_list_or_a_record__cut_and_counted),
    };
    return cmocka_run_group_tests_name("publish record rollups", tests, NULL, NULL);
}
