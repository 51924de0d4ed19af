/* The machine's clocks, and time as RFC 3339 writes it. */
#include "weir/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t read_wall(void *context)
{
    (void)context;
    return read_clock(CLOCK_REALTIME);
}

static int64_t read_monotonic(void *context)
{
    (void)context;
    return read_clock(CLOCK_MONOTONIC);
}

struct weir_clock weir_clock_system(void)
{
    return (struct weir_clock){.wall_ms = read_wall, .monotonic_ms = read_monotonic, .context = NULL};
}

struct timespec weir_clock_deadline(int ms)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += ms / 1000;
    time.tv_nsec += ms % 1000 * 1000000L;
    if (time.tv_nsec >= 1000000000L) {
        time.tv_sec++;
        time.tv_nsec -= 1000000000L;
    }
    return time;
}

void weir_clock_format_rfc3339(int64_t wall_ms, char out[WEIR_RFC3339_SIZE])
{
    time_t seconds = (time_t)(wall_ms / 1000);
    int milliseconds = (int)(wall_ms % 1000);
    if (milliseconds < 0) {
        milliseconds += 1000;
        seconds--;
    }
    struct tm utc;
    gmtime_r(&seconds, &utc);
    char date[24];
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(out, WEIR_RFC3339_SIZE, "%s.%03uZ", date, (unsigned)milliseconds % 1000u);
}
