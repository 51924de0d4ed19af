/* Growing texts. Knows nothing of what is written. */
#include "writer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#define START_BYTES 256u

void weir_writer_init(struct weir_writer *writer, struct weir_arena *arena)
{
    *writer = (struct weir_writer){.arena = arena};
}

static char *make_room(struct weir_writer *writer, size_t more)
{
    if (writer->failed || more > SIZE_MAX / 4 - writer->length) {
        writer->failed = true;
        return NULL;
    }
    size_t needed = writer->length + more;
    if (needed > writer->capacity) {
        size_t capacity = needed * 2 > START_BYTES ? needed * 2 : START_BYTES;
        char *grown = weir_arena_alloc(writer->arena, capacity);
        if (!grown) {
            writer->failed = true;
            return NULL;
        }
        if (writer->length)
            memcpy(grown, writer->data, writer->length);
        writer->data = grown;
        writer->capacity = capacity;
    }
    return writer->data + writer->length;
}

void weir_writer_add(struct weir_writer *writer, struct weir_text text)
{
    char *room = text.length ? make_room(writer, text.length) : NULL;
    if (!room)
        return;
    memcpy(room, text.data, text.length);
    writer->length += text.length;
}

void weir_writer_add_string(struct weir_writer *writer, const char *string)
{
    weir_writer_add(writer, weir_text_of(string));
}

void weir_writer_add_format(struct weir_writer *writer, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof text)
        writer->failed = true;
    else
        weir_writer_add(writer, (struct weir_text){text, (size_t)length});
}

struct weir_text weir_writer_finish(struct weir_writer *writer)
{
    char *room = make_room(writer, 1);
    if (!room)
        return (struct weir_text){NULL, 0};
    *room = '\0';
    return (struct weir_text){writer->data, writer->length};
}
