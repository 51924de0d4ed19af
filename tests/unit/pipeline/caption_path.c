/* Fragments of live streams through a whole pipeline: what is flagged, once for a cooldown, and settled; and what is
 * published after a crash. Tables of fragments and the records that they make. */
#include "path_run.h"

#define RULE(name, more)                                                                                               \
    "  - {id: t." name ", title: t, why: w, category: scams_and_fraud, severity: low, " more                           \
    "examples: {flag: [[{at_ms: 0, text: 'safe account pay money 1234'}]], pass: [b]}}\n"

static const char PACK[] =
    "pack: t\nversion: 1.0.0\nrules:\n" RULE("account", "patterns: {p: {literals: [safe account]}}, ")
        RULE("card", "patterns: {p: {literals: ['1234', gift card]}}, except: [{literals: [gift card shop]}, {regex: "
                     "'gift card from the \\w+ friend'}], ")
            RULE("money",
                 "cooldown: 0s, patterns: {a: {literals: [pay]}, b: {literals: [money]}, w: {literals: [warning]}}, "
                 "condition: 'a and b and not w', ");

/* "flag line rule quotes [provisional] [repeats]" or "update line-of-flag state", one after another. */
static void describe(const struct path_run *run, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < run->taken_count; i++) {
        json_t *json = run->taken[i].json;
        const char *state = json_string_value(json_object_get(json, "state"));
        const char *reason = json_string_value(json_object_get(json, "reason"));
        json_t *rule = json_array_get(json_object_get(json, "rules"), 0);
        if (i > 0)
            length += (size_t)snprintf(out + length, size - length, "; ");
        if (reason) {
            length += (size_t)snprintf(out + length, size - length, "%s", reason);
            continue;
        }
        if (!state)
            length +=
                (size_t)snprintf(out + length, size - length, "%d %s",
                                 (int)json_integer_value(json_object_get(json_object_get(json, "source"), "offset")),
                                 json_string_value(json_object_get(rule, "id")) + strlen("t."));
        else
            length += (size_t)snprintf(out + length, size - length, "%s", state);
        size_t at;
        json_t *evidence;
        json_array_foreach(json_object_get(rule, "evidence"), at, evidence) length += (size_t)snprintf(
            out + length, size - length, " \"%s\"", json_string_value(json_object_get(evidence, "quote")));
        if (json_is_true(json_object_get(json, "provisional")))
            length += (size_t)snprintf(out + length, size - length, " provisional");
        if (json_object_get(json, "repeats"))
            length += (size_t)snprintf(out + length, size - length, " repeats %d",
                                       (int)json_integer_value(json_object_get(json, "repeats")));
    }
}

/* One table: fragments as JSON members, in order of arrival. */
static void check(const char *const *fragments, size_t count, struct weir_progress resume, const char *wanted)
{
    struct path_run *run = open_run(PACK, NULL);
    struct post posts[16];
    static char texts[16][512];
    char got[2048];
    assert_true(count <= 16);
    for (size_t i = 0; i < count; i++) {
        bool is_bad = fragments[i][0] == '!';
        snprintf(texts[i], sizeof texts[i], is_bad ? "%s" : "{\"stream_id\":\"s\",%s}", fragments[i]);
        posts[i] = (struct post){texts[i], -1, false};
    }
    run->mapping = 1;
    if (resume.offset >= 0) {
        const struct weir_source_events *events = weir_pipeline_source_events(run->pipeline);
        assert_int_equal(events->assigned(events->context, "posts", 0, 1, resume), 0);
    }
    pass_posts(run, posts, count);
    describe(run, got, sizeof got);
    assert_string_equal(got, wanted);
    close_run(run);
}

#define CHECK(resume, wanted, ...)                                                                                     \
    do {                                                                                                               \
        static const char *const fragments[] = {__VA_ARGS__};                                                          \
        check(fragments, sizeof fragments / sizeof *fragments, resume, wanted);                                        \
    } while (0)

static const struct weir_progress FRESH = {-1, -1};

static void phrase__over_three_fragments__flagged_by_the_last(void **state)
{
    (void)state;
    CHECK(FRESH, "2 account \"safe account\"", "\"seq\":1,\"text\":\"to a\"", "\"seq\":2,\"text\":\"safe\"",
          "\"seq\":3,\"text\":\"account today\"");
}

static void gap__in_a_phrase__no_hit_until_it_is_filled(void **state)
{
    (void)state;
    CHECK(FRESH, "", "\"seq\":1,\"text\":\"to a safe\"", "\"seq\":3,\"text\":\"account\"");
    CHECK(FRESH, "2 account \"safe account\"", "\"seq\":1,\"text\":\"to a\"", "\"seq\":3,\"text\":\"account\"",
          "\"seq\":2,\"text\":\"safe\"");
}

static void cooldown__hits_in_between__told_by_the_next_flag(void **state)
{
    (void)state;
    CHECK(FRESH,
          "0 account \"safe account\"; 3 account \"safe account\" \"safe account\" \"safe account\" \"safe account\" "
          "repeats 2",
          "\"seq\":1,\"start_ms\":0,\"text\":\"safe account.\"",
          "\"seq\":2,\"start_ms\":299000,\"text\":\"safe account.\"",
          "\"seq\":3,\"start_ms\":299999,\"text\":\"a safe account.\"",
          "\"seq\":4,\"start_ms\":300000,\"text\":\"the safe account.\"");
}

static void cooldown__clock_that_jumps_back__is_over(void **state)
{
    (void)state;
    CHECK(FRESH, "0 account \"safe account\"; 1 account \"safe account\" \"safe account\"",
          "\"seq\":1,\"start_ms\":900000,\"text\":\"safe account.\"",
          "\"seq\":2,\"start_ms\":0,\"text\":\"my safe account.\"");
}

static void condition__over_the_window__later_text_withdraws_nothing(void **state)
{
    (void)state;
    CHECK(FRESH, "1 money \"pay\" \"money\"", "\"seq\":1,\"text\":\"pay\"", "\"seq\":2,\"text\":\"the money\"",
          "\"seq\":3,\"text\":\"a warning\"");
    CHECK(FRESH, "", "\"seq\":1,\"text\":\"warning, pay\"", "\"seq\":2,\"text\":\"the money\"");
}

static void partial__rewritten__withdrawn_and_flagged_again_at_once(void **state)
{
    (void)state;
    CHECK(FRESH, "0 account \"safe account\" provisional; withdrawn; 2 account \"safe account\"",
          "\"seq\":1,\"start_ms\":0,\"final\":false,\"text\":\"safe account of\"",
          "\"seq\":1,\"start_ms\":0,\"text\":\"safe accountant of\"",
          "\"seq\":2,\"start_ms\":2000,\"text\":\"the safe account.\"");
    CHECK(FRESH, "0 account \"safe account\" provisional; confirmed",
          "\"seq\":1,\"start_ms\":0,\"final\":false,\"text\":\"safe account of\"",
          "\"seq\":1,\"start_ms\":0,\"text\":\"safe account of mine\"");
}

static void withdrawn__hits_that_it_held_back__flagged_after_all(void **state)
{
    (void)state;
    CHECK(FRESH, "0 account \"safe account\" provisional; withdrawn; 2 account \"safe account\"",
          "\"seq\":1,\"start_ms\":1000,\"final\":false,\"text\":\"safe account of\"",
          "\"seq\":1,\"start_ms\":1000,\"final\":false,\"text\":\"safe account of a safe account now\"",
          "\"seq\":1,\"start_ms\":1000,\"text\":\"good account of a safe account now\"");
    CHECK(FRESH, "0 account \"safe account\" provisional; withdrawn; 2 account \"safe account\"",
          "\"seq\":1,\"start_ms\":1000,\"final\":false,\"text\":\"safe account of\"",
          "\"seq\":2,\"start_ms\":5000,\"text\":\"a safe account now\"",
          "\"seq\":1,\"start_ms\":1000,\"text\":\"good account of\"");
    CHECK(FRESH, "0 account \"safe account\" provisional; confirmed",
          "\"seq\":1,\"start_ms\":1000,\"final\":false,\"text\":\"safe account of\"",
          "\"seq\":2,\"start_ms\":5000,\"text\":\"a safe account now\"",
          "\"seq\":1,\"start_ms\":1000,\"text\":\"safe account of\"");
}

static void late__what_it_completes__is_settled_with_what_came_before(void **state)
{
    (void)state;
    CHECK(FRESH, "1 money \"pay\" \"money\" provisional; confirmed",
          "\"seq\":2,\"final\":false,\"text\":\"the money of\"", "\"seq\":1,\"text\":\"pay\"",
          "\"seq\":2,\"text\":\"the money of ours\"");
    CHECK(FRESH, "1 money \"pay\" \"money\" provisional; withdrawn",
          "\"seq\":2,\"final\":false,\"text\":\"the money of\"", "\"seq\":1,\"text\":\"pay\"",
          "\"seq\":2,\"text\":\"the moneyed\"");
    CHECK(FRESH,
          "1 money \"money\" \"pay\" provisional; 2 money \"pay\" \"money\" \"pay\" provisional; withdrawn; confirmed "
          "\"pay\" \"money\"",
          "\"seq\":1,\"text\":\"money x\"", "\"seq\":2,\"final\":false,\"text\":\"pay x\"",
          "\"seq\":0,\"text\":\"my pay\"", "\"seq\":2,\"text\":\"c\"");
}

static void condition__not_held_by_a_partial__is_judged_anew(void **state)
{
    (void)state;
    CHECK(FRESH, "1 money \"pay\" \"money\"", "\"seq\":1,\"final\":false,\"text\":\"pay money warning now\"",
          "\"seq\":1,\"text\":\"pay money this morning\"");
    CHECK(FRESH, "0 money \"pay\" \"money\" provisional; withdrawn; 2 money \"pay\" \"money\"",
          "\"seq\":1,\"final\":false,\"text\":\"pay money to\"",
          "\"seq\":1,\"final\":false,\"text\":\"pay money warning now\"",
          "\"seq\":1,\"text\":\"pay money this morning\"");
    CHECK(FRESH, "0 money \"pay\" \"money\" provisional; confirmed",
          "\"seq\":1,\"final\":false,\"text\":\"pay money to\"", "\"seq\":2,\"final\":false,\"text\":\"a warning now\"",
          "\"seq\":1,\"text\":\"pay money to\"", "\"seq\":2,\"text\":\"a morning now\"");
}

static void silence__has_its_place(void **state)
{
    (void)state;
    CHECK(FRESH, "no_text; 2 account \"safe account\"", "\"seq\":1,\"text\":\"a safe\"", "\"seq\":2,\"text\":\"\"",
          "\"seq\":3,\"text\":\"account.\"");
    CHECK(FRESH, "0 account \"safe account\" provisional; no_text; withdrawn",
          "\"seq\":1,\"final\":false,\"text\":\"a safe account\"", "\"seq\":1,\"text\":\"\"");
    CHECK(FRESH, "0 account \"safe account\" provisional; no_text; withdrawn",
          "\"final\":false,\"text\":\"a safe account\"", "\"other\":1");
    CHECK(FRESH, "no_text; 1 account \"safe account\"", "\"seq\":1,\"text\":\"\"",
          "\"seq\":2,\"text\":\"safe account.\"");
}

static void exception__cut_in_two__withdraws(void **state)
{
    (void)state;
    CHECK(FRESH, "0 card \"gift card\" provisional; withdrawn", "\"seq\":1,\"text\":\"buy a gift card\"",
          "\"seq\":2,\"text\":\"shop\"");
    CHECK(FRESH, "0 card \"gift card\" provisional; withdrawn", "\"seq\":1,\"text\":\"buy a gift card \"",
          "\"seq\":2,\"text\":\"shop of mine\"");
    CHECK(FRESH, "0 card \"gift card\" provisional; confirmed", "\"seq\":1,\"text\":\"buy a gift card\"",
          "\"seq\":2,\"text\":\"now\"");
    CHECK(FRESH, "0 card \"gift card\" provisional; withdrawn", "\"seq\":1,\"text\":\"buy a gift card from\"",
          "\"seq\":2,\"text\":\"the\"", "\"seq\":3,\"text\":\"new friend\"");
    CHECK(FRESH, "0 card \"gift card\"", "\"seq\":1,\"text\":\"buy a gift card now\"", "\"seq\":2,\"text\":\"shop\"");
    CHECK(FRESH, "0 card \"gift card\"", "\"seq\":1,\"text\":\"buy a gift card from x\"",
          "\"seq\":2,\"text\":\"friend\"");
}

static void end__provisional_flags__settled(void **state)
{
    (void)state;
    CHECK(FRESH, "0 account \"safe account\" provisional; confirmed",
          "\"seq\":1,\"final\":false,\"text\":\"safe account of\"", "\"end\":true");
}

static void restart__number_that_falls__no_phrase_across(void **state)
{
    (void)state;
    CHECK(FRESH, "", "\"seq\":5000,\"text\":\"a safe\"", "\"seq\":1,\"text\":\"account\"");
}

/* Ten fragments that fill the window and more, then two that are late; the last two hold a phrase. */
static struct path_run *pass_late(const int sequences[12], const bool is_partial[12], const char *wanted)
{
    char filler[400];
    struct path_run *run = open_run(PACK, NULL);
    static char texts[12][512];
    struct post posts[12];
    char got[2048];
    memset(filler, 'x', sizeof filler - 1);
    filler[sizeof filler - 1] = '\0';
    for (int i = 0; i < 12; i++) {
        snprintf(texts[i], sizeof texts[i], "{\"stream_id\":\"s\",\"seq\":%d,\"final\":%s,\"text\":\"%s %d\"}",
                 sequences[i], is_partial[i] ? "false" : "true", i >= 10 ? "a safe account" : filler, i);
        posts[i] = (struct post){texts[i], -1, false};
    }
    run->mapping = 1;
    pass_posts(run, posts, 12);
    describe(run, got, sizeof got);
    assert_string_equal(got, wanted);
    return run;
}

static void alone__too_late__looked_at_by_itself(void **state)
{
    (void)state;
    static const int sequences[12] = {1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 2, 2};
    static const bool none_is_partial[12] = {false};
    struct path_run *run = pass_late(sequences, none_is_partial, "10 account \"safe account\"");
    assert_int_equal(weir_counted(&run->counters, WEIR_COUNT_FRAGMENTS_LATE), 1);
    assert_int_equal(weir_counted(&run->counters, WEIR_COUNT_FRAGMENTS_KNOWN), 1);
    close_run(run);
}

static void alone__final_text_of_a_partial_that_left__looked_at_by_itself(void **state)
{
    (void)state;
    static const int sequences[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 3, 2};
    static const bool is_partial[12] = {[1] = true, [2] = true};
    struct path_run *run = pass_late(sequences, is_partial, "10 account \"safe account\"; 11 account \"safe account\"");
    assert_int_equal(weir_counted(&run->counters, WEIR_COUNT_FRAGMENTS_LATE), 2);
    close_run(run);
}

static void resume__below_the_committed_offset__only_rebuilds(void **state)
{
    (void)state;
    const struct weir_progress resume = {3, 0};
    CHECK(resume, "4 account \"safe account\" \"safe\u00A0account\"; not_json", "\"seq\":1,\"text\":\"safe account.\"",
          "!bad", "\"seq\":2,\"text\":\"to a safe\"", "\"seq\":3,\"text\":\"\\u00A0\"",
          "\"seq\":4,\"text\":\"account.\"", "!bad");
}

/* Rules whose hits depend on what stands before them. */
static const char LEFT_PACK[] =
    "pack: t\nversion: 1.0.0\nrules:\n"
    "  - {id: t.behind, title: t, why: w, category: scams_and_fraud, severity: low, cooldown: 0s, "
    "patterns: {a: {regex: '(?<!un)safe', boundary: none}}, condition: 'count(a) >= 2', "
    "examples: {flag: [[{at_ms: 0, text: 'safe and safe'}]], pass: [b]}}\n"
    "  - {id: t.except, title: t, why: w, category: scams_and_fraud, severity: low, cooldown: 0s, "
    "patterns: {a: {literals: [safe], boundary: none}}, except: [{literals: [not quite as safe], boundary: none}], "
    "condition: 'count(a) >= 2', examples: {flag: [[{at_ms: 0, text: 'safe and safe'}]], pass: [b]}}\n"
    "  - {id: t.run, title: t, why: w, category: scams_and_fraud, severity: low, cooldown: 0s, "
    "patterns: {a: {regex: '[0-9]{4}', boundary: none}}, "
    "examples: {flag: [[{at_ms: 0, text: 'abcd 1234'}]], pass: [b]}}\n";

static void make_narrow(struct weir_settings *settings)
{
    settings->captions.window_bytes = 64;
    settings->captions.join = WEIR_JOIN_NONE;
}

static void window__moves__left_context_stays(void **state)
{
    (void)state;
    static const char *const begins[] = {"is unsafe ", "is not quite as safe "};
    static const char *const rules[] = {"behind", "except"};
    for (size_t i = 0; i < 2 * 90; i++) {
        char texts[2][512];
        char got[2048];
        struct path_run *run = open_run(LEFT_PACK, make_narrow);
        snprintf(texts[0], sizeof texts[0], "{\"stream_id\":\"s\",\"seq\":1,\"text\":\"%s%.*s\"}", begins[i % 2],
                 (int)(i / 2),
                 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        snprintf(texts[1], sizeof texts[1], "{\"stream_id\":\"s\",\"seq\":2,\"text\":\" safe \"}");
        const struct post posts[] = {{texts[0], -1, false}, {texts[1], -1, false}};
        run->mapping = 1;
        pass_posts(run, posts, 2);
        describe(run, got, sizeof got);
        assert_null(strstr(got, rules[i % 2]));
        close_run(run);
    }
}

static void window__moves_within_a_long_run__matches_stay_where_they_are(void **state)
{
    (void)state;
    struct path_run *run = open_run(LEFT_PACK, make_narrow);
    static char texts[60][128];
    struct post posts[60];
    for (size_t i = 0; i < 60; i++) {
        snprintf(texts[i], sizeof texts[i], "{\"stream_id\":\"s\",\"seq\":%zu,\"text\":\"%.7s\"}", i,
                 &"12341234123"[7 * i % 4]);
        posts[i] = (struct post){texts[i], -1, false};
    }
    run->mapping = 1;
    pass_posts(run, posts, 60);
    assert_true(run->taken_count >= 60);
    for (size_t i = 0; i < run->taken_count; i++) {
        json_t *rule = json_array_get(json_object_get(run->taken[i].json, "rules"), 0);
        size_t at;
        json_t *evidence;
        json_array_foreach(json_object_get(rule, "evidence"), at, evidence)
            assert_string_equal(json_string_value(json_object_get(evidence, "quote")), "1234");
    }
    close_run(run);
}

static void stream__of_a_long_name_and_fragments_of_a_megabyte__as_any(void **state)
{
    (void)state;
    struct path_run *run = open_run(PACK, NULL);
    const size_t size = (size_t)1 << 20;
    char *name = malloc(10241);
    char *giant = malloc(size + 64 + 10241);
    char *end = malloc(64 + 10241);
    char got[2048];
    memset(name, 'n', 10240);
    name[10240] = '\0';
    int head = sprintf(giant, "{\"stream_id\":\"%s\",\"seq\":1,\"text\":\"", name);
    memset(giant + head, '.', size);
    sprintf(giant + head + size, " a safe\"}");
    sprintf(end, "{\"stream_id\":\"%s\",\"seq\":2,\"text\":\"account\"}", name);
    const struct post posts[] = {{giant, -1, false}, {end, -1, false}};
    run->mapping = 1;
    pass_posts(run, posts, 2);
    describe(run, got, sizeof got);
    assert_string_equal(got, "1 account \"safe account\"");
    assert_true(weir_counted(&run->counters, WEIR_COUNT_STREAM_BYTES) < 32768);
    free(name);
    free(giant);
    free(end);
    close_run(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phrase__over_three_fragments__flagged_by_the_last),
        cmocka_unit_test(gap__in_a_phrase__no_hit_until_it_is_filled),
        cmocka_unit_test(cooldown__hits_in_between__told_by_the_next_flag),
        cmocka_unit_test(cooldown__clock_that_jumps_back__is_over),
        cmocka_unit_test(condition__over_the_window__later_text_withdraws_nothing),
        cmocka_unit_test(partial__rewritten__withdrawn_and_flagged_again_at_once),
        cmocka_unit_test(withdrawn__hits_that_it_held_back__flagged_after_all),
        cmocka_unit_test(late__what_it_completes__is_settled_with_what_came_before),
        cmocka_unit_test(condition__not_held_by_a_partial__is_judged_anew),
        cmocka_unit_test(silence__has_its_place),
        cmocka_unit_test(exception__cut_in_two__withdraws),
        cmocka_unit_test(end__provisional_flags__settled),
        cmocka_unit_test(restart__number_that_falls__no_phrase_across),
        cmocka_unit_test(alone__too_late__looked_at_by_itself),
        cmocka_unit_test(alone__final_text_of_a_partial_that_left__looked_at_by_itself),
        cmocka_unit_test(window__moves__left_context_stays),
        cmocka_unit_test(window__moves_within_a_long_run__matches_stay_where_they_are),
        cmocka_unit_test(resume__below_the_committed_offset__only_rebuilds),
        cmocka_unit_test(stream__of_a_long_name_and_fragments_of_a_megabyte__as_any),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
