/* What the fast walk and the stretches write through: characters folded one by one, edits, and white space collapsed.
 */
#include "fold.h"

bool weir_fold_edit(struct weir_fold *fold, size_t view_start, size_t source_end)
{
    struct weir_edit edit = {.view = {(uint32_t)view_start, (uint32_t)fold->view->text.count},
                             .source = {(uint32_t)fold->at, (uint32_t)source_end}};
    return weir_view_buffer_edit(fold->view, edit);
}

bool weir_fold_drop(struct weir_fold *fold, size_t source_end)
{
    if (!weir_fold_edit(fold, fold->view->text.count, source_end))
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
    if (!weir_view_buffer_reserve(fold->view, length + weir_fold_bound(fold)))
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
    if (!is_in_step(fold, source_end, bytes, length) && !weir_fold_edit(fold, view_start, source_end))
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
