/* Finds the tokens, and asks ICU only about those whose script classes do not settle it. */
#include "tokens.h"

#define CLASS(name) (UINT32_C(1) << WEIR_SCRIPT_##name)
#define CLASS_ASK (UINT32_C(1) << 31)

/* Whether characters of these classes are within the Moderately Restrictive level of UTS #39, whatever else they may
 * be: of one script, of the scripts of Japanese, Chinese or Korean with Latin, or of Latin and one more that does not
 * look like it. */
static bool is_moderate(uint32_t classes)
{
    static const uint32_t sets[] = {
        CLASS(LATIN) | CLASS(HAN) | CLASS(HIRAGANA) | CLASS(KATAKANA),
        CLASS(LATIN) | CLASS(HAN) | CLASS(HANGUL),
        CLASS(LATIN) | CLASS(HAN) | CLASS(BOPOMOFO),
    };
    classes &= ~CLASS(NONE);
    if (classes & CLASS_ASK)
        return false;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if ((classes & ~sets[i]) == 0)
            return true;
    uint32_t beside_latin = classes & ~CLASS(LATIN);
    bool is_one = (beside_latin & (beside_latin - 1)) == 0;
    return is_one && (beside_latin == classes || !(beside_latin & (CLASS(CYRILLIC) | CLASS(GREEK))));
}

bool weir_tokens_may_mix(const struct weir_traits *traits)
{
    return (traits->flags & WEIR_CHAR_INHERITED) || !is_moderate(traits->scripts);
}

bool weir_mark_is_stray(const struct weir_folder *folder, struct weir_mark_base *base, uint32_t code_point)
{
    unsigned flags = folder->chars->flags[code_point];
    if (flags & WEIR_CHAR_IGNORABLE)
        return false;
    if (!(flags & WEIR_CHAR_MARK)) {
        base->letter = weir_icu_takes_marks(code_point) ? code_point : 0;
        return false;
    }
    if (!(flags & WEIR_CHAR_INHERITED) || base->letter == 0)
        return false;
    uint32_t composite = weir_icu_join(folder->icu, base->letter, code_point);
    if (composite)
        base->letter = composite;
    return composite == 0;
}

static bool has_stray_mark(const struct weir_folder *folder, struct weir_text token)
{
    struct weir_mark_base base = {0};
    for (size_t at = 0; at < token.length;) {
        size_t width;
        uint32_t code_point = weir_utf8_decode(token.data + at, &width);
        if (weir_mark_is_stray(folder, &base, code_point))
            return true;
        at += width;
    }
    return false;
}

struct token {
    size_t start;
    size_t end; /* start == end: none is open */
    uint32_t classes;
    uint32_t classes_after; /* of ignorable characters after its end: they count when it goes on */
    unsigned flags;
    bool beyond_ascii;
};

static bool is_mixed(const struct weir_folder *folder, struct weir_text text, const struct token *token)
{
    struct weir_text bytes = weir_text_slice(text, token->start, token->end);
    return (!is_moderate(token->classes) && weir_icu_beyond_moderate(folder->icu, bytes)) ||
           ((token->flags & WEIR_CHAR_INHERITED) && has_stray_mark(folder, bytes));
}

/* Ends the open token, and adds it when it is wanted. */
static bool close_token(const struct weir_folder *folder, struct weir_text text, bool all, struct token *token,
                        struct weir_buffer *mixed)
{
    struct token closed = *token;
    *token = (struct token){0};
    if (!closed.beyond_ascii || !(all || is_mixed(folder, text, &closed)))
        return true;
    if (!weir_buffer_reserve(mixed, mixed->count + 1, sizeof(struct weir_range)))
        return false;
    struct weir_range *ranges = mixed->data;
    ranges[mixed->count++] = (struct weir_range){(uint32_t)closed.start, (uint32_t)closed.end};
    return true;
}

bool weir_tokens_find(const struct weir_folder *folder, struct weir_text text, bool all, struct weir_buffer *mixed)
{
    struct token token = {0};
    for (size_t at = 0; at < text.length;) {
        size_t width;
        uint32_t code_point = weir_utf8_decode(text.data + at, &width);
        unsigned flags = folder->chars->flags[code_point];
        uint32_t class = UINT32_C(1) << (folder->chars->script[code_point] & 31);
        if (flags & WEIR_CHAR_IGNORABLE) {
            token.classes_after |= class;
        } else if (flags & WEIR_CHAR_WORD) {
            bool goes_on = token.end > token.start;
            token.start = goes_on ? token.start : at;
            token.classes |= class | (goes_on ? token.classes_after : 0);
            token.classes_after = 0;
            token.beyond_ascii = token.beyond_ascii || code_point >= 0x80 || (goes_on && at > token.end);
            token.end = at + width;
            token.flags |= flags;
        } else if (!close_token(folder, text, all, &token, mixed)) {
            return false;
        }
        at += width;
    }
    return close_token(folder, text, all, &token, mixed);
}
