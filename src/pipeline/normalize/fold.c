/* The fast way through a value: what stands alone is copied or looked up, the rest is left to stretch.c. Nothing here
 * checks for room, see weir_fold_bound. */
#include "fold.h"

static bool is_ascii(char byte)
{
    return ((unsigned char)byte & 0x80) == 0;
}

/* Lead bytes of U+4000 to U+9FFF: ideographs and hexagrams, all of which are boundaries and fold to themselves. */
static inline bool is_ideograph(char lead)
{
    return (unsigned char)lead - 0xE4u < 6;
}

/* Blocks up to a character that they do not take; white space after white space is dropped. */
static bool fold_blocks(struct weir_fold *fold)
{
    struct weir_block_state state = {.after_space = fold->after_space};
    for (;;) {
        size_t taken =
            weir_block_fold(fold->data + fold->at, fold->end - fold->at, weir_view_buffer_end(fold->view), &state);
        fold->blocks_from = fold->at;
        fold->at += taken;
        fold->view->text.count += taken;
        if (fold->at == fold->end || !is_ascii(fold->data[fold->at]))
            break;
        if (!weir_fold_drop(fold, fold->at + 1))
            return false;
    }
    fold->after_space = state.after_space;
    fold->traits.scripts |= (state.latin ? UINT32_C(1) << WEIR_SCRIPT_LATIN : 0) |
                            (state.cyrillic ? UINT32_C(1) << WEIR_SCRIPT_CYRILLIC : 0);
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

/* Copies source bytes that become themselves to the end of the view. A short run is one or two instructions; what they
 * copy too much is written over. */
static inline void copy_run(struct weir_fold *fold, size_t start, size_t end)
{
    const size_t block = WEIR_BLOCK;
    char *out = weir_view_buffer_end(fold->view);
    const char *from = fold->data + start;
    size_t length = end - start;
    if (length <= 2 * block && fold->end - start >= 2 * block) {
        memcpy(out, from, block);
        memcpy(out + block, from + block, block);
    } else {
        memcpy(out, from, length);
    }
    fold->view->text.count += length;
}

/* One character becomes one other. */
static inline bool write_target(struct weir_fold *fold, size_t source_start, size_t width, uint32_t target)
{
    struct weir_view_buffer *view = fold->view;
    uint32_t start = (uint32_t)view->text.count;
    size_t length = 1;
    if (target < 0x80)
        *weir_view_buffer_end(view) = (char)target;
    else
        length = weir_utf8_encode(target, weir_view_buffer_end(view));
    view->text.count += length;
    if (length == width)
        return true;
    struct weir_edit edit = {.view = {start, start + (uint32_t)length},
                             .source = {(uint32_t)source_start, (uint32_t)(source_start + width)}};
    return weir_view_buffer_push(view, edit);
}

/* Takes back the last of the characters that each became one. */
static void take_back(struct weir_fold *fold)
{
    struct weir_view_buffer *view = fold->view;
    const struct weir_edit *edits = view->edits.data;
    fold->at = weir_utf8_before(fold->data, fold->at);
    view->text.count = weir_utf8_before(view->text.data, view->text.count);
    if (view->edits.count > 0 && edits[view->edits.count - 1].view.end > view->text.count)
        view->edits.count--;
}

/* From `at`, which is no ASCII: characters that each stand between boundaries and become one character. An ASCII one
 * with others on both sides is among them: the space between two words is not worth a change of pace. */
static bool walk_alone(struct weir_fold *fold)
{
    const struct weir_chars *chars = fold->folder->chars;
    const char *data = fold->data;
    const size_t end = fold->end;
    size_t at = fold->at;
    size_t run = at; /* from here to `at` characters become themselves, and are not yet copied */
    uint32_t scripts = 0;
    unsigned seen = 0;
    bool interacts = false;
    while (at < end) {
        if (is_ideograph(data[at])) {
            scripts |= UINT32_C(1) << WEIR_SCRIPT_HAN;
            do {
                at += 3;
            } while (at < end && is_ideograph(data[at]));
            continue;
        }
        if (is_ascii(data[at]) && at + 1 < end && weir_block_takes(data[at + 1]))
            break;
        size_t width;
        uint32_t code_point = weir_utf8_decode(data + at, &width);
        unsigned flags = chars->flags[code_point];
        interacts = !(flags & WEIR_CHAR_BOUNDARY) && at > fold->at;
        if (interacts)
            break;
        if (!(flags & WEIR_CHAR_SAME)) {
            uint32_t target = code_point < 0x10000 ? chars->folds_to[code_point] : 0;
            if (target <= ' ') /* a space, nothing, or several characters */
                break;
            copy_run(fold, run, at);
            if (!write_target(fold, at, width, target))
                return false;
            run = at + width;
        }
        scripts |= UINT32_C(1) << (chars->script[code_point] & 31);
        seen |= flags;
        at += width;
    }
    copy_run(fold, run, at);
    fold->traits.scripts |= scripts;
    fold->traits.flags |= (uint8_t)seen;
    size_t start = fold->at;
    fold->at = at;
    if (interacts)
        take_back(fold);
    if (fold->at > start)
        fold->after_space = weir_view_buffer_end(fold->view)[-1] == ' ';
    return true;
}

/* A character between two boundaries that becomes a space, nothing or several. */
static bool fold_single(struct weir_fold *fold, size_t source_end)
{
    struct weir_text character = {fold->data + fold->at, source_end - fold->at};
    char bytes[WEIR_ICU_CHAR_MAX];
    size_t width;
    weir_fold_note(fold, weir_utf8_decode(character.data, &width));
    size_t length = weir_fold_character(fold->folder, character, bytes);
    return length <= sizeof bytes && weir_fold_unit(fold, source_end, bytes, length);
}

/* What the blocks wrote last is given back when it interacts with the character after it, to be folded with that. */
static bool step_back(struct weir_fold *fold)
{
    if (fold->at == fold->blocks_from || fold->after_space || is_boundary(fold, fold->at))
        return false;
    take_back(fold);
    return true;
}

/* Characters beyond ASCII, up to the next run of ASCII. */
static bool fold_others(struct weir_fold *fold)
{
    if (step_back(fold) && !weir_stretch_fold(fold))
        return false;
    while (fold->at < fold->end && !is_ascii(fold->data[fold->at])) {
        if (!walk_alone(fold))
            return false;
        if (fold->at == fold->end)
            break;
        size_t next = fold->at + weir_utf8_width(fold->data[fold->at]);
        bool is_alone = is_boundary(fold, next);
        if (is_alone && is_ascii(fold->data[fold->at]))
            break;
        if (!(is_alone ? fold_single(fold, next) : weir_stretch_fold(fold)))
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
    if (text.length > UINT32_MAX)
        return false;
    struct weir_fold fold = {
        .folder = folder, .view = view, .data = text.data, .end = text.length, .after_space = true};
    while (fold.end > 0 && is_trimmed(&fold, weir_utf8_before(text.data, fold.end)))
        fold.end = weir_utf8_before(text.data, fold.end);
    size_t start = 0;
    while (start < fold.end && is_trimmed(&fold, start))
        start += weir_utf8_width(text.data[start]);
    if (!weir_view_buffer_reserve(view, weir_fold_bound(&fold)) || (start > 0 && !weir_fold_drop(&fold, start)))
        return false;
    while (fold.at < fold.end)
        if (!fold_blocks(&fold) || (fold.at < fold.end && !fold_others(&fold)))
            return false;
    *traits = fold.traits;
    return fold.at == text.length || weir_fold_drop(&fold, text.length);
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
