/* Which files a path stands for: itself, or the packs of a folder. */
#include "pack.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

static void report(struct weir_pack_reader *reader, const char *path, const char *text)
{
    weir_diagnostics_error(reader->diagnostics, (struct weir_place){.file = path}, WEIR_TEXT_LITERAL(""), "%s", text);
}

static bool is_pack_name(const char *name)
{
    const char *dot = strrchr(name, '.');
    return name[0] != '.' && dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

static void add_file(struct weir_pack_reader *reader, const char *folder, const char *name, struct weir_list *files)
{
    bool has_slash = folder && folder[0] && folder[strlen(folder) - 1] == '/';
    const char *path =
        weir_arena_format(reader->arena, "%s%s%s", folder ? folder : "", folder && !has_slash ? "/" : "", name);
    const char **kept = path ? weir_list_add(files, sizeof(const char *)) : NULL;
    if (kept)
        *kept = path;
    else
        reader->no_memory = true;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum weir_status list_folder(struct weir_pack_reader *reader, const char *path, struct weir_list *files)
{
    DIR *folder = opendir(path);
    if (!folder) {
        report(reader, path, strerror(errno));
        return WEIR_UNAVAILABLE;
    }
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (is_pack_name(entry->d_name))
            add_file(reader, path, entry->d_name, files);
    closedir(folder);
    if (files->count == 0 && !reader->no_memory) {
        report(reader, path, "this folder holds no pack; a pack's name ends in .yaml");
        return WEIR_INVALID;
    }
    if (files->count)
        qsort(files->at, files->count, sizeof(const char *), compare_paths);
    return WEIR_OK;
}

enum weir_status weir_pack_files(struct weir_pack_reader *reader, const char *path, struct weir_list *files)
{
    struct stat about;
    if (stat(path, &about) != 0) {
        report(reader, path, strerror(errno));
        return WEIR_UNAVAILABLE;
    }
    if (S_ISDIR(about.st_mode))
        return list_folder(reader, path, files);
    add_file(reader, NULL, path, files);
    return WEIR_OK;
}
