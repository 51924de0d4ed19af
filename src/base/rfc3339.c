/* Reads a moment as RFC 3339 writes it. */
#include "weir/clock.h"

#include <stdbool.h>
#include <string.h>

#define DAY_S 86400

/* Exactly `digits` digits, as a number from min to max. */
static bool read_number(const char **at, int digits, int min, int max, int *number)
{
    *number = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        *number = *number * 10 + (**at - '0');
    }
    return *number >= min && *number <= max;
}

static bool read_character(const char **at, const char *choices)
{
    return **at && strchr(choices, *(*at)++);
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

static int64_t days_since_1970(int year, int month, int day)
{
    const int64_t before = year - 1;
    int64_t days = before * 365 + before / 4 - before / 100 + before / 400 - 719162;
    for (int i = 1; i < month; i++)
        days += days_of(year, i);
    return days + day - 1;
}

/* ".25" to 250; beyond milliseconds digits are left out. */
static bool read_fraction(const char **at, int64_t *ms)
{
    *ms = 0;
    if (**at != '.')
        return true;
    (*at)++;
    const char *first = *at;
    for (int64_t worth = 100; **at >= '0' && **at <= '9'; (*at)++, worth /= 10)
        *ms += (**at - '0') * worth;
    return *at > first;
}

static bool read_zone(const char **at, int64_t *seconds)
{
    *seconds = 0;
    const char sign = **at;
    if (!read_character(at, "Zz+-"))
        return false;
    if (sign == 'Z' || sign == 'z')
        return true;
    int hours;
    int minutes;
    if (!read_number(at, 2, 0, 23, &hours) || !read_character(at, ":") || !read_number(at, 2, 0, 59, &minutes))
        return false;
    *seconds = (hours * 60 + minutes) * (sign == '-' ? -60 : 60);
    return true;
}

bool weir_clock_parse_rfc3339(const char *text, int64_t *wall_ms)
{
    const char *at = text;
    int year;
    int month;
    int day;
    int hour;
    int minute;
    int second;
    int64_t ms;
    int64_t zone;
    bool is_date = read_number(&at, 4, 1, 9999, &year) && read_character(&at, "-") &&
                   read_number(&at, 2, 1, 12, &month) && read_character(&at, "-") &&
                   read_number(&at, 2, 1, days_of(year, month), &day);
    /* A leap second is the second after it. */
    bool is_time = is_date && read_character(&at, "Tt ") && read_number(&at, 2, 0, 23, &hour) &&
                   read_character(&at, ":") && read_number(&at, 2, 0, 59, &minute) && read_character(&at, ":") &&
                   read_number(&at, 2, 0, 60, &second) && read_fraction(&at, &ms) && read_zone(&at, &zone) && !*at;
    if (!is_time)
        return false;
    int64_t seconds = days_since_1970(year, month, day) * DAY_S + hour * 3600 + minute * 60 + second - zone;
    *wall_ms = seconds * 1000 + ms;
    return true;
}
