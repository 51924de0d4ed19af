/* Joins two maps. Where an edit of one overlaps an edit of the other, they become one; all else stays as fine as it
 * was.
 *
 *   source   а  U+0336  ﬁ            Cyrillic, an overlay, a ligature
 *   middle   a          ﬁ            first:  [a] <- [а], [] <- [U+0336]
 *   view     a          f i          second: [fi] <- [ﬁ]
 */
#include "skeleton.h"

struct joint {
    struct weir_edits first;
    struct weir_edits second;
    uint32_t source; /* these three run in step between edits */
    uint32_t middle;
    uint32_t view;
};

static uint32_t measure(struct weir_range range)
{
    return range.end - range.start;
}

static const struct weir_edit *pop(struct weir_edits *edits)
{
    edits->count--;
    return edits->data++;
}

/* Whether the next edit, which starts there in the middle text, belongs to the group [start, end). */
static bool is_in(uint32_t edit_start, uint32_t start, uint32_t end)
{
    return edit_start == start || edit_start < end;
}

/* The next edit of either map, and all that overlap it. */
static struct weir_edit take_group(struct joint *joint)
{
    uint32_t start = joint->middle;
    uint32_t end = start;
    /* Unsigned differences wrap and come right in the sums. */
    uint32_t source_growth = 0;
    uint32_t view_growth = 0;
    for (bool grows = true; grows;) {
        grows = false;
        while (joint->first.count > 0 && is_in(joint->first.data->view.start, start, end)) {
            const struct weir_edit *edit = pop(&joint->first);
            source_growth += measure(edit->source) - measure(edit->view);
            end = edit->view.end > end ? edit->view.end : end;
            grows = true;
        }
        while (joint->second.count > 0 && is_in(joint->second.data->source.start, start, end)) {
            const struct weir_edit *edit = pop(&joint->second);
            view_growth += measure(edit->view) - measure(edit->source);
            end = edit->source.end > end ? edit->source.end : end;
            grows = true;
        }
    }
    struct weir_edit group = {.view = {joint->view, joint->view + (end - start) + view_growth},
                              .source = {joint->source, joint->source + (end - start) + source_growth}};
    joint->middle = end;
    joint->view = group.view.end;
    joint->source = group.source.end;
    return group;
}

static void run_in_step(struct joint *joint, uint32_t middle_length)
{
    uint32_t until = middle_length;
    if (joint->first.count > 0 && joint->first.data->view.start < until)
        until = joint->first.data->view.start;
    if (joint->second.count > 0 && joint->second.data->source.start < until)
        until = joint->second.data->source.start;
    uint32_t step = until - joint->middle;
    joint->middle += step;
    joint->source += step;
    joint->view += step;
}

bool weir_edits_join(struct weir_edits first, struct weir_edits second, uint32_t middle_length, uint32_t view_start,
                     struct weir_view_buffer *view)
{
    struct joint joint = {.first = first, .second = second, .view = view_start};
    for (;;) {
        run_in_step(&joint, middle_length);
        if (joint.first.count == 0 && joint.second.count == 0)
            return true;
        struct weir_edit edit;
        if (joint.first.count > 0 && joint.first.data->view.end == joint.middle) {
            edit = (struct weir_edit){.view = {joint.view, joint.view}, .source = pop(&joint.first)->source};
            joint.source = edit.source.end;
        } else {
            edit = take_group(&joint);
        }
        if (!weir_view_buffer_edit(view, edit))
            return false;
    }
}
