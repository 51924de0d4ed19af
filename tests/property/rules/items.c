/* Random items: words of the patterns, altered or not, with noise between, over several values and fields. */
#include "spec.h"

#include "weir/utf8.h"

/* What the value begins and ends with: halves of a word that stands across two values. */
struct ends {
    const char *first;
    const char *last;
    int last_length;
};

static void write_value(struct chance *chance, const struct spec_words *words, const struct ends *ends, FILE *out)
{
    unsigned pieces = 1 + roll(chance, roll_one_in(chance, 8) ? 24 : 8);
    fputs(ends->first, out);
    for (unsigned i = 0; i < pieces; i++) {
        const char *word = words->at[roll(chance, words->count)];
        if (roll_one_in(chance, 12))
            fputs(draw_number(chance), out);
        else if (roll_one_in(chance, 12))
            write_host(chance, out);
        else if (roll_one_in(chance, 4))
            fputs(draw_noise(chance), out);
        else if (roll_one_in(chance, 2))
            write_altered(chance, word, out);
        else
            fputs(word, out);
        if (!roll_one_in(chance, 4))
            fputs(roll_one_in(chance, 3) ? draw_space(chance) : " ", out);
        if (roll_one_in(chance, 400))
            fputc('\0', out);
    }
    fprintf(out, "%.*s", ends->last_length, ends->last);
    if (ends->last_length == 0 && roll_one_in(chance, 6))
        fprintf(out, "%s\n", words->at[roll(chance, words->count)]);
}

static struct weir_text make_value(struct chance *chance, const struct spec_words *words, const struct ends *ends,
                                   char bytes[VALUE_BYTES])
{
    long length = 0;
    while (length == 0) {
        FILE *out = fmemopen(bytes, VALUE_BYTES, "w");
        write_value(chance, words, ends, out);
        length = ftell(out);
        fclose(out);
    }
    while (length > 0 && !weir_utf8_valid((struct weir_text){bytes, (size_t)length}))
        length--; /* where the room ended in the middle of a character */
    return (struct weir_text){bytes, (size_t)length};
}

/* Fragments that begin at characters, at times that mostly grow. */
static void make_fragments(struct chance *chance, struct spec_item *made)
{
    struct weir_text text = made->values[0].text;
    int64_t time = 0;
    made->item.fragments = made->fragments;
    for (size_t at = 0; at < text.length && made->item.fragment_count < FRAGMENTS_MAX;) {
        made->fragments[made->item.fragment_count++] =
            (struct weir_fragment){.start_byte = (uint32_t)at, .start_ms = time};
        time += 1000 * (int64_t)roll(chance, 5) + roll(chance, 3);
        at += 1 + roll(chance, 30);
        while (at < text.length && weir_utf8_is_continuation(text.data[at]))
            at++;
    }
}

void make_item(struct chance *chance, const struct spec_words *words, struct spec_item *made)
{
    static const char *const languages[] = {"en", "en-GB", "eng", "de"};
    *made = (struct spec_item){.item = {.kind = roll_one_in(chance, 3) ? WEIR_CAPTION : WEIR_POST}};
    made->item.values = made->values;
    made->item.value_count = made->item.kind == WEIR_CAPTION ? 1 : 1 + roll(chance, 2) * roll(chance, VALUES_MAX);
    uint32_t field = 0;
    struct ends ends = {"", "", 0};
    for (size_t i = 0; i < made->item.value_count; i++) {
        const char *word = words->at[roll(chance, words->count)];
        const char *seam = strpbrk(word, " \n");
        bool splits = seam && made->item.kind == WEIR_POST && roll_one_in(chance, 2);
        ends.last = word;
        ends.last_length = splits ? (int)(seam - word) : 0;
        if (made->item.kind == WEIR_POST && field + 1 < FIELDS_COUNT && roll_one_in(chance, 3))
            field++;
        made->values[i] = (struct weir_value){field, make_value(chance, words, &ends, made->bytes[i])};
        ends.first = splits ? seam + 1 : "";
    }
    if (roll_one_in(chance, 3))
        made->item.lang = weir_text_of(languages[roll(chance, 4)]);
    if (made->item.kind == WEIR_CAPTION && !roll_one_in(chance, 4))
        make_fragments(chance, made);
}
