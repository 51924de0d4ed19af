// What the peers in C++ share: the inputs read into memory, and the measure. Knows nothing of an engine.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

struct Pattern {
    unsigned rule;
    std::string text;
};

inline std::vector<std::string> read_lines(const std::string &path)
{
    std::ifstream in(path);
    if (!in) {
        std::fprintf(stderr, "cannot read %s\n", path.c_str());
        std::exit(3);
    }
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line); lines.push_back(line))
        line.reserve(line.size() + 64); // Hyperscan reads past the end
    return lines;
}

inline std::vector<Pattern> read_patterns(const std::string &path)
{
    std::vector<Pattern> patterns;
    for (const std::string &line : read_lines(path))
        patterns.push_back({unsigned(std::stoul(line)), line.substr(line.find('\t') + 1)});
    return patterns;
}

inline double cpu_seconds()
{
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

struct Found {
    size_t messages = 0, hits = 0; // a hit: a rule in a message
};

// scan(text) says how many rules match it. Prints one row.
template <class Scan> void measure(const char *name, const char *version, const std::string &inputs, Scan scan)
{
    const auto pass = [&scan](const std::vector<std::string> &texts, Found &found) {
        for (const std::string &text : texts) {
            const size_t rules = scan(text);
            found.messages += rules > 0;
            found.hits += rules;
        }
    };
    const std::vector<std::string> posts = read_lines(inputs + "/posts.txt");
    Found check, first, timed;
    pass(read_lines(inputs + "/check.txt"), check);
    pass(posts, first); // warms up
    size_t passes = 0;
    const double start = cpu_seconds();
    double took = 0;
    for (; took < 1 || passes < 3; took = cpu_seconds() - start, passes++)
        pass(posts, timed);
    if (timed.hits != passes * first.hits) {
        std::fprintf(stderr, "the timed passes found %zu, not %zu times %zu\n", timed.hits, passes, first.hits);
        std::exit(1);
    }
    std::printf("{\"name\": \"%s\", \"version\": \"%s\", \"cpu_ns\": %.1f, \"passes\": %zu, \"found\": [%zu, %zu], "
                "\"check\": [%zu, %zu]}\n",
                name, version, took * 1e9 / double(passes * posts.size()), passes, first.messages, first.hits,
                check.messages, check.hits);
}
