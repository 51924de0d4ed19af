// All rules in one Hyperscan database. Literals are given as such, and whether a hit is a whole word is asked when it
// is reported: that is faster than \b in each of them.
#include "peer.hpp"
#include <hs.h>

struct Scan {
    std::vector<Pattern> patterns;
    size_t literals;
    std::vector<size_t> seen_in; // by rule: the last message that it matched
    size_t message = 0, rules = 0;
    const std::string *text = nullptr;
};

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static int take_hit(unsigned id, unsigned long long, unsigned long long end, unsigned, void *context)
{
    Scan &scan = *static_cast<Scan *>(context);
    const Pattern &pattern = scan.patterns[id];
    if (id < scan.literals) {
        const std::string &text = *scan.text;
        const size_t start = end - pattern.text.size();
        if ((start > 0 && is_word(text[start - 1])) || (end < text.size() && is_word(text[end])))
            return 0;
    }
    if (scan.seen_in[pattern.rule] != scan.message) {
        scan.seen_in[pattern.rule] = scan.message;
        scan.rules++;
    }
    return 0;
}

static hs_database_t *compile(const Scan &scan)
{
    std::vector<const char *> texts;
    std::vector<unsigned> flags, ids;
    for (unsigned id = 0; id < scan.patterns.size(); id++) {
        const bool any_character = scan.patterns[id].text.find(".{") != std::string::npos; // may be of many bytes
        texts.push_back(scan.patterns[id].text.c_str());
        flags.push_back(HS_FLAG_CASELESS | (id < scan.literals ? 0 : HS_FLAG_SINGLEMATCH) |
                        (any_character ? HS_FLAG_UTF8 : 0));
        ids.push_back(id);
    }
    hs_database_t *database = nullptr;
    hs_compile_error_t *error = nullptr;
    if (hs_compile_multi(texts.data(), flags.data(), ids.data(), unsigned(ids.size()), HS_MODE_BLOCK, nullptr,
                         &database, &error) != HS_SUCCESS) {
        std::fprintf(stderr, "%s\n", error->message);
        std::exit(1);
    }
    return database;
}

int main(int, char **arguments) // FOLDER SET
{
    const std::string inputs = arguments[1], set = inputs + "/" + arguments[2];
    Scan scan{read_patterns(set + "/literals.tsv"), 0, {}};
    scan.literals = scan.patterns.size();
    for (Pattern &regex : read_patterns(set + "/regexes.tsv"))
        scan.patterns.push_back(regex);
    for (const Pattern &pattern : scan.patterns)
        if (pattern.rule >= scan.seen_in.size())
            scan.seen_in.resize(pattern.rule + 1);
    const hs_database_t *database = compile(scan);
    hs_scratch_t *scratch = nullptr;
    if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS)
        return 3;
    measure("Hyperscan", hs_version(), inputs, [&](const std::string &text) {
        scan.text = &text;
        scan.message++;
        scan.rules = 0;
        if (hs_scan(database, text.data(), unsigned(text.size()), 0, scratch, take_hit, &scan) != HS_SUCCESS)
            std::exit(1);
        return scan.rules;
    });
}
