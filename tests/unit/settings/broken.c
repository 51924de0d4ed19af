/* Every file of tests/broken/config is refused, at the place and with the text that it asks for itself. */
#include "weir/settings.h"

#include "broken.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void load(const char *path, struct weir_diagnostics *diagnostics)
{
    struct weir_settings_file *file = NULL;
    assert_int_equal(weir_settings_load(path, WEIR_SETTINGS_FOR_DAEMON, diagnostics, &file), WEIR_INVALID);
    weir_settings_free(file);
}

static void load__one_mistake_a_file__named_at_its_place(void **state)
{
    (void)state;
    broken_check_folder(WEIR_SOURCE_DIR "/tests/broken/config", 30, load);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(load__one_mistake_a_file__named_at_its_place)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
