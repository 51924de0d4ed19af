/* An item, rules that match it, and their encoder, for the tests of records. */
#ifndef FLAGGING_H
#define FLAGGING_H

#include "weir/publish.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include <jansson.h>

#define NOW_MS INT64_C(1795467475123) /* 2026-11-23T20:57:55.123Z */
#define RULESET_SHA256 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

struct flagging {
    struct weir_ruleset ruleset;
    struct weir_encoder encoder;
    struct weir_rule rules[2];
    struct weir_pattern pattern;
    struct weir_value values[4];
    struct weir_item item;
    struct weir_evidence evidence[64];
    struct weir_match matches[2];
    struct weir_verdict verdict;
    struct weir_finding finding; /* item, verdict, channel, id and time are set by flag_to */
    struct weir_arena *arena;
    struct weir_record record;
    json_t *json; /* of the record */
};

/* One medium rule with one evidence: "safe account" of the text "Your safe account awaits". Fields: text, author_name,
 * url. */
static inline void begin_flagging(struct flagging *flagging)
{
    *flagging = (struct flagging){
        .ruleset = {.fields = {.at = {"text", "author_name", "url"}, .count = 3}, .generation = 4, .sha256 = RULESET_SHA256},
        .encoder = {.author_key = WEIR_TEXT_LITERAL("a secret"), .content = WEIR_CONTENT_FULL, .record_max = SIZE_MAX},
        .pattern = {.name = "account"},
        .arena = weir_arena_new(65536),
    };
    assert_non_null(flagging->arena);
    flagging->encoder.ruleset = &flagging->ruleset;
    flagging->rules[0] = (struct weir_rule){.id = "scams.safe-account",
                                            .title = "A \"safe account\"",
                                            .why = "No bank asks that.",
                                            .pack = "scams",
                                            .version = "1.0.0",
                                            .category = "scams_and_fraud",
                                            .keyword = "phishing",
                                            .severity = WEIR_SEVERITY_MEDIUM,
                                            .status = WEIR_RULE_ACTIVE};
    flagging->rules[1] = (struct weir_rule){.id = "leaks.card",
                                            .title = "A card number",
                                            .why = "It is private.",
                                            .pack = "leaks",
                                            .version = "2.1",
                                            .category = "data_protection_and_privacy_violations",
                                            .severity = WEIR_SEVERITY_CRITICAL,
                                            .status = WEIR_RULE_ACTIVE};
    flagging->values[0] = (struct weir_value){0, WEIR_TEXT_LITERAL("Your safe account awaits")};
    flagging->evidence[0] = (struct weir_evidence){.pattern = &flagging->pattern,
                                                   .view = WEIR_VIEW_FOLDED,
                                                   .start = 5,
                                                   .end = 17,
                                                   .start_byte = 5,
                                                   .end_byte = 17,
                                                   .quote = WEIR_TEXT_LITERAL("safe account"),
                                                   .matched_as = WEIR_TEXT_LITERAL("safe account")};
    flagging->item = (struct weir_item){.kind = WEIR_POST,
                                        .origin = {WEIR_TEXT_LITERAL("posts"), 2, 1234, 1795467470000, false},
                                        .key = WEIR_TEXT_LITERAL("k1"),
                                        .id = WEIR_TEXT_LITERAL("p1"),
                                        .author = WEIR_TEXT_LITERAL("u42"),
                                        .lang = WEIR_TEXT_LITERAL("en"),
                                        .time = WEIR_TEXT_LITERAL("1795467469"),
                                        .values = flagging->values,
                                        .value_count = 1};
    flagging->matches[0] = (struct weir_match){
        .rule = &flagging->rules[0], .evidence = flagging->evidence, .evidence_count = 1};
    flagging->matches[1] = (struct weir_match){.rule = &flagging->rules[1]};
    for (int i = 0; i < WEIR_CHANNEL_COUNT; i++) {
        flagging->verdict.matches[i] = flagging->matches;
        flagging->verdict.match_count[i] = 1;
    }
}

static inline void end_flagging(struct flagging *flagging)
{
    json_decref(flagging->json);
    weir_arena_free(flagging->arena);
}

/* Encodes, checks that the record is one line of JSON, and parses it. */
static inline void flag_to(struct flagging *flagging, enum weir_channel channel)
{
    char id[WEIR_UUID_SIZE];
    assert_int_equal(weir_flag_id(&flagging->encoder, &flagging->item, channel, NULL, flagging->arena, id), WEIR_OK);
    flagging->finding.item = &flagging->item;
    flagging->finding.verdict = &flagging->verdict;
    flagging->finding.channel = channel;
    flagging->finding.flag_id = id;
    flagging->finding.now_ms = NOW_MS;
    assert_int_equal(weir_record_flag(&flagging->encoder, &flagging->finding, flagging->arena, &flagging->record),
                     WEIR_OK);
    struct weir_text line = flagging->record.value;
    assert_null(memchr(line.data, '\n', line.length));
    json_decref(flagging->json);
    json_error_t error;
    flagging->json = json_loadb(line.data, line.length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (!flagging->json)
        fail_msg("%s", error.text);
}

static inline void flag_item(struct flagging *flagging)
{
    flag_to(flagging, WEIR_CHANNEL_REVIEW);
}

/* The text at a path of members, e.g. {"content", "text", NULL}; an array gives its first element. NULL when there is
 * none. */
static inline const char *text_at(const struct flagging *flagging, const char *const *members)
{
    const json_t *at = flagging->json;
    for (; *members; members++) {
        at = json_is_array(at) ? json_array_get(at, 0) : at;
        at = json_object_get(at, *members);
    }
    return json_string_value(at);
}

#define TEXT_AT(flagging, ...) text_at((flagging), (const char *const[]){__VA_ARGS__, NULL})

#endif
