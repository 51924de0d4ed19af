/* Which match of a regex passes its check: at each start, from left to right, the longest that does. Pure. */
#include "checked.h"

#include "checksum.h"

#include "weir/utf8.h"

/* Starts at which matches fail before a person must look: so many take a fraction of a second. */
#define FAILED_STARTS_MAX 100000u

static bool passes(enum weir_check check, struct weir_text match)
{
    switch (check) {
    case WEIR_CHECK_LUHN:
        return checksum_luhn(match);
    case WEIR_CHECK_IBAN:
        return checksum_iban(match);
    case WEIR_CHECK_MOD11_2:
        return checksum_mod11_2(match);
    case WEIR_CHECK_NONE:
    default:
        return true;
    }
}

static size_t trim_end(struct weir_text text, size_t start, size_t end)
{
    while (end > start && checksum_skips(text.data[end - 1]))
        end--;
    return end;
}

enum weir_regex_answer find_checked(const struct weir_pattern *pattern, struct weir_regex_scratch *scratch,
                                    struct weir_text text, size_t from, size_t from_last, size_t *start, size_t *end)
{
    struct weir_regex_matches matches;
    for (size_t failed = 0; from <= from_last; failed++) {
        if (failed == FAILED_STARTS_MAX)
            return WEIR_REGEX_LIMIT;
        enum weir_regex_answer answer = weir_regex_list(pattern->regex, scratch, text, from, from_last, &matches);
        if (answer != WEIR_REGEX_MATCH)
            return answer;
        for (size_t i = 0; i < matches.count; i++) {
            size_t trimmed = trim_end(text, matches.start, matches.ends[i]);
            if (!passes(pattern->check, weir_text_slice(text, matches.start, trimmed)))
                continue;
            *start = matches.start;
            *end = trimmed;
            return WEIR_REGEX_MATCH;
        }
        if (matches.truncated)
            return WEIR_REGEX_LIMIT;
        from = matches.start + weir_utf8_width(text.data[matches.start]);
    }
    return WEIR_REGEX_NONE;
}
