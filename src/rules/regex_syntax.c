/* Reads PCRE2's syntax from left to right: characters, repeats, what stands outside of groups, escapes and classes. */
#include "regex_reader.h"

#include "weir/utf8.h"

#include <stdarg.h>
#include <stdio.h>

void weir_regex_reader_refuse(struct weir_regex_reader *reader, size_t at, const char *format, ...)
{
    if (weir_regex_reader_stopped(reader))
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reader->syntax->refusal, sizeof reader->syntax->refusal, format, arguments);
    va_end(arguments);
    reader->syntax->refused_at = at;
}

static bool grow_tokens(struct weir_regex_syntax *syntax)
{
    if (syntax->token_count < syntax->token_capacity)
        return true;
    size_t capacity = syntax->token_capacity ? syntax->token_capacity * 2 : 64;
    struct weir_regex_token *grown = weir_arena_array(syntax->arena, capacity, sizeof *grown);
    if (!grown)
        return false;
    if (syntax->token_count)
        memcpy(grown, syntax->tokens, syntax->token_count * sizeof *grown);
    syntax->tokens = grown;
    syntax->token_capacity = capacity;
    return true;
}

struct weir_regex_token *weir_regex_reader_add(struct weir_regex_reader *reader, enum weir_token_kind kind,
                                               size_t start)
{
    struct weir_regex_syntax *syntax = reader->syntax;
    if (reader->no_memory || !grow_tokens(syntax)) {
        reader->no_memory = true;
        return NULL;
    }
    const struct weir_regex_flags *flags = &reader->flags[reader->depth];
    struct weir_regex_token *token = &syntax->tokens[syntax->token_count++];
    *token = (struct weir_regex_token){
        .kind = kind,
        .start = (uint32_t)start,
        .end = (uint32_t)reader->at,
        .caseless = flags->caseless,
        .extended_more = flags->extended_more,
    };
    return token;
}

void weir_regex_reader_add_character(struct weir_regex_reader *reader, uint32_t code_point, size_t start)
{
    struct weir_regex_token *token = weir_regex_reader_add(reader, WEIR_TOKEN_CHARACTER, start);
    if (token)
        token->code_point = code_point;
}

uint32_t weir_regex_reader_take(struct weir_regex_reader *reader)
{
    size_t width;
    uint32_t code_point = weir_utf8_decode(reader->source.data + reader->at, &width);
    reader->at += width;
    return code_point;
}

void weir_regex_reader_skip_past(struct weir_regex_reader *reader, char byte)
{
    while (reader->at < reader->source.length && reader->source.data[reader->at] != byte)
        reader->at++;
    if (reader->at < reader->source.length)
        reader->at++;
}

static void add_repeat(struct weir_regex_reader *reader, size_t start, uint32_t least, uint32_t most)
{
    char after = weir_regex_reader_peek(reader, 0);
    if (after == '?' || after == '+')
        reader->at++;
    const struct weir_regex_syntax *syntax = reader->syntax;
    /* `a+ +` under (?x): the second sign makes the first possessive. */
    if (syntax->token_count && syntax->tokens[syntax->token_count - 1].kind == WEIR_TOKEN_REPEAT)
        return;
    struct weir_regex_token *token = weir_regex_reader_add(reader, WEIR_TOKEN_REPEAT, start);
    if (!token)
        return;
    token->least = least;
    token->most = most;
}

static size_t read_number(struct weir_text source, size_t at, uint32_t *number)
{
    uint32_t value = 0;
    while (at < source.length && source.data[at] >= '0' && source.data[at] <= '9') {
        if (value < 100000)
            value = value * 10 + (uint32_t)(source.data[at] - '0');
        at++;
    }
    *number = value;
    return at;
}

static size_t skip_blanks(struct weir_text source, size_t at)
{
    while (at < source.length && (source.data[at] == ' ' || source.data[at] == '\t'))
        at++;
    return at;
}

/* {,3} and { 1, 3 } are repeats for newer versions of PCRE2 and plain text for older ones. */
static bool is_ambiguous_brace(struct weir_text source, size_t at)
{
    uint32_t number;
    size_t first = skip_blanks(source, at + 1);
    size_t after = read_number(source, first, &number);
    bool has_number = after > first;
    after = skip_blanks(source, after);
    if (after < source.length && source.data[after] == ',') {
        size_t second = skip_blanks(source, after + 1);
        after = read_number(source, second, &number);
        has_number |= after > second;
        after = skip_blanks(source, after);
    }
    return has_number && after < source.length && source.data[after] == '}';
}

static void read_brace(struct weir_regex_reader *reader)
{
    struct weir_text source = reader->source;
    size_t start = reader->at;
    uint32_t least;
    uint32_t most;
    size_t at = read_number(source, start + 1, &least);
    bool is_repeat = at > start + 1 && at < source.length;
    most = least;
    if (is_repeat && source.data[at] == ',') {
        size_t second = at + 1;
        at = read_number(source, second, &most);
        if (at == second)
            most = WEIR_REPEAT_UNBOUNDED;
    }
    if (is_repeat && at < source.length && source.data[at] == '}') {
        reader->at = at + 1;
        add_repeat(reader, start, least, most);
    } else if (is_ambiguous_brace(source, start)) {
        weir_regex_reader_refuse(reader, start,
                                 "versions of PCRE2 differ about this brace; write {0,3} without spaces, or \\{ for a "
                                 "brace");
    } else {
        reader->at++;
        weir_regex_reader_add_character(reader, '{', start);
    }
}

/* Under (?x): true when it passed something. */
static bool skip_extended(struct weir_regex_reader *reader)
{
    size_t width;
    uint32_t c = weir_utf8_decode(reader->source.data + reader->at, &width);
    if (c == '#') {
        weir_regex_reader_skip_past(reader, '\n');
        return true;
    }
    bool is_blank =
        c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0x200E || c == 0x200F || c == 0x2028 || c == 0x2029;
    if (is_blank)
        reader->at += width;
    return is_blank;
}

static void read_quoted(struct weir_regex_reader *reader)
{
    size_t start = reader->at;
    if (weir_regex_reader_peek(reader, 0) == '\\' && weir_regex_reader_peek(reader, 1) == 'E') {
        reader->at += 2;
        reader->quoting = false;
        return;
    }
    uint32_t code_point = weir_regex_reader_take(reader);
    weir_regex_reader_add_character(reader, code_point, start);
}

static void read_sign(struct weir_regex_reader *reader, enum weir_token_kind kind)
{
    size_t start = reader->at++;
    weir_regex_reader_add(reader, kind, start);
}

static void read_next(struct weir_regex_reader *reader)
{
    size_t start = reader->at;
    switch (reader->source.data[start]) {
    case '\\':
        weir_regex_read_escape(reader);
        break;
    case '[':
        weir_regex_read_class(reader);
        break;
    case '(':
        weir_regex_read_group(reader);
        break;
    case ')':
        read_sign(reader, WEIR_TOKEN_CLOSE);
        if (reader->depth > 0)
            reader->depth--;
        else
            weir_regex_reader_refuse(reader, start, "a closing parenthesis without an opening one");
        break;
    case '|':
        read_sign(reader, WEIR_TOKEN_OR);
        break;
    case '^':
        read_sign(reader, WEIR_TOKEN_START);
        break;
    case '$':
        read_sign(reader, WEIR_TOKEN_END);
        break;
    case '.':
        read_sign(reader, WEIR_TOKEN_ANY);
        break;
    case '*':
        reader->at++;
        add_repeat(reader, start, 0, WEIR_REPEAT_UNBOUNDED);
        break;
    case '+':
        reader->at++;
        add_repeat(reader, start, 1, WEIR_REPEAT_UNBOUNDED);
        break;
    case '?':
        reader->at++;
        add_repeat(reader, start, 0, 1);
        break;
    case '{':
        read_brace(reader);
        break;
    default: {
        uint32_t code_point = weir_regex_reader_take(reader);
        weir_regex_reader_add_character(reader, code_point, start);
    }
    }
}

enum weir_status weir_regex_syntax_read(struct weir_text source, bool caseless, struct weir_arena *arena,
                                        struct weir_regex_syntax *syntax)
{
    *syntax = (struct weir_regex_syntax){.source = source, .arena = arena};
    struct weir_regex_reader reader = {.syntax = syntax, .source = source};
    reader.flags[0].caseless = caseless;
    while (reader.at < source.length && !weir_regex_reader_stopped(&reader))
        if (reader.quoting)
            read_quoted(&reader);
        else if (!reader.flags[reader.depth].extended || !skip_extended(&reader))
            read_next(&reader);
    if (reader.depth > 0)
        weir_regex_reader_refuse(&reader, source.length, "a parenthesis is not closed");
    if (reader.no_memory)
        return WEIR_NO_MEMORY;
    return syntax->refusal[0] ? WEIR_INVALID : WEIR_OK;
}

size_t weir_regex_syntax_close(const struct weir_regex_syntax *syntax, size_t open)
{
    size_t depth = 0;
    for (size_t i = open; i < syntax->token_count; i++) {
        enum weir_token_kind kind = syntax->tokens[i].kind;
        if (kind == WEIR_TOKEN_GROUP || kind == WEIR_TOKEN_CONDITION || kind == WEIR_TOKEN_LOOK)
            depth++;
        else if (kind == WEIR_TOKEN_CLOSE && --depth == 0)
            return i;
    }
    return syntax->token_count;
}
