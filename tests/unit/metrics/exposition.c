/* Prometheus' text: what is written is what its parsers read. The whole page is checked by its own tool, in
 * tests/integration/http.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "weir/counters.h"
#include "weir/exposition.h"

#include <stdlib.h>
#include <string.h>

static void sample__labels__escaped(void **state)
{
    (void)state;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    const struct weir_label labels[] = {{"rule", "a\"b\\c\nd"}, {"lang", "中"}};
    weir_exposition_family(out, "weir_x_total", "counter", "Some.");
    weir_exposition_sample(out, "weir_x_total", labels, 2, UINT64_MAX);
    weir_exposition_sample(out, "weir_x_total", NULL, 0, 0);
    weir_exposition_thousandths(out, "weir_y_seconds", labels + 1, 1, 12034);
    fclose(out);
    assert_string_equal(text, "# HELP weir_x_total Some.\n# TYPE weir_x_total counter\n"
                              "weir_x_total{rule=\"a\\\"b\\\\c\\nd\",lang=\"中\"} 18446744073709551615\n"
                              "weir_x_total 0\nweir_y_seconds{lang=\"中\"} 12.034\n");
    free(text);
}

static void delays__bounds__in_the_first_bucket_that_holds_them(void **state)
{
    (void)state;
    struct weir_counters counters = {0};
    struct weir_delays sums = {0};
    const int64_t delays[] = {-50, 0, 5, 6, 300000, 300001};
    for (size_t i = 0; i < sizeof delays / sizeof *delays; i++)
        weir_count_delay(&counters, delays[i]);
    weir_delays_add(&counters, &sums);
    weir_delays_add(&counters, &sums); /* as of a second worker */
    assert_int_equal(sums.buckets[0], 2 * 3);
    assert_int_equal(sums.buckets[1], 2);
    assert_int_equal(sums.buckets[WEIR_DELAY_BUCKETS - 2], 2);
    assert_int_equal(sums.buckets[WEIR_DELAY_BUCKETS - 1], 2);
    assert_int_equal(sums.sum_ms, 2 * (5 + 6 + 300000 + 300001));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sample__labels__escaped),
        cmocka_unit_test(delays__bounds__in_the_first_bucket_that_holds_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
