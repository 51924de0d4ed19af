/* Word characters and the kinds of them (RULES.md section 3). The table itself is built by normalize. */
#include "weir/chars.h"

static enum weir_word classify(const struct weir_chars *chars, uint32_t code_point)
{
    if (!weir_char_has(chars, code_point, WEIR_CHAR_WORD))
        return WEIR_WORD_NONE;
    return weir_char_has(chars, code_point, WEIR_CHAR_UNSPACED) ? WEIR_WORD_UNSPACED : WEIR_WORD_SPACED;
}

enum weir_word weir_word_before(const struct weir_chars *chars, struct weir_text text, size_t at)
{
    bool is_mark = false;
    while (at > 0) {
        at = weir_utf8_before(text.data, at);
        size_t width;
        uint32_t code_point = weir_utf8_decode(text.data + at, &width);
        if (weir_char_has(chars, code_point, WEIR_CHAR_INHERITED)) {
            is_mark = true;
            continue;
        }
        enum weir_word word = classify(chars, code_point);
        /* A mark is a word character even where it follows none; only its kind is borrowed. */
        return is_mark && word == WEIR_WORD_NONE ? WEIR_WORD_SPACED : word;
    }
    return is_mark ? WEIR_WORD_SPACED : WEIR_WORD_NONE;
}

enum weir_word weir_word_after(const struct weir_chars *chars, struct weir_text text, size_t at)
{
    if (at >= text.length)
        return WEIR_WORD_NONE;
    size_t width;
    uint32_t code_point = weir_utf8_decode(text.data + at, &width);
    if (weir_char_has(chars, code_point, WEIR_CHAR_INHERITED))
        return weir_word_before(chars, text, at + width);
    return classify(chars, code_point);
}
