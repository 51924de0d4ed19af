/* What somebody else could have done to the files of a rules cache: each is refused with a reason, and replaced. */
#include "cache_fixture.h"

static void memo__any_bit_flipped__refused(void **state)
{
    const struct fixture *fixture = *state;
    char path[256], data[256];
    store(fixture, rules, "compiled rules");
    find_memo(fixture, path);
    size_t length = read_file(path, data, sizeof data);
    assert_int_equal(length, strlen("compiled rules") + 32);
    for (size_t bit = 0; bit < length * 8; bit++) {
        data[bit / 8] ^= (char)(1 << bit % 8);
        write_file(path, data, length);
        expect_refused(fixture, WEIR_INVALID, "signature is wrong");
        data[bit / 8] ^= (char)(1 << bit % 8);
    }
    write_file(path, data, length);
    expect(fixture, rules, "compiled rules");
}

static void memo__cut_or_longer__refused_and_replaced(void **state)
{
    const struct fixture *fixture = *state;
    char path[256], data[256] = {0};
    store(fixture, rules, "compiled rules");
    find_memo(fixture, path);
    size_t length = read_file(path, data, sizeof data);
    for (size_t cut = 0; cut < length; cut++) {
        write_file(path, data, cut);
        expect_refused(fixture, WEIR_INVALID, "signature is wrong");
    }
    write_file(path, data, length + 1);
    expect_healed(fixture, "signature is wrong");
}

/* All that a memo needs, signed with another folder's key. */
static void memo__forged_with_another_key__refused_and_replaced(void **state)
{
    const struct fixture *fixture = *state;
    struct fixture other = *fixture;
    char path[256], other_path[256], data[256];
    snprintf(other.folder, sizeof other.folder, "%s/other", fixture->root);
    store(&other, rules, "evil code");
    store(fixture, rules, "compiled rules");
    find_memo(&other, other_path);
    find_memo(fixture, path);
    size_t length = read_file(other_path, data, sizeof data);
    write_file(path, data, length);
    empty_folder(other.folder);
    expect_healed(fixture, "signature is wrong");
}

static void memo__symbolic_link__refused_and_replaced_not_followed(void **state)
{
    const struct fixture *fixture = *state;
    char path[256], target[256], data[256];
    snprintf(target, sizeof target, "%s/target", fixture->root);
    store(fixture, rules, "compiled rules");
    find_memo(fixture, path);
    assert_int_equal(rename(path, target), 0);
    assert_int_equal(symlink(target, path), 0);
    expect_healed(fixture, "symbolic link");
    assert_int_equal(read_file(target, data, sizeof data), strlen("compiled rules") + 32);
    unlink(target);
}

static void memo__second_name__refused_and_replaced(void **state)
{
    const struct fixture *fixture = *state;
    char path[256], second[256];
    snprintf(second, sizeof second, "%s/second", fixture->root);
    store(fixture, rules, "compiled rules");
    find_memo(fixture, path);
    assert_int_equal(link(path, second), 0);
    expect_healed(fixture, "more than one name");
    unlink(second);
}

static void memo__open_to_others__refused_and_replaced(void **state)
{
    static const mode_t modes[] = {0604, 0602, 0640, 0620, 0666};
    const struct fixture *fixture = *state;
    char path[256];
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        store(fixture, rules, "compiled rules");
        find_memo(fixture, path);
        assert_int_equal(chmod(path, modes[i]), 0);
        expect_healed(fixture, "open to others");
    }
}

static void memo__no_file__refused(void **state)
{
    const struct fixture *fixture = *state;
    char path[256];
    struct weir_error error = {0};
    store(fixture, rules, "compiled rules");
    find_memo(fixture, path);
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_healed(fixture, "not a plain file");
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    expect_refused(fixture, WEIR_INVALID, "not a plain file");
    assert_int_equal(weir_rules_cache_store(fixture->folder, rules, 2, WEIR_TEXT_LITERAL("new"), &error),
                     WEIR_UNAVAILABLE);
    assert_non_null(strstr(error.text, "cannot be written"));
    assert_int_equal(count_files(fixture->folder, "tmp-", NULL), 0);
}

static void memo__of_another_user__refused_and_replaced(void **state)
{
    const struct fixture *fixture = *state;
    char path[256];
    if (geteuid() != 0)
        skip();
    store(fixture, rules, "compiled rules");
    find_memo(fixture, path);
    assert_int_equal(chown(path, OTHER_USER, OTHER_USER), 0);
    expect_healed(fixture, "another user");
}

static void memo__giant__refused_unread(void **state)
{
    const struct fixture *fixture = *state;
    char path[256];
    store(fixture, rules, "compiled rules");
    find_memo(fixture, path);
    assert_int_equal(truncate(path, (off_t)WEIR_RULES_CACHE_BYTES + 33), 0);
    expect_healed(fixture, "too large");
}

static void key__lost_cut_or_open__memos_refused_and_key_made_anew(void **state)
{
    const struct fixture *fixture = *state;
    char key[256], before[64], after[64];
    store(fixture, rules, "compiled rules");
    find_key(fixture, key);
    assert_int_equal(read_file(key, before, sizeof before), 32);
    unlink(key);
    expect_healed(fixture, "signature is wrong");
    assert_int_equal(read_file(key, after, sizeof after), 32);
    assert_memory_not_equal(before, after, 32);
    write_file(key, after, 31);
    expect_healed(fixture, "cut short");
    assert_int_equal(chmod(key, 0644), 0);
    expect_healed(fixture, "open to others");
    assert_int_equal(read_file(key, before, sizeof before), 32);
    assert_memory_not_equal(before, after, 32);
    unlink(key);
    assert_int_equal(symlink("/dev/zero", key), 0);
    expect_healed(fixture, "symbolic link");
    assert_int_equal(mode_of(key), 0600);
}

static void folder__open_to_others__not_used(void **state)
{
    static const mode_t modes[] = {0770, 0720, 0707, 01777};
    const struct fixture *fixture = *state;
    struct weir_error error;
    store(fixture, rules, "compiled rules");
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(chmod(fixture->folder, modes[i]), 0);
        expect_refused(fixture, WEIR_UNAVAILABLE, "others can write to it");
        assert_int_equal(weir_rules_cache_store(fixture->folder, rules, 2, WEIR_TEXT_LITERAL("new"), &error),
                         WEIR_UNAVAILABLE);
    }
    assert_int_equal(chmod(fixture->folder, 0755), 0);
    expect(fixture, rules, "compiled rules");
}

static void folder__of_another_user__not_used(void **state)
{
    const struct fixture *fixture = *state;
    if (geteuid() != 0)
        skip();
    store(fixture, rules, "compiled rules");
    assert_int_equal(chown(fixture->folder, OTHER_USER, OTHER_USER), 0);
    expect_refused(fixture, WEIR_UNAVAILABLE, "belongs to another user");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        TEST(memo__any_bit_flipped__refused),
        TEST(memo__cut_or_longer__refused_and_replaced),
        TEST(memo__forged_with_another_key__refused_and_replaced),
        TEST(memo__symbolic_link__refused_and_replaced_not_followed),
        TEST(memo__second_name__refused_and_replaced),
        TEST(memo__open_to_others__refused_and_replaced),
        TEST(memo__no_file__refused),
        TEST(memo__of_another_user__refused_and_replaced),
        TEST(memo__giant__refused_unread),
        TEST(key__lost_cut_or_open__memos_refused_and_key_made_anew),
        TEST(folder__open_to_others__not_used),
        TEST(folder__of_another_user__not_used),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
