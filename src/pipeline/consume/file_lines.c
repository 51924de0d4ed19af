/* consume: blocks of bytes to lines. Knows nothing of messages. */
#include "file_lines.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define BLOCK_BYTES ((size_t)1 << 16)

bool weir_file_lines_init(struct weir_file_lines *lines, size_t line_max)
{
    *lines = (struct weir_file_lines){
        .descriptor = -1, .line_max = line_max, .buffer = malloc(2 * BLOCK_BYTES), .capacity = 2 * BLOCK_BYTES};
    return lines->buffer != NULL;
}

void weir_file_lines_fini(struct weir_file_lines *lines)
{
    free(lines->buffer);
    lines->buffer = NULL;
}

void weir_file_lines_start(struct weir_file_lines *lines, int descriptor, bool breaks_at_cr)
{
    lines->descriptor = descriptor;
    lines->breaks_at_cr = breaks_at_cr;
    lines->start = 0;
    lines->end = 0;
    lines->searched = 0;
    lines->dropped = 0;
}

static void cut_line(struct weir_file_lines *lines, char *first, size_t length, struct weir_file_line *line)
{
    uint64_t whole = length + lines->dropped;
    bool is_cut = whole > lines->line_max;
    *line = (struct weir_file_line){
        .text = {first, is_cut ? lines->line_max + 1 : length},
        .whole_bytes = is_cut ? whole : 0,
    };
    lines->dropped = 0;
}

/* The last byte of the line's end; NULL: it is not here yet. */
static char *find_end(const struct weir_file_lines *lines, char *first, size_t length, bool at_end)
{
    char *feed = memchr(first, '\n', length);
    char *back = lines->breaks_at_cr ? memchr(first, '\r', feed ? (size_t)(feed - first) : length) : NULL;
    if (!back || back + 1 == feed)
        return feed;
    return back + 1 == first + length && !at_end ? NULL : back; /* half of a CR LF, maybe */
}

bool weir_file_lines_take(struct weir_file_lines *lines, bool at_end, struct weir_file_line *line)
{
    char *first = lines->buffer + lines->start;
    size_t length = lines->end - lines->start;
    char *feed = find_end(lines, first + lines->searched, length - lines->searched, at_end);
    if (!feed && (!at_end || length == 0)) {
        lines->searched = length > 0 && first[length - 1] == '\r' ? length - 1 : length;
        if (length > lines->line_max + 1) {
            /* Decode will find it too large; the rest is not needed for that, but for its end, which may be half of a
             * CR LF. */
            first[lines->line_max] = first[length - 1];
            lines->dropped += length - lines->line_max - 1;
            lines->end = lines->start + lines->line_max + 1;
            lines->searched = lines->line_max + 1;
        }
        return false;
    }
    if (feed)
        length = (size_t)(feed - first);
    lines->start += length + (feed ? 1 : 0);
    lines->searched = 0;
    if (length > 0 && first[length - 1] == '\r')
        length--;
    cut_line(lines, first, length, line);
    return true;
}

static bool make_room(struct weir_file_lines *lines)
{
    if (lines->capacity - lines->end >= BLOCK_BYTES)
        return true;
    memmove(lines->buffer, lines->buffer + lines->start, lines->end - lines->start);
    lines->end -= lines->start;
    lines->start = 0;
    if (lines->capacity - lines->end >= BLOCK_BYTES)
        return true;
    char *larger = realloc(lines->buffer, lines->capacity * 2);
    if (!larger)
        return false;
    lines->buffer = larger;
    lines->capacity *= 2;
    return true;
}

enum weir_file_reading weir_file_lines_read(struct weir_file_lines *lines, int timeout_ms)
{
    if (!make_room(lines)) {
        errno = ENOMEM;
        return WEIR_FILE_FAILED;
    }
    struct pollfd input = {.fd = lines->descriptor, .events = POLLIN};
    int ready = poll(&input, 1, timeout_ms);
    if (ready == 0 || (ready < 0 && errno == EINTR))
        return WEIR_FILE_PAUSED;
    ssize_t count = read(lines->descriptor, lines->buffer + lines->end, BLOCK_BYTES);
    if (count > 0) {
        lines->end += (size_t)count;
        return WEIR_FILE_READ;
    }
    if (count == 0)
        return WEIR_FILE_ENDED;
    bool is_pause = errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK;
    return is_pause ? WEIR_FILE_PAUSED : WEIR_FILE_FAILED;
}
