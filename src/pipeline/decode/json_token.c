/* decode: the scalars of JSON. Owns nothing; never allocates. */
#include "json_token.h"

#include "weir/utf8.h"

struct weir_text weir_json_trim(struct weir_text text)
{
    text = weir_json_trim_end(text);
    while (text.length > 0 && weir_json_is_space(text.data[0])) {
        text.data++;
        text.length--;
    }
    return text;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && is_digit(*at))
        at++;
    return at;
}

bool weir_json_is_number(struct weir_text token)
{
    const char *at = token.data;
    const char *end = token.data + token.length;
    if (at < end && *at == '-')
        at++;
    if (at == end || !is_digit(*at))
        return false;
    at = *at == '0' ? at + 1 : skip_digits(at, end);
    if (at < end && *at == '.') {
        const char *fraction = at + 1;
        at = skip_digits(fraction, end);
        if (at == fraction)
            return false;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        const char *exponent = at;
        at = skip_digits(exponent, end);
        if (at == exponent)
            return false;
    }
    return at == end;
}

bool weir_json_is_literal(struct weir_text token)
{
    return (token.length == 4 && (memcmp(token.data, "true", 4) == 0 || memcmp(token.data, "null", 4) == 0)) ||
           (token.length == 5 && memcmp(token.data, "false", 5) == 0);
}

/* The four digits at `at`, or UINT32_MAX. */
static uint32_t read_hex4(const char *at, const char *end)
{
    if (end - at < 4)
        return UINT32_MAX;
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        uint32_t digit = 0;
        if (is_digit(c))
            digit = (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (uint32_t)(c - 'a') + 10;
        else if (c >= 'A' && c <= 'F')
            digit = (uint32_t)(c - 'A') + 10;
        else
            return UINT32_MAX;
        unit = unit << 4 | digit;
    }
    return unit;
}

/* `at` is behind "\u". Returns the bytes read, 0 when they are no escape. */
static size_t read_unicode_escape(const char *at, const char *end, uint32_t *code_point)
{
    uint32_t unit = read_hex4(at, end);
    if (unit == UINT32_MAX)
        return 0;
    if (unit < 0xD800 || unit > 0xDFFF) {
        *code_point = unit;
        return 4;
    }
    if (unit <= 0xDBFF && end - at >= 10 && at[4] == '\\' && at[5] == 'u') {
        uint32_t low = read_hex4(at + 6, end);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            *code_point = 0x10000 + ((unit - 0xD800) << 10 | (low - 0xDC00));
            return 10;
        }
    }
    *code_point = WEIR_REPLACEMENT_CHARACTER;
    return 4;
}

/* `at` is the backslash. Returns the bytes of the escape, 0 when it is none. */
static size_t read_escape(const char *at, const char *end, uint32_t *code_point)
{
    if (end - at < 2)
        return 0;
    switch (at[1]) {
    case '"':
    case '\\':
    case '/':
        *code_point = (unsigned char)at[1];
        return 2;
    case 'b':
        *code_point = '\b';
        return 2;
    case 'f':
        *code_point = '\f';
        return 2;
    case 'n':
        *code_point = '\n';
        return 2;
    case 'r':
        *code_point = '\r';
        return 2;
    case 't':
        *code_point = '\t';
        return 2;
    case 'u': {
        size_t length = read_unicode_escape(at + 2, end, code_point);
        return length == 0 ? 0 : length + 2;
    }
    default:
        return 0;
    }
}

const char *weir_json_bad_escape(struct weir_text content)
{
    const char *at = content.data;
    const char *end = content.data + content.length;
    while (at < end && (at = memchr(at, '\\', (size_t)(end - at)))) {
        uint32_t code_point = 0;
        size_t length = read_escape(at, end, &code_point);
        if (length == 0)
            return at;
        at += length;
    }
    return NULL;
}

const char *weir_json_unescape(struct weir_text content, char *out, size_t *length)
{
    const char *at = content.data;
    const char *end = content.data + content.length;
    char *write = out;
    while (at < end) {
        const char *backslash = memchr(at, '\\', (size_t)(end - at));
        size_t plain = (size_t)((backslash ? backslash : end) - at);
        memcpy(write, at, plain);
        write += plain;
        at += plain;
        /* Escapes come in runs ("\u4f60\u597d"): no search between two of them. */
        while (at < end && *at == '\\') {
            uint32_t code_point = 0;
            size_t escape = read_escape(at, end, &code_point);
            if (escape == 0)
                return at;
            write += weir_utf8_encode(code_point, write);
            at += escape;
        }
    }
    *length = (size_t)(write - out);
    return NULL;
}

bool weir_json_nests_deeper(struct weir_text text, size_t depth_max)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > depth_max)
                return true;
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return false;
}
