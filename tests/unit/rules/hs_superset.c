/* Whatever PCRE2 matches in a value, the scan reports a hit that ends there, and the pattern's widths hold it. Random texts, in the
 * views as they are: several values in one buffer, folded ones without line feeds and capital letters. */
#include "loading.h"

#include "weir/database.h"

#include <hs/hs.h>

#define TEXTS 250
#define VALUES 3
#define VALUE_MAX 160
#define BUFFER_MAX (VALUES * (VALUE_MAX + 1) + 64)

struct sample {
    const char *regex;
    bool exact;
    const char *pieces; /* what texts are made of, separated by `~`, beside the common ones */
};

static const char common[] = "a~b~x~ ~0~7~-~_~.~\u00e9~\u4e2d~\u56fd~\u3002~\U0001F600~'~,";

static const struct sample samples[] = {
    {"free.*money", false, "free~money"},
    {"free.{0,5}money", false, "free~money"},
    {"free.{2,60}money", false, "free~money"},
    {"a.b", false, ""},
    {"a..b", false, ""},
    {"a.?b", false, ""},
    {"a[^x]b", false, ""},
    {"a[^x]{0,9}b", false, ""},
    {"a[^\u4e2d]+b", false, ""},
    {"a\\W+b", false, ""},
    {"a\\Db", false, ""},
    {"a\\S{1,3}b", false, ""},
    {"a\\Nb", false, ""},
    {"a\\H+b", false, ""},
    {"a\\Xb", false, ""},
    {"\\p{Han}{2}", false, ""},
    {"[\\p{Han}a]+b", false, ""},
    {"\\P{L}a", false, ""},
    {"[^\\p{L}]a", false, ""},
    {"[\u4e00-\u9fa5]+a", false, ""},
    {"[\u4e2d\u56fd]{2,4}a", false, ""},
    {"\u4e2d+a", false, ""},
    {"(?:\u4e2d\u56fd)+", false, ""},
    {"\u4e2d.{0,6}\u56fd", false, ""},
    {"A\u00c9?B", false, ""},
    {"[\u00c9]a", false, ""},
    {"wire\\s+it", false, "wire~it"},
    {"wire\\s*it", false, "wire~it"},
    {"wire[\\s\\h]?it", false, "wire~it"},
    {"\\bcat\\b", false, "cat"},
    {"\\bcat\\B", false, "cat~cats"},
    {"^a", false, ""},
    {"a$", false, ""},
    {"\\Aa.*b\\z", false, ""},
    {"(?:a|b$)x?", false, ""},
    {"(?:^|x)a", false, ""},
    {"(?<!x)a", false, ""},
    {"a(?=b)", false, ""},
    {"a(?!b).", false, ""},
    {"(?<=a)b(?=x)", false, ""},
    {"(?=.*7)a.*b", false, ""},
    {"(a|b)\\1", false, ""},
    {"(?<n>[ab])x?\\k<n>", false, ""},
    {"(?|(a)x|(b)7)\\1", false, ""},
    {"(a)?(?(1)b|x)7", false, ""},
    {"(a)?(?(1)b)7", false, ""},
    {"(?(?=a)ab|x7)", false, ""},
    {"(?>a|ab)x", false, ""},
    {"a++b", false, ""},
    {"a*+b", false, ""},
    {"a+?b", false, ""},
    {"a{2,3}?b", false, ""},
    {"a{0}b", false, ""},
    {"(?:a{1,3}b){2}", false, ""},
    {"(?x) a \\  b # comment\n | x 7", false, ""},
    {"(?xx)[ a b ]7", false, ""},
    {"a(?#a comment)b", false, ""},
    {"\\Qa.b\\E|x7", false, "a.b"},
    {"\\x61\\x{62}", false, ""},
    {"\\141b", false, ""},
    {"\\101b", false, ""},
    {"x?\\1417", false, ""},
    {"(a)\\142", false, ""},
    {"(a)\\11b", true, "\t"}, /* a tab: there is no eleventh group before it */
    {"(a)?(b)?(x)?(0)?(7)?(-)?(_)?(a)?(b)?(x)?(7)\\11", false, ""},
    {"(?|(a)|(b)|(x))(?<n>7)\\60", false, "70"},
    {"(?U)a.+b", false, ""},
    {"(?U:a{1,3})b", false, ""},
    {"(?iU-s)a+?b", true, "A"},
    {"(?-i)ab", false, ""},
    {"(?i:A)B", false, ""},
    {"(?-s)a.+b", false, ""},
    {"[[:alpha:]]7", false, ""},
    {"[[:^alpha:]]7", false, ""},
    {"[[:<:]]a", false, ""},
    {"[]a]7", false, "]"},
    {"[^]a]7", false, "]"},
    {"[a\\]]7", false, "]"},
    {"[\\Q]a\\E]7", false, "]"},
    {"[-a]7", false, ""},
    {"\\d{3,19}", false, "123~4567"},
    {"(?:\\w{1,12} ){0,3}x", false, ""},
    {"\\w+@\\w+\\.com", false, "me@ab.com~@~.com"},
    {"https?://\\S+\\.top", false, "http://~.top"},
    {"a.b", true, "\n~A~B"},
    {"a\\nb", true, "\n"},
    {"a\\R+b", true, "\n~\r~\r\n~\u2028"},
    {"a\\sb", true, "\n~\t"},
    {"a\\vb", true, "\n~\x0b~\u2028"},
    {"a\\hb", true, "\t~\u00a0"},
    {"A.*b", true, "A~\n"},
    {"(?i)kiss", true, "kiss~KISS~\u212aiss~ki\u017f\u017f"},
    {"(?i)[k]x", true, "\u212a~K"},
    {"(?i)\u00e9x", true, "\u00c9"},
    {"(?i)[\u00e9]x", true, "\u00c9"},
    {"a(?i)b", true, "A~B"},
    {"(?i:a)b", true, "A~B"},
    {"(?m)^a$", true, "\n"},
    {"a\\Z", true, "\n"},
    {"(?-s)a.b", true, "\n"},
    {"[^a]b", true, "\n~A"},
    {"[^\u4e2d]b", true, "\n"},
    {"\\N{U+4e2d}a", true, ""},
    {"(?^)ab|(?i)xX", true, "A~X"},
};

static uint32_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

static struct weir_text pick_piece(const char *pieces, uint64_t *state)
{
    size_t count = 1;
    for (const char *c = pieces; *c; c++)
        count += *c == '~';
    size_t wanted = next_random(state) % count;
    const char *start = pieces;
    for (; wanted; wanted--)
        start = strchr(start, '~') + 1;
    const char *end = strchr(start, '~');
    return (struct weir_text){start, end ? (size_t)(end - start) : strlen(start)};
}

/* Values of random pieces in one buffer; of folded ones none has two spaces in a row or one at an end. */
static size_t make_buffer(const struct sample *sample, uint64_t *state, char *buffer, size_t ends[VALUES])
{
    size_t length = 0;
    for (size_t value = 0; value < VALUES; value++) {
        size_t start = length;
        size_t wanted = next_random(state) % VALUE_MAX / 2;
        while (length - start < wanted) {
            struct weir_text piece = pick_piece(next_random(state) % 2 && sample->pieces[0] ? sample->pieces : common, state);
            bool is_space = !sample->exact && piece.length == 1 && piece.data[0] == ' ';
            if (is_space && (length == start || buffer[length - 1] == ' '))
                continue;
            memcpy(buffer + length, piece.data, piece.length);
            length += piece.length;
        }
        while (!sample->exact && length > start && buffer[length - 1] == ' ')
            length--;
        ends[value] = length;
        if (value + 1 < VALUES)
            buffer[length++] = WEIR_VALUE_SEPARATOR;
    }
    return length;
}

static int note_end(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    (void)id;
    (void)from;
    (void)flags;
    ((bool *)context)[to] = true;
    return 0;
}

static bool has_any(const bool *ends)
{
    for (size_t i = 0; i < BUFFER_MAX; i++)
        if (ends[i])
            return true;
    return false;
}

/* Every match at every start of the value; returns how many there were. */
static size_t compare_value(const struct sample *sample, const struct weir_pattern *pattern,
                            struct weir_regex_scratch *scratch, const char *buffer, size_t from, size_t to,
                            const bool *hit_ends)
{
    struct weir_text value = {buffer + from, to - from};
    size_t matches = 0;
    for (size_t at = 0; at < value.length; at += weir_utf8_width(value.data[at])) {
        size_t start;
        size_t end;
        if (weir_regex_find(pattern->regex, scratch, value, at, at, &start, &end) != WEIR_REGEX_MATCH)
            continue;
        matches++;
        bool is_bounded = pattern->width_max != UINT32_MAX;
        if (is_bounded ? !hit_ends[from + end] : !has_any(hit_ends))
            fail_msg("%s: PCRE2 matches [%zu, %zu) of '%.*s', the scan does not", sample->regex, start, end,
                     (int)value.length, value.data);
        if (end - start < pattern->width_min || (is_bounded && end - start > pattern->width_max))
            fail_msg("%s: a match of %zu bytes, beyond [%u, %u]", sample->regex, end - start, pattern->width_min,
                     pattern->width_max);
    }
    return matches;
}

static size_t compare_sample(const struct sample *sample, const struct weir_ruleset *ruleset,
                             struct weir_regex_scratch *scratch, uint64_t *state)
{
    hs_scratch_t *hs_scratch = NULL;
    hs_database_t *database = ruleset->database->groups[0].database;
    size_t matches = 0;
    assert_int_equal(ruleset->database->group_count, 1);
    assert_int_equal(hs_alloc_scratch(database, &hs_scratch), HS_SUCCESS);
    for (int i = 0; i < TEXTS; i++) {
        char buffer[BUFFER_MAX + WEIR_PADDING] = {0};
        bool hit_ends[BUFFER_MAX] = {false};
        size_t ends[VALUES];
        size_t length = make_buffer(sample, state, buffer, ends);
        assert_int_equal(hs_scan(database, buffer, (unsigned)length, 0, hs_scratch, note_end, hit_ends), HS_SUCCESS);
        for (size_t value = 0; value < VALUES; value++)
            matches += compare_value(sample, &ruleset->patterns[0], scratch, buffer, value ? ends[value - 1] + 1 : 0,
                                     ends[value], hit_ends);
    }
    hs_free_scratch(hs_scratch);
    return matches;
}

static void load_sample(const struct sample *sample, struct weir_ruleset **ruleset)
{
    char patterns[512];
    char quoted[400];
    size_t length = 0;
    for (const char *c = sample->regex; *c; c++) {
        if (*c == '\n') {
            length += (size_t)snprintf(quoted + length, sizeof quoted - length, "\\n");
            continue;
        }
        if (*c == '\\' || *c == '"')
            quoted[length++] = '\\';
        quoted[length++] = *c;
    }
    quoted[length] = '\0';
    snprintf(patterns, sizeof patterns, "p: {regex: \"%s\", view: %s}", quoted, sample->exact ? "exact" : "folded");
    *ruleset = load_patterns(patterns);
}

static void scan__random_texts__holds_every_match_of_pcre2(void **unused)
{
    (void)unused;
    struct weir_regex_scratch *scratch = weir_regex_scratch_new();
    uint64_t state = 20261123;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        struct weir_ruleset *ruleset;
        load_sample(&samples[i], &ruleset);
        size_t matches = compare_sample(&samples[i], ruleset, scratch, &state);
        if (matches == 0)
            fail_msg("%s: no text matched, so nothing was tested", samples[i].regex);
        weir_ruleset_free(ruleset);
    }
    weir_regex_scratch_free(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scan__random_texts__holds_every_match_of_pcre2),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
