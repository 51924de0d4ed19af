/* Keeps the folder of a rules cache small. Removes nothing but what the cache itself wrote. */
#include "cache_folder.h"

#include "weir/rules_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* More than these are never looked at in one go; what is left goes the next time. */
#define ENTRIES_MAX 256u
#define NAME_SIZE 128u

struct entry {
    char name[NAME_SIZE];
    struct timespec used;
    size_t size;
};

static bool starts_with(const char *name, const char *prefix)
{
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *first = a;
    const struct entry *second = b;
    if (first->used.tv_sec != second->used.tv_sec)
        return first->used.tv_sec > second->used.tv_sec ? -1 : 1;
    return first->used.tv_nsec > second->used.tv_nsec ? -1 : first->used.tv_nsec < second->used.tv_nsec;
}

/* The memos but for `kept`; files that were left half written go at once, since nobody else writes now. */
static size_t list_memos(DIR *listing, const char *kept, struct entry *entries)
{
    size_t count = 0;
    struct stat facts;
    for (struct dirent *found; count < ENTRIES_MAX && (found = readdir(listing));) {
        if (starts_with(found->d_name, WEIR_CACHE_TMP_PREFIX)) {
            unlinkat(dirfd(listing), found->d_name, 0);
            continue;
        }
        if (!starts_with(found->d_name, WEIR_CACHE_MEMO_PREFIX) || strcmp(found->d_name, kept) == 0 ||
            strlen(found->d_name) >= NAME_SIZE ||
            fstatat(dirfd(listing), found->d_name, &facts, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        struct entry *entry = &entries[count++];
        memcpy(entry->name, found->d_name, strlen(found->d_name) + 1);
        entry->used = facts.st_mtim;
        entry->size = facts.st_size > 0 ? (size_t)facts.st_size : 0;
    }
    return count;
}

void weir_cache_folder_tidy(const struct weir_cache_folder *folder, const char *kept)
{
    struct stat facts;
    /* A descriptor of its own: the position of a listing is shared by duplicates. */
    int descriptor = openat(folder->descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listing = descriptor >= 0 ? fdopendir(descriptor) : NULL;
    struct entry *entries = malloc(ENTRIES_MAX * sizeof *entries);
    size_t files = 1;
    size_t bytes = fstatat(folder->descriptor, kept, &facts, AT_SYMLINK_NOFOLLOW) == 0 ? (size_t)facts.st_size : 0;
    size_t count = listing && entries ? list_memos(listing, kept, entries) : 0;
    if (count)
        qsort(entries, count, sizeof *entries, compare_entries);
    for (size_t i = 0; i < count; i++) {
        files++;
        bytes += entries[i].size;
        if (files > WEIR_RULES_CACHE_FILES || bytes > WEIR_RULES_CACHE_BYTES)
            unlinkat(folder->descriptor, entries[i].name, 0);
    }
    free(entries);
    if (listing)
        closedir(listing);
    else if (descriptor >= 0)
        close(descriptor);
}
