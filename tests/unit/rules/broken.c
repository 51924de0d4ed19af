/* Every file of tests/broken/packs is refused, at the place and with the text that it asks for itself. */
#include "broken.h"
#include "loading.h"

static void load(const char *path, struct weir_diagnostics *diagnostics)
{
    struct weir_folding folding = {.fold = fold_simply};
    struct weir_field_names fields = {.at = {"text"}, .count = 1};
    struct weir_ruleset *ruleset = NULL;
    assert_int_equal(weir_ruleset_load(&path, 1, &fields, &folding, NULL, diagnostics, &ruleset), WEIR_INVALID);
    assert_null(ruleset);
}

static void load__one_mistake_a_file__named_at_its_place(void **unused)
{
    (void)unused;
    broken_check_folder(WEIR_SOURCE_DIR "/tests/broken/packs", 80, load);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(load__one_mistake_a_file__named_at_its_place)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
