/* Whether the tests run at full size: WEIR_LONG is set, and not to nothing. */
#ifndef WEIR_TEST_LONG_H
#define WEIR_TEST_LONG_H

#include <stdbool.h>
#include <stdlib.h>

static inline bool test_is_long(void)
{
    const char *value = getenv("WEIR_LONG");
    return value && *value;
}

#endif
