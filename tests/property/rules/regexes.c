/* Random regexes over the words of a pack: what PCRE2 offers, as rules use it. */
#include "spec.h"

#include "weir/utf8.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct maker {
    struct chance *chance;
    const struct spec_words *words;
    FILE *out;
    unsigned groups;
    bool is_exact;
};

static void write_literal(struct maker *maker, const char *text)
{
    for (size_t i = 0; text[i];) {
        size_t width;
        uint32_t point = weir_utf8_decode(text + i, &width);
        bool is_plain = (point >= '0' && point <= '9') || (point >= 'A' && point <= 'Z') ||
                        (point >= 'a' && point <= 'z') || point == ' ' || point == '_';
        if (roll_one_in(maker->chance, 16))
            fprintf(maker->out, "\\x{%x}", point);
        else if (point < 0x80 && !is_plain)
            fprintf(maker->out, "\\%c", (int)point);
        else
            fprintf(maker->out, "%.*s", (int)width, text + i);
        i += width;
    }
}

static const char *draw_word(struct maker *maker)
{
    uint32_t word = roll(maker->chance, maker->words->count);
    return maker->is_exact ? maker->words->at[word] : maker->words->folded[word];
}

static void write_character(struct maker *maker)
{
    char character[5];
    draw_character(maker->chance, draw_word(maker), character);
    write_literal(maker, character);
}

static void write_class(struct maker *maker)
{
    static const char *const members[] = {"a-z",       "0-9", "а-я",           "\\p{Han}", "\\s",    "\\w",
                                          "[:alpha:]", "\\d", "\u4e00-\u9fa5", "_",        "\\p{L}", "é"};
    fputs(roll_one_in(maker->chance, 2) ? "[^" : "[", maker->out);
    for (unsigned i = 1 + roll(maker->chance, 3); i > 0; i--)
        if (roll_one_in(maker->chance, 2))
            write_character(maker);
        else
            fputs(members[roll(maker->chance, COUNT(members))], maker->out);
    fputc(']', maker->out);
}

static void write_alternatives(struct maker *maker, unsigned depth);

static void write_group(struct maker *maker, unsigned depth)
{
    static const char *const opens[] = {"(?:", "(?:", "(?>", "(?i:", "(?s-i:", "("};
    const char *open = opens[roll(maker->chance, COUNT(opens))];
    fputs(open, maker->out);
    write_alternatives(maker, depth - 1);
    fputc(')', maker->out);
    if (strcmp(open, "(") != 0)
        return;
    maker->groups++;
    if (roll_one_in(maker->chance, 2))
        fprintf(maker->out, "%s\\%u", roll_one_in(maker->chance, 2) ? "." : "", maker->groups);
}

static void write_atom(struct maker *maker, unsigned depth)
{
    static const char *const escapes[] = {"\\d",        "\\D",    "\\w",     "\\W",         "\\s",         "\\S",
                                          "\\h",        "\\H",    "\\N",     "\\X",         "\\p{L}",      "\\P{L}",
                                          "\\p{Han}",   "\\p{N}", "\\p{Lu}", "\\R",         "\\V",         "\\v",
                                          "\\p{Greek}", "\\p{M}", "\\x{e9}", "[[:alpha:]]", "[[:^alpha:]]"};
    uint32_t kind = roll(maker->chance, 16);
    if (kind < 6)
        write_literal(maker, draw_word(maker));
    else if (kind < 8)
        write_character(maker);
    else if (kind < 10)
        fputc('.', maker->out);
    else if (kind < 12)
        write_class(maker);
    else if (kind < 14 || depth == 0)
        fputs(escapes[roll(maker->chance, COUNT(escapes))], maker->out);
    else
        write_group(maker, depth);
}

static void write_assertion(struct maker *maker)
{
    static const char *const simple[] = {"^", "$", "\\b", "\\B", "\\A", "\\z"};
    static const char *const looks[] = {"(?=", "(?!", "(?<=", "(?<!"};
    if (roll_one_in(maker->chance, 2)) {
        fputs(simple[roll(maker->chance, COUNT(simple))], maker->out);
        return;
    }
    fputs(looks[roll(maker->chance, COUNT(looks))], maker->out);
    write_atom(maker, 0);
    fputc(')', maker->out);
}

static void write_sequence(struct maker *maker, unsigned depth)
{
    static const char *const repeats[] = {"?",  "*",  "+",  "{1,3}", "{2}",   "{0,4}",  "+?",    "*?",
                                          "??", "++", "?+", "{2,}",  "{0,9}", "{0,40}", "{2,25}"};
    for (unsigned i = 1 + roll(maker->chance, 3); i > 0; i--) {
        if (roll_one_in(maker->chance, 8))
            write_assertion(maker);
        write_atom(maker, depth);
        if (roll_one_in(maker->chance, 3))
            fputs(repeats[roll(maker->chance, COUNT(repeats))], maker->out);
    }
    if (roll_one_in(maker->chance, 12))
        write_assertion(maker);
}

static void write_alternatives(struct maker *maker, unsigned depth)
{
    write_sequence(maker, depth);
    for (unsigned i = roll_one_in(maker->chance, 4); i > 0; i--) {
        fputc('|', maker->out);
        write_sequence(maker, depth);
    }
}

void make_regex(struct chance *chance, const struct spec_words *words, bool is_exact, char out[REGEX_BYTES])
{
    long length = REGEX_BYTES;
    while (length >= REGEX_BYTES - 4) { /* cut off: once more */
        struct maker maker = {chance, words, fmemopen(out, REGEX_BYTES, "w"), 0, is_exact};
        if (is_exact && roll_one_in(chance, 3))
            fputs("(?i)", maker.out);
        fputs(roll_one_in(chance, 12) ? "^" : "", maker.out);
        if (roll_one_in(chance, 8))
            write_literal(&maker, draw_word(&maker));
        else
            write_alternatives(&maker, 2);
        fputs(roll_one_in(chance, 6) ? "$" : "", maker.out);
        length = ftell(maker.out);
        fclose(maker.out);
    }
}

void make_number_regex(struct chance *chance, char out[REGEX_BYTES])
{
    static const char *const starts[] = {"", "", "\\b", "(?<!\\d)", "(?<=[\\s,])"};
    static const char *const numbers[] = {"\\d{1,6}",
                                          "\\d[\\d -]{1,18}",
                                          "(?:\\d[ -]?){2,19}",
                                          "(?:\\d[ -]?)+",
                                          "\\d{3,}?[\\dX]",
                                          "(?:[0-9]{4}[ -]?){3}[0-9]{3}[0-9Xx]",
                                          "[a-zA-Z]{2}\\d{2}(?: ?[a-zA-Z0-9]){1,30}",
                                          "(?:\\d+|[A-Z]{2}\\d+)[ -]?[\\dxX]*"};
    snprintf(out, REGEX_BYTES, "%s%s", starts[roll(chance, COUNT(starts))], numbers[roll(chance, COUNT(numbers))]);
}
