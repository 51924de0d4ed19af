/* ${env:} and ${file:}: what they become, and that no message or shown line ever holds a secret. */
#include "weir/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define HEAD "kafka:\n  bootstrap.servers: b\n  group.id: g\n"
#define TAIL "sources: [{topic: posts}]\n"

struct folder {
    char path[64];
    char config[96];
};

static void write_file(const struct folder *folder, const char *name, const char *data, size_t length)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, length, file), length);
    fclose(file);
}

static int make_folder(void **state)
{
    static const char *const names[] = {"secret", "windows", "binary", "empty"};
    static const char *const contents[] = {"s3cret-value\n", "s3cret-value\r\n", "a\0b", ""};
    static const size_t lengths[] = {13, 14, 3, 0};
    struct folder *folder = calloc(1, sizeof *folder);
    assert_non_null(folder);
    strcpy(folder->path, "/tmp/weir-secrets-XXXXXX");
    assert_non_null(mkdtemp(folder->path));
    snprintf(folder->config, sizeof folder->config, "%s/weir.yaml", folder->path);
    for (size_t i = 0; i < 4; i++)
        write_file(folder, names[i], contents[i], lengths[i]);
    setenv("WEIR_TEST_SECRET", "s3cret-value", 1);
    unsetenv("WEIR_TEST_UNSET");
    *state = folder;
    return 0;
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"secret", "windows", "binary", "empty"};
    struct folder *folder = *state;
    for (size_t i = 0; i < 4; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder->path, names[i]);
        unlink(path);
    }
    rmdir(folder->path);
    free(folder);
    return 0;
}

static struct weir_settings_file *parse(const struct folder *folder, const char *source, char **printed)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(20);
    struct weir_settings_file *file = NULL;
    size_t length;
    enum weir_status status =
        weir_settings_parse(folder->config, weir_text_of(source), WEIR_SETTINGS_FOR_DAEMON, diagnostics, &file);
    assert_int_equal(status == WEIR_OK, file != NULL);
    FILE *out = open_memstream(printed, &length);
    assert_non_null(out);
    weir_diagnostics_print(diagnostics, out);
    fclose(out);
    weir_diagnostics_free(diagnostics);
    return file;
}

static const char *find_property(const struct weir_settings_file *file, const char *name)
{
    const struct weir_settings *settings = weir_settings_get(file);
    for (size_t i = 0; i < settings->kafka_count; i++) {
        if (strcmp(settings->kafka[i].name, name) == 0)
            return settings->kafka[i].value;
    }
    return "(none)";
}

static void substitution__anywhere_in_a_value__is_filled_in(void **state)
{
    static const char *const cases[][2] = {
        {"${env:WEIR_TEST_SECRET}", "s3cret-value"},
        {"${file:secret}", "s3cret-value"},
        {"${file:windows}", "s3cret-value"},
        {"'a${env:WEIR_TEST_SECRET}b${file:secret}c'", "as3cret-valuebs3cret-valuec"},
        {"$${env:HOME}", "${env:HOME}"},
        {"'$ $$ $x ${file:empty}.'", "$ $$ $x ."},
        {"'中$${文}'", "中${文}"},
        {"12", "12"},
        {"true", "true"},
        {"''", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char source[512];
        char *printed;
        snprintf(source, sizeof source, HEAD "  x: %s\n" TAIL, cases[i][0]);
        struct weir_settings_file *file = parse(*state, source, &printed);
        assert_non_null(file);
        assert_string_equal(find_property(file, "x"), cases[i][1]);
        weir_settings_free(file);
        free(printed);
    }
}

static void author_key__binary_file__is_taken_as_it_is(void **state)
{
    char *printed;
    struct weir_settings_file *file =
        parse(*state, HEAD TAIL "privacy: {author_key: '${file:binary}0123456789abcdef'}\n", &printed);
    assert_non_null(file);
    struct weir_text key = weir_settings_get(file)->author_key;
    assert_int_equal(key.length, 19);
    assert_memory_equal(key.data, "a\0b0123456789abcdef", 19);
    assert_string_equal(printed, "");
    weir_settings_free(file);
    free(printed);
}

static void mistakes__beside_secrets__never_show_them(void **state)
{
    /* The literal secret stands in lines that are wrong in one way or another. */
    static const char *const cases[][2] = {
        {HEAD "  x: s3cret-value${env:WEIR_TEST_UNSET}\n" TAIL,
         "4:18: error: the environment variable WEIR_TEST_UNSET"},
        {HEAD "  x: s3cret-value${file:no/such}\n" TAIL, "no/such: the file cannot be read"},
        {HEAD "  x: s3cret-value${env:}\n" TAIL, "write ${env:NAME}"},
        {HEAD "  x: s3cret-value${env:A B}\n" TAIL, "'A B' is no name of an environment variable"},
        {HEAD "  x: s3cret-value${\n" TAIL, "write ${env:NAME}"},
        {HEAD "  x: {y: s3cret-value}\n" TAIL, "kafka.x must be one text"},
        {HEAD "  x: ${file:binary}\n" TAIL, "kafka.x holds a NUL character"},
        {HEAD "  x: \"s3cret-value\n" TAIL, "this quote is never closed"},
        {"kafka: {bootstrap.servers: b, sasl.password: s3cret-value}\n" TAIL, "kafka needs group.id"},
        {"kafak: {sasl.password: s3cret-value}\n" TAIL, "unknown key 'kafak'; did you mean 'kafka'?"},
        {"{kafka: {bootstrap.servers: b, group.id: g, sasl.password: s3cret-value}, sources: []}\n",
         "sources is empty"},
        {HEAD TAIL "privacy: {author_key: s3cret-value, content: ful}\n", "did you mean 'full'?"},
        {HEAD TAIL "privacy: {author_key: [s3cret-value]}\n", "privacy.author_key must be a text"},
        {HEAD TAIL "privacy: {author_key: '${file:empty}'}\n", "privacy.author_key is empty"},
        {HEAD TAIL "privacy: {author_key: '${file:missing}'}\n", "missing: the file cannot be read"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *printed;
        assert_null(parse(*state, cases[i][0], &printed));
        if (!strstr(printed, cases[i][1]) || strstr(printed, "s3cret"))
            fail_msg("expected %s without the secret, got:\n%s", cases[i][1], printed);
        free(printed);
    }
}

static void mistakes__far_from_secrets__show_their_line(void **state)
{
    char *printed;
    assert_null(parse(*state, HEAD "  sasl.password: s3cret-value\n" TAIL "limits: {depth: 0}\n", &printed));
    assert_non_null(strstr(printed, "  limits: {depth: 0}\n"));
    assert_null(strstr(printed, "s3cret"));
    free(printed);
}

static void scan__daemon_secrets_out_of_reach__does_not_mind(void **state)
{
    const struct folder *folder = *state;
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(20);
    struct weir_settings_file *file = NULL;
    struct weir_text source = WEIR_TEXT_LITERAL("kafka: {sasl.password: '${env:WEIR_TEST_UNSET}'}\n");
    assert_int_equal(weir_settings_parse(folder->config, source, WEIR_SETTINGS_FOR_SCAN, diagnostics, &file), WEIR_OK);
    assert_int_equal(weir_settings_get(file)->kafka_count, 0);
    weir_settings_free(file);
    weir_diagnostics_free(diagnostics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(substitution__anywhere_in_a_value__is_filled_in),
        cmocka_unit_test(author_key__binary_file__is_taken_as_it_is),
        cmocka_unit_test(mistakes__beside_secrets__never_show_them),
        cmocka_unit_test(mistakes__far_from_secrets__show_their_line),
        cmocka_unit_test(scan__daemon_secrets_out_of_reach__does_not_mind),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
