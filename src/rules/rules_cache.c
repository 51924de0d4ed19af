/* Memos of compiled rules in a folder, each signed with the folder's key. Knows nothing of what a memo says. */
#include "weir/rules_cache.h"

#include "cache_folder.h"
#include "compiled_format.h"
#include "writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#define KEY_NAME "key"
#define KEY_BYTES 32u
#define NAME_SIZE (sizeof WEIR_CACHE_MEMO_PREFIX + 32)
#define KEEP_BYTES 4096u

/* The file's name: another build, library or processor has a memo of its own, so that two that share a folder do not
 * take turns in replacing one file. */
static enum weir_status make_name(const char *const *paths, size_t path_count, char name[NAME_SIZE])
{
    char identity[WEIR_IDENTITY_MAX];
    char hex[WEIR_SHA256_HEX_SIZE];
    uint8_t digest[WEIR_SHA256_BYTES];
    struct weir_arena *arena = weir_arena_new(KEEP_BYTES);
    enum weir_status status = arena ? weir_identity_make(identity) : WEIR_NO_MEMORY;
    if (status == WEIR_OK) {
        struct weir_writer out;
        weir_writer_init(&out, arena);
        weir_writer_add_string(&out, identity);
        for (size_t i = 0; i < path_count; i++) {
            weir_writer_add(&out, weir_text_of(paths[i]));
            weir_writer_add(&out, (struct weir_text){"", 1}); /* NUL: no path holds it */
        }
        struct weir_text text = weir_writer_finish(&out);
        status = text.data ? weir_hash_sha256(text, digest) : WEIR_NO_MEMORY;
    }
    weir_arena_free(arena);
    if (status != WEIR_OK)
        return status;
    weir_hash_hex(digest, sizeof digest, hex);
    snprintf(name, NAME_SIZE, WEIR_CACHE_MEMO_PREFIX "%.32s", hex);
    return WEIR_OK;
}

static bool is_same(const uint8_t *a, const uint8_t *b, size_t length)
{
    unsigned difference = 0;
    for (size_t i = 0; i < length; i++)
        difference |= a[i] ^ b[i];
    return difference == 0;
}

/* data == NULL: there is none. */
static enum weir_status read_key(const struct weir_cache_folder *folder, struct weir_bytes *key, struct weir_error *why)
{
    struct weir_bytes read_bytes;
    enum weir_status status = weir_cache_file_read(folder, KEY_NAME, KEY_BYTES, &read_bytes, why);
    if (status == WEIR_OK && read_bytes.data && read_bytes.length != KEY_BYTES) {
        free(read_bytes.data);
        return weir_error_set(why, WEIR_INVALID, "%s/" KEY_NAME " is refused: it is cut short", folder->path);
    }
    if (status == WEIR_OK)
        *key = read_bytes;
    return status;
}

static enum weir_status sign(struct weir_bytes key, struct weir_text bytes, uint8_t signature[WEIR_SHA256_BYTES])
{
    return weir_hash_hmac_sha256((struct weir_text){key.data, key.length}, bytes, signature);
}

/* The signature at the end is right, and cut off. */
static enum weir_status check_signature(const struct weir_cache_folder *folder, const char *name,
                                        struct weir_bytes *bytes, struct weir_error *why)
{
    struct weir_bytes key;
    uint8_t signature[WEIR_SHA256_BYTES];
    enum weir_status status = read_key(folder, &key, why);
    if (status != WEIR_OK)
        return status;
    bool good = false;
    if (key.data && bytes->length >= sizeof signature) {
        struct weir_text signed_part = {bytes->data, bytes->length - sizeof signature};
        good = sign(key, signed_part, signature) == WEIR_OK &&
               is_same(signature, (const uint8_t *)bytes->data + signed_part.length, sizeof signature);
        bytes->length = signed_part.length;
    }
    free(key.data);
    if (good)
        return WEIR_OK;
    return weir_error_set(why, WEIR_INVALID, "%s/%s is refused: its signature is wrong, so it is damaged or forged",
                          folder->path, name);
}

static enum weir_status load_from(const struct weir_cache_folder *folder, const char *name, struct weir_bytes *bytes,
                                  struct weir_error *why)
{
    struct weir_bytes read_bytes;
    enum weir_status status =
        weir_cache_file_read(folder, name, WEIR_RULES_CACHE_BYTES + WEIR_SHA256_BYTES, &read_bytes, why);
    if (status != WEIR_OK)
        return status;
    if (read_bytes.data)
        status = check_signature(folder, name, &read_bytes, why);
    if (status == WEIR_OK)
        *bytes = read_bytes;
    else
        free(read_bytes.data);
    return status;
}

enum weir_status weir_rules_cache_load(const char *folder, const char *const *paths, size_t path_count,
                                       struct weir_bytes *bytes, struct weir_error *why)
{
    char name[NAME_SIZE];
    struct weir_cache_folder opened;
    enum weir_status status = make_name(paths, path_count, name);
    if (status != WEIR_OK)
        return weir_error_set(why, status, "no memory for the rules cache");
    status = weir_cache_folder_open(folder, false, &opened, why);
    if (status != WEIR_OK)
        return status;
    if (opened.descriptor >= 0)
        status = load_from(&opened, name, bytes, why);
    else
        *bytes = (struct weir_bytes){0};
    weir_cache_folder_close(&opened);
    return status;
}

/* Every memo that was signed with a key that is gone, or that others may know, is refused from then on. */
static enum weir_status make_key(const struct weir_cache_folder *folder, struct weir_bytes *key,
                                 struct weir_error *error)
{
    struct weir_bytes made = {malloc(KEY_BYTES), KEY_BYTES};
    if (!made.data)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for the rules cache");
    enum weir_status status = WEIR_OK;
    if (getrandom(made.data, KEY_BYTES, 0) != (ssize_t)KEY_BYTES)
        status = weir_error_set(error, WEIR_UNAVAILABLE, "no random bytes for the rules cache: %s", strerror(errno));
    if (status == WEIR_OK)
        status = weir_cache_file_write(folder, KEY_NAME, &(struct weir_text){made.data, made.length}, 1, error);
    if (status == WEIR_OK)
        *key = made;
    else
        free(made.data);
    return status;
}

/* A key that others may know, or may have written, is as good as none. */
static enum weir_status need_key(const struct weir_cache_folder *folder, struct weir_bytes *key,
                                 struct weir_error *error)
{
    enum weir_status status = read_key(folder, key, error);
    if (status == WEIR_INVALID || (status == WEIR_OK && !key->data))
        return make_key(folder, key, error);
    return status;
}

static enum weir_status store_in(const struct weir_cache_folder *folder, const char *name, struct weir_text bytes,
                                 struct weir_error *error)
{
    struct weir_bytes key;
    uint8_t signature[WEIR_SHA256_BYTES];
    enum weir_status status = weir_cache_folder_lock(folder, error);
    if (status != WEIR_OK)
        return status;
    /* First, so that a memo too old to be of use does not keep the new one out of a full disk. */
    weir_cache_folder_tidy(folder, name);
    status = need_key(folder, &key, error);
    if (status != WEIR_OK)
        return status;
    status = sign(key, bytes, signature);
    free(key.data);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "libcrypto cannot sign the rules cache");
    struct weir_text parts[] = {bytes, {(const char *)signature, sizeof signature}};
    status = weir_cache_file_write(folder, name, parts, 2, error);
    weir_cache_folder_tidy(folder, name);
    return status;
}

enum weir_status weir_rules_cache_store(const char *folder, const char *const *paths, size_t path_count,
                                        struct weir_text bytes, struct weir_error *error)
{
    char name[NAME_SIZE];
    struct weir_cache_folder opened;
    if (bytes.length > WEIR_RULES_CACHE_BYTES)
        return weir_error_set(error, WEIR_UNAVAILABLE, "%zu bytes of compiled rules are too many to be kept in %s",
                              bytes.length, folder);
    enum weir_status status = make_name(paths, path_count, name);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory for the rules cache");
    status = weir_cache_folder_open(folder, true, &opened, error);
    if (status != WEIR_OK)
        return status;
    status = store_in(&opened, name, bytes, error);
    weir_cache_folder_close(&opened);
    return status;
}
