/* Texts and patterns through normalize, scan and decide: what is a hit, and where it stands in the original text. */
#include "judging.h"

#include <stdlib.h>
#include <unistd.h>

static struct weir_ruleset *parse(struct fixture *fixture, const char *patterns, struct weir_diagnostics *diagnostics)
{
    char source[8192];
    int length = snprintf(source, sizeof source,
                          "pack: t\nversion: 1.0.0\ndescription: d\nrules:\n- id: t.r\n  title: t\n  why: w\n"
                          "  category: scams_and_fraud\n  severity: low\n  fields: [text, author_name]\n"
                          "  patterns: {%s}\n  examples: {flag: [a], pass: [b]}\n",
                          patterns);
    struct weir_folding folding = weir_normalizer_folding(fixture->normalizer);
    struct weir_field_names fields = {.at = {"text", "author_name"}, .count = 2};
    struct weir_ruleset *ruleset = NULL;
    enum weir_status status = weir_ruleset_parse("t.yaml", (struct weir_text){source, (size_t)length}, &fields,
                                                 &folding, diagnostics, &ruleset);
    assert_int_equal(status == WEIR_OK, ruleset != NULL);
    return ruleset;
}

/* A ruleset of one rule with these patterns (YAML flow), looking at text and author_name. */
static struct weir_ruleset *compile(struct fixture *fixture, const char *patterns)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_ruleset *ruleset = parse(fixture, patterns, diagnostics);
    if (!ruleset) {
        weir_diagnostics_print(diagnostics, stderr);
        fail_msg("the pack does not load: %s", patterns);
    }
    weir_diagnostics_free(diagnostics);
    return ruleset;
}

/* The one match of the item, or NULL. Lives until the next call. */
static const struct weir_match *judge(struct fixture *fixture, const struct weir_ruleset *ruleset,
                                      const struct weir_value *values, size_t value_count)
{
    struct weir_item item = {.kind = WEIR_POST, .values = values, .value_count = value_count};
    struct weir_scanner *scanner;
    struct weir_decider *decider;
    struct weir_scan_text texts;
    struct weir_hits hits;
    struct weir_verdict verdict;
    weir_arena_reset(fixture->arena);
    assert_int_equal(weir_scanner_new(ruleset, fixture->limits.hits, &scanner), WEIR_OK);
    assert_int_equal(weir_decider_new(ruleset, fixture->chars, &fixture->limits, &decider), WEIR_OK);
    assert_int_equal(weir_normalize(fixture->normalizer, &item, ruleset->views, &texts), WEIR_OK);
    weir_scan(scanner, &texts, &hits);
    assert_int_equal(weir_decide(decider, &item, &texts, &hits, fixture->arena, &verdict), WEIR_OK);
    weir_scanner_free(scanner);
    weir_decider_free(decider);
    return verdict.match_count[WEIR_CHANNEL_REVIEW] ? verdict.matches[WEIR_CHANNEL_REVIEW] : NULL;
}

/* "start-end quote|start-end quote|..." of the evidence, in code points; "" for no match. */
static const char *describe(const struct weir_match *match, char *out, size_t size)
{
    size_t used = 0;
    out[0] = 0;
    for (size_t i = 0; match && i < match->evidence_count; i++) {
        const struct weir_evidence *evidence = &match->evidence[i];
        used += (size_t)snprintf(out + used, size - used, "%s%zu-%zu %.*s", i ? "|" : "", evidence->start,
                                 evidence->end, (int)evidence->quote.length, evidence->quote.data);
    }
    return out;
}

struct evidence_case {
    const char *patterns;
    const char *text;
    const char *evidence;
};

static void check_cases(struct fixture *fixture, const struct evidence_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char got[2048];
        struct weir_ruleset *ruleset = compile(fixture, cases[i].patterns);
        struct weir_value value = {0, weir_text_of(cases[i].text)};
        describe(judge(fixture, ruleset, &value, 1), got, sizeof got);
        if (strcmp(got, cases[i].evidence) != 0)
            fail_msg("{%s} on \"%s\":\n  got      \"%s\"\n  expected \"%s\"", cases[i].patterns, cases[i].text, got,
                     cases[i].evidence);
        weir_ruleset_free(ruleset);
    }
}

static void literals__boundary_auto__words_in_every_script(void **state)
{
    static const struct evidence_case cases[] = {
        {"p: {literals: [\"safe\"]}", "is it safe?", "6-10 safe"},
        {"p: {literals: [\"safe\"]}", "unsafe safer _safe safe9", ""},
        {"p: {literals: [\"safe\"]}", "SAFE Safe", "0-4 SAFE|5-9 Safe"},
        {"p: {literals: [\"счет\"]}", "мой СЧЕТ тут", "4-8 СЧЕТ"},
        {"p: {literals: [\"счет\"]}", "счета", ""},
        {"p: {literals: [\"δωρεαν\"]}", "ΔΩΡΕΑΝ!", "0-6 ΔΩΡΕΑΝ"},
        {"p: {literals: [\"حساب\"]}", "في حساب آمن", "3-7 حساب"},
        {"p: {literals: [\"حساب\"]}", "الحساب", ""},
        {"p: {literals: [\"חשבון\"]}", "חשבון בטוח", "0-5 חשבון"},
        {"p: {literals: [\"पैसा\"]}", "पैसा भेजो", "0-4 पैसा"},
        {"p: {literals: [\"पैस\"]}", "पैसा", ""},
        {"p: {literals: [\"โอนเงิน\"]}", "กรุณาโอนเงินด่วน", "5-12 โอนเงิน"},
        {"p: {literals: [\"安全账户\"]}", "请转到安全账户里", "3-7 安全账户"},
        {"p: {literals: [\"口座\"]}", "安全な口座へ", "3-5 口座"},
        {"p: {literals: [\"계좌\"]}", "안전계좌로", "2-4 계좌"},
        {"p: {literals: [\"vip\"]}", "加我vip群", "2-5 vip"}, /* unspaced neighbours do not bind */
        {"p: {literals: [\"cafe\u0301\"]}", "at the CAFÉ now", "7-11 CAFÉ"},
        {"p: {literals: [\"$100\"]}", "win $100 x$100 $1000", "4-8 $100|10-14 $100"},
    };
    check_cases(*state, cases, sizeof cases / sizeof *cases);
}

static void literals__other_boundaries__as_stated(void **state)
{
    static const struct evidence_case cases[] = {
        {"p: {literals: [\"safe\"], boundary: none}", "unsafer", "2-6 safe"},
        {"p: {literals: [\"safe\"], boundary: start}", "safer unsafe", "0-4 safe"},
        {"p: {literals: [\"safe\"], boundary: end}", "safer unsafe", "8-12 safe"},
        {"p: {literals: [\"safe\"], boundary: word}", "safer unsafe 中safe safe", "19-23 safe"},
        {"p: {literals: [\"安全\"], boundary: word}", "很安全 安全 安全。", "4-6 安全|7-9 安全"},
        {"p: {regex: 'saf[e]', boundary: word}", "safer safe", "6-10 safe"},
    };
    check_cases(*state, cases, sizeof cases / sizeof *cases);
}

static void check__numbers__the_longest_that_passes(void **state)
{
    static const struct evidence_case cases[] = {
        {"p: {regex: '[0-9](?:[ -]?[0-9]){12,18}[ -]*', check: luhn}", "pay 4111 1111\u00a01111\u20101111  12 now",
         "4-23 4111 1111\u00a01111\u20101111"},
        {"p: {regex: '[0-9]{16}', check: luhn}", "4111111111111112 4111111111111111", "17-33 4111111111111111"},
        {"p: {regex: '[0-9]+', check: luhn}", "18 19", "0-2 18"},
        {"p: {regex: '[a-z]{2}[0-9]{2}(?: ?[a-z0-9]){11,30}', check: iban}", "to DE89 3704 0044 0532 0130 00 now",
         "3-30 DE89 3704 0044 0532 0130 00"},
        {"p: {regex: '\\d{17}[\\dXx]', check: mod11_2, view: exact, boundary: word}",
         "11010519491231002X a11010519491231002X", "0-18 11010519491231002X"},
    };
    check_cases(*state, cases, sizeof cases / sizeof *cases);
}

static void domains__urls_and_bare_hosts__the_listed_hosts_span(void **state)
{
    char path[] = "/tmp/weir-hosts-XXXXXX";
    int descriptor = mkstemp(path);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    char patterns[64];
    snprintf(patterns, sizeof patterns, "p: {domains: %s}", path);
    const struct evidence_case cases[] = {
        {patterns, "see https://www.Example.com/a?b", "16-27 Example.com"},
        {patterns, "example.com", "0-11 example.com"},
        {patterns, "me@example.com:80, not example.comm or anexample.com", "3-14 example.com"},
        {patterns, "example.com.au my-example.com example.com-x example.com_x", ""},
        {patterns, "It is example.com. And ...example.com..", "6-17 example.com|26-37 example.com"},
        {patterns, "bad.example.org", "0-15 bad.example.org|4-15 example.org"},
        {patterns, "\u8bbf\u95eeexample.com\u770b", "2-13 example.com"},
        {patterns, "example\u3002com and \uff45xample\uff0ecom", "0-11 example\u3002com|16-27 \uff45xample\uff0ecom"},
        {patterns, "xn--bcher-kva.example B\u00dcCHER.example", "0-21 xn--bcher-kva.example|22-36 B\u00dcCHER.example"},
        {patterns, "\u79c1\u306e\u4f8b\u3048.\u30c6\u30b9\u30c8\u3067\u3059", "2-8 \u4f8b\u3048.\u30c6\u30b9\u30c8"},
        {patterns, "nothing.here at all", ""},
        {patterns, "x\u0323example.com \u0323example.com example.com\u0323 \u8bbf\u0323example.com",
         "42-53 example.com"},
    };
    assert_non_null(file);
    fputs("example.com\nexample.org\nbad.example.org\nb\u00fccher.example\n\u4f8b\u3048.\u30c6\u30b9\u30c8\n", file);
    assert_int_equal(fclose(file), 0);
    check_cases(*state, cases, sizeof cases / sizeof *cases);
    remove(path);
}

/* What IDNA2008 keeps and folding takes away: fa\u00df.de and fass.de are two hosts. */
static void domains__hosts_with_deviation_characters__only_the_listed_ones(void **state)
{
    char path[] = "/tmp/weir-hosts-XXXXXX";
    int descriptor = mkstemp(path);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    char patterns[64];
    snprintf(patterns, sizeof patterns, "p: {domains: %s}", path);
    const struct evidence_case cases[] = {
        {patterns, "fa\u00df.de FA\u1e9e.de xn--fa-hia.de", "0-6 fa\u00df.de|7-13 FA\u1e9e.de|14-27 xn--fa-hia.de"},
        {patterns, "fass.de FASS.de", ""},
        {patterns, "stra\u00dfe.de XN--strae-oqa.de strasse.de", "0-9 stra\u00dfe.de|10-26 XN--strae-oqa.de"},
        {patterns, "\u03b2\u03cc\u03bb\u03bf\u03c2.com \u03b2\u03cc\u03bb\u03bf\u03c3.com xn--nxasmm1c.com",
         "0-9 \u03b2\u03cc\u03bb\u03bf\u03c2.com|20-36 xn--nxasmm1c.com"},
        {patterns, "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.com \u0646\u0627\u0645\u0647\u0627\u06cc.com",
         "0-11 \u0646\u0627\u0645\u0647\u200c\u0627\u06cc.com"},
        {patterns, "ga\u00df.de gass.de xn--ga-hia.de", "0-6 ga\u00df.de|7-14 gass.de"},
        {patterns, "ha\u00df.de hass.de xn--ha-hia.de", "0-6 ha\u00df.de|7-14 hass.de|15-28 xn--ha-hia.de"},
        {patterns, "ab.example a\u200db.example", "0-10 ab.example|11-22 a\u200db.example"},
        {patterns, "fa\u00df.xn--p1ai fass.xn--p1ai xn--fa-hia.\u0440\u0444",
         "0-12 fa\u00df.xn--p1ai|27-40 xn--fa-hia.\u0440\u0444"},
    };
    assert_non_null(file);
    fputs("fa\u00df.de\nxn--strae-oqa.de\n\u03b2\u03cc\u03bb\u03bf\u03c2.com\n"
          "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.com\ngass.de\nha\u00df.de\nhass.de\na\u200cb.example\n"
          "fa\u00df.\u0440\u0444\n",
          file);
    assert_int_equal(fclose(file), 0);
    check_cases(*state, cases, sizeof cases / sizeof *cases);
    remove(path);
}

static void domains__megabytes_of_marks_or_unspaced_text__in_time(void **state)
{
    struct fixture *fixture = *state;
    static const char *const units[] = {"\u0301", "\u8bbf\u3002", "a.", "\u8bbf\u0301"};
    char path[] = "/tmp/weir-hosts-XXXXXX";
    int descriptor = mkstemp(path);
    char patterns[64];
    size_t size = 1 << 20;
    char *text = malloc(size + 8);
    assert_non_null(text);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, "example.com\n", 12), 12);
    close(descriptor);
    snprintf(patterns, sizeof patterns, "p: {domains: %s}", path);
    struct weir_ruleset *ruleset = compile(fixture, patterns);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t length = 3;
        memcpy(text, "a.b", 3);
        for (; length < size; length += strlen(units[i]))
            memcpy(text + length, units[i], strlen(units[i]));
        struct weir_value value = {0, {text, length}};
        assert_null(judge(fixture, ruleset, &value, 1));
    }
    weir_ruleset_free(ruleset);
    free(text);
    remove(path);
}

static void literals__nested_and_several__all_occurrences(void **state)
{
    static const struct evidence_case cases[] = {
        {"p: {literals: [\"safe account\", \"account\", \"account now\"]}", "safe account now",
         "0-12 safe account|5-12 account|5-16 account now"},
        {"p: {literals: [\"aa\"], boundary: none}", "aaaa", "0-2 aa|1-3 aa|2-4 aa"},
        {"a: {literals: [\"win\"]}, b: {literals: [\"prize\"]}", "prize win", "0-5 prize|6-9 win"},
    };
    check_cases(*state, cases, sizeof cases / sizeof *cases);
}

/* Hyperscan looks for them once. */
static void patterns__the_same__each_has_its_hits(void **state)
{
    static const struct evidence_case cases[] = {
        {"a: {literals: [\"win\", \"x\"]}, b: {literals: [\"win\"]}", "win", "0-3 win|0-3 win"},
        {"a: {regex: 'w.n'}, b: {regex: 'w.n', boundary: word}, c: {regex: 'w.n'}", "win wons",
         "0-3 win|0-3 win|0-3 win|4-7 won|4-7 won"},
        {"a: {regex: 'win'}, b: {literals: [\"win\"]}, c: {regex: 'win', view: exact}", "win WIN",
         "0-3 win|0-3 win|0-3 win|4-7 WIN|4-7 WIN"},
        {"a: {regex: 'w.*n'}, b: {regex: 'w.*n'}", "win a wan", "0-9 win a wan|0-9 win a wan"},
    };
    check_cases(*state, cases, sizeof cases / sizeof *cases);
}

static void folded__disguises__quoted_as_written(void **state)
{
    static const struct evidence_case cases[] = {
        {"p: {literals: [\"safe account\"]}", "a ｓａｆｅ\u200b \u0430\u0441\u0441ount x",
         "2-15 ｓａｆｅ\u200b \u0430\u0441\u0441ount"},
        {"p: {literals: [\"safe account\"]}", "safe \t\n  account", "0-16 safe \t\n  account"},
        {"p: {literals: [\"safe\"]}", "\u200bsa\u00adfe\u200b", "1-6 sa\u00adfe"},
        {"p: {regex: '[^a]+', view: exact}", "\u115f\u064e", "1-2 \u064e"},
        {"p: {literals: [\"\u0901\"], boundary: none}", "x\u1100\u1161\u0901", "1-4 \u1100\u1161\u0901"},
        {"p: {literals: [\"\u30a2\"]}", "\uff71\uff9e", "0-2 \uff71\uff9e"},
        {"p: {literals: [\"file\"]}", "a \ufb01le", "2-5 \ufb01le"},
        {"p: {literals: [\"strasse\"]}", "Straße", "0-6 Straße"},
        {"p: {literals: [\"don't\"]}", "DON\u2019T", "0-5 DON\u2019T"},
        {"p: {literals: [\"e-mail\"]}", "e\u2011mail", "0-6 e\u2011mail"},
        {"p: {literals: [\"safe\"]}", "s\u0336a\u0336f\u0336e\u0336 x", "0-8 s\u0336a\u0336f\u0336e\u0336"},
        {"p: {literals: [\"50%\"]}", "５０％ off", "0-3 ５０％"},
        {"p: {regex: '[0-9]{3}-[0-9]{4}'}", "call ５５５－１２３４", "5-13 ５５５－１２３４"},
    };
    check_cases(*state, cases, sizeof cases / sizeof *cases);
}

static void skeleton__literals_that_fold_alike__each_has_its_own(void **state)
{
    static const struct evidence_case cases[] = {
        {"p: {literals: [\"ΒΟ\"]}", "βο\u0336", ""}, /* capitals look like other letters than small ones do */
        {"p: {literals: [\"ΒΟ\", \"βο\"]}", "βο\u0336", "0-3 βο\u0336"},
    };
    check_cases(*state, cases, sizeof cases / sizeof *cases);
}

static void skeleton__words_with_punctuation_between__each_may_be_mixed(void **state)
{
    static const struct evidence_case cases[] = {
        {"p: {literals: [\"счет\u3002банк\"]}", "cчет\u3002банк", "0-9 cчет\u3002банк"},
        {"p: {literals: [\"счет\u3002банк\"]}", "счет\u3002бaнк", "0-9 счет\u3002бaнк"},
        {"p: {literals: [\"«счет»\u00b7банк\"]}", "«cчет»\u00b7бaнк", "0-11 «cчет»\u00b7бaнк"},
    };
    check_cases(*state, cases, sizeof cases / sizeof *cases);
}

static void skeleton__long_literal__whatever_word_is_mixed(void **state)
{
#define WORDS "p: {literals: [\"переведите все деньги на безопасный счет\"]}"
    static const struct evidence_case cases[] = {
        {WORDS, "переведите все деньги на безопасный cчет", "0-40 переведите все деньги на безопасный cчет"},
        {WORDS, "пepeвeдитe все деньги на безопасный cчет", "0-40 пepeвeдитe все деньги на безопасный cчет"},
        {WORDS, "пepeвeдитe вce дeньги нa бeзoпacный cчет", "0-40 пepeвeдитe вce дeньги нa бeзoпacный cчет"},
        {WORDS, "переведите все деньги на безопасный kчет", ""},
    };
#undef WORDS
    check_cases(*state, cases, sizeof cases / sizeof *cases);
}

static void regex__left_to_right__as_grep_does(void **state)
{
    static const struct evidence_case cases[] = {
        {"p: {regex: 'a+'}", "caaat aa", "1-4 aaa|6-8 aa"},
        {"p: {regex: 'aba'}", "ababa", "0-3 aba"},
        {"p: {regex: 'send.*money'}", "send a money b money send", "0-20 send a money b money"},
        {"p: {regex: 'a.b'}", "a中b a\u00e9b ab", "0-3 a中b|4-7 aéb"},
        {"p: {regex: 'a[^x]b'}", "a中b axb", "0-3 a中b"},
        {"p: {regex: '^pay'}", "pay pay", "0-3 pay"},
        {"p: {regex: 'now$'}", "now now", "4-7 now"},
        {"p: {regex: '(?<!not )urgent'}", "not urgent, urgent", "12-18 urgent"},
        {"p: {regex: 'pay(?= me)'}", "pay you pay me", "8-11 pay"},
        {"p: {regex: 'move\\s+(your|the)\\s+money'}", "Move  your\nmoney", "0-16 Move  your\nmoney"},
        {"p: {regex: '\\bsafe\\b'}", "unsafe safe", "7-11 safe"},
        {"p: {regex: '[а-я]{4}'}", "СЧЕТ", "0-4 СЧЕТ"},
        {"p: {regex: '(?i)Pay', view: exact}", "PAY pay", "0-3 PAY|4-7 pay"},
    };
    check_cases(*state, cases, sizeof cases / sizeof *cases);
}

/* PCRE2 before 10.43 minds the case of these properties even in a regex that minds none. */
static void regex__properties_of_capitals__refused_where_text_is_folded(void **state)
{
    static const char *const refused[] = {
        "(?-i)\\p{Lu}{3}x", "(?-i)x[\\p{Lu}\\p{Lt}]", "(?-i)[\u00c0-\u00d6]x", "\\p{Zl}x", "\\p{Z}{2}x", "a\\p{Zs}{2}b",
        "a \\p{Zs}b"};
    static const char *const fit[] = {
        "(?-i)\\p{L}x", "(?-i)[\\p{Lu}\\p{Ll}]x", "(?-i)[\u00c0-\u00ff]x", "\\p{Ll}x",
        "\\p{Han}x",    "\\p{Cherokee}x",         "(?-i)\\p{Greek}x",      "\\p{Z}x\\p{Z}"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused + sizeof fit / sizeof *fit; i++) {
        bool is_refused = i < sizeof refused / sizeof *refused;
        const char *regex = is_refused ? refused[i] : fit[i - sizeof refused / sizeof *refused];
        char patterns[96];
        struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
        snprintf(patterns, sizeof patterns, "p: {regex: '%s'}", regex);
        struct weir_ruleset *ruleset = parse(*state, patterns, diagnostics);
        if ((ruleset == NULL) != is_refused) {
            weir_diagnostics_print(diagnostics, stderr);
            fail_msg("%s: %s", regex, is_refused ? "loads" : "does not load");
        }
        weir_ruleset_free(ruleset);
        weir_diagnostics_free(diagnostics);
    }
}

static void exact__view__case_and_form_count(void **state)
{
    static const struct evidence_case cases[] = {
        {"p: {literals: [\"Safe\"], view: exact}", "safe Safe ｓafe", "5-9 Safe"},
        {"p: {regex: 'sk-[A-Z0-9]{6}', view: exact}", "sk-ABC123 sk-abc123", "0-9 sk-ABC123"},
        {"p: {regex: 'a\\nb', view: exact}", "a\nb", "0-3 a\nb"},
        {"p: {regex: 'b$', view: exact}", "b\nab\n", ""},
    };
    check_cases(*state, cases, sizeof cases / sizeof *cases);
}

static void values__several__nothing_matches_across_and_offsets_count_in_the_field(void **state)
{
    struct fixture *fixture = *state;
    struct weir_ruleset *ruleset = compile(fixture, "p: {regex: 'safe.{0,9}account'}, q: {literals: [\"é x\"]},"
                                                    "r: {regex: 'a\\nb', view: exact}");
    const struct weir_value values[] = {
        {0, weir_text_of("é x safe a")},
        {0, weir_text_of("b account é x")},
        {1, weir_text_of("Safe Account")},
    };
    const struct weir_match *match = judge(fixture, ruleset, values, 3);
    char got[512];
    assert_string_equal(describe(match, got, sizeof got), "0-3 é x|21-24 é x|0-12 Safe Account");
    assert_int_equal(match->evidence[1].start_byte, 22);
    assert_int_equal(match->evidence[1].end_byte, 26);
    assert_int_equal(match->evidence[2].field, 1);
    weir_ruleset_free(ruleset);
}

static void limits__reached__truncated_or_inconclusive_never_silent(void **state)
{
    struct fixture *fixture = *state;
    fixture->limits = (struct weir_limits){.payload = 1 << 20, .depth = 64, .hits = 100, .evidence = 5};
    static char text[20000];
    for (size_t i = 0; i < sizeof text - 8; i++)
        text[i] = "win "[i % 4];
    memcpy(text + sizeof text - 8, "jackpot", 8);
    struct weir_value value = {0, weir_text_of(text)};

    struct weir_ruleset *ruleset = compile(fixture, "p: {literals: [\"win\"]}");
    const struct weir_match *match = judge(fixture, ruleset, &value, 1);
    assert_non_null(match);
    assert_true(match->truncated);
    assert_false(match->inconclusive);
    assert_int_equal(match->evidence_count, 5);
    weir_ruleset_free(ruleset);

    /* Every kept hit is refused by its boundary, and the one that would count comes beyond the limit. */
    ruleset = compile(fixture, "p: {literals: [\"in\", \"jackpot\"]}");
    match = judge(fixture, ruleset, &value, 1);
    assert_non_null(match);
    assert_true(match->inconclusive);
    assert_int_equal(match->evidence_count, 0);
    weir_ruleset_free(ruleset);

    /* A search that reaches its match limit: Hyperscan, which knows no back-references, points at the end, and PCRE2
     * tries every place between. */
    static char long_text[400000];
    memset(long_text, 'a', sizeof long_text - 1);
    memcpy(long_text, "7q5", 3);
    memcpy(long_text + sizeof long_text - 4, "xyk", 3);
    value.text = weir_text_of(long_text);
    ruleset = compile(fixture, "p: {regex: '7q5.*([xy])\\1k'}");
    match = judge(fixture, ruleset, &value, 1);
    assert_non_null(match);
    assert_true(match->inconclusive);
    weir_ruleset_free(ruleset);
    fixture->limits = WEIR_LIMITS_DEFAULT;
}

static void scan__failed__goes_to_a_person(void **state)
{
    struct fixture *fixture = *state;
    struct weir_ruleset *ruleset = compile(fixture, "p: {literals: [\"win\"]}");
    struct weir_value value = {0, weir_text_of("nothing")};
    struct weir_item item = {.kind = WEIR_POST, .values = &value, .value_count = 1};
    struct weir_decider *decider;
    struct weir_scan_text texts;
    struct weir_verdict verdict;
    assert_int_equal(weir_normalize(fixture->normalizer, &item, ruleset->views, &texts), WEIR_OK);
    assert_int_equal(weir_decider_new(ruleset, fixture->chars, &fixture->limits, &decider), WEIR_OK);
    assert_int_equal(weir_decide(decider, &item, &texts, &(struct weir_hits){.failed = true}, fixture->arena, &verdict),
                     WEIR_OK);
    assert_int_equal(verdict.match_count[WEIR_CHANNEL_REVIEW], 1);
    assert_true(verdict.matches[WEIR_CHANNEL_REVIEW][0].inconclusive);
    weir_decider_free(decider);
    weir_ruleset_free(ruleset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals__boundary_auto__words_in_every_script),
        cmocka_unit_test(literals__other_boundaries__as_stated),
        cmocka_unit_test(check__numbers__the_longest_that_passes),
        cmocka_unit_test(domains__urls_and_bare_hosts__the_listed_hosts_span),
        cmocka_unit_test(domains__hosts_with_deviation_characters__only_the_listed_ones),
        cmocka_unit_test(domains__megabytes_of_marks_or_unspaced_text__in_time),
        cmocka_unit_test(literals__nested_and_several__all_occurrences),
        cmocka_unit_test(patterns__the_same__each_has_its_hits),
        cmocka_unit_test(folded__disguises__quoted_as_written),
        cmocka_unit_test(skeleton__literals_that_fold_alike__each_has_its_own),
        cmocka_unit_test(skeleton__words_with_punctuation_between__each_may_be_mixed),
        cmocka_unit_test(skeleton__long_literal__whatever_word_is_mixed),
        cmocka_unit_test(regex__left_to_right__as_grep_does),
        cmocka_unit_test(regex__properties_of_capitals__refused_where_text_is_folded),
        cmocka_unit_test(exact__view__case_and_form_count),
        cmocka_unit_test(values__several__nothing_matches_across_and_offsets_count_in_the_field),
        cmocka_unit_test(limits__reached__truncated_or_inconclusive_never_silent),
        cmocka_unit_test(scan__failed__goes_to_a_person),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
