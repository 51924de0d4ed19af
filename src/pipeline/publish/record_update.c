/* publish: what became of a provisional flag, as a weir.flag-update/1 record. */
#include "record_parts.h"

static enum weir_record_fit write_update(struct weir_record_json *json, const struct weir_encoder *encoder,
                                         const struct weir_flag_update *update, const struct weir_record_cut *cut,
                                         size_t max, struct weir_text *line)
{
    const struct weir_record_matches matches = {update->match, 1, 0};
    weir_record_object(json, NULL);
    weir_record_put_string(json, "schema", "weir.flag-update/1");
    weir_record_put_string(json, "flag_id", update->flag_id);
    weir_record_put_string(json, "state", update->is_withdrawn ? "withdrawn" : "confirmed");
    if (update->has_grown)
        weir_record_put_rules(json, encoder, update->item, &matches, cut);
    weir_record_end_object(json);
    return weir_record_finish(json, max, line);
}

enum weir_status weir_record_flag_update(const struct weir_encoder *encoder, const struct weir_flag_update *update,
                                         struct weir_arena *arena, struct weir_record *record)
{
    struct weir_record_json json = {.arena = arena};
    struct weir_record_cut cut = {encoder->content, SIZE_MAX, SIZE_MAX, SIZE_MAX};
    struct weir_text line = {NULL, 0};
    struct weir_text id = weir_arena_text(arena, weir_text_of(update->flag_id));
    size_t max = encoder->record_max;
    enum weir_record_fit fit = write_update(&json, encoder, update, &cut, max, &line);
    if (fit == WEIR_RECORD_TOO_LONG) {
        cut.evidence_max = 1;
        cut.text_max = 200;
        fit = write_update(&json, encoder, update, &cut, SIZE_MAX, &line);
    }
    if (fit != WEIR_RECORD_FITS || !id.data)
        return WEIR_NO_MEMORY;
    const struct weir_rule *rule = update->match->rule;
    *record = (struct weir_record){
        .output = update->output,
        .key = update->item->key,
        .value = line,
        .flag_id = id.data,
        .severity = weir_severity_name(rule->severity),
        .category = rule->category,
    };
    return WEIR_OK;
}
