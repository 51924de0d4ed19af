/* normalize: memory that grows geometrically and is kept from item to item, and a view while it is being written.
 * Knows nothing of Unicode. */
#ifndef WEIR_BUFFER_H
#define WEIR_BUFFER_H

#include "weir/status.h"
#include "weir/view.h"

/* An array: how many elements are in use, for how many there is room. Zeroed is empty. */
struct weir_buffer {
    void *data;
    size_t count;
    size_t capacity;
};

/* Makes room for `needed` elements of `size` bytes. False when there is no memory, or when 32-bit offsets do not reach
 * so far. */
bool weir_buffer_grow(struct weir_buffer *buffer, size_t needed, size_t size) WEIR_MUST_CHECK;
static inline bool weir_buffer_reserve(struct weir_buffer *buffer, size_t needed, size_t size)
{
    return needed <= buffer->capacity || weir_buffer_grow(buffer, needed, size);
}
void weir_buffer_fini(struct weir_buffer *buffer);

#define WEIR_BUFFER_KEPT_BYTES (1u << 20)
/* Empties it, and gives back what a giant item made it take. */
static inline void weir_buffer_reset(struct weir_buffer *buffer, size_t size)
{
    buffer->count = 0;
    if (buffer->capacity > WEIR_BUFFER_KEPT_BYTES / size)
        weir_buffer_fini(buffer);
}

struct weir_view_buffer {
    struct weir_buffer text;   /* bytes; WEIR_PADDING more can be written after any that were reserved */
    struct weir_buffer edits;  /* of struct weir_edit */
    struct weir_buffer values; /* of struct weir_value_view */
};

/* Makes room for `more` bytes after the text so far. */
static inline bool weir_view_buffer_reserve(struct weir_view_buffer *view, size_t more)
{
    return weir_buffer_reserve(&view->text, view->text.count + more + WEIR_PADDING, 1);
}

/* Where the next byte goes. */
static inline char *weir_view_buffer_end(struct weir_view_buffer *view)
{
    return (char *)view->text.data + view->text.count;
}

/* Adds an edit that is no drop to the open value. */
static inline bool weir_view_buffer_push(struct weir_view_buffer *view, struct weir_edit edit)
{
    if (!weir_buffer_reserve(&view->edits, view->edits.count + 1, sizeof edit))
        return false;
    ((struct weir_edit *)view->edits.data)[view->edits.count++] = edit;
    return true;
}
/* Adds any edit; two drops in a row become one. */
bool weir_view_buffer_edit(struct weir_view_buffer *view, struct weir_edit edit) WEIR_MUST_CHECK;

/* Begins the next value, with the separator before it, or ends it. */
bool weir_view_buffer_open_value(struct weir_view_buffer *view) WEIR_MUST_CHECK;
void weir_view_buffer_close_value(struct weir_view_buffer *view);

/* Pads the text and hands it out; it lives until the next reset. */
void weir_view_buffer_finish(struct weir_view_buffer *view, struct weir_view_text *finished);

/* Empties it. It has room for an empty text then. */
static inline bool weir_view_buffer_reset(struct weir_view_buffer *view)
{
    weir_buffer_reset(&view->text, 1);
    weir_buffer_reset(&view->edits, sizeof(struct weir_edit));
    weir_buffer_reset(&view->values, sizeof(struct weir_value_view));
    return weir_view_buffer_reserve(view, 0);
}
void weir_view_buffer_fini(struct weir_view_buffer *view);

#endif
