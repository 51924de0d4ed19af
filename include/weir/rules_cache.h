/* rules: a folder that keeps the bytes of weir/compiled.h from one start to the next.
 *
 *   FOLDER/key          32 random bytes; what is signed with them was written by us
 *   FOLDER/weir-HEX     one memo and its HMAC-SHA256; HEX: a digest of the rules' paths, this build, its libraries and
 *                       this processor
 *   FOLDER/tmp-*        being written
 *
 * A file is used only if it is ours, plain, with one name, closed to others, and its signature is right; all else is
 * refused with a reason and replaced by the next store. The folder holds at most WEIR_RULES_CACHE_FILES memos and
 * WEIR_RULES_CACHE_BYTES; those not used for longest go. Several processes may share it. */
#ifndef WEIR_RULES_CACHE_H
#define WEIR_RULES_CACHE_H

#include "weir/compiled.h"

#define WEIR_RULES_CACHE_FILES 8u
#define WEIR_RULES_CACHE_BYTES ((size_t)1 << 30)

/* The memo of the rules under these paths. WEIR_OK: *bytes is the caller's; data == NULL when there is none yet.
 * WEIR_INVALID: there is one, and it is refused; WEIR_UNAVAILABLE: the folder cannot be used; why says the reason and
 * names the file. */
enum weir_status weir_rules_cache_load(const char *folder, const char *const *paths, size_t path_count,
                                       struct weir_bytes *bytes, struct weir_error *why) WEIR_MUST_CHECK;

/* Keeps it, in place of what was there; makes the folder (not those above it) and its key where there is none. Whole or
 * not at all, also when the machine stops. WEIR_UNAVAILABLE: it could not, error says why and what to do; nothing else
 * is the worse for it. */
enum weir_status weir_rules_cache_store(const char *folder, const char *const *paths, size_t path_count,
                                        struct weir_text bytes, struct weir_error *error) WEIR_MUST_CHECK;

#endif
