/* Views by their definition (RULES.md sections 2 and 3): ICU folds the whole text, and where each piece of it came from
 * is found by cutting: a cut that changes nothing separates what came from what. Quadratic, and meant to be. */
#include "slow.h"
#include "utf16.h"

#include "weir/utf8.h"

#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

#define UNITS_MAX 16384

static void stop(const char *what)
{
    fprintf(stderr, "the slow evaluator: %s\n", what);
    abort();
}

static void check_icu(UErrorCode error)
{
    if (U_FAILURE(error))
        stop(u_errorName(error));
}

/* Characters that will be folded, and the source bytes of each. */
struct prepared {
    UChar units[UNITS_MAX];
    int32_t starts[UNITS_MAX + 1]; /* of each character in units */
    struct weir_range sources[UNITS_MAX];
    size_t count;
};

static void add_point(struct prepared *prepared, uint32_t point, struct weir_range source)
{
    if (prepared->count + 1 >= UNITS_MAX / 2)
        stop("a text is too long");
    int32_t at = prepared->starts[prepared->count];
    U16_APPEND_UNSAFE(prepared->units, at, (UChar32)point);
    prepared->sources[prepared->count++] = source;
    prepared->starts[prepared->count] = at;
}

/* ---- Folding ---- */

static int32_t casefold(const UChar *units, int32_t length, UChar *out)
{
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2 *folding = unorm2_getNFKCCasefoldInstance(&error);
    int32_t folded = unorm2_normalize(folding, units, length, out, UNITS_MAX, &error);
    check_icu(error);
    return folded;
}

static UChar32 make_plain(UChar32 c)
{
    if (c == 0x2018 || c == 0x2019 || c == 0x201B || c == 0x02BC)
        return '\'';
    if (c >= 0x201C && c <= 0x201F)
        return '"';
    if (c == 0x2212 || u_charType(c) == U_DASH_PUNCTUATION)
        return '-';
    return u_hasBinaryProperty(c, UCHAR_WHITE_SPACE) ? ' ' : c;
}

static void append(struct slow_view *view, UChar32 c, struct weir_range source)
{
    bool repeats = c == ' ' && (view->length == 0 || view->text[view->length - 1] == ' ');
    if (repeats) /* of a run of white space the first character is the one space */
        return;
    size_t width = weir_utf8_encode((uint32_t)c, view->text + view->length);
    for (size_t i = 0; i < width; i++) {
        view->from[view->length] = source.start;
        view->to[view->length++] = source.end;
    }
}

static void open_view(struct slow_view *view)
{
    size_t room = (size_t)UNITS_MAX * 4;
    *view = (struct slow_view){malloc(room), 0, malloc(room * sizeof(uint32_t)), malloc(room * sizeof(uint32_t))};
    if (!view->text || !view->from || !view->to)
        stop("no memory");
}

static bool is_cut(const struct prepared *prepared, size_t at, const UChar *all, int32_t all_length, int32_t *head)
{
    static UChar part[UNITS_MAX];
    int32_t start = prepared->starts[at];
    *head = casefold(prepared->units, start, part);
    if (*head > all_length || u_memcmp(part, all, *head) != 0)
        return false;
    int32_t tail = casefold(prepared->units + start, prepared->starts[prepared->count] - start, part);
    return *head + tail == all_length && u_memcmp(part, all + *head, tail) == 0;
}

static void fold(const struct prepared *prepared, struct slow_view *view)
{
    static UChar all[UNITS_MAX];
    int32_t length = casefold(prepared->units, prepared->starts[prepared->count], all);
    int32_t done = 0;
    size_t first = 0;
    open_view(view);
    for (size_t i = 1; i <= prepared->count; i++) {
        int32_t end;
        bool is_inside = i < prepared->count && prepared->sources[i].start == prepared->sources[i - 1].start;
        if (is_inside || !is_cut(prepared, i, all, length, &end))
            continue;
        struct weir_range source = {prepared->sources[first].start, prepared->sources[i - 1].end};
        while (done < end) {
            UChar32 c = utf16_next(all, &done);
            append(view, make_plain(c), source);
        }
        first = i;
    }
    if (view->length > 0 && view->text[view->length - 1] == ' ')
        view->length--;
}

/* ---- Tokens ---- */

static bool is_ignorable(uint32_t point)
{
    return u_hasBinaryProperty((UChar32)point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

static bool is_mark(uint32_t point)
{
    return (U_GET_GC_MASK((UChar32)point) & U_GC_M_MASK) != 0;
}

static bool is_word(uint32_t point)
{
    return (U_GET_GC_MASK((UChar32)point) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK | U_GC_PC_MASK)) != 0;
}

static UScriptCode script_of(uint32_t point)
{
    UErrorCode error = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript((UChar32)point, &error);
    check_icu(error);
    return script;
}

/* Maximal runs of word characters, ignorables inside included; returns how many. */
static size_t find_tokens(struct weir_text text, struct weir_range tokens[SLOW_MIXED_MAX])
{
    size_t count = 0;
    bool is_open = false;
    for (uint32_t at = 0; at < text.length;) {
        size_t width;
        uint32_t point = weir_utf8_decode(text.data + at, &width);
        uint32_t next = at + (uint32_t)width;
        if (!is_ignorable(point)) {
            if (is_word(point) && !is_open) {
                if (count == SLOW_MIXED_MAX)
                    stop("too many tokens");
                tokens[count++].start = at;
            }
            is_open = is_word(point);
            if (is_open)
                tokens[count - 1].end = next;
        }
        at = next;
    }
    return count;
}

/* The letter of Latin, Greek or Cyrillic, with the marks that composed with it, before the character that is looked at.
 */
struct base {
    UChar units[8];
    int32_t length; /* 0: none */
};

/* Whether the character is an inherited mark that composes with no letter before it. */
static bool is_stray(struct base *base, uint32_t point)
{
    UErrorCode error = U_ZERO_ERROR;
    UChar composed[32];
    if (is_ignorable(point))
        return false;
    if (!is_mark(point)) {
        UScriptCode script = script_of(point);
        bool takes = (U_GET_GC_MASK((UChar32)point) & U_GC_L_MASK) != 0 &&
                     (script == USCRIPT_LATIN || script == USCRIPT_GREEK || script == USCRIPT_CYRILLIC);
        base->length = 0;
        if (takes)
            U16_APPEND_UNSAFE(base->units, base->length, (UChar32)point);
        return false;
    }
    if (script_of(point) != USCRIPT_INHERITED || base->length == 0)
        return false;
    struct base tried = *base;
    U16_APPEND_UNSAFE(tried.units, tried.length, (UChar32)point);
    int32_t length = unorm2_normalize(unorm2_getNFCInstance(&error), tried.units, tried.length, composed, 32, &error);
    check_icu(error);
    if (u_countChar32(composed, length) != 1)
        return true;
    u_memcpy(base->units, composed, length);
    base->length = length;
    return false;
}

static bool is_beyond_moderate(struct weir_text token)
{
    UErrorCode error = U_ZERO_ERROR;
    USpoofChecker *checker = uspoof_open(&error);
    uspoof_setChecks(checker, USPOOF_RESTRICTION_LEVEL, &error);
    uspoof_setRestrictionLevel(checker, USPOOF_MODERATELY_RESTRICTIVE);
    int32_t failed = uspoof_check2UTF8(checker, token.data, (int32_t)token.length, NULL, &error);
    check_icu(error);
    uspoof_close(checker);
    return failed != 0;
}

static bool is_mixed(struct weir_text token)
{
    struct base base = {.length = 0};
    for (size_t at = 0; at < token.length;) {
        size_t width;
        if (is_stray(&base, weir_utf8_decode(token.data + at, &width)))
            return true;
        at += width;
    }
    return is_beyond_moderate(token);
}

/* ---- Views ---- */

static void add_prototype(struct prepared *prepared, uint32_t point, struct weir_range source)
{
    UErrorCode error = U_ZERO_ERROR;
    USpoofChecker *checker = uspoof_open(&error);
    UChar units[2];
    UChar prototype[64];
    int32_t length = 0;
    U16_APPEND_UNSAFE(units, length, (UChar32)point);
    length = uspoof_getSkeleton(checker, 0, units, length, prototype, 64, &error);
    check_icu(error);
    uspoof_close(checker);
    if (length == 0) /* nothing stands for it: it stays */
        add_point(prepared, point, source);
    for (int32_t i = 0; i < length;)
        add_point(prepared, (uint32_t)utf16_next(prototype, &i), source);
}

/* The text's characters; in the tokens given, their skeletons. */
static void prepare(struct weir_text text, const struct weir_range *tokens, size_t token_count,
                    struct prepared *prepared)
{
    struct base base = {.length = 0};
    prepared->count = 0;
    prepared->starts[0] = 0;
    for (uint32_t at = 0; at < text.length;) {
        size_t width;
        uint32_t point = weir_utf8_decode(text.data + at, &width);
        struct weir_range source = {at, at + (uint32_t)width};
        bool is_inside = false;
        for (size_t i = 0; i < token_count; i++) {
            is_inside = is_inside || (tokens[i].start <= at && at < tokens[i].end);
            if (tokens[i].start == at)
                base.length = 0;
        }
        if (!is_inside || point < 0x80) {
            if (is_inside)
                (void)is_stray(&base, point);
            add_point(prepared, point, source);
        } else if (!is_stray(&base, point)) {
            add_prototype(prepared, point, source);
        }
        at = source.end;
    }
}

static void copy_exact(struct weir_text text, struct slow_view *view)
{
    open_view(view);
    for (uint32_t at = 0; at < text.length;) {
        uint32_t next = at + (uint32_t)weir_utf8_width(text.data[at]);
        for (uint32_t i = at; i < next; i++) {
            view->text[view->length] = text.data[i];
            view->from[view->length] = at;
            view->to[view->length++] = next;
        }
        at = next;
    }
}

void slow_value_init(struct slow_value *value)
{
    static struct prepared prepared;
    struct weir_range tokens[SLOW_MIXED_MAX];
    size_t count = find_tokens(value->text, tokens);
    for (size_t i = 0; i < count; i++)
        if (is_mixed(weir_text_slice(value->text, tokens[i].start, tokens[i].end)))
            value->mixed[value->mixed_count++] = tokens[i];
    copy_exact(value->text, &value->views[WEIR_VIEW_EXACT]);
    prepare(value->text, NULL, 0, &prepared);
    fold(&prepared, &value->views[WEIR_VIEW_FOLDED]);
    if (value->mixed_count == 0)
        return;
    prepare(value->text, value->mixed, value->mixed_count, &prepared);
    fold(&prepared, &value->views[WEIR_VIEW_SKELETON]);
}

void slow_value_fini(struct slow_value *value)
{
    for (size_t i = 0; i < WEIR_VIEW_COUNT; i++) {
        free(value->views[i].text);
        free(value->views[i].from);
        free(value->views[i].to);
    }
}

size_t slow_literal_forms(const char *literal, enum weir_view view, struct weir_text forms[SLOW_FORMS_MAX])
{
    static struct prepared prepared;
    struct weir_text text = weir_text_of(literal);
    struct weir_range tokens[SLOW_MIXED_MAX];
    size_t count = view == WEIR_VIEW_SKELETON ? find_tokens(text, tokens) : 0;
    size_t form_count = (size_t)1 << count;
    if (form_count > SLOW_FORMS_MAX)
        stop("a literal of too many words");
    for (size_t mask = 0; mask < form_count; mask++) {
        struct weir_range chosen[SLOW_MIXED_MAX];
        size_t chosen_count = 0;
        struct slow_view made;
        for (size_t i = 0; i < count; i++)
            if (mask >> i & 1)
                chosen[chosen_count++] = tokens[i];
        if (view == WEIR_VIEW_EXACT) {
            copy_exact(text, &made);
        } else {
            prepare(text, chosen, chosen_count, &prepared);
            fold(&prepared, &made);
        }
        free(made.from);
        free(made.to);
        forms[mask] = (struct weir_text){made.text, made.length};
    }
    return form_count;
}
