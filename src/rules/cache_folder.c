/* Files that only we could have written, in a folder that only we can write to. Knows nothing of what is in them.
 *
 * Every check is of an open descriptor, and names are looked up from the folder's own, so that nothing can be swapped
 * between the check and the use. */
#include "cache_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCK_WAIT_MS 5000
#define LOCK_LOOK_MS 10

#define REMEDY "set rules.cache to a folder of weir's own"

void weir_cache_folder_close(struct weir_cache_folder *folder)
{
    if (folder->descriptor >= 0)
        close(folder->descriptor);
    folder->descriptor = -1;
}

static const char *find_fault_of_folder(const struct stat *facts)
{
    if (facts->st_uid != geteuid() && facts->st_uid != 0)
        return "it belongs to another user";
    if (facts->st_mode & (S_IWGRP | S_IWOTH))
        return "others can write to it";
    return NULL;
}

enum weir_status weir_cache_folder_open(const char *path, bool make, struct weir_cache_folder *folder,
                                        struct weir_error *error)
{
    struct stat facts;
    struct weir_cache_folder opened = {.path = path};
    if (make && mkdir(path, 0700) != 0 && errno != EEXIST)
        return weir_error_set(error, WEIR_UNAVAILABLE, "%s cannot be made: %s; " REMEDY, path, strerror(errno));
    opened.descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened.descriptor < 0 && (errno != ENOENT || make))
        return weir_error_set(error, WEIR_UNAVAILABLE, "%s cannot be opened: %s; " REMEDY, path, strerror(errno));
    if (opened.descriptor >= 0) {
        const char *fault = fstat(opened.descriptor, &facts) == 0 ? find_fault_of_folder(&facts) : strerror(errno);
        if (fault) {
            weir_cache_folder_close(&opened);
            return weir_error_set(error, WEIR_UNAVAILABLE, "%s is not safe: %s; " REMEDY, path, fault);
        }
    }
    *folder = opened;
    return WEIR_OK;
}

enum weir_status weir_cache_folder_lock(const struct weir_cache_folder *folder, struct weir_error *error)
{
    const struct timespec pause = {.tv_nsec = LOCK_LOOK_MS * 1000000L};
    for (int waited_ms = 0; flock(folder->descriptor, LOCK_EX | LOCK_NB) != 0; waited_ms += LOCK_LOOK_MS) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return weir_error_set(error, WEIR_UNAVAILABLE, "%s cannot be locked: %s; " REMEDY, folder->path,
                                  strerror(errno));
        if (waited_ms >= LOCK_WAIT_MS)
            return weir_error_set(error, WEIR_UNAVAILABLE, "%s is locked by another process", folder->path);
        nanosleep(&pause, NULL);
    }
    return WEIR_OK;
}

static const char *find_fault_of_file(const struct stat *facts, size_t size_max)
{
    if (!S_ISREG(facts->st_mode))
        return "it is not a plain file";
    if (facts->st_uid != geteuid())
        return "it belongs to another user";
    if (facts->st_nlink > 1) /* none: it was whole, and was replaced since it was opened */
        return "it has more than one name";
    if (facts->st_mode & (S_IRWXG | S_IRWXO))
        return "it is open to others";
    if ((uintmax_t)facts->st_size > size_max)
        return "it is too large";
    return NULL;
}

/* Returns NULL or what went wrong. */
static const char *read_fully(int descriptor, struct weir_bytes *bytes)
{
    for (size_t done = 0; done < bytes->length;) {
        ssize_t count = read(descriptor, bytes->data + done, bytes->length - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return count < 0 ? strerror(errno) : "it is cut short";
        done += (size_t)count;
    }
    return NULL;
}

static enum weir_status read_descriptor(int descriptor, const char *place, size_t size_max, struct weir_bytes *bytes,
                                        struct weir_error *why)
{
    struct stat facts;
    const char *fault = fstat(descriptor, &facts) == 0 ? find_fault_of_file(&facts, size_max) : strerror(errno);
    if (fault)
        return weir_error_set(why, WEIR_INVALID, "%s is refused: %s", place, fault);
    struct weir_bytes read_bytes = {.length = (size_t)facts.st_size};
    read_bytes.data = malloc(read_bytes.length + 1);
    if (!read_bytes.data)
        return weir_error_set(why, WEIR_NO_MEMORY, "no memory to read %s", place);
    fault = read_fully(descriptor, &read_bytes);
    if (fault) {
        free(read_bytes.data);
        return weir_error_set(why, WEIR_INVALID, "%s is refused: %s", place, fault);
    }
    /* What is used is what stays; a file system that cannot note it loses nothing but that. */
    (void)futimens(descriptor, NULL);
    *bytes = read_bytes;
    return WEIR_OK;
}

enum weir_status weir_cache_file_read(const struct weir_cache_folder *folder, const char *name, size_t size_max,
                                      struct weir_bytes *bytes, struct weir_error *why)
{
    char place[sizeof why->text / 2];
    snprintf(place, sizeof place, "%s/%s", folder->path, name);
    /* NONBLOCK: opening a pipe that somebody put there must not wait. */
    int descriptor = openat(folder->descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0 && errno == ENOENT) {
        *bytes = (struct weir_bytes){0};
        return WEIR_OK;
    }
    if (descriptor < 0)
        return weir_error_set(why, WEIR_INVALID, "%s is refused: %s", place,
                              errno == ELOOP ? "it is a symbolic link" : strerror(errno));
    enum weir_status status = read_descriptor(descriptor, place, size_max, bytes, why);
    close(descriptor);
    return status;
}

static bool write_fully(int descriptor, struct weir_text text)
{
    for (size_t done = 0; done < text.length;) {
        ssize_t count = write(descriptor, text.data + done, text.length - done);
        if (count < 0 && errno != EINTR)
            return false;
        done += count > 0 ? (size_t)count : 0;
    }
    return true;
}

enum weir_status weir_cache_file_write(const struct weir_cache_folder *folder, const char *name,
                                       const struct weir_text *parts, size_t part_count, struct weir_error *error)
{
    char tmp[64];
    snprintf(tmp, sizeof tmp, WEIR_CACHE_TMP_PREFIX "%ld", (long)getpid());
    int descriptor = openat(folder->descriptor, tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool good = descriptor >= 0;
    for (size_t i = 0; good && i < part_count; i++)
        good = write_fully(descriptor, parts[i]);
    good = good && fsync(descriptor) == 0 && renameat(folder->descriptor, tmp, folder->descriptor, name) == 0 &&
           fsync(folder->descriptor) == 0;
    int reason = errno;
    if (descriptor >= 0)
        close(descriptor);
    if (good)
        return WEIR_OK;
    if (descriptor >= 0)
        unlinkat(folder->descriptor, tmp, 0);
    return weir_error_set(error, WEIR_UNAVAILABLE, "%s/%s cannot be written: %s", folder->path, name, strerror(reason));
}
