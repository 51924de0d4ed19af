/* Finds what a pattern of the folded view asks for in vain: characters that folding removes or changes, capital
 * letters, spaces where there are none, line ends. */
#include "regex_view.h"

#include "weir/utf8.h"

#include <stdio.h>

#define REMEDY "or use view: exact"

static bool is_ascii_blank(uint32_t c)
{
    return c >= '\t' && c <= '\r';
}

/* "U+2019" or the character itself, for messages. */
static void describe(uint32_t code_point, struct weir_text as, char *out, size_t size)
{
    char itself[5] = {0};
    bool shows = as.length > 0 && code_point >= 0xA1 && !weir_text_is(as, " ");
    if (shows)
        weir_utf8_encode(code_point, itself);
    if (shows)
        snprintf(out, size, "%s (U+%04X)", itself, (unsigned)code_point);
    else
        snprintf(out, size, "U+%04X", (unsigned)code_point);
}

static void report_character(struct weir_regex_findings *findings, bool is_warning, size_t at, uint32_t code_point,
                             struct weir_text as)
{
    char what[24];
    describe(code_point, as, what, sizeof what);
    const char *only = is_warning ? "; this member of the class is of no use" : "";
    if (as.length == 0)
        weir_regex_findings_add(findings, is_warning, at, "folded text never holds %s%s; remove it, " REMEDY, what,
                                only);
    else if (weir_text_is(as, " "))
        weir_regex_findings_add(findings, is_warning, at,
                                "folded text has one space instead of %s%s; write a space or \\s, " REMEDY, what, only);
    else
        weir_regex_findings_add(findings, is_warning, at, "folded text has %.*s instead of %s%s; write %.*s, " REMEDY,
                                (int)as.length, as.data, what, only, (int)as.length, as.data);
}

/* Whether folded text can hold what PCRE2 finds as this character; if not, *as is what it has instead. */
static enum weir_status survives(const struct weir_regex_view *view, uint32_t code_point, bool *does,
                                 struct weir_text *as)
{
    *as = WEIR_TEXT_LITERAL(" ");
    *does = !is_ascii_blank(code_point);
    if (code_point < 0x80)
        return WEIR_OK;
    enum weir_folded folded;
    enum weir_status status = weir_regex_fold_character(view, code_point, &folded, as);
    *does = folded != WEIR_FOLDED_OTHER;
    return status;
}

static enum weir_status check_member(const struct weir_regex_view *view, const struct weir_class_member *member,
                                     bool *does, struct weir_text *as)
{
    *does = !(member->kind == WEIR_MEMBER_WIDE && member->first == 'v');
    *as = WEIR_TEXT_LITERAL(" ");
    if (member->kind == WEIR_MEMBER_RANGE && member->first == member->last)
        return survives(view, member->first, does, as);
    if (member->kind == WEIR_MEMBER_RANGE && member->last <= '\r')
        *does = member->first < '\t';
    return WEIR_OK;
}

/* An error when folded text holds nothing of the class, a warning when it lacks some of it. */
static enum weir_status check_class(const struct weir_regex_view *view, const struct weir_regex_token *token,
                                    struct weir_regex_findings *findings)
{
    if (token->negated)
        return WEIR_OK;
    struct weir_regex_findings found = {0};
    bool some = token->member_count == 0;
    for (uint32_t i = 0; i < token->member_count; i++) {
        const struct weir_class_member *member = &view->syntax->members[token->member_first + i];
        bool does = true;
        struct weir_text as;
        enum weir_status status = check_member(view, member, &does, &as);
        if (status != WEIR_OK)
            return status;
        some |= does;
        /* White space is listed beside the space out of habit, and does no harm. */
        if (!does && !weir_text_is(as, " "))
            report_character(&found, true, member->start, member->first, as);
    }
    if (!some && found.count == 0)
        weir_regex_findings_add(&found, false, token->start,
                                "folded text has no white space but single spaces; write a space or \\s, " REMEDY);
    for (size_t i = 0; i < found.count; i++)
        weir_regex_findings_add(findings, some, found.at[i].at, "%s", found.at[i].text);
    return WEIR_OK;
}

static bool has_property(const struct weir_regex_view *view, const struct weir_regex_token *token)
{
    bool has = token->kind == WEIR_TOKEN_PROPERTY;
    for (uint32_t i = 0; token->kind == WEIR_TOKEN_CLASS && i < token->member_count; i++)
        has |= view->syntax->members[token->member_first + i].kind == WEIR_MEMBER_PROPERTY;
    return has;
}

static enum weir_status is_space(const struct weir_regex_view *view, const struct weir_regex_token *token, bool *is)
{
    *is = token->kind == WEIR_TOKEN_CHARACTER && token->code_point == ' ';
    if (has_property(view, token)) {
        enum weir_held held;
        enum weir_status held_status = weir_regex_held(view, token, &held);
        *is = held_status == WEIR_OK && held == WEIR_HELD_SPACE;
        return held_status;
    }
    if (token->kind != WEIR_TOKEN_CLASS && token->kind != WEIR_TOKEN_SHORTHAND)
        return WEIR_OK;
    struct weir_regex_atom atom;
    enum weir_status status = weir_regex_atom_read(view, token, &atom);
    *is = status == WEIR_OK && weir_regex_atom_is_space(&atom);
    return status;
}

/* Where what starts at the token ends, if the pattern matches without it: it may be left out, or must not be there. */
static size_t end_unneeded(const struct weir_regex_syntax *syntax, size_t i)
{
    const struct weir_regex_token *token = &syntax->tokens[i];
    bool opens =
        token->kind == WEIR_TOKEN_GROUP || token->kind == WEIR_TOKEN_CONDITION || token->kind == WEIR_TOKEN_LOOK;
    size_t end = (opens ? weir_regex_syntax_close(syntax, i) : i) + 1;
    bool is_negative = token->kind == WEIR_TOKEN_LOOK && syntax->source.data[token->end - 1] == '!';
    bool is_optional =
        end < syntax->token_count && syntax->tokens[end].kind == WEIR_TOKEN_REPEAT && syntax->tokens[end].least == 0;
    return is_negative || is_optional ? end : i;
}

/* A space that must stand beside another one, or at an end of the value. */
static void check_space(const struct weir_regex_syntax *syntax, size_t i, bool after_space, bool at_ends,
                        struct weir_regex_findings *findings)
{
    const struct weir_regex_token *token = &syntax->tokens[i];
    bool repeats = i + 1 < syntax->token_count && syntax->tokens[i + 1].kind == WEIR_TOKEN_REPEAT;
    uint32_t least = repeats ? syntax->tokens[i + 1].least : 1;
    size_t after = i + (repeats ? 2 : 1);
    if (least > 1 || (after_space && least == 1))
        weir_regex_findings_add(findings, false, token->start,
                                "folded text never holds two spaces in a row; write one, " REMEDY);
    else if (at_ends && least == 1 &&
             ((i > 0 && token[-1].kind == WEIR_TOKEN_START) ||
              (after < syntax->token_count && syntax->tokens[after].kind == WEIR_TOKEN_END)))
        weir_regex_findings_add(findings, false, token->start,
                                "folded text has no space at the start or the end of a value; remove it, " REMEDY);
}

static enum weir_status check_spaces(const struct weir_regex_view *view, struct weir_regex_findings *findings)
{
    const struct weir_regex_syntax *syntax = view->syntax;
    size_t needed_from = 0;
    bool after_space = false;
    for (size_t i = 0; i < syntax->token_count; i++) {
        const struct weir_regex_token *token = &syntax->tokens[i];
        bool is;
        enum weir_status status = is_space(view, token, &is);
        if (status != WEIR_OK)
            return status;
        if (i >= needed_from)
            needed_from = end_unneeded(syntax, i);
        if (is)
            check_space(syntax, i, after_space, i >= needed_from, findings);
        bool may_be_absent = i + 1 < syntax->token_count && token[1].kind == WEIR_TOKEN_REPEAT && token[1].least == 0;
        if (token->kind != WEIR_TOKEN_REPEAT)
            after_space = is && !may_be_absent;
    }
    return WEIR_OK;
}

/* A capital letter where case counts, and properties that find capital letters whether it counts or not. */
static enum weir_status check_capital(const struct weir_regex_view *view, const struct weir_regex_token *token,
                                      struct weir_regex_findings *findings)
{
    enum weir_held held = WEIR_HELD_MORE;
    enum weir_folded folded = WEIR_FOLDED_SAME;
    struct weir_text as;
    enum weir_status status = WEIR_OK;
    if (token->kind == WEIR_TOKEN_CHARACTER && !token->caseless)
        status = weir_regex_fold_character(view, token->code_point, &folded, &as);
    else if (has_property(view, token) || (token->kind == WEIR_TOKEN_CLASS && !token->caseless))
        status = weir_regex_held(view, token, &held);
    int length = (int)(token->end - token->start);
    const char *source = view->syntax->source.data + token->start;
    if (status != WEIR_OK || (folded != WEIR_FOLDED_CASE && held > WEIR_HELD_CHEROKEE))
        return status;
    if (held == WEIR_HELD_CHEROKEE)
        weir_regex_findings_add(findings, false, token->start,
                                "folded text has no capital letters for %.*s to find, but for Cherokee's; use view: "
                                "exact, or \\p{Cherokee} for those",
                                length, source);
    else if (token->caseless)
        weir_regex_findings_add(findings, false, token->start,
                                "folded text never holds what %.*s finds; use view: exact", length, source);
    else
        weir_regex_findings_add(findings, false, token->start,
                                "case counts here, and folded text never holds %.*s; write small letters, " REMEDY,
                                length, source);
    return WEIR_OK;
}

/* The first is enough: what follows it is most often of the same word. */
static enum weir_status check_capitals(const struct weir_regex_view *view, struct weir_regex_findings *findings)
{
    const struct weir_regex_syntax *syntax = view->syntax;
    size_t needed_from = 0;
    enum weir_status status = WEIR_OK;
    size_t before = findings->count;
    for (size_t i = 0; status == WEIR_OK && findings->count == before && i < syntax->token_count; i++) {
        if (i >= needed_from)
            needed_from = end_unneeded(syntax, i);
        if (i >= needed_from)
            status = check_capital(view, &syntax->tokens[i], findings);
    }
    return status;
}

/* Characters side by side that folding makes into others: a letter and its accent. */
static enum weir_status check_run(const struct weir_regex_view *view, size_t first, size_t end,
                                  struct weir_regex_findings *findings)
{
    struct weir_writer raw;
    struct weir_writer apart;
    weir_writer_init(&raw, view->arena);
    weir_writer_init(&apart, view->arena);
    for (size_t i = first; i < end; i++) {
        char bytes[4];
        size_t length = weir_utf8_encode(view->syntax->tokens[i].code_point, bytes);
        enum weir_folded folded;
        struct weir_text as;
        enum weir_status status = weir_regex_fold_character(view, view->syntax->tokens[i].code_point, &folded, &as);
        if (status != WEIR_OK)
            return status;
        weir_writer_add(&raw, (struct weir_text){bytes, length});
        weir_writer_add(&apart, as);
    }
    struct weir_text whole = weir_writer_finish(&raw);
    struct weir_text parts = weir_writer_finish(&apart);
    struct weir_text together;
    if (!whole.data || !parts.data)
        return WEIR_NO_MEMORY;
    enum weir_status status =
        view->folding->fold(view->folding->context, WEIR_VIEW_FOLDED, whole, view->arena, &together);
    if (status == WEIR_OK && !weir_text_equal(together, parts))
        weir_regex_findings_add(findings, false, view->syntax->tokens[first].start,
                                "folded text writes these characters as %.*s; write that, " REMEDY,
                                (int)together.length, together.data);
    return status;
}

/* Runs of characters without white space or repeats between them, if one is beyond ASCII. */
static enum weir_status check_runs(const struct weir_regex_view *view, struct weir_regex_findings *findings)
{
    const struct weir_regex_syntax *syntax = view->syntax;
    size_t errors = findings->count;
    for (size_t i = 0; i < syntax->token_count; i++) {
        size_t end = i;
        bool is_wide = false;
        while (end < syntax->token_count && syntax->tokens[end].kind == WEIR_TOKEN_CHARACTER &&
               syntax->tokens[end].code_point > ' ') {
            bool repeats = end + 1 < syntax->token_count && syntax->tokens[end + 1].kind == WEIR_TOKEN_REPEAT;
            if (repeats && end > i)
                break;
            is_wide |= syntax->tokens[end++].code_point >= 0x80;
            if (repeats)
                break;
        }
        if (is_wide && end > i + 1 && findings->count == errors) {
            enum weir_status status = check_run(view, i, end, findings);
            if (status != WEIR_OK)
                return status;
        }
        if (end > i)
            i = end - 1;
    }
    return WEIR_OK;
}

enum weir_status weir_regex_check_needs(const struct weir_regex_view *view, struct weir_regex_findings *findings)
{
    const struct weir_regex_syntax *syntax = view->syntax;
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; status == WEIR_OK && i < syntax->token_count; i++) {
        const struct weir_regex_token *token = &syntax->tokens[i];
        if (token->kind == WEIR_TOKEN_CHARACTER) {
            bool does = true;
            struct weir_text as;
            status = survives(view, token->code_point, &does, &as);
            if (status == WEIR_OK && !does)
                report_character(findings, false, token->start, token->code_point, as);
        } else if (token->kind == WEIR_TOKEN_CLASS) {
            status = check_class(view, token, findings);
        } else if (token->kind == WEIR_TOKEN_LINE_END ||
                   (token->kind == WEIR_TOKEN_SHORTHAND && token->code_point == 'v')) {
            weir_regex_findings_add(findings, false, token->start,
                                    "folded text has no line ends; write \\s for the space that stands there, " REMEDY);
        }
    }
    if (status == WEIR_OK)
        status = check_spaces(view, findings);
    if (status == WEIR_OK)
        status = check_runs(view, findings);
    return status == WEIR_OK && findings->count == 0 ? check_capitals(view, findings) : status;
}
