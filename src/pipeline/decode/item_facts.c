/* decode: checks of `lang` and `time`. Pure functions of their text. */
#include "item_facts.h"

#include <stdint.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool weir_fact_is_lang(struct weir_text text)
{
    size_t at = 0;
    while (at < text.length && is_letter(text.data[at]))
        at++;
    if (at < 2 || at > 8)
        return false;
    while (at < text.length) {
        if (text.data[at++] != '-')
            return false;
        size_t start = at;
        while (at < text.length && (is_letter(text.data[at]) || is_digit(text.data[at])))
            at++;
        if (at == start || at - start > 8)
            return false;
    }
    return true;
}

static bool is_integer(struct weir_text text)
{
    size_t at = text.length > 0 && text.data[0] == '-' ? 1 : 0;
    size_t first = at;
    while (at < text.length && is_digit(text.data[at]))
        at++;
    return at > first && at == text.length;
}

/* The number that text[at .. at + width) writes, or UINT32_MAX. */
static uint32_t read_digits(struct weir_text text, size_t at, size_t width)
{
    if (at + width > text.length)
        return UINT32_MAX;
    uint32_t number = 0;
    for (size_t i = at; i < at + width; i++) {
        if (!is_digit(text.data[i]))
            return UINT32_MAX;
        number = number * 10 + (uint32_t)(text.data[i] - '0');
    }
    return number;
}

static bool holds(struct weir_text text, size_t at, char c)
{
    return at < text.length && text.data[at] == c;
}

static uint32_t days_in_month(uint32_t year, uint32_t month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

static bool is_date(struct weir_text text)
{
    uint32_t year = read_digits(text, 0, 4);
    uint32_t month = read_digits(text, 5, 2);
    uint32_t day = read_digits(text, 8, 2);
    return year != UINT32_MAX && holds(text, 4, '-') && month >= 1 && month <= 12 && holds(text, 7, '-') && day >= 1 &&
           day <= days_in_month(year, month);
}

static bool is_offset(struct weir_text text, size_t at)
{
    if (holds(text, at, 'Z') || holds(text, at, 'z'))
        return at + 1 == text.length;
    return (holds(text, at, '+') || holds(text, at, '-')) && read_digits(text, at + 1, 2) <= 23 &&
           holds(text, at + 3, ':') && read_digits(text, at + 4, 2) <= 59 && at + 6 == text.length;
}

static bool is_date_time(struct weir_text text)
{
    if (!is_date(text) || !(holds(text, 10, 'T') || holds(text, 10, 't')))
        return false;
    /* Second 60 is a leap second. */
    if (read_digits(text, 11, 2) > 23 || !holds(text, 13, ':') || read_digits(text, 14, 2) > 59 ||
        !holds(text, 16, ':') || read_digits(text, 17, 2) > 60)
        return false;
    size_t at = 19;
    if (holds(text, at, '.')) {
        size_t fraction = ++at;
        while (at < text.length && is_digit(text.data[at]))
            at++;
        if (at == fraction)
            return false;
    }
    return is_offset(text, at);
}

bool weir_fact_is_time(struct weir_text text)
{
    return is_integer(text) || is_date_time(text);
}
