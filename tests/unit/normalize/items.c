/* Whole items: several values, views that were not asked for, and texts that are large or made to be slow. */
#include "normalizing.h"

#include <stdlib.h>

static void values__stand_in_one_buffer(void **state)
{
    struct normalizing *opened = *state;
    struct weir_value values[] = {{.text = WEIR_TEXT_LITERAL("Ｔitle\n")},
                                  {.field = 1, .text = WEIR_TEXT_LITERAL("\u200B ")},
                                  {.text = WEIR_TEXT_LITERAL("Body  TEXT")}};
    struct weir_item item = {.values = values, .value_count = 3};
    struct weir_scan_text texts;
    assert_int_equal(weir_normalize(opened->normalizer, &item, ALL_VIEWS, &texts), WEIR_OK);
    assert_int_equal(texts.value_count, 3);
    const struct weir_view_text *folded = &texts.views[WEIR_VIEW_FOLDED];
    assert_text(weir_text_from_padded(folded->text), WEIR_TEXT_LITERAL("title\n\nbody text"));
    assert_text(weir_text_from_padded(texts.views[WEIR_VIEW_EXACT].text),
                WEIR_TEXT_LITERAL("Ｔitle\n\n\u200B \nBody  TEXT"));
    assert_int_equal(texts.views[WEIR_VIEW_EXACT].values[2].edit_count, 0);
    for (enum weir_view view = 0; view < WEIR_VIEW_COUNT; view++) {
        if (view == WEIR_VIEW_SKELETON)
            continue;
        assert_null(view_check_buffer(&texts.views[view], 3, view == WEIR_VIEW_FOLDED));
        for (size_t i = 0; i < 3; i++)
            assert_null(view_check_value(&texts.views[view], i, values[i].text));
    }
    struct weir_range source = weir_view_source(folded, 2, 7, 16);
    assert_int_equal(source.start, 0);
    assert_int_equal(source.end, 10);
    assert_int_equal(weir_view_value(folded, 3, 7, 16), 2);
    assert_int_equal(weir_view_value(folded, 3, 0, 5), 0);
    assert_int_equal(weir_view_value(folded, 3, 4, 8), 3);
}

static void views__not_asked_for__are_not_made(void **state)
{
    struct normalizing *opened = *state;
    struct weir_value value = {.text = WEIR_TEXT_LITERAL("an ассount")};
    struct weir_item item = {.values = &value, .value_count = 1};
    for (unsigned views = 0; views <= ALL_VIEWS; views++) {
        struct weir_scan_text texts;
        assert_int_equal(weir_normalize(opened->normalizer, &item, views, &texts), WEIR_OK);
        for (enum weir_view view = 0; view < WEIR_VIEW_COUNT; view++)
            assert_int_equal(texts.views[view].text.data != NULL, views >> view & 1);
    }
}

static char *repeat(const char *text, size_t times)
{
    size_t length = strlen(text);
    char *data = malloc(length * times + 1);
    assert_non_null(data);
    for (size_t i = 0; i < times; i++)
        memcpy(data + i * length, text, length);
    data[length * times] = '\0';
    return data;
}

/* Each of these takes the buffers or the map to several megabytes; what comes after is small again. */
static void giant__of_any_kind__is_folded(void **state)
{
    static const char *const parts[] = {"A",          "  a",  "Ａ",       "\uFDFA", "\u200B",
                                        "\U0001D400", "中，", "а\u0336b", "é\u0301"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *text = repeat(parts[i], 500000);
        normalize_text(state, weir_text_of(text));
        assert_folded(state, "Ｓmall", "small");
        free(text);
    }
}

/* ICU alone would take hours for this: it sorts marks by insertion. */
static void giant__of_marks_in_disorder__is_folded_in_time(void **state)
{
    char *text = repeat("\u0301\u0316", 1000000);
    struct weir_scan_text texts = normalize_text(state, weir_text_of(text));
    struct weir_text folded = weir_text_from_padded(texts.views[WEIR_VIEW_FOLDED].text);
    assert_int_equal(folded.length, strlen(text));
    assert_memory_equal(folded.data, "\u0316\u0316", 4);
    assert_memory_equal(folded.data + folded.length - 4, "\u0301\u0301", 4);
    free(text);
}

static void long_stretch__is_folded_as_a_short_one(void **state)
{
    char text[1200] = "e";
    char expected[1200] = "\u1EB9";
    for (int i = 0; i < 150; i++) {
        strcat(text, "\u0302\u0323");
        strcat(expected, i < 149 ? "\u0323" : "");
    }
    memcpy(expected, "\u1EC7", 3);
    for (int i = 0; i < 149; i++)
        strcat(expected, "\u0302");
    assert_folded(state, text, expected);
}

/* A mark of the same class stands between the letter and the one that would compose with it. */
static void long_stretch__with_a_blocked_mark__does_not_compose(void **state)
{
    char text[1200] = "E";
    for (int i = 0; i < 150; i++)
        strcat(text, "\u0317\u0323");
    char expected[1200];
    memcpy(expected, text, sizeof expected);
    expected[0] = 'e';
    assert_folded(state, text, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values__stand_in_one_buffer),
        cmocka_unit_test(views__not_asked_for__are_not_made),
        cmocka_unit_test(giant__of_any_kind__is_folded),
        cmocka_unit_test(giant__of_marks_in_disorder__is_folded_in_time),
        cmocka_unit_test(long_stretch__is_folded_as_a_short_one),
        cmocka_unit_test(long_stretch__with_a_blocked_mark__does_not_compose),
    };
    return cmocka_run_group_tests(tests, open_normalizing, close_normalizing);
}
