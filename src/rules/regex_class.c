/* Reads a class in brackets: what it lists, as far as characters beyond ASCII are concerned. */
#include "regex_reader.h"

static bool grow_members(struct weir_regex_syntax *syntax)
{
    if (syntax->member_count < syntax->member_capacity)
        return true;
    size_t capacity = syntax->member_capacity ? syntax->member_capacity * 2 : 32;
    struct weir_class_member *grown = weir_arena_array(syntax->arena, capacity, sizeof *grown);
    if (!grown)
        return false;
    if (syntax->member_count)
        memcpy(grown, syntax->members, syntax->member_count * sizeof *grown);
    syntax->members = grown;
    syntax->member_capacity = capacity;
    return true;
}

static void add_member(struct weir_regex_reader *reader, enum weir_member_kind kind, uint32_t code_point, size_t start)
{
    struct weir_regex_syntax *syntax = reader->syntax;
    if (!grow_members(syntax)) {
        reader->no_memory = true;
        return;
    }
    syntax->members[syntax->member_count++] = (struct weir_class_member){
        .kind = kind,
        .first = code_point,
        .last = code_point,
        .start = (uint32_t)start,
        .end = (uint32_t)reader->at,
    };
}

/* [:name:] at the current place; its length in bytes, or 0. */
static size_t measure_posix(const struct weir_regex_reader *reader)
{
    if (weir_regex_reader_peek(reader, 0) != '[' || weir_regex_reader_peek(reader, 1) != ':')
        return 0;
    size_t length = 2;
    if (weir_regex_reader_peek(reader, length) == '^')
        length++;
    while (weir_regex_reader_peek(reader, length) >= 'a' && weir_regex_reader_peek(reader, length) <= 'z')
        length++;
    bool is_closed = weir_regex_reader_peek(reader, length) == ':' && weir_regex_reader_peek(reader, length + 1) == ']';
    return is_closed ? length + 2 : 0;
}

/* After a backslash. */
static void read_class_escape(struct weir_regex_reader *reader, size_t start)
{
    uint32_t code_point;
    char c = weir_regex_reader_peek(reader, 0);
    if (weir_regex_read_coded(reader, true, &code_point)) {
        add_member(reader, WEIR_MEMBER_RANGE, code_point, start);
        return;
    }
    if (c)
        reader->at++;
    if (c == 'b') {
        add_member(reader, WEIR_MEMBER_RANGE, 8, start);
    } else if (c && strchr("dsw", c)) {
        add_member(reader, WEIR_MEMBER_SHORTHAND, (uint32_t)c, start);
    } else if (c && strchr("DSWhHvV", c)) {
        add_member(reader, WEIR_MEMBER_WIDE, (uint32_t)c, start);
    } else if (c == 'p' || c == 'P') {
        weir_regex_skip_property(reader);
        add_member(reader, WEIR_MEMBER_PROPERTY, 0, start);
    } else if (c == 'Q') {
        reader->quoting = true;
    } else if (c != 'E') {
        weir_regex_reader_refuse(reader, start, "unknown escape in a class; write a literal backslash as \\\\");
    }
}

/* One thing of the class, which may be nothing (\E, a space under (?xx)). */
static void read_member(struct weir_regex_reader *reader)
{
    size_t start = reader->at;
    char c = weir_regex_reader_peek(reader, 0);
    size_t posix = reader->quoting ? 0 : measure_posix(reader);
    if (reader->quoting && c == '\\' && weir_regex_reader_peek(reader, 1) == 'E') {
        reader->at += 2;
        reader->quoting = false;
    } else if (posix) {
        bool is_negated = weir_regex_reader_peek(reader, 2) == '^';
        reader->at += posix;
        add_member(reader, is_negated ? WEIR_MEMBER_WIDE : WEIR_MEMBER_SHORTHAND, 0, start);
    } else if (!reader->quoting && c == '\\') {
        reader->at++;
        read_class_escape(reader, start);
    } else if (!reader->quoting && reader->flags[reader->depth].extended_more && (c == ' ' || c == '\t')) {
        reader->at++;
    } else {
        uint32_t code_point = weir_regex_reader_take(reader);
        add_member(reader, WEIR_MEMBER_RANGE, code_point, start);
    }
}

static bool is_hyphen(const struct weir_class_member *member, const char *source)
{
    return member->kind == WEIR_MEMBER_RANGE && member->end - member->start == 1 && source[member->start] == '-';
}

/* Turns `a`, `-`, `z` into one range. In doubt (a quoted hyphen) it does: what is listed only grows. */
static void join_ranges(struct weir_regex_reader *reader, size_t first)
{
    struct weir_regex_syntax *syntax = reader->syntax;
    struct weir_class_member *members = syntax->members;
    size_t kept = first;
    for (size_t i = first; i < syntax->member_count; i++) {
        bool is_range = i + 2 < syntax->member_count && is_hyphen(&members[i + 1], reader->source.data) &&
                        members[i].kind == WEIR_MEMBER_RANGE && members[i + 2].kind == WEIR_MEMBER_RANGE &&
                        members[i].first <= members[i + 2].first;
        struct weir_class_member member = members[i];
        if (is_range) {
            member.last = members[i + 2].first;
            member.end = members[i + 2].end;
            i += 2;
        }
        members[kept++] = member;
    }
    syntax->member_count = kept;
}

/* Passes what may stand before the first member; true when the class is negated. */
static bool skip_opening(struct weir_regex_reader *reader)
{
    bool is_negated = false;
    for (;;) {
        char c = weir_regex_reader_peek(reader, 0);
        char next = weir_regex_reader_peek(reader, 1);
        bool is_quote = c == '\\' && next == 'Q' && weir_regex_reader_peek(reader, 2) == '\\' &&
                        weir_regex_reader_peek(reader, 3) == 'E';
        if (is_quote)
            reader->at += 4;
        else if (c == '\\' && next == 'E')
            reader->at += 2;
        else if (reader->flags[reader->depth].extended_more && (c == ' ' || c == '\t'))
            reader->at++;
        else if (c == '^' && !is_negated)
            reader->at++;
        else
            return is_negated;
        is_negated |= c == '^';
    }
}

void weir_regex_read_class(struct weir_regex_reader *reader)
{
    size_t start = reader->at;
    if (weir_regex_reader_peek(reader, 1) == '[' && weir_regex_reader_peek(reader, 2) == ':' &&
        (weir_regex_reader_peek(reader, 3) == '<' || weir_regex_reader_peek(reader, 3) == '>')) {
        weir_regex_reader_skip_past(reader, ']');
        weir_regex_reader_skip_past(reader, ']');
        weir_regex_reader_add(reader, WEIR_TOKEN_EDGE, start);
        return;
    }
    size_t first = reader->syntax->member_count;
    reader->at++;
    bool is_negated = skip_opening(reader);
    bool is_first = true; /* there a closing bracket is a member */
    while (reader->at < reader->source.length && !weir_regex_reader_stopped(reader)) {
        if (!is_first && !reader->quoting && weir_regex_reader_peek(reader, 0) == ']')
            break;
        read_member(reader);
        is_first = false;
    }
    reader->at += reader->at < reader->source.length ? 1 : 0;
    reader->quoting = false;
    join_ranges(reader, first);
    struct weir_regex_token *token = weir_regex_reader_add(reader, WEIR_TOKEN_CLASS, start);
    if (!token)
        return;
    token->negated = is_negated;
    token->member_first = (uint32_t)first;
    token->member_count = (uint32_t)(reader->syntax->member_count - first);
}
