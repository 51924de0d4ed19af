/* --from: a moment as RFC 3339 writes it, or a duration back from now. */
#include "weir/backtest.h"

#include "weir/clock.h"

#define DAY_S 86400
#define DURATION_MAX_S ((int64_t)100 * 366 * DAY_S)

static bool read_duration(const char *at, int64_t *ms)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', DAY_S}};
    int64_t number = 0;
    const char *first = at;
    for (; *at >= '0' && *at <= '9'; at++)
        if ((number = number * 10 + (*at - '0')) > DURATION_MAX_S)
            return false;
    if (at == first || !*at || at[1])
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (units[i].unit == *at) {
            *ms = number * units[i].seconds * 1000;
            return number * units[i].seconds <= DURATION_MAX_S;
        }
    return false;
}

bool weir_backtest_time(const char *text, int64_t now_ms, int64_t *from_ms)
{
    int64_t back_ms;
    if (!read_duration(text, &back_ms))
        return weir_clock_parse_rfc3339(text, from_ms);
    *from_ms = now_ms - back_ms;
    return true;
}
