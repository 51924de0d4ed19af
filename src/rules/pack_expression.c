/* The expressions that the scan will look for, each with the pattern that it stands for. */
#include "pack.h"

void weir_expression_add(struct weir_pack_reader *reader, uint32_t pattern, enum weir_view view, struct weir_text text,
                         uint32_t length, bool is_regex, bool prefilter, const struct weir_yaml_node *node)
{
    struct weir_expression *expression = weir_list_add(&reader->expressions, sizeof *expression);
    struct weir_scan_source *source = weir_list_add(&reader->sources, sizeof *source);
    const struct weir_yaml_node **place = weir_list_add(&reader->pattern_nodes, sizeof(const struct weir_yaml_node *));
    const char *copy = weir_arena_text(reader->arena, text).data;
    struct weir_expression_origin *origin = weir_list_add(&reader->origins, sizeof *origin);
    if (!expression || !source || !place || !copy || !origin) {
        reader->no_memory = true;
        return;
    }
    *origin = (struct weir_expression_origin){.text = copy, .is_regex = is_regex, .prefilter = prefilter, .node = node};
    *expression = (struct weir_expression){.pattern = pattern, .length = length, .view = view};
    *source = (struct weir_scan_source){
        .expression = copy,
        .view = view,
        .is_regex = is_regex,
        .prefilter = prefilter,
    };
    *place = node;
}
