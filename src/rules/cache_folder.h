/* rules, private: the folder of a rules cache, and files in it that nobody else could have touched. */
#ifndef WEIR_RULES_CACHE_FOLDER_H
#define WEIR_RULES_CACHE_FOLDER_H

#include "weir/compiled.h"

#include <sys/types.h>

struct weir_cache_folder {
    const char *path;
    int descriptor;
};

/* make: where there is none, with mode 0700. *folder->descriptor is -1 when there is none and none is to be made.
 * WEIR_UNAVAILABLE: it cannot be used, or is open to others. */
enum weir_status weir_cache_folder_open(const char *path, bool make, struct weir_cache_folder *folder,
                                        struct weir_error *error) WEIR_MUST_CHECK;
void weir_cache_folder_close(struct weir_cache_folder *folder);
/* Until it is closed no other process writes in it. */
enum weir_status weir_cache_folder_lock(const struct weir_cache_folder *folder,
                                        struct weir_error *error) WEIR_MUST_CHECK;

/* The whole file. *bytes is the caller's; data == NULL when there is no such file. WEIR_INVALID: it is not a plain file
 * of ours alone, or has more than size_max bytes. */
enum weir_status weir_cache_file_read(const struct weir_cache_folder *folder, const char *name, size_t size_max,
                                      struct weir_bytes *bytes, struct weir_error *why) WEIR_MUST_CHECK;
/* The parts one after the other, in place of whatever has the name. The folder is locked. */
enum weir_status weir_cache_file_write(const struct weir_cache_folder *folder, const char *name,
                                       const struct weir_text *parts, size_t part_count,
                                       struct weir_error *error) WEIR_MUST_CHECK;

/* cache_bound.c: removes what was left half written and, but for the file `kept`, the memos not used for longest, until
 * the rest is within bounds. The folder is locked. */
void weir_cache_folder_tidy(const struct weir_cache_folder *folder, const char *kept);

#define WEIR_CACHE_MEMO_PREFIX "weir-"
#define WEIR_CACHE_TMP_PREFIX "tmp-"

#endif
