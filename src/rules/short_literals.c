/* What is so short that ordinary text is full of it.
 *
 * How short depends on the script: a Latin letter says little, a consonant of an abjad more, a syllable or a Han
 * character most. Knows nothing of what a corpus says. */
#include "weir/rule_parts.h"

#include "weir/utf8.h"
#include "weir/yaml.h"

/* Twelfths of what is long enough: four letters, three consonants, two syllables. */
#define ENOUGH 12u
#define WEIGHT_LETTER 3u
#define WEIGHT_CONSONANT 4u
#define WEIGHT_SYLLABLE 6u
#define WEIGHT_ANYWHERE 2u /* of a letter that may stand inside a word */

#define REGEX_BYTES_ENOUGH 4u

static unsigned weigh(const struct weir_chars *chars, uint32_t code_point, enum weir_boundary boundary)
{
    if (weir_char_has(chars, code_point, WEIR_CHAR_MARK | WEIR_CHAR_SPACE | WEIR_CHAR_IGNORABLE))
        return 0;
    if (weir_char_has(chars, code_point, WEIR_CHAR_UNSPACED))
        return WEIGHT_SYLLABLE;
    if (code_point >= 0x0590 && code_point < 0x0900) /* Hebrew, Arabic, Syriac and their like */
        return WEIGHT_CONSONANT;
    if ((code_point >= 0x0900 && code_point < 0x0E00) || (code_point >= 0x1200 && code_point < 0x13A0))
        return WEIGHT_SYLLABLE; /* of India and Ethiopia */
    return boundary == WEIR_BOUNDARY_NONE ? WEIGHT_ANYWHERE : WEIGHT_LETTER;
}

static bool is_short(const struct weir_chars *chars, struct weir_text literal, enum weir_boundary boundary)
{
    unsigned weight = 0;
    for (size_t at = 0, width; at < literal.length && weight < ENOUGH; at += width)
        weight += weigh(chars, weir_utf8_decode(literal.data + at, &width), boundary);
    return weight < ENOUGH;
}

/* A literal of more bytes than this is long enough in any script. */
#define LITERAL_BYTES_MAX 48u

static void warn_literal(const struct weir_ruleset *ruleset, const struct weir_chars *chars, size_t number,
                         struct weir_diagnostics *diagnostics)
{
    const struct weir_expression *expression = &ruleset->expressions[number];
    const struct weir_expression_origin *origin = &ruleset->origins[number];
    const struct weir_pattern *pattern = &ruleset->patterns[expression->pattern];
    char bytes[LITERAL_BYTES_MAX];
    if (expression->length > LITERAL_BYTES_MAX)
        return;
    struct weir_text literal = weir_literal_spelled(origin, bytes);
    if (is_short(chars, literal, pattern->boundary))
        weir_yaml_warning(origin->node, diagnostics,
                          "'%.*s' is short, and alone makes '%s' flag, so that it may flood people; make it longer, or "
                          "let the condition ask for more",
                          (int)literal.length, literal.data, ruleset->rules[pattern->rule].id);
}

static void warn_regex(const struct weir_ruleset *ruleset, size_t number, struct weir_diagnostics *diagnostics)
{
    const struct weir_pattern *pattern = &ruleset->patterns[ruleset->expressions[number].pattern];
    if (pattern->width_min < REGEX_BYTES_ENOUGH && pattern->check == WEIR_CHECK_NONE)
        weir_yaml_warning(ruleset->origins[number].node, diagnostics,
                          "this can match as little as %u byte%s, and alone makes '%s' flag, so that it may flood "
                          "people; ask for more, here or in the condition",
                          pattern->width_min, pattern->width_min == 1 ? "" : "s", ruleset->rules[pattern->rule].id);
}

void weir_ruleset_warn_short(const struct weir_ruleset *ruleset, const struct weir_chars *chars,
                             struct weir_diagnostics *diagnostics)
{
    for (size_t i = 0; i < ruleset->expression_count; i++) {
        const struct weir_expression *expression = &ruleset->expressions[i];
        if (expression->view == WEIR_VIEW_SKELETON ||
            weir_pattern_role(ruleset, expression->pattern) != WEIR_PATTERN_ENOUGH)
            continue;
        switch (ruleset->patterns[expression->pattern].kind) {
        case WEIR_PATTERN_LITERALS:
            warn_literal(ruleset, chars, i, diagnostics);
            break;
        case WEIR_PATTERN_REGEX:
            warn_regex(ruleset, i, diagnostics);
            break;
        case WEIR_PATTERN_DOMAINS:
        default:
            break;
        }
    }
}
