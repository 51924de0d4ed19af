/* base: what the operator reads: a constant event name, then key=value. Never message text, never an author.
 *
 *   2026-11-23T20:57:55.123Z info broker_back after_ms=20311
 *   {"time":"2026-11-23T20:57:55.123Z","level":"info","event":"broker_back","after_ms":20311}     (format: json)
 *
 * Lines go out whole, with one write(2); any thread. The hot path counts instead of logging. */
#ifndef WEIR_LOG_H
#define WEIR_LOG_H

#include "weir/clock.h"
#include "weir/status.h"

#include <stdbool.h>

enum weir_log_level { WEIR_LOG_DEBUG, WEIR_LOG_INFO, WEIR_LOG_WARNING, WEIR_LOG_ERROR };

struct weir_log {
    int descriptor; /* where lines go, e.g. 2 */
    bool json;
    enum weir_log_level level; /* what is below is not written */
    struct weir_clock clock;
};

/* One key and its value: a text (text != NULL) or a number. */
struct weir_log_field {
    const char *key;
    const char *text;
    int64_t number;
};

#define WEIR_LOG_TEXT(key, value) ((struct weir_log_field){(key), (value), 0})
#define WEIR_LOG_NUMBER(key, value) ((struct weir_log_field){(key), NULL, (int64_t)(value)})

void weir_log_write(const struct weir_log *log, enum weir_log_level level, const char *event,
                    const struct weir_log_field *fields, size_t count);

/* weir_log_event(log, WEIR_LOG_INFO, "started", WEIR_LOG_NUMBER("workers", 2)): at least one field. */
#define weir_log_event(log, level, event, ...)                                                                         \
    weir_log_write((log), (level), (event), (const struct weir_log_field[]){__VA_ARGS__},                              \
                   sizeof((const struct weir_log_field[]){__VA_ARGS__}) / sizeof(struct weir_log_field))

/* "debug", "info", "warning", "error"; a constant. */
const char *weir_log_level_name(enum weir_log_level level);

#endif
