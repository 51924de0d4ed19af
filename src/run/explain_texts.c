/* What folding made of the texts, in words. */
#include "explain_parts.h"

#include <inttypes.h>

#define TEXT_MAX 600 /* code points of a text that are shown */
#define SAMPLES_MAX 4
#define SAMPLE_BYTES 64 /* of either side of a change that is shown */
#define TOKENS_MAX 5
#define VALUES_MAX 20

enum change { CAPITALS, SPECIAL_FORMS, OTHER_FORMS, INVISIBLE, SPACES, PUNCTUATION, CHANGE_COUNT };

struct sample {
    struct weir_text from;
    struct weir_text to;
};

/* How often each kind of change was made, and the first few that differ. */
struct changes {
    size_t counts[CHANGE_COUNT];
    struct sample samples[CHANGE_COUNT][SAMPLES_MAX];
    size_t sample_counts[CHANGE_COUNT];
};

static void note_change(struct changes *changes, enum change change, struct weir_text from, struct weir_text to)
{
    changes->counts[change]++;
    if (changes->sample_counts[change] == SAMPLES_MAX || from.length > SAMPLE_BYTES || to.length > SAMPLE_BYTES)
        return;
    for (size_t i = 0; i < changes->sample_counts[change]; i++)
        if (weir_text_equal(changes->samples[change][i].from, from))
            return;
    changes->samples[change][changes->sample_counts[change]++] = (struct sample){from, to};
}

static bool is_ascii(struct weir_text text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.data[i] >= 0x80)
            return false;
    return true;
}

/* Some characters of the source became others of the view. */
static void sort_change(const struct weir_chars *chars, struct weir_text from, struct weir_text to,
                        struct changes *changes)
{
    size_t left = 0;   /* characters that are neither invisible nor space */
    size_t spaces = 0; /* of the plain kind */
    bool has_other_spaces = false;
    for (size_t at = 0, width; at < from.length; at += width) {
        uint32_t code_point = weir_utf8_decode(from.data + at, &width);
        if (weir_char_has(chars, code_point, WEIR_CHAR_IGNORABLE))
            note_change(changes, INVISIBLE, weir_text_slice(from, at, at + width), (struct weir_text){"", 0});
        else if (!weir_char_has(chars, code_point, WEIR_CHAR_SPACE))
            left++;
        else if (code_point == ' ')
            spaces++;
        else
            has_other_spaces = true;
    }
    if (left == 0 && (has_other_spaces || spaces != to.length))
        note_change(changes, SPACES, from, to);
    else if (left == 0)
        return;
    else if (weir_text_is(to, "'") || weir_text_is(to, "\"") || weir_text_is(to, "-"))
        note_change(changes, PUNCTUATION, from, to);
    else if (is_ascii(from))
        note_change(changes, CAPITALS, from, to);
    else
        note_change(changes, is_ascii(to) ? SPECIAL_FORMS : OTHER_FORMS, from, to);
}

/* Where both sides run in step, character by character. */
static void compare_in_step(const struct weir_chars *chars, struct weir_text from, struct weir_text to,
                            struct changes *changes)
{
    for (size_t at = 0, width; at < from.length; at += width) {
        width = weir_utf8_width(from.data[at]);
        if (memcmp(from.data + at, to.data + at, width) != 0)
            sort_change(chars, weir_text_slice(from, at, at + width), weir_text_slice(to, at, at + width), changes);
    }
}

static void collect_changes(const struct weir_chars *chars, const struct weir_view_text *view, size_t index,
                            struct weir_text original, struct changes *changes)
{
    const struct weir_value_view *value = &view->values[index];
    struct weir_text folded = weir_text_from_padded(view->text);
    uint32_t view_at = value->range.start;
    uint32_t source_at = 0;
    for (uint32_t i = 0; i < value->edit_count; i++) {
        const struct weir_edit *edit = &view->edits[value->edit_first + i];
        compare_in_step(chars, weir_text_slice(original, source_at, edit->source.start),
                        weir_text_slice(folded, view_at, edit->view.start), changes);
        sort_change(chars, weir_text_slice(original, edit->source.start, edit->source.end),
                    weir_text_slice(folded, edit->view.start, edit->view.end), changes);
        view_at = edit->view.end;
        source_at = edit->source.end;
    }
    compare_in_step(chars, weir_text_slice(original, source_at, original.length),
                    weir_text_slice(folded, view_at, value->range.end), changes);
}

/* ---- Words ---- */

static void print_samples(const struct explain_page *page, const struct changes *changes, enum change change)
{
    for (size_t i = 0; i < changes->sample_counts[change]; i++) {
        fputs(i ? ", " : ": ", page->out);
        explain_put_quote(page, changes->samples[change][i].from);
        fputs(" as ", page->out);
        explain_put_quote(page, changes->samples[change][i].to);
    }
}

static void print_invisible(const struct explain_page *page, const struct changes *changes)
{
    size_t count = changes->counts[INVISIBLE];
    fputs("    - ", page->out);
    explain_put_number(page, count, "invisible character is", "invisible characters are");
    fputs(" left out: ", page->out);
    for (size_t i = 0; i < changes->sample_counts[INVISIBLE]; i++) {
        fputs(i ? ", " : "", page->out);
        explain_put_text(page, changes->samples[INVISIBLE][i].from, SIZE_MAX);
    }
    fputc('\n', page->out);
}

static void print_changes(const struct explain_page *page, const struct changes *changes)
{
    FILE *out = page->out;
    if (changes->counts[CAPITALS])
        fputs("    - capital letters are read as small ones\n", out);
    if (changes->counts[SPECIAL_FORMS]) {
        fputs("    - ", out);
        explain_put_number(page, changes->counts[SPECIAL_FORMS], "letter or sign", "letters and signs");
        fprintf(out, " in a special form (such as wide, styled or joined) %s read as plain",
                changes->counts[SPECIAL_FORMS] == 1 ? "is" : "are");
        print_samples(page, changes, SPECIAL_FORMS);
        fputc('\n', out);
    }
    if (changes->counts[OTHER_FORMS]) {
        fputs("    - capitals, accents and special forms beyond A to Z are read in one form", out);
        print_samples(page, changes, OTHER_FORMS);
        fputc('\n', out);
    }
    if (changes->counts[PUNCTUATION]) {
        fputs("    - quotation marks, apostrophes and dashes are read as plain ones", out);
        print_samples(page, changes, PUNCTUATION);
        fputc('\n', out);
    }
    if (changes->counts[INVISIBLE])
        print_invisible(page, changes);
    if (changes->counts[SPACES])
        fputs("    - spaces, tabs and line breaks are read as single spaces, with none at the ends\n", out);
}

/* The byte of the view that byte `at` of the source became; both on character boundaries. */
static uint32_t map_forward(const struct weir_view_text *view, size_t index, uint32_t at)
{
    const struct weir_value_view *value = &view->values[index];
    uint32_t view_from = value->range.start;
    uint32_t source_from = 0;
    for (uint32_t i = 0; i < value->edit_count; i++) {
        const struct weir_edit *edit = &view->edits[value->edit_first + i];
        if (edit->source.end > at)
            return edit->source.start < at ? edit->view.start : view_from + (at - source_from);
        view_from = edit->view.end;
        source_from = edit->source.end;
    }
    return view_from + (at - source_from);
}

/* Words that mix alphabets, and what they look like. */
static void print_mixed(const struct explain_session *session, const struct explained *explained, size_t index)
{
    const struct explain_page *page = &session->page;
    const struct weir_view_text *view = &explained->texts.views[WEIR_VIEW_SKELETON];
    if (!view->text.data)
        return;
    struct weir_text skeleton = weir_text_from_padded(view->text);
    const struct weir_value_view *value = &view->values[index];
    for (uint32_t i = 0; i < value->mixed_count && i < TOKENS_MAX; i++) {
        struct weir_range token = explained->texts.mixed[value->mixed_first + i];
        uint32_t start = map_forward(view, index, token.start);
        uint32_t end = map_forward(view, index, token.end);
        fputs("    - ", page->out);
        explain_put_quote(page, weir_text_slice(explained->item->values[index].text, token.start, token.end));
        fputs(" mixes alphabets, as disguised words do; lists of words also read it as what it looks like: ",
              page->out);
        explain_put_quote(page, weir_text_slice(skeleton, start, end));
        fputc('\n', page->out);
    }
    if (value->mixed_count > TOKENS_MAX)
        fprintf(page->out, "    - and %" PRIu32 " more words that mix alphabets\n", value->mixed_count - TOKENS_MAX);
}

static void put_label(const struct explain_session *session, const struct weir_item *item, size_t index)
{
    size_t number = 0;
    size_t count = 0;
    for (size_t i = 0; i < item->value_count; i++) {
        bool is_same = item->values[i].field == item->values[index].field;
        number += is_same && i <= index;
        count += is_same;
    }
    explain_put_field(session, item->values[index].field, number, count);
}

static void print_value(const struct explain_session *session, const struct explained *explained, size_t index)
{
    const struct explain_page *page = &session->page;
    const struct weir_value *value = &explained->item->values[index];
    const struct weir_view_text *view = &explained->texts.views[WEIR_VIEW_FOLDED];
    struct weir_range range = view->values[index].range;
    struct weir_text folded = weir_text_slice(weir_text_from_padded(view->text), range.start, range.end);
    struct changes changes = {0};
    fputs("  ", page->out);
    put_label(session, explained->item, index);
    fputs(", as written: ", page->out);
    explain_put_text(page, value->text, TEXT_MAX);
    if (weir_text_equal(folded, value->text)) {
        fputs("\n  weir reads it just so\n", page->out);
    } else {
        collect_changes(page->chars, view, index, value->text, &changes);
        fputs("\n  as weir reads it: ", page->out);
        explain_put_text(page, folded, TEXT_MAX);
        fputc('\n', page->out);
        print_changes(page, &changes);
    }
    print_mixed(session, explained, index);
}

void explain_print_texts(const struct explain_session *session, const struct explained *explained)
{
    const struct explain_page *page = &session->page;
    const struct weir_item *item = explained->item;
    explain_put(page, EXPLAIN_STRONG, item->kind == WEIR_POST ? "The post" : "The caption");
    if (item->lang.length) {
        fputs(" (language: ", page->out);
        explain_put_text(page, item->lang, 40);
        fputc(')', page->out);
    }
    fputc('\n', page->out);
    for (size_t i = 0; i < item->value_count && i < VALUES_MAX; i++)
        print_value(session, explained, i);
    if (item->value_count > VALUES_MAX)
        fprintf(page->out, "  and %zu more texts\n", item->value_count - VALUES_MAX);
    fputc('\n', page->out);
}
