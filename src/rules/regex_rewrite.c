/* Rewrites a pattern for Hyperscan, which only has to find where PCRE2 should look: every change lets it match more,
 * never less.
 *
 *   lookaround -> nothing; atomic and possessive -> plain; a back-reference -> anything; a condition -> either branch
 *   inline flags -> spelled out; \A \z \Z -> ^ and $ of a line, since values are lines of one buffer
 *   a character beyond ASCII -> its bytes; `.` or [^x] repeated -> up to four bytes for each
 *   white space of the folded view, however often -> the one space that folded text has */
#include "regex_view.h"

#include "weir/utf8.h"

#include <ctype.h>
#include <stdio.h>

#define DEPTH_MAX 256u
#define LOOSE_FROM 4u              /* from this many repeats on, any character beyond ASCII is any bytes */
#define REPEAT_POSITIONS_MAX 1000u /* what one repeat may unfold to; beyond, it has no upper end */
#define GROUP_POSITIONS_MAX 300u
#define RELAXED_POSITIONS_MAX 8u
#define GAP_LEAST_MAX 8u /* of an open gap: what it must hold at least */
/* Of a pattern; beyond, Hyperscan takes seconds. */
#define POSITIONS_MAX 4000u
#define UNFOLDED_MAX 600u /* positions that repeats unfold to */
#define OPTIONAL_MAX 48u  /* parts that may be left out, when it measures */
#define ENDLESS_MAX 128u  /* repeats without an upper end */

struct rewriter {
    const struct weir_regex_view *view;
    enum weir_regex_form form;
    struct weir_writer out;
    uint64_t positions[DEPTH_MAX]; /* of each open group */
    bool may_be_empty[DEPTH_MAX];  /* a condition of which no second branch was seen */
    uint64_t unfolded;
    size_t optional;
    size_t endless;
    size_t depth;
    enum weir_status status;
};

static void write_byte(struct weir_writer *out, unsigned byte)
{
    if (byte < 0x80 && isalnum((int)byte))
        weir_writer_add_format(out, "%c", (char)byte);
    else
        weir_writer_add_format(out, "\\x%02x", byte);
}

/* high: bytes beyond ASCII too. */
static void write_byte_class(struct weir_writer *out, const bool ascii[128], bool high)
{
    unsigned first = 0;
    unsigned count = high ? 128 : 0;
    for (unsigned c = 0; c < 128; c++) {
        if (ascii[c]) {
            first = c;
            count++;
        }
    }
    if (count == 1) {
        write_byte(out, first);
        return;
    }
    if (count == 256) {
        weir_writer_add_string(out, ".");
        return;
    }
    weir_writer_add_string(out, "[");
    for (unsigned c = 0; c < 128; c++) {
        if (!ascii[c])
            continue;
        unsigned last = c;
        while (last + 1 < 128 && ascii[last + 1])
            last++;
        write_byte(out, c);
        if (last > c) {
            weir_writer_add_string(out, last > c + 1 ? "-" : "");
            write_byte(out, last);
        }
        c = last;
    }
    weir_writer_add_string(out, high ? "\\x80-\\xff]" : "]");
}

/* Writes a repeat of something that takes `positions`, and counts what it unfolds to. */
static void write_repeat(struct rewriter *rewriter, uint32_t least, uint32_t most, uint64_t positions, uint64_t limit)
{
    struct weir_writer *out = &rewriter->out;
    uint64_t times = most == WEIR_REPEAT_UNBOUNDED ? least : most;
    if (rewriter->form == WEIR_FORM_RELAXED)
        limit = RELAXED_POSITIONS_MAX;
    if (most == 0 || (times > 1 && positions * times > limit)) {
        most = WEIR_REPEAT_UNBOUNDED;
        least = least > 0;
        times = 1;
    }
    rewriter->positions[rewriter->depth] += positions * (times ? times : 1);
    rewriter->unfolded += times > 1 ? positions * times : 0;
    rewriter->optional += least == 0;
    rewriter->endless += most == WEIR_REPEAT_UNBOUNDED;
    if (least == 1 && most == 1)
        return;
    if (least == 0 && most == 1)
        weir_writer_add_string(out, "?");
    else if (least <= 1 && most == WEIR_REPEAT_UNBOUNDED)
        weir_writer_add_string(out, least ? "+" : "*");
    else if (least == most)
        weir_writer_add_format(out, "{%u}", least);
    else if (most == WEIR_REPEAT_UNBOUNDED)
        weir_writer_add_format(out, "{%u,}", least);
    else
        weir_writer_add_format(out, "{%u,%u}", least, most);
}

static bool has_ascii(const struct weir_regex_atom *atom)
{
    for (int c = 0; c < 128; c++)
        if (atom->ascii[c])
            return true;
    return false;
}

/* The characters one by one, each with all of its bytes; returns the positions that they take. */
static uint64_t write_precisely(struct rewriter *rewriter, const struct weir_regex_atom *atom)
{
    struct weir_writer *out = &rewriter->out;
    uint64_t positions = 1;
    weir_writer_add_string(out, "(?:");
    if (has_ascii(atom)) {
        write_byte_class(out, atom->ascii, false);
        weir_writer_add_string(out, "|");
    }
    if (atom->beyond == WEIR_BEYOND_ALL) {
        weir_writer_add_string(out, "[\\xc2-\\xf4][\\x80-\\xbf]{1,3}");
        positions += 4;
    }
    for (size_t i = 0; atom->beyond == WEIR_BEYOND_SOME && i < atom->set.count; i++) {
        weir_writer_add_string(out, i ? "|" : "");
        weir_code_range_write(atom->set.at[i], out);
        positions += 3;
    }
    weir_writer_add_string(out, ")");
    return positions;
}

/* Nearly any characters, many times: counting them is what makes Hyperscan slow to compile, and finds little more. */
static void write_gap(struct rewriter *rewriter, const struct weir_regex_atom *atom, uint32_t least, uint32_t most)
{
    write_byte_class(&rewriter->out, atom->ascii, true);
    if (rewriter->form != WEIR_FORM_TIGHT) {
        least = least < GAP_LEAST_MAX ? least : GAP_LEAST_MAX;
        most = WEIR_REPEAT_UNBOUNDED;
    }
    write_repeat(rewriter, least, most == WEIR_REPEAT_UNBOUNDED ? most : most * 4, 1, REPEAT_POSITIONS_MAX);
}

static void write_atom(struct rewriter *rewriter, const struct weir_regex_atom *atom, uint32_t least, uint32_t most)
{
    if (rewriter->view->view == WEIR_VIEW_FOLDED && weir_regex_atom_is_space(atom)) {
        weir_writer_add_string(&rewriter->out, least ? "\\x20" : "\\x20?");
        rewriter->positions[rewriter->depth]++;
    } else if (atom->beyond == WEIR_BEYOND_NONE) {
        write_byte_class(&rewriter->out, atom->ascii, false);
        write_repeat(rewriter, least, most, 1, REPEAT_POSITIONS_MAX);
    } else if (atom->beyond == WEIR_BEYOND_ALL && most >= LOOSE_FROM) {
        write_gap(rewriter, atom, least, most);
    } else {
        uint64_t positions = write_precisely(rewriter, atom);
        write_repeat(rewriter, least, most, positions, GROUP_POSITIONS_MAX);
    }
}

static void write_line_end(struct rewriter *rewriter, uint32_t least, uint32_t most)
{
    weir_writer_add_string(&rewriter->out, "(?:\\x0d\\x0a|[\\x0a-\\x0d]|\\xc2\\x85|\\xe2\\x80[\\xa8\\xa9])");
    write_repeat(rewriter, least, most, 8, GROUP_POSITIONS_MAX);
}

static void write_character_token(struct rewriter *rewriter, const struct weir_regex_token *token, uint32_t least,
                                  uint32_t most)
{
    if (token->kind == WEIR_TOKEN_LINE_END) {
        write_line_end(rewriter, least, most);
        return;
    }
    struct weir_regex_token any = *token;
    if (token->kind == WEIR_TOKEN_BACKREFERENCE || token->kind == WEIR_TOKEN_CLUSTER) {
        any.kind = WEIR_TOKEN_ANY;
        least = token->kind == WEIR_TOKEN_CLUSTER && least > 0;
        most = WEIR_REPEAT_UNBOUNDED;
    }
    struct weir_regex_atom atom;
    rewriter->status = weir_regex_atom_read(rewriter->view, &any, &atom);
    if (rewriter->status == WEIR_OK)
        write_atom(rewriter, &atom, least, most);
}

static void open_group(struct rewriter *rewriter, bool is_condition)
{
    if (rewriter->depth + 1 == DEPTH_MAX) {
        rewriter->status = WEIR_INVALID;
        return;
    }
    weir_writer_add_string(&rewriter->out, "(?:");
    rewriter->depth++;
    rewriter->positions[rewriter->depth] = 0;
    rewriter->may_be_empty[rewriter->depth] = is_condition;
}

static void close_group(struct rewriter *rewriter, uint32_t least, uint32_t most)
{
    weir_writer_add_string(&rewriter->out, rewriter->may_be_empty[rewriter->depth] ? "|)" : ")");
    uint64_t positions = rewriter->positions[rewriter->depth--];
    write_repeat(rewriter, least, most, positions, GROUP_POSITIONS_MAX);
}

static void write_anchor(struct rewriter *rewriter, enum weir_token_kind kind)
{
    if (rewriter->form == WEIR_FORM_RELAXED)
        return;
    const char *anchor = kind == WEIR_TOKEN_START  ? "^"
                         : kind == WEIR_TOKEN_END  ? "$"
                         : kind == WEIR_TOKEN_EDGE ? "\\b"
                                                   : "\\B";
    weir_writer_add_string(&rewriter->out, anchor);
}

/* Writes the token at `i`; returns the index of the next one. */
static size_t write_token(struct rewriter *rewriter, size_t i)
{
    const struct weir_regex_syntax *syntax = rewriter->view->syntax;
    const struct weir_regex_token *token = &syntax->tokens[i];
    if (token->kind == WEIR_TOKEN_LOOK)
        i = weir_regex_syntax_close(syntax, i);
    const struct weir_regex_token *next = i + 1 < syntax->token_count ? &syntax->tokens[i + 1] : NULL;
    const struct weir_regex_token *repeat = next && next->kind == WEIR_TOKEN_REPEAT ? next : NULL;
    uint32_t least = repeat ? repeat->least : 1;
    uint32_t most = repeat ? repeat->most : 1;
    size_t after = i + (repeat ? 2 : 1);
    switch ((int)token->kind) {
    case WEIR_TOKEN_GROUP:
    case WEIR_TOKEN_CONDITION:
        open_group(rewriter, token->kind == WEIR_TOKEN_CONDITION);
        break;
    case WEIR_TOKEN_CLOSE:
        close_group(rewriter, least, most);
        break;
    case WEIR_TOKEN_OR:
        weir_writer_add_string(&rewriter->out, "|");
        rewriter->may_be_empty[rewriter->depth] = false;
        break;
    case WEIR_TOKEN_LOOK:
    case WEIR_TOKEN_REPEAT:
        break;
    case WEIR_TOKEN_START:
    case WEIR_TOKEN_END:
    case WEIR_TOKEN_EDGE:
    case WEIR_TOKEN_NOT_EDGE:
        if (!repeat)
            write_anchor(rewriter, token->kind);
        break;
    default:
        write_character_token(rewriter, token, least, most);
    }
    return after;
}

enum weir_status weir_regex_rewrite(const struct weir_regex_view *view, enum weir_regex_form form,
                                    struct weir_text *expression, bool *too_large)
{
    struct rewriter rewriter = {.view = view, .form = form};
    weir_writer_init(&rewriter.out, view->arena);
    for (size_t i = 0; rewriter.status == WEIR_OK && i < view->syntax->token_count;)
        i = write_token(&rewriter, i);
    if (rewriter.status != WEIR_OK)
        return rewriter.status;
    struct weir_text text = weir_writer_finish(&rewriter.out);
    if (!text.data)
        return WEIR_NO_MEMORY;
    *too_large = rewriter.positions[0] > POSITIONS_MAX || rewriter.endless > ENDLESS_MAX ||
                 (form == WEIR_FORM_OPEN && rewriter.unfolded > UNFOLDED_MAX) ||
                 (form == WEIR_FORM_TIGHT && rewriter.optional > OPTIONAL_MAX);
    *expression = text;
    return WEIR_OK;
}
