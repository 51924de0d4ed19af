/* consume: the bytes of a descriptor as lines, read in blocks. Never closes the descriptor. */
#ifndef WEIR_FILE_LINES_H
#define WEIR_FILE_LINES_H

#include "weir/text.h"

#include <stdint.h>

struct weir_file_lines {
    int descriptor;
    size_t line_max;
    bool breaks_at_cr; /* a CR alone ends a line too, as in WebVTT */
    char *buffer; /* [start, end) is read and not yet handed out; the first `searched` bytes of it hold no line feed */
    size_t capacity;
    size_t start;
    size_t end;
    size_t searched;
    uint64_t dropped; /* bytes of the line that begins at start, which is too long to be kept */
};

struct weir_file_line {
    struct weir_text text; /* without its end (LF or CR LF); valid until the next read */
    uint64_t whole_bytes;  /* as in a weir_message */
};

/* False when there is no memory. The buffer grows to twice the longest line, at most to twice line_max. */
bool weir_file_lines_init(struct weir_file_lines *lines, size_t line_max);
void weir_file_lines_fini(struct weir_file_lines *lines);
/* Another descriptor: what was read of the last one is forgotten. */
void weir_file_lines_start(struct weir_file_lines *lines, int descriptor, bool breaks_at_cr);

/* The next line of what is read; with at_end what is left counts as one. A line longer than line_max keeps line_max + 1
 * bytes. False: there is none. */
bool weir_file_lines_take(struct weir_file_lines *lines, bool at_end, struct weir_file_line *line);

enum weir_file_reading {
    WEIR_FILE_READ,
    WEIR_FILE_PAUSED, /* nothing came within timeout_ms, or a signal did */
    WEIR_FILE_ENDED,
    WEIR_FILE_FAILED, /* errno says why */
};

/* One block more. */
enum weir_file_reading weir_file_lines_read(struct weir_file_lines *lines, int timeout_ms);

#endif
