/* What `weir top` reads from others: answers of HTTP, cut anywhere; addresses; keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../../src/run/top_fetch.h"
#include "../../../src/run/top_keys.h"

#include "weir/top.h"

#include <stdio.h>
#include <stdlib.h>

#define OK "HTTP/1.1 200 OK\r\n"

/* Through a block of its own, so that a sanitizer sees a byte too far. */
static enum top_answer_state read_copy(const char *bytes, size_t length, bool is_end, struct top_answer *answer,
                                       char body[256])
{
    char *copy = malloc(length + 1);
    assert_non_null(copy);
    memcpy(copy, bytes, length);
    copy = realloc(copy, length ? length : 1);
    enum top_answer_state state = top_answer_read((struct weir_text){copy, length}, is_end, answer);
    if (state == TOP_ANSWER_WHOLE)
        snprintf(body, 256, "%.*s", (int)answer->body.length, answer->body.data);
    free(copy);
    return state;
}

static void answer__good__body_and_status(void **state)
{
    static const struct {
        const char *bytes;
        bool is_end;
        unsigned status;
        const char *body;
    } cases[] = {
        {OK "Content-Length: 2\r\n\r\n{}", false, 200, "{}"},
        {OK "content-LENGTH:2 \r\nX: y\r\n\r\n{}", false, 200, "{}"},
        {OK "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", false, 200, "{}"},
        {OK "Content-Length: 2\r\n\r\n{}more", false, 200, "{}"},
        {OK "Content-Length: 0\r\n\r\n", false, 200, ""},
        {OK "\r\nto the end", true, 200, "to the end"},
        {"HTTP/1.0 404\r\n\r\nno", true, 404, "no"},
        {OK "Content-Encoding: identity\r\nContent-Length: 1\r\n\r\nx", false, 200, "x"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct top_answer answer = {0};
        char body[256] = "unset";
        assert_int_equal(read_copy(cases[i].bytes, strlen(cases[i].bytes), cases[i].is_end, &answer, body),
                         TOP_ANSWER_WHOLE);
        assert_int_equal(answer.status, cases[i].status);
        assert_string_equal(body, cases[i].body);
    }
}

static void answer__bad__said(void **state)
{
    static const struct {
        const char *bytes;
        const char *said;
    } cases[] = {
        {"", "there is none"},
        {"SSH-2.0-OpenSSH\r\n", "no answer of HTTP"},
        {"HTTP/2 200 OK\r\n\r\n", "no answer of HTTP"},
        {"HTTP/1.1 20x OK\r\n\r\n", "no answer of HTTP"},
        {"HTTP/1.1 999 OK\r\n\r\n", "no answer of HTTP"},
        {"HTTP/1.1 2000\r\n\r\n", "no answer of HTTP"},
        {"\r\n\r\n", "no answer of HTTP"},
        {OK "Content-Length: 3\r\n\r\n{}", "ends before its end"},
        {OK "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "two lengths"},
        {OK "Content-Length: -1\r\n\r\n{}", "no number"},
        {OK "Content-Length:\r\n\r\n{}", "no number"},
        {OK "Content-Length: 33554433\r\n\r\n{}", "too large"},
        {OK "Content-Length: 99999999999999999999999\r\n\r\n{}", "too large"},
        {OK "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "chunks"},
        {OK "Content-Encoding: gzip\r\n\r\n", "compressed"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct top_answer answer = {0};
        char body[256];
        assert_int_equal(read_copy(cases[i].bytes, strlen(cases[i].bytes), true, &answer, body), TOP_ANSWER_BAD);
        if (!strstr(answer.trouble, cases[i].said))
            fail_msg("%s: %s", cases[i].bytes, answer.trouble);
    }
}

static void answer__cut_anywhere__whole_at_its_last_byte(void **state)
{
    static const char bytes[] = OK "Date: today\r\nContent-Length: 5\r\n\r\nhello";
    (void)state;
    for (size_t length = 0; length < sizeof bytes - 1; length++) {
        struct top_answer answer = {0};
        char body[256];
        assert_int_equal(read_copy(bytes, length, false, &answer, body), TOP_ANSWER_MORE);
        assert_int_equal(read_copy(bytes, length, true, &answer, body), TOP_ANSWER_BAD);
    }
}

static void answer__head_without_end__given_up(void **state)
{
    (void)state;
    char *bytes = malloc(TOP_ANSWER_HEAD_MAX);
    struct top_answer answer = {0};
    assert_non_null(bytes);
    memset(bytes, 'x', TOP_ANSWER_HEAD_MAX);
    struct weir_text text = {bytes, TOP_ANSWER_HEAD_MAX - 1};
    assert_int_equal(top_answer_read(text, false, &answer), TOP_ANSWER_MORE);
    text.length++;
    assert_int_equal(top_answer_read(text, false, &answer), TOP_ANSWER_BAD);
    free(bytes);
}

static void address__good__its_parts(void **state)
{
    static const struct {
        const char *url, *host, *port, *prefix, *shown;
    } cases[] = {
        {"http://127.0.0.1:8377", "127.0.0.1", "8377", "", "http://127.0.0.1:8377"},
        {"http://127.0.0.1:8377/", "127.0.0.1", "8377", "", "http://127.0.0.1:8377"},
        {"localhost:9", "localhost", "9", "", "http://localhost:9"},
        {"http://weir.example", "weir.example", "80", "", "http://weir.example:80"},
        {"http://weir.example/a/b//", "weir.example", "80", "/a/b", "http://weir.example:80/a/b"},
        {"http://[::1]:8377", "::1", "8377", "", "http://[::1]:8377"},
        {"[::1]", "::1", "80", "", "http://[::1]:80"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct top_address address;
        struct weir_error error;
        assert_int_equal(top_address_read(cases[i].url, &address, &error), WEIR_OK);
        assert_string_equal(address.host, cases[i].host);
        assert_string_equal(address.port, cases[i].port);
        assert_string_equal(address.prefix, cases[i].prefix);
        assert_string_equal(address.shown, cases[i].shown);
    }
}

static void address__bad__refused(void **state)
{
    static const char *const urls[] = {
        "",          "http://",     "http://:80",      "http://a:0",     "http://a:65536",
        "http://a:", "http://a:8x", "https://a",       "http://[::1",    "http://[::1]8377",
        "ftp://a:1", "http://a b",  "http://a/\r\nX:", "http://u@h:80/", "http://a/?x"};
    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct top_address address;
        struct weir_error error = {0};
        if (top_address_read(urls[i], &address, &error) != WEIR_USAGE)
            fail_msg("%s was taken for %s", urls[i], address.shown);
        assert_non_null(strstr(error.text, "--url"));
    }
}

static void keys__bytes__what_they_mean(void **state)
{
    static const struct {
        const char *bytes;
        enum top_key last;
    } cases[] = {
        {"q", TOP_KEY_QUIT},         {"p", TOP_KEY_PAUSE},         {"\t", TOP_KEY_ORDER},   {"\033[A", TOP_KEY_ORDER},
        {"\033OD", TOP_KEY_ORDER},   {"\033[1;5C", TOP_KEY_ORDER}, {"x", TOP_KEY_NONE},     {"\033[5~", TOP_KEY_NONE},
        {"\033[1;5p", TOP_KEY_NONE}, {"\033Oq", TOP_KEY_NONE},     {"\033q", TOP_KEY_QUIT}, {"\033[5~q", TOP_KEY_QUIT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct top_keys keys = {0};
        enum top_key key = TOP_KEY_NONE;
        for (const char *at = cases[i].bytes; *at; at++) {
            assert_int_equal(key, TOP_KEY_NONE);
            key = top_keys_take(&keys, *at);
        }
        assert_int_equal(key, cases[i].last);
    }
}

static void every__texts__milliseconds_or_refused(void **state)
{
    static const struct {
        const char *text;
        unsigned ms; /* 0: refused */
    } cases[] = {{"1s", 1000},   {"500ms", 500},
                 {"100ms", 100}, {"60m", 3600000},
                 {"61m", 0},     {"99ms", 0},
                 {"0s", 0},      {"1", 0},
                 {"s", 0},       {"", 0},
                 {"1h", 0},      {"-1s", 0},
                 {"1 s", 0},     {"99999999999999999999s", 0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned ms = 0;
        assert_int_equal(weir_top_every(cases[i].text, &ms), cases[i].ms > 0);
        assert_int_equal(ms, cases[i].ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answer__good__body_and_status),
        cmocka_unit_test(answer__bad__said),
        cmocka_unit_test(answer__cut_anywhere__whole_at_its_last_byte),
        cmocka_unit_test(answer__head_without_end__given_up),
        cmocka_unit_test(address__good__its_parts),
        cmocka_unit_test(address__bad__refused),
        cmocka_unit_test(keys__bytes__what_they_mean),
        cmocka_unit_test(every__texts__milliseconds_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
