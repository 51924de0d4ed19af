/* Reads what a backslash can mean in PCRE2, and refuses what the rule language does not take. */
#include "regex_reader.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Up to digits_max digits of the base. */
static uint32_t read_digits(struct weir_regex_reader *reader, int base, size_t digits_max)
{
    uint32_t value = 0;
    for (size_t i = 0; i < digits_max; i++) {
        int digit = hex_value(weir_regex_reader_peek(reader, 0));
        if (digit < 0 || digit >= base)
            break;
        if (value < 0x1000000)
            value = value * (uint32_t)base + (uint32_t)digit;
        reader->at++;
    }
    return value <= 0x10FFFF ? value : 0xFFFD;
}

/* At `{` of \x{..}, \o{..}, \N{U+..}. */
static uint32_t read_braced(struct weir_regex_reader *reader, int base)
{
    reader->at++;
    while (weir_regex_reader_peek(reader, 0) == ' ' || weir_regex_reader_peek(reader, 0) == '\t')
        reader->at++;
    if (weir_regex_reader_peek(reader, 0) == 'U')
        reader->at += 2;
    uint32_t value = read_digits(reader, base, SIZE_MAX);
    weir_regex_reader_skip_past(reader, '}');
    return value;
}

bool weir_regex_read_coded(struct weir_regex_reader *reader, bool in_class, uint32_t *code_point)
{
    static const char letters[] = "aefnrt";
    static const char values[] = {7, 27, 12, 10, 13, 9};
    char c = weir_regex_reader_peek(reader, 0);
    bool is_braced = weir_regex_reader_peek(reader, 1) == '{';
    const char *letter = c ? strchr(letters, c) : NULL;
    if (letter) {
        reader->at++;
        *code_point = (uint32_t)values[letter - letters];
    } else if (c == 'x' || (c == 'o' && is_braced) ||
               (c == 'N' && is_braced && weir_regex_reader_peek(reader, 2) == 'U')) {
        reader->at++;
        if (is_braced)
            *code_point = read_braced(reader, c == 'o' ? 8 : 16);
        else
            *code_point = read_digits(reader, 16, 2);
    } else if (c == '0' || (in_class && c >= '1' && c <= '7')) {
        *code_point = read_digits(reader, 8, 3);
    } else if (c == 'c') {
        char control = weir_regex_reader_peek(reader, 1);
        if (control >= 'a' && control <= 'z')
            control = (char)(control - 'a' + 'A');
        reader->at += control ? 2 : 1;
        *code_point = (uint32_t)(unsigned char)control ^ 0x40;
    } else if (c && ((unsigned char)c >= 0x80 || !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                                   (c >= '0' && c <= '9' && !(in_class && c >= '8'))))) {
        *code_point = weir_regex_reader_take(reader);
    } else {
        return false;
    }
    return true;
}

void weir_regex_skip_property(struct weir_regex_reader *reader)
{
    if (weir_regex_reader_peek(reader, 0) == '{')
        weir_regex_reader_skip_past(reader, '}');
    else if (reader->at < reader->source.length)
        weir_regex_reader_take(reader);
}

/* After \g: a reference, or the call of a group. */
static void read_reference(struct weir_regex_reader *reader, size_t start)
{
    char c = weir_regex_reader_peek(reader, 0);
    if (c == '<' || c == '\'') {
        weir_regex_reader_refuse(reader, start,
                                 "recursion and calls of groups are not accepted; write the part out again");
        return;
    }
    if (c == '{') {
        weir_regex_reader_skip_past(reader, '}');
    } else {
        if (c == '+' || c == '-')
            reader->at++;
        read_digits(reader, 10, SIZE_MAX);
    }
    weir_regex_reader_add(reader, WEIR_TOKEN_BACKREFERENCE, start);
}

/* After \k. */
static void read_named_reference(struct weir_regex_reader *reader, size_t start)
{
    char c = weir_regex_reader_peek(reader, 0);
    if (c)
        reader->at++;
    weir_regex_reader_skip_past(reader, c == '{' ? '}' : c == '<' ? '>' : '\'');
    weir_regex_reader_add(reader, WEIR_TOKEN_BACKREFERENCE, start);
}

/* At a digit from 1 to 9: a reference; or a character in octal, when the number has two digits or more, the first is no
 * 8 or 9, and fewer groups were opened before. */
static void read_number(struct weir_regex_reader *reader, size_t start)
{
    size_t at = reader->at;
    uint32_t number = read_digits(reader, 10, SIZE_MAX);
    if (number < 10 || reader->source.data[at] >= '8' || number <= reader->captures) {
        weir_regex_reader_add(reader, WEIR_TOKEN_BACKREFERENCE, start);
        return;
    }
    reader->at = at;
    weir_regex_reader_add_character(reader, read_digits(reader, 8, 3), start);
}

static void read_shorthand(struct weir_regex_reader *reader, size_t start, char letter)
{
    struct weir_regex_token *token = weir_regex_reader_add(reader, WEIR_TOKEN_SHORTHAND, start);
    if (token)
        token->code_point = (uint32_t)letter;
}

/* The letters that are one token and nothing else. */
static bool find_plain_token(char letter, enum weir_token_kind *kind)
{
    static const struct {
        char letter;
        enum weir_token_kind kind;
    } table[] = {
        {'N', WEIR_TOKEN_NOT_LINE_FEED}, {'X', WEIR_TOKEN_CLUSTER},  {'R', WEIR_TOKEN_LINE_END},
        {'A', WEIR_TOKEN_START},         {'z', WEIR_TOKEN_END},      {'Z', WEIR_TOKEN_END},
        {'b', WEIR_TOKEN_EDGE},          {'B', WEIR_TOKEN_NOT_EDGE},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].letter != letter)
            continue;
        *kind = table[i].kind;
        return true;
    }
    return false;
}

static void read_letter(struct weir_regex_reader *reader, size_t start)
{
    enum weir_token_kind kind;
    char c = weir_regex_reader_peek(reader, 0);
    if (c >= '1' && c <= '9') {
        read_number(reader, start);
        return;
    }
    if (c)
        reader->at++;
    if (c && strchr("dDhHsSvVwW", c)) {
        read_shorthand(reader, start, c);
    } else if (find_plain_token(c, &kind)) {
        weir_regex_reader_add(reader, kind, start);
    } else if (c == 'p' || c == 'P') {
        weir_regex_skip_property(reader);
        weir_regex_reader_add(reader, WEIR_TOKEN_PROPERTY, start);
    } else if (c == 'Q') {
        reader->quoting = true;
    } else if (c == 'g') {
        read_reference(reader, start);
    } else if (c == 'k') {
        read_named_reference(reader, start);
    } else if (c == 'C') {
        weir_regex_reader_refuse(reader, start, "\\C is not accepted; write . for any character");
    } else if (c == 'K') {
        weir_regex_reader_refuse(reader, start, "\\K is not accepted; write a lookbehind, (?<=...)");
    } else if (c == 'G') {
        weir_regex_reader_refuse(reader, start, "\\G is not accepted; write ^ for the start of the text");
    } else if (c != 'E') {
        weir_regex_reader_refuse(reader, start, "unknown escape; write a literal backslash as \\\\");
    }
}

void weir_regex_read_escape(struct weir_regex_reader *reader)
{
    size_t start = reader->at++;
    uint32_t code_point;
    if (weir_regex_read_coded(reader, false, &code_point))
        weir_regex_reader_add_character(reader, code_point, start);
    else
        read_letter(reader, start);
}
