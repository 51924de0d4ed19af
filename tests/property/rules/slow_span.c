/* Boundaries and whole source characters by their definitions (RULES.md sections 3 and 4), one property at a time. */
#include "slow.h"

#include "weir/utf8.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

static bool has_mask(uint32_t point, uint32_t mask)
{
    return (U_GET_GC_MASK((UChar32)point) & mask) != 0;
}

static bool is_unspaced(uint32_t point)
{
    static const UScriptCode unspaced[] = {USCRIPT_HAN,     USCRIPT_HIRAGANA, USCRIPT_KATAKANA, USCRIPT_BOPOMOFO,
                                           USCRIPT_HANGUL,  USCRIPT_THAI,     USCRIPT_LAO,      USCRIPT_KHMER,
                                           USCRIPT_MYANMAR, USCRIPT_TIBETAN};
    for (size_t i = 0; i < sizeof unspaced / sizeof *unspaced; i++)
        if (uscript_hasScript((UChar32)point, unspaced[i]))
            return true;
    return false;
}

enum slow_kind slow_kind(struct weir_text text, size_t at)
{
    size_t width;
    UErrorCode error = U_ZERO_ERROR;
    uint32_t point = weir_utf8_decode(text.data + at, &width);
    if (!has_mask(point, U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK | U_GC_PC_MASK))
        return SLOW_NO_WORD;
    if (has_mask(point, U_GC_M_MASK) && uscript_getScript((UChar32)point, &error) == USCRIPT_INHERITED) {
        /* Where it follows no word character there is no kind to take, and it is a spaced one. */
        enum slow_kind followed = at > 0 ? slow_kind(text, weir_utf8_before(text.data, at)) : SLOW_NO_WORD;
        return followed == SLOW_NO_WORD ? SLOW_SPACED : followed;
    }
    return is_unspaced(point) ? SLOW_UNSPACED : SLOW_SPACED;
}

bool slow_keeps_boundary(enum weir_boundary boundary, struct weir_text text, size_t start, size_t end)
{
    enum slow_kind before = start > 0 ? slow_kind(text, weir_utf8_before(text.data, start)) : SLOW_NO_WORD;
    enum slow_kind after = end < text.length ? slow_kind(text, end) : SLOW_NO_WORD;
    switch (boundary) {
    case WEIR_BOUNDARY_NONE:
        return true;
    case WEIR_BOUNDARY_START:
        return before == SLOW_NO_WORD;
    case WEIR_BOUNDARY_END:
        return after == SLOW_NO_WORD;
    case WEIR_BOUNDARY_WORD:
        return before == SLOW_NO_WORD && after == SLOW_NO_WORD;
    case WEIR_BOUNDARY_AUTO:
    default:
        return !(slow_kind(text, start) == SLOW_SPACED && before == SLOW_SPACED) &&
               !(slow_kind(text, weir_utf8_before(text.data, end)) == SLOW_SPACED && after == SLOW_SPACED);
    }
}

static bool is_ignorable(struct weir_text text, size_t at)
{
    size_t width;
    return u_hasBinaryProperty((UChar32)weir_utf8_decode(text.data + at, &width), UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

/* Whether the character belongs to the one before it: a mark, an ignorable, or what folding may join to it. */
static bool joins_before(struct weir_text text, size_t at)
{
    size_t width;
    UErrorCode error = U_ZERO_ERROR;
    uint32_t point = weir_utf8_decode(text.data + at, &width);
    return is_ignorable(text, at) || has_mask(point, U_GC_M_MASK) ||
           !unorm2_hasBoundaryBefore(unorm2_getNFKCCasefoldInstance(&error), (UChar32)point);
}

static struct weir_range trim(struct weir_text text, struct weir_range range)
{
    while (range.start < range.end && is_ignorable(text, range.start))
        range.start += (uint32_t)weir_utf8_width(text.data[range.start]);
    while (range.start < range.end && is_ignorable(text, weir_utf8_before(text.data, range.end)))
        range.end = (uint32_t)weir_utf8_before(text.data, range.end);
    return range;
}

struct weir_range slow_settle(struct weir_text text, struct weir_range range)
{
    struct weir_range settled = trim(text, range);
    if (settled.start == settled.end)
        return range; /* nothing else was asked for */
    while (settled.start > 0 && joins_before(text, settled.start))
        settled.start = (uint32_t)weir_utf8_before(text.data, settled.start);
    while (settled.end < text.length && joins_before(text, settled.end))
        settled.end += (uint32_t)weir_utf8_width(text.data[settled.end]);
    return trim(text, settled);
}
