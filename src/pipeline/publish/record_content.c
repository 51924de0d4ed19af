/* publish: how much of an item's text a flag carries. Must not give away an author's name that is no evidence. */
#include "record_parts.h"

#include "weir/utf8.h"

#define EXCERPT_AROUND 80        /* code points on either side of the evidence */
#define EXCERPT_EVIDENCE 400     /* and of it at most */
#define EXCERPT_INCONCLUSIVE 200 /* from the beginning, when nothing is known of where to look */
#define ELLIPSIS "\xE2\x80\xA6"
#define FIELD_TEXT 0u

/* Code points of a field that its evidence spans. */
struct span {
    size_t start;
    size_t end;
    bool found;
};

static struct span span_evidence(const struct weir_record_matches *matches, uint32_t field)
{
    struct span span = {SIZE_MAX, 0, false};
    for (size_t i = 0; i < matches->count; i++) {
        for (size_t j = 0; j < matches->at[i].evidence_count; j++) {
            const struct weir_evidence *evidence = &matches->at[i].evidence[j];
            if (evidence->field == field) {
                span.start = evidence->start < span.start ? evidence->start : span.start;
                span.end = evidence->end > span.end ? evidence->end : span.end;
                span.found = true;
            }
        }
    }
    return span;
}

static bool has_evidence(const struct weir_record_matches *matches)
{
    for (size_t i = 0; i < matches->count; i++)
        if (matches->at[i].evidence_count > 0)
            return true;
    return false;
}

/* The values [first, last) of a field, joined by line feeds. */
static struct weir_text join_values(struct weir_record_json *json, const struct weir_item *item, size_t first,
                                    size_t last)
{
    if (last - first == 1)
        return item->values[first].text;
    size_t length = last - first - 1;
    for (size_t i = first; i < last; i++)
        length += item->values[i].text.length;
    char *joined = weir_arena_alloc(json->arena, length);
    if (!joined) {
        json->failed = true;
        return WEIR_TEXT_LITERAL("");
    }
    char *at = joined;
    for (size_t i = first; i < last; i++) {
        if (i > first)
            *at++ = '\n';
        at = mempcpy(at, item->values[i].text.data, item->values[i].text.length);
    }
    return (struct weir_text){joined, length};
}

/* The bytes before code point `count`; all of them when there are no more. */
static size_t count_bytes(struct weir_text text, size_t count)
{
    size_t at = 0;
    while (at < text.length && count > 0) {
        at += weir_utf8_width(text.data[at]);
        count--;
    }
    return at;
}

/* Code points [start, end) of the text, with an ellipsis where something is left out. */
static struct weir_text cut_out(struct weir_record_json *json, struct weir_text text, size_t start, size_t end)
{
    size_t from = count_bytes(text, start);
    struct weir_text rest = weir_text_slice(text, from, text.length);
    size_t length = count_bytes(rest, end - start);
    char *out = weir_arena_alloc(json->arena, length + 2 * strlen(ELLIPSIS));
    if (!out) {
        json->failed = true;
        return WEIR_TEXT_LITERAL("");
    }
    char *at = mempcpy(out, ELLIPSIS, from > 0 ? strlen(ELLIPSIS) : 0);
    at = mempcpy(at, rest.data, length);
    at = mempcpy(at, ELLIPSIS, length < rest.length ? strlen(ELLIPSIS) : 0);
    return (struct weir_text){out, (size_t)(at - out)};
}

struct weir_text weir_record_shorten(struct weir_record_json *json, struct weir_text text, size_t max)
{
    /* A code point has at least one byte, so most texts need no counting. */
    return text.length <= max ? text : cut_out(json, text, 0, max);
}

struct weir_text weir_record_excerpt(struct weir_record_json *json, struct weir_text text, size_t first, size_t last)
{
    size_t start = first > EXCERPT_AROUND ? first - EXCERPT_AROUND : 0;
    size_t end = last - first > EXCERPT_EVIDENCE ? first + EXCERPT_EVIDENCE : last;
    return cut_out(json, text, start, end + EXCERPT_AROUND);
}

void weir_record_put_content(struct weir_record_json *json, const struct weir_encoder *encoder,
                             const struct weir_item *item, const struct weir_record_matches *matches,
                             const struct weir_record_cut *cut)
{
    if (cut->content == WEIR_CONTENT_NONE)
        return;
    weir_record_object(json, "content");
    bool nowhere = !has_evidence(matches);
    size_t next = 0;
    for (size_t first = 0; first < item->value_count; first = next) {
        uint32_t field = item->values[first].field;
        for (next = first + 1; next < item->value_count && item->values[next].field == field; next++) {
        }
        const char *name = encoder->ruleset->fields.at[field];
        struct span span = span_evidence(matches, field);
        if (cut->content == WEIR_CONTENT_FULL) {
            bool gives_author_away = strcmp(name, "author_name") == 0 && !span.found;
            if (!gives_author_away)
                weir_record_put_text(json, name, join_values(json, item, first, next));
        } else if (span.found) {
            struct weir_text text = join_values(json, item, first, next);
            weir_record_put_text(json, name, weir_record_excerpt(json, text, span.start, span.end));
        } else if (nowhere && field == FIELD_TEXT) {
            struct weir_text text = join_values(json, item, first, next);
            weir_record_put_text(json, name, cut_out(json, text, 0, EXCERPT_INCONCLUSIVE));
        }
    }
    weir_record_end_object(json);
}
