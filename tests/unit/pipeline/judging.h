/* What the tests of decisions share: the parts of a path that need no rules. */
#ifndef WEIR_TEST_JUDGING_H
#define WEIR_TEST_JUDGING_H

#include "weir/decide.h"
#include "weir/normalize.h"
#include "weir/scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

struct fixture {
    struct weir_chars *chars;
    struct weir_normalizer *normalizer;
    struct weir_arena *arena;
    struct weir_limits limits;
};

static int open_fixture(void **state)
{
    static struct fixture fixture;
    fixture.limits = WEIR_LIMITS_DEFAULT;
    fixture.chars = weir_chars_new();
    fixture.arena = weir_arena_new(1 << 20);
    *state = &fixture;
    return !fixture.chars || !fixture.arena || weir_normalizer_new(fixture.chars, &fixture.normalizer) != WEIR_OK;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    weir_normalizer_free(fixture->normalizer);
    weir_chars_free(fixture->chars);
    weir_arena_free(fixture->arena);
    return 0;
}

#endif
