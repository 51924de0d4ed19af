/* What the tests of the rules cache share: a folder, and what must come out of it. */
#ifndef WEIR_TEST_CACHE_FIXTURE_H
#define WEIR_TEST_CACHE_FIXTURE_H

#include "loading.h"

#include "weir/rules_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define OTHER_USER 65534

struct fixture {
    char root[64];
    char folder[96]; /* the cache; not made yet */
};

static const char *const rules[] = {"rules/a", "rules/b"};

static inline int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    strcpy(fixture->root, "/tmp/weir-cache-XXXXXX");
    if (!mkdtemp(fixture->root))
        return 1;
    snprintf(fixture->folder, sizeof fixture->folder, "%s/cache", fixture->root);
    *state = fixture;
    return 0;
}

static inline void empty_folder(const char *folder)
{
    DIR *listing = opendir(folder);
    for (struct dirent *entry; listing && (entry = readdir(listing));)
        if (unlinkat(dirfd(listing), entry->d_name, 0) != 0)
            unlinkat(dirfd(listing), entry->d_name, AT_REMOVEDIR);
    if (listing)
        closedir(listing);
    rmdir(folder);
}

static inline int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    empty_folder(fixture->folder);
    empty_folder(fixture->root);
    free(fixture);
    return 0;
}

static inline void store(const struct fixture *fixture, const char *const *paths, const char *text)
{
    struct weir_error error = {0};
    if (weir_rules_cache_store(fixture->folder, paths, 2, weir_text_of(text), &error) != WEIR_OK)
        fail_msg("not stored: %s", error.text);
}

static inline void expect(const struct fixture *fixture, const char *const *paths, const char *text)
{
    struct weir_bytes bytes = {0};
    struct weir_error why = {0};
    if (weir_rules_cache_load(fixture->folder, paths, 2, &bytes, &why) != WEIR_OK)
        fail_msg("refused: %s", why.text);
    assert_int_equal(bytes.data != NULL, text != NULL);
    assert_int_equal(bytes.length, text ? strlen(text) : 0);
    if (text)
        assert_memory_equal(bytes.data, text, bytes.length);
    free(bytes.data);
}

static inline void expect_refused(const struct fixture *fixture, enum weir_status status, const char *why_part)
{
    struct weir_bytes bytes = {.length = 77};
    struct weir_error why = {0};
    assert_int_equal(weir_rules_cache_load(fixture->folder, rules, 2, &bytes, &why), status);
    assert_null(bytes.data);
    assert_int_equal(bytes.length, 77);
    assert_non_null(strstr(why.text, fixture->folder));
    if (!strstr(why.text, why_part))
        fail_msg("'%s' does not say '%s'", why.text, why_part);
}

/* Refused for that reason, then replaced, then good again. */
static inline void expect_healed(const struct fixture *fixture, const char *why_part)
{
    expect_refused(fixture, WEIR_INVALID, why_part);
    store(fixture, rules, "new");
    expect(fixture, rules, "new");
}

/* Names of the folder's files that start so; the first one is copied. */
static inline size_t count_files(const char *folder, const char *prefix, char *first)
{
    size_t count = 0;
    DIR *listing = opendir(folder);
    assert_non_null(listing);
    for (struct dirent *entry; (entry = readdir(listing));) {
        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
            continue;
        if (count++ == 0 && first)
            snprintf(first, 256, "%.128s/%.120s", folder, entry->d_name);
    }
    closedir(listing);
    return count;
}

static inline void find_memo(const struct fixture *fixture, char path[256])
{
    assert_int_equal(count_files(fixture->folder, "weir-", path), 1);
}

static inline void find_key(const struct fixture *fixture, char path[256])
{
    snprintf(path, 256, "%s/key", fixture->folder);
}

static inline mode_t mode_of(const char *path)
{
    struct stat facts;
    assert_int_equal(lstat(path, &facts), 0);
    return facts.st_mode & 07777;
}

static inline size_t read_file(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(out, 1, size, file);
    fclose(file);
    return length;
}

/* Keeps owner and mode. */
static inline void write_file(const char *path, const char *data, size_t length)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

#endif
