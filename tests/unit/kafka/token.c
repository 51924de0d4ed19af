/* Tokens: good ones, hostile ones, and where they come from. What is said of one never quotes it. */
#include "../../../src/kafka/token.h"

#include "weir/arena.h"
#include "weir/hash.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW_MS 1800000000000
#define HEADER "eyJhbGciOiJub25lIn0" /* {"alg":"none"} */

/* A token of this payload, in the arena. */
static struct weir_text make_token(struct weir_arena *arena, const char *payload)
{
    struct weir_text encoded = weir_hash_base64(weir_text_of(payload), arena);
    char *text = weir_arena_format(arena, HEADER ".%.*s.c2ln", (int)encoded.length, encoded.data);
    size_t out = 0;
    for (size_t i = 0; text[i]; i++)
        if (text[i] != '=')
            text[out++] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
    text[out] = '\0';
    return weir_text_of(text);
}

static void token__whole__gives_subject_and_expiry(void **state)
{
    (void)state;
    static const char *const PAYLOADS[] = {
        "{\"sub\":\"weir\",\"exp\":1800000060}",
        "{\"sub\":\"weir\",\"exp\":1800000060.7,\"iss\":\"https://issuer.example\",\"aud\":[\"kafka\"]}",
        " {\"exp\" : 1.80000006e9, \"sub\" : \"weir\"} ",
        "{\"sub\":\"weir\",\"exp\":1800000060,\"name\":\"\xE8\x93\x9D~~~?>?>\"}",
    };
    struct weir_arena *arena = weir_arena_new(0);
    for (size_t i = 0; i < sizeof PAYLOADS / sizeof PAYLOADS[0]; i++) {
        struct token token = {0};
        struct weir_error error = {0};
        struct weir_text text = make_token(arena, PAYLOADS[i]);
        if (token_read(text, NOW_MS, &token, &error) != WEIR_OK)
            fail_msg("%s: %s", PAYLOADS[i], error.text);
        assert_string_equal(token.principal, "weir");
        assert_int_equal(token.expires_ms, NOW_MS + 60000);
        assert_string_equal(token.value, text.data);
        token_fini(&token);
        assert_null(token.value);
    }
    weir_arena_free(arena);
}

static void token__white_space_around__left_out(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    struct weir_text text = make_token(arena, "{\"sub\":\"weir\",\"exp\":1800000060}");
    const char *padded = weir_arena_format(arena, " \r\n\t%s\r\n\n", text.data);
    struct token token = {0};
    assert_int_equal(token_read(weir_text_of(padded), NOW_MS, &token, NULL), WEIR_OK);
    assert_string_equal(token.value, text.data);
    token_fini(&token);
    weir_arena_free(arena);
}

static void refuse(struct weir_text text, const char *says)
{
    struct token token = {0};
    struct weir_error error = {0};
    enum weir_status status = token_read(text, NOW_MS, &token, &error);
    if (status != WEIR_INVALID || !strstr(error.text, says) || strstr(error.text, "SECRET"))
        fail_msg("'%.40s', status %d: '%s' instead of '%s'", text.data, status, error.text, says);
    assert_null(token.value);
    assert_null(token.principal);
}

static void token__hostile_payload__refused(void **state)
{
    (void)state;
    static const struct {
        const char *payload;
        const char *says;
    } CASES[] = {
        {"SECRET", "no JSON object"},
        {"[\"SECRET\"]", "no JSON object"},
        {"\"SECRET\"", "no JSON object"},
        {"{\"sub\":\"SECRET\",\"exp\":1800000060", "no JSON object"},
        {"{\"sub\":\"SECRET\",\"sub\":\"admin\",\"exp\":1800000060}", "no JSON object"},
        {"{\"sub\":\"SECRET\\u0000\",\"exp\":1800000060}", "no JSON object"},
        {"{\"sub\":\"SECRET\xFF\",\"exp\":1800000060}", "no JSON object"},
        {"{\"sub\":\"SECRET\",\"exp\":1e999}", "no JSON object"},
        {"{\"sub\":\"SECRET\",\"exp\":99999999999999999999999}", "no JSON object"},
        {"{\"exp\":1800000060}", "no subject"},
        {"{\"sub\":\"\",\"exp\":1800000060}", "no subject"},
        {"{\"sub\":{\"sub\":\"SECRET\"},\"exp\":1800000060}", "no subject"},
        {"{\"sub\":\"SECRET\"}", "when it expires"},
        {"{\"sub\":\"SECRET\",\"exp\":\"1800000060\"}", "when it expires"},
        {"{\"sub\":\"SECRET\",\"exp\":-1}", "when it expires"},
        {"{\"sub\":\"SECRET\",\"exp\":9223372036854775807}", "when it expires"},
        {"{\"sub\":\"SECRET\",\"exp\":1e300}", "when it expires"},
        {"{\"sub\":\"SECRET\",\"exp\":1799999940}", "expired 60 s ago"},
        {"{\"sub\":\"SECRET\",\"exp\":1800000000}", "expired 0 s ago"},
    };
    struct weir_arena *arena = weir_arena_new(0);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        refuse(make_token(arena, CASES[i].payload), CASES[i].says);
    weir_arena_free(arena);
}

static void token__deep_payload__refused(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    char deep[30001];
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    refuse(make_token(arena, deep), "no JSON object");
    weir_arena_free(arena);
}

static void token__not_three_parts__refused(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {
        "SECRET",       "SECRET.SECRET", "a.b.c.SECRET", "a.b.c.d.e", "..",           ".b.c",          "a..c",
        "Bearer a.b.c", "a.b=.c",        "a.b+.c",       "a.b/.c",    "a.\xC3\xA9.c", "a.b.c\nSECRET", "a.b.c\x01",
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++)
        refuse(weir_text_of(TEXTS[i]), "three parts");
    refuse((struct weir_text){"a.b\0.c", 6}, "three parts");
    refuse(weir_text_of(""), "empty");
    refuse(weir_text_of(" \r\n"), "empty");
}

static void token__cut_anywhere__never_taken_whole(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    struct weir_text text = make_token(arena, "{\"sub\":\"weir\",\"exp\":1800000060}");
    for (size_t length = 0; length < text.length; length++) {
        char *cut = malloc(length + 1); /* of its very size: a sanitizer sees what is read behind it */
        memcpy(cut, text.data, length);
        struct token token = {0};
        enum weir_status status = token_read((struct weir_text){cut, length}, NOW_MS, &token, NULL);
        bool is_signature_cut = length + 5 > text.length;
        assert_int_equal(status, is_signature_cut ? WEIR_OK : WEIR_INVALID);
        token_fini(&token);
        free(cut);
    }
    weir_arena_free(arena);
}

/* ---- Where it comes from ---- */

static const atomic_bool never;

static enum weir_status run(const char *command, int deadline_ms, const atomic_bool *stop, char *buffer,
                            struct weir_error *error)
{
    size_t length = 0;
    enum weir_status status = token_from_command(command, deadline_ms, stop, buffer, &length, error);
    if (status == WEIR_OK)
        buffer[length] = '\0';
    return status;
}

static void command__prints__is_read(void **state)
{
    (void)state;
    static char buffer[TOKEN_MAX_BYTES + 1];
    struct weir_error error = {0};
    assert_int_equal(run("printf 'a.b'; echo noise >&2; sleep 0.1; printf .c", 5000, &never, buffer, &error), WEIR_OK);
    assert_string_equal(buffer, "a.b.c");
    assert_int_equal(run("cat; true", 5000, &never, buffer, &error), WEIR_OK); /* nothing to read */
    assert_string_equal(buffer, "");
}

static void command__fails__says_how_and_quotes_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *command;
        const char *says;
    } CASES[] = {
        {"echo SECRET; exit 7", "it exited with status 7"},
        {"/nonexistent/SECRET", "it exited with status 127"},
        {"echo SECRET >&2; kill -9 $$", "it died of signal 9"},
        {"yes SECRET", "it printed more than 65536 bytes"},
    };
    static char buffer[TOKEN_MAX_BYTES + 1];
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct weir_error error = {0};
        assert_int_equal(run(CASES[i].command, 5000, &never, buffer, &error), WEIR_UNAVAILABLE);
        assert_string_equal(error.text, CASES[i].says);
    }
}

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void command__hangs__killed_with_what_it_started(void **state)
{
    (void)state;
    static char buffer[TOKEN_MAX_BYTES + 1];
    char path[] = "/tmp/weir-token.XXXXXX";
    char command[256];
    int file = mkstemp(path);
    assert_true(file >= 0);
    snprintf(command, sizeof command, "(sleep 2; echo alive >%s) & echo a.b.c; exec >&-; sleep 60", path);
    static const char *const HANGING[] = {"sleep 60", "sleep 60 & exit 0"};
    for (size_t i = 0; i < 3; i++) {
        struct weir_error error = {0};
        int64_t begun = monotonic_ms();
        assert_int_equal(run(i < 2 ? HANGING[i] : command, 1000, &never, buffer, &error), WEIR_UNAVAILABLE);
        assert_string_equal(error.text, "it did not end within 1 s and was killed");
        assert_in_range(monotonic_ms() - begun, 900, 10000);
    }
    sleep(2);
    assert_int_equal(lseek(file, 0, SEEK_END), 0);
    close(file);
    unlink(path);
}

static void command__told_to_stop__killed_at_once(void **state)
{
    (void)state;
    static char buffer[TOKEN_MAX_BYTES + 1];
    atomic_bool stop;
    atomic_init(&stop, true);
    struct weir_error error = {0};
    int64_t begun = monotonic_ms();
    assert_int_equal(run("sleep 60", 30000, &stop, buffer, &error), WEIR_UNAVAILABLE);
    assert_true(monotonic_ms() - begun < 10000);
}

static void file__read_as_it_is(void **state)
{
    (void)state;
    static char buffer[TOKEN_MAX_BYTES + 1];
    static char large[TOKEN_MAX_BYTES + 1];
    char path[] = "/tmp/weir-token.XXXXXX";
    int file = mkstemp(path);
    size_t length = 0;
    struct weir_error error = {0};
    assert_int_equal(write(file, "a.b.c\n", 6), 6);
    assert_int_equal(token_from_file(path, buffer, &length, &error), WEIR_OK);
    assert_int_equal(length, 6);
    assert_memory_equal(buffer, "a.b.c\n", 6);
    assert_int_equal(write(file, large, sizeof large), sizeof large);
    assert_int_equal(token_from_file(path, buffer, &length, &error), WEIR_UNAVAILABLE);
    assert_string_equal(error.text, "it is larger than 65536 bytes");
    close(file);
    unlink(path);
    assert_int_equal(token_from_file(path, buffer, &length, &error), WEIR_UNAVAILABLE);
    assert_string_equal(error.text, "No such file or directory");
    assert_int_equal(token_from_file("/tmp", buffer, &length, &error), WEIR_UNAVAILABLE);
    assert_string_equal(error.text, "Is a directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(token__whole__gives_subject_and_expiry),
        cmocka_unit_test(token__white_space_around__left_out),
        cmocka_unit_test(token__hostile_payload__refused),
        cmocka_unit_test(token__deep_payload__refused),
        cmocka_unit_test(token__not_three_parts__refused),
        cmocka_unit_test(token__cut_anywhere__never_taken_whole),
        cmocka_unit_test(command__prints__is_read),
        cmocka_unit_test(command__fails__says_how_and_quotes_nothing),
        cmocka_unit_test(command__hangs__killed_with_what_it_started),
        cmocka_unit_test(command__told_to_stop__killed_at_once),
        cmocka_unit_test(file__read_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
