/* The table of streams: what goes in comes out, the cap and silence take the right ones, and what is needed is known.
 */
#include "weir/streams.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct world {
    struct weir_streams *streams;
    struct weir_arena *arena;
};

static void open_world(struct world *world, size_t streams_max)
{
    world->arena = weir_arena_new(1 << 16);
    assert_non_null(world->arena);
    assert_int_equal(weir_streams_new(streams_max, SIZE_MAX, &world->streams), WEIR_OK);
}

static void close_world(struct world *world)
{
    weir_streams_free(world->streams);
    weir_arena_free(world->arena);
}

static bool store(struct world *world, uint32_t slot, const char *id, int64_t offset, int64_t timestamp_ms)
{
    struct weir_piece piece = {
        .text = WEIR_TEXT_LITERAL("text"), .offset = offset, .start_ms = WEIR_TIME_NONE, .end_ms = WEIR_TIME_NONE};
    const struct weir_stream stream = {.id = weir_text_of(id),
                                       .pieces = &piece,
                                       .piece_count = 1,
                                       .floor = INT64_MIN,
                                       .timestamp_ms = timestamp_ms,
                                       .is_begun = true};
    size_t evicted = 0;
    assert_int_equal(weir_streams_store(world->streams, slot, &stream, &evicted), WEIR_OK);
    return evicted > 0;
}

static bool is_known(struct world *world, uint32_t slot, const char *id)
{
    struct weir_stream stream;
    assert_int_equal(weir_streams_load(world->streams, slot, weir_text_of(id), world->arena, &stream), WEIR_OK);
    assert_true(weir_text_is(stream.id, id));
    return stream.is_begun;
}

static void load__what_was_stored__comes_back_whole(void **state)
{
    (void)state;
    struct world world;
    open_world(&world, 10);
    struct weir_piece pieces[] = {
        {WEIR_TEXT_LITERAL("one"), 7, INT64_MIN, 5, -3, 1000, true, false},
        {WEIR_TEXT_LITERAL(""), 0, -1, 500000, WEIR_TIME_NONE, INT64_MAX, false, true},
        {WEIR_TEXT_LITERAL("\u4E09 \0 x"), 1000000, 0, INT64_MAX, INT64_MAX, WEIR_TIME_NONE, false, false},
        {WEIR_TEXT_LITERAL("four"), 1, INT64_MAX, 0, INT64_MIN + 1, INT64_MIN + 1, true, true},
    };
    struct weir_stream_flag flags[] = {{.rule = 3, .offset = 9, .needed = 2, .media_ms = -5, .is_provisional = true},
                                       {.rule = UINT64_MAX,
                                        .evidence = 1,
                                        .offset = INT64_MAX,
                                        .needed = 0,
                                        .media_ms = WEIR_TIME_NONE,
                                        .cooldown_ms = INT64_MAX,
                                        .sequence = INT64_MIN,
                                        .repeats = UINT32_MAX,
                                        .starts = {UINT32_MAX, 1, 2, 3},
                                        .held = {4, 5},
                                        .output = UINT8_MAX,
                                        .id = "fifteen letters"},
                                       {0}};
    struct weir_stream_gap gaps[] = {{INT64_MIN, -7}, {3, 4}};
    const struct weir_stream stream = {
        WEIR_TEXT_LITERAL("a \0 name"), pieces, 4, flags, 3, gaps, 2, INT64_MIN, INT64_MAX, 44, 123, true, true};
    size_t evicted;
    assert_int_equal(weir_streams_store(world.streams, 3, &stream, &evicted), WEIR_OK);
    struct weir_stream got;
    assert_int_equal(weir_streams_load(world.streams, 3, stream.id, world.arena, &got), WEIR_OK);
    assert_true(weir_text_equal(got.id, stream.id));
    assert_int_equal(got.piece_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_true(weir_text_equal(got.pieces[i].text, pieces[i].text));
        assert_int_equal(got.pieces[i].skipped, pieces[i].skipped);
        assert_true(got.pieces[i].sequence == pieces[i].sequence);
        assert_true(got.pieces[i].offset == pieces[i].offset);
        assert_true(got.pieces[i].start_ms == pieces[i].start_ms);
        assert_true(got.pieces[i].end_ms == pieces[i].end_ms);
        assert_int_equal(got.pieces[i].is_partial, pieces[i].is_partial);
        assert_int_equal(got.pieces[i].is_after_gap, pieces[i].is_after_gap);
    }
    assert_int_equal(got.flag_count, 3);
    assert_memory_equal(got.flags, flags, sizeof flags);
    assert_int_equal(got.gap_count, 2);
    assert_memory_equal(got.gaps, gaps, sizeof gaps);
    assert_true(got.lowest == stream.lowest && got.highest == stream.highest && got.floor == 44);
    assert_true(got.timestamp_ms == 123 && got.is_begun && got.is_cut);
    close_world(&world);
}

static void store__beyond_the_most__forgets_the_one_that_was_silent_for_longest(void **state)
{
    (void)state;
    struct world world;
    open_world(&world, 3);
    assert_false(store(&world, 0, "a", 1, 1));
    assert_false(store(&world, 0, "b", 2, 2));
    assert_false(store(&world, 1, "a", 3, 3));
    assert_false(store(&world, 0, "a", 4, 4)); /* heard again */
    assert_true(store(&world, 0, "c", 5, 5));
    assert_true(is_known(&world, 0, "a") && is_known(&world, 1, "a") && is_known(&world, 0, "c"));
    assert_false(is_known(&world, 0, "b"));
    assert_int_equal(weir_streams_count(world.streams), 3);
    close_world(&world);
}

static void store__beyond_the_bytes__forgets_others_but_never_itself(void **state)
{
    (void)state;
    struct world world = {.arena = weir_arena_new(1 << 16)};
    assert_int_equal(weir_streams_new(100, 1, &world.streams), WEIR_OK);
    assert_false(store(&world, 0, "a", 1, 1));
    assert_true(store(&world, 0, "b", 2, 2));
    assert_int_equal(weir_streams_count(world.streams), 1);
    assert_true(is_known(&world, 0, "b"));
    close_world(&world);
}

static void drop__slot_and_silence__take_theirs(void **state)
{
    (void)state;
    struct world world;
    open_world(&world, 100);
    store(&world, 0, "a", 1, 1000);
    store(&world, 0, "b", 2, 2000);
    store(&world, 1, "c", 3, 1500);
    store(&world, 0, "d", 4, -1);
    assert_int_equal(weir_streams_drop_idle(world.streams, 0, 1000), 0);
    assert_int_equal(weir_streams_drop_idle(world.streams, 0, 3000), 2); /* d has no time */
    assert_true(!is_known(&world, 0, "a") && !is_known(&world, 0, "b") && is_known(&world, 1, "c"));
    weir_streams_drop(world.streams, 1, WEIR_TEXT_LITERAL("c"));
    weir_streams_drop(world.streams, 1, WEIR_TEXT_LITERAL("never there"));
    assert_false(is_known(&world, 1, "c"));
    store(&world, 0, "e", 5, 5000);
    store(&world, 2, "f", 6, 6000);
    weir_streams_drop_slot(world.streams, 0);
    assert_int_equal(weir_streams_count(world.streams), 1);
    assert_true(is_known(&world, 2, "f"));
    close_world(&world);
}

static void needed__least_of_all_streams__to_a_bucket(void **state)
{
    (void)state;
    struct world world;
    open_world(&world, 100000);
    assert_true(weir_streams_needed(world.streams, 0) == INT64_MAX);
    store(&world, 0, "a", 5000, 1);
    assert_int_equal(weir_streams_needed(world.streams, 0), 5000 / WEIR_STREAMS_BUCKET * WEIR_STREAMS_BUCKET);
    store(&world, 0, "b", 1000000000, 1);
    store(&world, 0, "c", 3, 1);
    assert_int_equal(weir_streams_needed(world.streams, 0), 0);
    assert_true(weir_streams_needed(world.streams, 1) == INT64_MAX);
    weir_streams_drop(world.streams, 0, WEIR_TEXT_LITERAL("c"));
    weir_streams_drop(world.streams, 0, WEIR_TEXT_LITERAL("a"));
    assert_int_equal(weir_streams_needed(world.streams, 0), 1000000000 / WEIR_STREAMS_BUCKET * WEIR_STREAMS_BUCKET);
    weir_streams_drop_slot(world.streams, 0);
    assert_true(weir_streams_needed(world.streams, 0) == INT64_MAX);
    close_world(&world);
}

/* Random streams come, go on and go, beside a plain list of what must be there. */
static void table__random_use__is_as_a_plain_list(void **state)
{
    (void)state;
    enum { IDS = 700, STEPS = 60000 };
    static int64_t offsets[2][IDS];
    struct world world;
    open_world(&world, 100000);
    srand(7);
    memset(offsets, 0xFF, sizeof offsets);
    for (int64_t step = 0; step < STEPS; step++) {
        uint32_t slot = (uint32_t)rand() % 2;
        int number = rand() % IDS;
        char id[16];
        snprintf(id, sizeof id, "s%d", number);
        assert_int_equal(is_known(&world, slot, id), offsets[slot][number] >= 0);
        if (rand() % 4 == 0) {
            weir_streams_drop(world.streams, slot, weir_text_of(id));
            offsets[slot][number] = -1;
        } else {
            store(&world, slot, id, step * 10, step);
            offsets[slot][number] = step * 10;
        }
        if (step % 1000 != 0)
            continue;
        int64_t least = INT64_MAX;
        for (int i = 0; i < IDS; i++)
            if (offsets[slot][i] >= 0 && offsets[slot][i] < least)
                least = offsets[slot][i];
        assert_true(weir_streams_needed(world.streams, slot) ==
                    (least == INT64_MAX ? least : least / WEIR_STREAMS_BUCKET * WEIR_STREAMS_BUCKET));
        weir_arena_reset(world.arena);
    }
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(load__what_was_stored__comes_back_whole),
        cmocka_unit_test(store__beyond_the_most__forgets_the_one_that_was_silent_for_longest),
        cmocka_unit_test(store__beyond_the_bytes__forgets_others_but_never_itself),
        cmocka_unit_test(drop__slot_and_silence__take_theirs),
        cmocka_unit_test(needed__least_of_all_streams__to_a_bucket),
        cmocka_unit_test(table__random_use__is_as_a_plain_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
