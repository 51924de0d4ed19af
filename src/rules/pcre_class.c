/* Asks PCRE2 which characters a piece of a pattern matches. Owns the text of all characters that it is asked about. */
#include "class_set.h"

#include "weir/utf8.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#define BEYOND_FIRST 0x80u
#define CODE_POINT_LAST 0x10FFFFu

/* What was already asked: packs use few different properties. */
struct answer {
    struct answer *next;
    struct weir_class_source source;
    struct weir_code_set beyond;
};

struct weir_class_sets {
    struct weir_arena *arena;
    pcre2_match_data *match;
    struct answer *answers;
    char *all; /* every character beyond ASCII, in order; made when first needed */
    size_t all_length;
};

struct weir_class_sets *weir_class_sets_new(struct weir_arena *arena)
{
    struct weir_class_sets *sets = calloc(1, sizeof *sets);
    if (!sets)
        return NULL;
    sets->arena = arena;
    sets->match = pcre2_match_data_create(1, NULL);
    if (!sets->match) {
        free(sets);
        return NULL;
    }
    return sets;
}

void weir_class_sets_free(struct weir_class_sets *sets)
{
    if (!sets)
        return;
    pcre2_match_data_free(sets->match);
    free(sets->all);
    free(sets);
}

static enum weir_status compile_piece(struct weir_class_source source, pcre2_code **code)
{
    uint32_t options = PCRE2_UTF | PCRE2_DOTALL | (source.caseless ? PCRE2_CASELESS : 0) |
                       (source.extended_more ? PCRE2_EXTENDED_MORE : 0);
    int error;
    PCRE2_SIZE offset;
    *code = pcre2_compile((PCRE2_SPTR)source.text.data, source.text.length, options, &error, &offset, NULL);
    if (*code)
        return WEIR_OK;
    return error == PCRE2_ERROR_NOMEMORY ? WEIR_NO_MEMORY : WEIR_INVALID;
}

/* One character, matched from its first byte to its last. */
static bool matches(struct weir_class_sets *sets, const pcre2_code *code, const char *text, size_t length)
{
    return pcre2_match(code, (PCRE2_SPTR)text, length, 0, PCRE2_NO_UTF_CHECK | PCRE2_ANCHORED, sets->match, NULL) >= 0;
}

enum weir_status weir_class_sets_ascii(struct weir_class_sets *sets, struct weir_class_source source, bool has[128])
{
    pcre2_code *code;
    enum weir_status status = compile_piece(source, &code);
    if (status != WEIR_OK)
        return status;
    for (int c = 0; c < 128; c++) {
        char byte = (char)c;
        has[c] = matches(sets, code, &byte, 1);
    }
    pcre2_code_free(code);
    return WEIR_OK;
}

static bool make_all(struct weir_class_sets *sets)
{
    if (sets->all)
        return true;
    char *all = malloc((size_t)(CODE_POINT_LAST - BEYOND_FIRST + 1) * 4);
    if (!all)
        return false;
    size_t length = 0;
    for (uint32_t c = BEYOND_FIRST; c <= CODE_POINT_LAST; c++)
        if (c < 0xD800 || c > 0xDFFF)
            length += weir_utf8_encode(c, all + length);
    sets->all = all;
    sets->all_length = length;
    return true;
}

/* code: the piece as a possessive run. */
static void collect_runs(struct weir_class_sets *sets, const pcre2_code *code, struct weir_code_set *set)
{
    const char *all = sets->all;
    for (size_t at = 0; at < sets->all_length;) {
        if (pcre2_match(code, (PCRE2_SPTR)all, sets->all_length, at, PCRE2_NO_UTF_CHECK, sets->match, NULL) < 0)
            return;
        const PCRE2_SIZE *span = pcre2_get_ovector_pointer(sets->match);
        size_t width;
        uint32_t first = weir_utf8_decode(all + span[0], &width);
        weir_code_set_add(set, first, weir_utf8_decode(all + weir_utf8_before(all, span[1]), &width));
        at = span[1];
    }
}

static enum weir_status compile_run(struct weir_class_sets *sets, struct weir_class_source source, pcre2_code **code)
{
    char *run = weir_arena_format(sets->arena, "%.*s++", (int)source.text.length, source.text.data);
    if (!run)
        return WEIR_NO_MEMORY;
    source.text = weir_text_of(run);
    return compile_piece(source, code);
}

static bool is_same_source(struct weir_class_source a, struct weir_class_source b)
{
    return a.caseless == b.caseless && a.extended_more == b.extended_more && weir_text_equal(a.text, b.text);
}

enum weir_status weir_class_sets_beyond(struct weir_class_sets *sets, struct weir_class_source source,
                                        struct weir_code_set *set)
{
    for (const struct answer *answer = sets->answers; answer; answer = answer->next) {
        if (is_same_source(answer->source, source)) {
            *set = answer->beyond;
            return WEIR_OK;
        }
    }
    struct answer *answer = weir_arena_array(sets->arena, 1, sizeof *answer);
    if (!answer || !make_all(sets))
        return WEIR_NO_MEMORY;
    pcre2_code *code;
    enum weir_status status = compile_run(sets, source, &code);
    if (status != WEIR_OK)
        return status;
    weir_code_set_init(&answer->beyond, sets->arena);
    collect_runs(sets, code, &answer->beyond);
    pcre2_code_free(code);
    weir_code_set_settle(&answer->beyond);
    answer->source = source;
    answer->source.text = weir_arena_text(sets->arena, source.text);
    if (answer->beyond.failed || !answer->source.text.data)
        return WEIR_NO_MEMORY;
    answer->next = sets->answers;
    sets->answers = answer;
    *set = answer->beyond;
    return WEIR_OK;
}

static bool character_matches(struct weir_class_sets *sets, struct weir_class_source source, uint32_t code_point)
{
    pcre2_code *code;
    if (compile_piece(source, &code) != WEIR_OK)
        return false;
    char text[4];
    bool does = matches(sets, code, text, weir_utf8_encode(code_point, text));
    pcre2_code_free(code);
    return does;
}

bool weir_class_sets_same_but_case(struct weir_class_sets *sets, uint32_t a, uint32_t b)
{
    char pattern[8] = "[";
    size_t length = 1 + weir_utf8_encode(a, pattern + 1);
    pattern[length++] = ']';
    if (a < 0x80) /* it could mean something in brackets */
        return b < 0x80 && (a | 0x20) == (b | 0x20) && (a | 0x20) >= 'a' && (a | 0x20) <= 'z';
    struct weir_class_source source = {.text = {pattern, length}, .caseless = true};
    return character_matches(sets, source, b);
}

bool weir_class_sets_is_letter(struct weir_class_sets *sets, uint32_t code_point)
{
    return character_matches(sets, (struct weir_class_source){.text = WEIR_TEXT_LITERAL("\\p{L}")}, code_point);
}
