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
    while (at > 0) {
        at = weir_utf8_before(text.data, at);
        size_t width;
        uint32_t code_point = weir_utf8_decode(text.data + at, &width);
        if (!weir_char_has(chars, code_point, WEIR_CHAR_INHERITED))
            return classify(chars, code_point);
        if (at == 0 || classify(chars, code_point) == WEIR_WORD_NONE)
            return classify(chars, code_point);
        /* A mark of script Inherited is a word character whatever it follows; it only borrows the kind. */
        enum weir_word base = weir_word_before(chars, text, at);
        return base == WEIR_WORD_UNSPACED ? WEIR_WORD_UNSPACED : WEIR_WORD_SPACED;
    }
    return WEIR_WORD_NONE;
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
