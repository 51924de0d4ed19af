/* rules: rule packs as one validated, immutable, compiled ruleset.
 *
 *   weir_ruleset_load   reads packs (yaml), checks every key, compiles every pattern (PCRE2 singly, Hyperscan once)
 *   the examples        are run by weir_trial_run (pipeline), since they go through the whole path
 *
 * Shared by all workers; freed by whoever loaded it after the last of them is gone. */
#ifndef WEIR_RULESET_H
#define WEIR_RULESET_H

#include "weir/condition.h"
#include "weir/diagnostics.h"
#include "weir/domains.h"
#include "weir/flag.h"
#include "weir/hash.h"
#include "weir/regex.h"

struct weir_yaml_node;

enum weir_severity { WEIR_SEVERITY_LOW, WEIR_SEVERITY_MEDIUM, WEIR_SEVERITY_HIGH, WEIR_SEVERITY_CRITICAL };
enum weir_rule_status { WEIR_RULE_ACTIVE, WEIR_RULE_SHADOW, WEIR_RULE_DEPRECATED };
enum weir_boundary {
    WEIR_BOUNDARY_AUTO,
    WEIR_BOUNDARY_NONE,
    WEIR_BOUNDARY_START,
    WEIR_BOUNDARY_END,
    WEIR_BOUNDARY_WORD
};
enum weir_pattern_kind { WEIR_PATTERN_LITERALS, WEIR_PATTERN_REGEX, WEIR_PATTERN_DOMAINS };
/* What the digits and letters of a regex's match must satisfy. */
enum weir_check { WEIR_CHECK_NONE, WEIR_CHECK_LUHN, WEIR_CHECK_IBAN, WEIR_CHECK_MOD11_2 };

const char *weir_severity_name(enum weir_severity severity);     /* "low", "medium", "high", "critical" */
const char *weir_rule_status_name(enum weir_rule_status status); /* "active", "shadow", "deprecated" */

struct weir_pattern {
    const char *name; /* of an exception: "except" */
    uint32_t rule;    /* index into weir_ruleset.rules */
    enum weir_pattern_kind kind;
    enum weir_view view; /* FOLDED or EXACT */
    enum weir_boundary boundary;
    uint64_t fields;                    /* a bit for each field that it looks at */
    const struct weir_regex *regex;     /* WEIR_PATTERN_REGEX: finds the spans */
    uint32_t width_min;                 /* of a regex, in bytes of the view */
    uint32_t width_max;                 /* UINT32_MAX: no bound */
    const char *source;                 /* the regex as written, or NULL */
    enum weir_check check;              /* of a regex */
    const struct weir_domains *domains; /* WEIR_PATTERN_DOMAINS: finds the spans */
    const struct weir_yaml_node *node;  /* for messages */
};

/* One entry of the scan databases: what a hit's number stands for. */
struct weir_expression {
    uint32_t pattern;
    uint32_t length;     /* of a literal, in bytes of the view; 0 for a regex */
    enum weir_view view; /* in which the hit's end counts */
};

/* How an expression is given to Hyperscan, and where it was written. No scan needs it. */
struct weir_expression_origin {
    const char *text;
    bool is_regex;
    bool prefilter;                    /* Hyperscan can only tell where it might match */
    const struct weir_yaml_node *node; /* for messages: of the literal, the regex, or the name of the list */
};

/* The bytes of a literal, as its view has them, from an expression that spells some of them for Hyperscan. `out` holds
 * the expression's length. */
struct weir_text weir_literal_spelled(const struct weir_expression_origin *origin, char *out);

struct weir_example {
    bool must_flag;
    const struct weir_value *values; /* fields by weir_ruleset.fields; of a caption stream its fragments, in order */
    const int64_t *start_ms;         /* of a caption stream: media time of each fragment; NULL: it is none */
    size_t value_count;
    struct weir_text lang;             /* data == NULL: none */
    const struct weir_yaml_node *node; /* for messages */
};

struct weir_rule {
    const char *id; /* "scams.safe-account" */
    const char *title;
    const char *why;
    const char *category;
    const char *keyword; /* NULL: none */
    const char *pack;
    const char *version;
    enum weir_severity severity;
    enum weir_rule_status status;
    unsigned kinds; /* bits 1 << weir_kind */
    uint64_t fields;
    const struct weir_text *languages; /* BCP 47 tags: the item's own must be one of them or below; none: any */
    size_t language_count;
    int64_t cooldown_ms;    /* of media time; captions only */
    uint32_t pattern_first; /* its patterns in weir_ruleset.patterns */
    uint32_t pattern_count;
    uint32_t exception_count;               /* the patterns of `except`: right after the others */
    const struct weir_condition *condition; /* never NULL; over its patterns, numbered from 0 */
    const struct weir_example *examples;
    size_t example_count;
    uint8_t digest[WEIR_SHA256_BYTES]; /* of what it says and of the lists that it names; comments do not count */
};

struct weir_pack {
    const char *name;
    const char *version;
    const char *path;
    uint8_t sha256[WEIR_SHA256_BYTES]; /* of its file and of the lists that it names */
    const char *const *lists;          /* paths of the files that literals_from and domains name, each once */
    size_t list_count;
    uint32_t rule_count; /* deprecated rules included */
};

struct weir_database; /* what Hyperscan compiled: weir/database.h */

struct weir_ruleset {
    struct weir_field_names fields; /* those handed in, then those that only rules name */
    const struct weir_pack *packs;
    size_t pack_count;
    const struct weir_rule *rules; /* those that run, in order of packs and of files; deprecated ones are left out */
    size_t rule_count;
    const struct weir_pattern *patterns;
    size_t pattern_count;
    const struct weir_expression *expressions;
    const struct weir_expression_origin *origins; /* by expression */
    size_t expression_count;
    unsigned views; /* bits 1 << weir_view that some pattern needs */
    const struct weir_database *database;
    uint64_t generation;
    char sha256[WEIR_SHA256_HEX_SIZE]; /* of the packs' names and contents, in order of name: the same rules, the same
                                          digest */
};

/* How texts are folded, handed in by the caller (weir_normalizer_folding) because rules stands below the stages. Folds
 * `text` as a value is folded into `view` (for WEIR_VIEW_SKELETON every non-ASCII character is replaced by its
 * prototype, as in a mixed token); *folded lives in the arena. */
struct weir_folding {
    enum weir_status (*fold)(void *context, enum weir_view view, struct weir_text text, struct weir_arena *arena,
                             struct weir_text *folded);
    void *context;
    const char *version; /* of the data behind it: another one may fold differently; NULL: it never changes */
};

struct weir_compiled; /* what an earlier load worked out: weir/compiled.h */

/* Loads pack files and folders of them (*.yaml, *.yml, by name, not recursive). On WEIR_INVALID or WEIR_UNAVAILABLE the
 * diagnostics say why, all mistakes at once; warnings may come with WEIR_OK. compiled (NULL: none) spares it work, and
 * changes nothing else; it is borrowed until the return. *ruleset is the caller's. */
enum weir_status weir_ruleset_load(const char *const *paths, size_t path_count, const struct weir_field_names *fields,
                                   const struct weir_folding *folding, const struct weir_compiled *compiled,
                                   struct weir_diagnostics *diagnostics, struct weir_ruleset **ruleset) WEIR_MUST_CHECK;
/* One pack from memory, compiled anew; `name` stands for its file in messages. */
enum weir_status weir_ruleset_parse(const char *name, struct weir_text source, const struct weir_field_names *fields,
                                    const struct weir_folding *folding, struct weir_diagnostics *diagnostics,
                                    struct weir_ruleset **ruleset) WEIR_MUST_CHECK;
void weir_ruleset_free(struct weir_ruleset *ruleset); /* NULL is fine */

/* What one set has that another has not: ids, ascending, borrowed from the rulesets. */
struct weir_ruleset_change {
    const char *const *added;
    size_t added_count;
    const char *const *removed;
    size_t removed_count;
    const char *const *changed; /* in both, but by another text, list or status */
    size_t changed_count;
};

/* before == NULL: everything is added. The lists live in the arena. WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_ruleset_compare(const struct weir_ruleset *before, const struct weir_ruleset *now,
                                      struct weir_arena *arena, struct weir_ruleset_change *change) WEIR_MUST_CHECK;

/* A digest that changes when a file of the rules is written, renamed, added or removed: over name, inode, size and
 * times of the files under the paths (folders to some depth, the lists beside the packs included) and of the lists that
 * the ruleset names (NULL: none). A path that cannot be read counts as such; WEIR_NO_MEMORY is the only failure. Reads
 * no contents. */
enum weir_status weir_rules_stamp(const char *const *paths, size_t path_count, const struct weir_ruleset *ruleset,
                                  uint8_t stamp[WEIR_SHA256_BYTES]) WEIR_MUST_CHECK;

/* Proves on probe patterns that this machine's Hyperscan finds what it must (packages may swap it for builds that miss
 * matches). WEIR_UNAVAILABLE with a text that names the library and the remedy. Takes a few milliseconds. */
enum weir_status weir_hyperscan_check(struct weir_error *error) WEIR_MUST_CHECK;
/* "5.4.0 2023-02-22" and "10.42 2022-12-11"; constants. */
const char *weir_hyperscan_version(void);
void weir_pcre2_version(char *out, size_t size);

#endif
