/* Finds \b, \w and \d that can stand beside a letter that they do not know, whatever repeats, groups and branches are
 * between. Goes from left to right and keeps what the character before can be. */
#include "regex_view.h"

#define DEPTH_MAX 256u

/* What can stand at a place. */
struct edge {
    bool has_letter; /* beyond ASCII */
    char escape;     /* b, w or d; 0: none */
    uint32_t start;  /* bytes of the source that it was written in */
    uint32_t end;
};

struct frame {
    struct edge before; /* the group */
    struct edge after;  /* the branches so far */
    bool is_behind;     /* a lookbehind ends where it stands, a lookahead begins there */
    bool is_ahead;
    bool may_be_empty;
};

struct walk {
    const struct weir_regex_view *view;
    struct weir_regex_findings *findings;
    struct edge edge;
    struct frame frames[DEPTH_MAX];
    size_t depth;
    bool has_warned; /* one is enough for a pattern */
};

static struct edge join(struct edge a, struct edge b)
{
    struct edge both = a.escape ? a : b;
    both.has_letter = a.has_letter || b.has_letter;
    return both;
}

/* \p{Sc} and the like: separators, symbols, punctuation and control characters. */
static bool has_no_letters(struct weir_text property)
{
    bool is_braced = property.length > 3 && property.data[2] == '{';
    size_t name = is_braced ? 3 : 2;
    size_t length = property.length - name - (is_braced ? 1 : 0);
    return property.data[1] == 'p' && length >= 1 && length <= 2 && strchr("CPSZ", property.data[name]);
}

static struct edge read_member(const struct weir_regex_view *view, const struct weir_class_member *member)
{
    struct edge edge = {.start = member->start, .end = member->end};
    struct weir_text written = weir_text_slice(view->syntax->source, member->start, member->end);
    if (member->kind == WEIR_MEMBER_PROPERTY)
        edge.has_letter = !has_no_letters(written);
    else if (member->kind == WEIR_MEMBER_RANGE)
        edge.has_letter = member->first >= 0x80 && weir_class_sets_is_letter(view->sets, member->first);
    else if (member->kind == WEIR_MEMBER_SHORTHAND && (member->first == 'w' || member->first == 'd'))
        edge.escape = (char)member->first;
    return edge;
}

/* What the token matches, if it matches a character. */
static struct edge read_character(const struct weir_regex_view *view, const struct weir_regex_token *token)
{
    struct edge edge = {.start = token->start, .end = token->end};
    if (token->kind == WEIR_TOKEN_CHARACTER)
        edge.has_letter = token->code_point >= 0x80 && weir_class_sets_is_letter(view->sets, token->code_point);
    else if (token->kind == WEIR_TOKEN_PROPERTY)
        edge.has_letter = !has_no_letters(weir_text_slice(view->syntax->source, token->start, token->end));
    else if (token->kind == WEIR_TOKEN_SHORTHAND && (token->code_point == 'w' || token->code_point == 'd'))
        edge.escape = (char)token->code_point;
    for (uint32_t i = 0; token->kind == WEIR_TOKEN_CLASS && !token->negated && i < token->member_count; i++)
        edge = join(edge, read_member(view, &view->syntax->members[token->member_first + i]));
    if (token->kind == WEIR_TOKEN_CLASS && edge.has_letter) /* [\wé]: who adds letters knows that \w lacks them */
        edge.escape = 0;
    return edge;
}

static void warn(struct walk *walk, struct edge edge)
{
    if (walk->has_warned)
        return;
    walk->has_warned = true;
    const char *remedy = edge.escape == 'b'   ? "use the pattern's boundary: key"
                         : edge.escape == 'd' ? "write [0-9] or \\p{N}"
                                              : "write [a-z] or \\p{L}";
    weir_regex_findings_add(walk->findings, true, edge.start,
                            "%.*s knows ASCII letters and digits only, and stands beside another letter; %s",
                            (int)(edge.end - edge.start), walk->view->syntax->source.data + edge.start, remedy);
}

static void compare(struct walk *walk, struct edge before, struct edge after)
{
    if (before.escape && after.has_letter)
        warn(walk, before);
    else if (after.escape && before.has_letter)
        warn(walk, after);
}

static void open_group(struct walk *walk, const struct weir_regex_token *token)
{
    const char *written = walk->view->syntax->source.data + token->start;
    struct frame frame = {.before = walk->edge, .may_be_empty = token->kind == WEIR_TOKEN_CONDITION};
    if (walk->depth + 1 == DEPTH_MAX)
        return;
    frame.is_behind = token->kind == WEIR_TOKEN_LOOK && token->end - token->start > 2 && written[2] == '<';
    frame.is_ahead = token->kind == WEIR_TOKEN_LOOK && !frame.is_behind;
    walk->frames[++walk->depth] = frame;
    if (frame.is_behind)
        walk->edge = (struct edge){0};
}

static void start_branch(struct walk *walk)
{
    struct frame *frame = &walk->frames[walk->depth];
    frame->after = join(frame->after, walk->edge);
    walk->edge = frame->is_behind ? (struct edge){0} : frame->before;
}

static void close_group(struct walk *walk, bool is_optional)
{
    struct frame *frame = &walk->frames[walk->depth];
    struct edge inside = join(frame->after, walk->edge);
    walk->edge = frame->is_ahead ? frame->before : inside;
    if (frame->is_behind || frame->may_be_empty || is_optional)
        walk->edge = join(walk->edge, frame->before);
    walk->depth -= walk->depth > 0;
}

static void pass_character(struct walk *walk, const struct weir_regex_token *token, bool is_optional)
{
    struct edge own = read_character(walk->view, token);
    compare(walk, walk->edge, own);
    walk->edge = is_optional ? join(own, walk->edge) : own;
}

static void pass_edge(struct walk *walk, const struct weir_regex_token *token)
{
    struct edge own = {.escape = 'b', .start = token->start, .end = token->end};
    compare(walk, walk->edge, own);
    walk->edge = join(own, walk->edge);
}

void weir_regex_check_ascii_escapes(const struct weir_regex_view *view, struct weir_regex_findings *findings)
{
    const struct weir_regex_syntax *syntax = view->syntax;
    struct walk walk = {.view = view, .findings = findings};
    for (size_t i = 0; i < syntax->token_count; i++) {
        const struct weir_regex_token *token = &syntax->tokens[i];
        bool is_optional = i + 1 < syntax->token_count && token[1].kind == WEIR_TOKEN_REPEAT && token[1].least == 0;
        switch ((int)token->kind) {
        case WEIR_TOKEN_GROUP:
        case WEIR_TOKEN_CONDITION:
        case WEIR_TOKEN_LOOK:
            open_group(&walk, token);
            break;
        case WEIR_TOKEN_OR:
            start_branch(&walk);
            break;
        case WEIR_TOKEN_CLOSE:
            close_group(&walk, is_optional);
            break;
        case WEIR_TOKEN_EDGE:
        case WEIR_TOKEN_NOT_EDGE:
            pass_edge(&walk, token);
            break;
        case WEIR_TOKEN_START:
        case WEIR_TOKEN_END:
        case WEIR_TOKEN_REPEAT:
            break;
        default:
            pass_character(&walk, token, is_optional);
        }
    }
}
