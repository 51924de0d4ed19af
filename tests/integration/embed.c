/* A program that embeds weir: folds and scans a text with one rule, and prints what was found. Built by install.sh against the
 * installed library alone. */
#include <stdio.h>
#include <weir/decide.h>
#include <weir/normalize.h>
#include <weir/scan.h>

static const char PACK[] =
    "{pack: demo, version: 1.0.0, description: One rule., rules: [{id: demo.safe, title: A safe account, why: There is none.,\n"
    "  category: scams_and_fraud, severity: high, patterns: {account: {literals: [safe account]}},\n"
    "  examples: {flag: [my safe account], pass: [nothing]}}]}\n";

int main(int argc, char **argv)
{
    struct weir_value value = {.field = 0, .text = weir_text_of(argc > 1 ? argv[1] : "")};
    struct weir_item item = {.kind = WEIR_POST, .values = &value, .value_count = 1};
    struct weir_field_names fields = {.at = {"text"}, .count = 1};
    struct weir_limits limits = WEIR_LIMITS_DEFAULT;
    struct weir_chars *chars = weir_chars_new();
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_arena *arena = weir_arena_new(65536);
    struct weir_normalizer *normalizer;
    struct weir_ruleset *ruleset;
    struct weir_scanner *scanner;
    struct weir_decider *decider;
    struct weir_scan_text texts;
    struct weir_hits hits;
    struct weir_verdict verdict;

    if (!chars || !arena || weir_normalizer_new(chars, &normalizer) != WEIR_OK)
        return 3;
    struct weir_folding folding = weir_normalizer_folding(normalizer);
    if (weir_ruleset_parse("demo", weir_text_of(PACK), &fields, &folding, diagnostics, &ruleset) != WEIR_OK) {
        weir_diagnostics_print(diagnostics, stderr);
        return 1;
    }
    if (weir_scanner_new(ruleset, limits.hits, &scanner) != WEIR_OK ||
        weir_decider_new(ruleset, chars, &limits, &decider) != WEIR_OK ||
        weir_normalize(normalizer, &item, ruleset->views, &texts) != WEIR_OK)
        return 3;
    weir_scan(scanner, &texts, &hits);
    if (weir_decide(decider, &item, &texts, &hits, arena, &verdict) != WEIR_OK)
        return 3;
    for (size_t i = 0; i < verdict.match_count[WEIR_CHANNEL_REVIEW]; i++) {
        const struct weir_evidence *evidence = verdict.matches[WEIR_CHANNEL_REVIEW][i].evidence;
        printf("%s %zu-%zu %.*s\n", verdict.matches[WEIR_CHANNEL_REVIEW][i].rule->id, evidence->start, evidence->end,
               (int)evidence->quote.length, evidence->quote.data);
    }
    weir_decider_free(decider);
    weir_scanner_free(scanner);
    weir_ruleset_free(ruleset);
    weir_normalizer_free(normalizer);
    weir_arena_free(arena);
    weir_diagnostics_free(diagnostics);
    weir_chars_free(chars);
    return 0;
}
