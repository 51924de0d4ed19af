/* publish: what a flag says of the item and of the rules that matched it. Must not let an author's id out. */
#include "record_parts.h"

#define PSEUDONYM_BYTES 16

static void put_short(struct weir_record_json *json, json_t *object, const char *key, struct weir_text text,
                      const struct weir_record_cut *cut)
{
    weir_record_put_text(json, object, key, weir_record_shorten(json, text, cut->text_max));
}

/* The same author under the same key always has the same pseudonym, and nobody without the key can tell whose it is. */
static void put_pseudonym(struct weir_record_json *json, json_t *object, struct weir_text key, struct weir_text author)
{
    uint8_t digest[WEIR_SHA256_BYTES];
    char pseudonym[2 * PSEUDONYM_BYTES + 1];
    if (weir_hash_hmac_sha256(key, author, digest) != WEIR_OK) {
        json->failed = true;
        return;
    }
    weir_hash_hex(digest, PSEUDONYM_BYTES, pseudonym);
    weir_record_put_string(json, object, "author", pseudonym);
}

json_t *weir_record_item(struct weir_record_json *json, const struct weir_encoder *encoder,
                         const struct weir_item *item, const struct weir_record_cut *cut)
{
    json_t *object = weir_record_object(json);
    if (item->id.data)
        put_short(json, object, "id", item->id, cut);
    if (item->author.data && encoder->author_key.length > 0)
        put_pseudonym(json, object, encoder->author_key, item->author);
    if (item->lang.data)
        put_short(json, object, "lang", item->lang, cut);
    if (item->time.data)
        put_short(json, object, "time", item->time, cut);
    return object;
}

static json_t *make_evidence(struct weir_record_json *json, const struct weir_encoder *encoder,
                             const struct weir_item *item, const struct weir_evidence *evidence,
                             const struct weir_record_cut *cut)
{
    json_t *object = weir_record_object(json);
    weir_record_put_string(json, object, "field", encoder->ruleset->fields.at[evidence->field]);
    if (item->kind == WEIR_CAPTION) {
        weir_record_put(json, object, "fragments", weir_record_fragments(json, item, evidence));
    } else {
        weir_record_put_number(json, object, "start", (int64_t)evidence->start);
        weir_record_put_number(json, object, "end", (int64_t)evidence->end);
        weir_record_put_number(json, object, "start_byte", (int64_t)evidence->start_byte);
        weir_record_put_number(json, object, "end_byte", (int64_t)evidence->end_byte);
    }
    put_short(json, object, "quote", evidence->quote, cut);
    put_short(json, object, "matched_as", evidence->matched_as, cut);
    weir_record_put_string(json, object, "view", weir_view_name(evidence->view));
    weir_record_put_string(json, object, "pattern", evidence->pattern->name);
    return object;
}

static json_t *make_rule(struct weir_record_json *json, const struct weir_encoder *encoder,
                         const struct weir_item *item, const struct weir_match *match,
                         const struct weir_record_cut *cut)
{
    const struct weir_rule *rule = match->rule;
    json_t *object = weir_record_object(json);
    weir_record_put_string(json, object, "id", rule->id);
    weir_record_put_string(json, object, "title", rule->title);
    weir_record_put_string(json, object, "why", rule->why);
    weir_record_put_string(json, object, "pack", rule->pack);
    weir_record_put_string(json, object, "version", rule->version);
    weir_record_put_string(json, object, "category", rule->category);
    if (rule->keyword)
        weir_record_put_string(json, object, "keyword", rule->keyword);
    weir_record_put_string(json, object, "severity", weir_severity_name(rule->severity));
    weir_record_put_string(json, object, "status", weir_rule_status_name(rule->status));
    json_t *list = weir_record_array(json);
    for (size_t i = 0; i < match->evidence_count && i < cut->evidence_max; i++)
        weir_record_append(json, list, make_evidence(json, encoder, item, &match->evidence[i], cut));
    weir_record_put(json, object, "evidence", list);
    return object;
}

json_t *weir_record_rules(struct weir_record_json *json, const struct weir_encoder *encoder,
                          const struct weir_item *item, const struct weir_record_matches *matches,
                          const struct weir_record_cut *cut)
{
    json_t *list = weir_record_array(json);
    for (size_t i = 0; i < matches->count && i < cut->rule_max; i++) {
        bool is_last = i + 1 == cut->rule_max;
        size_t shown = is_last && matches->top > i ? matches->top : i;
        weir_record_append(json, list, make_rule(json, encoder, item, &matches->at[shown], cut));
    }
    return list;
}
