/* What a replay makes of the daemon's settings: another group, other transactions, one source. */
#include "../../../src/run/replay_settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct weir_property properties[] = {
    {.name = "group.id", .value = "first"},
    {.name = "enable.auto.commit", .value = "false"},
    {.name = "auto.offset.reset", .value = "latest"},
    {.name = "transactional.id", .value = "tx"},
    {.name = "group.id", .value = "secret", .origin = "${env:GROUP}"},
};
static const struct weir_mapping mappings[] = {{.topic = "posts"}, {.topic = "captions", .kind = WEIR_CAPTION}};
static const struct weir_settings given = {.kafka = properties,
                                           .kafka_count = 5,
                                           .mappings = mappings,
                                           .mapping_count = 2,
                                           .audit_share = 1000,
                                           .delivery = WEIR_EXACTLY_ONCE,
                                           .workers = 8};

/* The last value, which counts, or "-". */
static const char *value_of(const struct weir_settings *settings, const char *name)
{
    const char *value = "-";
    for (size_t i = 0; i < settings->kafka_count; i++)
        if (strcmp(settings->kafka[i].name, name) == 0)
            value = settings->kafka[i].value;
    return value;
}

static void make(struct replay_settings *made, bool is_dry)
{
    struct weir_error error;
    const struct weir_replay_options options = {.settings = &given, .topic = "letters", .is_dry = is_dry};
    assert_int_equal(replay_settings_init(made, &options, &error), WEIR_OK);
}

static void settings__of_a_replay__meet_the_daemon_nowhere(void **state)
{
    (void)state;
    struct replay_settings made;
    make(&made, false);
    assert_string_equal(value_of(&made.path, "group.id"), "secret.replay");
    assert_string_equal(made.group, "${env:GROUP}.replay");
    assert_string_equal(value_of(&made.path, "transactional.id"), "tx.replay");
    assert_string_equal(value_of(&made.path, "auto.offset.reset"), "earliest");
    assert_string_equal(value_of(&made.path, "enable.partition.eof"), "true");
    assert_int_equal(made.path.workers, 1);
    assert_int_equal(made.path.audit_share, 0);
    assert_int_equal(made.path.delivery, WEIR_EXACTLY_ONCE);
    assert_int_equal(made.path.mapping_count, 2);
    assert_int_equal(made.reader.mapping_count, 1);
    assert_string_equal(made.reader.mappings[0].topic, "letters");
    assert_int_equal(made.reader.delivery, WEIR_EXACTLY_ONCE);
    replay_settings_fini(&made);
}

static void settings__of_a_dry_run__have_no_transactions(void **state)
{
    (void)state;
    struct replay_settings made;
    make(&made, true);
    assert_int_equal(made.reader.delivery, WEIR_AT_LEAST_ONCE);
    assert_string_equal(value_of(&made.path, "transactional.id"), "-");
    assert_string_equal(value_of(&made.path, "enable.auto.commit"), "-");
    assert_string_equal(value_of(&made.path, "group.id"), "secret.replay");
    replay_settings_fini(&made);
}

static void settings__without_a_group__are_refused(void **state)
{
    (void)state;
    struct replay_settings made;
    struct weir_error error = {0};
    const struct weir_settings none = {.kafka = properties + 1, .kafka_count = 3};
    const struct weir_replay_options options = {.settings = &none, .topic = "letters"};
    assert_int_equal(replay_settings_init(&made, &options, &error), WEIR_INVALID);
    assert_non_null(strstr(error.text, "group.id"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings__of_a_replay__meet_the_daemon_nowhere),
        cmocka_unit_test(settings__of_a_dry_run__have_no_transactions),
        cmocka_unit_test(settings__without_a_group__are_refused),
    };
    return cmocka_run_group_tests_name("replay settings", tests, NULL, NULL);
}
