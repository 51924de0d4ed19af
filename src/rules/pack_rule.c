/* A rule: its own keys, in a table, then its patterns and examples, which need to know its fields. */
#include "pack.h"

#define FIELD_TEXT 0u
#define COOLDOWN_MS (5 * 60 * 1000)

static const char *const severities[] = {"low", "medium", "high", "critical"};
static const char *const statuses[] = {"active", "shadow", "deprecated"};
static const char *const kinds[] = {"post", "caption"};

const char *weir_severity_name(enum weir_severity severity)
{
    return severities[severity];
}

const char *weir_rule_status_name(enum weir_rule_status status)
{
    return statuses[status];
}

/* "pack.name", two names with one dot. */
static bool is_id(struct weir_text id, size_t *dot)
{
    const char *found = memchr(id.data, '.', id.length);
    if (!found)
        return false;
    *dot = (size_t)(found - id.data);
    return weir_is_name(weir_text_slice(id, 0, *dot), "0123456789", "0123456789_-") &&
           weir_is_name(weir_text_slice(id, *dot + 1, id.length), "0123456789", "0123456789_-");
}

static void read_id(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct weir_rule_draft *draft = target;
    struct weir_text id;
    size_t dot;
    const char *pack = draft->rule.pack;
    if (!weir_pack_read_text(reader, node, "'id'", &id))
        return;
    if (!is_id(id, &dot)) {
        weir_yaml_error(node, reader->diagnostics,
                        "'%.64s' cannot be an id; write %s.name, with a-z, 0-9, _ and - in the name", id.data,
                        pack ? pack : "pack");
        return;
    }
    if (pack && !weir_text_is(weir_text_slice(id, 0, dot), pack)) {
        weir_yaml_error(node, reader->diagnostics, "an id starts with the pack's name; write '%s.%.64s'", pack,
                        id.data + dot + 1);
        return;
    }
    if (!weir_pack_read_string(reader, node, "'id'", &draft->rule.id))
        return;
    const struct weir_yaml_node *first =
        weir_name_index_add(&reader->rule_ids, draft->rule.id, node, &reader->no_memory);
    if (first)
        weir_yaml_error(node, reader->diagnostics, "the id '%s' is used already, at %s:%u; rename one", draft->rule.id,
                        weir_yaml_place(first).file, weir_yaml_place(first).line);
}

static void read_title(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct weir_rule_draft *draft = target;
    (void)weir_pack_read_string(reader, node, "'title'", &draft->rule.title);
}

static void read_why(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct weir_rule_draft *draft = target;
    (void)weir_pack_read_string(reader, node, "'why'", &draft->rule.why);
}

static void read_category(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct weir_rule_draft *draft = target;
    size_t count;
    size_t index;
    const char *const *names = weir_category_names(&count);
    if (!weir_pack_read_word(reader, node, "'category'", names, count, &index))
        return;
    draft->rule.category = names[index];
    draft->category = weir_category_find(weir_text_of(names[index]));
}

static void note_keyword(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct weir_rule_draft *draft = target;
    struct weir_text text;
    if (weir_pack_read_text(reader, node, "'keyword'", &text))
        draft->keyword_node = node;
}

static void read_severity(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct weir_rule_draft *draft = target;
    size_t index;
    if (weir_pack_read_word(reader, node, "'severity'", severities, sizeof severities / sizeof severities[0], &index))
        draft->rule.severity = (enum weir_severity)index;
}

static void read_status(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct weir_rule_draft *draft = target;
    size_t index;
    if (!weir_pack_read_word(reader, node, "'status'", statuses, sizeof statuses / sizeof statuses[0], &index))
        return;
    draft->rule.status = (enum weir_rule_status)index;
    if (draft->rule.status == WEIR_RULE_DEPRECATED)
        weir_yaml_warning(node, reader->diagnostics, "this rule is deprecated and does not run");
}

static void read_kinds(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct weir_rule_draft *draft = target;
    if (!weir_pack_is_list(reader, node, "'kinds'"))
        return;
    unsigned found = 0;
    for (size_t i = 0; i < weir_yaml_size(node); i++) {
        size_t index;
        if (weir_pack_read_word(reader, weir_yaml_item(node, i), "a kind", kinds, sizeof kinds / sizeof kinds[0],
                                &index))
            found |= 1u << index;
    }
    if (weir_yaml_size(node) == 0)
        weir_yaml_error(node, reader->diagnostics, "'kinds' is empty; leave it out for posts and captions");
    else if (found)
        draft->rule.kinds = found;
}

bool weir_rule_find_field(struct weir_pack_reader *reader, const struct weir_yaml_node *node, uint32_t *field)
{
    struct weir_field_names *fields = &reader->fields;
    struct weir_text text;
    if (!weir_pack_read_text(reader, node, "a field", &text))
        return false;
    if (!weir_is_name(text, "", "0123456789_")) {
        weir_yaml_error(node, reader->diagnostics,
                        "'%.64s' cannot be a field; use a-z, 0-9 and _, starting with a letter", text.data);
        return false;
    }
    for (size_t i = 0; i < fields->count; i++) {
        if (weir_text_is(text, fields->at[i])) {
            *field = (uint32_t)i;
            return true;
        }
    }
    if (fields->count == WEIR_FIELDS_MAX) {
        weir_yaml_error(node, reader->diagnostics, "'%.64s' is one field too many; at most %d in all", text.data,
                        WEIR_FIELDS_MAX);
        return false;
    }
    const char *name = weir_arena_text(reader->arena, text).data;
    if (!name) {
        reader->no_memory = true;
        return false;
    }
    *field = (uint32_t)fields->count;
    fields->at[fields->count++] = name;
    return true;
}

bool weir_rule_name_field(struct weir_pack_reader *reader, const struct weir_yaml_node *node, uint32_t *field)
{
    if (!weir_rule_find_field(reader, node, field))
        return false;
    if (*field < reader->mapped_fields)
        return true;
    const char *name = reader->fields.at[*field];
    const char *nearest = weir_nearest_name(weir_text_of(name), reader->fields.at, reader->mapped_fields);
    weir_yaml_warning(node, reader->diagnostics, "no source maps the field '%.64s', so this finds nothing; %s%s%s",
                      name, nearest ? "did you mean '" : "map it in the configuration, or remove it here",
                      nearest ? nearest : "", nearest ? "'?" : "");
    return true;
}

static void read_fields(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct weir_rule_draft *draft = target;
    if (!weir_pack_is_list(reader, node, "'fields'"))
        return;
    uint64_t found = 0;
    for (size_t i = 0; i < weir_yaml_size(node); i++) {
        uint32_t field;
        if (weir_rule_name_field(reader, weir_yaml_item(node, i), &field))
            found |= (uint64_t)1 << field;
    }
    if (weir_yaml_size(node) == 0)
        weir_yaml_error(node, reader->diagnostics, "'fields' is empty; leave it out for [text]");
    else if (found)
        draft->rule.fields = found;
}

static void read_references(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    (void)target;
    if (!weir_pack_is_list(reader, node, "'references'"))
        return;
    for (size_t i = 0; i < weir_yaml_size(node); i++) {
        const struct weir_yaml_node *item = weir_yaml_item(node, i);
        struct weir_text text;
        if (weir_pack_read_text(reader, item, "a reference", &text) && strncmp(text.data, "https://", 8) != 0 &&
            strncmp(text.data, "http://", 7) != 0)
            weir_yaml_error(item, reader->diagnostics, "'%.64s' is not a URL; start it with https://", text.data);
    }
}

static void read_tags(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    (void)target;
    if (!weir_pack_is_list(reader, node, "'tags'"))
        return;
    for (size_t i = 0; i < weir_yaml_size(node); i++) {
        struct weir_text text;
        (void)weir_pack_read_text(reader, weir_yaml_item(node, i), "a tag", &text);
    }
}

static void note_patterns(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    (void)reader;
    struct weir_rule_draft *draft = target;
    draft->patterns_node = node;
}

static void note_condition(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    (void)reader;
    struct weir_rule_draft *draft = target;
    draft->condition_node = node;
}

static void note_except(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    (void)reader;
    struct weir_rule_draft *draft = target;
    draft->except_node = node;
}

static void note_examples(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    (void)reader;
    struct weir_rule_draft *draft = target;
    draft->examples_node = node;
}

static const struct weir_pack_key rule_keys[] = {
    {.name = "id", .required = true, .read = read_id},
    {.name = "title", .required = true, .read = read_title},
    {.name = "why", .required = true, .read = read_why},
    {.name = "category", .required = true, .read = read_category},
    {.name = "keyword", .read = note_keyword},
    {.name = "severity", .required = true, .read = read_severity},
    {.name = "status", .read = read_status},
    {.name = "kinds", .read = read_kinds},
    {.name = "fields", .read = read_fields},
    {.name = "languages", .read = weir_rule_read_languages},
    {.name = "cooldown", .read = weir_rule_read_cooldown},
    {.name = "patterns", .required = true, .read = note_patterns},
    {.name = "condition", .read = note_condition},
    {.name = "except", .read = note_except},
    {.name = "examples", .required = true, .read = note_examples},
    {.name = "references", .read = read_references},
    {.name = "tags", .read = read_tags},
};

static void check_keyword(struct weir_pack_reader *reader, struct weir_rule_draft *draft)
{
    if (!draft->keyword_node || !draft->category)
        return;
    struct weir_text text = weir_yaml_text(draft->keyword_node);
    const struct weir_category *category = draft->category;
    draft->rule.keyword = weir_category_keyword(category, text);
    if (draft->rule.keyword)
        return;
    const char *nearest = weir_nearest_name(text, category->keywords, category->keyword_count);
    weir_yaml_error(draft->keyword_node, reader->diagnostics, "'%.64s' is no keyword of %s; %s%s%s", text.data,
                    category->name, nearest ? "did you mean '" : "docs/rules.md lists them", nearest ? nearest : "",
                    nearest ? "'?" : "");
}

static void read_condition(struct weir_pack_reader *reader, struct weir_rule_draft *draft)
{
    const struct weir_yaml_node *patterns = draft->patterns_node;
    const struct weir_condition *condition = weir_condition_read(reader, draft->condition_node, patterns);
    draft->rule.condition = condition;
    if (!condition)
        return;
    for (uint32_t i = 0; i < weir_yaml_size(patterns); i++)
        if (!weir_condition_names(condition, i))
            weir_yaml_warning(weir_yaml_key(patterns, i), reader->diagnostics,
                              "no condition uses the pattern '%.64s'; name it in the condition, or remove it",
                              weir_yaml_text(weir_yaml_key(patterns, i)).data);
    if (weir_condition_uses(condition, WEIR_CONDITION_WITHIN) && draft->rule.kinds == 1u << WEIR_POST)
        weir_yaml_warning(draft->condition_node, reader->diagnostics,
                          "posts have no times, so 'within' never holds here; use near, or kinds: [caption]");
}

static void read_patterns(struct weir_pack_reader *reader, struct weir_rule_draft *draft)
{
    uint32_t number = (uint32_t)reader->rules.count;
    weir_patterns_read(reader, draft->patterns_node, &draft->rule, number);
    if (draft->except_node)
        weir_exceptions_read(reader, draft->except_node, &draft->rule, number);
    if (weir_yaml_kind(draft->patterns_node) == WEIR_YAML_MAPPING && weir_yaml_size(draft->patterns_node) > 0)
        read_condition(reader, draft);
}

void weir_rule_read(struct weir_pack_reader *reader, const struct weir_pack *pack, const struct weir_yaml_node *node)
{
    struct weir_rule_draft draft = {
        .rule =
            {
                .pack = pack->name,
                .version = pack->version,
                .kinds = 1u << WEIR_POST | 1u << WEIR_CAPTION,
                .fields = (uint64_t)1 << FIELD_TEXT,
                .cooldown_ms = COOLDOWN_MS,
                .pattern_first = (uint32_t)reader->patterns.count,
            },
    };
    weir_pack_read_keys(reader, node, "a rule", rule_keys, sizeof rule_keys / sizeof rule_keys[0], &draft);
    check_keyword(reader, &draft);
    if (draft.patterns_node)
        read_patterns(reader, &draft);
    if (draft.examples_node)
        weir_examples_read(reader, draft.examples_node, &draft.rule);
    if (draft.rule.status == WEIR_RULE_DEPRECATED)
        return;
    /* A tree with mistakes may be of any size, through aliases; it will not be compared with anything. */
    if (weir_diagnostics_errors(reader->diagnostics) == 0)
        weir_rule_digest(reader, node, draft.rule.digest);
    struct weir_rule *rule = weir_list_add(&reader->rules, sizeof *rule);
    if (rule)
        *rule = draft.rule;
    else
        reader->no_memory = true;
}
