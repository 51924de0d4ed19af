/* libfyaml's events -> the tree, and libfyaml's complaints -> diagnostics. Lets libfyaml print nothing. */
#include "yaml_build.h"

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

/* What libfyaml says (a part of it, the more special first), and what a person can use. */
static const struct {
    const char *said;
    const char *text;
} translations[] = {
    {"tab", "a tab cannot indent; use spaces"},
    {"without closing quote", "this quote is never closed"},
    {"mismatched flow", "this closing bracket does not fit the opening one"},
    {"extra closing", "a closing bracket without an opening one"},
    {"missing comma", "a comma is missing here, or a bracket above is not closed"},
    {"extra comma", "a comma with nothing before it; remove it"},
    {"comma in the beginning", "a comma with nothing before it; remove it"},
    {"nested block mapping", "a second ': ' on one line; put the value in quotes"},
    {"plain multiline", "a second ': ' on one line; put the value in quotes"},
    {"multiline", "a key without ': ' and a value, or wrong indentation"},
    {"value after mapping", "a key without ': ' and a value, or wrong indentation"},
    {"expected node content", "a value is missing here"},
    {"expected ':'", "a key without ': ' and a value, or wrong indentation"},
    {"cannot start with", "a value cannot start with this character; put it in quotes"},
    {"escape", "an unknown escape; use single quotes, or write each backslash twice"},
    {"trailing content", "text after the closing quote; put the whole value in quotes"},
    {"comment", "a comment needs a space before its #"},
    {"double-quoted", "wrong indentation, or this quote is never closed"},
    {"single-quoted", "wrong indentation, or this quote is never closed"},
    {"block sequence", "a list item ('- ') cannot stand here; put it on a line of its own"},
    {"ndentation", "wrong indentation; line it up with its neighbours"},
    {"indented", "wrong indentation; line it up with its neighbours"},
    {"indendation", "wrong indentation; line it up with its neighbours"},
    {"depth", "nested too deeply"},
    {"flow level", "nested too deeply"},
    {"alias", "an alias (*name) cannot stand like this; a text that starts with * needs quotes"},
    {"anchor", "an anchor (&name) cannot stand like this; a text that starts with & needs quotes"},
    {"version", "an unknown version of YAML; remove the line"},
    {"uri", "a tag (!name) cannot stand like this; a text that starts with ! needs quotes"},
    {"tag", "a tag (!name) cannot stand like this; a text that starts with ! needs quotes"},
};

static void report_complaint(const struct weir_yaml_builder *builder, size_t at, const char *said)
{
    size_t count = sizeof translations / sizeof translations[0];
    for (size_t i = 0; i < count; i++) {
        if (strstr(said, translations[i].said)) {
            weir_yaml_error_byte(builder->document, at, builder->diagnostics, "%s", translations[i].text);
            return;
        }
    }
    weir_yaml_error_byte(builder->document, at, builder->diagnostics, "this is not valid YAML: %s", said);
}

/* The innermost bracket that is open, or NULL. */
static const struct weir_yaml_node *find_open_bracket(const struct weir_yaml_builder *builder)
{
    for (size_t i = builder->depth; i-- > 0;) {
        if (builder->frames[i].flow)
            return builder->frames[i].node;
    }
    return NULL;
}

/* The tab in the line's indentation, wherever in the line it was noticed. */
static size_t find_tab(struct weir_text source, size_t at)
{
    size_t start = at < source.length ? at : source.length;
    while (start > 0 && source.data[start - 1] != '\n')
        start--;
    while (start < source.length && source.data[start] == ' ')
        start++;
    return start < source.length && source.data[start] == '\t' ? start : at;
}

/* libfyaml's mark of some mistakes stands behind their cause. */
static size_t find_cause(struct weir_text source, size_t at, const char *said)
{
    if (strstr(said, "tab"))
        return find_tab(source, at);
    bool behind_quote = at > 0 && (source.data[at - 1] == '"' || source.data[at - 1] == '\'');
    return strstr(said, "closing quote") && behind_quote ? at - 1 : at;
}

static void report_at(const struct weir_yaml_builder *builder, size_t at, const char *said)
{
    struct weir_text source = builder->document->source;
    const struct weir_yaml_node *bracket = find_open_bracket(builder);
    /* An open bracket is noticed where the file ends: show where it was opened. */
    if (bracket && weir_yaml_skip_blank(source, at) == source.length)
        weir_yaml_error(bracket, builder->diagnostics, "this bracket is never closed");
    else
        report_complaint(builder, find_cause(source, at, said), said);
}

static void report_failure(const struct weir_yaml_builder *builder, struct fy_diag *diag, const char *reason)
{
    void *previous = NULL;
    struct fy_diag_error *error;
    while ((error = fy_diag_errors_iterate(diag, &previous))) {
        if (error->type != FYET_ERROR || !error->msg)
            continue;
        const struct fy_mark *mark = error->fyt ? fy_token_start_mark(error->fyt) : NULL;
        report_at(builder, mark ? mark->input_pos : builder->end, error->msg);
        return;
    }
    report_at(builder, builder->end, reason[0] ? reason : "it cannot be read");
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
        .anchor = view_token(fy_event_get_anchor_token(event)),
    };
    struct fy_token *tag = fy_event_get_tag_token(event);
    if (tag) {
        mark = fy_token_start_mark(tag);
        weir_yaml_error_byte(builder->document, mark ? mark->input_pos : builder->end, builder->diagnostics,
                             "tags (!name) are not supported; remove it, and put a text in quotes");
        return WEIR_INVALID;
    }
    if (kind == WEIR_YAML_SCALAR)
        part.text = view_token(fy_event_get_token(event));
    if (!part.text.data)
        part.text = WEIR_TEXT_LITERAL("");
    return weir_yaml_builder_add(builder, &part);
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
        report_failure(builder, diag, reason);
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
