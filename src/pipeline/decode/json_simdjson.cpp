// decode: the only code that knows simdjson. Takes from it the pass that all its versions do alike, and so fast that
// nothing else here compares: UTF-8, the ends of strings, and where tokens begin. Never throws, never keeps a document.
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <array>
#include <memory>
#include <new>

extern "C" {
#include "json_simdjson.h"
#include "weir/decode.h"
}

static_assert(simdjson::SIMDJSON_PADDING <= WEIR_PADDING, "a padded text must be padded enough for simdjson");

using implementation = simdjson::internal::dom_parser_implementation;

struct weir_json_indexer {
    std::unique_ptr<implementation> simdjson;
    size_t capacity; // bytes of a document
};

namespace {

constexpr size_t capacity_first = 16384;
// Takes about five times its capacity; beyond this it is given back when the next smaller document comes.
constexpr size_t capacity_keep = 1048576;

// Room for a document of this length. Grows by powers of two, so that growing is rare.
bool reserve(weir_json_indexer *indexer, size_t length)
{
    size_t capacity = indexer->capacity > 0 ? indexer->capacity : capacity_first;
    while (capacity < length)
        capacity *= 2;
    if (capacity == indexer->capacity)
        return true;
    constexpr size_t depth = 1; // of its second pass, which is not used
    indexer->capacity = 0;
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, depth, indexer->simdjson))
        return false;
    indexer->capacity = capacity;
    return true;
}

weir_json_indexing describe(simdjson::error_code error, const char **words)
{
    switch (static_cast<int>(error)) {
    case simdjson::UTF8_ERROR:
        return WEIR_JSON_INDEX_BAD_UTF8;
    case simdjson::MEMALLOC:
    case simdjson::CAPACITY:
        return WEIR_JSON_INDEX_NO_MEMORY;
    case simdjson::UNCLOSED_STRING:
        *words = "a string is not closed";
        break;
    case simdjson::UNESCAPED_CHARS:
        *words = "a control character stands unescaped in a string";
        break;
    default:
        *words = "it has no value";
    }
    return WEIR_JSON_INDEX_BROKEN;
}

} // namespace

struct weir_json_indexer *weir_json_indexer_new(void)
{
    auto *indexer = new (std::nothrow) weir_json_indexer{nullptr, 0};
    if (indexer && !reserve(indexer, 0)) {
        delete indexer;
        indexer = nullptr;
    }
    return indexer;
}

void weir_json_indexer_free(struct weir_json_indexer *indexer)
{
    delete indexer;
}

enum weir_json_indexing weir_json_index(struct weir_json_indexer *indexer, struct weir_padded_text document,
                                        struct weir_json_tokens *tokens, const char **words)
{
    if (indexer->capacity > capacity_keep && document.length <= capacity_keep)
        indexer->capacity = 0;
    if (!reserve(indexer, document.length))
        return WEIR_JSON_INDEX_NO_MEMORY;
    auto &simdjson = *indexer->simdjson;
    auto *bytes = reinterpret_cast<const uint8_t *>(document.data);
    if (auto error = simdjson.stage1(bytes, document.length, simdjson::stage1_mode::regular))
        return describe(error, words);
    uint32_t *starts = simdjson.structural_indexes.get();
    starts[simdjson.n_structural_indexes] = static_cast<uint32_t>(document.length); // there is room for some more
    *tokens = {starts, simdjson.n_structural_indexes};
    return WEIR_JSON_INDEXED;
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
