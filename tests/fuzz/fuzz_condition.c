/* Conditions from strangers, over four patterns: any bytes as the text of `condition`. What is read may name only
 * patterns that there are, holds in no empty text, and stands in the text where it says. */
#include "../../src/rules/pack.h"

#include <stdio.h>
#include <stdlib.h>

#define PATTERNS 4u
#define NODES_MAX 100000u
#define SOURCE_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool is_inside(struct weir_text part, struct weir_text whole)
{
    return part.data >= whole.data && part.length <= whole.length &&
           (size_t)(part.data - whole.data) <= whole.length - part.length;
}

/* Returns the nodes of the tree, its siblings included. */
static size_t check_tree(const struct weir_condition *condition, struct weir_text text)
{
    size_t nodes = 0;
    for (; condition; condition = condition->next) {
        bool has_operands = condition->kind == WEIR_CONDITION_AND || condition->kind == WEIR_CONDITION_OR ||
                            condition->kind == WEIR_CONDITION_NOT;
        nodes++;
        require(condition->kind <= WEIR_CONDITION_OF && condition->comparison <= WEIR_EXACTLY);
        require(has_operands ? condition->first && condition->pattern_count == 0
                             : !condition->first && condition->pattern_count > 0);
        for (size_t i = 0; i < condition->pattern_count; i++)
            require(condition->patterns[i] < PATTERNS);
        require(condition->kind != WEIR_CONDITION_OF || condition->number <= condition->pattern_count);
        require(is_inside(condition->source, text));
        nodes += check_tree(condition->first, text);
        require(nodes < NODES_MAX);
    }
    return nodes;
}

static void check_facts(const struct weir_condition *condition)
{
    require(!weir_condition_holds_empty(condition));
    for (uint32_t pattern = 0; pattern < PATTERNS; pattern++)
        require(!weir_condition_holds_with(condition, pattern) || weir_condition_names(condition, pattern));
    for (int kind = WEIR_CONDITION_NAME; kind <= WEIR_CONDITION_OF; kind++)
        (void)weir_condition_uses(condition, (enum weir_condition_kind)kind);
}

static void read_condition(struct weir_yaml *document, struct weir_diagnostics *diagnostics)
{
    struct weir_pack_reader reader = {.arena = weir_arena_new(0), .diagnostics = diagnostics};
    const struct weir_yaml_node *root = weir_yaml_root(document);
    const struct weir_yaml_node *node = weir_yaml_get(root, "condition");
    reader.load_arena = reader.arena;
    require(reader.arena && node);
    const struct weir_condition *condition = weir_condition_read(&reader, node, weir_yaml_get(root, "patterns"));
    require((condition != NULL) == (weir_diagnostics_errors(diagnostics) == 0) && !reader.no_memory);
    if (condition) {
        require(!condition->next);
        check_tree(condition, weir_yaml_text(node));
        check_facts(condition);
    }
    weir_arena_free(reader.arena);
}

/* In double quotes: every byte that is not plain is escaped. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char head[] = "patterns: {a: x, b: x, c: x, long_name: x}\ncondition: \"";
    char *source = malloc(SOURCE_MAX);
    require(source != NULL);
    size_t length = (size_t)snprintf(source, SOURCE_MAX, "%s", head);
    for (size_t i = 0; i < size && length < SOURCE_MAX - 16; i++)
        if (data[i] < 0x20 || data[i] == 0x7F)
            length += (size_t)snprintf(source + length, SOURCE_MAX - length, "\\x%02x", data[i]);
        else if (data[i] == '"' || data[i] == '\\')
            length += (size_t)snprintf(source + length, SOURCE_MAX - length, "\\%c", data[i]);
        else
            source[length++] = (char)data[i];
    length += (size_t)snprintf(source + length, SOURCE_MAX - length, "\"\n");
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(20);
    struct weir_yaml *document = NULL;
    require(diagnostics != NULL);
    if (weir_yaml_parse("pack.yaml", (struct weir_text){source, length}, diagnostics, &document) == WEIR_OK)
        read_condition(document, diagnostics);
    weir_yaml_free(document);
    weir_diagnostics_free(diagnostics);
    free(source);
    return 0;
}
