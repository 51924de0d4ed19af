/* Tries a pattern on texts that are made to hurt it: its own beginning up to a repeat, then one character or one turn
 * of the repeat many times over, then something that cannot match.
 *
 *   (a+)+$      ""     + a a a a ... a      + "\x01"
 *   foo(\w+)*:  "foo"  + a a a a ... a      + "\x01" + the pattern's characters
 *
 * A pattern that goes through them in a straight line takes a few steps for each character; one that tries ways to
 * divide the text takes the square of them, or worse. */
#include "regex_cost.h"
#include "regex_steps.h"

#include "weir/utf8.h"

#define REPETITIONS 2000u
#define TURNS 60u /* of a whole group: enough for 2^60, while a product of two stays cheap */
#define STEPS_MAX 200000u
#define PLACES_MAX 12u /* repeats that are tried */
#define CHARACTERS_MAX 12u
#define ASCII_MAX 8u
#define SAMPLE_MAX_BYTES 2000u
#define LEAST_MAX 3u /* how often a sample repeats what must be repeated */

struct trial {
    const struct weir_regex_view *view;
    const struct weir_regex *regex;
    struct weir_regex_scratch *scratch;
    char characters[CHARACTERS_MAX][5]; /* as strings */
    size_t character_count;
    struct weir_text tail;
};

static void add_character(struct trial *trial, uint32_t code_point)
{
    char character[5] = {0};
    weir_utf8_encode(code_point, character);
    for (size_t i = 0; i < trial->character_count; i++)
        if (strcmp(trial->characters[i], character) == 0)
            return;
    if (trial->character_count < CHARACTERS_MAX)
        memcpy(trial->characters[trial->character_count++], character, sizeof character);
}

/* One character that the token matches, the more ordinary the better. */
static enum weir_status choose_character(const struct weir_regex_view *view, const struct weir_regex_token *token,
                                         uint32_t *code_point)
{
    static const char ordinary[] = "a0 _-.,/:@";
    struct weir_regex_atom atom;
    enum weir_status status = weir_regex_atom_read(view, token, &atom);
    if (status != WEIR_OK)
        return status;
    *code_point = atom.set.count ? atom.set.at[0].first : 0x4E00;
    for (unsigned c = 0; c < 128; c++)
        if (atom.ascii[c])
            *code_point = c;
    for (size_t i = sizeof ordinary - 1; i-- > 0;)
        if (atom.ascii[(unsigned char)ordinary[i]])
            *code_point = (uint32_t)ordinary[i];
    return WEIR_OK;
}

static bool matches_characters(const struct weir_regex_token *token)
{
    return token->kind <= WEIR_TOKEN_CLUSTER;
}

/* Index after the alternative that starts at `i`: of its OR, of its group's CLOSE, or the end. */
static size_t end_alternative(const struct weir_regex_syntax *syntax, size_t i)
{
    size_t depth = 0;
    for (; i < syntax->token_count; i++) {
        enum weir_token_kind kind = syntax->tokens[i].kind;
        if (depth == 0 && (kind == WEIR_TOKEN_OR || kind == WEIR_TOKEN_CLOSE))
            return i;
        if (kind == WEIR_TOKEN_GROUP || kind == WEIR_TOKEN_CONDITION || kind == WEIR_TOKEN_LOOK)
            depth++;
        else if (kind == WEIR_TOKEN_CLOSE)
            depth--;
    }
    return i;
}

/* The alternative of the group [open, close] that holds the token `stop`, else the first. */
static void choose_alternative(const struct weir_regex_syntax *syntax, size_t open, size_t close, size_t stop,
                               size_t *from, size_t *to)
{
    *from = open;
    *to = end_alternative(syntax, open);
    while (stop < close && *to < stop && *to < close) {
        *from = *to + 1;
        *to = end_alternative(syntax, *from);
    }
}

static enum weir_status write_character(const struct trial *trial, const struct weir_regex_token *token,
                                        struct weir_writer *out)
{
    uint32_t code_point;
    char bytes[4];
    enum weir_status status = choose_character(trial->view, token, &code_point);
    if (status == WEIR_OK)
        weir_writer_add(out, (struct weir_text){bytes, weir_utf8_encode(code_point, bytes)});
    return status;
}

/* A text that tokens [i, end) match, by their first alternatives; stops before the token `stop`. */
static enum weir_status write_sample(const struct trial *trial, size_t i, size_t end, size_t stop,
                                     struct weir_writer *out)
{
    const struct weir_regex_syntax *syntax = trial->view->syntax;
    enum weir_status status = WEIR_OK;
    while (status == WEIR_OK && i < end && i < stop && out->length < SAMPLE_MAX_BYTES) {
        const struct weir_regex_token *token = &syntax->tokens[i];
        bool is_group = token->kind == WEIR_TOKEN_GROUP || token->kind == WEIR_TOKEN_CONDITION;
        size_t last = is_group || token->kind == WEIR_TOKEN_LOOK ? weir_regex_syntax_close(syntax, i) : i;
        bool repeats = last + 1 < syntax->token_count && syntax->tokens[last + 1].kind == WEIR_TOKEN_REPEAT;
        bool holds_stop = stop > i && stop <= last;
        uint32_t times = repeats && !holds_stop ? syntax->tokens[last + 1].least : 1;
        for (uint32_t n = 0; status == WEIR_OK && n < times && n < LEAST_MAX; n++) {
            size_t from;
            size_t to;
            if (is_group) {
                choose_alternative(syntax, i + 1, last, stop, &from, &to);
                status = write_sample(trial, from, to, stop, out);
            } else if (matches_characters(token)) {
                status = write_character(trial, token, out);
            }
        }
        i = last + 1;
    }
    return status;
}

/* prefix + unit * times + what cannot match. */
static enum weir_status run_text(const struct trial *trial, struct weir_text prefix, struct weir_text unit,
                                 size_t times, bool *explodes)
{
    struct weir_writer text;
    weir_writer_init(&text, trial->view->arena);
    weir_writer_add(&text, prefix);
    for (size_t i = 0; i < times; i++)
        weir_writer_add(&text, unit);
    weir_writer_add_string(&text, "\x01");
    weir_writer_add(&text, trial->tail);
    struct weir_text whole = weir_writer_finish(&text);
    if (!whole.data)
        return WEIR_NO_MEMORY;
    *explodes = weir_regex_outruns(trial->regex, trial->scratch, whole, STEPS_MAX);
    return WEIR_OK;
}

/* The repeat at `repeat`, whose subject starts at token `first`. */
static enum weir_status try_repeat(const struct trial *trial, size_t first, size_t repeat, bool *explodes)
{
    struct weir_writer prefix;
    struct weir_writer turn;
    weir_writer_init(&prefix, trial->view->arena);
    weir_writer_init(&turn, trial->view->arena);
    size_t from;
    size_t to;
    choose_alternative(trial->view->syntax, 0, trial->view->syntax->token_count, first, &from, &to);
    enum weir_status status = write_sample(trial, from, to, first, &prefix);
    if (status == WEIR_OK)
        status = write_sample(trial, first, repeat, SIZE_MAX, &turn);
    struct weir_text before = weir_writer_finish(&prefix);
    struct weir_text unit = weir_writer_finish(&turn);
    if (status == WEIR_OK && (!before.data || !unit.data))
        status = WEIR_NO_MEMORY;
    if (status == WEIR_OK && unit.length > 0)
        status = run_text(trial, before, unit, TURNS, explodes);
    for (size_t i = 0; status == WEIR_OK && !*explodes && i < trial->character_count; i++)
        status = run_text(trial, before, weir_text_of(trial->characters[i]), REPETITIONS, explodes);
    return status;
}

/* Where the subject of the repeat at `repeat` starts. */
static size_t find_subject(const struct weir_regex_syntax *syntax, size_t repeat)
{
    size_t depth = 0;
    for (size_t i = repeat; i-- > 0;) {
        enum weir_token_kind kind = syntax->tokens[i].kind;
        if (kind == WEIR_TOKEN_CLOSE)
            depth++;
        else if (kind == WEIR_TOKEN_GROUP || kind == WEIR_TOKEN_CONDITION || kind == WEIR_TOKEN_LOOK)
            depth -= depth > 0;
        if (depth == 0)
            return i;
    }
    return 0;
}

/* Of ASCII, one character for each set of tokens that match the same ones, the largest sets first: what several parts
 * of a pattern match is what they can divide in many ways. */
static void add_shared(struct trial *trial, const uint64_t matched_by[128])
{
    for (int wanted = 64; wanted > 0 && trial->character_count < ASCII_MAX; wanted--) {
        for (unsigned c = 0; c < 128 && trial->character_count < ASCII_MAX; c++) {
            bool is_new = __builtin_popcountll(matched_by[c]) == wanted;
            for (size_t i = 0; is_new && i < trial->character_count; i++)
                is_new = matched_by[(unsigned char)trial->characters[i][0]] != matched_by[c];
            if (is_new)
                add_character(trial, c);
        }
    }
}

static enum weir_status collect_characters(struct trial *trial)
{
    const struct weir_regex_syntax *syntax = trial->view->syntax;
    uint64_t matched_by[128] = {0};
    size_t seen = 0;
    for (size_t i = 0; i < syntax->token_count && seen < 64; i++) {
        struct weir_regex_atom atom;
        if (!matches_characters(&syntax->tokens[i]))
            continue;
        enum weir_status status = weir_regex_atom_read(trial->view, &syntax->tokens[i], &atom);
        if (status != WEIR_OK)
            return status;
        for (unsigned c = 0; c < 128; c++)
            matched_by[c] |= (uint64_t)atom.ascii[c] << seen;
        seen++;
    }
    add_shared(trial, matched_by);
    for (size_t i = 0; i < syntax->token_count && trial->character_count < CHARACTERS_MAX; i++) {
        uint32_t code_point;
        if (!matches_characters(&syntax->tokens[i]))
            continue;
        enum weir_status status = choose_character(trial->view, &syntax->tokens[i], &code_point);
        if (status != WEIR_OK)
            return status;
        add_character(trial, code_point);
    }
    return WEIR_OK;
}

/* All characters of the pattern, as far as they are tried, in reverse: so that it does not find its end there, yet
 * cannot give up at once for want of one. */
static enum weir_status write_tail(struct trial *trial)
{
    struct weir_writer tail;
    weir_writer_init(&tail, trial->view->arena);
    for (size_t i = trial->character_count; i-- > 0;)
        weir_writer_add_string(&tail, trial->characters[i]);
    trial->tail = weir_writer_finish(&tail);
    return trial->tail.data ? WEIR_OK : WEIR_NO_MEMORY;
}

enum weir_status weir_regex_explodes(const struct weir_regex_view *view, const struct weir_regex *regex,
                                     struct weir_regex_scratch *scratch, bool *explodes, size_t *at)
{
    const struct weir_regex_syntax *syntax = view->syntax;
    struct trial trial = {.view = view, .regex = regex, .scratch = scratch};
    size_t places = 0;
    *explodes = false;
    enum weir_status status = collect_characters(&trial);
    if (status == WEIR_OK)
        status = write_tail(&trial);
    for (size_t i = 1; status == WEIR_OK && !*explodes && i < syntax->token_count && places < PLACES_MAX; i++) {
        if (syntax->tokens[i].kind != WEIR_TOKEN_REPEAT || syntax->tokens[i].most < LEAST_MAX)
            continue;
        places++;
        size_t first = find_subject(syntax, i);
        *at = syntax->tokens[first].start;
        status = try_repeat(&trial, first, i, explodes);
    }
    return status;
}
