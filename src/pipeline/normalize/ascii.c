/* ASCII by SSE2, and by plain C where there is none. Must never read beyond what it is given. */
#include "ascii.h"

#include <string.h>

/* One bit for each byte of a block. */
struct block_masks {
    unsigned others; /* not ASCII */
    unsigned spaces; /* white space */
    unsigned letters;
};

#ifdef __SSE2__
#include <emmintrin.h>

/* Bytes in [first, first + count). SSE2 compares signed bytes only, so the range is moved to its lower end. */
static inline __m128i find_range(__m128i bytes, char first, int count)
{
    __m128i moved = _mm_add_epi8(bytes, _mm_set1_epi8((char)(-128 - first)));
    return _mm_cmplt_epi8(moved, _mm_set1_epi8((char)(-128 + count)));
}

static inline struct block_masks fold_block(const char *data, char *out)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)data);
    __m128i lower = _mm_or_si128(bytes, _mm_and_si128(find_range(bytes, 'A', 26), _mm_set1_epi8(0x20)));
    __m128i controls = find_range(bytes, '\t', 5);
    __m128i space = _mm_set1_epi8(' ');
    __m128i folded = _mm_or_si128(_mm_andnot_si128(controls, lower), _mm_and_si128(controls, space));
    _mm_storeu_si128((__m128i *)out, folded);
    return (struct block_masks){.others = (unsigned)_mm_movemask_epi8(bytes),
                                .spaces = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(folded, space)),
                                .letters = (unsigned)_mm_movemask_epi8(find_range(folded, 'a', 26))};
}

#else

static inline struct block_masks fold_block(const char *data, char *out)
{
    struct block_masks masks = {0};
    for (unsigned i = 0; i < WEIR_ASCII_BLOCK; i++) {
        char c = data[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c | 0x20);
        else if (c >= '\t' && c <= '\r')
            c = ' ';
        masks.others |= (unsigned)((unsigned char)c >> 7) << i;
        masks.spaces |= (unsigned)(c == ' ') << i;
        masks.letters |= (unsigned)(c >= 'a' && c <= 'z') << i;
        out[i] = c;
    }
    return masks;
}

#endif

/* Folds one block; returns how much of it counts. */
static inline size_t take_block(const char *data, char *out, struct weir_ascii_state *state)
{
    struct block_masks masks = fold_block(data, out);
    unsigned stops = masks.others | (masks.spaces & (masks.spaces << 1 | (state->after_space ? 1u : 0u)));
    unsigned taken = stops ? (unsigned)__builtin_ctz(stops) : WEIR_ASCII_BLOCK;
    if (taken == 0)
        return 0;
    state->after_space = (masks.spaces >> (taken - 1) & 1) != 0;
    state->letters = state->letters || (masks.letters & ((1u << taken) - 1)) != 0;
    return taken;
}

size_t weir_ascii_fold(const char *data, size_t length, char *out, struct weir_ascii_state *state)
{
    size_t at = 0;
    while (length - at >= WEIR_ASCII_BLOCK) {
        size_t taken = take_block(data + at, out + at, state);
        at += taken;
        if (taken < WEIR_ASCII_BLOCK)
            return at;
    }
    /* The filling is no ASCII, so the last block stops where the text does. */
    char block[WEIR_ASCII_BLOCK];
    memset(block, 0x80, sizeof block);
    memcpy(block, data + at, length - at);
    return at + take_block(block, out + at, state);
}
