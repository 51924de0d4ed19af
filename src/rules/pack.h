/* rules, private: packs from YAML to the lists that a ruleset is made of.
 *
 *   ruleset.c --> pack_read.c --> pack_rule.c --> pack_pattern.c --> regex_check.h (one regex)
 *      |              |               |-> pack_example.c       '-> literal.c (one literal)
 *      |              '-> pack_value.c: one value of one type, with what to do when it is wrong
 *      '-> hs_database.h (all expressions)
 *
 * Readers report every mistake and go on; whether a pack is good is whether errors were added. One thread. */
#ifndef WEIR_RULES_PACK_H
#define WEIR_RULES_PACK_H

#include "category.h"
#include "regex_check.h"

#include "weir/ruleset.h"
#include "weir/yaml.h"

/* A list that grows in the arena. */
struct weir_growing {
    void *at;
    size_t count;
    size_t capacity;
};

/* Everything that one load fills. */
struct weir_loader {
    struct weir_arena *arena; /* the ruleset's */
    struct weir_diagnostics *diagnostics;
    struct weir_regex_tools tools;
    struct weir_field_names fields;
    size_t mapped_fields;            /* the first of `fields`: what the configuration maps */
    struct weir_growing packs;       /* struct weir_pack */
    struct weir_growing rules;       /* struct weir_rule */
    struct weir_growing rule_nodes;  /* const struct weir_yaml_node *: the id of each rule */
    struct weir_growing patterns;    /* struct weir_pattern */
    struct weir_growing expressions; /* struct weir_expression */
    struct weir_growing sources;     /* struct weir_scan_source, one for each expression */
    struct weir_growing origins;     /* const struct weir_yaml_node *, one for each expression */
    struct weir_growing regexes;     /* struct weir_regex *: to be freed */
    bool no_memory;
};

#define WEIR_RULES_MAX 1000000u
#define WEIR_LITERALS_MAX 100000u

/* Appends `size` bytes; false, and no_memory is set, when there is none. */
bool weir_loader_add(struct weir_loader *loader, struct weir_growing *list, const void *element, size_t size);
/* A copy in the ruleset's arena, ending in NUL; NULL when there is no memory. */
const char *weir_loader_keep(struct weir_loader *loader, struct weir_text text);

/* ---- pack_value.c ---- */

/* A key that a mapping may have. */
struct weir_pack_key {
    const char *name;
    const char *later; /* not NULL: of the language, but not in this version; says what to do */
};

/* False, with an error, when node is no mapping. Unknown and later keys of it are errors. */
bool weir_pack_keys(struct weir_loader *loader, const struct weir_yaml_node *node, const char *what,
                    const struct weir_pack_key *keys, size_t count);
/* A text that is not empty; false, with an error, for anything else. what: "title", for messages. */
bool weir_pack_text(struct weir_loader *loader, const struct weir_yaml_node *node, const char *what,
                    struct weir_text *text);
/* The text under a key. required: absent is an error, else false with *text empty. */
bool weir_pack_text_at(struct weir_loader *loader, const struct weir_yaml_node *mapping, const char *key, bool required,
                       struct weir_text *text);
/* Which of the words the text under the key is; false when absent, or wrong with an error. */
bool weir_pack_word_at(struct weir_loader *loader, const struct weir_yaml_node *mapping, const char *key,
                       bool required, const char *const *words, size_t count, size_t *index);
/* A sequence of at least one item; NULL, with an error, for anything else. */
const struct weir_yaml_node *weir_pack_list(struct weir_loader *loader, const struct weir_yaml_node *node,
                                            const char *what);
/* Index of a field by its name, new or known; false, with an error, when it is no name or there are too many. */
bool weir_pack_field(struct weir_loader *loader, const struct weir_yaml_node *node, uint32_t *field);
/* [a-z][a-z0-9_]* with `first` and `more` as the characters beside letters: "0123456789_". */
bool weir_pack_is_name(struct weir_text text, const char *first, const char *more);

/* ---- pack_read.c, pack_rule.c, pack_pattern.c, pack_example.c, literal.c ---- */

/* Reads the pack of a document and its rules. path is kept. */
void weir_pack_read(struct weir_loader *loader, struct weir_yaml *document, const char *path);
/* Reads one rule of a pack. */
void weir_rule_read(struct weir_loader *loader, const struct weir_yaml_node *node, const struct weir_pack *pack);
/* Reads the patterns of the rule that will be number `rule`, which looks at `fields`. */
void weir_patterns_read(struct weir_loader *loader, const struct weir_yaml_node *node, uint32_t rule, uint64_t fields);
/* Reads the examples of a rule into it. */
void weir_examples_read(struct weir_loader *loader, const struct weir_yaml_node *node, struct weir_rule *rule);
/* Adds the literals of a pattern, `number` in loader->patterns. */
void weir_literals_add(struct weir_loader *loader, const struct weir_yaml_node *list, uint32_t number,
                       enum weir_view view);
/* Adds one expression for the scan. */
bool weir_expression_add(struct weir_loader *loader, struct weir_expression expression, struct weir_scan_source source,
                         const struct weir_yaml_node *origin);

#endif
