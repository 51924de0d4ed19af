// decode: the only code that knows simdjson. Works with On-Demand of 3.0.1 and of what came after it, so it takes from
// simdjson what all of them do alike (finding tokens, checking structure) and leaves scalars to json_token.c. Never
// throws, never keeps a document.
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <new>

extern "C" {
#include "json_simdjson.h"
#include "json_token.h"
#include "weir/decode.h"
}

namespace ondemand = simdjson::ondemand;

static_assert(simdjson::SIMDJSON_PADDING <= WEIR_PADDING, "a padded text must be padded enough for simdjson");

struct weir_json_parser {
    ondemand::parser simdjson;
    size_t depth_max;
    size_t capacity;
};

namespace {

constexpr size_t capacity_first = 16384;
// A parser takes about six times its capacity; after a larger document it is given back.
constexpr size_t capacity_keep = 1048576;

struct walk {
    struct weir_padded_text document;
    struct weir_trie *trie;
    struct weir_collector *collector;
    size_t depth_max;
    weir_json_outcome outcome;
    struct weir_json_fault fault;
    bool has_place; // where simdjson stands says where the fault is
};

// Where a value stands: at a node of the trie, which may end pointers, in an array that may be wanted as a whole.
// Passed by reference: three small stores that are loaded at once as registers stall.
struct place {
    uint32_t node;
    uint32_t target;
    uint32_t list_target;

    bool is_wanted() const
    {
        return target != WEIR_TRIE_NONE || list_target != WEIR_TRIE_NONE;
    }
};

constexpr place nowhere{WEIR_TRIE_NONE, WEIR_TRIE_NONE, WEIR_TRIE_NONE};

bool stop(walk &walk, weir_json_outcome outcome)
{
    walk.outcome = outcome;
    return false;
}

bool fail_at(walk &walk, const char *words, const char *at)
{
    bool inside = at >= walk.document.data && at <= walk.document.data + walk.document.length;
    walk.fault = {words, inside ? static_cast<size_t>(at - walk.document.data) : SIZE_MAX};
    return stop(walk, WEIR_JSON_BROKEN);
}

const char *describe(simdjson::error_code error)
{
    switch (static_cast<int>(error)) {
    case simdjson::UNCLOSED_STRING:
        return "a string is not closed";
    case simdjson::UNESCAPED_CHARS:
        return "a control character stands unescaped in a string";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
        return "an array or object is not closed, or something follows the end";
    default:
        return "a comma, colon, bracket or key is missing or misplaced";
    }
}

bool fail_with(walk &walk, simdjson::error_code error)
{
    switch (static_cast<int>(error)) {
    case simdjson::UTF8_ERROR:
        return stop(walk, WEIR_JSON_BAD_UTF8);
    case simdjson::MEMALLOC:
    case simdjson::CAPACITY:
        return stop(walk, WEIR_JSON_NO_MEMORY);
    default:
        walk.fault = {describe(error), SIZE_MAX};
        walk.has_place = error != simdjson::INCOMPLETE_ARRAY_OR_OBJECT; // seen at the start, by looking at the end
        return stop(walk, WEIR_JSON_BROKEN);
    }
}

bool collect_for(walk &walk, uint32_t target, weir_text text)
{
    bool well = target == WEIR_TRIE_NONE || weir_collector_add(walk.collector, target, text) == WEIR_OK;
    return well || stop(walk, WEIR_JSON_NO_MEMORY);
}

bool collect(walk &walk, const place &at, weir_text text)
{
    return collect_for(walk, at.target, text) && collect_for(walk, at.list_target, text);
}

// The text of a string with escapes, in the arena. Eight bytes of it can be read, as weir_trie_name_of does.
bool unescape(walk &walk, weir_text content, weir_text *text)
{
    char *out = static_cast<char *>(weir_arena_alloc(walk.collector->arena, content.length + 8));
    if (!out)
        return stop(walk, WEIR_JSON_NO_MEMORY);
    *text = {out, 0};
    const char *bad = weir_json_unescape(content, out, &text->length);
    return bad ? fail_at(walk, "a string holds an escape that JSON does not have", bad) : true;
}

bool check_escapes(walk &walk, weir_text content)
{
    const char *bad = weir_json_bad_escape(content);
    return bad ? fail_at(walk, "a string holds an escape that JSON does not have", bad) : true;
}

// token: from the opening quote to the closing one.
bool take_string(walk &walk, weir_text token, const place &at)
{
    if (token.length < 2 || token.data[token.length - 1] != '"')
        return fail_at(walk, "a string is not closed", token.data);
    weir_text text = weir_text_slice(token, 1, token.length - 1);
    if (memchr(text.data, '\\', text.length)) {
        if (!at.is_wanted())
            return check_escapes(walk, text);
        if (!unescape(walk, text, &text))
            return false;
    }
    return collect(walk, at, text);
}

bool take_scalar(walk &walk, weir_text token, const place &at)
{
    if (weir_json_is_number(token))
        return collect(walk, at, token);
    if (!weir_json_is_literal(token))
        return fail_at(walk, "a value is neither a string, a number nor a literal", token.data);
    weir_collector_literal(walk.collector, at.target, token);
    return true;
}

// Bytes of a string from behind its opening quote to the closing one; that it is closed is known.
size_t find_quote(const char *raw)
{
    size_t length = weir_json_plain_length(raw);
    while (raw[length] == '\\') {
        length += 2;
        length += weir_json_plain_length(raw + length);
    }
    return length;
}

bool find_child(walk &walk, const char *raw, uint32_t node, uint32_t *child)
{
    weir_text key{raw, weir_json_plain_length(raw)};
    if (raw[key.length] == '\\') {
        key.length = find_quote(raw);
        if (!unescape(walk, key, &key))
            return false;
    }
    *child = weir_trie_key(walk.trie, node, weir_trie_name_of(key));
    return true;
}

bool walk_value(walk &walk, ondemand::value &value, const place &at, size_t depth);

bool walk_object(walk &walk, simdjson::simdjson_result<ondemand::object> opened, uint32_t node, size_t depth)
{
    if (depth > walk.depth_max)
        return stop(walk, WEIR_JSON_TOO_DEEP);
    ondemand::object object;
    if (auto error = std::move(opened).get(object))
        return fail_with(walk, error);
    for (auto result : object) {
        if (result.error())
            return fail_with(walk, result.error());
        // In place: a copy stalls on the stores that just made the field, and this is the innermost loop.
        ondemand::field &field = result.value_unsafe();
        place at = nowhere;
        if (!find_child(walk, field.key().raw(), node, &at.node))
            return false;
        at.target = weir_trie_target(walk.trie, at.node);
        if (!walk_value(walk, field.value(), at, depth))
            return false;
    }
    return true;
}

bool walk_array(walk &walk, simdjson::simdjson_result<ondemand::array> opened, uint32_t node, size_t depth)
{
    if (depth > walk.depth_max)
        return stop(walk, WEIR_JSON_TOO_DEEP);
    ondemand::array array;
    if (auto error = std::move(opened).get(array))
        return fail_with(walk, error);
    size_t index = 0;
    for (auto result : array) {
        if (result.error())
            return fail_with(walk, result.error());
        uint32_t child = weir_trie_index(walk.trie, node, index++);
        place at{child, weir_trie_target(walk.trie, child), weir_trie_target(walk.trie, node)};
        if (!walk_value(walk, result.value_unsafe(), at, depth))
            return false;
    }
    return true;
}

// depth: of the array or object that holds the value.
bool walk_value(walk &walk, ondemand::value &value, const place &at, size_t depth)
{
    std::string_view raw = value.raw_json_token();
    switch (raw[0]) {
    case '{':
        return walk_object(walk, value.get_object(), at.node, depth + 1);
    case '[':
        return walk_array(walk, value.get_array(), at.node, depth + 1);
    case '"':
        // Consumed, not skipped: simdjson skips a string with a colon behind it as if it were a key.
        if (auto error = value.get_raw_json_string().error())
            return fail_with(walk, error);
        return take_string(walk, weir_json_trim_end({raw.data(), raw.size()}), at);
    default:
        return take_scalar(walk, weir_json_trim_end({raw.data(), raw.size()}), at);
    }
}

bool walk_lone_scalar(walk &walk, weir_text token)
{
    if (token.length == 0 || token.data[0] != '"')
        return take_scalar(walk, token, nowhere);
    for (size_t i = 1; i < token.length; i++)
        if (token.data[i] == '\\')
            i++;
        else if (token.data[i] == '"' && i + 1 < token.length)
            return fail_at(walk, "something follows the end of the document", token.data + i + 1);
    return take_string(walk, token, nowhere);
}

bool walk_document(walk &walk, ondemand::parser &parser)
{
    ondemand::document document;
    size_t allocated = walk.document.length + WEIR_PADDING;
    if (auto error = parser.iterate(walk.document.data, walk.document.length, allocated).get(document))
        return fail_with(walk, error);
    weir_text whole = weir_json_trim(weir_text_from_padded(walk.document));
    char first = whole.length > 0 ? whole.data[0] : '\0';
    if (first != '{' && first != '[')
        return walk_lone_scalar(walk, whole) && stop(walk, WEIR_JSON_NO_OBJECT);
    bool well = first == '{' ? walk_object(walk, document.get_object(), WEIR_TRIE_ROOT, 1)
                             : walk_array(walk, document.get_array(), WEIR_TRIE_NONE, 1);
    const char *here = nullptr;
    auto at_end = document.current_location().get(here);
    if (!well) {
        if (walk.outcome == WEIR_JSON_BROKEN && walk.fault.at == SIZE_MAX && walk.has_place && !at_end)
            fail_at(walk, walk.fault.words, here);
        return false;
    }
    if (!at_end)
        return fail_at(walk, "something follows the end of the document", here);
    walk.outcome = first == '{' ? WEIR_JSON_OBJECT : WEIR_JSON_NO_OBJECT;
    return true;
}

// Room for a document of this length. Grows by powers of two, so that growing is rare.
bool reserve(weir_json_parser *parser, size_t length)
{
    size_t capacity = parser->capacity > 0 ? parser->capacity : capacity_first;
    while (capacity < length)
        capacity *= 2;
    if (capacity == parser->capacity)
        return true;
    // One level more than the walk goes: simdjson's debug build notes where each level starts.
    if (parser->simdjson.allocate(capacity, parser->depth_max + 2))
        return false;
    parser->capacity = capacity;
    return true;
}

void shrink(weir_json_parser *parser)
{
    if (parser->capacity > capacity_keep) {
        parser->simdjson = ondemand::parser();
        parser->capacity = 0;
    }
}

} // namespace

struct weir_json_parser *weir_json_parser_new(size_t depth_max)
{
    auto *parser = new (std::nothrow) weir_json_parser{ondemand::parser(), depth_max, 0};
    if (parser && !reserve(parser, 0)) {
        delete parser;
        parser = nullptr;
    }
    return parser;
}

void weir_json_parser_free(struct weir_json_parser *parser)
{
    delete parser;
}

enum weir_json_outcome weir_json_walk(struct weir_json_parser *parser, struct weir_padded_text document,
                                      struct weir_trie *trie, struct weir_collector *collector,
                                      struct weir_json_fault *fault)
{
    if (!reserve(parser, document.length))
        return WEIR_JSON_NO_MEMORY;
    walk walk{document, trie, collector, parser->depth_max, WEIR_JSON_BROKEN, {nullptr, SIZE_MAX}, true};
    weir_trie_begin(trie);
    walk_document(walk, parser->simdjson);
    shrink(parser);
    *fault = walk.fault;
    return walk.outcome;
}

#define WRITE_OUT(number) #number
#define WRITE_VERSION(version) WRITE_OUT(version)

const char *weir_simdjson_version(void)
{
    // Some versions of simdjson define it with quotes around it, some without.
    static constexpr char written[] = WRITE_VERSION(SIMDJSON_VERSION);
    static constexpr auto version = [] {
        std::array<char, sizeof written> digits{};
        size_t length = 0;
        for (char c : written)
            if (c != '"')
                digits[length++] = c;
        return digits;
    }();
    return version.data();
}
