/* ICU's macros for this do not compile under the flags of this tree. */
#ifndef WEIR_TEST_UTF16_H
#define WEIR_TEST_UTF16_H

#include <unicode/utf16.h>

/* The code point at units[*at], which moves past it; well-formed UTF-16. */
static inline UChar32 utf16_next(const UChar *units, int32_t *at)
{
    UChar unit = units[(*at)++];
    if (!U16_IS_LEAD(unit))
        return unit;
    UChar trail = units[(*at)++];
    return U16_GET_SUPPLEMENTARY(unit, trail);
}

#endif
