/* A stretch: a character and those after it that interact with it, up to the next normalization boundary.
 *
 * Ignorable characters are taken out first (NFKC_Casefold drops them before it composes), so that they are edits of
 * their own. What ICU makes of the rest is then compared with its characters folded one by one, from both ends: where
 * they agree, a character became just that; what is left in the middle is one edit.
 *
 *   source    X  e  U+200B  U+0301  U+0301          (e, an ignorable, two accents)
 *   folded    x  é                  U+0301
 *             |  `--- one edit ---' `- in step
 */
#include "fold.h"

/* ICU sorts marks by insertion; more of them than this is no text of a language, and is folded in linear time. */
#define LONG_BYTES 256u

static struct weir_text take_character(const struct weir_fold *fold, size_t at)
{
    return (struct weir_text){fold->data + at, weir_utf8_width(fold->data[at])};
}

static bool is_ignorable(const struct weir_fold *fold, size_t at)
{
    size_t width;
    return weir_char_has(fold->folder->chars, weir_utf8_decode(fold->data + at, &width), WEIR_CHAR_IGNORABLE);
}

/* Finds where the stretch ends, and counts the bytes and characters that are not ignorable. */
struct extent {
    size_t end;
    size_t kept_bytes;
    size_t kept_characters;
};

static struct extent measure_stretch(struct weir_fold *fold)
{
    const struct weir_chars *chars = fold->folder->chars;
    struct extent extent = {.end = fold->at};
    while (extent.end < fold->end) {
        size_t width;
        uint32_t code_point = weir_utf8_decode(fold->data + extent.end, &width);
        if (extent.end > fold->at && weir_char_has(chars, code_point, WEIR_CHAR_BOUNDARY))
            break;
        extent.end += width;
        if (!weir_char_has(chars, code_point, WEIR_CHAR_IGNORABLE)) {
            extent.kept_bytes += width;
            extent.kept_characters++;
        }
        if (code_point >= 0x80)
            weir_fold_note(fold, code_point);
    }
    return extent;
}

/* The stretch without its ignorable characters. */
static bool keep_visible(struct weir_fold *fold, const struct extent *extent, struct weir_text *kept)
{
    if (extent->kept_bytes == extent->end - fold->at) {
        *kept = (struct weir_text){fold->data + fold->at, extent->kept_bytes};
        return true;
    }
    struct weir_buffer *buffer = &fold->folder->kept;
    if (!weir_buffer_reserve(buffer, extent->kept_bytes, 1))
        return false;
    buffer->count = 0;
    for (size_t at = fold->at; at < extent->end; at += weir_utf8_width(fold->data[at])) {
        if (is_ignorable(fold, at))
            continue;
        struct weir_text character = take_character(fold, at);
        memcpy((char *)buffer->data + buffer->count, character.data, character.length);
        buffer->count += character.length;
    }
    *kept = (struct weir_text){buffer->data, buffer->count};
    return true;
}

static bool fold_with_icu(struct weir_folder *folder, struct weir_text kept, struct weir_text *folded)
{
    struct weir_buffer *buffer = &folder->folded;
    if (!weir_buffer_reserve(buffer, kept.length * 2, 1))
        return false;
    size_t length = weir_icu_fold(folder->icu, kept, buffer->data, buffer->capacity);
    if (length > buffer->capacity && length != SIZE_MAX) {
        if (!weir_buffer_reserve(buffer, length, 1))
            return false;
        length = weir_icu_fold(folder->icu, kept, buffer->data, buffer->capacity);
    }
    *folded = (struct weir_text){buffer->data, length};
    return length != SIZE_MAX;
}

static struct weir_memo *find_memo(struct weir_folder *folder, uint64_t stretch)
{
    return &folder->memos[stretch * UINT64_C(0x9E3779B97F4A7C15) >> (64 - WEIR_MEMO_BITS)];
}

/* Folds kept characters; *folded lives until the next stretch. */
static bool fold_kept(struct weir_folder *folder, struct weir_text kept, struct weir_text *folded)
{
    if (kept.length > LONG_BYTES)
        return weir_long_stretch_fold(folder, kept, folded);
    uint64_t stretch = 0;
    if (kept.length > sizeof stretch)
        return fold_with_icu(folder, kept, folded);
    memcpy(&stretch, kept.data, kept.length);
    struct weir_memo *memo = find_memo(folder, stretch);
    if (memo->stretch != stretch) {
        if (!fold_with_icu(folder, kept, folded))
            return false;
        if (folded->length > sizeof memo->folded)
            return true;
        memo->stretch = stretch;
        memo->length = (uint8_t)folded->length;
        memcpy(memo->folded, folded->data, folded->length);
    }
    *folded = (struct weir_text){memo->folded, memo->length};
    return true;
}

/* Writes characters, each folded by itself, and drops ignorable ones, up to `end`; with `expected` only as long as they
 * are what it goes on with, which is advanced. */
static bool write_singly(struct weir_fold *fold, size_t end, struct weir_text *expected)
{
    while (fold->at < end) {
        struct weir_text character = take_character(fold, fold->at);
        size_t next = fold->at + character.length;
        if (is_ignorable(fold, fold->at)) {
            if (!weir_fold_drop(fold, next))
                return false;
            continue;
        }
        char bytes[WEIR_ICU_CHAR_MAX];
        size_t length = weir_fold_character(fold->folder, character, bytes);
        if (length > sizeof bytes)
            return false;
        if (expected) {
            if (length > expected->length || memcmp(expected->data, bytes, length) != 0)
                return true;
            *expected = weir_text_slice(*expected, length, expected->length);
        }
        if (!weir_fold_unit(fold, next, bytes, length))
            return false;
    }
    return true;
}

/* Takes characters off the end of the source and of `folded` as long as they agree; returns where the rest of the
 * source ends. */
static size_t cut_same_end(const struct weir_fold *fold, size_t end, struct weir_text *folded)
{
    while (end > fold->at) {
        size_t start = weir_utf8_before(fold->data, end);
        if (!is_ignorable(fold, start)) {
            char bytes[WEIR_ICU_CHAR_MAX];
            size_t length = weir_fold_character(fold->folder, take_character(fold, start), bytes);
            if (length > folded->length || memcmp(folded->data + folded->length - length, bytes, length) != 0)
                break;
            folded->length -= length;
        }
        end = start;
    }
    return end;
}

/* Characters that became just themselves. */
static bool write_same(struct weir_fold *fold, size_t end)
{
    size_t length = end - fold->at;
    if (!weir_view_buffer_reserve(fold->view, length + weir_fold_bound(fold)))
        return false;
    memcpy(weir_view_buffer_end(fold->view), fold->data + fold->at, length);
    fold->view->text.count += length;
    fold->at = end;
    fold->after_space = false;
    return true;
}

bool weir_stretch_fold(struct weir_fold *fold)
{
    struct extent extent = measure_stretch(fold);
    if (extent.kept_characters < 2)
        return write_singly(fold, extent.end, NULL);
    struct weir_text kept;
    struct weir_text folded;
    if (!keep_visible(fold, &extent, &kept) || !fold_kept(fold->folder, kept, &folded))
        return false;
    if (weir_text_equal(folded, (struct weir_text){fold->data + fold->at, extent.end - fold->at}) &&
        folded.data[0] != ' ')
        return write_same(fold, extent.end);
    if (!write_singly(fold, extent.end, &folded))
        return false;
    size_t middle_end = cut_same_end(fold, extent.end, &folded);
    if (middle_end > fold->at && !weir_fold_unit(fold, middle_end, folded.data, folded.length))
        return false;
    return write_singly(fold, extent.end, NULL);
}
