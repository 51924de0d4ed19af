/* weir.yaml to the struct: what the shipped file says, what holds without a key, ranges at their edges. */
#include "weir/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define KAFKA "kafka: {bootstrap.servers: b, group.id: g}\n"
#define SOURCES "sources: [{topic: posts}]\n"

static struct weir_settings_file *parse_for(const char *source, enum weir_settings_use use, char *messages, size_t size)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(100);
    struct weir_settings_file *file = NULL;
    enum weir_status status = weir_settings_parse("conf/weir.yaml", weir_text_of(source), use, diagnostics, &file);
    assert_int_equal(status, weir_diagnostics_errors(diagnostics) > 0 ? WEIR_INVALID : WEIR_OK);
    messages[0] = '\0';
    for (size_t i = 0; i < weir_diagnostics_count(diagnostics); i++) {
        const struct weir_diagnostic *entry = weir_diagnostics_at(diagnostics, i);
        size_t length = strlen(messages);
        snprintf(messages + length, size - length, "%s%s\n", entry->is_warning ? "warning: " : "", entry->text);
    }
    weir_diagnostics_free(diagnostics);
    return file;
}

/* Loads without a word. */
static struct weir_settings_file *parse(const char *source)
{
    char messages[4096];
    struct weir_settings_file *file = parse_for(source, WEIR_SETTINGS_FOR_DAEMON, messages, sizeof messages);
    assert_string_equal(messages, "");
    assert_non_null(file);
    return file;
}

static void check_messages(const char *source, enum weir_settings_use use, const char *expected)
{
    char messages[4096];
    weir_settings_free(parse_for(source, use, messages, sizeof messages));
    assert_string_equal(messages, expected);
}

/* "id /id" for each pointer; "field:" before the name of a scannable one. */
static void describe(const struct weir_settings *settings, size_t mapping, char *out, size_t size)
{
    static const char *const roles[] = {"field:", "id", "author", "lang", "time"};
    size_t length = 0;
    for (size_t i = 0; i < settings->mappings[mapping].pointer_count; i++) {
        const struct weir_pointer *pointer = &settings->mappings[mapping].pointers[i];
        length += (size_t)snprintf(out + length, size - length, "%s%s ", roles[pointer->role],
                                   pointer->role == WEIR_ROLE_VALUE ? settings->fields.at[pointer->field] : "");
        for (size_t t = 0; t < pointer->token_count; t++)
            length += (size_t)snprintf(out + length, size - length, "[%.*s]", (int)pointer->tokens[t].length,
                                       pointer->tokens[t].data);
        length += (size_t)snprintf(out + length, size - length, "\n");
    }
}

static const char example_mapping[] = "id [id]\nauthor [author][id]\nfield:author_name [author][name]\nlang [lang]\n"
                                      "time [created_at]\nfield:text [title]\nfield:text [text]\n";

static void check_defaults(const struct weir_settings *settings)
{
    char mapping[1024];
    describe(settings, 0, mapping, sizeof mapping);
    assert_string_equal(mapping, example_mapping);
    assert_int_equal(settings->fields.count, 2);
    assert_string_equal(settings->fields.at[0], "text");
    assert_string_equal(settings->topics.review, "weir.review");
    assert_string_equal(settings->topics.shadow, "weir.shadow");
    assert_string_equal(settings->topics.dead_letters, "weir.dead-letters");
    assert_string_equal(settings->topics.audit, "weir.audit");
    assert_int_equal(settings->audit_share, 0);
    assert_int_equal(settings->delivery, WEIR_AT_LEAST_ONCE);
    const struct weir_limits limits = WEIR_LIMITS_DEFAULT;
    assert_memory_equal(&settings->limits, &limits, sizeof limits);
    assert_int_equal(settings->author_key.length, 0);
    assert_int_equal(settings->content, WEIR_CONTENT_FULL);
    assert_int_equal(settings->workers, 2);
    assert_false(settings->log_json);
    assert_int_equal(settings->log_level, WEIR_LOG_INFO);
}

static void load__shipped_file__is_the_defaults(void **state)
{
    (void)state;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_settings_file *file = NULL;
    assert_int_equal(
        weir_settings_load(WEIR_SOURCE_DIR "/config/weir.yaml", WEIR_SETTINGS_FOR_DAEMON, diagnostics, &file), WEIR_OK);
    assert_int_equal(weir_diagnostics_count(diagnostics), 0);
    const struct weir_settings *settings = weir_settings_get(file);
    check_defaults(settings);
    assert_string_equal(settings->rules_path, WEIR_SOURCE_DIR "/config/rules");
    assert_int_equal(settings->mapping_count, 1);
    assert_string_equal(settings->mappings[0].topic, "posts");
    assert_int_equal(settings->kafka_count, 2);
    assert_string_equal(settings->kafka[0].name, "bootstrap.servers");
    assert_string_equal(settings->kafka[0].value, "localhost:9092");
    assert_string_equal(settings->kafka[0].place.file, WEIR_SOURCE_DIR "/config/weir.yaml");
    assert_int_equal(settings->kafka[0].place.line, 7);
    assert_int_equal(settings->kafka[0].place.column, 22);
    weir_settings_free(file);
    weir_diagnostics_free(diagnostics);
}

static void parse__least_file__has_the_defaults(void **state)
{
    (void)state;
    struct weir_settings_file *file = parse(KAFKA SOURCES);
    check_defaults(weir_settings_get(file));
    assert_string_equal(weir_settings_get(file)->rules_path, "conf/rules");
    assert_null(weir_settings_get(file)->rules_cache);
    assert_true(weir_settings_get(file)->fields.is_whole);
    weir_settings_free(file);
}

static void default__without_a_file__a_mapping_of_each_kind_without_topic(void **state)
{
    (void)state;
    struct weir_settings_file *file = NULL;
    assert_int_equal(weir_settings_default(&file), WEIR_OK);
    const struct weir_settings *settings = weir_settings_get(file);
    check_defaults(settings);
    assert_int_equal(settings->mapping_count, 2);
    assert_int_equal(settings->mappings[0].kind, WEIR_POST);
    assert_int_equal(settings->mappings[1].kind, WEIR_CAPTION);
    assert_null(settings->mappings[0].topic);
    assert_false(settings->fields.is_whole);
    assert_null(settings->mappings[1].topic);
    assert_int_equal(settings->kafka_count, 0);
    weir_settings_free(file);
}

static void parse__every_key__arrives(void **state)
{
    (void)state;
    struct weir_settings_file *file =
        parse(KAFKA "sources:\n"
                    "  - {topic: a, fields: {url: [/u, /v~1w/~0/], text: /t}}\n"
                    "  - {topic: b, kind: post, fields: {id: [/x, /y], url: /z}}\n"
                    "outputs: {review: {topic: r}, shadow: {topic: s}, dead_letters: {topic: d}, audit: {topic: q}}\n"
                    "delivery: at_least_once\nrules: {path: /etc/packs, cache: kept}\n"
                    "limits: {payload: 1, depth: 1000, hits: 10000000, evidence: 1}\n"
                    "privacy: {author_key: 0123456789abcdef, content: none}\nworkers: 256\naudit_sample: 0.000125\n"
                    "log: {format: json, level: error}\n");
    const struct weir_settings *settings = weir_settings_get(file);
    char mapping[1024];
    assert_int_equal(settings->mapping_count, 2);
    describe(settings, 0, mapping, sizeof mapping);
    assert_string_equal(mapping, "field:url [u]\nfield:url [v/w][~][]\nfield:text [t]\n");
    describe(settings, 1, mapping, sizeof mapping);
    assert_string_equal(mapping, "id [x]\nid [y]\nfield:url [z]\n");
    assert_string_equal(settings->fields.at[0], "text");
    assert_string_equal(settings->fields.at[1], "url");
    assert_string_equal(settings->topics.review, "r");
    assert_string_equal(settings->topics.shadow, "s");
    assert_string_equal(settings->topics.dead_letters, "d");
    assert_string_equal(settings->topics.audit, "q");
    assert_int_equal(settings->audit_share, 125);
    assert_string_equal(settings->rules_path, "/etc/packs");
    assert_string_equal(settings->rules_cache, "conf/kept");
    assert_int_equal(settings->limits.payload, 1);
    assert_int_equal(settings->limits.depth, 1000);
    assert_int_equal(settings->limits.hits, 10000000);
    assert_int_equal(settings->limits.evidence, 1);
    assert_true(weir_text_is(settings->author_key, "0123456789abcdef"));
    assert_int_equal(settings->content, WEIR_CONTENT_NONE);
    assert_int_equal(settings->workers, 256);
    assert_true(settings->log_json);
    assert_int_equal(settings->log_level, WEIR_LOG_ERROR);
    weir_settings_free(file);
}

static void workers__zero__one_per_core(void **state)
{
    (void)state;
    struct weir_settings_file *file = parse(KAFKA SOURCES "workers: 0\n");
    assert_in_range(weir_settings_get(file)->workers, 1, 256);
    weir_settings_free(file);
}

static void ranges__just_outside__refused(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "workers: 257",          "workers: -1",           "workers: 1.5",
        "limits: {payload: 0}",  "limits: {depth: 1001}", "limits: {payload: 1073741825}",
        "limits: {hits: 0}",     "limits: {hits: 1e3}",   "limits: {evidence: 18446744073709551617}",
        "audit_sample: 1.1",     "audit_sample: .5",      "audit_sample: 0.12345678",
        "captions: {idle: 31d}", "captions: {idle: 0s}",  "captions: {idle: 999ms}",
        "captions: {window: 1}", "captions: {idle: 10}",  "outputs: {rollups: {every: 10 s}}",
        "http: {listen: ':80'}", "http: {listen: 'h:0'}", "http: {listen: 'h:65536'}",
        "rules: {path: ''}",     "rules: {path: [a]}",    "rules: {path: \"a\\0b\"}",
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        char source[512];
        char messages[4096];
        snprintf(source, sizeof source, KAFKA SOURCES "%s\n", keys[i]);
        if (parse_for(source, WEIR_SETTINGS_FOR_DAEMON, messages, sizeof messages))
            fail_msg("%s was taken", keys[i]);
    }
}

static void topics__kafka_rules__hold(void **state)
{
    (void)state;
    char longest[250];
    char source[512];
    char messages[4096];
    memset(longest, 'a', 249);
    longest[249] = '\0';
    snprintf(source, sizeof source, KAFKA "sources: [{topic: %s}]\n", longest);
    weir_settings_free(parse(source));
    static const char *const bad[] = {"''", "'.'", "..", "a/b", "'a b'", "é", "a$"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(source, sizeof source, KAFKA "sources: [{topic: %s}]\n", bad[i]);
        assert_null(parse_for(source, WEIR_SETTINGS_FOR_DAEMON, messages, sizeof messages));
    }
    snprintf(source, sizeof source, KAFKA "sources: [{topic: a%s}]\n", longest);
    assert_null(parse_for(source, WEIR_SETTINGS_FOR_DAEMON, messages, sizeof messages));
}

static void sources__sixty_five_fields__refused(void **state)
{
    (void)state;
    for (int count = 63; count <= 64; count++) { /* and text, which is always there */
        char source[4096] = KAFKA "sources:\n  - topic: posts\n    fields:\n";
        for (int i = 0; i < count; i++) {
            size_t length = strlen(source);
            snprintf(source + length, sizeof source - length, "      f%d: /f\n", i);
        }
        check_messages(source, WEIR_SETTINGS_FOR_DAEMON,
                       count == 63 ? "" : "more than 64 fields (text included) over all sources\n");
    }
}

static void daemon__nothing_given__all_that_is_missing_is_said(void **state)
{
    (void)state;
    check_messages("log: {level: info}\n", WEIR_SETTINGS_FOR_DAEMON,
                   "kafka.bootstrap.servers is missing, such as bootstrap.servers: localhost:9092\n"
                   "kafka.group.id is missing, such as group.id: weir\n"
                   "sources is missing; name at least one topic: - topic: NAME\n");
    check_messages("", WEIR_SETTINGS_FOR_DAEMON, "the file is empty; see the documentation's example\n");
    check_messages("# nothing\n", WEIR_SETTINGS_FOR_SCAN, "the file is empty; see the documentation's example\n");
    check_messages("- a\n", WEIR_SETTINGS_FOR_DAEMON, "the file must be a section of 'key: value' lines\n");
}

static void audit_sample__from_none_to_all__in_millionths(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        uint32_t share;
    } cases[] = {{KAFKA SOURCES "audit_sample: 0\n", 0},        {KAFKA SOURCES "audit_sample: 0.0\n", 0},
                 {KAFKA SOURCES "audit_sample: 0.000001\n", 1}, {KAFKA SOURCES "audit_sample: 0.01\n", 10000},
                 {KAFKA SOURCES "audit_sample: 1\n", 1000000},  {KAFKA SOURCES "audit_sample: 1.0\n", 1000000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct weir_settings_file *file = parse(cases[i].source);
        assert_int_equal(weir_settings_get(file)->audit_share, cases[i].share);
        weir_settings_free(file);
    }
}

static void scan__what_only_the_daemon_needs__may_be_absent_or_early(void **state)
{
    (void)state;
    char messages[4096];
    struct weir_settings_file *file =
        parse_for("sources: [{topic: c, kind: caption}, {fields: {text: /body}}]\naudit_sample: 0.5\n",
                  WEIR_SETTINGS_FOR_SCAN, messages, sizeof messages);
    assert_non_null(file);
    assert_string_equal(messages, "warning: audit_sample has no effect here; only weir run draws items\n");
    const struct weir_settings *settings = weir_settings_get(file);
    assert_int_equal(settings->audit_share, 0);
    char mapping[1024];
    assert_int_equal(settings->mapping_count, 2);
    assert_int_equal(settings->mappings[0].kind, WEIR_CAPTION);
    assert_null(settings->mappings[1].topic);
    describe(settings, 1, mapping, sizeof mapping);
    assert_string_equal(mapping, "field:text [body]\n");
    weir_settings_free(file);

    file = parse_for("limits: {depth: 7}\n", WEIR_SETTINGS_FOR_SCAN, messages, sizeof messages);
    assert_string_equal(messages, "");
    describe(weir_settings_get(file), 0, mapping, sizeof mapping);
    assert_string_equal(mapping, example_mapping);
    assert_int_equal(weir_settings_get(file)->limits.depth, 7);
    weir_settings_free(file);
}

static void load__no_such_file__is_unavailable(void **state)
{
    (void)state;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_settings_file *file = NULL;
    assert_int_equal(weir_settings_load("/nonexistent/weir.yaml", WEIR_SETTINGS_FOR_DAEMON, diagnostics, &file),
                     WEIR_UNAVAILABLE);
    assert_int_equal(weir_diagnostics_count(diagnostics), 1);
    assert_null(file);
    weir_diagnostics_free(diagnostics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(load__shipped_file__is_the_defaults),
        cmocka_unit_test(parse__least_file__has_the_defaults),
        cmocka_unit_test(default__without_a_file__a_mapping_of_each_kind_without_topic),
        cmocka_unit_test(parse__every_key__arrives),
        cmocka_unit_test(workers__zero__one_per_core),
        cmocka_unit_test(ranges__just_outside__refused),
        cmocka_unit_test(topics__kafka_rules__hold),
        cmocka_unit_test(sources__sixty_five_fields__refused),
        cmocka_unit_test(daemon__nothing_given__all_that_is_missing_is_said),
        cmocka_unit_test(audit_sample__from_none_to_all__in_millionths),
        cmocka_unit_test(scan__what_only_the_daemon_needs__may_be_absent_or_early),
        cmocka_unit_test(load__no_such_file__is_unavailable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
