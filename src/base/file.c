/* Reading whole files. Never writes, never keeps a file open. */
#include "weir/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static enum weir_status refuse(struct weir_error *error, const char *why)
{
    return weir_error_set(error, WEIR_UNAVAILABLE, "the file cannot be read: %s", why);
}

/* Fills the buffer as far as the file goes; a pipe comes in pieces. Returns false with errno set. */
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

static enum weir_status read_descriptor(int descriptor, size_t size_max, struct weir_arena *arena,
                                        struct weir_text *text, struct weir_error *error)
{
    struct stat facts;
    if (fstat(descriptor, &facts) != 0)
        return refuse(error, strerror(errno));
    if (S_ISDIR(facts.st_mode))
        return refuse(error, "it is a folder");

    /* One byte more than it has, to see that it did not grow. Pipes and files of /proc do not tell their size. */
    bool known = S_ISREG(facts.st_mode) && facts.st_size > 0 && (size_t)facts.st_size < size_max;
    size_t capacity = known ? (size_t)facts.st_size : size_max;
    char *buffer = weir_arena_alloc(arena, capacity + 1);
    if (!buffer)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory to read the file");
    size_t length;
    if (!read_fully(descriptor, buffer, capacity + 1, &length))
        return refuse(error, strerror(errno));
    if (length > capacity && known)
        return refuse(error, "it changes meanwhile; try again");
    if (length > capacity)
        return weir_error_set(error, WEIR_INVALID, "the file is larger than %zu bytes", size_max);
    buffer[length] = '\0';
    *text = (struct weir_text){buffer, length};
    return WEIR_OK;
}

enum weir_status weir_file_read(const char *path, size_t size_max, struct weir_arena *arena, struct weir_text *text,
                                struct weir_error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return refuse(error, strerror(errno));
    enum weir_status status = read_descriptor(descriptor, size_max, arena, text, error);
    close(descriptor);
    return status;
}
