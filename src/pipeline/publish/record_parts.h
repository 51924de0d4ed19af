/* publish: the parts of a flag record, each made as long as a cut allows. */
#ifndef WEIR_RECORD_PARTS_H
#define WEIR_RECORD_PARTS_H

#include "record_json.h"

/* Code points of the texts of a record that was too long. */
#define WEIR_RECORD_CUT_TEXT 200

/* What a flag says at most. */
struct weir_record_cut {
    enum weir_content content;
    size_t rule_max;
    size_t evidence_max; /* per rule */
    size_t text_max;     /* code points of a quote, and of what the item says of itself */
};

/* The rules of one channel. */
struct weir_record_matches {
    const struct weir_match *at;
    size_t count;
    size_t top; /* the first of those with the highest severity */
};

/* The id of what is said of the item: `kind` is the name of a flag's channel, or "audit". As weir_flag_id otherwise. */
enum weir_status weir_record_id(const struct weir_encoder *encoder, const struct weir_item *item, const char *kind,
                                const struct weir_rule *rule, struct weir_arena *arena,
                                char id[WEIR_UUID_SIZE]) WEIR_MUST_CHECK;

/* `item` of a post: authors only under their pseudonym. Of a caption: the stream, and the fragments that the evidence
 * lies in. */
void weir_record_put_item(struct weir_record_json *json, const struct weir_encoder *encoder,
                          const struct weir_item *item, const struct weir_record_matches *matches,
                          const struct weir_record_cut *cut);
/* What it puts of a caption. */
void weir_record_put_caption(struct weir_record_json *json, const struct weir_item *item,
                             const struct weir_record_matches *matches, const struct weir_record_cut *cut);
/* `fragments` of a caption's evidence: where it lies in each fragment's own text. */
void weir_record_put_fragments(struct weir_record_json *json, const struct weir_item *item,
                               const struct weir_evidence *evidence);
/* `rules`: the first ones, with the top one among them. */
void weir_record_put_rules(struct weir_record_json *json, const struct weir_encoder *encoder,
                           const struct weir_item *item, const struct weir_record_matches *matches,
                           const struct weir_record_cut *cut);
/* `content`, unless the cut leaves none. */
void weir_record_put_content(struct weir_record_json *json, const struct weir_encoder *encoder,
                             const struct weir_item *item, const struct weir_record_matches *matches,
                             const struct weir_record_cut *cut);

/* Around the evidence, code points [first, last) of the text, with an ellipsis where something is left out. */
struct weir_text weir_record_excerpt(struct weir_record_json *json, struct weir_text text, size_t first, size_t last);

/* At most `max` code points of the text, and an ellipsis if there are more. */
struct weir_text weir_record_shorten(struct weir_record_json *json, struct weir_text text, size_t max);

#endif
