/* A document to a pack and its rules. */
#include "pack.h"

#include <string.h>

static const struct weir_pack_key KEYS[] = {{"pack", NULL}, {"version", NULL}, {"description", NULL}, {"rules", NULL}};

#define NAME_FIRST "0123456789"
#define NAME_MORE "0123456789_-"

/* MAJOR.MINOR.PATCH with what semver.org allows behind it. */
static bool is_version(struct weir_text text)
{
    size_t at = 0;
    for (int part = 0; part < 3; part++) {
        size_t digits = 0;
        while (at < text.length && text.data[at] >= '0' && text.data[at] <= '9') {
            at++;
            digits++;
        }
        if (digits == 0 || (part < 2 && (at == text.length || text.data[at++] != '.')))
            return false;
    }
    return at == text.length || text.data[at] == '-' || text.data[at] == '+';
}

static void read_version(struct weir_loader *loader, const struct weir_yaml_node *root, struct weir_pack *pack)
{
    const struct weir_yaml_node *node = weir_yaml_get(root, "version");
    struct weir_text version = node ? weir_yaml_text(node) : (struct weir_text){"", 0};
    pack->version = "";
    if (!node)
        weir_yaml_error(root, loader->diagnostics, "the key 'version' is missing here");
    else if (!is_version(version))
        weir_yaml_error(node, loader->diagnostics, "version must be like 1.0.0 (semantic versioning)");
    else
        pack->version = weir_loader_keep(loader, version);
}

static void check_name(struct weir_loader *loader, const struct weir_yaml_node *node, const struct weir_pack *pack)
{
    if (!weir_pack_is_name(weir_text_of(pack->name), NAME_FIRST, NAME_MORE))
        weir_yaml_error(node, loader->diagnostics,
                        "'%s' is no name of a pack; use a-z, 0-9, _ and -, beginning with a letter or a digit",
                        pack->name);
    const struct weir_pack *packs = loader->packs.at;
    for (size_t i = 0; i < loader->packs.count; i++)
        if (strcmp(packs[i].name, pack->name) == 0)
            weir_yaml_error(node, loader->diagnostics, "the pack '%s' is in %s already; give one of them another name",
                            pack->name, packs[i].path);
}

void weir_pack_read(struct weir_loader *loader, struct weir_yaml *document, const char *path)
{
    const struct weir_yaml_node *root = weir_yaml_root(document);
    struct weir_pack pack = {.name = "", .path = weir_loader_keep(loader, weir_text_of(path))};
    if (!root) {
        weir_diagnostics_error(loader->diagnostics, (struct weir_place){.file = path}, (struct weir_text){"", 0},
                               "the file is empty; a pack has the keys pack, version and rules");
        return;
    }
    if (!weir_pack_keys(loader, root, "a pack", KEYS, sizeof KEYS / sizeof *KEYS))
        return;
    struct weir_text name;
    if (weir_pack_text_at(loader, root, "pack", true, &name)) {
        pack.name = weir_loader_keep(loader, name);
        if (loader->no_memory)
            return;
        check_name(loader, weir_yaml_get(root, "pack"), &pack);
    }
    read_version(loader, root, &pack);
    struct weir_text description;
    (void)weir_pack_text_at(loader, root, "description", false, &description);
    if (weir_hash_sha256(weir_yaml_source(document), pack.sha256) != WEIR_OK)
        loader->no_memory = true;
    const struct weir_yaml_node *rules = weir_yaml_get(root, "rules");
    if (!rules) {
        weir_yaml_error(root, loader->diagnostics, "the key 'rules' is missing here");
        return;
    }
    rules = weir_pack_list(loader, rules, "rules");
    for (size_t i = 0; rules && i < weir_yaml_size(rules) && !loader->no_memory; i++)
        weir_rule_read(loader, weir_yaml_item(rules, i), &pack);
    pack.rule_count = rules ? (uint32_t)weir_yaml_size(rules) : 0;
    weir_loader_add(loader, &loader->packs, &pack, sizeof pack);
}
