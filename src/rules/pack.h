/* rules, private: what the files of this module share while packs are read.
 *
 *   ruleset.c --> pack_read.c: a file  --> pack_rule.c: a rule --> pack_pattern.c: its patterns --> literal.c,
 * regex_check.c |                        '-> pack_example.c: its examples
 *                      '-- pack_keys.c: tables of keys and plain values, for all of them
 *
 * A mistake is reported where it stands, and reading goes on, so that one run names them all. */
#ifndef WEIR_RULES_PACK_H
#define WEIR_RULES_PACK_H

#include "category.h"
#include "hs_database.h"
#include "list.h"
#include "memo.h"
#include "regex_check.h"

#include "weir/ruleset.h"
#include "weir/yaml.h"

#define WEIR_RULES_MAX 1000000u
#define WEIR_LITERALS_MAX 100000u /* of a pattern */
#define WEIR_LITERAL_BYTES_MAX 4000u
#define WEIR_PACK_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* The names that must be there only once, and where each was first. */
struct weir_name_index {
    struct weir_named {
        const char *name;
        const struct weir_yaml_node *node;
    } * slots;
    size_t count;
    size_t capacity;
};

/* The node that has the name already, or NULL, and then it is `node`'s. *no_memory is set when there is none. */
const struct weir_yaml_node *weir_name_index_add(struct weir_name_index *index, const char *name,
                                                 const struct weir_yaml_node *node, bool *no_memory);
void weir_name_index_fini(struct weir_name_index *index);

/* One load. */
struct weir_pack_reader {
    struct weir_arena *arena;      /* lives with the ruleset */
    struct weir_arena *load_arena; /* lives until the load is over */
    struct weir_diagnostics *diagnostics;
    struct weir_regex_tools tools;
    struct weir_field_names fields;
    size_t mapped_fields;           /* so many of them a configuration maps; SIZE_MAX: there is none to say */
    struct weir_list packs;         /* struct weir_pack */
    struct weir_list pack_nodes;    /* const struct weir_yaml_node *: of their names */
    struct weir_list rules;         /* struct weir_rule */
    struct weir_list patterns;      /* struct weir_pattern */
    struct weir_list expressions;   /* struct weir_expression */
    struct weir_list origins;       /* struct weir_expression_origin: one for each expression */
    struct weir_list sources;       /* struct weir_scan_source: one for each expression */
    struct weir_list pattern_nodes; /* const struct weir_yaml_node *: for messages */
    struct weir_list lists;         /* struct weir_list_file: those of the pack that is being read */
    struct weir_list regexes;       /* struct weir_regex *: owned, until the ruleset takes them */
    struct weir_name_index rule_ids;
    bool no_memory; /* noticed at the end: reading goes on, so that no caller has to look */
};

/* ---- pack_keys.c ---- */

/* One key of a mapping. */
struct weir_pack_key {
    const char *name;
    bool required;
    const char *later; /* the language has it, this version has not: what holds without it; NULL: it is read */
    void (*read)(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target);
};

/* Reads a mapping along its table. what: "a rule". Missing keys are reported at the mapping. */
void weir_pack_read_keys(struct weir_pack_reader *reader, const struct weir_yaml_node *mapping, const char *what,
                         const struct weir_pack_key *keys, size_t count, void *target);

/* Each returns false after an error of its own. what: "'title'". */
bool weir_pack_is_list(struct weir_pack_reader *reader, const struct weir_yaml_node *node, const char *what);
/* Borrowed from the document; not empty. */
bool weir_pack_read_text(struct weir_pack_reader *reader, const struct weir_yaml_node *node, const char *what,
                         struct weir_text *text);
/* A C string in the arena, without U+0000. */
bool weir_pack_read_string(struct weir_pack_reader *reader, const struct weir_yaml_node *node, const char *what,
                           const char **string);
/* One of `count` words. */
bool weir_pack_read_word(struct weir_pack_reader *reader, const struct weir_yaml_node *node, const char *what,
                         const char *const *words, size_t count, size_t *index);
/* first, then rest characters; of ASCII letters only small ones. */
bool weir_is_name(struct weir_text text, const char *first_more, const char *rest_more);

/* ---- pack_files.c ---- */

/* Adds the files (const char *, in the arena) that the path stands for; an error of its own when there is none. */
enum weir_status weir_pack_files(struct weir_pack_reader *reader, const char *path,
                                 struct weir_list *files) WEIR_MUST_CHECK;

/* ---- pack_read.c ---- */

void weir_pack_read(struct weir_pack_reader *reader, struct weir_yaml *document, const char *path);

/* ---- pack_rule.c ---- */

struct weir_rule_draft {
    struct weir_rule rule;
    const struct weir_category *category;
    const struct weir_yaml_node *keyword_node;
    const struct weir_yaml_node *patterns_node;
    const struct weir_yaml_node *condition_node;
    const struct weir_yaml_node *except_node;
    const struct weir_yaml_node *examples_node;
};

/* pack: name and version are there, if it has any. */
void weir_rule_read(struct weir_pack_reader *reader, const struct weir_pack *pack, const struct weir_yaml_node *node);
/* The field's index, added when it is new; false after an error. */
bool weir_rule_find_field(struct weir_pack_reader *reader, const struct weir_yaml_node *node, uint32_t *field);
/* The same of a field that the rule looks at: a warning when no source maps it. */
bool weir_rule_name_field(struct weir_pack_reader *reader, const struct weir_yaml_node *node, uint32_t *field);

/* ---- pack_gate.c: what an item must be before the rule looks at it; readers of keys, for a struct weir_rule_draft
 * ---- */

void weir_rule_read_languages(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target);
void weir_rule_read_cooldown(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target);

/* ---- pack_pattern.c ---- */

/* The patterns of the rule, which will be rule number `number`; nothing is added for a rule that does not run. */
void weir_patterns_read(struct weir_pack_reader *reader, const struct weir_yaml_node *node, struct weir_rule *rule,
                        uint32_t number);
/* `except`: a list of patterns without names, added after the rule's own. */
void weir_exceptions_read(struct weir_pack_reader *reader, const struct weir_yaml_node *node, struct weir_rule *rule,
                          uint32_t number);

/* ---- condition.c, condition_facts.c ---- */

/* The condition over the patterns of a mapping, numbered from 0 in its order; node NULL: any of them. NULL after an
 * error of its own. Borrows the document's text. */
const struct weir_condition *weir_condition_read(struct weir_pack_reader *reader, const struct weir_yaml_node *node,
                                                 const struct weir_yaml_node *patterns);
/* Whether the language of conditions has the word, so that no pattern can have it for a name. */
bool weir_condition_has_word(struct weir_text word);
/* Whether it holds when no pattern has a hit. */
bool weir_condition_holds_empty(const struct weir_condition *condition);
/* Whether it holds when the pattern has one hit, and no other has any. */
bool weir_condition_holds_with(const struct weir_condition *condition, uint32_t pattern);
/* Whether it names the pattern, under `not` too. */
bool weir_condition_names(const struct weir_condition *condition, uint32_t pattern);
bool weir_condition_uses(const struct weir_condition *condition, enum weir_condition_kind kind);

/* ---- list_file.c ---- */

/* A file of lines that a pattern names. */
struct weir_list_file {
    const char *name; /* as written */
    const char *path;
    struct weir_text text; /* in the load's arena */
    uint8_t sha256[WEIR_SHA256_BYTES];
};

/* Starts as all zero. */
struct weir_list_line {
    struct weir_text text; /* without blanks around */
    struct weir_text whole;
    struct weir_place place;
    size_t next; /* where the next one starts */
};

/* Reads the file that the node names, relative to its pack; false after an error of its own. */
bool weir_list_file_open(struct weir_pack_reader *reader, const struct weir_yaml_node *node, const char *what,
                         struct weir_list_file *file);
/* The next line that holds something and no comment; false at the end. Lines that are not UTF-8 are errors. */
bool weir_list_file_next(struct weir_pack_reader *reader, const struct weir_list_file *file,
                         struct weir_list_line *line);
/* Gives the pack its lists and the digest over its source and them; the next pack starts without any. */
void weir_list_files_settle(struct weir_pack_reader *reader, struct weir_text source, struct weir_pack *pack);

/* ---- rule_digest.c ---- */

/* weir_rule.digest of the rule that the node holds. Its lists have been opened. */
void weir_rule_digest(struct weir_pack_reader *reader, const struct weir_yaml_node *node,
                      uint8_t digest[WEIR_SHA256_BYTES]);

/* ---- pack_expression.c ---- */

/* Adds an expression of the pattern for the scan; text is copied. */
void weir_expression_add(struct weir_pack_reader *reader, uint32_t pattern, enum weir_view view, struct weir_text text,
                         uint32_t length, bool is_regex, bool prefilter, const struct weir_yaml_node *node);

/* ---- literal.c ---- */

/* Adds the expressions of a list of literals. runs: false only checks. */
void weir_literals_read(struct weir_pack_reader *reader, const struct weir_yaml_node *list, enum weir_view view,
                        uint32_t pattern, bool runs);
/* The same of a file with one literal in each line, which may hold none. */
void weir_literals_from_read(struct weir_pack_reader *reader, const struct weir_yaml_node *name, enum weir_view view,
                             uint32_t pattern, bool runs);

/* ---- domains.c ---- */

/* The hosts of the file that the node names, and the expression of the pattern that says where to look for them. NULL
 * after an error of its own. */
const struct weir_domains *weir_domains_read(struct weir_pack_reader *reader, const struct weir_yaml_node *name,
                                             uint32_t pattern, bool runs);

/* ---- pack_example.c ---- */

void weir_examples_read(struct weir_pack_reader *reader, const struct weir_yaml_node *node, struct weir_rule *rule);

#endif
