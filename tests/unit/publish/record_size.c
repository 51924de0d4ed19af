/* Records that would be too long: they say less, and that they do, but they are always there. */
#include "flagging.h"

/* `count` evidences of 1,000 bytes each. */
static void add_long_evidence(struct flagging *flagging, size_t count)
{
    char *quote = weir_arena_alloc(flagging->arena, 1000);
    assert_non_null(quote);
    memset(quote, 'q', 1000);
    for (size_t i = 0; i < count; i++) {
        flagging->evidence[i] = flagging->evidence[0];
        flagging->evidence[i].quote = (struct weir_text){quote, 1000};
        flagging->evidence[i].matched_as = (struct weir_text){quote, 1000};
    }
    flagging->matches[0].evidence_count = count;
}

static size_t count_evidence(const struct flagging *flagging, size_t rule)
{
    json_t *rules = json_object_get(flagging->json, "rules");
    return json_array_size(json_object_get(json_array_get(rules, rule), "evidence"));
}

static void set_long_text(struct flagging *flagging, size_t length)
{
    char *text = weir_arena_alloc(flagging->arena, length);
    assert_non_null(text);
    memset(text, 'x', length);
    flagging->values[0].text = (struct weir_text){text, length};
}

static void flag__with_a_text_of_five_megabytes__carries_an_excerpt(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    flagging.encoder.record_max = 1000000;
    set_long_text(&flagging, 5000000);
    flag_item(&flagging);
    assert_true(json_is_true(json_object_get(flagging.json, "truncated")));
    assert_int_equal(strlen(TEXT_AT(&flagging, "content", "text")), 5 + 12 + 80 + 3);
    assert_int_equal(count_evidence(&flagging, 0), 1);
    assert_string_equal(TEXT_AT(&flagging, "rules", "evidence", "quote"), "safe account");
    end_flagging(&flagging);
}

static void flag__with_content_none__stays_without_when_cut(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    flagging.encoder.content = WEIR_CONTENT_NONE;
    flagging.encoder.record_max = 2000;
    add_long_evidence(&flagging, 1);
    flag_item(&flagging);
    assert_true(json_is_true(json_object_get(flagging.json, "truncated")));
    assert_null(json_object_get(flagging.json, "content"));
    end_flagging(&flagging);
}

static void flag__that_fits_exactly__is_whole(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    flag_item(&flagging);
    size_t whole = flagging.record.value.length;
    flagging.encoder.record_max = whole;
    flag_item(&flagging);
    assert_int_equal(flagging.record.value.length, whole);
    assert_null(json_object_get(flagging.json, "truncated"));
    flagging.encoder.record_max--;
    flag_item(&flagging);
    assert_true(json_is_true(json_object_get(flagging.json, "truncated")));
    end_flagging(&flagging);
}

static void flag__with_much_evidence__has_as_much_as_fits(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    add_long_evidence(&flagging, 64);
    flag_item(&flagging);
    assert_int_equal(count_evidence(&flagging, 0), 64);
    assert_int_equal(strlen(TEXT_AT(&flagging, "rules", "evidence", "quote")), 1000);
    size_t seen = 64;
    for (size_t max = 100000; max >= 1500; max -= 500) {
        flagging.encoder.record_max = max;
        flag_item(&flagging);
        assert_true(flagging.record.value.length <= max);
        assert_true(json_is_true(json_object_get(flagging.json, "truncated")));
        assert_int_equal(strlen(TEXT_AT(&flagging, "rules", "evidence", "quote")), 203);
        assert_int_equal(strlen(TEXT_AT(&flagging, "rules", "evidence", "matched_as")), 203);
        assert_true(count_evidence(&flagging, 0) <= seen);
        seen = count_evidence(&flagging, 0);
    }
    assert_int_equal(seen, 1);
    end_flagging(&flagging);
}

static void flag__with_many_rules__keeps_the_most_severe(void **state)
{
    (void)state;
    enum { RULES = 200 };
    struct flagging flagging;
    begin_flagging(&flagging);
    struct weir_match *matches = weir_arena_array(flagging.arena, RULES, sizeof *matches);
    assert_non_null(matches);
    for (size_t i = 0; i < RULES; i++) {
        matches[i] = flagging.matches[i == RULES - 1 ? 1 : 0];
    }
    flagging.verdict.matches[WEIR_CHANNEL_REVIEW] = matches;
    flagging.verdict.match_count[WEIR_CHANNEL_REVIEW] = RULES;
    flagging.encoder.record_max = 4000;
    flag_item(&flagging);
    assert_true(flagging.record.value.length <= 4000);
    json_t *rules = json_object_get(flagging.json, "rules");
    assert_true(json_array_size(rules) > 1);
    json_t *last = json_array_get(rules, json_array_size(rules) - 1);
    assert_string_equal(json_string_value(json_object_get(last, "id")), "leaks.card");
    assert_string_equal(TEXT_AT(&flagging, "severity"), "critical");
    flagging.encoder.record_max = 10; /* nothing fits: the least that a flag can say */
    flag_item(&flagging);
    assert_string_equal(TEXT_AT(&flagging, "rules", "id"), "leaks.card");
    assert_null(json_object_get(flagging.json, "content"));
    end_flagging(&flagging);
}

static void item__with_a_giant_id__is_cut_with_the_rest(void **state)
{
    (void)state;
    struct flagging flagging;
    begin_flagging(&flagging);
    set_long_text(&flagging, 100000);
    flagging.item.id = flagging.values[0].text;
    flagging.encoder.record_max = 5000;
    flag_item(&flagging);
    assert_true(flagging.record.value.length <= 5000);
    assert_int_equal(strlen(TEXT_AT(&flagging, "item", "id")), 203);
    end_flagging(&flagging);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flag__with_a_text_of_five_megabytes__carries_an_excerpt),
        cmocka_unit_test(flag__with_content_none__stays_without_when_cut),
        cmocka_unit_test(flag__that_fits_exactly__is_whole),
        cmocka_unit_test(flag__with_much_evidence__has_as_much_as_fits),
        cmocka_unit_test(flag__with_many_rules__keeps_the_most_severe),
        cmocka_unit_test(item__with_a_giant_id__is_cut_with_the_rest),
    };
    return cmocka_run_group_tests_name("publish record size", tests, NULL, NULL);
}
