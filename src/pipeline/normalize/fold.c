/* The fast way through a value: what stands alone is copied or looked up, the rest is left to stretch.c.
 *
 * Room: outside stretches no character takes more than half as much again as in the source (2 bytes to 3), so
 * fold_value and weir_fold_unit reserve that for the rest of the value and nothing here checks for room. */
#include "fold.h"

static size_t bound_rest(const struct weir_fold *fold)
{
    size_t rest = fold->end - fold->at;
    return rest + rest / 2 + WEIR_ASCII_BLOCK;
}

/* What was written since view_start came from the source from `at` to source_end. */
static bool add_edit(struct weir_fold *fold, size_t view_start, size_t source_end)
{
    struct weir_edit edit = {.view = {(uint32_t)view_start, (uint32_t)fold->view->text.count},
                             .source = {(uint32_t)fold->at, (uint32_t)source_end}};
    return weir_view_buffer_edit(fold->view, edit);
}

bool weir_fold_drop(struct weir_fold *fold, size_t source_end)
{
    if (fold->at < source_end && !add_edit(fold, fold->view->text.count, source_end))
        return false;
    fold->at = source_end;
    return true;
}

static bool is_in_step(const struct weir_fold *fold, size_t source_end, const char *bytes, size_t length)
{
    size_t width = source_end - fold->at;
    return width == length && weir_utf8_width(fold->data[fold->at]) == width && weir_utf8_width(bytes[0]) == width;
}

bool weir_fold_unit(struct weir_fold *fold, size_t source_end, const char *bytes, size_t length)
{
    if (!weir_view_buffer_reserve(fold->view, length + bound_rest(fold)))
        return false;
    size_t view_start = fold->view->text.count;
    char *out = weir_view_buffer_end(fold->view);
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == ' ' && fold->after_space)
            continue;
        fold->after_space = bytes[i] == ' ';
        *out++ = bytes[i];
    }
    fold->view->text.count = (size_t)(out - (char *)fold->view->text.data);
    if (fold->view->text.count == view_start)
        return weir_fold_drop(fold, source_end);
    if (!is_in_step(fold, source_end, bytes, length) && !add_edit(fold, view_start, source_end))
        return false;
    fold->at = source_end;
    return true;
}

size_t weir_fold_character(const struct weir_folder *folder, struct weir_text character, char *out)
{
    size_t width;
    uint32_t code_point = weir_utf8_decode(character.data, &width);
    if (weir_char_has(folder->chars, code_point, WEIR_CHAR_SAME)) {
        memcpy(out, character.data, width);
        return width;
    }
    if (code_point < 0x10000 && folder->chars->folds_to[code_point])
        return weir_utf8_encode(folder->chars->folds_to[code_point], out);
    return weir_icu_fold(folder->icu, character, out, WEIR_ICU_CHAR_MAX);
}

void weir_fold_note(struct weir_fold *fold, uint32_t code_point)
{
    const struct weir_chars *chars = fold->folder->chars;
    fold->traits.scripts |= UINT32_C(1) << (chars->script[code_point] & 31);
    if (!weir_char_has(chars, code_point, WEIR_CHAR_IGNORABLE))
        fold->traits.flags |= chars->flags[code_point];
}

static bool is_ascii(char byte)
{
    return ((unsigned char)byte & 0x80) == 0;
}

/* ASCII up to a character of another kind; white space after white space is dropped. */
static bool fold_ascii(struct weir_fold *fold)
{
    struct weir_ascii_state state = {fold->after_space, fold->traits.letters};
    while (fold->at < fold->end && is_ascii(fold->data[fold->at])) {
        size_t taken =
            weir_ascii_fold(fold->data + fold->at, fold->end - fold->at, weir_view_buffer_end(fold->view), &state);
        fold->at += taken;
        fold->view->text.count += taken;
        if (taken == 0 && !weir_fold_drop(fold, fold->at + 1))
            return false;
    }
    fold->after_space = state.after_space;
    fold->traits.letters = state.letters;
    return true;
}

/* Whether a boundary stands at `at`: the end of the value, or before that character. */
static bool is_boundary(const struct weir_fold *fold, size_t at)
{
    if (at == fold->end || is_ascii(fold->data[at]))
        return true;
    size_t width;
    return weir_char_has(fold->folder->chars, weir_utf8_decode(fold->data + at, &width), WEIR_CHAR_BOUNDARY);
}

/* The end of the run of non-ASCII characters from `at` on that fold to themselves and stand between boundaries. */
static size_t find_same_end(struct weir_fold *fold)
{
    const struct weir_chars *chars = fold->folder->chars;
    const char *data = fold->data;
    const size_t end = fold->end;
    uint32_t scripts = 0;
    unsigned seen = 0;
    size_t at = fold->at;
    size_t width;
    uint32_t code_point = weir_utf8_decode(data + at, &width);
    unsigned flags = chars->flags[code_point];
    while (flags & WEIR_CHAR_SAME) {
        size_t next = at + width;
        scripts |= UINT32_C(1) << (chars->script[code_point] & 31);
        seen |= flags;
        if (next == end || is_ascii(data[next])) {
            at = next;
            break;
        }
        code_point = weir_utf8_decode(data + next, &width);
        flags = chars->flags[code_point];
        if (!(flags & WEIR_CHAR_BOUNDARY))
            break;
        at = next;
    }
    fold->traits.scripts |= scripts;
    fold->traits.flags |= (uint8_t)seen;
    return at;
}

static void copy_same(struct weir_fold *fold, size_t source_end)
{
    size_t length = source_end - fold->at;
    if (length == 0)
        return;
    memcpy(weir_view_buffer_end(fold->view), fold->data + fold->at, length);
    fold->view->text.count += length;
    fold->at = source_end;
    fold->after_space = false;
}

/* A character that folds to something else, between two boundaries. */
static bool fold_single(struct weir_fold *fold, size_t source_end)
{
    struct weir_text character = {fold->data + fold->at, source_end - fold->at};
    char bytes[WEIR_ICU_CHAR_MAX];
    size_t width;
    weir_fold_note(fold, weir_utf8_decode(character.data, &width));
    size_t length = weir_fold_character(fold->folder, character, bytes);
    return length <= sizeof bytes && weir_fold_unit(fold, source_end, bytes, length);
}

/* A letter that ASCII has written but that interacts with the character after it: it is given back, to be folded with
 * that. */
static bool step_back(struct weir_fold *fold)
{
    if (fold->at == 0 || !is_ascii(fold->data[fold->at - 1]) || fold->data[fold->at - 1] <= ' ' ||
        is_boundary(fold, fold->at))
        return false;
    fold->at--;
    fold->view->text.count--;
    fold->after_space = false;
    return true;
}

/* Characters beyond ASCII, up to the next ASCII one. */
static bool fold_others(struct weir_fold *fold)
{
    if (step_back(fold) && !weir_stretch_fold(fold))
        return false;
    while (fold->at < fold->end && !is_ascii(fold->data[fold->at])) {
        copy_same(fold, find_same_end(fold));
        if (fold->at == fold->end || is_ascii(fold->data[fold->at]))
            break;
        size_t next = fold->at + weir_utf8_width(fold->data[fold->at]);
        if (!(is_boundary(fold, next) ? fold_single(fold, next) : weir_stretch_fold(fold)))
            return false;
    }
    return true;
}

static bool is_trimmed(const struct weir_fold *fold, size_t at)
{
    size_t width;
    uint32_t code_point = weir_utf8_decode(fold->data + at, &width);
    return weir_char_has(fold->folder->chars, code_point, WEIR_CHAR_SPACE | WEIR_CHAR_IGNORABLE);
}

bool weir_fold_value(struct weir_folder *folder, struct weir_text text, struct weir_view_buffer *view,
                     struct weir_traits *traits)
{
    struct weir_fold fold = {
        .folder = folder, .view = view, .data = text.data, .end = text.length, .after_space = true};
    while (fold.end > 0 && is_trimmed(&fold, weir_utf8_before(text.data, fold.end)))
        fold.end = weir_utf8_before(text.data, fold.end);
    size_t start = 0;
    while (start < fold.end && is_trimmed(&fold, start))
        start += weir_utf8_width(text.data[start]);
    if (!weir_view_buffer_reserve(view, bound_rest(&fold)) || !weir_fold_drop(&fold, start))
        return false;
    while (fold.at < fold.end) {
        if (!fold_ascii(&fold) || (fold.at < fold.end && !fold_others(&fold)))
            return false;
    }
    *traits = fold.traits;
    return weir_fold_drop(&fold, text.length);
}

void weir_folder_reset(struct weir_folder *folder)
{
    weir_buffer_reset(&folder->kept, 1);
    weir_buffer_reset(&folder->folded, 1);
    weir_buffer_reset(&folder->points, sizeof(uint32_t));
    weir_buffer_reset(&folder->sorted, sizeof(uint32_t));
}

void weir_folder_fini(struct weir_folder *folder)
{
    weir_buffer_fini(&folder->kept);
    weir_buffer_fini(&folder->folded);
    weir_buffer_fini(&folder->points);
    weir_buffer_fini(&folder->sorted);
}
