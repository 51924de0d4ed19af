/* What libfyaml complains of, said to a person: the place of the cause, and what to do. */
#include "yaml_complaint.h"

#include <libfyaml.h>

/* What libfyaml says (a part of it, the more special first), and what a person can use. */
static const struct {
    const char *said;
    const char *text;
} translations[] = {
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
    for (size_t i = builder->depth; i-- > 0;)
        if (builder->frames[i].flow)
            return builder->frames[i].node;
    return NULL;
}

/* libfyaml's mark of an open quote stands behind it. */
static size_t find_quote(struct weir_text source, size_t at, const char *said)
{
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
        report_complaint(builder, find_quote(source, at, said), said);
}

void weir_yaml_complain(const struct weir_yaml_builder *builder, struct fy_diag *diag, const char *reason)
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
