/* Growth, and the bookkeeping of a view that is being written. Never allocates once it has grown to the largest item.
 */
#include "buffer.h"

#include <stdint.h>
#include <stdlib.h>

#define BYTES_MIN 4096u

bool weir_buffer_grow(struct weir_buffer *buffer, size_t needed, size_t size)
{
    if (needed > UINT32_MAX)
        return false;
    size_t capacity = buffer->capacity ? buffer->capacity : BYTES_MIN / size;
    while (capacity < needed)
        capacity *= 2;
    void *data = realloc(buffer->data, capacity * size);
    if (!data)
        return false;
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

void weir_buffer_fini(struct weir_buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct weir_buffer){0};
}

static bool is_drop(const struct weir_edit *edit)
{
    return edit->view.start == edit->view.end;
}

bool weir_view_buffer_edit(struct weir_view_buffer *view, struct weir_edit edit)
{
    const struct weir_value_view *values = view->values.data;
    if (is_drop(&edit) && view->edits.count > values[view->values.count - 1].edit_first) {
        struct weir_edit *last = (struct weir_edit *)view->edits.data + view->edits.count - 1;
        if (is_drop(last) && last->view.start == edit.view.start && last->source.end == edit.source.start) {
            last->source.end = edit.source.end;
            return true;
        }
    }
    return weir_view_buffer_push(view, edit);
}

bool weir_view_buffer_open_value(struct weir_view_buffer *view)
{
    if (!weir_buffer_reserve(&view->values, view->values.count + 1, sizeof(struct weir_value_view)) ||
        !weir_view_buffer_reserve(view, 1))
        return false;
    if (view->values.count > 0) {
        *weir_view_buffer_end(view) = WEIR_VALUE_SEPARATOR;
        view->text.count++;
    }
    struct weir_value_view *values = view->values.data;
    uint32_t start = (uint32_t)view->text.count;
    values[view->values.count++] =
        (struct weir_value_view){.range = {start, start}, .edit_first = (uint32_t)view->edits.count};
    return true;
}

void weir_view_buffer_close_value(struct weir_view_buffer *view)
{
    struct weir_value_view *values = view->values.data;
    struct weir_value_view *value = &values[view->values.count - 1];
    value->range.end = (uint32_t)view->text.count;
    value->edit_count = (uint32_t)view->edits.count - value->edit_first;
}

void weir_view_buffer_finish(struct weir_view_buffer *view, struct weir_view_text *finished)
{
    memset(weir_view_buffer_end(view), 0, WEIR_PADDING);
    finished->text.data = view->text.data;
    finished->text.length = view->text.count;
    finished->values = view->values.data;
    finished->edits = view->edits.data;
}

void weir_view_buffer_fini(struct weir_view_buffer *view)
{
    weir_buffer_fini(&view->text);
    weir_buffer_fini(&view->edits);
    weir_buffer_fini(&view->values);
}
