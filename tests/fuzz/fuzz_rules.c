/* Rule packs from strangers: any bytes as a pack or, after a first byte `R` (folded view) or `E` (exact), as the regex of a good pack.
 * Loading may refuse, and then says why; it may not crash, leak, or hand out half a ruleset. */
#include "weir/database.h"
#include "weir/ruleset.h"

#include <stdio.h>
#include <stdlib.h>

#define PACK_MAX 16384

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum weir_status fold_ascii(void *context, enum weir_view view, struct weir_text text, struct weir_arena *arena,
                                   struct weir_text *folded)
{
    (void)context;
    (void)view;
    char *out = weir_arena_alloc(arena, text.length + 1);
    if (!out)
        return WEIR_NO_MEMORY;
    for (size_t i = 0; i < text.length; i++)
        out[i] = text.data[i] >= 'A' && text.data[i] <= 'Z' ? (char)(text.data[i] | 0x20) : text.data[i];
    *folded = (struct weir_text){out, text.length};
    return WEIR_OK;
}

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* What decide and the scan rely on. */
static void check_ruleset(const struct weir_ruleset *ruleset)
{
    for (size_t i = 0; i < ruleset->expression_count; i++)
        require(ruleset->expressions[i].pattern < ruleset->pattern_count);
    for (size_t i = 0; i < ruleset->pattern_count; i++) {
        const struct weir_pattern *pattern = &ruleset->patterns[i];
        require(pattern->rule < ruleset->rule_count);
        require((pattern->kind == WEIR_PATTERN_REGEX) == (pattern->regex != NULL));
        require(pattern->width_min <= pattern->width_max);
    }
    for (size_t i = 0; i < ruleset->rule_count; i++) {
        const struct weir_rule *rule = &ruleset->rules[i];
        require(rule->id && rule->title && rule->why && rule->category && rule->kinds && rule->fields);
        require(rule->pattern_count > 0 && rule->example_count >= 2);
        require(rule->pattern_first + rule->pattern_count <= ruleset->pattern_count);
    }
    for (size_t i = 0; i < ruleset->database->group_count; i++)
        require(ruleset->database->groups[i].database != NULL);
}

static void load(struct weir_text source)
{
    struct weir_folding folding = {.fold = fold_ascii};
    struct weir_field_names fields = {.at = {"text"}, .count = 1};
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(20);
    struct weir_ruleset *ruleset = NULL;
    require(diagnostics != NULL);
    enum weir_status status = weir_ruleset_parse("pack.yaml", source, &fields, &folding, diagnostics, &ruleset);
    require((status == WEIR_OK) == (ruleset != NULL));
    require((status == WEIR_INVALID) == (weir_diagnostics_errors(diagnostics) > 0));
    if (ruleset)
        check_ruleset(ruleset);
    weir_ruleset_free(ruleset);
    weir_diagnostics_free(diagnostics);
}

/* A good pack but for the regex, in double quotes: every byte that is not plain is escaped. */
static void load_regex(const uint8_t *data, size_t size, bool exact)
{
    char source[PACK_MAX];
    size_t length = (size_t)snprintf(source, sizeof source,
                                     "pack: p\nversion: 1.0.0\ndescription: d\nrules:\n- id: p.r\n  title: t\n  why: w\n"
                                     "  category: violence\n  severity: low\n  examples: {flag: [a], pass: [b]}\n"
                                     "  patterns: {r: {view: %s, regex: \"",
                                     exact ? "exact" : "folded");
    for (size_t i = 0; i < size && length < sizeof source - 16; i++) {
        bool is_coded = data[i] < 0x20 || data[i] == 0x7F;
        if (is_coded)
            length += (size_t)snprintf(source + length, sizeof source - length, "\\x%02x", data[i]);
        else if (data[i] == '"' || data[i] == '\\')
            length += (size_t)snprintf(source + length, sizeof source - length, "\\%c", data[i]);
        else
            source[length++] = (char)data[i];
    }
    length += (size_t)snprintf(source + length, sizeof source - length, "\"}}\n");
    load((struct weir_text){source, length});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0 && (data[0] == 'R' || data[0] == 'E'))
        load_regex(data + 1, size - 1, data[0] == 'E');
    else
        load((struct weir_text){(const char *)data, size});
    return 0;
}
