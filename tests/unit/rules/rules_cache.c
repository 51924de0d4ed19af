/* The folder of compiled rules: what goes in comes out, bounded, whole, by several processes at once, or not at all. */
#include "cache_fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void memo__stored__comes_back_for_its_paths_only(void **state)
{
    static const char *const others[] = {"rules/b", "rules/a"};
    static const char *const joined[] = {"rules/arules/b", ""};
    const struct fixture *fixture = *state;
    char path[256];
    expect(fixture, rules, NULL);
    assert_int_not_equal(access(fixture->folder, F_OK), 0);
    store(fixture, rules, "compiled");
    expect(fixture, rules, "compiled");
    expect(fixture, others, NULL);
    expect(fixture, joined, NULL);
    find_memo(fixture, path);
    assert_int_equal(mode_of(path), 0600);
    find_key(fixture, path);
    assert_int_equal(mode_of(path), 0600);
    assert_int_equal(mode_of(fixture->folder), 0700);
    store(fixture, others, "more");
    store(fixture, rules, "");
    expect(fixture, rules, "");
    expect(fixture, others, "more");
    assert_int_equal(count_files(fixture->folder, "tmp-", NULL), 0);
}

static void folder__missing_above_or_a_file__said_with_remedy(void **state)
{
    const struct fixture *fixture = *state;
    char deep[128];
    struct weir_error error;
    snprintf(deep, sizeof deep, "%s/no/cache", fixture->root);
    assert_int_equal(weir_rules_cache_store(deep, rules, 2, WEIR_TEXT_LITERAL("new"), &error), WEIR_UNAVAILABLE);
    assert_non_null(strstr(error.text, "cannot be made: No such file"));
    assert_non_null(strstr(error.text, "set rules.cache"));
    write_file(fixture->folder, "", 0);
    expect_refused(fixture, WEIR_UNAVAILABLE, "Not a directory");
    unlink(fixture->folder);
}

/* In a process of its own, since it gives up rights or room. Exit status 0: as it must be. */
static void run_apart(int (*call)(const struct fixture *fixture), const struct fixture *fixture)
{
    int ended;
    pid_t child = fork();
    if (child == 0)
        _exit(call(fixture));
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_int_equal(ended, 0);
}

static int store_without_rights(const struct fixture *fixture)
{
    struct weir_bytes bytes = {0};
    struct weir_error error;
    if (setegid(OTHER_USER) != 0 || seteuid(OTHER_USER) != 0)
        return 1;
    if (weir_rules_cache_load(fixture->folder, rules, 2, &bytes, &error) != WEIR_OK || bytes.data)
        return 2;
    if (weir_rules_cache_store(fixture->folder, rules, 2, WEIR_TEXT_LITERAL("new"), &error) != WEIR_UNAVAILABLE)
        return 3;
    return strstr(error.text, "Permission denied") ? 0 : 4;
}

static void folder__not_writable__store_says_so(void **state)
{
    const struct fixture *fixture = *state;
    if (geteuid() != 0)
        skip();
    assert_int_equal(chmod(fixture->root, 0755), 0);
    assert_int_equal(mkdir(fixture->folder, 0755), 0);
    run_apart(store_without_rights, fixture);
}

static int store_without_room(const struct fixture *fixture)
{
    static const char large[65536];
    struct weir_error error;
    struct rlimit room = {.rlim_cur = 1000, .rlim_max = 1000};
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &room) != 0)
        return 1;
    if (weir_rules_cache_store(fixture->folder, rules, 2, (struct weir_text){large, sizeof large}, &error) !=
        WEIR_UNAVAILABLE)
        return 2;
    return strstr(error.text, "cannot be written") ? 0 : 3;
}

static void disk__full__old_memo_stays_and_nothing_is_left(void **state)
{
    const struct fixture *fixture = *state;
    store(fixture, rules, "compiled rules");
    run_apart(store_without_room, fixture);
    expect(fixture, rules, "compiled rules");
    assert_int_equal(count_files(fixture->folder, "", NULL), 4); /* `.` and `..` too */
}

static void half_written_files__next_store__gone(void **state)
{
    const struct fixture *fixture = *state;
    char path[128];
    store(fixture, rules, "compiled rules");
    snprintf(path, sizeof path, "%s/tmp-12345", fixture->folder);
    write_file(path, "half", 4);
    snprintf(path, sizeof path, "%s/mine.txt", fixture->folder);
    write_file(path, "not the cache's", 15);
    store(fixture, rules, "compiled rules");
    assert_int_equal(count_files(fixture->folder, "tmp-", NULL), 0);
    assert_int_equal(count_files(fixture->folder, "mine", NULL), 1);
}

static void many_rules__eight_memos_stay__least_used_goes(void **state)
{
    const struct fixture *fixture = *state;
    char name[WEIR_RULES_CACHE_FILES + 1][16];
    const char *paths[2] = {"rules"};
    for (unsigned i = 0; i <= WEIR_RULES_CACHE_FILES; i++) {
        snprintf(name[i], sizeof name[i], "%u", i);
        paths[1] = name[i];
        if (i == WEIR_RULES_CACHE_FILES) {
            paths[1] = name[0];
            expect(fixture, paths, name[0]); /* used again: now the second is the oldest */
            paths[1] = name[i];
        }
        store(fixture, paths, name[i]);
        usleep(20000); /* times of files are no finer than a tick */
    }
    assert_int_equal(count_files(fixture->folder, "weir-", NULL), WEIR_RULES_CACHE_FILES);
    for (unsigned i = 0; i <= WEIR_RULES_CACHE_FILES; i++) {
        paths[1] = name[i];
        expect(fixture, paths, i == 1 ? NULL : name[i]);
    }
}

static void memos__beyond_the_bytes__go(void **state)
{
    static const char *const others[] = {"rules/c", "rules/d"};
    const struct fixture *fixture = *state;
    char path[256];
    store(fixture, rules, "compiled rules");
    find_memo(fixture, path);
    assert_int_equal(truncate(path, (off_t)WEIR_RULES_CACHE_BYTES - 8), 0);
    store(fixture, others, "compiled");
    assert_int_equal(count_files(fixture->folder, "weir-", NULL), 1);
    expect(fixture, others, "compiled");
}

#define LETTERS 200000 /* of a memo that is one letter, so many times */

/* Many times: another process can put its memo there between any two steps. */
static bool load_whole(const struct fixture *fixture)
{
    for (int i = 0; i < 40; i++) {
        struct weir_bytes bytes = {0};
        struct weir_error error;
        if (weir_rules_cache_load(fixture->folder, rules, 2, &bytes, &error) != WEIR_OK) {
            fprintf(stderr, "%s\n", error.text);
            return false;
        }
        bool is_whole = bytes.length == LETTERS && memcmp(bytes.data, bytes.data + 1, LETTERS - 1) == 0;
        free(bytes.data);
        if (!is_whole)
            return false;
    }
    return true;
}

static int write_and_read(const struct fixture *fixture)
{
    static char text[LETTERS];
    for (int i = 0; i < 25; i++) {
        struct weir_error error;
        memset(text, 'a' + (getpid() + i) % 26, sizeof text);
        if (weir_rules_cache_store(fixture->folder, rules, 2, (struct weir_text){text, sizeof text}, &error) !=
            WEIR_OK) {
            fprintf(stderr, "%s\n", error.text);
            return 1;
        }
        if (!load_whole(fixture))
            return 2;
    }
    return 0;
}

static void several_processes__at_once__each_sees_whole_memos(void **state)
{
    const struct fixture *fixture = *state;
    pid_t children[4];
    for (size_t i = 0; i < 4; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(write_and_read(fixture));
        assert_true(children[i] > 0);
    }
    for (size_t i = 0; i < 4; i++) {
        int ended;
        assert_int_equal(waitpid(children[i], &ended, 0), children[i]);
        assert_int_equal(ended, 0);
    }
    assert_int_equal(count_files(fixture->folder, "", NULL), 4);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        TEST(memo__stored__comes_back_for_its_paths_only),
        TEST(folder__missing_above_or_a_file__said_with_remedy),
        TEST(folder__not_writable__store_says_so),
        TEST(disk__full__old_memo_stays_and_nothing_is_left),
        TEST(half_written_files__next_store__gone),
        TEST(many_rules__eight_memos_stay__least_used_goes),
        TEST(memos__beyond_the_bytes__go),
        TEST(several_processes__at_once__each_sees_whole_memos),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
