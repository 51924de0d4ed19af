/* --from: what is a time, and which. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "weir/backtest.h"
#include "weir/clock.h"

#define NOW_MS INT64_C(1795478400000) /* 2026-11-24T00:00:00Z */

static void time__rfc3339__milliseconds_since_1970(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t expected;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2026-11-24T00:00:00Z", NOW_MS},
        {"2026-11-24t00:00:00z", NOW_MS},
        {"2026-11-24 00:00:00Z", NOW_MS},
        {"2026-11-24T08:00:00+08:00", NOW_MS},
        {"2026-11-23T18:30:00-05:30", NOW_MS},
        {"2026-11-24T00:00:00.25Z", NOW_MS + 250},
        {"2026-11-24T00:00:00.123456789Z", NOW_MS + 123},
        {"2000-02-29T12:00:00Z", INT64_C(951825600000)},
        {"2100-03-01T00:00:00Z", INT64_C(4107542400000)},
        {"1969-12-31T23:59:59Z", -1000},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800000)},
        {"0001-01-01T00:00:00Z", INT64_C(-62135596800000)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t from_ms = -7;
        assert_true(weir_backtest_time(cases[i].text, NOW_MS, &from_ms));
        assert_int_equal(from_ms, cases[i].expected);
    }
}

/* Every day of four centuries, written by the clock and read again. */
static void time__what_the_clock_writes__read_as_it_was(void **state)
{
    (void)state;
    for (int64_t day = -100000; day < 100000; day += 3) {
        char text[WEIR_RFC3339_SIZE];
        int64_t from_ms;
        int64_t wall_ms = day * 86400000 + (day & 0xFFFF) * 987;
        weir_clock_format_rfc3339(wall_ms, text);
        assert_true(weir_backtest_time(text, NOW_MS, &from_ms));
        assert_int_equal(from_ms, wall_ms);
    }
}

static void time__duration__back_from_now(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t back_s;
    } cases[] = {{"0s", 0}, {"90s", 90}, {"30m", 1800}, {"24h", 86400}, {"7d", 604800}, {"36600d", 36600LL * 86400}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t from_ms;
        assert_true(weir_backtest_time(cases[i].text, NOW_MS, &from_ms));
        assert_int_equal(from_ms, NOW_MS - cases[i].back_s * 1000);
    }
}

static void time__anything_else__refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "24",
        "h",
        "24x",
        "24hh",
        "-24h",
        "1.5h",
        "99999999999999999999d",
        "36601d",
        "yesterday",
        "2026-11-24",
        "2026-11-24T00:00:00",
        "2026-11-24T00:00Z",
        "2026-11-24T24:00:00Z",
        "2026-11-24T00:60:00Z",
        "2026-11-24T00:00:61Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-11-31T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-11-24T00:00:00.Z",
        "2026-11-24T00:00:00Z ",
        "2026-11-24T00:00:00+8",
        "2026-11-24T00:00:00+08:60",
        "2026-11-24T00:00:00+0800",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t from_ms;
        if (weir_backtest_time(cases[i], NOW_MS, &from_ms))
            fail_msg("'%s' is taken for a time", cases[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time__rfc3339__milliseconds_since_1970),
        cmocka_unit_test(time__what_the_clock_writes__read_as_it_was),
        cmocka_unit_test(time__duration__back_from_now),
        cmocka_unit_test(time__anything_else__refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
