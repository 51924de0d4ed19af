/* One regex, compiled by PCRE2, and the search for its matches. Owns the options under which a pattern means something;
 * never runs without a limit.
 *
 * A search goes in chunks of start positions, because PCRE2 starts its count of steps anew at each of them: between two
 * chunks is the only place to look at the clock. */
#include "regex_steps.h"

#include "weir/ruleset.h"
#include "weir/utf8.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define STEPS_MAX 20000u
#define STEPS_MIN 256u
#define STEPS_FULL_BYTES 4096u /* beyond, a step can cost as much as the text is long, and fewer are allowed */
#define SEARCH_MAX_NS ((int64_t)100 * 1000 * 1000)
#define CHUNK_STARTS 256u
#define CHUNK_SHORT_NS ((int64_t)1000 * 1000)
#define HEAP_MAX_KIB 4096u
#define DEPTH_MAX 20000u
#define STACK_START_BYTES (32u * 1024u)
#define STACK_MAX_BYTES (1024u * 1024u)
#define LIST_WORKSPACE 4096 /* ints; a regex that needs more at some place reaches a limit there */

struct weir_regex {
    pcre2_code *code;
};

struct weir_regex_scratch {
    pcre2_match_data *match;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    pcre2_match_data *list;
    int workspace[LIST_WORKSPACE];
};

static enum weir_status report_compile(int code, size_t at, size_t *offset, struct weir_error *error)
{
    char reason[256];
    if (code == PCRE2_ERROR_NOMEMORY)
        return WEIR_NO_MEMORY;
    if (pcre2_get_error_message(code, (PCRE2_UCHAR *)reason, sizeof reason) < 0)
        snprintf(reason, sizeof reason, "PCRE2 error %d", code);
    *offset = at;
    return weir_error_set(error, WEIR_INVALID, "%s", reason);
}

static enum weir_status compile(struct weir_text source, uint32_t more, struct weir_regex **regex, size_t *offset,
                                struct weir_error *error)
{
    struct weir_regex *made = malloc(sizeof *made);
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!made || !context || pcre2_set_newline(context, PCRE2_NEWLINE_LF) != 0 ||
        pcre2_set_bsr(context, PCRE2_BSR_UNICODE) != 0) {
        free(made);
        pcre2_compile_context_free(context);
        return WEIR_NO_MEMORY;
    }
    uint32_t options = PCRE2_UTF | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_USE_OFFSET_LIMIT | PCRE2_NEVER_UCP |
                       PCRE2_NEVER_BACKSLASH_C | more;
    int code;
    PCRE2_SIZE at;
    made->code = pcre2_compile((PCRE2_SPTR)source.data, source.length, options, &code, &at, context);
    pcre2_compile_context_free(context);
    if (!made->code) {
        free(made);
        return report_compile(code, at, offset, error);
    }
    *regex = made;
    return WEIR_OK;
}

enum weir_status weir_regex_new(struct weir_text source, bool caseless, struct weir_regex **regex, size_t *offset,
                                struct weir_error *error)
{
    enum weir_status status = compile(source, caseless ? PCRE2_CASELESS : 0, regex, offset, error);
    /* Where there is no JIT, PCRE2 interprets: slower, the same matches. */
    if (status == WEIR_OK)
        (void)pcre2_jit_compile((*regex)->code, PCRE2_JIT_COMPLETE);
    return status;
}

/* PCRE2 says only during a search what its DFA matching cannot do, so it is looked for here. */
static bool can_list(const struct weir_regex *regex, struct weir_text source)
{
    uint32_t references = 0; /* conditions on groups are counted too */
    return pcre2_pattern_info(regex->code, PCRE2_INFO_BACKREFMAX, &references) == 0 && references == 0 &&
           !memmem(source.data, source.length, "(?*", 3) && !memmem(source.data, source.length, "(?<*", 4);
}

enum weir_status weir_regex_new_listing(struct weir_text source, bool caseless, struct weir_regex **regex,
                                        size_t *offset, struct weir_error *error)
{
    struct weir_regex *made;
    /* PCRE2 makes repeats possessive where that changes no first match; it would hide the shorter ones. */
    uint32_t options = PCRE2_NO_AUTO_POSSESS | (caseless ? PCRE2_CASELESS : 0);
    enum weir_status status = compile(source, options, &made, offset, error);
    if (status != WEIR_OK)
        return status;
    if (!can_list(made, source)) {
        weir_regex_free(made);
        *offset = 0;
        return weir_error_set(error, WEIR_INVALID, "backreferences, conditions on groups and non-atomic lookarounds");
    }
    *regex = made;
    return WEIR_OK;
}

void weir_regex_free(struct weir_regex *regex)
{
    if (!regex)
        return;
    pcre2_code_free(regex->code);
    free(regex);
}

struct weir_regex_scratch *weir_regex_scratch_new(void)
{
    struct weir_regex_scratch *scratch = calloc(1, sizeof *scratch);
    if (!scratch)
        return NULL;
    scratch->match = pcre2_match_data_create(1, NULL);
    scratch->context = pcre2_match_context_create(NULL);
    scratch->list = pcre2_match_data_create(WEIR_REGEX_LIST_MAX, NULL);
    if (!scratch->match || !scratch->context || !scratch->list) {
        weir_regex_scratch_free(scratch);
        return NULL;
    }
    pcre2_set_heap_limit(scratch->context, HEAP_MAX_KIB);
    pcre2_set_depth_limit(scratch->context, DEPTH_MAX);
    /* NULL where PCRE2 was built without JIT, which then needs none. */
    scratch->stack = pcre2_jit_stack_create(STACK_START_BYTES, STACK_MAX_BYTES, NULL);
    if (scratch->stack)
        pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
    return scratch;
}

void weir_regex_scratch_free(struct weir_regex_scratch *scratch)
{
    if (!scratch)
        return;
    pcre2_match_data_free(scratch->match);
    pcre2_match_data_free(scratch->list);
    pcre2_match_context_free(scratch->context);
    pcre2_jit_stack_free(scratch->stack);
    free(scratch);
}

static int64_t read_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static uint32_t choose_steps(size_t length)
{
    if (length <= STEPS_FULL_BYTES)
        return STEPS_MAX;
    size_t steps = (size_t)STEPS_MAX * STEPS_FULL_BYTES / length;
    return steps > STEPS_MIN ? (uint32_t)steps : STEPS_MIN;
}

/* The last start position of a chunk of `starts` that begins at `at`, on a character boundary. */
static size_t end_chunk(struct weir_text text, size_t at, size_t starts, size_t from_last)
{
    if (from_last - at <= starts)
        return from_last;
    size_t last = at + starts;
    while (last > at && weir_utf8_is_continuation(text.data[last]))
        last--;
    return last;
}

/* One chunk: what PCRE2 answers. */
typedef int search_chunk(const struct weir_regex *regex, struct weir_regex_scratch *scratch, struct weir_text text,
                         size_t at);

static int match_first(const struct weir_regex *regex, struct weir_regex_scratch *scratch, struct weir_text text,
                       size_t at)
{
    return pcre2_match(regex->code, (PCRE2_SPTR)text.data, text.length, at, PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY,
                       scratch->match, scratch->context);
}

static int match_all(const struct weir_regex *regex, struct weir_regex_scratch *scratch, struct weir_text text,
                     size_t at)
{
    return pcre2_dfa_match(regex->code, (PCRE2_SPTR)text.data, text.length, at, PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY,
                           scratch->list, scratch->context, scratch->workspace, LIST_WORKSPACE);
}

static enum weir_regex_answer search(const struct weir_regex *regex, struct weir_regex_scratch *scratch,
                                     struct weir_text text, size_t from, size_t from_last, search_chunk *search_in,
                                     int *answer)
{
    if (from_last > text.length)
        from_last = text.length;
    pcre2_set_match_limit(scratch->context, choose_steps(text.length));
    size_t starts = CHUNK_STARTS;
    int64_t began = 0;
    int64_t before = 0;
    for (size_t at = from; at <= from_last;) {
        size_t last = end_chunk(text, at, starts, from_last);
        pcre2_set_offset_limit(scratch->context, last);
        *answer = search_in(regex, scratch, text, at);
        if (*answer >= 0)
            return WEIR_REGEX_MATCH;
        if (*answer != PCRE2_ERROR_NOMATCH)
            return WEIR_REGEX_LIMIT;
        if (last >= from_last)
            return WEIR_REGEX_NONE;
        at = last + weir_utf8_width(text.data[last]);
        int64_t now = read_clock_ns();
        if (began == 0)
            began = now;
        else if (now - began > SEARCH_MAX_NS)
            return WEIR_REGEX_LIMIT;
        else if (now - before < CHUNK_SHORT_NS)
            starts *= 2;
        before = now;
    }
    return WEIR_REGEX_NONE;
}

enum weir_regex_answer weir_regex_find(const struct weir_regex *regex, struct weir_regex_scratch *scratch,
                                       struct weir_text text, size_t from, size_t from_last, size_t *start, size_t *end)
{
    int count;
    enum weir_regex_answer answer = search(regex, scratch, text, from, from_last, match_first, &count);
    if (answer == WEIR_REGEX_MATCH) {
        const PCRE2_SIZE *span = pcre2_get_ovector_pointer(scratch->match);
        *start = span[0];
        *end = span[1];
    }
    return answer;
}

bool weir_regex_looks_beyond(const struct weir_regex *regex, struct weir_regex_scratch *scratch, struct weir_text text,
                             size_t start)
{
    /* Interpreted: JIT code is only made for whole matches. */
    pcre2_set_match_limit(scratch->context, choose_steps(text.length));
    pcre2_set_offset_limit(scratch->context, start);
    int answer = pcre2_match(regex->code, (PCRE2_SPTR)text.data, text.length, start,
                             PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY | PCRE2_ANCHORED | PCRE2_PARTIAL_HARD, scratch->match,
                             scratch->context);
    return answer < 0;
}

bool weir_regex_reaches_end(const struct weir_regex *regex, struct weir_regex_scratch *scratch, struct weir_text text,
                            size_t *start)
{
    const PCRE2_SIZE *span = pcre2_get_ovector_pointer(scratch->match);
    int answer = 1;
    *start = 0;
    pcre2_set_match_limit(scratch->context, choose_steps(text.length));
    pcre2_set_offset_limit(scratch->context, PCRE2_UNSET);
    for (size_t from = 0; answer >= 0 && from < text.length; from = span[1])
        answer =
            pcre2_match(regex->code, (PCRE2_SPTR)text.data, text.length, from,
                        PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY | PCRE2_PARTIAL_HARD, scratch->match, scratch->context);
    if (answer == PCRE2_ERROR_PARTIAL)
        *start = span[0];
    return answer < 0 && answer != PCRE2_ERROR_NOMATCH;
}

enum weir_regex_answer weir_regex_list(const struct weir_regex *regex, struct weir_regex_scratch *scratch,
                                       struct weir_text text, size_t from, size_t from_last,
                                       struct weir_regex_matches *matches)
{
    int count;
    enum weir_regex_answer answer = search(regex, scratch, text, from, from_last, match_all, &count);
    if (answer == WEIR_REGEX_MATCH) {
        const PCRE2_SIZE *spans = pcre2_get_ovector_pointer(scratch->list);
        matches->truncated = count == 0;
        matches->count = count == 0 ? WEIR_REGEX_LIST_MAX : (size_t)count;
        matches->start = spans[0];
        for (size_t i = 0; i < matches->count; i++)
            matches->ends[i] = spans[2 * i + 1];
    }
    return answer;
}

bool weir_regex_outruns(const struct weir_regex *regex, struct weir_regex_scratch *scratch, struct weir_text text,
                        uint32_t steps_max)
{
    pcre2_set_match_limit(scratch->context, steps_max);
    pcre2_set_depth_limit(scratch->context, steps_max);
    pcre2_set_offset_limit(scratch->context, 0);
    int answer = pcre2_match(regex->code, (PCRE2_SPTR)text.data, text.length, 0,
                             PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY | PCRE2_NO_JIT, scratch->match, scratch->context);
    pcre2_set_depth_limit(scratch->context, DEPTH_MAX);
    return answer == PCRE2_ERROR_MATCHLIMIT || answer == PCRE2_ERROR_DEPTHLIMIT || answer == PCRE2_ERROR_HEAPLIMIT;
}

bool weir_regex_matches_empty(const struct weir_regex *regex, struct weir_regex_scratch *scratch)
{
    uint32_t can = 0;
    if (pcre2_pattern_info(regex->code, PCRE2_INFO_MATCHEMPTY, &can) != 0 || can != 0)
        return true;
    pcre2_set_match_limit(scratch->context, STEPS_MAX);
    pcre2_set_offset_limit(scratch->context, 0);
    return pcre2_match(regex->code, (PCRE2_SPTR) "", 0, 0, PCRE2_NO_UTF_CHECK, scratch->match, scratch->context) >= 0;
}

void weir_pcre2_version(char *out, size_t size)
{
    int length = pcre2_config(PCRE2_CONFIG_VERSION, NULL);
    char version[64] = "unknown";
    if (length > 0 && (size_t)length <= sizeof version)
        pcre2_config(PCRE2_CONFIG_VERSION, version);
    snprintf(out, size, "%s", version);
}
