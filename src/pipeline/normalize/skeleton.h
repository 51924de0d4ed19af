/* normalize: one value into the skeleton view (RULES.md section 2). */
#ifndef WEIR_SKELETON_H
#define WEIR_SKELETON_H

#include "tokens.h"

/* Room that is kept from value to value. Zeroed is empty. */
struct weir_skeleton_room {
    struct weir_view_buffer prepared; /* the text with prototypes in its mixed tokens, not yet folded */
    struct weir_buffer edits;         /* from there to the view */
};

/* Writes the value that was opened in `view`; mixed: ranges of the text, ascending. False when there is no memory. */
bool weir_skeleton_write(struct weir_folder *folder, struct weir_skeleton_room *room, struct weir_text text,
                         const struct weir_range *mixed, size_t mixed_count,
                         struct weir_view_buffer *view) WEIR_MUST_CHECK;
bool weir_skeleton_reset(struct weir_skeleton_room *room) WEIR_MUST_CHECK;
void weir_skeleton_fini(struct weir_skeleton_room *room);

/* Two maps made one: `first` leads from a middle text back to the source, `second` from the view back to the middle
 * text, whose length is given. Adds the edits from view to source to the value that is open in `view` and whose text
 * starts at view_start. */
struct weir_edits {
    const struct weir_edit *data;
    size_t count;
};
bool weir_edits_join(struct weir_edits first, struct weir_edits second, uint32_t middle_length, uint32_t view_start,
                     struct weir_view_buffer *view) WEIR_MUST_CHECK;

#endif
