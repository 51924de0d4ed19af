/* publish: what a flag says of the item and of the rules that matched it. Must not let an author's id out. */
#include "record_parts.h"

#define PSEUDONYM_BYTES 16

static void put_short(struct weir_record_json *json, const char *key, struct weir_text text,
                      const struct weir_record_cut *cut)
{
    weir_record_put_text(json, key, weir_record_shorten(json, text, cut->text_max));
}

/* The same author under the same key always has the same pseudonym, and nobody without the key can tell whose it is. */
static void put_pseudonym(struct weir_record_json *json, struct weir_text key, struct weir_text author)
{
    uint8_t digest[WEIR_SHA256_BYTES];
    char pseudonym[2 * PSEUDONYM_BYTES + 1];
    if (weir_hash_hmac_sha256(key, author, digest) != WEIR_OK) {
        json->failed = true;
        return;
    }
    weir_hash_hex(digest, PSEUDONYM_BYTES, pseudonym);
    weir_record_put_string(json, "author", pseudonym);
}

static void put_post(struct weir_record_json *json, const struct weir_encoder *encoder, const struct weir_item *item,
                     const struct weir_record_cut *cut)
{
    if (item->id.data)
        put_short(json, "id", item->id, cut);
    if (item->author.data && encoder->author_key.length > 0)
        put_pseudonym(json, encoder->author_key, item->author);
    if (item->lang.data)
        put_short(json, "lang", item->lang, cut);
    if (item->time.data)
        put_short(json, "time", item->time, cut);
}

void weir_record_put_item(struct weir_record_json *json, const struct weir_encoder *encoder,
                          const struct weir_item *item, const struct weir_record_matches *matches,
                          const struct weir_record_cut *cut)
{
    weir_record_object(json, "item");
    if (item->kind == WEIR_CAPTION)
        weir_record_put_caption(json, item, matches, cut);
    else
        put_post(json, encoder, item, cut);
    weir_record_end_object(json);
}

static void put_evidence(struct weir_record_json *json, const struct weir_encoder *encoder,
                         const struct weir_item *item, const struct weir_evidence *evidence,
                         const struct weir_record_cut *cut)
{
    weir_record_object(json, NULL);
    weir_record_put_string(json, "field", encoder->ruleset->fields.at[evidence->field]);
    if (item->kind == WEIR_CAPTION) {
        weir_record_put_fragments(json, item, evidence);
    } else {
        weir_record_put_number(json, "start", (int64_t)evidence->start);
        weir_record_put_number(json, "end", (int64_t)evidence->end);
        weir_record_put_number(json, "start_byte", (int64_t)evidence->start_byte);
        weir_record_put_number(json, "end_byte", (int64_t)evidence->end_byte);
    }
    put_short(json, "quote", evidence->quote, cut);
    put_short(json, "matched_as", evidence->matched_as, cut);
    weir_record_put_string(json, "view", weir_view_name(evidence->view));
    weir_record_put_string(json, "pattern", evidence->pattern->name);
    weir_record_end_object(json);
}

static void put_rule(struct weir_record_json *json, const struct weir_encoder *encoder, const struct weir_item *item,
                     const struct weir_match *match, const struct weir_record_cut *cut)
{
    const struct weir_rule *rule = match->rule;
    weir_record_object(json, NULL);
    weir_record_put_string(json, "id", rule->id);
    weir_record_put_string(json, "title", rule->title);
    weir_record_put_string(json, "why", rule->why);
    weir_record_put_string(json, "pack", rule->pack);
    weir_record_put_string(json, "version", rule->version);
    weir_record_put_string(json, "category", rule->category);
    if (rule->keyword)
        weir_record_put_string(json, "keyword", rule->keyword);
    weir_record_put_string(json, "severity", weir_severity_name(rule->severity));
    weir_record_put_string(json, "status", weir_rule_status_name(rule->status));
    weir_record_array(json, "evidence");
    for (size_t i = 0; i < match->evidence_count && i < cut->evidence_max; i++)
        put_evidence(json, encoder, item, &match->evidence[i], cut);
    weir_record_end_array(json);
    weir_record_end_object(json);
}

void weir_record_put_rules(struct weir_record_json *json, const struct weir_encoder *encoder,
                           const struct weir_item *item, const struct weir_record_matches *matches,
                           const struct weir_record_cut *cut)
{
    weir_record_array(json, "rules");
    for (size_t i = 0; i < matches->count && i < cut->rule_max; i++) {
        bool is_last = i + 1 == cut->rule_max;
        size_t shown = is_last && matches->top > i ? matches->top : i;
        put_rule(json, encoder, item, &matches->at[shown], cut);
    }
    weir_record_end_array(json);
}
