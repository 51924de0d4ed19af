/* A pack file: its own keys, then its rules. */
#include "pack.h"

struct pack_draft {
    struct weir_pack pack;
    const struct weir_yaml_node *name_node;
    const struct weir_yaml_node *rules_node;
};

/* major.minor.patch, then - or + and more, as semver has it. */
static bool is_version(struct weir_text text)
{
    size_t at = 0;
    for (int part = 0; part < 3; part++) {
        size_t first = at;
        while (at < text.length && text.data[at] >= '0' && text.data[at] <= '9')
            at++;
        if (at == first || (at - first > 1 && text.data[first] == '0'))
            return false;
        if (part < 2 && (at == text.length || text.data[at++] != '.'))
            return false;
    }
    if (at == text.length)
        return true;
    static const char more[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-+";
    return (text.data[at] == '-' || text.data[at] == '+') && at + 1 < text.length &&
           strspn(text.data + at + 1, more) == text.length - at - 1;
}

static void read_name(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct pack_draft *draft = target;
    struct weir_text text;
    if (!weir_pack_read_text(reader, node, "'pack'", &text))
        return;
    if (!weir_is_name(text, "0123456789", "0123456789_-")) {
        weir_yaml_error(node, reader->diagnostics,
                        "'%.64s' cannot be a pack's name; use a-z, 0-9, _ and -, starting with a letter or digit",
                        text.data);
        return;
    }
    if (weir_pack_read_string(reader, node, "'pack'", &draft->pack.name))
        draft->name_node = node;
}

static void read_version(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct pack_draft *draft = target;
    const char *version;
    /* 1.0 is a number in YAML: say what is really missing. */
    if (weir_yaml_kind(node) == WEIR_YAML_SCALAR && !is_version(weir_yaml_text(node)))
        weir_yaml_error(node, reader->diagnostics, "'%.64s' is not a version; write three numbers, as in 1.0.0",
                        weir_yaml_text(node).data);
    else if (weir_pack_read_string(reader, node, "'version'", &version))
        draft->pack.version = version;
}

static void read_description(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    (void)target;
    struct weir_text text;
    (void)weir_pack_read_text(reader, node, "'description'", &text);
}

static void note_rules(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct pack_draft *draft = target;
    if (!weir_pack_is_list(reader, node, "'rules'"))
        return;
    if (weir_yaml_size(node) == 0)
        weir_yaml_error(node, reader->diagnostics, "a pack needs one rule at least");
    else if (weir_yaml_size(node) > WEIR_RULES_MAX - reader->rules.count)
        weir_yaml_error(node, reader->diagnostics, "more than %u rules; split them over several processes",
                        WEIR_RULES_MAX);
    else
        draft->rules_node = node;
}

static const struct weir_pack_key pack_keys[] = {
    {.name = "pack", .required = true, .read = read_name},
    {.name = "version", .required = true, .read = read_version},
    {.name = "description", .read = read_description},
    {.name = "rules", .required = true, .read = note_rules},
};

/* Two files cannot be the same pack. */
static void check_twin(struct weir_pack_reader *reader, const struct pack_draft *draft)
{
    const struct weir_pack *packs = reader->packs.at;
    const struct weir_yaml_node *const *nodes = reader->pack_nodes.at;
    for (size_t i = 0; i < reader->packs.count; i++) {
        if (strcmp(packs[i].name, draft->pack.name) == 0) {
            weir_yaml_error(draft->name_node, reader->diagnostics,
                            "the pack '%.64s' is also in %s; rename one, or load only one of the files",
                            draft->pack.name, weir_yaml_place(nodes[i]).file);
            return;
        }
    }
}

static void keep_pack(struct weir_pack_reader *reader, const struct pack_draft *draft)
{
    struct weir_pack *pack = weir_list_add(&reader->packs, sizeof *pack);
    const struct weir_yaml_node **node = weir_list_add(&reader->pack_nodes, sizeof(const struct weir_yaml_node *));
    if (!pack || !node) {
        reader->no_memory = true;
        return;
    }
    *pack = draft->pack;
    *node = draft->name_node;
}

void weir_pack_read(struct weir_pack_reader *reader, struct weir_yaml *document, const char *path)
{
    struct pack_draft draft = {0};
    const struct weir_yaml_node *root = weir_yaml_root(document);
    if (!root || weir_yaml_kind(root) == WEIR_YAML_NULL) {
        weir_diagnostics_error(reader->diagnostics, (struct weir_place){.file = path}, WEIR_TEXT_LITERAL(""),
                               "the file is empty; a pack starts with 'pack: name'");
        return;
    }
    weir_pack_read_keys(reader, root, "a pack", pack_keys, sizeof pack_keys / sizeof pack_keys[0], &draft);
    draft.pack.path = weir_arena_text(reader->arena, weir_text_of(path)).data;
    if (!draft.pack.path) {
        reader->no_memory = true;
        return;
    }
    if (draft.pack.name)
        check_twin(reader, &draft);
    for (size_t i = 0; draft.rules_node && i < weir_yaml_size(draft.rules_node); i++) {
        weir_rule_read(reader, &draft.pack, weir_yaml_item(draft.rules_node, i));
        draft.pack.rule_count++;
    }
    weir_list_files_settle(reader, weir_yaml_source(document), &draft.pack);
    if (draft.pack.name)
        keep_pack(reader, &draft);
}
