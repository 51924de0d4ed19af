/* Blocks by SSE2, and ASCII alone by plain C where there is none. Must never read beyond what it is given. */
#include "block.h"

#include <string.h>

/* One bit for each byte of a block. */
struct block_masks {
    unsigned others; /* neither ASCII nor of a letter that is taken */
    unsigned spaces; /* white space */
    unsigned latin;
    unsigned cyrillic;
};

#ifdef __SSE2__
#include <emmintrin.h>

/* Bytes in [first, first + count). SSE2 compares signed bytes only, so the range is moved to its lower end. */
static inline __m128i find_range(__m128i bytes, int first, int count)
{
    __m128i moved = _mm_add_epi8(bytes, _mm_set1_epi8((char)(-128 - first)));
    return _mm_cmplt_epi8(moved, _mm_set1_epi8((char)(-128 + count)));
}

static inline unsigned find_pairs(__m128i bytes, int lead, int first, int count)
{
    unsigned leads = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)lead)));
    unsigned trails = (unsigned)_mm_movemask_epi8(find_range(bytes, first, count));
    leads &= trails >> 1;
    return leads | leads << 1;
}

/* Takes the letters of two bytes that fold to themselves out of the others. One that the end of the block cuts stays.
 */
static inline void take_letters(__m128i bytes, struct block_masks *masks)
{
    unsigned latin = find_pairs(bytes, 0xC3, 0xA0, 32);                                        /* U+00E0 to U+00FF */
    unsigned cyrillic = find_pairs(bytes, 0xD0, 0xB0, 16) | find_pairs(bytes, 0xD1, 0x80, 32); /* U+0430 to U+045F */
    masks->latin |= latin;
    masks->cyrillic = cyrillic;
    masks->others &= ~(latin | cyrillic);
}

static inline struct block_masks fold_block(const char *data, char *out)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)data);
    __m128i lower = _mm_or_si128(bytes, _mm_and_si128(find_range(bytes, 'A', 26), _mm_set1_epi8(0x20)));
    __m128i controls = find_range(bytes, '\t', 5);
    __m128i space = _mm_set1_epi8(' ');
    __m128i folded = _mm_or_si128(_mm_andnot_si128(controls, lower), _mm_and_si128(controls, space));
    _mm_storeu_si128((__m128i *)out, folded);
    struct block_masks masks = {.others = (unsigned)_mm_movemask_epi8(bytes),
                                .spaces = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(folded, space)),
                                .latin = (unsigned)_mm_movemask_epi8(find_range(folded, 'a', 26))};
    if (masks.others)
        take_letters(bytes, &masks);
    return masks;
}

#else

static inline struct block_masks fold_block(const char *data, char *out)
{
    struct block_masks masks = {0};
    for (unsigned i = 0; i < WEIR_BLOCK; i++) {
        char c = data[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c | 0x20);
        else if (c >= '\t' && c <= '\r')
            c = ' ';
        masks.others |= (unsigned)((unsigned char)c >> 7) << i;
        masks.spaces |= (unsigned)(c == ' ') << i;
        masks.latin |= (unsigned)(c >= 'a' && c <= 'z') << i;
        out[i] = c;
    }
    return masks;
}

#endif

/* The block at the end of a text of `length` bytes, of which `at` are done: its masks are of the rest only, and what
 * lies beyond is another kind, so that it stops where the text does. */
static inline struct block_masks fold_end(const char *data, size_t length, char *out, size_t at)
{
    struct block_masks masks;
    unsigned rest = (unsigned)(length - at);
    if (length >= WEIR_BLOCK) {
        unsigned done = WEIR_BLOCK - rest; /* folded once more, to the same bytes */
        masks = fold_block(data + length - WEIR_BLOCK, out + length - WEIR_BLOCK);
        masks = (struct block_masks){masks.others >> done, masks.spaces >> done, masks.latin >> done,
                                     masks.cyrillic >> done};
    } else {
        char block[WEIR_BLOCK] = {0};
        memcpy(block, data + at, rest);
        masks = fold_block(block, out + at);
    }
    masks.others |= 1u << rest;
    return masks;
}

size_t weir_block_fold(const char *data, size_t length, char *out, struct weir_block_state *state)
{
    unsigned after_space = state->after_space;
    unsigned latin = 0;
    unsigned cyrillic = 0;
    size_t at = 0;
    for (;;) {
        bool is_end = length - at < WEIR_BLOCK;
        struct block_masks masks = is_end ? fold_end(data, length, out, at) : fold_block(data + at, out + at);
        unsigned stops = masks.others | (masks.spaces & (masks.spaces << 1 | after_space));
        unsigned taken = stops ? (unsigned)__builtin_ctz(stops) : WEIR_BLOCK;
        /* Shifted by one, so that bit 0 is what precedes the block. */
        after_space = (masks.spaces << 1 | after_space) >> taken & 1;
        latin |= masks.latin & ((1u << taken) - 1);
        cyrillic |= masks.cyrillic & ((1u << taken) - 1);
        at += taken;
        /* A letter that the end of a block cut is whole in the next one. */
        if (stops && !(taken == WEIR_BLOCK - 1 && !is_end && masks.others >> taken == 1))
            break;
    }
    state->after_space = after_space != 0;
    state->latin = state->latin || latin;
    state->cyrillic = state->cyrillic || cyrillic;
    return at;
}
