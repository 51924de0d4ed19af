/* The examples of a rule: items that it must flag, and items that it must let pass. */
#include "pack.h"

#include <ctype.h>

#define AT_MS_MAX (INT64_C(365) * 24 * 60 * 60 * 1000)

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

/* A fragment of a caption stream, as it is read. */
struct fragment {
    int64_t *start_ms;
    struct weir_text *text;
    bool good;
};

static void read_at_ms(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct fragment *fragment = target;
    struct weir_text text = weir_yaml_text(node);
    int64_t number = 0;
    size_t at = 0;
    while (at < text.length && isdigit((unsigned char)text.data[at]) && number <= AT_MS_MAX)
        number = number * 10 + (text.data[at++] - '0');
    fragment->good = at > 0 && at == text.length && number <= AT_MS_MAX && !weir_yaml_quoted(node);
    if (fragment->good)
        *fragment->start_ms = number;
    else
        weir_yaml_error(node, reader->diagnostics,
                        "'at_ms' must be a whole number of milliseconds, from 0 to a year, as in 1500");
}

static void read_fragment_text(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct fragment *fragment = target;
    weir_pack_read_text(reader, node, "'text'", fragment->text);
}

static const struct weir_pack_key fragment_keys[] = {
    {.name = "at_ms", .required = true, .read = read_at_ms},
    {.name = "text", .required = true, .read = read_fragment_text},
};

/* [{at_ms: 0, text: text}, ...]: the first field is `text`, which is all that captions have. */
static bool read_stream(struct weir_pack_reader *reader, const struct weir_yaml_node *node,
                        const struct weir_rule *rule, struct weir_example *example)
{
    size_t count = weir_yaml_size(node);
    if (count == 0 || !(rule->kinds >> WEIR_CAPTION & 1)) {
        weir_yaml_error(node, reader->diagnostics,
                        count ? "a list is a caption stream, and this rule looks at posts only; write a text"
                              : "this caption stream is empty; add a fragment, as in {at_ms: 0, text: '...'}");
        return false;
    }
    struct weir_value *values = add_values(reader, count);
    int64_t *start_ms = weir_arena_array(reader->arena, count, sizeof *start_ms);
    reader->no_memory |= !start_ms;
    if (!values || !start_ms)
        return false;
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        struct fragment fragment = {.start_ms = &start_ms[i], .text = &values[i].text};
        weir_pack_read_keys(reader, weir_yaml_item(node, i), "a caption fragment", fragment_keys,
                            sizeof fragment_keys / sizeof fragment_keys[0], &fragment);
        good = good && fragment.good && values[i].text.length > 0;
    }
    example->values = values;
    example->value_count = count;
    example->start_ms = start_ms;
    return good;
}

static void read_example(struct weir_pack_reader *reader, const struct weir_yaml_node *node, struct examples *examples)
{
    struct weir_example example = {.must_flag = examples->must_flag, .node = node};
    bool good = false;
    if (weir_yaml_kind(node) == WEIR_YAML_SEQUENCE)
        good = read_stream(reader, node, examples->rule, &example);
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
