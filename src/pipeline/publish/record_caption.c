/* publish: what a flag says of a caption stream: which fragments the evidence lies in, and where. */
#include "record_parts.h"

#include "weir/utf8.h"

/* A place of the content as value and byte. */
struct place {
    uint32_t value;
    size_t byte;
};

/* Of a byte that is in a value; values are joined by one byte. */
static struct place find_place(const struct weir_item *item, size_t content_byte)
{
    struct place place = {0, content_byte};
    while (place.value + 1 < item->value_count && place.byte > item->values[place.value].text.length)
        place.byte -= item->values[place.value++].text.length + 1;
    return place;
}

/* The fragments that evidence lies in, [first, last). */
struct run {
    size_t first;
    size_t last;
    size_t start_byte; /* of the evidence in its value */
    size_t end_byte;
};

static struct run find_run(const struct weir_item *item, const struct weir_evidence *evidence)
{
    struct place start = find_place(item, evidence->start_byte);
    struct run run = {.start_byte = start.byte, .end_byte = start.byte + (evidence->end_byte - evidence->start_byte)};
    run.first = 0;
    while (run.first < item->fragment_count &&
           (item->fragments[run.first].value < start.value ||
            (item->fragments[run.first].value == start.value && item->fragments[run.first].end_byte <= run.start_byte)))
        run.first++;
    run.last = run.first;
    while (run.last < item->fragment_count && item->fragments[run.last].value == start.value &&
           item->fragments[run.last].start_byte < run.end_byte)
        run.last++;
    return run;
}

void weir_record_put_fragments(struct weir_record_json *json, const struct weir_item *item,
                               const struct weir_evidence *evidence)
{
    weir_record_array(json, "fragments");
    struct run run = find_run(item, evidence);
    for (size_t i = run.first; i < run.last; i++) {
        const struct weir_fragment *fragment = &item->fragments[i];
        struct weir_text text = item->values[fragment->value].text;
        size_t start_byte = run.start_byte > fragment->start_byte ? run.start_byte : fragment->start_byte;
        size_t end_byte = run.end_byte < fragment->end_byte ? run.end_byte : fragment->end_byte;
        size_t start = fragment->skipped + weir_utf8_count(weir_text_slice(text, fragment->start_byte, start_byte));
        weir_record_object(json, NULL);
        weir_record_put_number(json, "sequence", fragment->sequence);
        weir_record_put_number(json, "start", (int64_t)start);
        weir_record_put_number(json, "end",
                               (int64_t)(start + weir_utf8_count(weir_text_slice(text, start_byte, end_byte))));
        weir_record_end_object(json);
    }
    weir_record_end_array(json);
}

/* All fragments from the first to the last that evidence lies in; of an inconclusive flag without any, all. */
static struct run find_whole_run(const struct weir_item *item, const struct weir_record_matches *matches)
{
    struct run whole = {.first = item->fragment_count, .last = 0};
    for (size_t i = 0; i < matches->count; i++)
        for (size_t j = 0; j < matches->at[i].evidence_count; j++) {
            struct run run = find_run(item, &matches->at[i].evidence[j]);
            whole.first = run.first < whole.first ? run.first : whole.first;
            whole.last = run.last > whole.last ? run.last : whole.last;
        }
    if (whole.first >= whole.last)
        whole = (struct run){.first = 0, .last = item->fragment_count};
    return whole;
}

void weir_record_put_caption(struct weir_record_json *json, const struct weir_item *item,
                             const struct weir_record_matches *matches, const struct weir_record_cut *cut)
{
    struct run run = find_whole_run(item, matches);
    if (item->caption.stream.data)
        weir_record_put_text(json, "stream", weir_record_shorten(json, item->caption.stream, cut->text_max));
    if (run.first < run.last) {
        const struct weir_fragment *first = &item->fragments[run.first];
        const struct weir_fragment *last = &item->fragments[run.last - 1];
        weir_record_put_number(json, "sequence_first", first->sequence);
        weir_record_put_number(json, "sequence_last", last->sequence);
        if (first->start_ms != WEIR_TIME_NONE)
            weir_record_put_number(json, "start_ms", first->start_ms);
        if (last->end_ms != WEIR_TIME_NONE)
            weir_record_put_number(json, "end_ms", last->end_ms);
    }
    if (item->lang.data)
        weir_record_put_text(json, "lang", weir_record_shorten(json, item->lang, cut->text_max));
}
