/* What `weir check` says about the pass-through properties. */
#include "weir/kafka.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define MANY 8

/* The first diagnostic for these properties, given as name, value, name, value, .., NULL; NULL when there is none. A
 * value that begins with TOPSECRET counts as one that is not in the file. */
static const char *check(struct weir_diagnostics *diagnostics, ...)
{
    struct weir_property properties[MANY];
    struct weir_settings settings = {.kafka = properties};
    va_list arguments;
    va_start(arguments, diagnostics);
    for (const char *name; (name = va_arg(arguments, const char *));) {
        properties[settings.kafka_count] = (struct weir_property){
            name, va_arg(arguments, const char *), {"weir.yaml", (unsigned)settings.kafka_count + 2, 5}, NULL};
        if (strncmp(properties[settings.kafka_count].value, "TOPSECRET", 9) == 0)
            properties[settings.kafka_count].origin = "${env:SECRET}";
        settings.kafka_count++;
    }
    va_end(arguments);
    weir_kafka_check_properties(&settings, diagnostics);
    if (weir_diagnostics_errors(diagnostics) == 0)
        return NULL;
    const struct weir_diagnostic *first = weir_diagnostics_at(diagnostics, 0);
    assert_string_equal(first->place.file, "weir.yaml");
    return first->text;
}

static int make_diagnostics(void **state)
{
    *state = weir_diagnostics_new(10);
    return *state ? 0 : -1;
}

static int free_diagnostics(void **state)
{
    weir_diagnostics_free(*state);
    return 0;
}

static void properties__of_both_clients__accepted(void **state)
{
    assert_null(check(*state, "bootstrap.servers", "localhost:9092", "group.id", "weir", "linger.ms", "20",
                      "fetch.message.max.bytes", "2000000", "compression.codec", "lz4", "acks", "all",
                      "session.timeout.ms", "30000", "partition.assignment.strategy", "cooperative-sticky", NULL));
}

static void properties__unknown_name__names_the_nearest(void **state)
{
    const char *text = check(*state, "group.id", "weir", "bootstrap.server", "localhost:9092", NULL);
    assert_non_null(text);
    assert_non_null(strstr(text, "'bootstrap.server'"));
    assert_non_null(strstr(text, "did you mean 'bootstrap.servers'"));
    assert_int_equal(weir_diagnostics_at(*state, 0)->place.line, 3);
    assert_int_equal(weir_diagnostics_errors(*state), 1);
}

static void properties__value_out_of_range__is_an_error(void **state)
{
    const char *text = check(*state, "linger.ms", "-7", NULL);
    assert_non_null(text);
    assert_non_null(strstr(text, "linger.ms"));
    assert_int_equal(weir_diagnostics_at(*state, 0)->place.line, 2);
}

static const char *check_one(struct weir_diagnostics *diagnostics, enum weir_delivery delivery, const char *name,
                             const char *value)
{
    struct weir_property property = {name, value, {"weir.yaml", 2, 5}, NULL};
    const struct weir_settings settings = {.kafka = &property, .kafka_count = 1, .delivery = delivery};
    size_t before = weir_diagnostics_errors(diagnostics);
    weir_kafka_check_properties(&settings, diagnostics);
    return weir_diagnostics_errors(diagnostics) > before ? weir_diagnostics_at(diagnostics, before)->text : NULL;
}

static void properties__that_delivery_stands_on__depend_on_it(void **state)
{
    assert_null(check_one(*state, WEIR_EXACTLY_ONCE, "transactional.id", "weir-a"));
    assert_null(check_one(*state, WEIR_EXACTLY_ONCE, "enable.auto.commit", "false"));
    assert_null(check_one(*state, WEIR_EXACTLY_ONCE, "transaction.timeout.ms", "30000"));
    assert_non_null(check_one(*state, WEIR_EXACTLY_ONCE, "enable.auto.commit", "true"));
    assert_non_null(check_one(*state, WEIR_EXACTLY_ONCE, "isolation.level", "read_uncommitted"));
    assert_non_null(
        check_one(*state, WEIR_EXACTLY_ONCE, "message.timeout.ms", "60000")); /* longer than a transaction */
    assert_null(check_one(*state, WEIR_AT_LEAST_ONCE, "isolation.level", "read_uncommitted"));
    assert_non_null(check_one(*state, WEIR_AT_LEAST_ONCE, "transactional.id", "weir-a"));
}

static void properties__set_by_weir__refused(void **state)
{
    static const char *const CASES[][2] = {
        {"enable.auto.offset.store", "true"},
        {"enable.auto.commit", "false"},
        {"enable.idempotence", "false"},
        {"acks", "1"},
        {"request.required.acks", "0"},
        {"transactional.id", "weir"},
        {"rebalance_cb", "x"},
        {"opaque", "x"},
        {"delivery.report.only.error", "true"},
        {"log.queue", "true"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
        const char *text = check(diagnostics, CASES[i][0], CASES[i][1], NULL);
        assert_non_null(text);
        assert_non_null(strstr(text, CASES[i][0]));
        assert_non_null(strstr(text, "cannot be set"));
        weir_diagnostics_free(diagnostics);
    }
    assert_null(check(*state, "enable.idempotence", "true", "acks", "-1", NULL));
}

static void properties__wrong_secret__not_shown(void **state)
{
    const char *text = check(*state, "sasl.oauthbearer.method", "hunter2", NULL);
    assert_non_null(text);
    assert_null(strstr(text, "hunter2"));
    assert_non_null(strstr(text, "sasl.oauthbearer.method"));
}

static void properties__value_from_elsewhere__not_shown(void **state)
{
    (void)state;
    static const char *const NAMES[] = {
        "security.protocol",
        "debug",
        "broker.address.family",
        "auto.offset.reset",
        "partition.assignment.strategy",
        "ssl.curves.list",
        "ssl.providers",
        "compression.codec",
        "plugin.library.paths",
        "builtin.features",
        "linger.ms",
    };
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
        const char *text = check(diagnostics, "security.protocol", "ssl", NAMES[i], "TOPSECRETVALUE", NULL);
        if (!text)
            fail_msg("%s takes anything", NAMES[i]);
        /* Not every version of librdkafka quotes every value; where none is quoted, the property is named. */
        bool says_where = strstr(text, "${env:SECRET}") || strstr(text, NAMES[i]);
        if (strstr(text, "TOPSECRET") || !says_where)
            fail_msg("%s: %s", NAMES[i], text);
        weir_diagnostics_free(diagnostics);
    }
}

static void properties__at_odds_with_each_other__placed_at_one(void **state)
{
    const char *text = check(*state, "group.id", "weir", "max.in.flight.requests.per.connection", "50", NULL);
    assert_non_null(text);
    assert_non_null(strstr(text, "max.in.flight"));
}

static void properties__missing_certificate_file__is_an_error(void **state)
{
    assert_non_null(check(*state, "security.protocol", "ssl", "ssl.ca.location", "/nonexistent/ca.pem", NULL));
}

static void token__of_weir__checked_as_one(void **state)
{
    (void)state;
    static const struct {
        const char *pairs[6];
        const char *says; /* NULL: nothing */
    } CASES[] = {
        {{"sasl.mechanism", "OAUTHBEARER", "weir.oauthbearer.token.file", "t"}, NULL},
        {{"sasl.mechanisms", "OAUTHBEARER", "weir.oauthbearer.token.command", "c"}, NULL},
        {{"sasl.mechanism", "OAUTHBEARER", "enable.sasl.oauthbearer.unsecure.jwt", "true"}, NULL},
        {{"sasl.mechanism", "OAUTHBEARER"}, "OAUTHBEARER needs a token"},
        {{"weir.oauthbearer.token.file", "t"}, "sasl.mechanism: OAUTHBEARER alone"},
        {{"sasl.mechanism", "PLAIN", "weir.oauthbearer.token.file", "t"}, "sasl.mechanism: OAUTHBEARER alone"},
        {{"sasl.mechanism", "OAUTHBEARER", "weir.oauthbearer.token.file", ""}, "must not be empty"},
        {{"sasl.mechanism", "OAUTHBEARER", "weir.oauthbearer.token.file", "t", "weir.oauthbearer.token.command", "c"},
         "not both"},
        {{"sasl.mechanism", "OAUTHBEARER", "weir.oauthbearer.token.file", "t", "enable.sasl.oauthbearer.unsecure.jwt",
          "true"},
         "remove that"},
        {{"sasl.mechanism", "OAUTHBEARER", "weir.oauthbearer.token.path", "TOPSECRET"},
         "did you mean 'weir.oauthbearer.token.file'?"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
        const char *const *pairs = CASES[i].pairs;
        const char *text = check(diagnostics, pairs[0], pairs[1], pairs[2], pairs[3], pairs[4], pairs[5], NULL);
        if (!CASES[i].says && text)
            fail_msg("case %zu: %s", i, text);
        if (CASES[i].says && (!text || !strstr(text, CASES[i].says) || strstr(text, "TOPSECRET")))
            fail_msg("case %zu: %s", i, text ? text : "nothing");
        assert_true(weir_diagnostics_errors(diagnostics) <= 1);
        weir_diagnostics_free(diagnostics);
    }
}

static void version__is_not_empty(void **state)
{
    (void)state;
    assert_true(strlen(weir_kafka_version()) >= 5);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_diagnostics, free_diagnostics)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(properties__of_both_clients__accepted),
        TEST(properties__unknown_name__names_the_nearest),
        TEST(properties__value_out_of_range__is_an_error),
        TEST(properties__that_delivery_stands_on__depend_on_it),
        TEST(properties__set_by_weir__refused),
        TEST(properties__wrong_secret__not_shown),
        cmocka_unit_test(properties__value_from_elsewhere__not_shown),
        TEST(properties__at_odds_with_each_other__placed_at_one),
        TEST(properties__missing_certificate_file__is_an_error),
        cmocka_unit_test(token__of_weir__checked_as_one),
        cmocka_unit_test(version__is_not_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
