/* The bytes of a YAML file: reads them, finds the lines, refuses what is no text. Knows nothing of YAML's grammar. */
#include "yaml_tree.h"

#include "weir/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char byte_order_mark[] = "\xEF\xBB\xBF";

static enum weir_status refuse_file(const char *path, struct weir_diagnostics *diagnostics, const char *why)
{
    weir_diagnostics_error(diagnostics, (struct weir_place){.file = path}, (struct weir_text){NULL, 0},
                           "the file cannot be read: %s", why);
    return WEIR_UNAVAILABLE;
}

/* Fills buffer as far as the file goes; a pipe comes in pieces. Returns false with errno set. */
static bool read_fully(int descriptor, char *buffer, size_t capacity, size_t *length)
{
    *length = 0;
    while (*length < capacity) {
        ssize_t count = read(descriptor, buffer + *length, capacity - *length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return count == 0;
        *length += (size_t)count;
    }
    return true;
}

static enum weir_status read_descriptor(struct weir_yaml *document, int descriptor, size_t size_max,
                                        struct weir_diagnostics *diagnostics)
{
    struct stat facts;
    if (fstat(descriptor, &facts) != 0)
        return refuse_file(document->name, diagnostics, strerror(errno));
    if (S_ISDIR(facts.st_mode))
        return refuse_file(document->name, diagnostics, "it is a folder");

    /* One byte more than it has, to see that it did not grow. Pipes and files of /proc do not tell their size. */
    bool known = S_ISREG(facts.st_mode) && facts.st_size > 0 && (size_t)facts.st_size < size_max;
    size_t capacity = known ? (size_t)facts.st_size : size_max;
    char *buffer = weir_arena_alloc(document->arena, capacity + 1);
    if (!buffer)
        return WEIR_NO_MEMORY;
    size_t length;
    if (!read_fully(descriptor, buffer, capacity + 1, &length))
        return refuse_file(document->name, diagnostics, strerror(errno));
    if (length > capacity && capacity < size_max)
        return refuse_file(document->name, diagnostics, "it changes meanwhile; try again");
    if (length > capacity) {
        weir_diagnostics_error(diagnostics, (struct weir_place){.file = document->name}, (struct weir_text){NULL, 0},
                               "the file is larger than %zu bytes; split it", size_max);
        return WEIR_INVALID;
    }
    document->source = (struct weir_text){buffer, length};
    return WEIR_OK;
}

enum weir_status weir_yaml_read(struct weir_yaml *document, const char *path, size_t size_max,
                                struct weir_diagnostics *diagnostics)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return refuse_file(path, diagnostics, strerror(errno));
    enum weir_status status = read_descriptor(document, descriptor, size_max, diagnostics);
    close(descriptor);
    return status;
}

static enum weir_status find_lines(struct weir_yaml *document)
{
    struct weir_text source = document->source;
    size_t count = 1;
    for (size_t i = 0; i < source.length; i++)
        count += source.data[i] == '\n';
    size_t *lines = weir_arena_array(document->arena, count, sizeof *lines);
    if (!lines)
        return WEIR_NO_MEMORY;
    count = 1; /* the first starts at 0 */
    for (size_t i = 0; i < source.length; i++) {
        if (source.data[i] == '\n')
            lines[count++] = i + 1;
    }
    document->lines = lines;
    document->line_count = count;
    return WEIR_OK;
}

/* The first byte that opens no character; length when all is well. */
static size_t find_ill_formed(struct weir_text text)
{
    if (weir_utf8_valid(text))
        return text.length;
    size_t at = 0;
    while (at < text.length) {
        size_t width = weir_utf8_width(text.data[at]);
        if (width > text.length - at || !weir_utf8_valid(weir_text_slice(text, at, at + width)))
            break;
        at += width;
    }
    return at;
}

/* What is wrong with a byte wherever it stands, or NULL. */
static const char *refuse_byte(char byte)
{
    unsigned char c = (unsigned char)byte;
    if (c == '\0')
        return "a NUL byte; this is no text file";
    if (c == '\r')
        return "the line ends in CR LF, as on Windows; save the file with LF alone";
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F)
        return "a control character; remove it, or write it as an escape in double quotes";
    return NULL;
}

enum weir_status weir_yaml_index(struct weir_yaml *document, struct weir_diagnostics *diagnostics)
{
    struct weir_text source = document->source;
    enum weir_status status = find_lines(document);
    if (status != WEIR_OK)
        return status;

    size_t sound = find_ill_formed(source);
    if (source.length >= 3 && memcmp(source.data, byte_order_mark, 3) == 0) {
        weir_yaml_error_byte(document, 0, diagnostics, "a byte order mark; save the file as UTF-8 without BOM");
        return WEIR_INVALID;
    }
    for (size_t i = 0; i < sound; i++) {
        const char *why = refuse_byte(source.data[i]);
        if (!why)
            continue;
        weir_yaml_error_byte(document, i, diagnostics, "%s", why);
        return WEIR_INVALID;
    }
    if (sound < source.length) {
        weir_yaml_error_byte(document, sound, diagnostics, "a byte that is not UTF-8; save the file as UTF-8");
        return WEIR_INVALID;
    }
    return WEIR_OK;
}
