/* rules, private: PCRE2's syntax as a list of tokens, so that a pattern can be judged and rewritten.
 *
 * The tokenizer is only right about patterns that PCRE2 compiles; of others it may say anything, but it never fails on
 * them. What it does not know it refuses: nothing is guessed, since a wrong guess would make the scan miss matches. */
#ifndef WEIR_RULES_REGEX_SYNTAX_H
#define WEIR_RULES_REGEX_SYNTAX_H

#include "weir/arena.h"
#include "weir/status.h"

#include <stdint.h>

enum weir_token_kind {
    WEIR_TOKEN_CHARACTER,
    WEIR_TOKEN_ANY,           /* . */
    WEIR_TOKEN_NOT_LINE_FEED, /* \N */
    WEIR_TOKEN_CLASS,         /* [...] */
    WEIR_TOKEN_SHORTHAND,     /* \d \D \h \H \s \S \v \V \w \W; code_point is the letter */
    WEIR_TOKEN_PROPERTY,      /* \p \P */
    WEIR_TOKEN_CLUSTER,       /* \X */
    WEIR_TOKEN_LINE_END,      /* \R */
    WEIR_TOKEN_BACKREFERENCE, /* also an octal escape that may be one */
    WEIR_TOKEN_START,         /* ^ \A */
    WEIR_TOKEN_END,           /* $ \z \Z */
    WEIR_TOKEN_EDGE,          /* \b */
    WEIR_TOKEN_NOT_EDGE,      /* \B */
    WEIR_TOKEN_GROUP,         /* opens; atomic and capturing ones too */
    WEIR_TOKEN_CONDITION,     /* (?(...) opens */
    WEIR_TOKEN_LOOK,          /* opens: lookahead or lookbehind */
    WEIR_TOKEN_CLOSE,
    WEIR_TOKEN_OR,
    WEIR_TOKEN_REPEAT, /* of the token or group before */
};

#define WEIR_REPEAT_UNBOUNDED UINT32_MAX

/* What a class lists, in order; only non-ASCII ranges need to be right, ASCII is asked of PCRE2. */
enum weir_member_kind {
    WEIR_MEMBER_RANGE,     /* a character or a range of them */
    WEIR_MEMBER_SHORTHAND, /* \d..., [:alpha:]: ASCII only */
    WEIR_MEMBER_WIDE,      /* \W, \H, \h, \v, [:^alpha:]...: may hold any character beyond ASCII */
    WEIR_MEMBER_PROPERTY,
};

struct weir_class_member {
    enum weir_member_kind kind;
    uint32_t first;
    uint32_t last;
    uint32_t start; /* bytes of the source */
    uint32_t end;
};

struct weir_regex_token {
    enum weir_token_kind kind;
    uint32_t start; /* bytes of the source */
    uint32_t end;
    uint32_t code_point;
    uint32_t least; /* of a repeat */
    uint32_t most;
    uint32_t member_first; /* of a class */
    uint32_t member_count;
    bool negated;       /* a class */
    bool caseless;      /* inline (?i) included */
    bool extended_more; /* (?xx): spaces in classes do not count */
};

struct weir_regex_syntax {
    struct weir_text source;
    struct weir_arena *arena;
    struct weir_regex_token *tokens;
    size_t token_count;
    size_t token_capacity;
    struct weir_class_member *members;
    size_t member_count;
    size_t member_capacity;
    bool caseless_inside; /* some (?i) is in it */
    size_t refused_at;    /* bytes; the offset of what must be refused */
    char refusal[192];    /* why, and what to do; empty: nothing is refused */
};

/* source: at most 4,096 bytes of valid UTF-8; it and the arena must outlive *syntax. WEIR_INVALID: refused, *syntax
 * says where and why. WEIR_NO_MEMORY. */
enum weir_status weir_regex_syntax_read(struct weir_text source, bool caseless, struct weir_arena *arena,
                                        struct weir_regex_syntax *syntax) WEIR_MUST_CHECK;

/* Index of the CLOSE that belongs to the opening token. */
size_t weir_regex_syntax_close(const struct weir_regex_syntax *syntax, size_t open);

#endif
