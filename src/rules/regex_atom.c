/* What one token of a pattern can match: ASCII as PCRE2 answers it, beyond ASCII at least what PCRE2 matches. */
#include "regex_view.h"

#include "weir/utf8.h"

#define KELVIN_SIGN 0x212Au
#define LONG_S 0x17Fu
#define RANGES_MAX 24u /* of a class beyond ASCII; finer ones are rounded outward */

static void allow_all_ascii(struct weir_regex_atom *atom)
{
    for (int c = 0; c < 128; c++)
        atom->ascii[c] = true;
}

static bool is_white_space(int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool weir_regex_atom_is_space(const struct weir_regex_atom *atom)
{
    if (atom->beyond != WEIR_BEYOND_NONE || !atom->ascii[' '])
        return false;
    for (int c = 0; c < 128; c++)
        if (c != ' ' && atom->ascii[c])
            return false;
    return true;
}

/* Folded text holds no white space but spaces; nothing that is scanned may run over a line feed, which ends a value. */
static void leave_out_white_space(struct weir_regex_atom *atom)
{
    bool left = atom->beyond != WEIR_BEYOND_NONE;
    for (int c = 0; c < 128; c++)
        left |= atom->ascii[c] && (c == ' ' || !is_white_space(c));
    for (int c = '\t'; left && c <= '\r'; c++)
        atom->ascii[c] = false;
}

static enum weir_status read_folded_character(const struct weir_regex_view *view, uint32_t code_point,
                                              struct weir_regex_atom *atom)
{
    enum weir_folded folded;
    struct weir_text as;
    enum weir_status status = weir_regex_fold_character(view, code_point, &folded, &as);
    if (status != WEIR_OK)
        return status;
    size_t width;
    uint32_t seen = folded == WEIR_FOLDED_CASE ? weir_utf8_decode(as.data, &width) : code_point;
    if (seen < 0x80) {
        atom->ascii[seen] = true;
    } else {
        atom->beyond = WEIR_BEYOND_SOME;
        weir_code_set_add(&atom->set, seen, seen);
    }
    return WEIR_OK;
}

static void read_exact_character(const struct weir_regex_token *token, struct weir_regex_atom *atom)
{
    uint32_t c = token->code_point;
    bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    if (c >= 0x80 && token->caseless) {
        atom->beyond = WEIR_BEYOND_ALL;
        atom->ascii['k'] = atom->ascii['K'] = c == KELVIN_SIGN;
        atom->ascii['s'] = atom->ascii['S'] = c == LONG_S;
    } else if (c >= 0x80) {
        atom->beyond = WEIR_BEYOND_SOME;
        weir_code_set_add(&atom->set, c, c);
    } else {
        atom->ascii[c] = true;
        if (token->caseless && is_letter)
            atom->ascii[c ^ 0x20] = true;
    }
}

/* In the exact view PCRE2 sees a k in the Kelvin sign and an s in the long s. */
static void add_ascii_doubles(const struct weir_regex_view *view, const struct weir_regex_token *token,
                              struct weir_regex_atom *atom)
{
    if (view->view != WEIR_VIEW_EXACT || !token->caseless || atom->beyond == WEIR_BEYOND_ALL)
        return;
    if (atom->ascii['k'])
        weir_code_set_add(&atom->set, KELVIN_SIGN, KELVIN_SIGN);
    if (atom->ascii['s'])
        weir_code_set_add(&atom->set, LONG_S, LONG_S);
    if (atom->ascii['k'] || atom->ascii['s'])
        atom->beyond = WEIR_BEYOND_SOME;
}

static struct weir_class_source source_of(const struct weir_regex_view *view, const struct weir_regex_token *token,
                                          size_t start, size_t end)
{
    return (struct weir_class_source){
        .text = weir_text_slice(view->syntax->source, start, end),
        .caseless = token->caseless,
        .extended_more = token->extended_more,
    };
}

static enum weir_status add_property(const struct weir_regex_view *view, struct weir_class_source source,
                                     struct weir_regex_atom *atom)
{
    struct weir_code_set property;
    enum weir_status status = weir_class_sets_beyond(view->sets, source, &property);
    if (status != WEIR_OK)
        return status;
    for (size_t i = 0; i < property.count; i++)
        weir_code_set_add(&atom->set, property.at[i].first, property.at[i].last);
    return WEIR_OK;
}

/* A listed range beyond ASCII, and how folded text writes its ends. */
static enum weir_status add_range(const struct weir_regex_view *view, bool caseless,
                                  const struct weir_class_member *member, struct weir_regex_atom *atom)
{
    if (member->last < 0x80)
        return WEIR_OK;
    weir_code_set_add(&atom->set, member->first > 0x80 ? member->first : 0x80, member->last);
    if (!caseless)
        return WEIR_OK;
    if (view->view == WEIR_VIEW_EXACT) {
        atom->beyond = WEIR_BEYOND_ALL;
        return WEIR_OK;
    }
    enum weir_folded folded[2];
    struct weir_text as[2];
    enum weir_status status = weir_regex_fold_character(view, member->first, &folded[0], &as[0]);
    if (status == WEIR_OK)
        status = weir_regex_fold_character(view, member->last, &folded[1], &as[1]);
    if (status != WEIR_OK || (folded[0] != WEIR_FOLDED_CASE && folded[1] != WEIR_FOLDED_CASE))
        return status;
    size_t width;
    uint32_t first = folded[0] == WEIR_FOLDED_CASE ? weir_utf8_decode(as[0].data, &width) : member->first;
    uint32_t last = folded[1] == WEIR_FOLDED_CASE ? weir_utf8_decode(as[1].data, &width) : member->last;
    if (first <= last && last >= 0x80)
        weir_code_set_add(&atom->set, first > 0x80 ? first : 0x80, last);
    else
        atom->beyond = WEIR_BEYOND_ALL;
    return WEIR_OK;
}

/* \h and \v hold white space only, and folded text none beyond ASCII. */
static bool is_wide_in(const struct weir_regex_view *view, uint32_t letter)
{
    return view->view == WEIR_VIEW_EXACT || (letter != 'h' && letter != 'v');
}

static enum weir_status read_members(const struct weir_regex_view *view, const struct weir_regex_token *token,
                                     struct weir_regex_atom *atom)
{
    enum weir_status status = WEIR_OK;
    for (uint32_t i = 0; status == WEIR_OK && i < token->member_count; i++) {
        const struct weir_class_member *member = &view->syntax->members[token->member_first + i];
        if (member->kind == WEIR_MEMBER_RANGE)
            status = add_range(view, token->caseless, member, atom);
        else if (member->kind == WEIR_MEMBER_PROPERTY)
            status = add_property(view, source_of(view, token, member->start, member->end), atom);
        else if (member->kind == WEIR_MEMBER_WIDE && is_wide_in(view, member->first))
            atom->beyond = WEIR_BEYOND_ALL;
    }
    return status;
}

static enum weir_status read_class(const struct weir_regex_view *view, const struct weir_regex_token *token,
                                   struct weir_regex_atom *atom)
{
    struct weir_class_source source = source_of(view, token, token->start, token->end);
    enum weir_status status = weir_class_sets_ascii(view->sets, source, atom->ascii);
    if (status != WEIR_OK)
        return status;
    bool is_wide = token->kind == WEIR_TOKEN_SHORTHAND && strchr("DHSVWhv", (int)token->code_point) &&
                   is_wide_in(view, token->code_point);
    if (is_wide || (token->kind == WEIR_TOKEN_CLASS && token->negated))
        atom->beyond = WEIR_BEYOND_ALL;
    else if (token->kind == WEIR_TOKEN_CLASS)
        status = read_members(view, token, atom);
    else if (token->kind == WEIR_TOKEN_PROPERTY)
        status = add_property(view, source, atom);
    if (status == WEIR_OK && atom->beyond == WEIR_BEYOND_NONE && atom->set.count)
        atom->beyond = WEIR_BEYOND_SOME;
    return status;
}

enum weir_status weir_regex_atom_read(const struct weir_regex_view *view, const struct weir_regex_token *token,
                                      struct weir_regex_atom *atom)
{
    enum weir_status status = WEIR_OK;
    *atom = (struct weir_regex_atom){0};
    weir_code_set_init(&atom->set, view->arena);
    if (token->kind == WEIR_TOKEN_CHARACTER && view->view == WEIR_VIEW_FOLDED) {
        status = read_folded_character(view, token->code_point, atom);
    } else if (token->kind == WEIR_TOKEN_CHARACTER) {
        read_exact_character(token, atom);
    } else if (token->kind == WEIR_TOKEN_CLASS || token->kind == WEIR_TOKEN_SHORTHAND ||
               token->kind == WEIR_TOKEN_PROPERTY) {
        status = read_class(view, token, atom);
    } else {
        allow_all_ascii(atom);
        atom->beyond = WEIR_BEYOND_ALL;
        atom->ascii['\n'] = token->kind != WEIR_TOKEN_NOT_LINE_FEED;
    }
    if (status != WEIR_OK)
        return status;
    add_ascii_doubles(view, token, atom);
    if (view->view == WEIR_VIEW_FOLDED)
        leave_out_white_space(atom);
    weir_code_set_settle(&atom->set);
    weir_code_set_coarsen(&atom->set, RANGES_MAX);
    return atom->set.failed ? WEIR_NO_MEMORY : WEIR_OK;
}
