/* What a rule says, as a digest: two loads compare their rules by it. Over the tree of the rule, so that comments,
 * blank lines and its place in the file change nothing; knows no keys but those that name lists. */
#include "pack.h"

static const struct weir_list_file *find_list(const struct weir_pack_reader *reader, struct weir_text name)
{
    const struct weir_list_file *lists = reader->lists.at;
    for (size_t i = 0; i < reader->lists.count; i++)
        if (weir_text_is(name, lists[i].name))
            return &lists[i];
    return NULL;
}

/* A scalar as its length and its text: no two different trees are written alike. */
static void write_scalar(struct weir_writer *out, const struct weir_yaml_node *node)
{
    struct weir_text text = weir_yaml_text(node);
    weir_writer_add_format(out, "%c%zu:", weir_yaml_quoted(node) ? 'q' : 's', text.length);
    weir_writer_add(out, text);
}

static void write_list(const struct weir_pack_reader *reader, struct weir_writer *out, struct weir_text key,
                       const struct weir_yaml_node *value)
{
    bool names_list = weir_text_is(key, "literals_from") || weir_text_is(key, "domains");
    const struct weir_list_file *list = names_list ? find_list(reader, weir_yaml_text(value)) : NULL;
    char hex[WEIR_SHA256_HEX_SIZE];
    if (!list)
        return;
    weir_hash_hex(list->sha256, WEIR_SHA256_BYTES, hex);
    weir_writer_add_string(out, hex);
}

/* As deep as the YAML reader lets a document be. */
static void write_node(const struct weir_pack_reader *reader, struct weir_writer *out,
                       const struct weir_yaml_node *node)
{
    switch (weir_yaml_kind(node)) {
    case WEIR_YAML_NULL:
        weir_writer_add_string(out, "n");
        break;
    case WEIR_YAML_SCALAR:
        write_scalar(out, node);
        break;
    case WEIR_YAML_SEQUENCE:
        weir_writer_add_format(out, "[%zu:", weir_yaml_size(node));
        for (size_t i = 0; i < weir_yaml_size(node); i++)
            write_node(reader, out, weir_yaml_item(node, i));
        break;
    case WEIR_YAML_MAPPING:
        weir_writer_add_format(out, "{%zu:", weir_yaml_size(node));
        for (size_t i = 0; i < weir_yaml_size(node); i++) {
            write_scalar(out, weir_yaml_key(node, i));
            write_node(reader, out, weir_yaml_value(node, i));
            write_list(reader, out, weir_yaml_text(weir_yaml_key(node, i)), weir_yaml_value(node, i));
        }
        break;
    }
}

void weir_rule_digest(struct weir_pack_reader *reader, const struct weir_yaml_node *node,
                      uint8_t digest[WEIR_SHA256_BYTES])
{
    struct weir_writer out;
    weir_arena_reset(reader->tools.arena);
    weir_writer_init(&out, reader->tools.arena);
    write_node(reader, &out, node);
    struct weir_text whole = weir_writer_finish(&out);
    reader->no_memory |= !whole.data || weir_hash_sha256(whole, digest) != WEIR_OK;
}
