/* decode: the structure of JSON (RFC 8259), token by token, and what the trie wants of it. Never looks for a token's
 * beginning. */
#include "json_walk.h"

#include "json_simdjson.h"

#include <assert.h>
#include <stdlib.h>

struct weir_json_parser {
    struct weir_json_indexer *indexer;
    size_t depth_max;
};

struct walk {
    const char *data;
    const uint32_t *end; /* of the tokens; *end is the document's length */
    struct weir_trie *trie;
    struct weir_collector *collector;
    size_t depth_max;
    enum weir_json_outcome outcome;
    struct weir_json_fault fault;
};

/* What follows takes the token to begin with, and returns the one behind what it has read, or NULL when it failed.
 * node: of the trie, where the value stands; list: of the array that holds it, which may be wanted as a whole. Either
 * may be WEIR_TRIE_NONE. depth: of the array or object that holds it. */

static const uint32_t *stop(struct walk *walk, enum weir_json_outcome outcome)
{
    walk->outcome = outcome;
    return NULL;
}

static const uint32_t *fail_at(struct walk *walk, const char *words, const char *at)
{
    walk->fault = (struct weir_json_fault){words, (size_t)(at - walk->data)};
    return stop(walk, WEIR_JSON_BROKEN);
}

/* Because of this token, or because there is none. */
static const uint32_t *fail_token(struct walk *walk, const char *words, const uint32_t *token)
{
    if (token < walk->end)
        return fail_at(walk, words, walk->data + *token);
    walk->fault = (struct weir_json_fault){"an array or object is not closed", SIZE_MAX};
    return stop(walk, WEIR_JSON_BROKEN);
}

static const uint32_t *fail_structure(struct walk *walk, const uint32_t *token)
{
    return fail_token(walk, "a comma, colon, bracket or key is missing or misplaced", token);
}

static const uint32_t *fail_escape(struct walk *walk, const char *at)
{
    return fail_at(walk, "a string holds an escape that JSON does not have", at);
}

/* The token's first byte; NUL when there is none. */
static inline char mark_of(const struct walk *walk, const uint32_t *token)
{
    return token < walk->end ? walk->data[*token] : '\0';
}

static inline struct weir_text text_of(const struct walk *walk, const uint32_t *token)
{
    return weir_json_trim_end((struct weir_text){walk->data + token[0], token[1] - token[0]});
}

/* What stands between the quotes of a string. */
static inline struct weir_text content_of(const struct walk *walk, const uint32_t *token)
{
    struct weir_text text = text_of(walk, token);
    assert(text.length >= 2 && text.data[text.length - 1] == '"');
    return (struct weir_text){text.data + 1, text.length - 2};
}

/* The text of a string with escapes, in the arena. Eight bytes of it can be read, as weir_trie_name_of does. */
static bool unescape(struct walk *walk, struct weir_text content, struct weir_text *text)
{
    char *out = weir_arena_alloc(walk->collector->arena, content.length + 8);
    if (!out) {
        stop(walk, WEIR_JSON_NO_MEMORY);
        return false;
    }
    *text = (struct weir_text){out, 0};
    const char *bad = weir_json_unescape(content, out, &text->length);
    if (bad)
        fail_escape(walk, bad);
    return !bad;
}

static bool is_wanted(const struct walk *walk, uint32_t node, uint32_t list)
{
    return weir_trie_target(walk->trie, node) != WEIR_TRIE_NONE || weir_trie_target(walk->trie, list) != WEIR_TRIE_NONE;
}

static bool collect(struct walk *walk, struct weir_text text, uint32_t node, uint32_t list)
{
    bool well = weir_collector_add(walk->collector, weir_trie_target(walk->trie, node), text) == WEIR_OK &&
                (list == WEIR_TRIE_NONE ||
                 weir_collector_add(walk->collector, weir_trie_target(walk->trie, list), text) == WEIR_OK);
    if (!well)
        stop(walk, WEIR_JSON_NO_MEMORY);
    return well;
}

static inline const uint32_t *take_string(struct walk *walk, const uint32_t *token, uint32_t node, uint32_t list)
{
    struct weir_text text = content_of(walk, token);
    bool has_escape = memchr(text.data, '\\', text.length);
    if (!is_wanted(walk, node, list)) {
        const char *bad = has_escape ? weir_json_bad_escape(text) : NULL;
        return bad ? fail_escape(walk, bad) : token + 1;
    }
    if (has_escape && !unescape(walk, text, &text))
        return NULL;
    return collect(walk, text, node, list) ? token + 1 : NULL;
}

static const uint32_t *take_scalar(struct walk *walk, const uint32_t *token, uint32_t node, uint32_t list)
{
    if (token == walk->end)
        return fail_structure(walk, token);
    struct weir_text text = text_of(walk, token);
    if (weir_json_is_number(text))
        return collect(walk, text, node, list) ? token + 1 : NULL;
    if (!weir_json_is_literal(text))
        return fail_at(walk, "a value is neither a string, a number nor a literal", text.data);
    weir_collector_literal(walk->collector, weir_trie_target(walk->trie, node), text);
    return token + 1;
}

static const uint32_t *walk_nested(struct walk *walk, const uint32_t *token, uint32_t node, uint32_t list,
                                   size_t depth);

static inline const uint32_t *walk_value(struct walk *walk, const uint32_t *token, uint32_t node, uint32_t list,
                                         size_t depth)
{
    if (mark_of(walk, token) == '"') /* nearly all of them */
        return take_string(walk, token, node, list);
    return walk_nested(walk, token, node, list, depth);
}

/* The trie's node for the key, a string. */
static inline const uint32_t *take_key(struct walk *walk, const uint32_t *token, uint32_t node, uint32_t *child)
{
    const char *raw = walk->data + *token + 1;
    struct weir_text key = {raw, weir_json_plain_length(raw)};
    if (raw[key.length] != '"' && !unescape(walk, content_of(walk, token), &key))
        return NULL;
    *child = weir_trie_key(walk->trie, node, weir_trie_name_of(key));
    return token + 1;
}

static inline const uint32_t *walk_member(struct walk *walk, const uint32_t *token, uint32_t parent, size_t depth)
{
    uint32_t node;
    if (mark_of(walk, token) != '"')
        return fail_structure(walk, token);
    token = take_key(walk, token, parent, &node);
    if (!token)
        return NULL;
    if (mark_of(walk, token) != ':')
        return fail_structure(walk, token);
    return walk_value(walk, token + 1, node, WEIR_TRIE_NONE, depth);
}

static const uint32_t *walk_object(struct walk *walk, const uint32_t *token, uint32_t node, size_t depth)
{
    if (mark_of(walk, token + 1) == '}')
        return token + 2;
    do {
        token = walk_member(walk, token + 1, node, depth); /* behind the bracket or a comma */
    } while (token && mark_of(walk, token) == ',');
    if (token && mark_of(walk, token) != '}')
        return fail_structure(walk, token);
    return token ? token + 1 : NULL;
}

static const uint32_t *walk_array(struct walk *walk, const uint32_t *token, uint32_t node, size_t depth)
{
    if (mark_of(walk, token + 1) == ']')
        return token + 2;
    size_t index = 0;
    do {
        token = walk_value(walk, token + 1, weir_trie_index(walk->trie, node, index++), node, depth);
    } while (token && mark_of(walk, token) == ',');
    if (token && mark_of(walk, token) != ']')
        return fail_structure(walk, token);
    return token ? token + 1 : NULL;
}

static const uint32_t *walk_nested(struct walk *walk, const uint32_t *token, uint32_t node, uint32_t list, size_t depth)
{
    const char mark = mark_of(walk, token);
    if (mark != '{' && mark != '[')
        return take_scalar(walk, token, node, list);
    if (depth == walk->depth_max)
        return stop(walk, WEIR_JSON_TOO_DEEP);
    return mark == '{' ? walk_object(walk, token, node, depth + 1) : walk_array(walk, token, node, depth + 1);
}

static void walk_document(struct walk *walk, const uint32_t *first)
{
    const bool is_object = mark_of(walk, first) == '{';
    const uint32_t *behind =
        walk_value(walk, first, is_object ? WEIR_TRIE_ROOT : WEIR_TRIE_NONE, WEIR_TRIE_NONE, 0);
    if (behind && behind < walk->end)
        fail_token(walk, "something follows the end of the document", behind);
    else if (behind)
        walk->outcome = is_object ? WEIR_JSON_OBJECT : WEIR_JSON_NO_OBJECT;
}

struct weir_json_parser *weir_json_parser_new(size_t depth_max)
{
    struct weir_json_parser *parser = malloc(sizeof *parser);
    if (!parser)
        return NULL;
    *parser = (struct weir_json_parser){weir_json_indexer_new(), depth_max};
    if (!parser->indexer) {
        free(parser);
        return NULL;
    }
    return parser;
}

void weir_json_parser_free(struct weir_json_parser *parser)
{
    if (!parser)
        return;
    weir_json_indexer_free(parser->indexer);
    free(parser);
}

enum weir_json_outcome weir_json_walk(struct weir_json_parser *parser, struct weir_padded_text document,
                                      struct weir_trie *trie, struct weir_collector *collector,
                                      struct weir_json_fault *fault)
{
    struct weir_json_tokens tokens;
    *fault = (struct weir_json_fault){NULL, SIZE_MAX};
    switch (weir_json_index(parser->indexer, document, &tokens, &fault->words)) {
    case WEIR_JSON_INDEXED:
        break;
    case WEIR_JSON_INDEX_BAD_UTF8:
        return WEIR_JSON_BAD_UTF8;
    case WEIR_JSON_INDEX_BROKEN:
        return WEIR_JSON_BROKEN;
    case WEIR_JSON_INDEX_NO_MEMORY:
    default:
        return WEIR_JSON_NO_MEMORY;
    }
    struct walk walk = {
        .data = document.data,
        .end = tokens.starts + tokens.count,
        .trie = trie,
        .collector = collector,
        .depth_max = parser->depth_max,
    };
    weir_trie_begin(trie);
    walk_document(&walk, tokens.starts);
    *fault = walk.fault;
    return walk.outcome;
}
