/* The patterns of a rule. */
#include "pack.h"

#include "weir/utf8.h"

static const char *const views[] = {"folded", "exact"};
static const char *const checks[] = {"luhn", "iban", "mod11_2"};
static const char *const boundaries[] = {"auto", "none", "start", "end", "word"};

struct pattern_draft {
    const struct weir_yaml_node *literals;
    const struct weir_yaml_node *literals_from;
    const struct weir_yaml_node *regex;
    const struct weir_yaml_node *domains;
    const struct weir_yaml_node *view_node; /* NULL: not there */
    const struct weir_yaml_node *boundary_node;
    enum weir_view view;
    enum weir_boundary boundary;
    uint64_t fields; /* 0: the rule's */
    enum weir_check check;
    const struct weir_yaml_node *check_node; /* NULL: not there */
};

static void note_literals(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    (void)reader;
    struct pattern_draft *draft = target;
    draft->literals = node;
}

static void note_literals_from(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    (void)reader;
    struct pattern_draft *draft = target;
    draft->literals_from = node;
}

static void note_domains(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    (void)reader;
    struct pattern_draft *draft = target;
    draft->domains = node;
}

static void note_regex(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    (void)reader;
    struct pattern_draft *draft = target;
    draft->regex = node;
}

static void read_view(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct pattern_draft *draft = target;
    size_t index;
    draft->view_node = node;
    if (weir_pack_read_word(reader, node, "'view'", views, sizeof views / sizeof views[0], &index))
        draft->view = index == 0 ? WEIR_VIEW_FOLDED : WEIR_VIEW_EXACT;
}

static void read_boundary(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct pattern_draft *draft = target;
    size_t index;
    if (!weir_pack_read_word(reader, node, "'boundary'", boundaries, sizeof boundaries / sizeof boundaries[0], &index))
        return;
    draft->boundary = (enum weir_boundary)index;
    draft->boundary_node = node;
}

static void read_field(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct pattern_draft *draft = target;
    uint32_t field;
    if (weir_rule_name_field(reader, node, &field))
        draft->fields = (uint64_t)1 << field;
}

static void read_check(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct pattern_draft *draft = target;
    size_t index;
    draft->check_node = node;
    if (weir_pack_read_word(reader, node, "'check'", checks, sizeof checks / sizeof checks[0], &index))
        draft->check = (enum weir_check)(WEIR_CHECK_LUHN + index);
}

static const struct weir_pack_key pattern_keys[] = {
    {.name = "literals", .read = note_literals},
    {.name = "literals_from", .read = note_literals_from},
    {.name = "regex", .read = note_regex},
    {.name = "domains", .read = note_domains},
    {.name = "view", .read = read_view},
    {.name = "boundary", .read = read_boundary},
    {.name = "check", .read = read_check},
    {.name = "field", .read = read_field},
};

static void report_findings(struct weir_pack_reader *reader, const struct weir_yaml_node *node,
                            const struct weir_regex_findings *findings)
{
    struct weir_text source = weir_yaml_text(node);
    for (size_t i = 0; i < findings->count; i++) {
        const struct weir_regex_finding *finding = &findings->at[i];
        size_t offset = weir_utf8_count(weir_text_slice(source, 0, finding->at));
        if (finding->is_warning)
            weir_yaml_warning_at(node, offset, reader->diagnostics, "%s", finding->text);
        else
            weir_yaml_error_at(node, offset, reader->diagnostics, "%s", finding->text);
    }
}

static void keep_regex(struct weir_pack_reader *reader, const struct weir_checked_regex *checked,
                       struct weir_pattern *pattern, const struct weir_yaml_node *node, bool runs)
{
    struct weir_regex **kept = runs ? weir_list_add(&reader->regexes, sizeof(struct weir_regex *)) : NULL;
    if (!kept) {
        reader->no_memory |= runs;
        weir_regex_free(checked->regex);
        return;
    }
    *kept = checked->regex;
    pattern->regex = checked->regex;
    pattern->width_min = checked->width_min;
    pattern->width_max = checked->width_max;
    pattern->source = weir_arena_text(reader->arena, weir_yaml_text(node)).data;
    reader->no_memory |= !pattern->source;
    weir_expression_add(reader, (uint32_t)reader->patterns.count, pattern->view, checked->expression, 0, true,
                        checked->prefilter, node);
}

/* With a check the regex must tell all its matches. */
static bool make_listing(struct weir_pack_reader *reader, const struct weir_yaml_node *node,
                         const struct weir_pattern *pattern, struct weir_checked_regex *checked)
{
    struct weir_regex *listing;
    struct weir_error error;
    size_t offset;
    enum weir_status status =
        weir_regex_new_listing(weir_yaml_text(node), pattern->view == WEIR_VIEW_FOLDED, &listing, &offset, &error);
    weir_regex_free(checked->regex);
    checked->regex = NULL;
    if (status == WEIR_INVALID)
        weir_yaml_error(node, reader->diagnostics,
                        "with 'check' all matches are listed, which PCRE2's DFA matching cannot do for %s; write the "
                        "regex without them",
                        error.text);
    else if (status == WEIR_OK)
        checked->regex = listing;
    else
        reader->no_memory = true;
    return status == WEIR_OK;
}

static void read_regex(struct weir_pack_reader *reader, const struct weir_yaml_node *node, struct weir_pattern *pattern,
                       bool runs)
{
    struct weir_text source;
    struct weir_checked_regex checked;
    if (!weir_pack_read_text(reader, node, "'regex'", &source))
        return;
    enum weir_status status = weir_regex_check(&reader->tools, source, pattern->view, &checked);
    if (status == WEIR_NO_MEMORY)
        reader->no_memory = true;
    else
        report_findings(reader, node, &checked.findings);
    if (status == WEIR_OK && (pattern->check == WEIR_CHECK_NONE || make_listing(reader, node, pattern, &checked)))
        keep_regex(reader, &checked, pattern, node, runs);
}

static bool has_one_kind(struct weir_pack_reader *reader, const struct weir_yaml_node *node,
                         const struct pattern_draft *draft)
{
    const struct weir_yaml_node *const kinds[] = {draft->literals, draft->literals_from, draft->regex, draft->domains};
    const struct weir_yaml_node *last = NULL;
    size_t count = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i])
            last = kinds[i];
        count += kinds[i] != NULL;
    }
    if (count > 1)
        weir_yaml_error(last, reader->diagnostics,
                        "a pattern is one of 'literals', 'literals_from', 'regex' and 'domains'; make it two patterns");
    else if (count == 0)
        weir_yaml_error(node, reader->diagnostics,
                        "a pattern needs 'literals', 'literals_from', 'regex' or 'domains'; add one");
    return count == 1;
}

/* Keys that do not fit the kind. */
static void check_fit(struct weir_pack_reader *reader, const struct pattern_draft *draft)
{
    if (draft->check_node && !draft->regex)
        weir_yaml_error(draft->check_node, reader->diagnostics, "'check' is for a 'regex' only; remove it");
    if (draft->view_node && draft->domains)
        weir_yaml_error(draft->view_node, reader->diagnostics, "'domains' have no 'view' to choose; remove it");
    if (draft->boundary_node && draft->domains)
        weir_yaml_error(draft->boundary_node, reader->diagnostics,
                        "'domains' have boundaries of their own; remove 'boundary'");
}

static enum weir_boundary choose_boundary(const struct pattern_draft *draft)
{
    if (draft->boundary_node)
        return draft->boundary;
    return draft->regex || draft->domains ? WEIR_BOUNDARY_NONE : WEIR_BOUNDARY_AUTO;
}

static void read_kind(struct weir_pack_reader *reader, const struct pattern_draft *draft, struct weir_pattern *pattern,
                      bool runs)
{
    uint32_t number = (uint32_t)reader->patterns.count;
    if (draft->regex) {
        pattern->kind = WEIR_PATTERN_REGEX;
        read_regex(reader, draft->regex, pattern, runs);
    } else if (draft->domains) {
        pattern->kind = WEIR_PATTERN_DOMAINS;
        pattern->width_max = UINT32_MAX;
        pattern->domains = weir_domains_read(reader, draft->domains, number, runs);
    } else if (draft->literals_from) {
        weir_literals_from_read(reader, draft->literals_from, draft->view, number, runs);
    } else {
        weir_literals_read(reader, draft->literals, draft->view, number, runs);
    }
}

static void read_pattern(struct weir_pack_reader *reader, const char *name, const struct weir_yaml_node *node,
                         const struct weir_rule *rule, uint32_t number)
{
    struct pattern_draft draft = {.view = WEIR_VIEW_FOLDED};
    bool runs = rule->status != WEIR_RULE_DEPRECATED;
    weir_pack_read_keys(reader, node, "a pattern", pattern_keys, sizeof pattern_keys / sizeof pattern_keys[0], &draft);
    if (weir_yaml_kind(node) != WEIR_YAML_MAPPING || !has_one_kind(reader, node, &draft))
        return;
    check_fit(reader, &draft);
    struct weir_pattern pattern = {
        .name = name,
        .rule = number,
        .kind = WEIR_PATTERN_LITERALS,
        .view = draft.view,
        .boundary = choose_boundary(&draft),
        .check = draft.check,
        .fields = draft.fields ? draft.fields : rule->fields,
        .node = node,
    };
    read_kind(reader, &draft, &pattern, runs);
    struct weir_pattern *kept = runs ? weir_list_add(&reader->patterns, sizeof *kept) : NULL;
    if (kept)
        *kept = pattern;
    else
        reader->no_memory |= runs;
}

static bool check_name(struct weir_pack_reader *reader, const struct weir_yaml_node *key)
{
    struct weir_text name = weir_yaml_text(key);
    if (!weir_is_name(name, "", "0123456789_")) {
        weir_yaml_error(key, reader->diagnostics,
                        "'%.64s' cannot be a pattern's name; use a-z, 0-9 and _, starting with a letter", name.data);
        return false;
    }
    if (weir_condition_has_word(name)) {
        weir_yaml_error(key, reader->diagnostics,
                        "'%s' is a word of conditions and cannot be a pattern's name; choose another", name.data);
        return false;
    }
    return true;
}

void weir_patterns_read(struct weir_pack_reader *reader, const struct weir_yaml_node *node, struct weir_rule *rule,
                        uint32_t number)
{
    if (weir_yaml_kind(node) != WEIR_YAML_MAPPING || weir_yaml_size(node) == 0) {
        weir_yaml_error(node, reader->diagnostics,
                        "'patterns' must be one 'name: {literals: [...]}' or 'name: {regex: '...'}' at least");
        return;
    }
    for (size_t i = 0; i < weir_yaml_size(node); i++) {
        const struct weir_yaml_node *key = weir_yaml_key(node, i);
        const char *name = check_name(reader, key) ? weir_arena_text(reader->arena, weir_yaml_text(key)).data : "";
        reader->no_memory |= !name;
        read_pattern(reader, name, weir_yaml_value(node, i), rule, number);
    }
    rule->pattern_count = (uint32_t)reader->patterns.count - rule->pattern_first;
}

void weir_exceptions_read(struct weir_pack_reader *reader, const struct weir_yaml_node *node, struct weir_rule *rule,
                          uint32_t number)
{
    uint32_t first = (uint32_t)reader->patterns.count;
    if (!weir_pack_is_list(reader, node, "'except'"))
        return;
    if (weir_yaml_size(node) == 0)
        weir_yaml_error(node, reader->diagnostics, "'except' is empty; leave it out");
    for (size_t i = 0; i < weir_yaml_size(node); i++)
        read_pattern(reader, "except", weir_yaml_item(node, i), rule, number);
    rule->exception_count = (uint32_t)reader->patterns.count - first;
}
