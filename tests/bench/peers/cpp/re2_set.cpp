// All rules in one RE2::Set, which says of a text all that match; the literals of a rule are one expression.
#include "peer.hpp"
#include <re2/set.h>

int main(int, char **arguments) // FOLDER SET VERSION
{
    const std::string inputs = arguments[1];
    re2::RE2::Options options;
    options.set_case_sensitive(false);
    options.set_max_mem(int64_t(1) << 30); // or it runs out of memory for states and starts anew again and again
    re2::RE2::Set set(options, re2::RE2::UNANCHORED);
    for (const Pattern &rule : read_patterns(inputs + "/" + arguments[2] + "/by_rule.tsv")) {
        std::string error;
        if (set.Add(rule.text, &error) < 0) {
            std::fprintf(stderr, "rule %u: %s\n", rule.rule, error.c_str());
            return 1;
        }
    }
    if (!set.Compile()) {
        std::fprintf(stderr, "RE2 has not enough memory for these rules\n");
        return 1;
    }
    std::vector<int> matched;
    measure("RE2::Set", arguments[3], inputs, [&](const std::string &text) -> size_t {
        re2::RE2::Set::ErrorInfo info;
        if (set.Match(text, &matched, &info))
            return matched.size();
        if (info.kind != re2::RE2::Set::kNoError)
            std::exit(1);
        return 0;
    });
}
