/* Random rules, and how they are written in a pack. */
#include "spec.h"

#include "weir/utf8.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define DEPTH_MAX 3u

/* ---- Conditions ---- */

static bool holds_for_nothing(const struct spec_rule *rule, unsigned at)
{
    const struct spec_node *node = &rule->nodes[at];
    switch (node->kind) {
    case WEIR_CONDITION_NOT:
        return !holds_for_nothing(rule, node->left);
    case WEIR_CONDITION_AND:
        return holds_for_nothing(rule, node->left) && holds_for_nothing(rule, node->right);
    case WEIR_CONDITION_OR:
        return holds_for_nothing(rule, node->left) || holds_for_nothing(rule, node->right);
    case WEIR_CONDITION_COUNT:
        return node->comparison == WEIR_LESS   ? node->number > 0
               : node->comparison == WEIR_MORE ? false
                                               : node->comparison == WEIR_AT_MOST || node->number == 0;
    case WEIR_CONDITION_NAME:
    case WEIR_CONDITION_NEAR:
    case WEIR_CONDITION_WITHIN:
    case WEIR_CONDITION_OF:
    default:
        return false;
    }
}

static void choose_patterns(struct chance *chance, const struct spec_rule *rule, struct spec_node *node)
{
    unsigned first = roll(chance, rule->pattern_count);
    node->pattern_count = 1 + roll(chance, rule->pattern_count);
    for (unsigned i = 0; i < node->pattern_count; i++)
        node->patterns[i] = (first + i) % rule->pattern_count;
}

static unsigned make_node(struct chance *chance, struct spec_rule *rule, unsigned depth)
{
    static const enum weir_condition_kind kinds[] = {
        WEIR_CONDITION_NOT,   WEIR_CONDITION_AND,  WEIR_CONDITION_AND,    WEIR_CONDITION_OR, WEIR_CONDITION_OR,
        WEIR_CONDITION_COUNT, WEIR_CONDITION_NEAR, WEIR_CONDITION_WITHIN, WEIR_CONDITION_OF, WEIR_CONDITION_NAME};
    unsigned at = rule->node_count++;
    struct spec_node node = {.kind = depth ? kinds[roll(chance, COUNT(kinds))] : WEIR_CONDITION_NAME, .number = 1};
    choose_patterns(chance, rule, &node);
    switch (node.kind) {
    case WEIR_CONDITION_NOT:
    case WEIR_CONDITION_AND:
    case WEIR_CONDITION_OR:
        node.pattern_count = 0;
        node.left = make_node(chance, rule, depth - 1);
        node.right = node.kind == WEIR_CONDITION_NOT ? 0 : make_node(chance, rule, depth - 1);
        break;
    case WEIR_CONDITION_NEAR:
    case WEIR_CONDITION_WITHIN:
        node.patterns[1] = roll(chance, rule->pattern_count);
        node.pattern_count = 2;
        node.number = roll(chance, 12);
        break;
    case WEIR_CONDITION_OF:
        node.number = 1 + roll(chance, node.pattern_count);
        break;
    case WEIR_CONDITION_COUNT:
        node.comparison = (enum weir_comparison)roll(chance, WEIR_EXACTLY + 1);
        node.number = roll(chance, 5);
        node.pattern_count = 1;
        break;
    case WEIR_CONDITION_NAME:
    default:
        node.pattern_count = 1;
    }
    rule->nodes[at] = node;
    return at;
}

void make_condition(struct chance *chance, struct spec_rule *rule)
{
    rule->has_condition = !roll_one_in(chance, 4);
    do {
        rule->node_count = 0;
        make_node(chance, rule, DEPTH_MAX);
    } while (holds_for_nothing(rule, 0));
    if (rule->has_condition)
        return;
    rule->nodes[0] = (struct spec_node){
        .kind = WEIR_CONDITION_OF, .patterns = {0, 1, 2, 3}, .pattern_count = rule->pattern_count, .number = 1};
}

static void spell_of(const struct spec_rule *rule, const struct spec_node *node, FILE *out)
{
    if (node->number == 1 && node->patterns[0] % 2)
        fputs("any of ", out);
    else if (node->number == node->pattern_count && node->patterns[0] % 2)
        fputs("all of ", out);
    else
        fprintf(out, "%u of ", node->number);
    if (node->pattern_count == rule->pattern_count) {
        fputs("them", out);
        return;
    }
    for (unsigned i = 0; i < node->pattern_count; i++)
        fprintf(out, "%sp%u", i ? ", " : "(", node->patterns[i]);
    fputs(")", out);
}

/* How closely the node binds: `not` closest, then `and`, then `or`. */
static unsigned tie_of(enum weir_condition_kind kind)
{
    return kind == WEIR_CONDITION_OR ? 0 : kind == WEIR_CONDITION_AND ? 1 : kind == WEIR_CONDITION_NOT ? 2 : 3;
}

static void spell_condition(const struct spec_rule *rule, unsigned at, unsigned tie, FILE *out)
{
    static const char *const signs[] = {">=", ">", "<", "<=", "=="};
    const struct spec_node *node = &rule->nodes[at];
    unsigned own = tie_of(node->kind);
    bool in_parentheses = own < tie;
    if (in_parentheses)
        fputs("(", out);
    if (node->kind == WEIR_CONDITION_NOT) {
        fputs("not ", out);
        spell_condition(rule, node->left, own, out);
    } else if (node->kind == WEIR_CONDITION_AND || node->kind == WEIR_CONDITION_OR) {
        spell_condition(rule, node->left, own, out);
        fputs(node->kind == WEIR_CONDITION_AND ? " and " : " or ", out);
        spell_condition(rule, node->right, own + at % 2, out);
    } else if (node->kind == WEIR_CONDITION_COUNT) {
        fprintf(out, "count(p%u) %s %u", node->patterns[0], signs[node->comparison], node->number);
    } else if (node->kind == WEIR_CONDITION_OF) {
        spell_of(rule, node, out);
    } else if (node->kind == WEIR_CONDITION_NAME) {
        fprintf(out, "p%u", node->patterns[0]);
    } else {
        bool is_near = node->kind == WEIR_CONDITION_NEAR;
        fprintf(out, "%s(p%u, p%u, %u%s)", is_near ? "near" : "within", node->patterns[0], node->patterns[1],
                node->number, is_near ? "" : "s");
    }
    if (in_parentheses)
        fputs(")", out);
}

/* ---- Patterns and rules ---- */

static void make_literal(struct chance *chance, const char *word, char out[WORD_BYTES])
{
    FILE *file = fmemopen(out, WORD_BYTES, "w");
    if (roll_one_in(chance, 4))
        write_altered(chance, word, file);
    else
        fputs(word, file);
    fclose(file);
    char character[5];
    if (roll_one_in(chance, 6)) {
        draw_character(chance, word, character);
        snprintf(out, WORD_BYTES, "%s", character);
    }
}

static void make_pattern(struct chance *chance, const struct spec_words *words, struct spec_pattern *pattern)
{
    *pattern = (struct spec_pattern){
        .is_regex = roll_one_in(chance, 2),
        .is_exact = roll_one_in(chance, 4),
        .states_boundary = roll_one_in(chance, 2),
        .boundary = (enum weir_boundary)roll(chance, WEIR_BOUNDARY_WORD + 1),
        .field = roll_one_in(chance, 6) ? (int)roll(chance, FIELDS_COUNT) : -1,
    };
    if (roll_one_in(chance, 12)) {
        *pattern =
            (struct spec_pattern){.hosts = words->hosts, .boundary = WEIR_BOUNDARY_NONE, .field = pattern->field};
        return;
    }
    if (pattern->is_regex && roll_one_in(chance, 6)) {
        pattern->check = (enum weir_check)(WEIR_CHECK_LUHN + roll(chance, WEIR_CHECK_MOD11_2));
        make_number_regex(chance, pattern->regex);
        return;
    }
    if (pattern->is_regex) {
        make_regex(chance, words, pattern->is_exact, pattern->regex);
        return;
    }
    pattern->literal_count = 1 + roll(chance, LITERALS_MAX);
    const char *word = words->at[roll(chance, words->count)];
    for (unsigned i = 0; i < pattern->literal_count; i++) { /* some of them much alike */
        if (roll_one_in(chance, 2))
            word = words->at[roll(chance, words->count)];
        make_literal(chance, word, pattern->literals[i]);
    }
}

void make_rule(struct chance *chance, const struct spec_words *words, struct spec_rule *rule)
{
    *rule = (struct spec_rule){
        .pattern_count = 1 + roll(chance, PATTERNS_MAX),
        .exception_count = roll_one_in(chance, 3) ? 1 + roll(chance, EXCEPTIONS_MAX) : 0,
        .fields = roll_one_in(chance, 2) ? 1 : 1 + roll(chance, (1u << FIELDS_COUNT) - 1),
        .kinds = roll_one_in(chance, 4) ? 1 + roll(chance, 3) : 3,
        .language = roll_one_in(chance, 6) ? "en" : NULL,
        .status = roll_one_in(chance, 5)    ? WEIR_RULE_SHADOW
                  : roll_one_in(chance, 16) ? WEIR_RULE_DEPRECATED
                                            : WEIR_RULE_ACTIVE,
    };
    for (unsigned i = 0; i < rule->pattern_count + rule->exception_count; i++)
        make_pattern(chance, words, &rule->patterns[i]);
    make_condition(chance, rule);
}

/* ---- YAML ---- */

static void spell_text(const char *text, FILE *out)
{
    fputc('"', out);
    for (size_t i = 0; text[i];) {
        size_t width;
        uint32_t point = weir_utf8_decode(text + i, &width);
        if (point == '"' || point == '\\')
            fprintf(out, "\\%c", (int)point);
        else if (point >= ' ' && point < 0x7F)
            fputc((int)point, out);
        else
            fprintf(out, point < 0x10000 ? "\\u%04x" : "\\U%08x", point);
        i += width;
    }
    fputc('"', out);
}

static void spell_pattern(const struct spec_pattern *pattern, const char *hosts_file, FILE *out)
{
    static const char *const boundaries[] = {"auto", "none", "start", "end", "word"};
    static const char *const checks[] = {"", ", check: luhn", ", check: iban", ", check: mod11_2"};
    if (pattern->hosts) {
        fprintf(out, "{domains: %s", hosts_file);
    } else if (pattern->is_regex) {
        fputs("{regex: ", out);
        spell_text(pattern->regex, out);
    } else {
        fputs("{literals: [", out);
        for (unsigned i = 0; i < pattern->literal_count; i++) {
            fputs(i ? ", " : "", out);
            spell_text(pattern->literals[i], out);
        }
        fputc(']', out);
    }
    fputs(checks[pattern->check], out);
    if (pattern->is_exact)
        fputs(", view: exact", out);
    if (pattern->states_boundary)
        fprintf(out, ", boundary: %s", boundaries[pattern->boundary]);
    if (pattern->field >= 0)
        fprintf(out, ", field: %s", SPEC_FIELDS[pattern->field]);
    fputs("}\n", out);
}

static void spell_rule(const struct spec_rule *rule, size_t number, const char *hosts_file, FILE *out)
{
    static const char *const kinds[] = {"", "[post]", "[caption]", "[post, caption]"};
    fprintf(out, "- id: t.r%zu\n  title: t\n  why: w\n  category: scams_and_fraud\n  severity: low\n  status: %s\n",
            number, weir_rule_status_name(rule->status));
    fprintf(out, "  kinds: %s\n  fields: [", kinds[rule->kinds]);
    for (unsigned i = 0, named = 0; i < FIELDS_COUNT; i++)
        if (rule->fields >> i & 1)
            fprintf(out, "%s%s", named++ ? ", " : "", SPEC_FIELDS[i]);
    fputs("]\n", out);
    if (rule->language)
        fprintf(out, "  languages: [%s]\n", rule->language);
    fputs("  patterns:\n", out);
    for (unsigned i = 0; i < rule->pattern_count; i++) {
        fprintf(out, "    p%u: ", i);
        spell_pattern(&rule->patterns[i], hosts_file, out);
    }
    if (rule->exception_count > 0)
        fputs("  except:\n", out);
    for (unsigned i = 0; i < rule->exception_count; i++) {
        fputs("    - ", out);
        spell_pattern(&rule->patterns[rule->pattern_count + i], hosts_file, out);
    }
    if (rule->has_condition) {
        fputs("  condition: ", out);
        spell_condition(rule, 0, 0, out);
        fputs("\n", out);
    }
    fputs("  examples: {flag: [a], pass: [b]}\n", out);
}

void spell_pack(const struct spec_rule *rules, size_t count, const char *hosts_file, FILE *out)
{
    fputs("pack: t\nversion: 1.0.0\nrules:\n", out);
    for (size_t i = 0; i < count; i++)
        spell_rule(&rules[i], i, hosts_file, out);
}

void spell_hosts(struct chance *chance, unsigned hosts, FILE *out)
{
    for (unsigned i = 0; i < SPEC_HOSTS_COUNT; i++)
        if (hosts >> i & 1)
            fprintf(out, "%s\n", SPEC_HOSTS[i][roll(chance, 2)]);
}
