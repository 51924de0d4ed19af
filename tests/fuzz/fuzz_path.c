/* The whole path from payload to record, under rules that use every part of the language. Each line of the input is a
 * message of its own, so that what one leaves behind meets the next. What explains must agree with what decides. */
#include "weir/decode.h"
#include "weir/explain.h"
#include "weir/normalize.h"
#include "weir/publish.h"
#include "weir/scan.h"
#include "weir/utf8.h"

#include <stdio.h>
#include <stdlib.h>

#define MESSAGES_MAX 16

static const char rules[] = "pack: f\nversion: 1.0.0\nrules:\n"
#define RULE(name, more)                                                                                               \
    "- id: f." name "\n  title: t\n  why: w\n  category: scams_and_fraud\n  severity: low\n"                           \
    "  examples: {flag: [a], pass: [b]}\n" more
    RULE("words", "  patterns: {a: {literals: [safe, safe account, '\u94b1']}, b: {literals: [bank], boundary: none}}\n"
                  "  condition: a and not b or count(b) >= 2\n")
        RULE("near", "  languages: [en, zh]\n  fields: [text, author_name]\n"
                     "  patterns: {a: {regex: '(move|send).{0,5}cash'}, b: {regex: '(?<!x)now', boundary: word}}\n"
                     "  condition: near(a, b, 8)\n  except: [{literals: [send cash slowly]}, {regex: 'n[^a]w+'}]\n")
            RULE("card", "  patterns: {a: {regex: '[0-9](?:[ -]?[0-9]){7,18}', check: luhn}}\n  status: shadow\n") RULE(
                "exact",
                "  patterns: {a: {regex: 'K[0-9A-Z]{3,}', view: exact}, b: {literals: [\u00c9t\u00e9], view: exact}}\n")
                RULE("name",
                     "  patterns: {a: {literals: [support, \u043f\u043e\u043c\u043e\u0449\u044c], field: author_name}, "
                     "b: {regex: '.*pass\\s?word'}}\n  condition: 2 of (a, b) or near(b, b, 3)\n")
                    RULE("wide",
                         "  patterns: {a: {regex: 'a.*z'}, b: {regex: '[^a-y ]{3}'}}\n  condition: all of them\n")
                        RULE(
                            "spoken",
                            "  kinds: [caption]\n  patterns: {a: {literals: [code]}}\n  condition: within(a, a, 5s)\n");

static const struct weir_text tokens[] = {{"id", 2}, {"lang", 4}, {"text", 4}, {"name", 4}, {"t", 1}, {"a", 1}};
static const struct weir_pointer pointers[] = {
    {WEIR_ROLE_ID, 0, &tokens[0], 1},    {WEIR_ROLE_LANG, 0, &tokens[1], 1}, {WEIR_ROLE_VALUE, 0, &tokens[2], 1},
    {WEIR_ROLE_VALUE, 1, &tokens[3], 1}, {WEIR_ROLE_TIME, 0, &tokens[4], 1}, {WEIR_ROLE_AUTHOR, 0, &tokens[5], 1},
};
static const struct weir_mapping mapping = {"posts", WEIR_POST, pointers, sizeof pointers / sizeof *pointers};

/* Made once; only the arena is of one input. */
struct path {
    struct weir_chars *chars;
    struct weir_normalizer *normalizer;
    struct weir_ruleset *ruleset;
    struct weir_scanner *scanner;
    struct weir_decider *decider;
    struct weir_decoder *decoder;
    struct weir_arena *arena;
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void open_path(struct path *path)
{
    struct weir_limits limits = WEIR_LIMITS_DEFAULT;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_field_names fields = {.at = {"text", "author_name"}, .count = 2};
    limits.hits = 40;
    limits.evidence = 4;
    path->chars = weir_chars_new();
    require(path->chars && diagnostics && weir_normalizer_new(path->chars, &path->normalizer) == WEIR_OK);
    struct weir_folding folding = weir_normalizer_folding(path->normalizer);
    if (weir_ruleset_parse("f.yaml", weir_text_of(rules), &fields, &folding, diagnostics, &path->ruleset) != WEIR_OK) {
        weir_diagnostics_print(diagnostics, stderr);
        abort();
    }
    require(weir_scanner_new(path->ruleset, limits.hits, &path->scanner) == WEIR_OK);
    require(weir_decider_new(path->ruleset, path->chars, &limits, &path->decider) == WEIR_OK);
    require(weir_decoder_new(&mapping, 1, &limits, &path->decoder) == WEIR_OK);
    path->arena = weir_arena_new(0);
    require(path->arena != NULL);
    weir_diagnostics_free(diagnostics);
}

/* The quote stands in its field where the offsets say. */
static void check_evidence(const struct weir_item *item, const struct weir_evidence *evidence)
{
    size_t start = 0; /* of the value in the field's content */
    for (size_t i = 0; i < item->value_count; i++) {
        const struct weir_value *value = &item->values[i];
        if (value->field != evidence->field)
            continue;
        if (evidence->start_byte >= start && evidence->end_byte <= start + value->text.length) {
            struct weir_text there =
                weir_text_slice(value->text, evidence->start_byte - start, evidence->end_byte - start);
            require(weir_text_equal(there, evidence->quote) && weir_utf8_valid(there));
            require(weir_utf8_count(there) == evidence->end - evidence->start);
            return;
        }
        start += value->text.length + 1;
    }
    abort();
}

static bool is_flagged(const struct weir_verdict *verdict, const struct weir_rule *rule)
{
    for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++)
        for (size_t i = 0; i < verdict->match_count[channel]; i++)
            if (verdict->matches[channel][i].rule == rule)
                return true;
    return false;
}

static void check_explanation(const struct weir_verdict *verdict, const struct weir_explanation *explanation)
{
    for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++)
        require(explanation->verdict.match_count[channel] == verdict->match_count[channel]);
    for (size_t i = 0; i < explanation->rule_count; i++) {
        const struct weir_explained_rule *explained = &explanation->rules[i];
        require((explained->match != NULL) == is_flagged(verdict, explained->rule));
    }
}

static void check_verdict(struct path *path, const struct weir_item *item, const struct weir_verdict *verdict)
{
    const struct weir_encoder encoder = {
        .ruleset = path->ruleset, .author_key = WEIR_TEXT_LITERAL("key"), .record_max = 4000};
    for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++) {
        for (size_t i = 0; i < verdict->match_count[channel]; i++)
            for (size_t n = 0; n < verdict->matches[channel][i].evidence_count; n++)
                check_evidence(item, &verdict->matches[channel][i].evidence[n]);
        struct weir_record record;
        char flag_id[WEIR_UUID_SIZE];
        struct weir_finding finding = {
            .item = item, .verdict = verdict, .channel = (enum weir_channel)channel, .flag_id = flag_id};
        if (verdict->match_count[channel] == 0)
            continue;
        require(weir_flag_id(&encoder, item, finding.channel, NULL, path->arena, flag_id) == WEIR_OK);
        require(weir_record_flag(&encoder, &finding, path->arena, &record) == WEIR_OK);
        require(record.value.length > 0 && weir_utf8_valid(record.value));
    }
}

static void pass(struct path *path, struct weir_text payload)
{
    struct weir_message message = {.origin = {WEIR_TEXT_LITERAL("posts"), 1, 2, 3, false},
                                   .payload = weir_arena_padded(path->arena, payload)};
    struct weir_item item;
    struct weir_bad_payload bad;
    struct weir_scan_text texts;
    struct weir_hits hits;
    struct weir_verdict verdict;
    struct weir_explanation explanation;
    if (weir_decode(path->decoder, &message, path->arena, &item, &bad) != WEIR_OK)
        return;
    require(weir_normalize(path->normalizer, &item, path->ruleset->views, &texts) == WEIR_OK);
    weir_scan(path->scanner, &texts, &hits);
    require(weir_decide(path->decider, &item, &texts, &hits, path->arena, &verdict) == WEIR_OK);
    check_verdict(path, &item, &verdict);
    require(weir_explain(path->decider, &item, &texts, &hits, path->arena, &explanation) == WEIR_OK);
    check_explanation(&verdict, &explanation);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct path path; /* for the life of the process */
    struct weir_text rest = {(const char *)data, size};
    if (!path.chars)
        open_path(&path);
    for (int i = 0; i < MESSAGES_MAX && rest.length > 0; i++) {
        const char *feed = memchr(rest.data, '\n', rest.length);
        size_t length = feed ? (size_t)(feed - rest.data) : rest.length;
        weir_arena_reset(path.arena);
        pass(&path, weir_text_slice(rest, 0, length));
        rest = weir_text_slice(rest, length + (feed != NULL), rest.length);
    }
    return 0;
}
