/* The examples of a rule: items that it must flag, and items that it must let pass. */
#include "pack.h"

struct examples {
    struct weir_rule *rule;
    struct weir_list list; /* struct weir_example */
    bool must_flag;
};

static struct weir_value *add_values(struct weir_pack_reader *reader, size_t count)
{
    struct weir_value *values = weir_arena_array(reader->arena, count, sizeof *values);
    reader->no_memory |= !values;
    return values;
}

/* A plain text stands for each of the rule's fields, in its first language. */
static bool read_plain(struct weir_pack_reader *reader, const struct weir_yaml_node *node, const struct weir_rule *rule,
                       struct weir_example *example)
{
    struct weir_text text;
    if (!weir_pack_read_text(reader, node, "an example", &text))
        return false;
    struct weir_value *values = add_values(reader, WEIR_FIELDS_MAX);
    if (!values)
        return false;
    for (uint32_t field = 0; field < WEIR_FIELDS_MAX; field++)
        if (rule->fields >> field & 1)
            values[example->value_count++] = (struct weir_value){.field = field, .text = text};
    example->values = values;
    if (rule->language_count > 0)
        example->lang = rule->languages[0];
    return true;
}

/* {field: text, lang: tag} */
static bool read_mapping(struct weir_pack_reader *reader, const struct weir_yaml_node *node,
                         struct weir_example *example)
{
    struct weir_value *values = add_values(reader, weir_yaml_size(node));
    if (!values)
        return false;
    bool good = true;
    for (size_t i = 0; i < weir_yaml_size(node); i++) {
        const struct weir_yaml_node *key = weir_yaml_key(node, i);
        struct weir_text text;
        uint32_t field;
        if (weir_text_is(weir_yaml_text(key), "lang")) {
            good = weir_pack_read_text(reader, weir_yaml_value(node, i), "'lang'", &example->lang) && good;
        } else if (weir_rule_find_field(reader, key, &field) &&
                   weir_pack_read_text(reader, weir_yaml_value(node, i), "an example", &text)) {
            size_t at = example->value_count++;
            /* Items have their values in order of field. */
            for (; at > 0 && values[at - 1].field > field; at--)
                values[at] = values[at - 1];
            values[at] = (struct weir_value){.field = field, .text = text};
        } else {
            good = false;
        }
    }
    if (good && example->value_count == 0) {
        weir_yaml_error(node, reader->diagnostics, "this example has no text; add one, as in {text: '...'}");
        return false;
    }
    example->values = values;
    return good;
}

static void read_example(struct weir_pack_reader *reader, const struct weir_yaml_node *node, struct examples *examples)
{
    struct weir_example example = {.must_flag = examples->must_flag, .node = node};
    bool good = false;
    if (weir_yaml_kind(node) == WEIR_YAML_SEQUENCE)
        weir_yaml_error(node, reader->diagnostics,
                        "examples of caption streams are not in this version yet; write the text as one");
    else if (weir_yaml_kind(node) == WEIR_YAML_MAPPING)
        good = read_mapping(reader, node, &example);
    else
        good = read_plain(reader, node, examples->rule, &example);
    if (!good)
        return;
    struct weir_example *kept = weir_list_add(&examples->list, sizeof *kept);
    if (kept)
        *kept = example;
    else
        reader->no_memory = true;
}

static void read_list(struct weir_pack_reader *reader, const struct weir_yaml_node *node, struct examples *examples,
                      const char *what)
{
    if (!weir_pack_is_list(reader, node, what))
        return;
    if (weir_yaml_size(node) == 0)
        weir_yaml_error(node, reader->diagnostics, "%s needs one example at least", what);
    for (size_t i = 0; i < weir_yaml_size(node); i++)
        read_example(reader, weir_yaml_item(node, i), examples);
}

static void read_flag(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct examples *examples = target;
    examples->must_flag = true;
    read_list(reader, node, examples, "'flag'");
}

static void read_pass(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct examples *examples = target;
    examples->must_flag = false;
    read_list(reader, node, examples, "'pass'");
}

static const struct weir_pack_key example_keys[] = {
    {.name = "flag", .required = true, .read = read_flag},
    {.name = "pass", .required = true, .read = read_pass},
};

void weir_examples_read(struct weir_pack_reader *reader, const struct weir_yaml_node *node, struct weir_rule *rule)
{
    struct examples examples = {.rule = rule};
    weir_pack_read_keys(reader, node, "'examples'", example_keys, sizeof example_keys / sizeof example_keys[0],
                        &examples);
    size_t bytes = examples.list.count * sizeof(struct weir_example);
    struct weir_example *kept = weir_arena_array(reader->arena, examples.list.count, sizeof *kept);
    if (kept && bytes)
        memcpy(kept, examples.list.at, bytes);
    reader->no_memory |= !kept;
    rule->examples = kept;
    rule->example_count = kept ? examples.list.count : 0;
    weir_list_fini(&examples.list);
}
