/* Inside the slow evaluator: what its three files share. */
#ifndef WEIR_TEST_SLOW_H
#define WEIR_TEST_SLOW_H

#include "spec.h"

#define SLOW_MIXED_MAX 256

/* A text in one view: for each byte the bytes of the original text that its character came from. */
struct slow_view {
    char *text;
    size_t length;
    uint32_t *from;
    uint32_t *to;
};

struct slow_value {
    struct weir_text text;
    uint32_t field;
    struct slow_view views[WEIR_VIEW_COUNT];
    struct weir_range mixed[SLOW_MIXED_MAX];
    size_t mixed_count;
};

struct slow_item {
    const struct weir_item *item;
    struct slow_value *values;
};

void slow_value_init(struct slow_value *value);
void slow_value_fini(struct slow_value *value);

/* Every form that a literal has in a view, as many as its words can be mixed. Returns how many; the caller frees each.
 */
#define SLOW_FORMS_MAX 64
size_t slow_literal_forms(const char *literal, enum weir_view view, struct weir_text forms[SLOW_FORMS_MAX]);

enum slow_kind { SLOW_NO_WORD, SLOW_SPACED, SLOW_UNSPACED };

/* The kind of the character that starts at `at` (RULES.md section 3). */
enum slow_kind slow_kind(struct weir_text text, size_t at);
/* Whether a match at [start, end) of a view keeps its boundary (RULES.md section 3). */
bool slow_keeps_boundary(enum weir_boundary boundary, struct weir_text text, size_t start, size_t end);
/* Outward to whole combining sequences, default-ignorables at the ends left out (RULES.md section 4). */
struct weir_range slow_settle(struct weir_text text, struct weir_range range);

/* Whether the characters of a match pass the check (RULES.md section 4). */
bool slow_passes(enum weir_check check, struct weir_text match);

struct slow_hit {
    size_t value;
    enum weir_view view;
    struct weir_range source;
};

/* Distinct hits of one pattern, in any order. */
struct slow_hits {
    struct slow_hit *at;
    size_t count;
    size_t capacity;
    bool undecided; /* there may be more */
};

/* Adds a hit, or, where the span is there already, keeps the plainer view of the two. */
void slow_add_hit(struct slow_hits *hits, struct slow_hit hit);
/* The hits of the hosts in one value; bits of SPEC_HOSTS. */
void slow_find_hosts(unsigned listed, const struct slow_value *value, size_t number, struct slow_hits *hits);

struct slow_rule {
    const struct spec_rule *spec;
    struct slow_pattern *patterns[PATTERNS_MAX + EXCEPTIONS_MAX];
};

struct slow_pattern *slow_pattern_new(const struct spec_pattern *spec);
void slow_pattern_free(struct slow_pattern *pattern);
void slow_find(const struct slow_pattern *pattern, unsigned fields, const struct slow_item *item,
               struct slow_hits *hits);

#endif
