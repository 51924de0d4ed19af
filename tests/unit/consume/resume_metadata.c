/* What stands beside a committed offset: what was written is read, and nothing else. */
#include "../../../src/pipeline/consume/resume_metadata.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define READ(bytes) resume_metadata_read((struct weir_text){(bytes), sizeof(bytes) - 1})

static void read__what_was_written__the_same_offset(void **state)
{
    (void)state;
    const int64_t offsets[] = {0, 1, 9, 10, 880, INT64_MAX - 1, INT64_MAX};
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        char text[RESUME_METADATA_SIZE];
        resume_metadata_write(offsets[i], text);
        assert_int_equal(resume_metadata_read(weir_text_of(text)), offsets[i]);
    }
    assert_int_equal(READ("weir/1 needed=880"), 880);
}

static void read__anything_else__nothing(void **state)
{
    (void)state;
    assert_int_equal(resume_metadata_read((struct weir_text){NULL, 0}), -1);
    assert_int_equal(READ(""), -1);
    assert_int_equal(READ("weir/1 needed="), -1);
    assert_int_equal(READ("weir/1 needed=-5"), -1);
    assert_int_equal(READ("weir/1 needed=+5"), -1);
    assert_int_equal(READ("weir/1 needed= 5"), -1);
    assert_int_equal(READ("weir/1  needed=5"), -1);
    assert_int_equal(READ("weir/1 needed=05"), -1);
    assert_int_equal(READ("weir/1 needed=5 "), -1);
    assert_int_equal(READ("weir/1 needed=5\0more"), -1);
    assert_int_equal(READ("weir/2 needed=5"), -1);
    assert_int_equal(READ("weir/1 needed=9223372036854775808"), -1);
    assert_int_equal(READ("weir/1 needed=99999999999999999999999999999999"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read__what_was_written__the_same_offset),
        cmocka_unit_test(read__anything_else__nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
