/* Reports: what counts once, what counts not at all, and Wilson's interval. The figures of a whole campaign are checked
 * in tests/integration/report.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "weir/report.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ID "11111111-2222-5333-8444-55555555555"

static enum weir_status add(struct weir_report *report, enum weir_report_place place, const char *record,
                            struct weir_error *error)
{
    return weir_report_add(report, place, weir_text_of(record), error);
}

static void add_good(struct weir_report *report, enum weir_report_place place, const char *record)
{
    struct weir_error error = {0};
    if (add(report, place, record, &error) != WEIR_OK)
        fail_msg("%s: %s", record, error.text);
}

static void add_flag(struct weir_report *report, enum weir_report_place place, char last, const char *rules)
{
    char record[512];
    snprintf(record, sizeof record,
             "{\"schema\":\"weir.flag/1\",\"flag_id\":\"" ID "%c\",\"flagged_at\":\"2026-11-23T20:57:55.123Z\","
             "\"kind\":\"post\",\"item\":{\"lang\":\"en-GB\"},\"rules\":[%s]}",
             last, rules);
    add_good(report, place, record);
}

static void add_verdict(struct weir_report *report, char last, const char *more)
{
    char record[256];
    snprintf(record, sizeof record, "{\"schema\":\"weir.verdict/1\",\"flag_id\":\"" ID "%c\",%s}", last, more);
    add_good(report, WEIR_REPORT_OTHER, record);
}

#define RULE_A "{\"id\":\"p.a\",\"category\":\"c\",\"severity\":\"low\",\"status\":\"active\"}"
#define RULE_B "{\"id\":\"p.b\",\"category\":\"c\",\"severity\":\"high\",\"status\":\"active\"}"
#define RULE_SHADOW "{\"id\":\"p.s\",\"category\":\"d\",\"severity\":\"low\",\"status\":\"shadow\"}"

static json_t *print(struct weir_report *report)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_int_equal(weir_report_print_json(report, out), WEIR_OK);
    fclose(out);
    json_t *root = json_loads(text, 0, NULL);
    free(text);
    assert_non_null(root);
    return root;
}

static int64_t number(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static void flags__twice_withdrawn_shadow__counted_as_they_must(void **state)
{
    (void)state;
    struct weir_report *report = weir_report_new();
    add_verdict(report, '1', "\"upheld\":true"); /* before its flag */
    add_flag(report, WEIR_REPORT_REVIEW, '1', RULE_A "," RULE_B);
    add_flag(report, WEIR_REPORT_REVIEW, '1', RULE_A "," RULE_B);
    add_flag(report, WEIR_REPORT_OVERFLOW, '2', RULE_A);
    add_flag(report, WEIR_REPORT_REVIEW, '3', RULE_A);
    add_flag(report, WEIR_REPORT_OTHER, '4', RULE_SHADOW);
    add_good(report, WEIR_REPORT_REVIEW,
             "{\"schema\":\"weir.flag-update/1\",\"flag_id\":\"" ID "3\",\"state\":\"withdrawn\"}");
    add_verdict(report, '3', "\"upheld\":true");
    add_verdict(report, '9', "\"upheld\":true"); /* of no flag */
    json_t *root = print(report);
    const json_t *totals = json_object_get(root, "totals");
    assert_int_equal(number(totals, "flags"), 2);
    assert_int_equal(number(totals, "in_review"), 1);
    assert_int_equal(number(totals, "in_overflow"), 1);
    assert_int_equal(number(totals, "shadow"), 1);
    assert_int_equal(number(totals, "withdrawn"), 1);
    assert_int_equal(number(totals, "reviewed"), 1);
    assert_int_equal(number(totals, "verdicts_of_unknown_flags"), 1);
    const json_t *first = json_array_get(json_object_get(root, "rules"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "id")), "p.a");
    assert_int_equal(number(first, "flags"), 2);
    const json_t *category = json_array_get(json_object_get(root, "categories"), 0);
    assert_int_equal(number(category, "flags"), 2); /* one of them by two rules */
    const json_t *lang = json_array_get(json_object_get(root, "languages"), 0);
    assert_string_equal(json_string_value(json_object_get(lang, "lang")), "en");
    json_decref(root);
    weir_report_free(report);
}

static void flags__five_hundred_languages__the_last_are_other(void **state)
{
    (void)state;
    struct weir_report *report = weir_report_new();
    for (unsigned i = 0; i < 500; i++) {
        char record[512];
        snprintf(record, sizeof record,
                 "{\"schema\":\"weir.flag/1\",\"flag_id\":\"11111111-2222-5333-8444-%012u\","
                 "\"flagged_at\":\"2026-11-23T20:57:55Z\",\"item\":{\"lang\":\"%c%c\"},\"rules\":[" RULE_A "]}",
                 i, 'a' + i / 26, 'a' + i % 26);
        add_good(report, WEIR_REPORT_REVIEW, record);
    }
    json_t *root = print(report);
    const json_t *langs = json_object_get(root, "languages");
    assert_in_range(json_array_size(langs), 60, 70);
    const json_t *first = json_array_get(langs, 0);
    assert_string_equal(json_string_value(json_object_get(first, "lang")), "other");
    assert_int_equal(number(first, "flags"), 500 - (json_int_t)json_array_size(langs) + 1);
    json_decref(root);
    weir_report_free(report);
}

static void verdicts__several__latest_counts(void **state)
{
    (void)state;
    struct weir_report *report = weir_report_new();
    for (char id = '1'; id <= '3'; id++)
        add_flag(report, WEIR_REPORT_REVIEW, id, RULE_A);
    add_verdict(report, '1', "\"upheld\":true,\"decided_at\":\"2026-11-24T09:00:00Z\"");
    add_verdict(report, '1', "\"upheld\":false,\"decided_at\":\"2026-11-24T08:00:00Z\""); /* came later, is older */
    add_verdict(report, '2', "\"upheld\":true");
    add_verdict(report, '2', "\"upheld\":false");
    add_verdict(report, '3', "\"upheld\":false,\"decided_at\":\"2026-11-24T09:00:00+01:00\"");
    add_verdict(report, '3', "\"upheld\":true,\"decided_at\":\"2026-11-24T08:30:00Z\"");
    json_t *root = print(report);
    const json_t *totals = json_object_get(root, "totals");
    assert_int_equal(number(totals, "reviewed"), 3);
    assert_int_equal(number(totals, "upheld"), 2);
    json_decref(root);
    weir_report_free(report);
}

static void records__wrong__said(void **state)
{
    static const struct {
        const char *record;
        const char *said;
    } cases[] = {
        {"", "no JSON object"},
        {"[1]", "no JSON object"},
        {"{\"schema\":\"weir.flag/1\"}", "without a flag_id"},
        {"{\"schema\":\"weir.flag/1\",\"flag_id\":\"" ID "\"}", "without a flag_id"},
        {"{\"schema\":\"weir.flag/1\",\"flag_id\":\"" ID "1\",\"flagged_at\":\"soon\"}", "flagged_at"},
        {"{\"schema\":\"weir.flag/1\",\"flag_id\":\"" ID "1\",\"flagged_at\":\"2026-11-24T08:30:00Z\"}",
         "without rules"},
        {"{\"schema\":\"weir.verdict/1\",\"flag_id\":\"" ID "1\"}", "upheld"},
        {"{\"schema\":\"weir.verdict/1\",\"flag_id\":\"" ID "1\",\"upheld\":true,\"decided_at\":1}", "decided_at"},
        {"{\"schema\":\"weir.flag-update/1\",\"flag_id\":\"zz\"}", "flag_id"},
        {"{\"schema\":\"weir.rollup/1\"}", "from and to"},
    };
    (void)state;
    struct weir_report *report = weir_report_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct weir_error error = {0};
        assert_int_equal(add(report, WEIR_REPORT_REVIEW, cases[i].record, &error), WEIR_INVALID);
        assert_non_null(strstr(error.text, cases[i].said));
    }
    add_good(report, WEIR_REPORT_REVIEW, "{\"schema\":\"weir.overflow/1\"}"); /* of another kind */
    add_good(report, WEIR_REPORT_REVIEW, "{}");
    json_decref(print(report));
    weir_report_free(report);
}

static void flags__many__none_lost(void **state)
{
    (void)state;
    struct weir_report *report = weir_report_new();
    for (int i = 0; i < 20000; i++) {
        char record[512];
        snprintf(record, sizeof record,
                 "{\"schema\":\"weir.flag/1\",\"flag_id\":\"11111111-2222-5333-8444-%012d\",\"flagged_at\":"
                 "\"2026-11-23T20:57:55Z\",\"kind\":\"caption\",\"item\":{},\"rules\":[" RULE_A "]}",
                 i % 15000);
        add_good(report, WEIR_REPORT_REVIEW, record);
    }
    json_t *root = print(report);
    assert_int_equal(number(json_object_get(root, "totals"), "flags"), 15000);
    assert_int_equal(number(json_object_get(root, "totals"), "captions"), 15000);
    json_decref(root);
    weir_report_free(report);
}

/* Against values of R's prop.test(..., correct = FALSE). */
static void wilson__known_values__met(void **state)
{
    static const struct {
        uint64_t good, count;
        double low, high;
    } cases[] = {
        {8, 10, 0.490162, 0.943318}, {0, 10, 0, 0.277533}, {10, 10, 0.722467, 1}, {500, 1000, 0.469067, 0.530933}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double low, high;
        weir_wilson(cases[i].good, cases[i].count, &low, &high);
        assert_true(fabs(low - cases[i].low) < 1e-5);
        assert_true(fabs(high - cases[i].high) < 1e-5);
    }
}

static void add_audit(struct weir_report *report, char last, const char *share)
{
    char record[256];
    snprintf(record, sizeof record,
             "{\"schema\":\"weir.audit/1\",\"audit_id\":\"" ID "%c\",\"drawn_at\":\"2026-11-23T20:57:55.123Z\","
             "\"share\":%s}",
             last, share);
    add_good(report, WEIR_REPORT_OTHER, record);
}

static void add_missed(struct weir_report *report, char last, const char *more)
{
    char record[256];
    snprintf(record, sizeof record, "{\"schema\":\"weir.verdict/1\",\"audit_id\":\"" ID "%c\",%s}", last, more);
    add_good(report, WEIR_REPORT_OTHER, record);
}

static double real(const json_t *object, const char *name)
{
    return json_number_value(json_object_get(object, name));
}

/* Two of share 1/100, one of them twice and one missed; one of share 1/10; one that nobody read. */
static void audit__of_two_shares__weighed_by_what_they_stand_for(void **state)
{
    (void)state;
    struct weir_report *report = weir_report_new();
    add_missed(report, '1', "\"missed\":true"); /* before its record */
    add_audit(report, '1', "0.01");
    add_audit(report, '1', "0.01");
    add_audit(report, '2', "0.01");
    add_audit(report, '3', "0.1");
    add_audit(report, '4', "0.1");
    add_missed(report, '2', "\"missed\":false,\"decided_at\":\"2026-11-24T00:00:00Z\"");
    add_missed(report, '2', "\"missed\":true,\"decided_at\":\"2026-11-23T23:00:00Z\""); /* an earlier one */
    add_missed(report, '3', "\"missed\":false");
    add_missed(report, '9', "\"missed\":true");
    json_t *root = print(report);
    const json_t *audit = json_object_get(root, "audit");
    assert_int_equal(number(audit, "records"), 4);
    assert_int_equal(number(audit, "reviewed"), 3);
    assert_int_equal(number(audit, "missed"), 1);
    assert_int_equal(number(audit, "verdicts_of_unknown_records"), 1);
    assert_true(fabs(real(audit, "unflagged") - 220) < 1e-9);
    const json_t *missed = json_object_get(audit, "missed_in_all");
    assert_true(fabs(real(missed, "items") - 220 * 100.0 / 210) < 1e-6);
    assert_true(real(missed, "low") > 0 && real(missed, "low") < real(missed, "items"));
    assert_true(real(missed, "high") > real(missed, "items") && real(missed, "high") < 220);
    const json_t *totals = json_object_get(root, "totals");
    assert_int_equal(number(totals, "flags"), 0);
    assert_int_equal(number(totals, "reviewed"), 0);
    assert_int_equal(number(totals, "verdicts_of_unknown_flags"), 0);
    json_decref(root);
    weir_report_free(report);
}

/* Whoever writes verdicts may be wrong: an id that is a flag's and an audit record's is no reason to print nothing. */
static void audit__with_the_id_of_a_flag__is_reported_all_the_same(void **state)
{
    (void)state;
    struct weir_report *report = weir_report_new();
    add_missed(report, '1', "\"missed\":true");
    add_flag(report, WEIR_REPORT_REVIEW, '1', RULE_A);
    add_flag(report, WEIR_REPORT_REVIEW, '2', RULE_A);
    add_missed(report, '2', "\"missed\":true");
    add_flag(report, WEIR_REPORT_REVIEW, '3', RULE_A);
    add_audit(report, '3', "0.000001");
    json_t *root = print(report);
    const json_t *audit = json_object_get(root, "audit");
    assert_int_equal(number(audit, "records"), 1);
    assert_int_equal(number(audit, "reviewed"), 0);
    assert_int_equal(number(audit, "verdicts_of_unknown_records"), 2);
    assert_true(fabs(real(audit, "unflagged") - 1e6) < 1e-3);
    json_decref(root);
    weir_report_free(report);
}

static void audit__unread_or_wrong__no_estimate_or_said(void **state)
{
    (void)state;
    static const struct {
        const char *record;
        const char *said;
    } cases[] = {
        {"{\"schema\":\"weir.audit/1\"}", "an audit record without an audit_id"},
        {"{\"schema\":\"weir.audit/1\",\"audit_id\":\"" ID "1\"}", "an audit record without a time in drawn_at"},
        {"{\"schema\":\"weir.audit/1\",\"audit_id\":\"" ID "1\",\"drawn_at\":\"2026-11-23T20:57:55Z\",\"share\":0}",
         "an audit record whose share is not from 0.000001 to 1"},
        {"{\"schema\":\"weir.verdict/1\",\"audit_id\":\"" ID "1\",\"upheld\":true}",
         "a verdict whose missed is neither true nor false"},
    };
    struct weir_report *report = weir_report_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct weir_error error = {0};
        assert_int_equal(add(report, WEIR_REPORT_OTHER, cases[i].record, &error), WEIR_INVALID);
        assert_string_equal(error.text, cases[i].said);
    }
    json_t *root = print(report);
    assert_null(json_object_get(root, "audit"));
    json_decref(root);
    add_audit(report, '1', "0.5");
    root = print(report);
    assert_int_equal(number(json_object_get(root, "audit"), "records"), 1);
    assert_null(json_object_get(json_object_get(root, "audit"), "missed_in_all"));
    json_decref(root);
    weir_report_free(report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags__twice_withdrawn_shadow__counted_as_they_must),
        cmocka_unit_test(flags__five_hundred_languages__the_last_are_other),
        cmocka_unit_test(verdicts__several__latest_counts),
        cmocka_unit_test(records__wrong__said),
        cmocka_unit_test(flags__many__none_lost),
        cmocka_unit_test(wilson__known_values__met),
        cmocka_unit_test(audit__of_two_shares__weighed_by_what_they_stand_for),
        cmocka_unit_test(audit__with_the_id_of_a_flag__is_reported_all_the_same),
        cmocka_unit_test(audit__unread_or_wrong__no_estimate_or_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
