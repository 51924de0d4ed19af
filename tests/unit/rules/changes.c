/* What a reload asks of the rules: which of them changed, and whether their files did. */
#include "loading.h"

#include <sys/stat.h>
#include <unistd.h>

#define RULE(id, literal)                                                                                              \
    "- id: t." id "\n  title: t\n  why: w\n  category: scams_and_fraud\n  severity: low\n"                             \
    "  patterns: {p: {literals: [" literal "]}}\n  examples: {flag: [a], pass: [b]}\n"
#define PACK "pack: t\nversion: 1.0.0\nrules:\n"

static struct weir_ruleset *parse(const char *source)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_ruleset *ruleset = NULL;
    enum weir_status status = parse_pack("t.yaml", source, diagnostics, &ruleset);
    if (status != WEIR_OK)
        weir_diagnostics_print(diagnostics, stderr);
    assert_int_equal(status, WEIR_OK);
    weir_diagnostics_free(diagnostics);
    return ruleset;
}

/* The change as "+added -removed ~changed ". */
static void describe(const char *before, const char *now, char *out, size_t size)
{
    struct weir_ruleset *old = before ? parse(before) : NULL;
    struct weir_ruleset *new = parse(now);
    struct weir_arena *arena = weir_arena_new(0);
    struct weir_ruleset_change change;
    assert_int_equal(weir_ruleset_compare(old, new, arena, &change), WEIR_OK);
    size_t at = 0;
    out[0] = 0;
    for (size_t i = 0; i < change.added_count; i++)
        at += (size_t)snprintf(out + at, size - at, "+%s ", change.added[i]);
    for (size_t i = 0; i < change.removed_count; i++)
        at += (size_t)snprintf(out + at, size - at, "-%s ", change.removed[i]);
    for (size_t i = 0; i < change.changed_count; i++)
        at += (size_t)snprintf(out + at, size - at, "~%s ", change.changed[i]);
    weir_arena_free(arena);
    weir_ruleset_free(old);
    weir_ruleset_free(new);
}

static void compare__each_sort_of_change__named_once(void **state)
{
    (void)state;
    static const struct {
        const char *before;
        const char *now;
        const char *change;
    } table[] = {
        {NULL, PACK RULE("b", "x") RULE("a", "y"), "+t.a +t.b "},
        {PACK RULE("a", "x"), PACK RULE("a", "x"), ""},
        {PACK RULE("a", "x"), PACK RULE("a", "y"), "~t.a "},
        {PACK RULE("a", "x"), PACK RULE("b", "x"), "+t.b -t.a "},
        {PACK RULE("a", "x") RULE("b", "x") RULE("c", "x"), PACK RULE("c", "z") RULE("d", "x") RULE("a", "x"),
         "+t.d -t.b ~t.c "},
        {PACK RULE("a", "x"), "# a comment\n" PACK "\n" RULE("a", "x   ") "# another\n", ""}, /* not what it says */
        {PACK RULE("a", "x"), PACK RULE("a", "'x'"), "~t.a "},
        {PACK RULE("a", "ab, c"), PACK RULE("a", "a, bc"), "~t.a "},
        {PACK RULE("a", "x"), PACK RULE("a", "x") "  status: shadow\n", "~t.a "},
        {PACK RULE("a", "x") RULE("b", "x"), PACK RULE("b", "x") RULE("a", "x") "  status: deprecated\n", "-t.a "},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char change[200];
        describe(table[i].before, table[i].now, change, sizeof change);
        assert_string_equal(change, table[i].change);
    }
}

struct folder {
    char path[64];
    char pack[96];
    char lists[96];
    char list[128];
    struct weir_ruleset *ruleset; /* of pack, which names the list */
};

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static struct weir_ruleset *load(const struct folder *folder)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_folding folding = {.fold = fold_simply};
    struct weir_field_names fields = {.at = {"text"}, .count = 1};
    struct weir_ruleset *ruleset = NULL;
    const char *path = folder->path;
    assert_int_equal(weir_ruleset_load(&path, 1, &fields, &folding, NULL, diagnostics, &ruleset), WEIR_OK);
    weir_diagnostics_free(diagnostics);
    return ruleset;
}

static int open_folder(void **state)
{
    struct folder *folder = calloc(1, sizeof *folder);
    if (!folder)
        return 1;
    strcpy(folder->path, "/tmp/weir-changes-XXXXXX");
    if (!mkdtemp(folder->path))
        return 1;
    snprintf(folder->pack, sizeof folder->pack, "%s/t.yaml", folder->path);
    snprintf(folder->lists, sizeof folder->lists, "%s/lists", folder->path);
    snprintf(folder->list, sizeof folder->list, "%s/words.txt", folder->lists);
    char *source = make_pack("l: {literals_from: lists/words.txt}");
    write_file(folder->pack, source);
    free(source);
    if (mkdir(folder->lists, 0700) != 0)
        return 1;
    write_file(folder->list, "one\n");
    folder->ruleset = load(folder);
    *state = folder;
    return 0;
}

static int close_folder(void **state)
{
    struct folder *folder = *state;
    weir_ruleset_free(folder->ruleset);
    unlink(folder->pack);
    unlink(folder->list);
    rmdir(folder->lists);
    rmdir(folder->path);
    free(folder);
    return 0;
}

static void compare__a_list_that_a_rule_names_changed__the_rule_did(void **state)
{
    const struct folder *folder = *state;
    struct weir_arena *arena = weir_arena_new(0);
    struct weir_ruleset_change change;
    write_file(folder->list, "two\n");
    struct weir_ruleset *now = load(folder);
    assert_int_equal(weir_ruleset_compare(folder->ruleset, now, arena, &change), WEIR_OK);
    assert_int_equal(change.changed_count, 1);
    assert_string_equal(change.changed[0], "t.r");
    assert_int_equal(change.added_count + change.removed_count, 0);
    weir_ruleset_free(now);
    weir_arena_free(arena);
}

/* Whether the stamp differs from the last one, which it replaces. */
static bool has_moved(const struct weir_ruleset *ruleset, const char *path, uint8_t last[WEIR_SHA256_BYTES])
{
    uint8_t stamp[WEIR_SHA256_BYTES];
    assert_int_equal(weir_rules_stamp(&path, 1, ruleset, stamp), WEIR_OK);
    bool moved = memcmp(stamp, last, sizeof stamp) != 0;
    memcpy(last, stamp, sizeof stamp);
    return moved;
}

static void stamp__files_of_the_folder_touched__another(void **state)
{
    const struct folder *folder = *state;
    uint8_t last[WEIR_SHA256_BYTES] = {0};
    char hidden[96];
    char other[96];
    snprintf(hidden, sizeof hidden, "%s/.t.yaml.swp", folder->path);
    snprintf(other, sizeof other, "%s/u.yaml", folder->path);
    assert_true(has_moved(NULL, folder->path, last));
    assert_false(has_moved(NULL, folder->path, last));
    write_file(folder->list, "longer than before\n"); /* below the folder */
    assert_true(has_moved(NULL, folder->path, last));
    write_file(hidden, "an editor's own");
    assert_false(has_moved(NULL, folder->path, last));
    unlink(hidden);
    write_file(other, "pack: u");
    assert_true(has_moved(NULL, folder->path, last));
    assert_int_equal(rename(other, folder->pack), 0);
    assert_true(has_moved(NULL, folder->path, last));
    assert_false(has_moved(NULL, folder->path, last));
}

static void stamp__list_elsewhere_touched__another(void **state)
{
    const struct folder *folder = *state;
    uint8_t last[WEIR_SHA256_BYTES] = {0};
    assert_true(has_moved(folder->ruleset, folder->pack, last));
    assert_false(has_moved(folder->ruleset, folder->pack, last));
    write_file(folder->list, "longer than before\n"); /* beside the one file that is watched */
    assert_true(has_moved(folder->ruleset, folder->pack, last));
}

static void stamp__path_that_vanishes_and_comes_back__another_each_time(void **state)
{
    const struct folder *folder = *state;
    uint8_t last[WEIR_SHA256_BYTES] = {0};
    char away[128];
    snprintf(away, sizeof away, "%s.away", folder->path);
    assert_true(has_moved(NULL, folder->path, last));
    assert_int_equal(rename(folder->path, away), 0);
    assert_true(has_moved(NULL, folder->path, last));
    assert_int_equal(rename(away, folder->path), 0);
    assert_true(has_moved(NULL, folder->path, last));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compare__each_sort_of_change__named_once),
        cmocka_unit_test_setup_teardown(compare__a_list_that_a_rule_names_changed__the_rule_did, open_folder,
                                        close_folder),
        cmocka_unit_test_setup_teardown(stamp__files_of_the_folder_touched__another, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(stamp__list_elsewhere_touched__another, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(stamp__path_that_vanishes_and_comes_back__another_each_time, open_folder,
                                        close_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
