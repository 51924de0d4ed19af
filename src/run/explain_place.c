/* Where a hit stands, as people count: texts and characters from 1. */
#include "explain_parts.h"

#include <inttypes.h>

#define WORD_MAX 40      /* code points of a longer word on either side of a hit in it */
#define CONTEXT_MAX 30   /* and of a long text on either side of a hit */
#define CONTEXT_FROM 600 /* bytes of a text that is long */

/* The value in which a hit stands. */
struct place {
    struct weir_text value;
    size_t number; /* among the values of its field, from 1 */
    size_t count;  /* values of its field */
    size_t base;   /* code points of the field's content before the value */
    struct weir_range range;
};

static struct place find_place(const struct weir_item *item, const struct weir_evidence *evidence)
{
    struct place place = {0};
    size_t base_byte = 0;
    size_t base = 0;
    for (size_t i = 0; i < item->value_count; i++) {
        struct weir_text value = item->values[i].text;
        if (item->values[i].field != evidence->field)
            continue;
        place.count++;
        if (place.number == 0 && evidence->end_byte <= base_byte + value.length) {
            place.value = value;
            place.number = place.count;
            place.base = base;
            place.range = (struct weir_range){(uint32_t)(evidence->start_byte - base_byte),
                                              (uint32_t)(evidence->end_byte - base_byte)};
        }
        if (place.number == 0)
            base += weir_utf8_count(value) + 1;
        base_byte += value.length + 1;
    }
    return place;
}

static bool has_other_fields(const struct weir_item *item)
{
    for (size_t i = 0; i < item->value_count; i++)
        if (item->values[i].field != 0)
            return true;
    return false;
}

void explain_put_field(const struct explain_session *session, uint32_t field, size_t number, size_t count)
{
    explain_put_string(&session->page, session->run->ruleset->fields.at[field]);
    if (count > 1)
        fprintf(session->page.out, " %zu", number);
}

static void put_place(const struct explain_session *session, const struct weir_item *item,
                      const struct weir_evidence *evidence, const struct place *place)
{
    FILE *out = session->page.out;
    size_t start = evidence->start - place->base;
    size_t end = evidence->end - place->base;
    if (place->count > 1 || has_other_fields(item)) {
        fputs("in ", out);
        explain_put_field(session, evidence->field, place->number, place->count);
        fputs(", ", out);
    }
    if (end - start == 1)
        fprintf(out, "character %zu", end);
    else
        fprintf(out, "characters %zu-%zu", start + 1, end);
}

static char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool differs_beyond_capitals(struct weir_text a, struct weir_text b)
{
    if (a.length != b.length)
        return true;
    for (size_t i = 0; i < a.length; i++)
        if (to_lower(a.data[i]) != to_lower(b.data[i]))
            return true;
    return false;
}

/* A few characters of a long text around the hit. */
static void put_context(const struct explain_session *session, const struct place *place)
{
    const struct explain_page *page = &session->page;
    size_t start = place->range.start;
    size_t end = place->range.end;
    if (place->value.length <= CONTEXT_FROM || end - start > CONTEXT_FROM)
        return;
    for (int i = 0; i < CONTEXT_MAX && start > 0; i++)
        start = weir_utf8_before(place->value.data, start);
    for (int i = 0; i < CONTEXT_MAX && end < place->value.length; i++)
        end += weir_utf8_width(place->value.data[end]);
    fputs(start > 0 ? ", in \"... " : ", in \"", page->out);
    explain_put_text(page, weir_text_slice(place->value, start, end), SIZE_MAX);
    fputs(end < place->value.length ? " ...\"" : "\"", page->out);
}

void explain_put_hit(const struct explain_session *session, const struct weir_item *item,
                     const struct weir_evidence *evidence)
{
    const struct explain_page *page = &session->page;
    const struct place place = find_place(item, evidence);
    explain_put_quote(page, evidence->quote);
    fputs(", ", page->out);
    put_place(session, item, evidence, &place);
    if (differs_beyond_capitals(evidence->quote, evidence->matched_as)) {
        fputs(evidence->view == WEIR_VIEW_SKELETON ? ", which looks like " : ", read as ", page->out);
        explain_put_quote(page, evidence->matched_as);
    }
    put_context(session, &place);
}

/* The width of the character at `at`, if it is part of a word; else 0. */
static size_t measure_letter(const struct explain_session *session, struct weir_text text, size_t at)
{
    size_t width;
    uint32_t code_point = weir_utf8_decode(text.data + at, &width);
    return weir_char_has(session->page.chars, code_point, WEIR_CHAR_WORD | WEIR_CHAR_IGNORABLE) ? width : 0;
}

void explain_put_whole_word(const struct explain_session *session, const struct weir_item *item,
                            const struct weir_evidence *evidence)
{
    const struct place place = find_place(item, evidence);
    struct weir_text value = place.value;
    size_t start = place.range.start;
    size_t end = place.range.end;
    for (int i = 0; i < WORD_MAX && start > 0; i++) {
        size_t before = weir_utf8_before(value.data, start);
        if (measure_letter(session, value, before) == 0)
            break;
        start = before;
    }
    for (int i = 0; i < WORD_MAX && end < value.length; i++) {
        size_t width = measure_letter(session, value, end);
        if (width == 0)
            break;
        end += width;
    }
    explain_put_quote(&session->page, weir_text_slice(value, start, end));
}
