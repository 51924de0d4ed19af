/* The arena: alignment, reuse, copies, and sizes that cannot be. */
#include "weir/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void arena__many_sizes__each_aligned_and_apart(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(1 << 16);
    char *last = NULL;
    for (size_t size = 0; size < 3000; size++) {
        char *memory = weir_arena_alloc(arena, size);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
        memset(memory, (int)size, size);
        if (last && size > 1)
            assert_int_equal((unsigned char)last[size - 2], (size - 1) & 0xFF);
        last = memory;
    }
    weir_arena_free(arena);
}

static void arena__reset__used_is_zero_and_memory_serves_again(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(1 << 20);
    for (int round = 0; round < 100; round++) {
        assert_int_equal(weir_arena_used(arena), 0);
        for (int i = 0; i < 50; i++)
            assert_non_null(weir_arena_alloc(arena, 10000));
        assert_true(weir_arena_used(arena) >= 500000);
        weir_arena_reset(arena);
    }
    weir_arena_free(arena);
}

static void arena__rewind__what_came_before_stays_and_the_rest_is_given_back(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(1 << 18);
    const struct weir_arena_place beginning = weir_arena_mark(arena);
    char *kept = weir_arena_alloc(arena, 100);
    memset(kept, 'k', 100);
    const size_t used = weir_arena_used(arena);
    for (size_t size = 1; size < 1000000; size = size * 3 + 1) {
        const struct weir_arena_place mark = weir_arena_mark(arena);
        for (int i = 0; i < 5; i++) {
            char *memory = weir_arena_alloc(arena, size);
            assert_non_null(memory);
            memset(memory, 'x', size);
        }
        weir_arena_rewind(arena, mark);
        assert_int_equal(weir_arena_used(arena), used);
        for (size_t i = 0; i < 100; i++)
            assert_int_equal(kept[i], 'k');
    }
    weir_arena_rewind(arena, beginning);
    assert_int_equal(weir_arena_used(arena), 0);
    weir_arena_free(arena);
}

static void arena_padded__any_text__padding_is_readable_and_zero(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    for (size_t length = 0; length < 200; length++) {
        char bytes[200];
        memset(bytes, 'x', sizeof bytes);
        struct weir_padded_text copy = weir_arena_padded(arena, (struct weir_text){bytes, length});
        assert_int_equal(copy.length, length);
        for (size_t i = 0; i < WEIR_PADDING; i++)
            assert_int_equal(copy.data[length + i], 0);
    }
    weir_arena_free(arena);
}

static void arena_text__bytes_with_nul__copied_whole_and_terminated(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    struct weir_text copy = weir_arena_text(arena, (struct weir_text){"a\0b", 3});
    assert_memory_equal(copy.data, "a\0b", 4);
    assert_int_equal(copy.length, 3);
    weir_arena_free(arena);
}

static void arena_array__product_overflows__null(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    assert_null(weir_arena_array(arena, SIZE_MAX / 4, 8));
    assert_null(weir_arena_alloc(arena, SIZE_MAX));
    assert_null(weir_arena_alloc(arena, SIZE_MAX - 64));
    weir_arena_free(arena);
}

static void arena_format__long_text__whole(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    char *text = weir_arena_format(arena, "%0999d", 7);
    assert_int_equal(strlen(text), 999);
    assert_int_equal(text[998], '7');
    weir_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena__many_sizes__each_aligned_and_apart),
        cmocka_unit_test(arena__reset__used_is_zero_and_memory_serves_again),
        cmocka_unit_test(arena__rewind__what_came_before_stays_and_the_rest_is_given_back),
        cmocka_unit_test(arena_padded__any_text__padding_is_readable_and_zero),
        cmocka_unit_test(arena_text__bytes_with_nul__copied_whole_and_terminated),
        cmocka_unit_test(arena_array__product_overflows__null),
        cmocka_unit_test(arena_format__long_text__whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
