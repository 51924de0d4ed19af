/* What must hold of any view that normalize makes, for the property test and the fuzzer. Each check returns NULL, or
 * what is wrong. */
#ifndef WEIR_VIEW_CHECK_H
#define WEIR_VIEW_CHECK_H

#include "weir/utf8.h"
#include "weir/view.h"

static inline bool view_check_is_boundary(struct weir_text text, size_t at)
{
    return at == text.length || (at < text.length && !weir_utf8_is_continuation(text.data[at]));
}

/* Between two edits each character of the view stands for one of as many bytes. */
static inline const char *view_check_in_step(struct weir_text view, struct weir_text source)
{
    if (view.length != source.length)
        return "the two sides between edits differ in length";
    for (size_t at = 0; at < view.length; at++) {
        if (weir_utf8_is_continuation(view.data[at]) != weir_utf8_is_continuation(source.data[at]))
            return "the two sides between edits differ in characters";
    }
    return NULL;
}

/* The edits of one value: ascending, on character boundaries, in step between. */
static inline const char *view_check_value(const struct weir_view_text *view, size_t index, struct weir_text source)
{
    const struct weir_value_view *value = &view->values[index];
    struct weir_text whole = weir_text_from_padded(view->text);
    if (value->range.start > value->range.end || value->range.end > whole.length)
        return "the value lies outside of the buffer";
    if (!weir_utf8_valid(weir_text_slice(whole, value->range.start, value->range.end)))
        return "the view is not UTF-8";
    uint32_t view_at = value->range.start;
    uint32_t source_at = 0;
    for (uint32_t i = 0; i <= value->edit_count; i++) {
        bool is_edit = i < value->edit_count;
        struct weir_edit edit = {.view = {value->range.end, value->range.end},
                                 .source = {(uint32_t)source.length, (uint32_t)source.length}};
        if (is_edit)
            edit = view->edits[value->edit_first + i];
        if (edit.view.start < view_at || edit.source.start < source_at || edit.view.end < edit.view.start ||
            edit.source.end < edit.source.start || edit.view.end > value->range.end || edit.source.end > source.length)
            return "edits overlap, descend or leave the value";
        if (is_edit && edit.source.start == edit.source.end)
            return "an edit comes from nothing";
        if (!view_check_is_boundary(source, edit.source.start) || !view_check_is_boundary(source, edit.source.end) ||
            !view_check_is_boundary(whole, edit.view.start) || !view_check_is_boundary(whole, edit.view.end))
            return "an edit cuts a character";
        const char *wrong = view_check_in_step(weir_text_slice(whole, view_at, edit.view.start),
                                               weir_text_slice(source, source_at, edit.source.start));
        if (wrong)
            return wrong;
        view_at = edit.view.end;
        source_at = edit.source.end;
    }
    return NULL;
}

/* The buffer: values in order with a separator between two, padding behind; folded ones with single spaces and none at
 * an end. */
static inline const char *view_check_buffer(const struct weir_view_text *view, size_t value_count, bool folded)
{
    uint32_t at = 0;
    for (size_t i = 0; i < value_count; i++) {
        struct weir_range range = view->values[i].range;
        if (i > 0 && view->text.data[at++] != WEIR_VALUE_SEPARATOR)
            return "no separator between two values";
        if (range.start != at)
            return "a value does not begin where the last one ended";
        at = range.end;
        struct weir_text text = {view->text.data + range.start, range.end - range.start};
        if (!folded || text.length == 0)
            continue;
        if (text.data[0] == ' ' || text.data[text.length - 1] == ' ')
            return "a space at an end";
        if (memmem(text.data, text.length, "  ", 2))
            return "two spaces in a row";
        if (memchr(text.data, WEIR_VALUE_SEPARATOR, text.length))
            return "a separator inside a value";
    }
    if (at != view->text.length)
        return "bytes after the last value";
    for (size_t i = 0; i < WEIR_PADDING; i++) {
        if (view->text.data[view->text.length + i] != 0)
            return "the padding is not zero";
    }
    return NULL;
}

/* Promise 6: the source of [start, end), folded again (which trims it), contains what stands there. */
static inline bool view_check_contains(struct weir_text folded_source, struct weir_text span)
{
    while (span.length > 0 && span.data[0] == ' ')
        span = weir_text_slice(span, 1, span.length);
    while (span.length > 0 && span.data[span.length - 1] == ' ')
        span.length--;
    return span.length == 0 || memmem(folded_source.data, folded_source.length, span.data, span.length) != NULL;
}

#endif
