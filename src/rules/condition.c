/* The condition of a rule: read by recursive descent along the grammar of docs/rules.md, into a tree in the ruleset's
 * arena. One mistake is reported, at its character. */
#include "pack.h"

#include "weir/utf8.h"

#include <ctype.h>

#define DEPTH_MAX 64u
#define NUMBER_MAX 1000000000u
#define PATTERNS_MAX 4096u
#define NAME "a pattern's name"

struct parser {
    struct weir_pack_reader *reader;
    const struct weir_yaml_node *node;
    const struct weir_yaml_node *patterns; /* the rule's, by name */
    struct weir_text text;
    size_t at;              /* where the next token begins */
    size_t last_end;        /* where the last one taken ended */
    struct weir_text token; /* the next one; empty at the end */
    unsigned depth;
    bool failed;
};

static const struct weir_condition *parse_or(struct parser *parser);

bool weir_condition_has_word(struct weir_text word)
{
    static const char *const words[] = {"and", "or", "not", "any", "all", "of", "them", "near", "within", "count"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (weir_text_is(word, words[i]))
            return true;
    return false;
}

static void fail(struct parser *parser, size_t at, const char *what)
{
    if (!parser->failed)
        weir_yaml_error_at(parser->node, weir_utf8_count(weir_text_slice(parser->text, 0, at)),
                           parser->reader->diagnostics, "%s", what);
    parser->failed = true;
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Finds the next token: a word, a number, a comparison or one character. */
static void look(struct parser *parser)
{
    struct weir_text text = parser->text;
    while (parser->at < text.length && strchr(" \t\r\n", text.data[parser->at]) && text.data[parser->at] != '\0')
        parser->at++;
    size_t end = parser->at;
    if (end < text.length && isdigit((unsigned char)text.data[end])) {
        while (end < text.length && isdigit((unsigned char)text.data[end]))
            end++;
    } else if (end < text.length && is_word_char(text.data[end])) {
        while (end < text.length && is_word_char(text.data[end]))
            end++;
    } else if (end < text.length) {
        bool two = end + 1 < text.length && strchr("<>=", text.data[end]) && text.data[end + 1] == '=';
        end += two ? 2 : 1;
    }
    parser->token = weir_text_slice(text, parser->at, end);
}

static void advance(struct parser *parser)
{
    parser->at += parser->token.length;
    parser->last_end = parser->at;
    look(parser);
}

static bool take(struct parser *parser, const char *token)
{
    if (parser->failed || !weir_text_is(parser->token, token))
        return false;
    advance(parser);
    return true;
}

/* what: "a ')'". */
static void expect(struct parser *parser, const char *token, const char *what)
{
    char text[160];
    if (take(parser, token))
        return;
    snprintf(text, sizeof text, parser->token.length ? "expected %s here, not '%.*s'" : "the condition ends before %s",
             what, (int)(parser->token.length < 40 ? parser->token.length : 40), parser->token.data);
    fail(parser, parser->at, text);
}

static struct weir_condition *make(struct parser *parser, enum weir_condition_kind kind)
{
    struct weir_condition *made = weir_arena_array(parser->reader->arena, 1, sizeof *made);
    if (!made) {
        parser->reader->no_memory = true;
        parser->failed = true;
        return NULL;
    }
    *made = (struct weir_condition){.kind = kind};
    return made;
}

static const struct weir_condition *finish(struct parser *parser, struct weir_condition *condition, size_t start)
{
    if (condition)
        condition->source = weir_text_slice(parser->text, start, parser->last_end);
    return parser->failed ? NULL : condition;
}

static uint64_t parse_number(struct parser *parser, const char *what)
{
    uint64_t number = 0;
    char text[96];
    if (parser->failed)
        return 0;
    if (!parser->token.length || !isdigit((unsigned char)parser->token.data[0])) {
        snprintf(text, sizeof text, "expected %s here", what);
        fail(parser, parser->at, text);
        return 0;
    }
    for (size_t i = 0; i < parser->token.length && number <= NUMBER_MAX; i++)
        number = number * 10 + (uint64_t)(parser->token.data[i] - '0');
    if (number > NUMBER_MAX)
        fail(parser, parser->at, "this number is too large; at most 1000000000");
    else
        advance(parser);
    return number;
}

/* what: "a pattern's name", and what else could stand here. */
static void refuse_name(struct parser *parser, const char *what)
{
    const char *names[PATTERNS_MAX];
    size_t count = weir_yaml_size(parser->patterns);
    count = count < PATTERNS_MAX ? count : PATTERNS_MAX;
    char text[256];
    int length = (int)(parser->token.length < 64 ? parser->token.length : 64);
    for (size_t i = 0; i < count; i++)
        names[i] = weir_yaml_text(weir_yaml_key(parser->patterns, i)).data;
    const char *nearest = weir_nearest_name(parser->token, names, count);
    if (parser->token.length == 0)
        snprintf(text, sizeof text, "the condition ends before the name of a pattern");
    else if (weir_condition_has_word(parser->token) || (!nearest && !weir_is_name(parser->token, "", "0123456789_")))
        snprintf(text, sizeof text, "expected %s here, not '%.*s'", what, length, parser->token.data);
    else if (nearest)
        snprintf(text, sizeof text, "no pattern is named '%.*s'; did you mean '%.64s'?", length, parser->token.data,
                 nearest);
    else
        snprintf(text, sizeof text, "no pattern is named '%.*s'; add it to 'patterns', or name one of those", length,
                 parser->token.data);
    fail(parser, parser->at, text);
}

/* The pattern's index among the rule's. */
static uint32_t parse_name(struct parser *parser, const char *what)
{
    for (size_t i = 0; !parser->failed && i < weir_yaml_size(parser->patterns); i++) {
        if (weir_text_equal(parser->token, weir_yaml_text(weir_yaml_key(parser->patterns, i)))) {
            advance(parser);
            return (uint32_t)i;
        }
    }
    refuse_name(parser, what);
    return 0;
}

static void keep_patterns(struct parser *parser, struct weir_condition *condition, const uint32_t *patterns,
                          size_t count)
{
    uint32_t *kept = weir_arena_array(parser->reader->arena, count, sizeof *kept);
    parser->reader->no_memory |= !kept;
    parser->failed |= !kept;
    if (!kept || !condition)
        return;
    memcpy(kept, patterns, count * sizeof *kept);
    condition->patterns = kept;
    condition->pattern_count = count;
}

/* near(a, b, 120) and within(a, b, 30s), after the word. */
static struct weir_condition *parse_pair(struct parser *parser, enum weir_condition_kind kind)
{
    uint32_t patterns[2];
    struct weir_condition *made = make(parser, kind);
    expect(parser, "(", "a '('");
    patterns[0] = parse_name(parser, NAME);
    expect(parser, ",", "a ','");
    patterns[1] = parse_name(parser, NAME);
    expect(parser, ",", "a ','");
    uint64_t number = parse_number(parser, kind == WEIR_CONDITION_NEAR ? "a number of characters, as in 120"
                                                                       : "a number of seconds, as in 30s");
    if (kind == WEIR_CONDITION_WITHIN)
        expect(parser, "s", "an 's' for seconds");
    expect(parser, ")", "a ')'");
    if (made)
        made->number = number;
    keep_patterns(parser, made, patterns, 2);
    return made;
}

/* count(a) >= 3, after the word. */
static struct weir_condition *parse_count(struct parser *parser)
{
    static const char *const signs[] = {
        [WEIR_AT_LEAST] = ">=", [WEIR_MORE] = ">", [WEIR_LESS] = "<", [WEIR_AT_MOST] = "<=", [WEIR_EXACTLY] = "=="};
    struct weir_condition *made = make(parser, WEIR_CONDITION_COUNT);
    expect(parser, "(", "a '('");
    uint32_t pattern = parse_name(parser, NAME);
    expect(parser, ")", "a ')'");
    size_t sign = 0;
    while (sign < sizeof signs / sizeof signs[0] && !take(parser, signs[sign]))
        sign++;
    if (sign == sizeof signs / sizeof signs[0])
        fail(parser, parser->at, "expected a comparison here: >=, >, <, <= or ==");
    uint64_t number = parse_number(parser, "a number of hits");
    keep_patterns(parser, made, &pattern, 1);
    if (made) {
        made->comparison = (enum weir_comparison)sign;
        made->number = number;
    }
    return made;
}

/* The names of "(a, b)", or all for "them"; returns how many. */
static size_t parse_set(struct parser *parser, uint32_t patterns[PATTERNS_MAX])
{
    size_t count = 0;
    if (take(parser, "them")) {
        for (; count < weir_yaml_size(parser->patterns) && count < PATTERNS_MAX; count++)
            patterns[count] = (uint32_t)count;
        return count;
    }
    expect(parser, "(", "'them' or a '('");
    do {
        size_t at = parser->at;
        uint32_t pattern = parse_name(parser, NAME);
        for (size_t i = 0; i < count; i++)
            if (patterns[i] == pattern)
                fail(parser, at, "this pattern is named twice; name each once");
        if (count == PATTERNS_MAX)
            fail(parser, at, "too many patterns are named here");
        if (!parser->failed)
            patterns[count++] = pattern;
    } while (!parser->failed && take(parser, ","));
    expect(parser, ")", "a ',' or a ')'");
    return count;
}

/* 2 of them, any of (a, b), all of them. */
static struct weir_condition *parse_of(struct parser *parser)
{
    uint32_t patterns[PATTERNS_MAX];
    struct weir_condition *made = make(parser, WEIR_CONDITION_OF);
    size_t at = parser->at;
    bool is_any = take(parser, "any");
    bool is_all = !is_any && take(parser, "all");
    uint64_t number = is_any || is_all ? 1 : parse_number(parser, "a number of patterns");
    expect(parser, "of", "'of'");
    size_t count = parse_set(parser, patterns);
    if (number > count)
        fail(parser, at, "this asks for more patterns than are named");
    keep_patterns(parser, made, patterns, count);
    if (made)
        made->number = is_all ? count : number;
    return made;
}

static const struct weir_condition *parse_primary(struct parser *parser)
{
    size_t start = parser->at;
    struct weir_condition *made;
    if (take(parser, "(")) {
        const struct weir_condition *inner = parse_or(parser);
        expect(parser, ")", "'and', 'or' or a ')'");
        return parser->failed ? NULL : inner;
    }
    if (take(parser, "near")) {
        made = parse_pair(parser, WEIR_CONDITION_NEAR);
    } else if (take(parser, "within")) {
        made = parse_pair(parser, WEIR_CONDITION_WITHIN);
    } else if (take(parser, "count")) {
        made = parse_count(parser);
    } else if (weir_text_is(parser->token, "any") || weir_text_is(parser->token, "all") ||
               (parser->token.length && isdigit((unsigned char)parser->token.data[0]))) {
        made = parse_of(parser);
    } else {
        uint32_t pattern = parse_name(parser, NAME ", 'not' or a '('");
        made = make(parser, WEIR_CONDITION_NAME);
        if (made)
            made->number = 1;
        keep_patterns(parser, made, &pattern, 1);
    }
    return finish(parser, made, start);
}

static const struct weir_condition *parse_not(struct parser *parser)
{
    size_t start = parser->at;
    if (parser->depth == DEPTH_MAX) {
        fail(parser, start, "this condition is nested too deep; make it two rules");
        return NULL;
    }
    parser->depth++;
    const struct weir_condition *made;
    if (take(parser, "not")) {
        struct weir_condition *negation = make(parser, WEIR_CONDITION_NOT);
        const struct weir_condition *operand = parse_not(parser);
        if (negation)
            negation->first = operand;
        made = finish(parser, negation, start);
    } else {
        made = parse_primary(parser);
    }
    parser->depth--;
    return made;
}

/* Operands with a word between them: a single one stands for itself. */
static const struct weir_condition *parse_list(struct parser *parser, enum weir_condition_kind kind, const char *word,
                                               const struct weir_condition *(*parse)(struct parser *))
{
    size_t start = parser->at;
    const struct weir_condition *only = parse(parser);
    if (parser->failed || !weir_text_is(parser->token, word))
        return only;
    struct weir_condition *list = make(parser, kind);
    struct weir_condition *last = NULL;
    for (const struct weir_condition *operand = only; operand; operand = take(parser, word) ? parse(parser) : NULL) {
        /* A copy: an operand in parentheses may be a list of its own, and has its place in one list only. */
        struct weir_condition *link = make(parser, operand->kind);
        if (!list || !link)
            return NULL;
        *link = *operand;
        link->next = NULL;
        if (last)
            last->next = link;
        else
            list->first = link;
        last = link;
    }
    return finish(parser, list, start);
}

static const struct weir_condition *parse_and(struct parser *parser)
{
    return parse_list(parser, WEIR_CONDITION_AND, "and", parse_not);
}

static const struct weir_condition *parse_or(struct parser *parser)
{
    return parse_list(parser, WEIR_CONDITION_OR, "or", parse_and);
}

static void report_rest(struct parser *parser)
{
    char text[160];
    if (parser->failed || parser->token.length == 0)
        return;
    snprintf(text, sizeof text, "expected 'and', 'or' or the end here, not '%.*s'",
             (int)(parser->token.length < 40 ? parser->token.length : 40), parser->token.data);
    fail(parser, parser->at, text);
}

const struct weir_condition *weir_condition_read(struct weir_pack_reader *reader, const struct weir_yaml_node *node,
                                                 const struct weir_yaml_node *patterns)
{
    struct parser parser = {
        .reader = reader, .node = node, .patterns = patterns, .text = WEIR_TEXT_LITERAL("any of them")};
    if (node && !weir_pack_read_text(reader, node, "'condition'", &parser.text))
        return NULL;
    look(&parser);
    const struct weir_condition *condition = parse_or(&parser);
    report_rest(&parser);
    if (parser.failed)
        return NULL;
    if (weir_condition_holds_empty(condition)) {
        weir_yaml_error(node, reader->diagnostics,
                        "this condition holds for a text in which nothing is found; add a pattern that must be there");
        return NULL;
    }
    return condition;
}
