// What folding costs, against ICU's NFKC_Casefold of the same texts: bench_fold_cost FILE SECONDS
//
// FILE holds a text a line. Prints texts, their bytes, and nanoseconds of processor time a text, each the median of
// passes that take turns: ICU over the whole text by its quickest way for UTF-8 (normalizeUTF8 with Edits, which are
// the way back to the original as weir's are), weir's folded view, and weir's folded view and skeleton together.
// Exit status: 0, 2 usage, 3 trouble.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic" // the C headers use compound literals
extern "C" {
#include "weir/normalize.h"
}
#pragma GCC diagnostic pop

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>
#include <vector>

namespace {

constexpr unsigned folded = 1u << WEIR_VIEW_FOLDED;
constexpr unsigned folded_and_skeleton = folded | 1u << WEIR_VIEW_SKELETON;

struct texts {
    std::vector<std::string> lines;
    size_t bytes = 0;
    size_t longest = 0;
};

[[noreturn]] void die(const char *what)
{
    fprintf(stderr, "fold_cost: %s\n", what);
    exit(3);
}

texts read_lines(const char *path)
{
    texts read;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (line.empty())
            continue;
        read.bytes += line.size();
        read.longest = std::max(read.longest, line.size());
        read.lines.push_back(line);
    }
    if (read.lines.empty())
        die("no texts in the file");
    return read;
}

double processor_seconds()
{
    timespec at;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) / 1e9;
}

// Each of the two returns how many bytes came out, so that the work is not for nothing.
size_t fold_by_icu(const icu::Normalizer2 &folding, const texts &texts, icu::Edits &edits, std::vector<char> &room)
{
    size_t made = 0;
    for (const std::string &line : texts.lines) {
        UErrorCode error = U_ZERO_ERROR;
        icu::CheckedArrayByteSink sink(room.data(), static_cast<int32_t>(room.size()));
        edits.reset();
        folding.normalizeUTF8(0, icu::StringPiece(line.data(), static_cast<int32_t>(line.size())), sink, &edits, error);
        if (U_FAILURE(error) || sink.Overflowed())
            die("ICU does not fold a text");
        made += static_cast<size_t>(sink.NumberOfBytesWritten());
    }
    return made;
}

size_t fold_by_weir(weir_normalizer *normalizer, const texts &texts, unsigned views)
{
    size_t made = 0;
    for (const std::string &line : texts.lines) {
        weir_value value = {0, {line.data(), line.size()}};
        weir_item item = {};
        item.values = &value;
        item.value_count = 1;
        weir_scan_text scan;
        if (weir_normalize(normalizer, &item, views, &scan) != WEIR_OK)
            die("weir does not fold a text");
        made += scan.views[WEIR_VIEW_FOLDED].text.length;
    }
    return made;
}

double median(std::vector<double> &values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

} // namespace

int main(int count, char **arguments)
{
    double seconds = count == 3 ? strtod(arguments[2], nullptr) : 0;
    if (!(seconds > 0)) {
        fputs("usage: bench_fold_cost FILE SECONDS\n", stderr);
        return 2;
    }
    const texts texts = read_lines(arguments[1]);
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2 *folding = icu::Normalizer2::getNFKCCasefoldInstance(error);
    weir_chars *chars = weir_chars_new();
    weir_normalizer *normalizer = nullptr;
    if (U_FAILURE(error) || !chars || weir_normalizer_new(chars, &normalizer) != WEIR_OK)
        die("no memory, or ICU has no data");
    icu::Edits edits;
    std::vector<char> room(18 * texts.longest + 64); // no character becomes more than 18 times as long
    std::vector<double> took[3];
    size_t made = 0;
    const double until = processor_seconds() + seconds;
    do {
        for (int what = 0; what < 3; what++) {
            const double begun = processor_seconds();
            made += what == 0 ? fold_by_icu(*folding, texts, edits, room)
                              : fold_by_weir(normalizer, texts, what == 1 ? folded : folded_and_skeleton);
            took[what].push_back((processor_seconds() - begun) * 1e9 / static_cast<double>(texts.lines.size()));
        }
    } while (processor_seconds() < until);
    if (made == 0)
        die("nothing was folded");
    printf("%zu %zu %.1f %.1f %.1f\n", texts.lines.size(), texts.bytes, median(took[0]), median(took[1]),
           median(took[2]));
    weir_normalizer_free(normalizer);
    weir_chars_free(chars);
    return 0;
}
