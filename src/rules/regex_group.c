/* Reads what an opening parenthesis can mean in PCRE2, and refuses what the rule language does not take. */
#include "regex_reader.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void open_group(struct weir_regex_reader *reader, enum weir_token_kind kind, size_t start,
                       struct weir_regex_flags flags)
{
    weir_regex_reader_add(reader, kind, start);
    if (reader->depth + 1 == WEIR_REGEX_DEPTH_MAX) {
        weir_regex_reader_refuse(reader, start, "parentheses are nested too deeply");
        return;
    }
    reader->flags[++reader->depth] = flags;
}

static void open_plain(struct weir_regex_reader *reader, enum weir_token_kind kind, size_t start)
{
    open_group(reader, kind, start, reader->flags[reader->depth]);
}

static void set_flag(struct weir_regex_reader *reader, struct weir_regex_flags *flags, bool on)
{
    switch (weir_regex_reader_peek(reader, 0)) {
    case 'i':
        flags->caseless = on;
        reader->syntax->caseless_inside |= on;
        break;
    case 'x':
        flags->extended = on;
        flags->extended_more = on && weir_regex_reader_peek(reader, 1) == 'x';
        if (weir_regex_reader_peek(reader, 1) == 'x')
            reader->at++;
        break;
    case 'a': /* ASCII meanings, which hold anyway; a letter may follow that says of what */
        if (strchr("DSWPT", weir_regex_reader_peek(reader, 1)) && weir_regex_reader_peek(reader, 1))
            reader->at++;
        break;
    case 'm':
    case 's':
    case 'n':
    case 'r':
    case 'J':
    case 'U':
        break; /* they allow fewer matches, other names, or prefer shorter ones: the scan may find more */
    default:
        weir_regex_reader_refuse(reader, reader->at, "unknown after '(?'; write a group as (?:...)");
    }
    reader->at++;
}

/* At the first letter of (?i) or (?i:. */
static void read_flags(struct weir_regex_reader *reader, size_t start)
{
    struct weir_regex_flags flags = reader->flags[reader->depth];
    bool on = true;
    while (reader->at < reader->source.length && !weir_regex_reader_stopped(reader)) {
        char c = weir_regex_reader_peek(reader, 0);
        if (c == ')') {
            reader->at++;
            reader->flags[reader->depth] = flags;
            return;
        }
        if (c == ':') {
            reader->at++;
            open_group(reader, WEIR_TOKEN_GROUP, start, flags);
            return;
        }
        if (c == '^') {
            flags = (struct weir_regex_flags){0};
            reader->at++;
        } else if (c == '-') {
            on = false;
            reader->at++;
        } else {
            set_flag(reader, &flags, on);
        }
    }
}

static void refuse_recursion(struct weir_regex_reader *reader, size_t start)
{
    weir_regex_reader_refuse(reader, start, "recursion and calls of groups are not accepted; write the part out again");
}

/* After `(?(`. */
static void read_condition(struct weir_regex_reader *reader, size_t start)
{
    char c = weir_regex_reader_peek(reader, 0);
    if (c == '*' || (c == '?' && weir_regex_reader_peek(reader, 1) == 'C')) {
        weir_regex_reader_refuse(reader, reader->at - 1, "verbs and callouts are not accepted; remove it");
        return;
    }
    if (c == '?')
        reader->at--; /* the assertion that is the condition is read as a group of its own */
    else
        weir_regex_reader_skip_past(reader, ')');
    open_plain(reader, WEIR_TOKEN_CONDITION, start);
}

/* After `(?<`, `(?'` or `(?P<`, which open a named group or a lookbehind. */
static void read_named(struct weir_regex_reader *reader, size_t start, char closing)
{
    char c = weir_regex_reader_peek(reader, 0);
    if (closing == '>' && (c == '=' || c == '!' || c == '*')) {
        reader->at++;
        open_plain(reader, WEIR_TOKEN_LOOK, start);
        return;
    }
    weir_regex_reader_skip_past(reader, closing);
    reader->captures++;
    open_plain(reader, WEIR_TOKEN_GROUP, start);
}

/* After `(?P`. */
static void read_python(struct weir_regex_reader *reader, size_t start)
{
    char c = weir_regex_reader_peek(reader, 0);
    reader->at++;
    if (c == '<') {
        read_named(reader, start, '>');
    } else if (c == '=') {
        weir_regex_reader_skip_past(reader, ')');
        weir_regex_reader_add(reader, WEIR_TOKEN_BACKREFERENCE, start);
    } else {
        refuse_recursion(reader, start);
    }
}

/* After `(?`. */
static void read_special(struct weir_regex_reader *reader, size_t start)
{
    char c = weir_regex_reader_peek(reader, 0);
    char next = weir_regex_reader_peek(reader, 1);
    if (c == 'R' || c == '&' || is_digit(c) || ((c == '+' || c == '-') && is_digit(next))) {
        refuse_recursion(reader, start);
        return;
    }
    if (strchr(":|>=!*#<'PC(", c) == NULL || c == '\0') {
        read_flags(reader, start);
        return;
    }
    reader->at++;
    switch (c) {
    case '=':
    case '!':
    case '*':
        open_plain(reader, WEIR_TOKEN_LOOK, start);
        break;
    case '#':
        weir_regex_reader_skip_past(reader, ')');
        break;
    case '<':
        read_named(reader, start, '>');
        break;
    case '\'':
        read_named(reader, start, '\'');
        break;
    case 'P':
        read_python(reader, start);
        break;
    case 'C':
        weir_regex_reader_refuse(reader, start, "callouts (?C) are not accepted; remove it");
        break;
    case '(':
        read_condition(reader, start);
        break;
    default:
        open_plain(reader, WEIR_TOKEN_GROUP, start);
    }
}

void weir_regex_read_group(struct weir_regex_reader *reader)
{
    size_t start = reader->at++;
    char c = weir_regex_reader_peek(reader, 0);
    if (c == '*') {
        weir_regex_reader_refuse(reader, start, "verbs, (*...), are not accepted; remove it");
    } else if (c == '?') {
        reader->at++;
        read_special(reader, start);
    } else {
        reader->captures++;
        open_plain(reader, WEIR_TOKEN_GROUP, start);
    }
}
