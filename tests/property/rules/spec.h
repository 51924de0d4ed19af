/* Random rules and items as plain structs, and the slow evaluator's answers to them. Shared by the files of this
 * folder; knows nothing of weir's own way to an answer. */
#ifndef WEIR_TEST_SPEC_H
#define WEIR_TEST_SPEC_H

#include "weir/ruleset.h"

#include <stdio.h>

#define WORDS_MAX 10
#define WORD_BYTES 160
#define REGEX_BYTES 512
#define LITERALS_MAX 3
#define PATTERNS_MAX 4
#define EXCEPTIONS_MAX 2
#define NODES_MAX 64
#define RULES_MAX 24
#define FIELDS_COUNT 3
#define VALUES_MAX 4
#define VALUE_BYTES 2048
#define FRAGMENTS_MAX 6

/* ---- Chance ---- */

struct chance {
    uint64_t state;
};

uint32_t roll(struct chance *chance, uint32_t sides); /* 0 .. sides - 1 */
bool roll_one_in(struct chance *chance, uint32_t sides);

/* ---- Rules ---- */

struct spec_pattern {
    bool is_regex;
    bool is_exact;
    bool states_boundary;
    enum weir_boundary boundary;
    int field; /* -1: the rule's */
    char literals[LITERALS_MAX][WORD_BYTES];
    unsigned literal_count;
    char regex[REGEX_BYTES];
    enum weir_check check;
    unsigned hosts; /* of `domains`: bits of SPEC_HOSTS */
};

struct spec_node {
    enum weir_condition_kind kind;
    unsigned patterns[PATTERNS_MAX];
    unsigned pattern_count;
    unsigned number;
    enum weir_comparison comparison;
    unsigned left; /* of the rule's nodes */
    unsigned right;
};

struct spec_rule {
    struct spec_pattern patterns[PATTERNS_MAX + EXCEPTIONS_MAX]; /* those of `except` last */
    unsigned pattern_count;
    unsigned exception_count;
    struct spec_node nodes[NODES_MAX]; /* the first is the whole condition */
    unsigned node_count;
    bool has_condition; /* written; the nodes are there in either case */
    unsigned fields;    /* bits */
    unsigned kinds;     /* bits */
    const char *language;
    enum weir_rule_status status;
};

struct spec_words {
    char at[WORDS_MAX][WORD_BYTES];
    char folded[WORDS_MAX][WORD_BYTES]; /* as regexes of the folded view must write them */
    unsigned count;
    unsigned hosts; /* the pack's one list of hosts: bits of SPEC_HOSTS */
};

/* Hosts as people write them, and in Punycode. */
#define SPEC_HOSTS_COUNT 8
extern const char *const SPEC_HOSTS[SPEC_HOSTS_COUNT][2];
extern const char *const SPEC_FIELDS[FIELDS_COUNT];

void make_words(struct chance *chance, struct spec_words *words);
/* A word as a text may hold it: disguised, or not quite it. */
void write_altered(struct chance *chance, const char *word, FILE *out);
/* One character of any script or kind, or a short run of them. */
const char *draw_noise(struct chance *chance);
const char *draw_space(struct chance *chance);
/* A host of the list or another, in something that may be a URL. */
void write_host(struct chance *chance, FILE *out);
/* Numbers with check digits, some of them wrong. */
const char *draw_number(struct chance *chance);
/* One character of the word, as a string in `out` (5 bytes). */
void draw_character(struct chance *chance, const char *word, char *out);

/* A regex that may not load: what loads, the loader says. */
void make_regex(struct chance *chance, const struct spec_words *words, bool is_exact, char out[REGEX_BYTES]);
/* One of numbers, for a check: nothing in it looks at what stands after the match. */
void make_number_regex(struct chance *chance, char out[REGEX_BYTES]);
void make_condition(struct chance *chance, struct spec_rule *rule);
void make_rule(struct chance *chance, const struct spec_words *words, struct spec_rule *rule);
/* The pack of these rules as YAML: t.r0, t.r1 and so on; `hosts_file` is the list of hosts, written by spell_hosts. */
void spell_pack(const struct spec_rule *rules, size_t count, const char *hosts_file, FILE *out);
void spell_hosts(struct chance *chance, unsigned hosts, FILE *out);

/* ---- Items ---- */

struct spec_item {
    struct weir_item item; /* its values and fragments stand below */
    struct weir_value values[VALUES_MAX];
    struct weir_fragment fragments[FRAGMENTS_MAX];
    char bytes[VALUES_MAX][VALUE_BYTES];
};

void make_item(struct chance *chance, const struct spec_words *words, struct spec_item *item);

/* ---- The slow evaluator ---- */

struct slow_evidence {
    unsigned pattern;
    uint32_t field;
    enum weir_view view;
    size_t start;
    size_t end;
    size_t start_byte;
    size_t end_byte;
};

struct slow_answer {
    bool undecided; /* a regex went beyond PCRE2's own limit, of 10,000,000 steps */
    bool flags;
    bool truncated;
    struct slow_evidence *evidence; /* the caller frees it */
    size_t evidence_count;
};

/* A rule's patterns, compiled by PCRE2 alone. */
struct slow_rule;
struct slow_rule *slow_rule_new(const struct spec_rule *spec);
void slow_rule_free(struct slow_rule *rule);

/* An item's values in all views. Borrows the item. */
struct slow_item;
struct slow_item *slow_item_new(const struct weir_item *item);
void slow_item_free(struct slow_item *item);

void slow_judge(const struct slow_rule *rule, const struct slow_item *item, size_t evidence_max,
                struct slow_answer *answer);

#endif
