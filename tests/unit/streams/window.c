/* Where fragments go, what they give to the text, and what leaves the window: tables of fragments and the text they
 * make. */
#include "weir/streams.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct world {
    struct weir_chars *chars; /* ASCII letters and digits, white space, Han, and one mark */
    struct weir_arena *arena;
    struct weir_window_options options;
    struct weir_stream stream;
    char placed[64]; /* a letter for each fragment */
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->chars = calloc(1, sizeof *world->chars);
    world->arena = weir_arena_new(1 << 16);
    assert_non_null(world->chars);
    assert_non_null(world->arena);
    for (uint32_t c = 0; c < 0x10000; c++) {
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        bool is_han = c >= 0x4E00 && c <= 0x9FFF;
        world->chars->flags[c] =
            (uint8_t)((is_letter || is_han ? WEIR_CHAR_WORD : 0) | (is_han ? WEIR_CHAR_UNSPACED : 0) |
                      (c == ' ' || c == '\n' ? WEIR_CHAR_SPACE : 0) | WEIR_CHAR_BOUNDARY);
    }
    world->chars->flags[0x0301] = WEIR_CHAR_WORD | WEIR_CHAR_MARK | WEIR_CHAR_INHERITED;
    world->options = (struct weir_window_options){
        .chars = world->chars, .window_bytes = 1024, .join = WEIR_JOIN_AUTO, .rollup = true};
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    weir_arena_free(world->arena);
    free(world->chars);
    free(world);
    return 0;
}

static void begin(struct world *world)
{
    weir_arena_reset(world->arena);
    world->stream = (struct weir_stream){.id = WEIR_TEXT_LITERAL("s"), .floor = INT64_MIN, .timestamp_ms = -1};
    world->placed[0] = '\0';
}

static void add_caption(struct world *world, const struct weir_caption *caption, const char *text)
{
    static const char letters[] = {[WEIR_PLACED_END] = 'e',   [WEIR_PLACED_BETWEEN] = 'b', [WEIR_PLACED_INSTEAD] = 'i',
                                   [WEIR_PLACED_ALONE] = 'a', [WEIR_PLACED_KNOWN] = 'k',   [WEIR_PLACED_RESTART] = 'r'};
    size_t at;
    size_t length = strlen(world->placed);
    enum weir_placing placing = weir_window_place(&world->stream, caption, &at);
    world->placed[length] = letters[placing];
    world->placed[length + 1] = '\0';
    if (placing == WEIR_PLACED_ALONE)
        assert_int_equal(weir_window_note_alone(&world->stream, caption->sequence, world->arena), WEIR_OK);
    if (placing == WEIR_PLACED_ALONE || placing == WEIR_PLACED_KNOWN || placing == WEIR_PLACED_RESTART)
        return;
    assert_int_equal(
        weir_window_take(&world->options, &world->stream, placing, at, caption, weir_text_of(text), 100, world->arena),
        WEIR_OK);
    assert_int_equal(weir_window_trim(&world->options, &world->stream, NULL, world->arena), WEIR_OK);
}

static void add(struct world *world, int64_t sequence, const char *text)
{
    add_caption(world,
                &(struct weir_caption){
                    .sequence = sequence, .has_sequence = true, .start_ms = WEIR_TIME_NONE, .end_ms = WEIR_TIME_NONE},
                text);
}

static void add_partial(struct world *world, int64_t sequence, const char *text)
{
    add_caption(world,
                &(struct weir_caption){.sequence = sequence,
                                       .has_sequence = true,
                                       .is_partial = true,
                                       .start_ms = WEIR_TIME_NONE,
                                       .end_ms = WEIR_TIME_NONE},
                text);
}

static void add_timed(struct world *world, int64_t sequence, int64_t start_ms, int64_t end_ms, const char *text)
{
    add_caption(
        world,
        &(struct weir_caption){.sequence = sequence, .has_sequence = true, .start_ms = start_ms, .end_ms = end_ms},
        text);
}

/* The values of the window, a bar between two. */
static void assert_text(struct world *world, const char *wanted)
{
    struct weir_item item = {0};
    char got[4096] = "";
    assert_int_equal(weir_window_read(&world->options, &world->stream, world->arena, &item), WEIR_OK);
    for (size_t i = 0; i < item.value_count; i++) {
        size_t length = strlen(got);
        snprintf(got + length, sizeof got - length, "%s%.*s", i ? "|" : "", (int)item.values[i].text.length,
                 item.values[i].text.data);
    }
    assert_string_equal(got, wanted);
}

static void take__in_order__joined_by_spaces(void **state)
{
    struct world *world = *state;
    begin(world);
    add(world, 1, "one");
    add(world, 2, "two");
    add(world, 3, "\u4E09");
    add(world, 4, "\u56DB");
    add(world, 5, " five");
    assert_string_equal(world->placed, "eeeee");
    assert_text(world, "one two\u4E09\u56DB five");
}

static void take__late__fills_its_gap(void **state)
{
    struct world *world = *state;
    begin(world);
    add(world, 1, "one");
    add(world, 4, "four");
    add(world, 3, "three");
    assert_text(world, "one|three four");
    add(world, 2, "two");
    assert_text(world, "one two three four");
    add(world, 2, "again");
    add(world, 0, "zero");
    assert_string_equal(world->placed, "eebbkb");
    assert_text(world, "zero one two three four");
}

static void take__repeated_lines__roll_up(void **state)
{
    struct world *world = *state;
    begin(world);
    add(world, 1, "your bank called");
    add(world, 2, "bank called about it");
    assert_text(world, "your bank called about it");
    assert_int_equal(world->stream.pieces[1].skipped, strlen("bank called"));
    begin(world);
    add_timed(world, 1, 0, 1000, "your bank called");
    add_timed(world, 2, 3000, 4000, "bank called about it");
    add_timed(world, 3, 6001, 7000, "about it again"); /* 2,001 ms later: said again */
    assert_text(world, "your bank called about it about it again");
    world->options.rollup = false;
    begin(world);
    add(world, 1, "your bank called");
    add(world, 2, "bank called about it");
    assert_text(world, "your bank called bank called about it");
    world->options.rollup = true;
}

static void take__late_between_repeated_lines__rolls_up_as_in_order(void **state)
{
    struct world *world = *state;
    begin(world);
    add(world, 1, "a b c");
    add(world, 3, "d e f g");
    add(world, 2, "b c d e");
    assert_text(world, "a b c d e f g");
}

static void take__repeated_behind_a_gap__stays(void **state)
{
    struct world *world = *state;
    begin(world);
    add(world, 1, "your bank called");
    add(world, 3, ""); /* the gap is before it */
    add(world, 4, "bank called about it");
    assert_text(world, "your bank called|bank called about it");
}

/* What is looked at of the text before ends with the piece in which the repetition begins, or before it. */
static void take__repeated_over_many_pieces__rolls_up(void **state)
{
    struct world *world = *state;
    begin(world);
    add(world, 1, "we will");
    add(world, 2, "call");
    add(world, 3, "you at");
    add(world, 4, "noon  ");
    add(world, 5, "   ");
    add(world, 6, "call you at noon  again");
    add(world, 7, "we will call you at noon       again");
    assert_text(world, "we will call you at noon       again");
    begin(world);
    add(world, 1, "\u4e2d");
    add(world, 2, "\u0301call you"); /* unspaced as what the mark stands on, so no word is cut behind it */
    add(world, 3, "call you");
    assert_text(world, "\u4e2d\u0301call you");
}

static void take__partials__replaced_by_what_has_their_number(void **state)
{
    struct world *world = *state;
    begin(world);
    add(world, 1, "one");
    add_partial(world, 2, "t");
    add_partial(world, 2, "to");
    assert_text(world, "one to");
    add(world, 3, "three");
    add(world, 2, "two");
    add_partial(world, 2, "too late");
    assert_string_equal(world->placed, "eeieik");
    assert_text(world, "one two three");
}

static void take__without_numbers__arrival_is_the_order(void **state)
{
    struct world *world = *state;
    struct weir_caption said = {.start_ms = WEIR_TIME_NONE, .end_ms = WEIR_TIME_NONE};
    struct weir_caption heard = said;
    heard.is_partial = true;
    begin(world);
    add_caption(world, &said, "one");
    add_caption(world, &heard, "t");
    add_caption(world, &said, "two");
    add_caption(world, &said, "three");
    assert_string_equal(world->placed, "eeie");
    assert_text(world, "one two three");
    assert_int_equal(world->stream.pieces[2].sequence, 2);
}

static void place__numbers_that_fall__restart_only_beyond_1000(void **state)
{
    struct world *world = *state;
    begin(world);
    add(world, 4294967295, "one");
    add(world, 4294967295 - 1000, "late");
    add(world, 0, "wrapped");
    assert_string_equal(world->placed, "ebr");
    begin(world);
    add(world, INT64_MAX, "one");
    add(world, INT64_MIN, "two");
    assert_string_equal(world->placed, "er");
    begin(world);
    add(world, INT64_MIN, "one");
    add(world, INT64_MAX, "two");
    assert_string_equal(world->placed, "ee");
    assert_text(world, "one|two");
}

static void trim__long_text__keeps_the_window_and_knows_what_is_missing(void **state)
{
    struct world *world = *state;
    world->options.window_bytes = 64;
    begin(world);
    for (int64_t i = 0; i < 40; i++)
        if (i != 10)
            add(world, i, "word");
    size_t bytes = 0;
    for (size_t i = 0; i < world->stream.piece_count; i++)
        bytes += world->stream.pieces[i].text.length;
    assert_in_range(bytes, 64, 64 + 16 + 4);
    assert_true(world->stream.is_cut);
    assert_int_equal(world->stream.gap_count, 1);
    world->placed[0] = '\0';
    add(world, 10, "late");
    add(world, 10, "late again");
    add(world, 5, "known");
    add(world, -3, "before the first");
    add(world, 41, "next");
    add(world, 40, "late, in the window");
    assert_string_equal(world->placed, "akkaeb");
    world->options.window_bytes = 1024;
}

static void trim__one_giant_fragment__keeps_its_end(void **state)
{
    struct world *world = *state;
    char giant[10001];
    memset(giant, 'x', sizeof giant - 1);
    giant[sizeof giant - 1] = '\0';
    world->options.window_bytes = 64;
    begin(world);
    add(world, 1, giant);
    assert_int_equal(world->stream.piece_count, 1);
    assert_int_equal(world->stream.pieces[0].text.length, 80);
    assert_int_equal(world->stream.pieces[0].skipped, 10000 - 80);
    assert_true(world->stream.is_cut);
    world->options.window_bytes = 1024;
}

static void trim__giant_partial__leaves_the_text_before_it(void **state)
{
    struct world *world = *state;
    char giant[10001];
    memset(giant, 'x', sizeof giant - 1);
    giant[sizeof giant - 1] = '\0';
    world->options.window_bytes = 64;
    begin(world);
    add(world, 1, "one");
    add_partial(world, 2, giant);
    add(world, 2, "two");
    assert_text(world, "one two");
    world->options.window_bytes = 1024;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(take__in_order__joined_by_spaces),
        cmocka_unit_test(take__late__fills_its_gap),
        cmocka_unit_test(take__repeated_lines__roll_up),
        cmocka_unit_test(take__late_between_repeated_lines__rolls_up_as_in_order),
        cmocka_unit_test(take__repeated_behind_a_gap__stays),
        cmocka_unit_test(take__repeated_over_many_pieces__rolls_up),
        cmocka_unit_test(take__partials__replaced_by_what_has_their_number),
        cmocka_unit_test(take__without_numbers__arrival_is_the_order),
        cmocka_unit_test(place__numbers_that_fall__restart_only_beyond_1000),
        cmocka_unit_test(trim__long_text__keeps_the_window_and_knows_what_is_missing),
        cmocka_unit_test(trim__one_giant_fragment__keeps_its_end),
        cmocka_unit_test(trim__giant_partial__leaves_the_text_before_it),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
