/* Whether the files of the rules are still those that were loaded, by what the file system says of them. Reads no
 * contents, so that looking every second costs nothing. */
#include "weir/ruleset.h"

#include "writer.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#define DEPTH_MAX 4
#define FILES_MAX 20000 /* of one stamp: a folder of anything else is no folder of rules */

struct stamp {
    struct weir_arena *arena;
    struct weir_writer lines;
    size_t files;
};

static void add_path(struct stamp *stamp, const char *path, int depth);

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The order of a folder is the file system's; the stamp's must not be. Editors' and version control's files begin with
 * a dot. */
static void add_folder(struct stamp *stamp, const char *path, int depth)
{
    DIR *folder = opendir(path);
    if (!folder)
        return;
    const char **names = weir_arena_array(stamp->arena, FILES_MAX, sizeof(const char *));
    size_t count = 0;
    stamp->lines.failed |= !names;
    for (const struct dirent *entry; names && count < FILES_MAX && (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        names[count] = weir_arena_format(stamp->arena, "%s/%s", path, entry->d_name);
        stamp->lines.failed |= !names[count];
        count += names[count] != NULL;
    }
    closedir(folder);
    if (count)
        qsort(names, count, sizeof(const char *), compare_names);
    for (size_t i = 0; i < count; i++)
        add_path(stamp, names[i], depth + 1);
}

static void add_path(struct stamp *stamp, const char *path, int depth)
{
    struct stat about;
    if (stamp->files++ >= FILES_MAX || depth > DEPTH_MAX)
        return;
    if (stat(path, &about) != 0) {
        weir_writer_add_format(&stamp->lines, "%s missing %d\n", path, errno);
        return;
    }
    if (S_ISDIR(about.st_mode)) {
        add_folder(stamp, path, depth);
        return;
    }
    weir_writer_add_format(&stamp->lines, "%s %ju %ju %jd %jd.%09ld %jd.%09ld\n", path, (uintmax_t)about.st_dev,
                           (uintmax_t)about.st_ino, (intmax_t)about.st_size, (intmax_t)about.st_mtim.tv_sec,
                           about.st_mtim.tv_nsec, (intmax_t)about.st_ctim.tv_sec, about.st_ctim.tv_nsec);
}

enum weir_status weir_rules_stamp(const char *const *paths, size_t path_count, const struct weir_ruleset *ruleset,
                                  uint8_t digest[WEIR_SHA256_BYTES])
{
    struct stamp stamp = {.arena = weir_arena_new(0)};
    if (!stamp.arena)
        return WEIR_NO_MEMORY;
    weir_writer_init(&stamp.lines, stamp.arena);
    for (size_t i = 0; i < path_count; i++)
        add_path(&stamp, paths[i], 0);
    for (size_t i = 0; ruleset && i < ruleset->pack_count; i++)
        for (size_t n = 0; n < ruleset->packs[i].list_count; n++)
            add_path(&stamp, ruleset->packs[i].lists[n], DEPTH_MAX);
    struct weir_text whole = weir_writer_finish(&stamp.lines);
    enum weir_status status = whole.data ? weir_hash_sha256(whole, digest) : WEIR_NO_MEMORY;
    weir_arena_free(stamp.arena);
    return status;
}
