/* One rule of a pack. */
#include "pack.h"

#include <string.h>

#define LATER_LANGUAGES "this version looks at items of every language; remove it"
#define LATER_CONDITION "without it a rule means any of its patterns; remove it"
#define LATER_EXCEPT "write a narrower pattern, such as a regex with a lookbehind"
#define LATER_COOLDOWN "it is for captions; remove it"

static const struct weir_pack_key KEYS[] = {
    {"id", NULL},
    {"title", NULL},
    {"why", NULL},
    {"category", NULL},
    {"keyword", NULL},
    {"severity", NULL},
    {"status", NULL},
    {"kinds", NULL},
    {"fields", NULL},
    {"patterns", NULL},
    {"examples", NULL},
    {"references", NULL},
    {"tags", NULL},
    {"languages", LATER_LANGUAGES},
    {"condition", LATER_CONDITION},
    {"except", LATER_EXCEPT},
    {"cooldown", LATER_COOLDOWN},
};

const char *weir_severity_name(enum weir_severity severity)
{
    static const char *const names[] = {"low", "medium", "high", "critical"};
    return names[severity];
}

const char *weir_rule_status_name(enum weir_rule_status status)
{
    static const char *const names[] = {"active", "shadow", "deprecated"};
    return names[status];
}

/* The text under a required key, kept; "" when it is missing or wrong. */
static const char *read_kept(struct weir_loader *loader, const struct weir_yaml_node *node, const char *key)
{
    struct weir_text text;
    const char *kept = weir_pack_text_at(loader, node, key, true, &text) ? weir_loader_keep(loader, text) : "";
    return kept ? kept : "";
}

static void read_id(struct weir_loader *loader, const struct weir_yaml_node *node, const struct weir_pack *pack,
                    struct weir_rule *rule)
{
    rule->id = read_kept(loader, node, "id");
    size_t prefix = strlen(pack->name);
    if (rule->id[0] == '\0' || prefix == 0)
        return;
    bool begins = strncmp(rule->id, pack->name, prefix) == 0 && rule->id[prefix] == '.';
    if (!begins || !weir_pack_is_name(weir_text_of(rule->id + prefix + 1), "0123456789", "0123456789_-"))
        weir_yaml_error(weir_yaml_get(node, "id"), loader->diagnostics,
                        "an id is the pack's name, a dot and a name of a-z, 0-9, _ and -, such as %s.safe-account",
                        pack->name);
}

static void read_category(struct weir_loader *loader, const struct weir_yaml_node *node, struct weir_rule *rule)
{
    struct weir_text name;
    struct weir_text keyword;
    if (!weir_pack_text_at(loader, node, "category", true, &name))
        return;
    const struct weir_category *category = weir_category_find(name);
    if (!category) {
        size_t count;
        const char *const *names = weir_category_names(&count);
        const char *nearest = weir_nearest_name(name, names, count);
        weir_yaml_error(weir_yaml_get(node, "category"), loader->diagnostics,
                        "there is no category '%.*s'%s%s%s; docs/rules.md lists them all", (int)name.length, name.data,
                        nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
        return;
    }
    rule->category = category->name;
    bool given = weir_pack_text_at(loader, node, "keyword", false, &keyword);
    rule->keyword = given ? weir_category_keyword(category, keyword) : NULL;
    if (given && !rule->keyword) {
        const char *nearest = weir_nearest_name(keyword, category->keywords, category->keyword_count);
        weir_yaml_error(weir_yaml_get(node, "keyword"), loader->diagnostics,
                        "the category %s has no keyword '%.*s'; it has %s and others (docs/rules.md)", category->name,
                        (int)keyword.length, keyword.data, nearest ? nearest : category->keywords[0]);
    }
    /* Of this category the law's other keywords are about opinion and reputation; a rule must say that it is not. */
    if (!given && strcmp(category->name, "illegal_or_harmful_speech") == 0)
        weir_yaml_error(weir_yaml_get(node, "category"), loader->diagnostics,
                        "the category illegal_or_harmful_speech needs the keyword hate_speech or discrimination");
}

static void read_words(struct weir_loader *loader, const struct weir_yaml_node *node, struct weir_rule *rule)
{
    static const char *const severities[] = {"low", "medium", "high", "critical"};
    static const char *const statuses[] = {"active", "shadow", "deprecated"};
    size_t index;
    if (weir_pack_word_at(loader, node, "severity", true, severities, 4, &index))
        rule->severity = (enum weir_severity)index;
    if (weir_pack_word_at(loader, node, "status", false, statuses, 3, &index))
        rule->status = (enum weir_rule_status)index;
}

static unsigned read_kinds(struct weir_loader *loader, const struct weir_yaml_node *node)
{
    const struct weir_yaml_node *list = weir_yaml_get(node, "kinds");
    if (!list)
        return 1u << WEIR_POST | 1u << WEIR_CAPTION;
    unsigned kinds = 0;
    list = weir_pack_list(loader, list, "kinds");
    for (size_t i = 0; list && i < weir_yaml_size(list); i++) {
        struct weir_text word = weir_yaml_text(weir_yaml_item(list, i));
        if (weir_text_is(word, "post"))
            kinds |= 1u << WEIR_POST;
        else if (weir_text_is(word, "caption"))
            kinds |= 1u << WEIR_CAPTION;
        else
            weir_yaml_error(weir_yaml_item(list, i), loader->diagnostics, "there is no kind '%.*s'; it is post or caption",
                            (int)word.length, word.data);
    }
    return kinds;
}

static uint64_t read_fields(struct weir_loader *loader, const struct weir_yaml_node *node)
{
    const struct weir_yaml_node *list = weir_yaml_get(node, "fields");
    if (!list)
        return 1; /* text, which is always the first */
    uint64_t fields = 0;
    list = weir_pack_list(loader, list, "fields");
    for (size_t i = 0; list && i < weir_yaml_size(list); i++) {
        uint32_t field;
        if (weir_pack_field(loader, weir_yaml_item(list, i), &field))
            fields |= UINT64_C(1) << field;
    }
    return fields;
}

/* A list of texts that are only for people. */
static void check_notes(struct weir_loader *loader, const struct weir_yaml_node *node, const char *key, bool are_urls)
{
    const struct weir_yaml_node *list = weir_yaml_get(node, key);
    list = list ? weir_pack_list(loader, list, key) : NULL;
    for (size_t i = 0; list && i < weir_yaml_size(list); i++) {
        struct weir_text text;
        if (weir_pack_text(loader, weir_yaml_item(list, i), key, &text) && are_urls &&
            strncmp(text.data, "https://", 8) != 0 && strncmp(text.data, "http://", 7) != 0)
            weir_yaml_error(weir_yaml_item(list, i), loader->diagnostics,
                            "a reference is a URL that begins with https:// or http://");
    }
}

static void read_parts(struct weir_loader *loader, const struct weir_yaml_node *node, struct weir_rule *rule)
{
    const struct weir_yaml_node *patterns = weir_yaml_get(node, "patterns");
    const struct weir_yaml_node *examples = weir_yaml_get(node, "examples");
    rule->pattern_first = (uint32_t)loader->patterns.count;
    if (patterns)
        weir_patterns_read(loader, patterns, (uint32_t)loader->rules.count, rule->fields);
    else
        weir_yaml_error(node, loader->diagnostics, "the key 'patterns' is missing here");
    rule->pattern_count = (uint32_t)loader->patterns.count - rule->pattern_first;
    if (examples)
        weir_examples_read(loader, examples, rule);
    else
        weir_yaml_error(node, loader->diagnostics,
                        "the key 'examples' is missing here; a rule needs one text to flag and one to pass at least");
}

void weir_rule_read(struct weir_loader *loader, const struct weir_yaml_node *node, const struct weir_pack *pack)
{
    struct weir_rule rule = {.pack = pack->name, .version = pack->version, .category = "", .fields = 1};
    if (!weir_pack_keys(loader, node, "a rule", KEYS, sizeof KEYS / sizeof *KEYS))
        return;
    const size_t patterns = loader->patterns.count;
    const size_t expressions = loader->expressions.count;
    read_id(loader, node, pack, &rule);
    rule.title = read_kept(loader, node, "title");
    rule.why = read_kept(loader, node, "why");
    read_category(loader, node, &rule);
    read_words(loader, node, &rule);
    rule.kinds = read_kinds(loader, node);
    rule.fields = read_fields(loader, node);
    check_notes(loader, node, "references", true);
    check_notes(loader, node, "tags", false);
    read_parts(loader, node, &rule);
    if (rule.status == WEIR_RULE_DEPRECATED) {
        weir_yaml_warning(weir_yaml_get(node, "status"), loader->diagnostics, "rule '%s' is deprecated and does not run",
                          rule.id);
        loader->patterns.count = patterns;
        loader->expressions.count = loader->sources.count = loader->origins.count = expressions;
        return;
    }
    const struct weir_yaml_node *id = weir_yaml_get(node, "id");
    if (loader->rules.count == WEIR_RULES_MAX) {
        weir_yaml_error(node, loader->diagnostics, "more than %u rules; use fewer", WEIR_RULES_MAX);
        return;
    }
    if (weir_loader_add(loader, &loader->rules, &rule, sizeof rule))
        weir_loader_add(loader, &loader->rule_nodes, &id, sizeof id);
}
