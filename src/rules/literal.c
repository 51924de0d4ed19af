/* Literals: folded as texts are, spelled for Hyperscan, and in the forms that a token of mixed scripts can give them.
 */
#include "pack.h"

#include "class_set.h"

#include "weir/utf8.h"

#include <ctype.h>
#include <stdlib.h>

#define PIECES_MAX 64u
/* How many forms a literal may have: all mixes of 4 pieces that differ are 16; of more, the mixes that disguises make
 * are kept, 138 of them for 16 pieces. */
#define DIFFERING_EACH_MIX 4u
#define DIFFERING_PAIRS 16u

static bool fold(struct weir_pack_reader *reader, enum weir_view view, struct weir_text text, struct weir_arena *arena,
                 struct weir_text *folded)
{
    const struct weir_folding *folding = reader->tools.folding;
    if (folding->fold(folding->context, view, text, arena, folded) == WEIR_OK)
        return true;
    reader->no_memory = true;
    return false;
}

static void add_literal(struct weir_pack_reader *reader, uint32_t pattern, enum weir_view view, struct weir_text text,
                        const struct weir_yaml_node *node)
{
    struct weir_writer out;
    weir_writer_init(&out, reader->tools.arena);
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= 0x80 || isalnum(c) || c == ' ')
            weir_writer_add(&out, weir_text_slice(text, i, i + 1));
        else
            weir_writer_add_format(&out, "\\x%02x", c);
    }
    struct weir_text expression = weir_writer_finish(&out);
    if (expression.data)
        weir_expression_add(reader, pattern, view, expression, (uint32_t)text.length, false, false, node);
    else
        reader->no_memory = true;
}

struct weir_text weir_literal_spelled(const struct weir_expression_origin *origin, char *out)
{
    size_t length = 0;
    for (const char *c = origin->text; *c; length++) {
        if (*c == '\\') {
            const char digits[] = {c[2], c[3], '\0'};
            out[length] = (char)strtoul(digits, NULL, 16);
            c += 4;
        } else {
            out[length] = *c++;
        }
    }
    return (struct weir_text){out, length};
}

static bool is_word(const struct weir_code_set *words, struct weir_text text, size_t at)
{
    size_t width;
    uint32_t code_point = weir_utf8_decode(text.data + at, &width);
    if (code_point < 0x80)
        return isalnum((int)code_point) || code_point == '_';
    return weir_code_set_has(words, code_point);
}

/* Where the pieces of a folded text end: words, and each character between them. Mixed tokens are words of the text, so
 * each piece has the form of its own token. Returns their number, or PIECES_MAX + 1 when there are more. */
static size_t cut_pieces(const struct weir_code_set *words, struct weir_text text, size_t ends[PIECES_MAX])
{
    size_t count = 0;
    for (size_t at = 0; at < text.length;) {
        size_t next = at + weir_utf8_width(text.data[at]);
        bool goes_on = next < text.length && is_word(words, text, at) && is_word(words, text, next);
        at = next;
        if (goes_on)
            continue;
        if (count == PIECES_MAX)
            return PIECES_MAX + 1;
        ends[count++] = next;
    }
    return count;
}

/* Both forms of a literal, cut into as many pieces. */
struct forms {
    struct weir_text folded;
    struct weir_text skeleton;
    size_t folded_ends[PIECES_MAX];
    size_t skeleton_ends[PIECES_MAX];
    size_t count;
    size_t differing[PIECES_MAX];
    size_t differing_count;
};

static struct weir_text piece_of(struct weir_text text, const size_t *ends, size_t i)
{
    return weir_text_slice(text, i ? ends[i - 1] : 0, ends[i]);
}

/* False: the forms cannot be mixed piece by piece. */
static bool compare_forms(const struct weir_code_set *words, struct forms *forms)
{
    forms->count = cut_pieces(words, forms->folded, forms->folded_ends);
    if (forms->count > PIECES_MAX || cut_pieces(words, forms->skeleton, forms->skeleton_ends) != forms->count)
        return false;
    for (size_t i = 0; i < forms->count; i++) {
        if (weir_text_equal(piece_of(forms->folded, forms->folded_ends, i),
                            piece_of(forms->skeleton, forms->skeleton_ends, i)))
            continue;
        forms->differing[forms->differing_count++] = i;
    }
    return true;
}

/* The form in which the differing pieces of the mask are skeletons. */
static struct weir_text mix(struct weir_pack_reader *reader, const struct forms *forms, uint64_t mask)
{
    struct weir_writer out;
    weir_writer_init(&out, reader->tools.arena);
    size_t next = 0;
    for (size_t i = 0; i < forms->count; i++) {
        bool differs = next < forms->differing_count && forms->differing[next] == i;
        bool is_skeleton = differs && (mask >> next & 1);
        next += differs;
        weir_writer_add(&out, is_skeleton ? piece_of(forms->skeleton, forms->skeleton_ends, i)
                                          : piece_of(forms->folded, forms->folded_ends, i));
    }
    return weir_writer_finish(&out);
}

static void add_mix(struct weir_pack_reader *reader, uint32_t pattern, const struct forms *forms, uint64_t mask,
                    const struct weir_yaml_node *node)
{
    struct weir_text form = mix(reader, forms, mask);
    if (form.data)
        add_literal(reader, pattern, WEIR_VIEW_SKELETON, form, node);
    else
        reader->no_memory = true;
}

/* A form for each mix of folded and skeleton pieces, or, where these are too many, for those with no, one, two and all
 * pieces skeleton. */
static void add_mixes(struct weir_pack_reader *reader, uint32_t pattern, const struct forms *forms,
                      const struct weir_yaml_node *node)
{
    size_t count = forms->differing_count;
    if (count <= DIFFERING_EACH_MIX) {
        for (uint64_t mask = 0; mask < UINT64_C(1) << count; mask++)
            add_mix(reader, pattern, forms, mask, node);
        return;
    }
    add_mix(reader, pattern, forms, 0, node);
    for (size_t i = 0; i < count; i++) {
        add_mix(reader, pattern, forms, UINT64_C(1) << i, node);
        for (size_t j = i + 1; j < count && count <= DIFFERING_PAIRS; j++)
            add_mix(reader, pattern, forms, UINT64_C(1) << i | UINT64_C(1) << j, node);
    }
    add_mix(reader, pattern, forms, UINT64_MAX, node);
}

static void add_skeletons(struct weir_pack_reader *reader, uint32_t pattern, struct weir_text folded,
                          struct weir_text skeleton, const struct weir_yaml_node *node)
{
    const struct weir_class_source word = {.text = WEIR_TEXT_LITERAL("[\\p{L}\\p{M}\\p{N}\\p{Pc}]")};
    struct forms forms = {.folded = folded, .skeleton = skeleton};
    struct weir_code_set words;
    if (forms.skeleton.length == 0)
        return;
    if (weir_text_equal(folded, skeleton)) {
        add_literal(reader, pattern, WEIR_VIEW_SKELETON, folded, node);
        return;
    }
    if (weir_class_sets_beyond(reader->tools.sets, word, &words) != WEIR_OK) {
        reader->no_memory = true;
        return;
    }
    if (compare_forms(&words, &forms)) {
        add_mixes(reader, pattern, &forms, node);
        return;
    }
    add_literal(reader, pattern, WEIR_VIEW_SKELETON, folded, node);
    add_literal(reader, pattern, WEIR_VIEW_SKELETON, skeleton, node);
}

/* A literal as written, and where. */
struct literal {
    struct weir_text written;
    const struct weir_yaml_node *node; /* of it, or of the name of its file */
    const struct weir_list_line *line; /* of its file, or NULL */
};

static void refuse(struct weir_pack_reader *reader, const struct literal *literal, const char *text)
{
    if (literal->line)
        weir_diagnostics_error(reader->diagnostics, literal->line->place, literal->line->whole, "%s", text);
    else
        weir_yaml_error(literal->node, reader->diagnostics, "%s", text);
}

static void warn_of_twin(struct weir_pack_reader *reader, const struct literal *literal,
                         const struct weir_yaml_node *first)
{
    if (literal->line)
        weir_diagnostics_warning(reader->diagnostics, literal->line->place, literal->line->whole,
                                 "this literal stands in the list before; remove one");
    else
        weir_yaml_warning(literal->node, reader->diagnostics, "the same as the literal in line %u; remove one",
                          weir_yaml_place(first).line);
}

/* Twins are alike in every view that they are looked for in: what folds alike may have another skeleton. Folded text
 * holds no line feed. */
static const char *name_twins(struct weir_pack_reader *reader, struct weir_text text, struct weir_text skeleton)
{
    const char *name;
    if (skeleton.length == 0 || weir_text_equal(text, skeleton))
        name = weir_arena_text(reader->load_arena, text).data;
    else
        name = weir_arena_format(reader->load_arena, "%.*s\n%.*s", (int)text.length, text.data, (int)skeleton.length,
                                 skeleton.data);
    reader->no_memory |= !name;
    return name;
}

static bool is_fit(struct weir_pack_reader *reader, const struct literal *literal, struct weir_text text)
{
    if (text.length == 0) {
        refuse(reader, literal, "nothing of this literal is left in folded text; remove it, or use view: exact");
        return false;
    }
    if (text.length > WEIR_LITERAL_BYTES_MAX) {
        const char *said = weir_arena_format(reader->load_arena, "this literal has %zu bytes; at most %u are allowed",
                                             text.length, WEIR_LITERAL_BYTES_MAX);
        reader->no_memory |= !said;
        refuse(reader, literal, said ? said : "");
        return false;
    }
    return true;
}

static void read_literal(struct weir_pack_reader *reader, const struct literal *literal, enum weir_view view,
                         uint32_t pattern, bool runs, struct weir_name_index *seen)
{
    struct weir_text text = literal->written;
    struct weir_text skeleton = {0};
    weir_arena_reset(reader->tools.arena);
    if (view == WEIR_VIEW_FOLDED && !fold(reader, view, literal->written, reader->load_arena, &text))
        return;
    if (!is_fit(reader, literal, text))
        return;
    if (view == WEIR_VIEW_FOLDED && !fold(reader, WEIR_VIEW_SKELETON, literal->written, reader->tools.arena, &skeleton))
        return;
    const char *name = name_twins(reader, text, skeleton);
    if (!name)
        return;
    /* U+0000 ends a name: such literals are not compared. */
    if (!memchr(text.data, '\0', text.length)) {
        const struct weir_yaml_node *first = weir_name_index_add(seen, name, literal->node, &reader->no_memory);
        if (first) {
            warn_of_twin(reader, literal, first);
            return;
        }
    }
    if (!runs)
        return;
    add_literal(reader, pattern, view, text, literal->node);
    if (view == WEIR_VIEW_FOLDED)
        add_skeletons(reader, pattern, text, skeleton, literal->node);
}

void weir_literals_read(struct weir_pack_reader *reader, const struct weir_yaml_node *list, enum weir_view view,
                        uint32_t pattern, bool runs)
{
    struct weir_name_index seen = {0};
    if (!weir_pack_is_list(reader, list, "'literals'"))
        return;
    if (weir_yaml_size(list) == 0 || weir_yaml_size(list) > WEIR_LITERALS_MAX) {
        weir_yaml_error(list, reader->diagnostics, "'literals' must be from 1 to %u texts", WEIR_LITERALS_MAX);
        return;
    }
    for (size_t i = 0; i < weir_yaml_size(list); i++) {
        struct literal literal = {.node = weir_yaml_item(list, i)};
        if (weir_pack_read_text(reader, literal.node, "a literal", &literal.written))
            read_literal(reader, &literal, view, pattern, runs, &seen);
    }
    weir_name_index_fini(&seen);
}

void weir_literals_from_read(struct weir_pack_reader *reader, const struct weir_yaml_node *name, enum weir_view view,
                             uint32_t pattern, bool runs)
{
    struct weir_name_index seen = {0};
    struct weir_list_file file;
    struct weir_list_line line = {0};
    if (!weir_list_file_open(reader, name, "'literals_from'", &file))
        return;
    for (size_t count = 0; weir_list_file_next(reader, &file, &line); count++) {
        struct literal literal = {.written = line.text, .node = name, .line = &line};
        if (count == WEIR_LITERALS_MAX) {
            weir_diagnostics_error(reader->diagnostics, line.place, line.whole,
                                   "more than %u literals; split the list over several patterns", WEIR_LITERALS_MAX);
            break;
        }
        read_literal(reader, &literal, view, pattern, runs, &seen);
    }
    weir_name_index_fini(&seen);
}
