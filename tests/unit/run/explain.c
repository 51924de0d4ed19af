/* Explanations of the cases in tests/support/explain: each pack says in its comments what post it is about, and what
 * must be said of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "weir/explain_run.h"
#include "weir/normalize.h"
#include "weir/run.h"

#include <glob.h>
#include <jansson.h>
#include <stdlib.h>

#define CASES_MIN 25
#define LINE_MAX_BYTES 4096
#define SAID_MAX 32

struct fixture {
    struct weir_chars *chars;
};

/* What the comments of a pack ask for. */
struct wanted {
    json_t *post;
    char config[LINE_MAX_BYTES];
    bool is_caption;
    char *said[SAID_MAX];
    size_t said_count;
};

static int open_fixture(void **state)
{
    static struct fixture fixture;
    fixture.chars = weir_chars_new();
    *state = &fixture;
    return fixture.chars ? 0 : -1;
}

static int close_fixture(void **state)
{
    weir_chars_free(((struct fixture *)*state)->chars);
    return 0;
}

static void read_wanted(const char *path, struct wanted *wanted)
{
    char line[LINE_MAX_BYTES];
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    *wanted = (struct wanted){0};
    while (fgets(line, sizeof line, file) && line[0] == '#') {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "# post ", 7) == 0)
            wanted->post = json_loads(line + 7, 0, NULL);
        else if (strncmp(line, "# config ", 9) == 0)
            snprintf(wanted->config, sizeof wanted->config, "%s\n", line + 9);
        else if (strcmp(line, "# kind caption") == 0)
            wanted->is_caption = true;
        else if (strncmp(line, "# says ", 7) == 0 && wanted->said_count < SAID_MAX)
            wanted->said[wanted->said_count++] = strdup(line + 7);
    }
    fclose(file);
    if (!wanted->post || wanted->said_count == 0)
        fail_msg("%s: its comments name no post, or nothing that must be said of it", path);
}

static void free_wanted(struct wanted *wanted)
{
    json_decref(wanted->post);
    for (size_t i = 0; i < wanted->said_count; i++)
        free(wanted->said[i]);
}

static struct weir_text text_of(const json_t *object, const char *key)
{
    const json_t *member = json_object_get(object, key);
    return (struct weir_text){json_string_value(member), json_string_length(member)};
}

/* What the standard mapping makes of the post. */
static size_t read_texts(const json_t *post, struct weir_explain_text texts[3])
{
    size_t count = 0;
    const struct weir_explain_text all[3] = {
        {"text", text_of(post, "title")},
        {"text", text_of(post, "text")},
        {"author_name", text_of(json_object_get(post, "author"), "name")},
    };
    for (size_t i = 0; i < 3; i++)
        if (all[i].text.data)
            texts[count++] = all[i];
    return count;
}

/* What is printed; the caller frees it. */
static char *explain(struct fixture *fixture, const char *path, const struct wanted *wanted, bool has_colour)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_settings_file *file = NULL;
    struct weir_ruleset *ruleset = NULL;
    enum weir_status status = wanted->config[0] ? weir_settings_parse("weir.yaml", weir_text_of(wanted->config),
                                                                      WEIR_SETTINGS_FOR_SCAN, diagnostics, &file)
                                                : weir_settings_default(&file);
    assert_int_equal(status, WEIR_OK);
    const struct weir_settings *settings = weir_settings_get(file);
    if (weir_rules_ready(&path, 1, settings, fixture->chars, diagnostics, &ruleset) != WEIR_OK) {
        weir_diagnostics_print(diagnostics, stderr);
        fail_msg("%s does not load", path);
    }
    struct weir_explain_text texts[3];
    struct weir_explain_post post = {
        .kind = wanted->is_caption ? WEIR_CAPTION : WEIR_POST,
        .lang = text_of(wanted->post, "lang"),
        .texts = texts,
        .text_count = read_texts(wanted->post, texts),
    };
    char *said = NULL;
    size_t size = 0;
    struct weir_explain_run run = {
        .settings = settings,
        .ruleset = ruleset,
        .chars = fixture->chars,
        .out = open_memstream(&said, &size),
        .has_colour = has_colour,
    };
    struct weir_error error;
    assert_non_null(run.out);
    assert_int_equal(weir_explain_post(&run, &post, &error), WEIR_OK);
    fclose(run.out);
    weir_ruleset_free(ruleset);
    weir_settings_free(file);
    weir_diagnostics_free(diagnostics);
    return said;
}

static void explain__every_case__says_what_it_must(void **state)
{
    glob_t packs;
    assert_int_equal(glob(WEIR_SOURCE_DIR "/tests/support/explain/*.yaml", 0, NULL, &packs), 0);
    assert_true(packs.gl_pathc >= CASES_MIN);
    for (size_t i = 0; i < packs.gl_pathc; i++) {
        struct wanted wanted;
        read_wanted(packs.gl_pathv[i], &wanted);
        char *said = explain(*state, packs.gl_pathv[i], &wanted, false);
        for (size_t j = 0; j < wanted.said_count; j++)
            if (!strstr(said, wanted.said[j]))
                fail_msg("%s: not said: %s\n%s", packs.gl_pathv[i], wanted.said[j], said);
        free(said);
        free_wanted(&wanted);
    }
    globfree(&packs);
}

static void explain__colour__only_weirs_own_words(void **state)
{
    const char *path = WEIR_SOURCE_DIR "/tests/support/explain/hostile.yaml";
    struct wanted wanted;
    read_wanted(path, &wanted);
    char *said = explain(*state, path, &wanted, true);
    assert_non_null(strstr(said, "\033[32mflagged\033[0m"));
    assert_null(strstr(said, "\033[2J"));
    assert_null(strstr(said, "\xE2\x80\xAE"));
    free(said);
    free_wanted(&wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explain__every_case__says_what_it_must),
        cmocka_unit_test(explain__colour__only_weirs_own_words),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
