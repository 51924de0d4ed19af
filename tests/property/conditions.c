/* Random conditions over random texts: weir against an evaluator that looks at the words of the text one by one, and
 * knows nothing of trees in arenas, sorted spans or three answers. WEIR_SEED chooses others; WEIR_LONG makes ten times
 * as many. */
#include "long.h"

#include "weir/decide.h"
#include "weir/normalize.h"
#include "weir/scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define LETTERS 4
#define RULES 500
#define TEXTS 2200
#define NODES_MAX 64
#define WORDS_MAX 10
#define SPELLED_MAX 2000

static const char *const WORDS[] = {"a", "b", "c", "d", "a", "b", "x", "xx", "é", "中中", "aa", "ab"};
static const size_t CODE_POINTS[] = {1, 1, 1, 1, 1, 1, 1, 2, 1, 2, 2, 2};
static const char *const SIGNS[] = {">=", ">", "<", "<=", "=="};

enum kind { LETTER, NOT, AND, OR, COUNT, NEAR, OF };

struct node {
    enum kind kind;
    unsigned letters[LETTERS];
    size_t letter_count;
    unsigned number;
    unsigned sign;
    unsigned left; /* of the tree's nodes */
    unsigned right;
};

struct tree {
    struct node nodes[NODES_MAX];
    unsigned count;
    char spelled[SPELLED_MAX];
    char example[128]; /* a text for which it holds */
};

struct text {
    char spelled[128];
    unsigned words[WORDS_MAX];
    size_t starts[WORDS_MAX]; /* code points */
    size_t count;
};

static uint64_t random_state;

static unsigned roll(unsigned sides)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(random_state >> 33) % sides;
}

/* ---- The slow, obvious evaluator ---- */

static bool is_letter(const struct text *text, size_t word, unsigned letter)
{
    return WORDS[text->words[word]][0] == (char)('a' + letter) && WORDS[text->words[word]][1] == '\0';
}

static unsigned count_letter(const struct text *text, unsigned letter)
{
    unsigned count = 0;
    for (size_t i = 0; i < text->count; i++)
        count += is_letter(text, i, letter);
    return count;
}

static bool are_near(const struct text *text, const struct node *node)
{
    for (size_t i = 0; i < text->count; i++)
        for (size_t j = 0; j < text->count; j++) {
            if (i == j || !is_letter(text, i, node->letters[0]) || !is_letter(text, j, node->letters[1]))
                continue;
            size_t first = i < j ? i : j;
            size_t second = i < j ? j : i;
            if (text->starts[second] - (text->starts[first] + 1) <= node->number)
                return true;
        }
    return false;
}

static bool holds(const struct tree *tree, unsigned at, const struct text *text)
{
    const struct node *node = &tree->nodes[at];
    unsigned count = 0;
    switch (node->kind) {
    case NOT:
        return !holds(tree, node->left, text);
    case AND:
        return holds(tree, node->left, text) && holds(tree, node->right, text);
    case OR:
        return holds(tree, node->left, text) || holds(tree, node->right, text);
    case COUNT:
        count = count_letter(text, node->letters[0]);
        return node->sign == 0   ? count >= node->number
               : node->sign == 1 ? count > node->number
               : node->sign == 2 ? count < node->number
               : node->sign == 3 ? count <= node->number
                                 : count == node->number;
    case NEAR:
        return are_near(text, node);
    case LETTER:
    case OF:
    default:
        for (size_t i = 0; i < node->letter_count; i++)
            count += count_letter(text, node->letters[i]) > 0;
        return count >= node->number;
    }
}

static void mark_evidence(const struct tree *tree, unsigned at, const struct text *text, bool marked[LETTERS])
{
    const struct node *node = &tree->nodes[at];
    if (node->kind == NOT || !holds(tree, at, text))
        return;
    for (size_t i = 0; i < node->letter_count; i++)
        marked[node->letters[i]] = true;
    if (node->kind == AND || node->kind == OR) {
        mark_evidence(tree, node->left, text, marked);
        mark_evidence(tree, node->right, text, marked);
    }
}

/* ---- Random conditions and texts ---- */

static void make_text(struct text *text)
{
    size_t length = 0;
    size_t points = 0;
    text->count = 1 + roll(WORDS_MAX - 1);
    for (size_t i = 0; i < text->count; i++) {
        text->words[i] = roll(sizeof WORDS / sizeof WORDS[0]);
        text->starts[i] = points;
        length += (size_t)snprintf(text->spelled + length, sizeof text->spelled - length, "%s%s", i ? " " : "",
                                   WORDS[text->words[i]]);
        points += CODE_POINTS[text->words[i]] + 1;
    }
}

static void choose_letters(struct node *node)
{
    unsigned first = roll(LETTERS);
    node->letter_count = 1 + roll(LETTERS);
    for (unsigned i = 0; i < node->letter_count; i++)
        node->letters[i] = (first + i) % LETTERS;
}

static unsigned make_node(struct tree *tree, unsigned depth)
{
    static const enum kind inner[] = {NOT, AND, AND, AND, OR, OR, COUNT, NEAR, NEAR, OF, LETTER};
    unsigned at = tree->count++;
    struct node node = {.kind = depth ? inner[roll(sizeof inner / sizeof inner[0])] : LETTER, .number = 1};
    choose_letters(&node);
    if (node.kind == LETTER || node.kind == COUNT)
        node.letter_count = 1;
    if (node.kind == NOT || node.kind == AND || node.kind == OR) {
        node.letter_count = 0;
        node.left = make_node(tree, depth - 1);
        node.right = node.kind == NOT ? 0 : make_node(tree, depth - 1);
    } else if (node.kind == NEAR) {
        node.letters[1] = roll(LETTERS);
        node.letter_count = 2;
        node.number = roll(9);
    } else if (node.kind == COUNT) {
        node.sign = roll(5);
        node.number = roll(4);
    } else if (node.kind == OF) {
        node.number = 1 + roll((unsigned)node.letter_count);
    }
    tree->nodes[at] = node;
    return at;
}

static void spell(struct tree *tree, unsigned at, FILE *out)
{
    const struct node *node = &tree->nodes[at];
    unsigned number = node->number;
    switch (node->kind) {
    case NOT:
        fputs("not (", out);
        spell(tree, node->left, out);
        fputs(")", out);
        break;
    case AND:
    case OR:
        fputs("(", out);
        spell(tree, node->left, out);
        fputs(node->kind == AND ? ") and (" : ") or (", out);
        spell(tree, node->right, out);
        fputs(")", out);
        break;
    case COUNT:
        fprintf(out, "count(%c) %s %u", 'a' + (int)node->letters[0], SIGNS[node->sign], number);
        break;
    case NEAR:
        fprintf(out, "near(%c, %c, %u)", 'a' + (int)node->letters[0], 'a' + (int)node->letters[1], number);
        break;
    case OF:
        fprintf(out, "%u of (", number);
        for (size_t i = 0; i < node->letter_count; i++)
            fprintf(out, "%s%c", i ? ", " : "", 'a' + (int)node->letters[i]);
        fputs(")", out);
        break;
    case LETTER:
    default:
        fprintf(out, "%c", 'a' + (int)node->letters[0]);
    }
}

/* One that fails for a text without letters, and holds for some text. */
static void make_tree(struct tree *tree)
{
    const struct text nothing = {.spelled = "x", .words = {6}, .count = 1};
    for (;;) {
        tree->count = 0;
        make_node(tree, 3);
        struct text text = {0};
        for (int tries = 0; tries < 50 && !holds(tree, 0, &nothing); tries++) {
            make_text(&text);
            if (!holds(tree, 0, &text))
                continue;
            snprintf(tree->example, sizeof tree->example, "%s", text.spelled);
            FILE *out = fmemopen(tree->spelled, sizeof tree->spelled, "w");
            assert_non_null(out);
            spell(tree, 0, out);
            fclose(out);
            return;
        }
    }
}

static struct weir_ruleset *load(const struct tree *trees, const struct weir_folding *folding)
{
    char *source = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&source, &length);
    assert_non_null(out);
    fputs("pack: t\nversion: 1.0.0\nrules:\n", out);
    for (int i = 0; i < RULES; i++)
        fprintf(out,
                "- id: t.r%d\n  title: t\n  why: w\n  category: scams_and_fraud\n  severity: low\n"
                "  patterns: {a: {literals: [a]}, b: {literals: [b]}, c: {literals: [c]}, d: {literals: [d]}}\n"
                "  condition: %s\n  examples: {flag: [\"%s\"], pass: [x]}\n",
                i, trees[i].spelled, trees[i].example);
    fclose(out);
    const struct weir_field_names fields = {.at = {"text"}, .count = 1};
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_ruleset *ruleset = NULL;
    if (weir_ruleset_parse("t.yaml", (struct weir_text){source, length}, &fields, folding, diagnostics, &ruleset) !=
        WEIR_OK) {
        weir_diagnostics_print(diagnostics, stderr);
        fail();
    }
    weir_diagnostics_free(diagnostics);
    free(source);
    return ruleset;
}

/* ---- The comparison ---- */

static void compare(const struct tree *tree, const struct text *text, const struct weir_match *match)
{
    bool marked[LETTERS] = {false};
    size_t expected = 0;
    if (holds(tree, 0, text) != (match != NULL))
        fail_msg("%s on \"%s\": weir says %s", tree->spelled, text->spelled, match ? "yes" : "no");
    if (!match)
        return;
    mark_evidence(tree, 0, text, marked);
    for (size_t i = 0; i < text->count; i++)
        for (unsigned letter = 0; letter < LETTERS; letter++) {
            if (!marked[letter] || !is_letter(text, i, letter))
                continue;
            if (expected == match->evidence_count || match->evidence[expected].start != text->starts[i])
                fail_msg("%s on \"%s\": evidence %zu is not at %zu", tree->spelled, text->spelled, expected,
                         text->starts[i]);
            expected++;
        }
    if (expected != match->evidence_count || match->inconclusive || match->truncated)
        fail_msg("%s on \"%s\": %zu pieces of evidence, not %zu", tree->spelled, text->spelled, match->evidence_count,
                 expected);
}

static void conditions__random__as_the_slow_evaluator_says(void **state)
{
    (void)state;
    struct weir_chars *chars = weir_chars_new();
    struct weir_arena *arena = weir_arena_new(1 << 20);
    struct tree *trees = calloc(RULES, sizeof *trees);
    struct weir_limits limits = WEIR_LIMITS_DEFAULT;
    struct weir_normalizer *normalizer;
    struct weir_scanner *scanner;
    struct weir_decider *decider;
    assert_true(chars && arena && trees);
    assert_int_equal(weir_normalizer_new(chars, &normalizer), WEIR_OK);
    const struct weir_folding folding = weir_normalizer_folding(normalizer);
    for (int round = 0; round < (test_is_long() ? 10 : 1); round++) {
        for (int i = 0; i < RULES; i++)
            make_tree(&trees[i]);
        struct weir_ruleset *ruleset = load(trees, &folding);
        assert_int_equal(weir_scanner_new(ruleset, limits.hits, &scanner), WEIR_OK);
        assert_int_equal(weir_decider_new(ruleset, chars, &limits, &decider), WEIR_OK);
        for (int i = 0; i < TEXTS; i++) {
            struct text text;
            struct weir_scan_text texts;
            struct weir_hits hits;
            struct weir_verdict verdict;
            make_text(&text);
            const struct weir_value value = {0, weir_text_of(text.spelled)};
            const struct weir_item item = {.kind = WEIR_POST, .values = &value, .value_count = 1};
            weir_arena_reset(arena);
            assert_int_equal(weir_normalize(normalizer, &item, ruleset->views, &texts), WEIR_OK);
            weir_scan(scanner, &texts, &hits);
            assert_int_equal(weir_decide(decider, &item, &texts, &hits, arena, &verdict), WEIR_OK);
            const struct weir_match *match = verdict.matches[WEIR_CHANNEL_REVIEW];
            const struct weir_match *end = match + verdict.match_count[WEIR_CHANNEL_REVIEW];
            for (int rule = 0; rule < RULES; rule++) {
                bool matched = match < end && match->rule == &ruleset->rules[rule];
                compare(&trees[rule], &text, matched ? match : NULL);
                match += matched;
            }
            assert_true(match == end);
        }
        weir_scanner_free(scanner);
        weir_decider_free(decider);
        weir_ruleset_free(ruleset);
    }
    free(trees);
    weir_normalizer_free(normalizer);
    weir_arena_free(arena);
    weir_chars_free(chars);
}

int main(void)
{
    const char *seed = getenv("WEIR_SEED");
    random_state = seed ? strtoull(seed, NULL, 10) : 20261124;
    const struct CMUnitTest tests[] = {cmocka_unit_test(conditions__random__as_the_slow_evaluator_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
