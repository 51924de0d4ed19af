/* rules, private: a text that grows in an arena. A failure is remembered, so that only the end has to look. */
#ifndef WEIR_RULES_WRITER_H
#define WEIR_RULES_WRITER_H

#include "weir/arena.h"

struct weir_writer {
    struct weir_arena *arena;
    char *data;
    size_t length;
    size_t capacity;
    bool failed; /* there was no memory; the text is worthless */
};

void weir_writer_init(struct weir_writer *writer, struct weir_arena *arena);
void weir_writer_add(struct weir_writer *writer, struct weir_text text);
void weir_writer_add_string(struct weir_writer *writer, const char *string);
void weir_writer_add_format(struct weir_writer *writer, const char *format, ...) WEIR_PRINTF(2, 3);
/* The text so far, as a C string in the arena; data == NULL after a failure. */
struct weir_text weir_writer_finish(struct weir_writer *writer);

#endif
