/* Counts the lines of a corpus that each rule flags and each pattern is found in. */
#include "survey_flood.h"

#include "survey_excerpt.h"
#include "weir/decide.h"
#include "weir/rule_parts.h"
#include "weir/scan.h"
#include "weir/yaml.h"

#include <inttypes.h>

#define ARENA_KEEP ((size_t)1 << 20)
#define LINES_FOR_ONE 1000u /* more than one hit in as many lines is a flood */

/* Kinds do not matter to lines of a corpus. */
static enum weir_status widen_kinds(struct flood *flood)
{
    const struct weir_ruleset *whole = flood->options->ruleset;
    struct weir_rule *rules = weir_arena_array(flood->arena, whole->rule_count, sizeof *rules);
    if (!rules)
        return WEIR_NO_MEMORY;
    for (size_t i = 0; i < whole->rule_count; i++) {
        rules[i] = whole->rules[i];
        rules[i].kinds = 1u << WEIR_POST | 1u << WEIR_CAPTION;
    }
    flood->rules = *whole;
    flood->rules.rules = rules;
    return WEIR_OK;
}

enum weir_status flood_init(struct flood *flood, const struct weir_survey_options *options)
{
    const struct weir_limits *limits = &options->settings->limits;
    *flood = (struct flood){.options = options, .arena = weir_arena_new(0), .of_item = weir_arena_new(ARENA_KEEP)};
    if (!flood->arena || !flood->of_item)
        return WEIR_NO_MEMORY;
    flood->rule_tallies = weir_arena_array(flood->arena, options->ruleset->rule_count, sizeof *flood->rule_tallies);
    flood->pattern_tallies =
        weir_arena_array(flood->arena, options->ruleset->pattern_count, sizeof *flood->pattern_tallies);
    if (!flood->rule_tallies || !flood->pattern_tallies)
        return WEIR_NO_MEMORY;
    enum weir_status status = widen_kinds(flood);
    if (status == WEIR_OK)
        status = weir_ruleset_by_pattern(options->ruleset, flood->arena, &flood->patterns);
    if (status == WEIR_OK)
        status = weir_scanner_new(options->ruleset, limits->hits, &flood->scanner);
    if (status == WEIR_OK)
        status = weir_decider_new(&flood->rules, options->chars, limits, &flood->by_rule);
    if (status == WEIR_OK)
        status = weir_decider_new(&flood->patterns, options->chars, limits, &flood->by_pattern);
    return status;
}

void flood_fini(struct flood *flood)
{
    weir_decider_free(flood->by_pattern);
    weir_decider_free(flood->by_rule);
    weir_scanner_free(flood->scanner);
    weir_arena_free(flood->of_item);
    weir_arena_free(flood->arena);
}

static enum weir_status add_line(struct flood *flood, struct flood_tally *tally, const struct weir_match *match,
                                 const struct weir_item *item, uint64_t line)
{
    uint64_t number = tally->lines++;
    if (number >= FLOOD_LINES_SHOWN || match->evidence_count == 0)
        return WEIR_OK;
    struct weir_text quote = match->evidence[0].quote;
    tally->shown[number] = survey_excerpt(flood->options->chars, item, quote, flood->arena);
    tally->shown_lines[number] = line;
    return tally->shown[number] ? WEIR_OK : WEIR_NO_MEMORY;
}

/* Adds the line to the tally of each match; those are of the rules in `of`, by number. */
static enum weir_status tally_matches(struct flood *flood, const struct weir_verdict *verdict,
                                      const struct weir_ruleset *of, struct flood_tally *tallies,
                                      const struct weir_item *item, uint64_t line)
{
    for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++) {
        for (size_t i = 0; i < verdict->match_count[channel]; i++) {
            const struct weir_match *match = &verdict->matches[channel][i];
            enum weir_status status = add_line(flood, &tallies[match->rule - of->rules], match, item, line);
            if (status != WEIR_OK)
                return status;
        }
    }
    return WEIR_OK;
}

enum weir_status flood_count(struct flood *flood, const struct weir_item *item, const struct weir_scan_text *texts,
                             uint64_t line)
{
    struct weir_hits hits;
    struct weir_verdict verdict;
    flood->lines++;
    weir_scan(flood->scanner, texts, &hits);
    weir_arena_reset(flood->of_item);
    enum weir_status status = weir_decide(flood->by_rule, item, texts, &hits, flood->of_item, &verdict);
    if (status == WEIR_OK)
        status = tally_matches(flood, &verdict, &flood->rules, flood->rule_tallies, item, line);
    if (status == WEIR_OK)
        status = weir_decide(flood->by_pattern, item, texts, &hits, flood->of_item, &verdict);
    if (status == WEIR_OK)
        status = tally_matches(flood, &verdict, &flood->patterns, flood->pattern_tallies, item, line);
    return status;
}

static bool is_flood(const struct flood *flood, const struct flood_tally *tally)
{
    return tally->lines * LINES_FOR_ONE > flood->lines;
}

#define SHOWN_BYTES_MAX (FLOOD_LINES_SHOWN * (SURVEY_EXCERPT_BYTES_MAX + 32))

/* "; line 3: "...", line 9: "..."" */
static void list_shown(const struct flood_tally *tally, char out[SHOWN_BYTES_MAX])
{
    size_t length = 0;
    out[0] = '\0';
    for (int i = 0; i < FLOOD_LINES_SHOWN && tally->shown[i]; i++)
        length += (size_t)snprintf(out + length, SHOWN_BYTES_MAX - length, "%s line %" PRIu64 ": \"%s\"",
                                   i == 0 ? ";" : ",", tally->shown_lines[i], tally->shown[i]);
}

/* The pattern to blame for what the rule flags: of those that mean the most to it, the one that most lines had. */
static uint32_t find_cause(const struct flood *flood, const struct weir_rule *rule)
{
    uint32_t cause = rule->pattern_first;
    enum weir_pattern_role best = weir_pattern_role(flood->options->ruleset, cause);
    for (uint32_t i = cause + 1; i < rule->pattern_first + rule->pattern_count; i++) {
        enum weir_pattern_role role = weir_pattern_role(flood->options->ruleset, i);
        bool is_louder = flood->pattern_tallies[i].lines > flood->pattern_tallies[cause].lines;
        if (role < best || (role == best && is_louder)) {
            cause = i;
            best = role;
        }
    }
    return cause;
}

static void warn_rule(const struct flood *flood, uint32_t number, struct weir_diagnostics *diagnostics)
{
    const struct weir_ruleset *ruleset = flood->options->ruleset;
    const struct weir_rule *rule = &ruleset->rules[number];
    const struct flood_tally *tally = &flood->rule_tallies[number];
    char shown[SHOWN_BYTES_MAX];
    list_shown(tally, shown);
    weir_yaml_warning(ruleset->patterns[find_cause(flood, rule)].node, diagnostics,
                      "'%s' flags %" PRIu64 " of %" PRIu64 " lines, more than 1 in 1,000%s", rule->id, tally->lines,
                      flood->lines, shown);
}

static void warn_pattern(const struct flood *flood, uint32_t number, struct weir_diagnostics *diagnostics)
{
    const struct weir_ruleset *ruleset = flood->options->ruleset;
    const struct weir_pattern *pattern = &ruleset->patterns[number];
    const struct flood_tally *tally = &flood->pattern_tallies[number];
    bool is_held = !is_flood(flood, &flood->rule_tallies[pattern->rule]) &&
                   weir_pattern_role(ruleset, number) == WEIR_PATTERN_HELPS;
    char shown[SHOWN_BYTES_MAX];
    list_shown(tally, shown);
    weir_yaml_warning(pattern->node, diagnostics,
                      "'%s' of '%s' matches %" PRIu64 " of %" PRIu64 " lines, more than 1 in 1,000%s%s", pattern->name,
                      ruleset->rules[pattern->rule].id, tally->lines, flood->lines,
                      is_held ? "; only the rest of the condition keeps the rule from flooding" : "", shown);
}

/* The rule's own warning says the same: all that it flags, it flags with this pattern. */
static bool is_said(const struct flood *flood, uint32_t pattern)
{
    const struct flood_tally *rule = &flood->rule_tallies[flood->options->ruleset->patterns[pattern].rule];
    return is_flood(flood, rule) && rule->lines == flood->pattern_tallies[pattern].lines;
}

void flood_warn(const struct flood *flood, struct weir_diagnostics *diagnostics)
{
    const struct weir_ruleset *ruleset = flood->options->ruleset;
    for (uint32_t i = 0; i < ruleset->rule_count; i++) {
        const struct weir_rule *rule = &ruleset->rules[i];
        if (is_flood(flood, &flood->rule_tallies[i]))
            warn_rule(flood, i, diagnostics);
        for (uint32_t p = rule->pattern_first; p < rule->pattern_first + rule->pattern_count; p++)
            if (is_flood(flood, &flood->pattern_tallies[p]) && !is_said(flood, p) &&
                weir_pattern_role(ruleset, p) != WEIR_PATTERN_HINDERS)
                warn_pattern(flood, p, diagnostics);
    }
}
