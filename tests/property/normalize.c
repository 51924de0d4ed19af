/* The normalizer against its slow definition, on random texts of the characters that are hard to fold.
 *
 *   property_normalize [TEXTS [SEED]]      200,000 texts by default; the same seed gives the same texts */
#include "weir/normalize.h"
#include "../../src/pipeline/normalize/fold_icu.h"
#include "view_check.h"

#include <stdio.h>
#include <stdlib.h>

#define POINTS_MAX 400
#define TEXT_MAX (POINTS_MAX * 4)
#define SLOW_MAX (TEXT_MAX * 12)

/* Ranges of code points to draw from; a short one is drawn as often as a long one. */
static const struct {
    uint32_t first;
    uint32_t last;
} alphabet[] = {
    {' ', ' '},         {'A', 'Z'},         {'a', 'z'},         {'<', '>'},         {0x09, 0x0D},
    {0x00, 0x1F},       {0x80, 0xFF},       {0x100, 0x24F},     {0x300, 0x314},     {0x315, 0x345},
    {0x346, 0x36F},     {0x34F, 0x34F},     {0x370, 0x3FF},     {0x400, 0x45F},     {0x483, 0x489},
    {0x590, 0x5F4},     {0x610, 0x670},     {0x900, 0x9FF},     {0xB47, 0xB57},     {0xBC6, 0xBD7},
    {0xDCA, 0xDDF},     {0xE30, 0xE4E},     {0xEB0, 0xECD},     {0xF40, 0xFB9},     {0xF71, 0xF81},
    {0x1000, 0x103F},   {0x10A0, 0x10FF},   {0x1100, 0x11FF},   {0x115F, 0x1160},   {0x1161, 0x1165},
    {0x11A8, 0x11AC},   {0x13A0, 0x13FD},   {0x17B4, 0x17B5},   {0x1806, 0x180F},   {0x1B05, 0x1B43},
    {0x1AB0, 0x1ACE},   {0x1DC0, 0x1DFF},   {0x1E00, 0x1FFE},   {0x2000, 0x200F},   {0x2010, 0x2046},
    {0x2060, 0x206F},   {0x2070, 0x209C},   {0x20D0, 0x20F0},   {0x2100, 0x218B},   {0x2200, 0x2280},
    {0x3000, 0x3030},   {0x3041, 0x309F},   {0x30A0, 0x30FF},   {0x3130, 0x318E},   {0x3164, 0x3164},
    {0x3200, 0x33FF},   {0x4E00, 0x4E40},   {0xAC00, 0xAC40},   {0xD788, 0xD7A3},   {0xD7B0, 0xD7FB},
    {0xF900, 0xFA20},   {0xFB00, 0xFB4F},   {0xFB50, 0xFDFF},   {0xFDFA, 0xFDFA},   {0xFE00, 0xFE0F},
    {0xFE10, 0xFE6F},   {0xFEFF, 0xFEFF},   {0xFF01, 0xFF5E},   {0xFF61, 0xFF9F},   {0xFF9E, 0xFF9F},
    {0xFFA0, 0xFFDC},   {0xFFE0, 0xFFFD},   {0x10400, 0x1044F}, {0x10EA8, 0x10EAF}, {0x11099, 0x110BA},
    {0x11127, 0x11134}, {0x1133E, 0x11357}, {0x114B0, 0x114C3}, {0x1D15E, 0x1D17A}, {0x1D1BB, 0x1D1C0},
    {0x1D400, 0x1D4FF}, {0x1E000, 0x1E02A}, {0x1E900, 0x1E94A}, {0x1F100, 0x1F1FF}, {0x1F300, 0x1F64F},
    {0x2F800, 0x2FA1D}, {0xE0001, 0xE007F}, {0xE0100, 0xE01EF}, {0x0000, 0xD7FF},   {0xE000, 0x10FFFF},
    {0x16D63, 0x16D6A}, {0x113C2, 0x113CB},
};

static uint64_t draw(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static uint32_t draw_below(uint64_t *state, uint32_t bound)
{
    return (uint32_t)((draw(state) >> 32) % bound);
}

static uint32_t draw_point(uint64_t *state)
{
    size_t i = draw_below(state, sizeof alphabet / sizeof *alphabet);
    return alphabet[i].first + draw_below(state, alphabet[i].last - alphabet[i].first + 1);
}

/* Mostly short; some repeat few characters, so that they meet; a few are long enough for the linear fold. */
static struct weir_text draw_text(uint64_t *state, char *out)
{
    uint32_t chosen[4];
    for (size_t i = 0; i < 4; i++)
        chosen[i] = draw_point(state);
    bool few = draw_below(state, 2) == 0;
    uint32_t count = 1 + draw_below(state, draw_below(state, 50) == 0 ? POINTS_MAX : 24);
    size_t length = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool repeat = few && draw_below(state, 8) != 0;
        length += weir_utf8_encode(repeat ? chosen[draw_below(state, 4)] : draw_point(state), out + length);
    }
    return (struct weir_text){out, length};
}

static uint32_t make_plain(uint32_t c)
{
    static const uint32_t dashes[] = {0x2D,   0x58A,  0x5BE,  0x1400, 0x1806, 0x2010, 0x2011, 0x2012, 0x2013,
                                      0x2014, 0x2015, 0x2212, 0x2E17, 0x2E1A, 0x2E3A, 0x2E3B, 0x2E40, 0x2E5D,
                                      0x301C, 0x3030, 0x30A0, 0xFE31, 0xFE32, 0xFE58, 0xFE63, 0xFF0D, 0x10EAD};
    for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++) {
        if (c == dashes[i])
            return '-';
    }
    if (c == 0x2018 || c == 0x2019 || c == 0x201B || c == 0x2BC)
        return '\'';
    if (c >= 0x201C && c <= 0x201F)
        return '"';
    bool is_space = (c >= 9 && c <= 13) || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
                    c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
    return is_space ? ' ' : c;
}

/* RULES.md section 2, word by word. */
static struct weir_text fold_slowly(const struct weir_icu *icu, struct weir_text text, char *out)
{
    static char folded[SLOW_MAX];
    size_t length = weir_icu_fold(icu, text, folded, sizeof folded);
    size_t to = 0;
    for (size_t at = 0; at < length;) {
        size_t width;
        uint32_t plain = make_plain(weir_utf8_decode(folded + at, &width));
        at += width;
        if (plain != ' ' || (to > 0 && out[to - 1] != ' '))
            to += weir_utf8_encode(plain, out + to);
    }
    if (to > 0 && out[to - 1] == ' ')
        to--;
    return (struct weir_text){out, to};
}

struct world {
    struct weir_chars *chars;
    struct weir_icu *icu;
    struct weir_normalizer *normalizer; /* makes the views that are looked at */
    struct weir_normalizer *again;      /* folds what is compared with them */
    struct weir_arena *arena;
    uint64_t state;
    unsigned skeletons;
};

static void fail(struct weir_text text, const char *what)
{
    fprintf(stderr, "%s:", what);
    for (size_t at = 0; at < text.length;) {
        size_t width;
        fprintf(stderr, " %04X", weir_utf8_decode(text.data + at, &width));
        at += width;
    }
    fputc('\n', stderr);
    exit(1);
}

static struct weir_text fold_again(struct world *world, enum weir_view view, struct weir_text text)
{
    struct weir_folding folding = weir_normalizer_folding(world->again);
    struct weir_text folded;
    if (folding.fold(folding.context, view, text, world->arena, &folded) != WEIR_OK)
        fail(text, "not folded");
    return folded;
}

/* A random span within the view leads to source characters that fold to what contains it. In a skeleton it starts where
 * the value does: a mark is stray by the letter before it, so what is cut off there changes the rest. */
static void check_span(struct world *world, const struct weir_view_text *view, enum weir_view kind, size_t value,
                       struct weir_range within, struct weir_text source)
{
    struct weir_text whole = weir_text_from_padded(view->text);
    uint32_t start = within.start;
    if (kind == WEIR_VIEW_FOLDED)
        start += draw_below(&world->state, within.end - within.start);
    uint32_t end = start + 1 + draw_below(&world->state, within.end - start);
    while (weir_utf8_is_continuation(whole.data[start]))
        start--;
    while (end < within.end && weir_utf8_is_continuation(whole.data[end]))
        end++;
    struct weir_range range = weir_view_source(view, value, start, end);
    struct weir_text again = fold_again(world, kind, weir_text_slice(source, range.start, range.end));
    if (!view_check_contains(again, weir_text_slice(whole, start, end)))
        fail(source, kind == WEIR_VIEW_FOLDED ? "a span's source does not contain it" : "a skeleton's does not");
}

static void check_folded(struct world *world, const struct weir_scan_text *texts, struct weir_text text)
{
    static char slow[SLOW_MAX];
    const struct weir_view_text *view = &texts->views[WEIR_VIEW_FOLDED];
    struct weir_text folded = weir_text_from_padded(view->text);
    if (!weir_text_equal(folded, fold_slowly(world->icu, text, slow)))
        fail(text, "differs from the slow definition");
    if (!weir_text_equal(folded, fold_again(world, WEIR_VIEW_FOLDED, folded)))
        fail(text, "folds to something else the second time");
    for (int i = 0; i < 4 && folded.length > 0; i++)
        check_span(world, view, WEIR_VIEW_FOLDED, 0, view->values[0].range, text);
}

static void check_skeleton(struct world *world, const struct weir_scan_text *texts, struct weir_text text)
{
    const struct weir_view_text *view = &texts->views[WEIR_VIEW_SKELETON];
    const struct weir_value_view *value = &view->values[0];
    world->skeletons++;
    for (uint32_t i = 0; i < value->mixed_count; i++) {
        struct weir_range token = texts->mixed[value->mixed_first + i];
        if (token.start >= token.end || token.end > text.length || !view_check_is_boundary(text, token.start) ||
            !view_check_is_boundary(text, token.end))
            fail(text, "a mixed token is no range of the text");
        struct weir_text alone = fold_again(world, WEIR_VIEW_SKELETON, weir_text_slice(text, token.start, token.end));
        struct weir_text whole = weir_text_from_padded(view->text);
        /* Marks after the token's last letter can still compose with it, so only tokens that stand alone are compared.
         */
        bool stands_alone = token.start == 0 && token.end == text.length;
        if (stands_alone && !weir_text_equal(alone, whole))
            fail(text, "a token and the literal of the same characters differ");
        if (stands_alone && whole.length > 0)
            check_span(world, view, WEIR_VIEW_SKELETON, 0, value->range, text);
    }
}

static bool is_found(const struct weir_scan_text *texts, struct weir_range token)
{
    const struct weir_view_text *view = &texts->views[WEIR_VIEW_SKELETON];
    for (uint32_t i = 0; view->text.data && i < view->values[0].mixed_count; i++) {
        struct weir_range mixed = texts->mixed[i];
        if (mixed.start == token.start && mixed.end == token.end)
            return true;
    }
    return false;
}

/* Every token, whatever the shortcuts say of its scripts: ICU decides. */
static void check_tokens(struct world *world, const struct weir_scan_text *texts, struct weir_text text)
{
    struct weir_range token = {0, 0};
    for (uint32_t at = 0; at <= text.length;) {
        size_t width = 1;
        unsigned flags = 0;
        if (at < text.length)
            flags = world->chars->flags[weir_utf8_decode(text.data + at, &width)];
        uint32_t next = at + (uint32_t)width;
        if (flags & WEIR_CHAR_IGNORABLE) {
            at = next;
            continue;
        }
        if (flags & WEIR_CHAR_WORD) {
            token.start = token.end > token.start ? token.start : at;
            token.end = next;
        } else if (token.end > token.start) {
            if (weir_icu_beyond_moderate(world->icu, weir_text_slice(text, token.start, token.end)) &&
                !is_found(texts, token))
                fail(text, "a mixed token is not found");
            token.end = token.start;
        }
        at = next;
    }
}

static void check_text(struct world *world, struct weir_text text)
{
    struct weir_value value = {.text = text};
    struct weir_item item = {.values = &value, .value_count = 1};
    struct weir_scan_text texts;
    if (weir_normalize(world->normalizer, &item, (1u << WEIR_VIEW_COUNT) - 1, &texts) != WEIR_OK)
        fail(text, "not normalized");
    for (enum weir_view view = 0; view < WEIR_VIEW_COUNT; view++) {
        if (!texts.views[view].text.data)
            continue;
        const char *wrong = view_check_buffer(&texts.views[view], 1, view != WEIR_VIEW_EXACT);
        if (!wrong)
            wrong = view_check_value(&texts.views[view], 0, text);
        if (wrong)
            fail(text, wrong);
    }
    if (!weir_text_equal(weir_text_from_padded(texts.views[WEIR_VIEW_EXACT].text), text))
        fail(text, "the exact view is not the text");
    check_folded(world, &texts, text);
    check_tokens(world, &texts, text);
    if (texts.views[WEIR_VIEW_SKELETON].text.data)
        check_skeleton(world, &texts, text);
}

int main(int count, char **arguments)
{
    unsigned long texts = count > 1 ? strtoul(arguments[1], NULL, 10) : 200000;
    struct world world = {.state = count > 2 ? strtoull(arguments[2], NULL, 10) : 20231123};
    world.chars = weir_chars_new();
    world.arena = weir_arena_new(1u << 16);
    if (!world.chars || !world.arena || weir_icu_open(&world.icu) != WEIR_OK ||
        weir_normalizer_new(world.chars, &world.normalizer) != WEIR_OK ||
        weir_normalizer_new(world.chars, &world.again) != WEIR_OK)
        return 3;
    char bytes[TEXT_MAX];
    for (unsigned long i = 0; i < texts; i++) {
        check_text(&world, draw_text(&world.state, bytes));
        weir_arena_reset(world.arena);
    }
    printf("%lu texts, %u with a skeleton\n", texts, world.skeletons);
    weir_normalizer_free(world.again);
    weir_normalizer_free(world.normalizer);
    weir_icu_close(world.icu);
    weir_arena_free(world.arena);
    weir_chars_free(world.chars);
    return world.skeletons > 0 ? 0 : 1;
}
