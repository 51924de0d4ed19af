/* publish: an unflagged item that was drawn, as a weir.audit/1 record: what a flag says of an item, without any rule.
 */
#include "record_parts.h"

#include "weir/clock.h"

#define MILLION 1e6

static json_t *make_audit(struct weir_record_json *json, const struct weir_encoder *encoder,
                          const struct weir_drawn *drawn, const char *id, const struct weir_record_cut *cut)
{
    static const struct weir_record_matches none = {0};
    const struct weir_item *item = drawn->item;
    char drawn_at[WEIR_RFC3339_SIZE];
    weir_clock_format_rfc3339(drawn->now_ms, drawn_at);
    json_t *root = weir_record_object(json);
    weir_record_put_string(json, root, "schema", "weir.audit/1");
    weir_record_put_string(json, root, "audit_id", id);
    weir_record_put_string(json, root, "drawn_at", drawn_at);
    weir_record_put_string(json, root, "kind", weir_kind_name(item->kind));
    weir_record_put(json, root, "source", weir_record_source(json, &item->origin));
    weir_record_put(json, root, "item",
                    item->kind == WEIR_CAPTION ? weir_record_caption(json, item, &none, cut)
                                               : weir_record_item(json, encoder, item, cut));
    weir_record_put(json, root, "share", json_real((double)drawn->share / MILLION));
    weir_record_put(json, root, "ruleset", weir_record_generation(json, encoder->ruleset));
    if (cut->content != WEIR_CONTENT_NONE)
        weir_record_put(json, root, "content", weir_record_content(json, encoder, item, &none, cut));
    if (cut->text_max != SIZE_MAX)
        weir_record_put_true(json, root, "truncated");
    return root;
}

/* The whole record if it fits into record_max, else an excerpt, else no text. */
static enum weir_record_fit encode_audit(const struct weir_encoder *encoder, const struct weir_drawn *drawn,
                                         const char *id, struct weir_arena *arena, struct weir_text *line)
{
    struct weir_record_json json = {.arena = arena};
    struct weir_record_cut cut = {encoder->content, 0, 0, SIZE_MAX};
    size_t max = encoder->record_max;
    enum weir_record_fit fit = weir_record_write(&json, make_audit(&json, encoder, drawn, id, &cut), max, line);
    cut.text_max = WEIR_RECORD_CUT_TEXT;
    if (fit == WEIR_RECORD_TOO_LONG && cut.content != WEIR_CONTENT_NONE) {
        cut.content = WEIR_CONTENT_EXCERPT;
        fit = weir_record_write(&json, make_audit(&json, encoder, drawn, id, &cut), max, line);
    }
    cut.content = WEIR_CONTENT_NONE;
    if (fit == WEIR_RECORD_TOO_LONG)
        fit = weir_record_write(&json, make_audit(&json, encoder, drawn, id, &cut), SIZE_MAX, line);
    return fit;
}

enum weir_status weir_record_audit(const struct weir_encoder *encoder, const struct weir_drawn *drawn,
                                   struct weir_arena *arena, struct weir_record *record)
{
    char id[WEIR_UUID_SIZE];
    struct weir_text line = {NULL, 0};
    enum weir_status status = weir_record_id(encoder, drawn->item, "audit", NULL, arena, id);
    if (status != WEIR_OK)
        return status;
    if (encode_audit(encoder, drawn, id, arena, &line) != WEIR_RECORD_FITS)
        return WEIR_NO_MEMORY;
    *record = (struct weir_record){.output = WEIR_OUTPUT_AUDIT, .key = drawn->item->key, .value = line};
    return WEIR_OK;
}
