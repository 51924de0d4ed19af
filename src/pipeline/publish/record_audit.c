/* publish: an unflagged item that was drawn, as a weir.audit/1 record: what a flag says of an item, without any rule.
 */
#include "record_parts.h"

#include "weir/clock.h"

static enum weir_record_fit write_audit(struct weir_record_json *json, const struct weir_encoder *encoder,
                                        const struct weir_drawn *drawn, const char *id,
                                        const struct weir_record_cut *cut, size_t max, struct weir_text *line)
{
    static const struct weir_record_matches none = {0};
    const struct weir_item *item = drawn->item;
    char drawn_at[WEIR_RFC3339_SIZE];
    weir_clock_format_rfc3339(drawn->now_ms, drawn_at);
    weir_record_object(json, NULL);
    weir_record_put_string(json, "schema", "weir.audit/1");
    weir_record_put_string(json, "audit_id", id);
    weir_record_put_string(json, "drawn_at", drawn_at);
    weir_record_put_string(json, "kind", weir_kind_name(item->kind));
    weir_record_put_source(json, &item->origin);
    weir_record_put_item(json, encoder, item, &none, cut);
    weir_record_put_millionths(json, "share", drawn->share);
    weir_record_put_generation(json, encoder->ruleset);
    weir_record_put_content(json, encoder, item, &none, cut);
    if (cut->text_max != SIZE_MAX)
        weir_record_put_true(json, "truncated");
    weir_record_end_object(json);
    return weir_record_finish(json, max, line);
}

/* The whole record if it fits into record_max, else an excerpt, else no text. */
static enum weir_record_fit encode_audit(const struct weir_encoder *encoder, const struct weir_drawn *drawn,
                                         const char *id, struct weir_arena *arena, struct weir_text *line)
{
    struct weir_record_json json = {.arena = arena};
    struct weir_record_cut cut = {encoder->content, 0, 0, SIZE_MAX};
    size_t max = encoder->record_max;
    enum weir_record_fit fit = write_audit(&json, encoder, drawn, id, &cut, max, line);
    cut.text_max = WEIR_RECORD_CUT_TEXT;
    if (fit == WEIR_RECORD_TOO_LONG && cut.content != WEIR_CONTENT_NONE) {
        cut.content = WEIR_CONTENT_EXCERPT;
        fit = write_audit(&json, encoder, drawn, id, &cut, max, line);
    }
    cut.content = WEIR_CONTENT_NONE;
    if (fit == WEIR_RECORD_TOO_LONG)
        fit = write_audit(&json, encoder, drawn, id, &cut, SIZE_MAX, line);
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
