/* UTF-8: every code point there and back, and the repair of Unicode's own examples. */
#include "weir/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void utf8__every_scalar_value__encodes_and_decodes_alike(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x110000; c++) {
        if (c >= 0xD800 && c < 0xE000)
            continue;
        char bytes[4];
        size_t length = weir_utf8_encode(c, bytes);
        size_t width = 0;
        if (weir_utf8_decode(bytes, &width) != c || width != length || weir_utf8_width(bytes[0]) != length ||
            !weir_utf8_valid((struct weir_text){bytes, length}))
            fail_msg("U+%04X", c);
    }
}

static void utf8_repair__ill_formed__maximal_subparts(void **state)
{
    (void)state;
    /* The first four are Unicode 15.0's tables 3-8 to 3-11. */
    static const struct {
        const char *bytes;
        size_t length;
        const char *repaired; /* R stands for U+FFFD */
    } cases[] = {
        {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", 9, "RRRRRRRRA"},
        {"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", 9, "RRRRRRRRA"},
        {"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", 9, "RRRRRARRB"},
        {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", 9, "RRRRA"},
        {"", 0, ""},
        {"\x80", 1, "R"},
        {"\xC3", 1, "R"},
        {"\xF0\x9F\x98", 3, "R"},
        {"\xF0\x9F\x98\x22", 4, "R\""},
        {"a\xFF"
         "b\xFE",
         4, "aRbR"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[64];
        size_t length = weir_utf8_repair((struct weir_text){cases[i].bytes, cases[i].length}, out);
        char shown[64];
        size_t shown_length = 0;
        for (size_t at = 0; at < length;) {
            size_t width;
            uint32_t c = weir_utf8_decode(out + at, &width);
            shown[shown_length++] = c == WEIR_REPLACEMENT_CHARACTER ? 'R' : (char)c;
            at += width;
        }
        shown[shown_length] = 0;
        assert_string_equal(shown, cases[i].repaired);
        assert_true(length <= WEIR_UTF8_REPAIRED_MAX(cases[i].length));
        assert_int_equal(weir_utf8_valid((struct weir_text){cases[i].bytes, cases[i].length}),
                         strchr(cases[i].repaired, 'R') == NULL);
    }
}

static void utf8_repair__valid_text__unchanged(void **state)
{
    (void)state;
    static const char text[] = "a\0é中😀\xEF\xBF\xBD";
    char out[64];
    size_t length = weir_utf8_repair((struct weir_text){text, sizeof text - 1}, out);
    assert_int_equal(length, sizeof text - 1);
    assert_memory_equal(out, text, length);
    assert_int_equal(weir_utf8_count((struct weir_text){text, sizeof text - 1}), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8__every_scalar_value__encodes_and_decodes_alike),
        cmocka_unit_test(utf8_repair__ill_formed__maximal_subparts),
        cmocka_unit_test(utf8_repair__valid_text__unchanged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
