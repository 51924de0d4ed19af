/* The figures of a bench from times that are known, and what it counts over files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../src/run/bench_samples.h"
#include "weir/normalize.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void seconds__as_written__read_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double wanted; /* 0: refused */
    } rows[] = {
        {"2", 2}, {"0.25", 0.25}, {"600", 600}, {"601", 0}, {"0", 0},     {"-1", 0},
        {"", 0},  {"2s", 0},      {" 2", 0},    {"nan", 0}, {"1e999", 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        double seconds = 0;
        assert_int_equal(weir_bench_seconds(rows[i].text, &seconds), rows[i].wanted > 0);
        assert_true(seconds == rows[i].wanted);
    }
}

static bool is_near(double a, double b)
{
    return a - b < 1e-9 && b - a < 1e-9;
}

/* Times in ns of all stages, of Hyperscan alone, then of the path. */
static struct bench_sample sample_of(uint64_t passes, double scan, double bare, double path)
{
    const double factor = (double)passes;
    struct bench_sample sample = {.passes = passes};
    for (int i = 0; i < BENCH_TIMED; i++)
        sample.cpu_ns[i] = 100 * factor;
    sample.cpu_ns[WEIR_STAGE_SCAN] = scan * factor;
    sample.cpu_ns[WEIR_STAGE_BARE_SCAN] = bare * factor;
    sample.cpu_ns[BENCH_PATH] = path * factor;
    for (int i = 0; i < BENCH_TIMED; i++)
        sample.wall_ns[i] = 3 * sample.cpu_ns[i];
    return sample;
}

static void sum__of_passes__medians_for_each_message(void **state)
{
    (void)state;
    const uint64_t calls[WEIR_STAGE_COUNT] = {10, 8, 8, 8, 5, 8};
    struct weir_bench_report report = {.facts = {.messages = 10}};
    struct bench_samples samples = {0};
    /* The last one was disturbed; one is of two passes. */
    const struct bench_sample made[] = {sample_of(1, 200, 190, 1000), sample_of(2, 400, 300, 1100),
                                        sample_of(1, 250, 250, 900), sample_of(1, 9000, 300, 90000),
                                        sample_of(1, 240, 216, 1040)};
    for (size_t i = 0; i < COUNT_OF(made); i++)
        assert_true(bench_samples_add(&samples, &made[i]));
    assert_int_equal(bench_samples_sum(&samples, calls, &report), WEIR_OK);
    bench_samples_fini(&samples);
    const struct weir_bench_time *rows = report.rows;
    assert_int_equal(report.passes, 6);
    assert_true(is_near(rows[WEIR_BENCH_DECODE].cpu_ns, 10));
    assert_true(is_near(rows[WEIR_BENCH_SCAN].cpu_ns, 25));
    assert_true(is_near(rows[WEIR_BENCH_SCAN].wall_ns, 75));
    assert_true(is_near(rows[WEIR_BENCH_PATH].cpu_ns, 104));
    assert_true(is_near(rows[WEIR_BENCH_REST].cpu_ns, 104 - 10 - 10 - 25 - 10 - 10));
    assert_true(is_near(rows[WEIR_BENCH_REST].wall_ns, 3 * 39));
    assert_true(is_near(rows[WEIR_BENCH_SCAN].share, 25.0 / 104));
    assert_true(is_near(rows[WEIR_BENCH_PATH].share, 1));
    assert_true(rows[WEIR_BENCH_BARE_SCAN].share == 0);
    assert_true(is_near(rows[WEIR_BENCH_NORMALIZE].calls, 0.8));
    assert_true(is_near(rows[WEIR_BENCH_PUBLISH].calls, 0.5));
    assert_true(is_near(report.scan_percent, 90)); /* of 95, 75, 100, 3.3, 90 */
    assert_true(is_near(report.spread, (110.0 - 100) / 104));
    double shares = 0;
    for (int row = 0; row < WEIR_BENCH_PATH; row++)
        shares += rows[row].share;
    assert_true(is_near(shares, 1));
}

static void sum__of_one_pass_without_time__is_finite(void **state)
{
    (void)state;
    const uint64_t calls[WEIR_STAGE_COUNT] = {0};
    struct weir_bench_report report = {.facts = {.messages = 1}};
    struct bench_samples samples = {0};
    const struct bench_sample nothing = {.passes = 1};
    assert_true(bench_samples_add(&samples, &nothing));
    assert_int_equal(bench_samples_sum(&samples, calls, &report), WEIR_OK);
    bench_samples_fini(&samples);
    assert_true(report.scan_percent == 0 && report.spread == 0);
    for (int row = 0; row < WEIR_BENCH_ROWS; row++)
        assert_true(report.rows[row].cpu_ns == 0 && report.rows[row].share == 0);
}

/* ---- Over files ---- */

struct fixture {
    struct weir_settings_file *settings;
    struct weir_chars *chars;
    struct weir_ruleset *ruleset;
    char path[64];
    const char *paths[1];
};

static int open_fixture(void **state)
{
    static const char pack[] =
        "pack: t\nversion: 1.0.0\nrules:\n"
        "  - {id: t.account, title: t, why: w, category: scams_and_fraud, severity: low, cooldown: 0s,\n"
        "     patterns: {p: {literals: [safe account]}}, examples: {flag: [safe account], pass: [b]}}\n";
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_normalizer *normalizer;
    fixture->chars = weir_chars_new();
    assert_int_equal(weir_settings_default(&fixture->settings), WEIR_OK);
    assert_int_equal(weir_normalizer_new(fixture->chars, &normalizer), WEIR_OK);
    const struct weir_folding folding = weir_normalizer_folding(normalizer);
    assert_int_equal(weir_ruleset_parse("t.yaml", weir_text_of(pack), &weir_settings_get(fixture->settings)->fields,
                                        &folding, diagnostics, &fixture->ruleset),
                     WEIR_OK);
    weir_normalizer_free(normalizer);
    weir_diagnostics_free(diagnostics);
    strcpy(fixture->path, "/tmp/weir-bench-XXXXXX");
    int descriptor = mkstemp(fixture->path);
    assert_true(descriptor >= 0);
    close(descriptor);
    fixture->paths[0] = fixture->path;
    *state = fixture;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    unlink(fixture->path);
    weir_ruleset_free(fixture->ruleset);
    weir_settings_free(fixture->settings);
    weir_chars_free(fixture->chars);
    free(fixture);
    return 0;
}

/* Options for these lines, as many times over. */
static struct weir_bench_options write_lines(struct fixture *fixture, const char *lines, int times)
{
    FILE *file = fopen(fixture->path, "w");
    assert_non_null(file);
    for (int i = 0; i < times; i++)
        fputs(lines, file);
    assert_int_equal(fclose(file), 0);
    return (struct weir_bench_options){
        .settings = weir_settings_get(fixture->settings),
        .ruleset = fixture->ruleset,
        .chars = fixture->chars,
        .paths = fixture->paths,
        .path_count = 1,
        .kind = WEIR_POST,
        .bytes_max = WEIR_BENCH_BYTES_MAX,
        .seconds = 0.001,
    };
}

static void run__posts__counts_one_pass_and_times_each_row(void **state)
{
    struct fixture *fixture = *state;
    static const char lines[] = "{\"text\":\"a safe account\"}\n\n{\"text\":\"b\"}\nno JSON\n{\"id\":\"1\"}\n";
    const struct weir_bench_options options = write_lines(fixture, lines, 200); /* more than a batch */
    struct weir_bench_report report;
    struct weir_error error = {0};
    assert_int_equal(weir_bench_run(&options, &report, &error), WEIR_OK);
    const struct weir_bench_facts *facts = &report.facts;
    assert_int_equal(facts->messages, 800);
    assert_int_equal(facts->payload_bytes, 200 * (strlen(lines) - 5));
    assert_int_equal(facts->scanned_texts, 400);
    assert_int_equal(facts->scanned_bytes, 200 * (strlen("a safe account") + 1));
    assert_int_equal(facts->flags, 200);
    assert_int_equal(facts->dead_letters, 400);
    assert_int_equal(facts->records, 600);
    assert_int_equal(facts->bad[WEIR_BAD_NOT_JSON], 200);
    assert_int_equal(facts->bad[WEIR_BAD_NO_TEXT], 200);
    assert_true(report.passes >= 1);
    assert_true(report.scan_percent > 0);
    for (int row = 0; row < WEIR_BENCH_ROWS; row++)
        assert_true(row == WEIR_BENCH_REST || report.rows[row].cpu_ns > 0);
    assert_true(is_near(report.rows[WEIR_BENCH_SCAN].calls, 0.5));
}

static void run__captions__windows_are_scanned_anew_in_each_pass(void **state)
{
    struct fixture *fixture = *state;
    struct weir_bench_options options = write_lines(fixture, "to a safe\naccount\n", 3);
    struct weir_bench_report report;
    struct weir_error error = {0};
    options.kind = WEIR_CAPTION;
    options.text = true;
    options.seconds = 0.01;
    assert_int_equal(weir_bench_run(&options, &report, &error), WEIR_OK);
    assert_int_equal(report.facts.messages, 7); /* the end of the file is the end of its stream */
    assert_int_equal(report.facts.flags, 3);
    assert_int_equal(report.facts.dead_letters, 0);
    assert_true(report.facts.scanned_texts > 6); /* what was there before a hit is looked at too */
    assert_true(report.facts.scanned_bytes > 6 * strlen("to a safe"));
    assert_true(report.passes >= 1);
}

static void run__too_much__says_the_most(void **state)
{
    struct fixture *fixture = *state;
    struct weir_bench_options options = write_lines(fixture, "{\"text\":\"some words in a line\"}\n", 20000);
    struct weir_bench_report report;
    struct weir_error error = {0};
    options.bytes_max = (size_t)1 << 20;
    assert_int_equal(weir_bench_run(&options, &report, &error), WEIR_INVALID);
    assert_non_null(strstr(error.text, "more than 1 MiB of memory"));
}

static void run__nothing_to_measure__says_why(void **state)
{
    struct fixture *fixture = *state;
    struct weir_bench_options options = write_lines(fixture, "\n \n", 1);
    struct weir_bench_report report;
    struct weir_error error = {0};
    assert_int_equal(weir_bench_run(&options, &report, &error), WEIR_INVALID);
    assert_non_null(strstr(error.text, "holds no line"));
    options = write_lines(fixture, "plain text\n", 2);
    assert_int_equal(weir_bench_run(&options, &report, &error), WEIR_INVALID);
    assert_non_null(strstr(error.text, "none of the 2 lines is a post"));
    assert_non_null(strstr(error.text, "--text"));
    unlink(fixture->path);
    assert_int_equal(weir_bench_run(&options, &report, &error), WEIR_UNAVAILABLE);
}

/* ---- Reports ---- */

static void make_report(struct weir_bench_report *report)
{
    *report = (struct weir_bench_report){
        .facts = {.messages = 20,
                  .payload_bytes = 4000,
                  .scanned_texts = 19,
                  .scanned_bytes = 1900,
                  .records = 1,
                  .dead_letters = 1},
        .scan_percent = 89.5,
        .passes = 1,
        .seconds = 0.5,
    };
    report->facts.bad[WEIR_BAD_TOO_DEEP] = 1;
    for (int row = 0; row < WEIR_BENCH_ROWS; row++)
        report->rows[row] = (struct weir_bench_time){.cpu_ns = 100, .wall_ns = 110, .calls = 1, .share = 0.25};
    report->rows[WEIR_BENCH_PUBLISH].cpu_ns = 0.5;
    report->rows[WEIR_BENCH_DECIDE].calls = 0;
    report->rows[WEIR_BENCH_REST].cpu_ns = -3;
    report->rows[WEIR_BENCH_DECODE].cpu_ns = 0.0008e9; /* of 200 bytes: 1,250 a second */
}

static void print__a_report__rows_rates_and_a_missed_target(void **state)
{
    struct fixture *fixture = *state;
    const struct weir_bench_options options = write_lines(fixture, "", 1);
    struct weir_bench_report report;
    char *text = NULL;
    size_t length;
    make_report(&report);
    FILE *out = open_memstream(&text, &length);
    weir_bench_print(&options, &report, out);
    assert_int_equal(fclose(out), 0);
    static const char *const wanted[] = {
        "decode                1,250       0.2   800000.0      110.0    25.0 %\n",
        "scan             10,000,000    2000.0      100.0      110.0    25.0 %\n",
        "decide                    -         -      100.0      110.0    25.0 %\n",
        "publish                   -         -        0.5      110.0    25.0 %\n",
        "publish: 10 ns of processor time a record\n",
        "the rest                  -         -       -3.0      110.0    25.0 %\n",
        "bare hs_scan     10,000,000    2000.0      100.0      110.0         -\n",
        "scan stage: 89.5 % of the throughput of bare hs_scan (target: at least 90 %; MISSED)\n",
        "path: 100 ns of processor time a message, 110 ns by the wall\n",
        "dead letter 1 (too_deep 1)\n",
        "CLOCK_THREAD_CPUTIME_ID",
        "20 messages say little",
    };
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        if (!strstr(text, wanted[i]))
            fail_msg("not there: %s\n%s", wanted[i], text);
    free(text);
}

static void print_json__a_report__no_rate_of_what_takes_no_time(void **state)
{
    struct fixture *fixture = *state;
    struct weir_bench_options options = write_lines(fixture, "", 1);
    const char *const foreign[] = {"a\xFF\"b"};
    struct weir_bench_report report;
    char *text = NULL;
    size_t length;
    options.paths = foreign;
    make_report(&report);
    report.rows[WEIR_BENCH_PUBLISH].cpu_ns = 0;
    FILE *out = open_memstream(&text, &length);
    assert_int_equal(weir_bench_print_json(&options, &report, out), WEIR_OK);
    assert_int_equal(fclose(out), 0);
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    json_t *rows = json_object_get(json, "stages");
    assert_int_equal(json_array_size(rows), WEIR_BENCH_ROWS);
    assert_true(json_is_null(json_object_get(json_array_get(rows, WEIR_BENCH_PUBLISH), "items_per_second")));
    assert_true(json_is_null(json_object_get(json_array_get(rows, WEIR_BENCH_REST), "megabytes_per_second")));
    assert_true(json_is_null(json_object_get(json_array_get(rows, WEIR_BENCH_BARE_SCAN), "share")));
    assert_true(json_number_value(json_object_get(json_array_get(rows, WEIR_BENCH_SCAN), "items_per_second")) == 1e7);
    assert_string_equal(json_string_value(json_array_get(json_object_get(json, "files"), 0)), "a\xEF\xBF\xBD\"b");
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(json_object_get(json, "counts"), "unreadable"), "too_deep")),
        1);
    json_decref(json);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seconds__as_written__read_or_refused),
        cmocka_unit_test(sum__of_passes__medians_for_each_message),
        cmocka_unit_test(sum__of_one_pass_without_time__is_finite),
        cmocka_unit_test_setup_teardown(run__posts__counts_one_pass_and_times_each_row, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(run__captions__windows_are_scanned_anew_in_each_pass, open_fixture,
                                        close_fixture),
        cmocka_unit_test_setup_teardown(run__too_much__says_the_most, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(run__nothing_to_measure__says_why, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(print__a_report__rows_rates_and_a_missed_target, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(print_json__a_report__no_rate_of_what_takes_no_time, open_fixture,
                                        close_fixture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
