/* Promise 6 from end to end: whatever a rule points at, the offsets say where the quote stands, and the quote,
 * normalized, contains what matched. And its other half: a phrase that was planted, disguised, is found.
 *
 *   property_evidence [TEXTS [SEED]]      60,000 texts by default; the same seed gives the same texts */
#include "weir/decide.h"
#include "weir/normalize.h"
#include "weir/scan.h"

#include <stdio.h>
#include <stdlib.h>

#define PIECES_MAX 24
#define TEXT_MAX 2048
#define VALUES_MAX 3

static const char PACK[] = "pack: t\nversion: 1.0.0\nrules:\n"
                           "- id: t.r\n  title: t\n  why: w\n  category: scams_and_fraud\n  severity: low\n"
                           "  fields: [text, author_name]\n  patterns:\n"
                           "    phrase: {literals: [safe account, безопасный счет, 安全账户, file], boundary: none}\n"
                           "    word: {literals: [safe, account, é, がん]}\n"
                           "    bounded: {regex: 's.{0,9}t'}\n"
                           "    unbounded: {regex: 'acc[^z]*!'}\n"
                           "    back: {regex: '([a-z])\\1'}\n"
                           "    exact: {regex: '[A-Z]\\S+', view: exact}\n"
                           "  examples: {flag: [a], pass: [b]}\n";

/* The first pieces are the phrase "safe account" in disguises that folding, or the skeleton, undoes. */
static const char *const PIECES[] = {
    "safe account",
    "SAFE  Account",
    "ｓａｆｅ\u3000ａｃｃｏｕｎｔ",
    "sa\u00ADfe \u200Baccount",
    "safe \u0430\u0441\u0441ount",
    "s\u0336afe account",
    "безопасный счет",
    "安全账户",
    "\uFB01le",
    "e\u0301",
    "é",
    "か\u3099ん",
    "!",
    " ",
    "\t\n",
    "\u200B",
    "\uFE0F",
    "\u0301",
    "\u0327",
    "中",
    "x",
    "ß",
    "aa",
    "\uFDFA",
    "S",
    "\u1100\u1161",
    "😀",
    "т",
    "1",
    "\u2019",
};
#define PLANTED 6

struct world {
    struct weir_chars *chars;
    struct weir_normalizer *normalizer;
    struct weir_ruleset *ruleset;
    struct weir_scanner *scanner;
    struct weir_decider *decider;
    struct weir_arena *arena;
    uint64_t state;
    unsigned long evidence;
};

static uint32_t draw_below(struct world *world, uint32_t bound)
{
    world->state ^= world->state << 13;
    world->state ^= world->state >> 7;
    world->state ^= world->state << 17;
    return (uint32_t)((world->state >> 32) % bound);
}

static void fail(const struct weir_value *values, size_t count, const char *why)
{
    fprintf(stderr, "%s:\n", why);
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "  field %u: \"%.*s\"\n", values[i].field, (int)values[i].text.length, values[i].text.data);
    exit(1);
}

static struct weir_text draw_text(struct world *world, bool *planted)
{
    char *text = weir_arena_alloc(world->arena, TEXT_MAX);
    size_t length = 0;
    uint32_t pieces = 1 + draw_below(world, PIECES_MAX);
    for (uint32_t i = 0; i < pieces; i++) {
        uint32_t piece = draw_below(world, sizeof PIECES / sizeof *PIECES);
        /* Between two spaces nothing beside it can change it. */
        bool apart = piece < PLANTED && draw_below(world, 2) == 0;
        *planted = *planted || apart;
        length += (size_t)snprintf(text + length, TEXT_MAX - length, apart ? " . %s . " : "%s", PIECES[piece]);
    }
    return (struct weir_text){text, length};
}

static bool contains(struct weir_text whole, struct weir_text part)
{
    return memmem(whole.data, whole.length, part.data, part.length) != NULL;
}

/* The field's content, as records hold it. */
static struct weir_text join_field(struct world *world, const struct weir_value *values, size_t count, uint32_t field)
{
    char *content = weir_arena_alloc(world->arena, VALUES_MAX * (TEXT_MAX + 1));
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (values[i].field != field)
            continue;
        if (length)
            content[length++] = '\n';
        memcpy(content + length, values[i].text.data, values[i].text.length);
        length += values[i].text.length;
    }
    return (struct weir_text){content, length};
}

/* matched_as is copied before: folding reuses the buffers that it lies in. */
static void check_evidence(struct world *world, const struct weir_value *values, size_t count,
                           const struct weir_evidence *evidence, struct weir_text matched)
{
    struct weir_text content = join_field(world, values, count, evidence->field);
    if (evidence->end_byte > content.length || evidence->start_byte >= evidence->end_byte)
        fail(values, count, "a span lies outside of its field");
    if (!weir_text_equal(weir_text_slice(content, evidence->start_byte, evidence->end_byte), evidence->quote))
        fail(values, count, "the bytes of a span are not its quote");
    if (weir_utf8_count(weir_text_slice(content, 0, evidence->start_byte)) != evidence->start ||
        weir_utf8_count(weir_text_slice(content, 0, evidence->end_byte)) != evidence->end)
        fail(values, count, "code points and bytes of a span differ");
    if (evidence->view == WEIR_VIEW_SKELETON)
        return; /* what its tokens become depends on their letters outside of the quote */
    struct weir_folding folding = weir_normalizer_folding(world->normalizer);
    struct weir_text folded;
    if (folding.fold(folding.context, WEIR_VIEW_FOLDED, evidence->quote, world->arena, &folded) != WEIR_OK)
        fail(values, count, "a quote does not fold");
    if (evidence->view == WEIR_VIEW_EXACT &&
        folding.fold(folding.context, WEIR_VIEW_FOLDED, matched, world->arena, &matched) != WEIR_OK)
        fail(values, count, "what matched does not fold");
    /* At its ends a quote has no neighbours: folding trims what was a space there. */
    while (matched.length && matched.data[0] == ' ')
        matched = weir_text_slice(matched, 1, matched.length);
    while (matched.length && matched.data[matched.length - 1] == ' ')
        matched.length--;
    if (contains(folded, matched))
        return;
    fprintf(stderr, "\"%.*s\" of %s, folded \"%.*s\"\n", (int)matched.length, matched.data, evidence->pattern->name,
            (int)folded.length, folded.data);
    fail(values, count, "a quote, normalized, does not contain what matched");
}

static void check_item(struct world *world)
{
    struct weir_value values[VALUES_MAX];
    size_t count = 1 + draw_below(world, VALUES_MAX);
    bool planted = false;
    for (size_t i = 0; i < count; i++)
        values[i] = (struct weir_value){i == VALUES_MAX - 1, draw_text(world, &planted)};
    struct weir_item item = {.kind = WEIR_POST, .values = values, .value_count = count};
    struct weir_scan_text texts;
    struct weir_hits hits;
    struct weir_verdict verdict;
    if (weir_normalize(world->normalizer, &item, world->ruleset->views, &texts) != WEIR_OK)
        fail(values, count, "not normalized");
    weir_scan(world->scanner, &texts, &hits);
    if (weir_decide(world->decider, &item, &texts, &hits, world->arena, &verdict) != WEIR_OK)
        fail(values, count, "not decided");
    if (verdict.match_count[WEIR_CHANNEL_REVIEW] == 0) {
        if (planted)
            fail(values, count, "a planted phrase is not found");
        return;
    }
    const struct weir_match *match = verdict.matches[WEIR_CHANNEL_REVIEW];
    struct weir_text *matched = weir_arena_array(world->arena, match->evidence_count, sizeof *matched);
    bool found = false;
    for (size_t i = 0; i < match->evidence_count; i++) {
        matched[i] = weir_arena_text(world->arena, match->evidence[i].matched_as);
        found = found || weir_text_is(matched[i], "safe account");
    }
    if (planted && !found && !match->truncated)
        fail(values, count, "a planted phrase is not found");
    for (size_t i = 0; i < match->evidence_count; i++)
        check_evidence(world, values, count, &match->evidence[i], matched[i]);
    world->evidence += match->evidence_count;
}

static enum weir_status open_world(struct world *world)
{
    const struct weir_field_names fields = {.at = {"text", "author_name"}, .count = 2};
    const struct weir_limits limits = WEIR_LIMITS_DEFAULT;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    world->chars = weir_chars_new();
    world->arena = weir_arena_new(1u << 20);
    enum weir_status status = world->chars && world->arena && diagnostics
                                  ? weir_normalizer_new(world->chars, &world->normalizer)
                                  : WEIR_NO_MEMORY;
    if (status == WEIR_OK) {
        struct weir_folding folding = weir_normalizer_folding(world->normalizer);
        status = weir_ruleset_parse("t.yaml", weir_text_of(PACK), &fields, &folding, diagnostics, &world->ruleset);
        weir_diagnostics_print(diagnostics, stderr);
    }
    if (status == WEIR_OK)
        status = weir_scanner_new(world->ruleset, limits.hits, &world->scanner);
    if (status == WEIR_OK)
        status = weir_decider_new(world->ruleset, world->chars, &limits, &world->decider);
    weir_diagnostics_free(diagnostics);
    return status;
}

int main(int count, char **arguments)
{
    unsigned long texts = count > 1 ? strtoul(arguments[1], NULL, 10) : 60000;
    struct world world = {.state = count > 2 ? strtoull(arguments[2], NULL, 10) : 20261123};
    if (open_world(&world) != WEIR_OK)
        return 3;
    for (unsigned long i = 0; i < texts; i++) {
        check_item(&world);
        weir_arena_reset(world.arena);
    }
    printf("%lu items, %lu pieces of evidence\n", texts, world.evidence);
    weir_decider_free(world.decider);
    weir_scanner_free(world.scanner);
    weir_ruleset_free(world.ruleset);
    weir_normalizer_free(world.normalizer);
    weir_chars_free(world.chars);
    weir_arena_free(world.arena);
    return world.evidence == 0;
}
