/* libfyaml's events -> the tree. Lets libfyaml print nothing. */
#include "yaml_complaint.h"

#include <libfyaml.h>
#include <stdlib.h>

#define REASON_MAX_BYTES 256

/* Complaints that carry no place come through the output callback even when errors are collected. */
static void keep_reason(struct fy_diag *diag, void *user, const char *text, size_t length)
{
    char *reason = user;
    (void)diag;
    if (reason[0] || length >= REASON_MAX_BYTES)
        return;
    memcpy(reason, text, length);
    reason[length] = '\0';
}

static struct weir_text view_token(struct fy_token *token)
{
    struct weir_text text = {NULL, 0};
    if (token)
        text.data = fy_token_get_text(token, &text.length);
    return text;
}

static enum weir_yaml_writing convert_style(enum fy_node_style style)
{
    if (style == FYNS_SINGLE_QUOTED)
        return WEIR_YAML_SINGLE_QUOTED;
    if (style == FYNS_DOUBLE_QUOTED)
        return WEIR_YAML_DOUBLE_QUOTED;
    if (style == FYNS_LITERAL)
        return WEIR_YAML_LITERAL;
    return style == FYNS_FOLDED ? WEIR_YAML_FOLDED : WEIR_YAML_PLAIN;
}

/* libfyaml's mark of a quoted text stands behind the quote. */
static size_t find_start(struct weir_text source, const struct fy_mark *mark, enum weir_yaml_writing writing)
{
    size_t at = mark->input_pos;
    char before = at > 0 ? source.data[at - 1] : '\0';
    bool behind =
        (writing == WEIR_YAML_SINGLE_QUOTED && before == '\'') || (writing == WEIR_YAML_DOUBLE_QUOTED && before == '"');
    return behind ? at - 1 : at;
}

/* Between the quotes; data == NULL when the marks are not where they should be. */
static struct weir_text view_quoted(struct weir_text source, const struct fy_mark *start, const struct fy_mark *end)
{
    bool sound = start && end && start->input_pos > 0 && start->input_pos <= end->input_pos &&
                 end->input_pos < source.length && source.data[start->input_pos - 1] == '\'' &&
                 source.data[end->input_pos] == '\'';
    return sound ? weir_text_slice(source, start->input_pos, end->input_pos) : (struct weir_text){NULL, 0};
}

static enum weir_status read_text(struct weir_yaml_builder *builder, struct fy_event *event, struct weir_text *text)
{
    struct weir_yaml *document = builder->document;
    struct weir_text quoted = {NULL, 0};
    struct fy_token *token = fy_event_get_token(event);
    if (!token)
        return WEIR_OK; /* nothing is written */
    if (fy_event_get_node_style(event) == FYNS_SINGLE_QUOTED)
        quoted = view_quoted(document->source, fy_event_start_mark(event), fy_event_end_mark(event));
    if (!quoted.data) {
        *text = view_token(token);
        if (text->data)
            return WEIR_OK;
        weir_yaml_error_byte(document, builder->end, builder->diagnostics, "this text cannot be read");
        return WEIR_INVALID;
    }
    char *out = weir_arena_alloc(document->arena, quoted.length);
    if (!out)
        return WEIR_NO_MEMORY;
    *text = (struct weir_text){out, weir_yaml_unquote(quoted, out)};
    return WEIR_OK;
}

static enum weir_status add_part(struct weir_yaml_builder *builder, struct fy_event *event, enum weir_yaml_kind kind)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    enum fy_node_style style = fy_event_get_node_style(event);
    struct weir_yaml_part part = {
        .kind = kind,
        .writing = convert_style(style),
        .flow = style == FYNS_FLOW,
        .has_place = mark != NULL,
        .at = mark ? find_start(builder->document->source, mark, convert_style(style)) : 0,
        .text = WEIR_TEXT_LITERAL(""),
        .anchor = view_token(fy_event_get_anchor_token(event)),
    };
    struct fy_token *tag = fy_event_get_tag_token(event);
    if (tag) {
        mark = fy_token_start_mark(tag);
        weir_yaml_error_byte(builder->document, mark ? mark->input_pos : builder->end, builder->diagnostics,
                             "tags (!name) are not supported; remove it, and put a text in quotes");
        return WEIR_INVALID;
    }
    enum weir_status status = kind == WEIR_YAML_SCALAR ? read_text(builder, event, &part.text) : WEIR_OK;
    /* Some versions give a value that is not written a mark of its own. */
    if (kind == WEIR_YAML_SCALAR && part.writing == WEIR_YAML_PLAIN && part.text.length == 0)
        part.has_place = false;
    return status == WEIR_OK ? weir_yaml_builder_add(builder, &part) : status;
}

static enum weir_status add_event(struct weir_yaml_builder *builder, struct fy_event *event, unsigned *documents)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if ((*documents)++ == 0)
            return WEIR_OK;
        weir_yaml_error_byte(builder->document, mark ? mark->input_pos : builder->end, builder->diagnostics,
                             "a second document ('---') starts here; put it in a file of its own");
        return WEIR_INVALID;
    case FYET_MAPPING_START:
        return add_part(builder, event, WEIR_YAML_MAPPING);
    case FYET_SEQUENCE_START:
        return add_part(builder, event, WEIR_YAML_SEQUENCE);
    case FYET_SCALAR:
        return add_part(builder, event, WEIR_YAML_SCALAR);
    case FYET_ALIAS:
        /* The mark stands behind the asterisk. */
        return weir_yaml_builder_alias(builder, mark && mark->input_pos > 0 ? mark->input_pos - 1 : builder->end,
                                       view_token(fy_event_get_token(event)));
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        return weir_yaml_builder_close(builder);
    case FYET_NONE:
    case FYET_STREAM_START:
    case FYET_STREAM_END:
    case FYET_DOCUMENT_END:
    default:
        return WEIR_OK;
    }
}

static enum weir_status run_parser(struct weir_yaml_builder *builder, struct fy_parser *parser, struct fy_diag *diag,
                                   const char *reason)
{
    struct weir_text source = builder->document->source;
    unsigned documents = 0;
    bool ended = false;
    enum weir_status status = WEIR_OK;
    if (fy_parser_set_string(parser, source.data, source.length) != 0)
        return WEIR_NO_MEMORY;
    while (status == WEIR_OK && !ended) {
        struct fy_event *event = fy_parser_parse(parser);
        if (!event)
            break;
        const struct fy_mark *mark = fy_event_end_mark(event);
        status = add_event(builder, event, &documents);
        ended = event->type == FYET_STREAM_END;
        if (mark && mark->input_pos <= source.length)
            builder->end = mark->input_pos;
        fy_parser_event_free(parser, event);
    }
    if (status == WEIR_OK && (!ended || builder->depth > 0 || fy_diag_got_error(diag))) {
        weir_yaml_complain(builder, diag, reason);
        status = WEIR_INVALID;
    }
    return status;
}

enum weir_status weir_yaml_build(struct weir_yaml *document, struct weir_diagnostics *diagnostics)
{
    char reason[REASON_MAX_BYTES] = "";
    struct fy_diag_cfg diag_settings;
    fy_diag_cfg_default(&diag_settings);
    diag_settings.fp = NULL;
    diag_settings.output_fn = keep_reason;
    diag_settings.user = reason;
    diag_settings.colorize = false;
    diag_settings.level = FYET_ERROR;
    struct fy_diag *diag = fy_diag_create(&diag_settings);
    if (!diag)
        return WEIR_NO_MEMORY;
    fy_diag_set_collect_errors(diag, true);

    enum weir_status status = WEIR_NO_MEMORY;
    struct fy_parse_cfg settings = {.flags = FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE, .diag = diag};
    struct fy_parser *parser = fy_parser_create(&settings);
    struct weir_yaml_builder *builder = calloc(1, sizeof *builder);
    if (parser && builder) {
        builder->document = document;
        builder->diagnostics = diagnostics;
        status = run_parser(builder, parser, diag, reason);
        weir_yaml_builder_fini(builder);
    }
    free(builder);
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    return status;
}

const char *weir_libfyaml_version(void)
{
    return fy_library_version();
}
