/* Names of statuses, and the error a person reads. Allocates nothing. */
#include "weir/status.h"

#include <stdarg.h>
#include <stdio.h>

const char *weir_status_name(enum weir_status status)
{
    switch (status) {
    case WEIR_OK:
        return "ok";
    case WEIR_INVALID:
        return "invalid";
    case WEIR_USAGE:
        return "usage";
    case WEIR_UNAVAILABLE:
        return "unavailable";
    case WEIR_NO_MEMORY:
        return "no memory";
    case WEIR_RETRY:
        return "retry";
    case WEIR_FATAL:
        return "fatal";
    }
    return "unknown";
}

int weir_status_exit(enum weir_status status)
{
    switch (status) {
    case WEIR_OK:
        return 0;
    case WEIR_INVALID:
        return 1;
    case WEIR_USAGE:
        return 2;
    case WEIR_UNAVAILABLE:
    case WEIR_NO_MEMORY:
    case WEIR_RETRY:
    case WEIR_FATAL:
        break;
    }
    return 3;
}

enum weir_status weir_error_set(struct weir_error *error, enum weir_status status, const char *format, ...)
{
    if (!error)
        return status;
    *error = (struct weir_error){.status = status};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return status;
}
