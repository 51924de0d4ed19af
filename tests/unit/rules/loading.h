/* What the tests of rules share: a folding that needs no normalizer, and packs of one rule. */
#ifndef WEIR_TEST_LOADING_H
#define WEIR_TEST_LOADING_H

#include "weir/ruleset.h"
#include "weir/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

/* What the folding of the tests does with characters beyond ASCII; the skeleton of a Cyrillic `а` is `a`, and so on. */
static inline const char *fold_wide(enum weir_view view, uint32_t c)
{
    static const struct {
        uint32_t from;
        const char *folded;
        const char *skeleton;
    } table[] = {
        {0xC9, "\u00e9", "\u00e9"}, {0xDF, "ss", "ss"},    {0x2019, "'", "'"},        {0x201C, "\"", "\""},
        {0x2014, "-", "-"},         {0xFF41, "a", "a"},    {0x200B, "", ""},          {0xA0, " ", " "},
        {0x430, NULL, "a"},         {0x441, NULL, "c"},    {0x435, NULL, "e"},        {0x410, "\u0430", "a"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].from == c)
            return view == WEIR_VIEW_SKELETON ? table[i].skeleton : table[i].folded;
    return NULL;
}

/* ASCII in small letters, white space single and trimmed, and the table above. */
static inline enum weir_status fold_simply(void *context, enum weir_view view, struct weir_text text,
                                           struct weir_arena *arena, struct weir_text *folded)
{
    (void)context;
    char *out = weir_arena_alloc(arena, text.length * 2 + 8);
    size_t length = 0;
    if (!out)
        return WEIR_NO_MEMORY;
    for (size_t i = 0, width; i < text.length; i += width) {
        uint32_t c = weir_utf8_decode(text.data + i, &width);
        const char *wide = fold_wide(view, c);
        bool is_space = c == ' ' || (c >= 9 && c <= 13) || (wide && strcmp(wide, " ") == 0);
        if (is_space && (length == 0 || out[length - 1] == ' '))
            continue;
        if (is_space)
            out[length++] = ' ';
        else if (wide)
            for (; *wide; wide++)
                out[length++] = *wide;
        else
            length += weir_utf8_encode(c >= 'A' && c <= 'Z' ? c | 0x20 : c, out + length);
    }
    if (length && out[length - 1] == ' ')
        length--;
    *folded = (struct weir_text){out, length};
    return WEIR_OK;
}

static inline enum weir_status parse_pack(const char *name, const char *source, struct weir_diagnostics *diagnostics,
                                          struct weir_ruleset **ruleset)
{
    struct weir_folding folding = {.fold = fold_simply};
    struct weir_field_names fields = {.at = {"text"}, .count = 1};
    return weir_ruleset_parse(name, weir_text_of(source), &fields, &folding, diagnostics, ruleset);
}

/* A pack of one rule with these patterns, in YAML's flow style. */
static inline char *make_pack(const char *patterns)
{
    size_t size = strlen(patterns) + 1024;
    char *source = malloc(size);
    assert_non_null(source);
    snprintf(source, size,
             "pack: t\nversion: 1.0.0\ndescription: d\nrules:\n- id: t.r\n  title: t\n  why: w\n"
             "  category: scams_and_fraud\n  severity: low\n  patterns: {%s}\n  examples: {flag: [a], pass: [b]}\n",
             patterns);
    return source;
}

/* The ruleset of those patterns; fails the test when it does not load. */
static inline struct weir_ruleset *load_patterns(const char *patterns)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(20);
    struct weir_ruleset *ruleset = NULL;
    char *source = make_pack(patterns);
    if (parse_pack("t.yaml", source, diagnostics, &ruleset) != WEIR_OK) {
        weir_diagnostics_print(diagnostics, stderr);
        fail_msg("does not load: %s", patterns);
    }
    free(source);
    weir_diagnostics_free(diagnostics);
    return ruleset;
}

#endif
