/* Numbers and times in words. Pure. */
#include "top_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *top_words_count(uint64_t count, char out[TOP_WORDS_SIZE])
{
    char digits[24];
    size_t length = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, count);
    size_t made = 0;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            out[made++] = ',';
        out[made++] = digits[i];
    }
    out[made] = '\0';
    return out;
}

const char *top_words_short(uint64_t count, size_t columns, char out[TOP_WORDS_SIZE])
{
    static const char units[] = {'k', 'M', 'G', 'T', 'P', 'E'};
    double value = (double)count;
    size_t unit = 0;
    if (strlen(top_words_count(count, out)) <= columns)
        return out;
    for (value /= 1000; value >= 999.95; value /= 1000)
        unit++;
    snprintf(out, TOP_WORDS_SIZE, value < 99.95 ? "%.1f %c" : "%.0f %c", value, units[unit]);
    return out;
}

const char *top_words_rate(double rate, char out[TOP_WORDS_SIZE])
{
    if (rate >= 9.95)
        return top_words_count(rate < 1e18 ? (uint64_t)(rate + 0.5) : (uint64_t)1e18, out);
    snprintf(out, TOP_WORDS_SIZE, "%.1f", rate > 0 ? rate : 0.0);
    return out;
}

const char *top_words_span(int64_t ms, char out[TOP_WORDS_SIZE])
{
    int64_t seconds = ms > 0 ? ms / 1000 : 0;
    int64_t minutes = seconds / 60;
    int64_t hours = minutes / 60;
    if (seconds < 60)
        snprintf(out, TOP_WORDS_SIZE, "%" PRId64 " s", seconds);
    else if (minutes < 60)
        snprintf(out, TOP_WORDS_SIZE, "%" PRId64 " min", minutes);
    else if (hours < 24)
        snprintf(out, TOP_WORDS_SIZE, "%" PRId64 " h %" PRId64 " min", hours, minutes % 60);
    else
        snprintf(out, TOP_WORDS_SIZE, "%" PRId64 " d %" PRId64 " h", hours / 24, hours % 24);
    return out;
}

const char *top_words_bound(int64_t ms, char out[TOP_WORDS_SIZE])
{
    if (ms < 1000)
        snprintf(out, TOP_WORDS_SIZE, "%" PRId64 " ms", ms);
    else if (ms < 60000)
        snprintf(out, TOP_WORDS_SIZE, "%" PRId64 " s", ms / 1000);
    else
        snprintf(out, TOP_WORDS_SIZE, "%" PRId64 " min", ms / 60000);
    return out;
}

const char *top_words_spark(const double *values, size_t count, char out[TOP_SPARK_SIZE])
{
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = values[i] > most ? values[i] : most;
    for (size_t i = 0; i < count; i++) {
        int eighths = most > 0 ? (int)(values[i] / most * 7 + 0.5) : 0;
        memcpy(out + i * 3, "\xE2\x96", 2);
        out[i * 3 + 2] = (char)(0x81 + eighths); /* U+2581 to U+2588 */
    }
    out[count * 3] = '\0';
    return out;
}
