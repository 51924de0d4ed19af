/* Where two fragments meet: the space between them, and what the later one repeats. */
#include "weir/captions.h"

#define REPEATED_WORDS_MIN 2u
#define REPEATED_CHARACTERS_MIN 8u
#define ROLLUP_GAP_MAX_MS 2000u

static uint32_t read_at(struct weir_text text, size_t at)
{
    size_t width;
    return weir_utf8_decode(text.data + at, &width);
}

/* Of word characters, those of Korean are the ones that stand unspaced and yet in words with spaces between. */
static bool is_hangul(uint32_t code_point)
{
    static const struct {
        uint32_t first;
        uint32_t last;
    } ranges[] = {{0x1100, 0x11FF}, {0x302E, 0x302F}, {0x3131, 0x318E}, {0x3200, 0x321E}, {0x3260, 0x327E},
                  {0xA960, 0xA97C}, {0xAC00, 0xD7A3}, {0xD7B0, 0xD7FB}, {0xFFA0, 0xFFDC}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code_point >= ranges[i].first && code_point <= ranges[i].last)
            return true;
    return false;
}

/* Whether no space belongs beside the character that starts at `at`. */
static bool refuses_space(const struct weir_chars *chars, struct weir_text text, size_t at)
{
    uint32_t code_point = read_at(text, at);
    if (!weir_char_has(chars, code_point, WEIR_CHAR_SPACE | WEIR_CHAR_UNSPACED | WEIR_CHAR_INHERITED))
        return false; /* nearly always */
    if (weir_char_has(chars, code_point, WEIR_CHAR_SPACE))
        return true;
    if (weir_word_after(chars, text, at) != WEIR_WORD_UNSPACED)
        return false;
    while (at > 0 && weir_char_has(chars, read_at(text, at), WEIR_CHAR_INHERITED))
        at = weir_utf8_before(text.data, at);
    return !is_hangul(read_at(text, at));
}

bool weir_caption_takes_space(const struct weir_chars *chars, enum weir_join join, struct weir_text so_far,
                              struct weir_text fragment)
{
    if (join == WEIR_JOIN_NONE || so_far.length == 0 || fragment.length == 0)
        return false;
    return join == WEIR_JOIN_SPACE || (!refuses_space(chars, so_far, weir_utf8_before(so_far.data, so_far.length)) &&
                                       !refuses_space(chars, fragment, 0));
}

/* Whether a word goes on across `at`. */
static bool cuts_word(const struct weir_chars *chars, struct weir_text text, size_t at)
{
    return weir_word_before(chars, text, at) == WEIR_WORD_SPACED &&
           weir_word_after(chars, text, at) == WEIR_WORD_SPACED;
}

static bool is_enough(const struct weir_chars *chars, struct weir_text text)
{
    size_t words = 0;
    bool in_word = false;
    for (size_t at = 0; at < text.length; at += weir_utf8_width(text.data[at])) {
        bool is_word = weir_char_has(chars, read_at(text, at), WEIR_CHAR_WORD);
        words += is_word && !in_word;
        in_word = is_word;
    }
    return words >= REPEATED_WORDS_MIN || weir_utf8_count(text) >= REPEATED_CHARACTERS_MIN;
}

struct weir_text weir_caption_trim(const struct weir_chars *chars, struct weir_text text)
{
    while (text.length > 0) {
        size_t last = weir_utf8_before(text.data, text.length);
        if (!weir_char_has(chars, read_at(text, last), WEIR_CHAR_SPACE))
            break;
        text.length = last;
    }
    return text;
}

/* borders[i]: how much of the text's first i + 1 bytes is both their beginning and their end, less than all of them
 * (Knuth, Morris and Pratt, 1977). */
static size_t extend_border(struct weir_text text, const uint32_t *borders, size_t border, char byte)
{
    while (border > 0 && (border == text.length || text.data[border] != byte))
        border = borders[border - 1];
    return border < text.length && text.data[border] == byte ? border + 1 : 0;
}

enum weir_status weir_caption_repeated(const struct weir_chars *chars, struct weir_text so_far,
                                       struct weir_text fragment, struct weir_arena *arena, size_t *bytes)
{
    size_t skipped = 0;
    while (skipped < fragment.length && weir_char_has(chars, read_at(fragment, skipped), WEIR_CHAR_SPACE))
        skipped += weir_utf8_width(fragment.data[skipped]);
    struct weir_text text = weir_text_slice(fragment, skipped, fragment.length);
    struct weir_text whole = weir_caption_trim(chars, so_far);
    struct weir_text tail = whole;
    if (tail.length > text.length)
        tail = weir_text_slice(tail, tail.length - text.length, tail.length);
    uint32_t *borders = weir_arena_array(arena, text.length, sizeof *borders);
    if (!borders)
        return WEIR_NO_MEMORY;
    for (size_t i = 1; i < text.length; i++)
        borders[i] = (uint32_t)extend_border(text, borders, borders[i - 1], text.data[i]);
    size_t length = 0;
    for (size_t i = 0; i < tail.length; i++)
        length = extend_border(text, borders, length, tail.data[i]);
    *bytes = 0;
    for (; length > 0; length = borders[length - 1]) {
        if (cuts_word(chars, text, length) || cuts_word(chars, whole, whole.length - length))
            continue;
        if (is_enough(chars, weir_text_slice(text, 0, length)))
            *bytes = skipped + length;
        break;
    }
    return WEIR_OK;
}

bool weir_caption_adjoins(int64_t ended_ms, int64_t start_ms)
{
    return start_ms <= ended_ms || (uint64_t)start_ms - (uint64_t)ended_ms <= ROLLUP_GAP_MAX_MS;
}
