/* Lists of hosts: each line checked and folded, kept in one hash table in all the forms that a text can give it. Never
 * looks at a text itself. */
#include "pack.h"
#include "punycode.h"

#include "weir/utf8.h"

#define HOSTS_MAX 1000000u
#define DNS_BYTES_MAX 253u
#define IDEOGRAPHIC_STOP "\u3002"
#define PREFIX "xn--"
#define PREFIX_LENGTH (sizeof PREFIX - 1)
#define SHARP_S 0xDFu
#define SHARP_S_CAPITAL 0x1E9Eu
#define ZWNJ 0x200Cu
#define ZWJ 0x200Du
#define MIXED_MAX 4u /* labels of two forms of which all mixtures are kept */

/* A dot between two characters that a host can hold, in folded text: where to look for hosts at all. */
#define TRIGGER "[^\\x00-\\x20.](?:\\.|\\xe3\\x80\\x82)[0-9_a-z\\x80-\\xff]"

struct slot {
    struct weir_text host; /* data == NULL: free */
    bool deviates;         /* not what was listed, but what folding makes of it */
};

struct weir_domains {
    struct slot *slots;
    size_t capacity;         /* a power of 2, more than twice the count */
    size_t count;
    size_t length_max;
};

static uint64_t hash_host(struct weir_text host)
{
    uint64_t hash = WEIR_DOMAINS_HASH_START;
    for (size_t i = 0; i < host.length; i++)
        hash = weir_domains_hash(hash, host.data[i]);
    return hash;
}

static struct slot *find_slot(const struct weir_domains *domains, uint64_t hash, struct weir_text host)
{
    size_t at = (size_t)hash & (domains->capacity - 1);
    while (domains->slots[at].host.data && !weir_text_equal(domains->slots[at].host, host))
        at = (at + 1) & (domains->capacity - 1);
    return &domains->slots[at];
}

enum weir_listed weir_domains_find(const struct weir_domains *domains, uint64_t hash, struct weir_text host)
{
    const struct slot *slot = find_slot(domains, hash, host);
    if (!slot->host.data)
        return WEIR_LISTED_NOT;
    return slot->deviates ? WEIR_LISTED_DEVIATING : WEIR_LISTED;
}

size_t weir_domains_length_max(const struct weir_domains *domains)
{
    return domains->length_max;
}

static bool grow(struct weir_domains *domains, struct weir_arena *arena)
{
    struct weir_domains grown = *domains;
    grown.capacity *= 2;
    grown.slots = weir_arena_array(arena, grown.capacity, sizeof *grown.slots);
    if (!grown.slots)
        return false;
    for (size_t i = 0; i < domains->capacity; i++)
        if (domains->slots[i].host.data)
            *find_slot(&grown, hash_host(domains->slots[i].host), domains->slots[i].host) = domains->slots[i];
    *domains = grown;
    return true;
}

/* A longer one no text is asked about; only Punycode of much that folding removes makes one. */
static void add_host(struct weir_pack_reader *reader, struct weir_domains *domains, struct weir_text host,
                     bool deviates)
{
    if (host.length > WEIR_HOST_BYTES_MAX)
        return;
    if (domains->count * 2 >= domains->capacity && !grow(domains, reader->arena)) {
        reader->no_memory = true;
        return;
    }
    struct slot *slot = find_slot(domains, hash_host(host), host);
    if (slot->host.data) {
        slot->deviates &= deviates;
        return;
    }
    *slot = (struct slot){weir_arena_text(reader->arena, host), deviates};
    if (!slot->host.data) {
        reader->no_memory = true;
        return;
    }
    domains->count++;
    if (host.length > domains->length_max)
        domains->length_max = host.length;
}

/* The host with all its labels in Unicode or all in ASCII. */
enum form { FORM_UNICODE, FORM_ASCII };

static bool is_ascii(struct weir_text text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.data[i] >= 0x80)
            return false;
    return true;
}

static bool add_label(struct weir_writer *out, struct weir_text label, enum form form)
{
    bool is_coded = label.length > PREFIX_LENGTH && memcmp(label.data, PREFIX, PREFIX_LENGTH) == 0;
    if (form == FORM_UNICODE && is_coded)
        return weir_punycode_decode(weir_text_slice(label, PREFIX_LENGTH, label.length), out);
    if (form == FORM_UNICODE || is_ascii(label)) {
        weir_writer_add(out, label);
        return true;
    }
    weir_writer_add_string(out, PREFIX);
    return weir_punycode_encode(label, out);
}

/* data == NULL: a label has no such form, or there is no memory, which is noted. */
static struct weir_text convert(struct weir_pack_reader *reader, struct weir_text host, enum form form)
{
    struct weir_writer out;
    weir_writer_init(&out, reader->tools.arena);
    for (size_t start = 0, end; start <= host.length; start = end + 1) {
        const char *dot = memchr(host.data + start, '.', host.length - start);
        end = dot ? (size_t)(dot - host.data) : host.length;
        if (!add_label(&out, weir_text_slice(host, start, end), form))
            return (struct weir_text){0};
        if (dot)
            weir_writer_add_string(&out, ".");
    }
    struct weir_text made = weir_writer_finish(&out);
    reader->no_memory |= !made.data;
    return made;
}

/* Folded as texts are, with one kind of dot. */
static void fold_part(struct weir_pack_reader *reader, struct weir_text part, struct weir_writer *out)
{
    const struct weir_folding *folding = reader->tools.folding;
    struct weir_text folded;
    if (folding->fold(folding->context, WEIR_VIEW_FOLDED, part, reader->tools.arena, &folded) != WEIR_OK) {
        reader->no_memory = true;
        return;
    }
    for (size_t at = 0, width; at < folded.length; at += width) {
        width = weir_utf8_width(folded.data[at]);
        struct weir_text character = weir_text_slice(folded, at, at + width);
        weir_writer_add(out, weir_text_is(character, IDEOGRAPHIC_STOP) ? WEIR_TEXT_LITERAL(".") : character);
    }
}

/* Whether the character stays in the host. A joiner means something between letters of some scripts, none of which is
 * in ASCII; elsewhere it is dirt. */
static bool stays(uint32_t code_point, uint32_t before)
{
    return weir_host_deviates(code_point) && ((code_point != ZWNJ && code_point != ZWJ) || before >= 0x80);
}

/* keeps: but for the characters that deviate. */
static struct weir_text fold_host(struct weir_pack_reader *reader, struct weir_text host, bool keeps)
{
    struct weir_writer out;
    size_t start = 0;
    uint32_t before = '.';
    weir_writer_init(&out, reader->tools.arena);
    for (size_t at = 0, width; keeps && at < host.length; at += width) {
        uint32_t c = weir_utf8_decode(host.data + at, &width);
        if (stays(c, before)) {
            char bytes[4];
            fold_part(reader, weir_text_slice(host, start, at), &out);
            weir_writer_add(&out,
                            (struct weir_text){bytes, weir_utf8_encode(c == SHARP_S_CAPITAL ? SHARP_S : c, bytes)});
            start = at + width;
        }
        before = c;
    }
    fold_part(reader, weir_text_slice(host, start, host.length), &out);
    struct weir_text made = weir_writer_finish(&out);
    reader->no_memory |= !made.data;
    return reader->no_memory ? (struct weir_text){0} : made;
}

/* Labels of letters, digits, inner hyphens and underscores, two at least; ascii is the form that DNS limits. */
static bool is_host(struct weir_text ascii)
{
    size_t labels = 0;
    if (ascii.length > DNS_BYTES_MAX)
        return false;
    for (size_t start = 0, end; start <= ascii.length; start = end + 1) {
        const char *dot = memchr(ascii.data + start, '.', ascii.length - start);
        end = dot ? (size_t)(dot - ascii.data) : ascii.length;
        struct weir_text label = weir_text_slice(ascii, start, end);
        if (label.length == 0 || label.length > WEIR_LABEL_MAX || label.data[0] == '-' ||
            label.data[label.length - 1] == '-')
            return false;
        for (size_t i = 0; i < label.length; i++)
            if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-_", label.data[i]) || label.data[i] == '\0')
                return false;
        labels++;
    }
    return labels > 1;
}

/* From the first on, with *at starting at 0; false when there are no more. */
static bool next_label(struct weir_text host, size_t *at, struct weir_text *label)
{
    if (*at > host.length)
        return false;
    const char *dot = memchr(host.data + *at, '.', host.length - *at);
    size_t end = dot ? (size_t)(dot - host.data) : host.length;
    *label = weir_text_slice(host, *at, end);
    *at = end + 1;
    return true;
}

static bool deviates(struct weir_text text)
{
    bool does = false;
    for (size_t at = 0, width; at < text.length; at += width)
        does |= weir_host_deviates(weir_utf8_decode(text.data + at, &width));
    return does;
}

/* A host, or one label of it. */
struct forms {
    struct weir_text unicode; /* as it is */
    struct weir_text folded;  /* as folded text has it */
    struct weir_text ascii;
};

struct label_walk {
    size_t unicode;
    size_t folded;
    size_t ascii;
};

static bool next_labels(const struct forms *forms, struct label_walk *walk, struct forms *label)
{
    return next_label(forms->unicode, &walk->unicode, &label->unicode) &&
           next_label(forms->folded, &walk->folded, &label->folded) &&
           next_label(forms->ascii, &walk->ascii, &label->ascii);
}

static unsigned count_mixed(const struct forms *forms)
{
    struct label_walk walk = {0};
    struct forms label;
    unsigned count = 0;
    while (next_labels(forms, &walk, &label))
        count += !weir_text_equal(label.folded, label.ascii);
    return count;
}

/* Of the labels that have two forms, those whose bit is set are in ASCII. */
static void add_mixture(struct weir_pack_reader *reader, struct weir_domains *domains, const struct forms *forms,
                        unsigned in_ascii)
{
    struct weir_writer out;
    struct label_walk walk = {0};
    struct forms label;
    unsigned number = 0;
    bool any_deviates = false;
    weir_writer_init(&out, reader->tools.arena);
    while (next_labels(forms, &walk, &label)) {
        bool has_two = !weir_text_equal(label.folded, label.ascii);
        bool takes_ascii = has_two && in_ascii >> number & 1;
        weir_writer_add_string(&out, out.length ? "." : "");
        weir_writer_add(&out, takes_ascii ? label.ascii : label.folded);
        any_deviates |= !takes_ascii && deviates(label.unicode);
        number += has_two;
    }
    struct weir_text made = weir_writer_finish(&out);
    reader->no_memory |= !made.data;
    if (made.data)
        add_host(reader, domains, made, any_deviates);
}

/* Each label may be written in either form, whatever the others are. */
static void add_forms(struct weir_pack_reader *reader, struct weir_domains *domains, const struct forms *forms)
{
    unsigned count = count_mixed(forms);
    add_host(reader, domains, forms->folded, deviates(forms->unicode));
    add_host(reader, domains, forms->ascii, false);
    for (unsigned in_ascii = 1; count <= MIXED_MAX && in_ascii < 1u << count && !reader->no_memory; in_ascii++)
        add_mixture(reader, domains, forms, in_ascii);
}

static void read_host(struct weir_pack_reader *reader, struct weir_domains *domains, const struct weir_list_line *line)
{
    weir_arena_reset(reader->tools.arena);
    struct forms forms = {0};
    struct weir_text written = fold_host(reader, line->text, true);
    struct weir_text unicode = written.data ? convert(reader, written, FORM_UNICODE) : written;
    /* What Punycode holds need not be folded. */
    forms.unicode = unicode.data ? fold_host(reader, unicode, true) : unicode;
    forms.ascii = forms.unicode.data ? convert(reader, forms.unicode, FORM_ASCII) : unicode;
    if (reader->no_memory)
        return;
    if (!forms.ascii.data || !is_host(forms.ascii) || forms.unicode.length > WEIR_HOST_BYTES_MAX) {
        weir_diagnostics_error(reader->diagnostics, line->place, line->whole,
                               "this is not a host; write one alone in each line, as in example.com");
        return;
    }
    forms.folded = fold_host(reader, forms.unicode, false);
    struct weir_text as_written = fold_host(reader, written, false);
    if (reader->no_memory)
        return;
    add_forms(reader, domains, &forms);
    add_host(reader, domains, as_written, deviates(written));
}

const struct weir_domains *weir_domains_read(struct weir_pack_reader *reader, const struct weir_yaml_node *name,
                                             uint32_t pattern, bool runs)
{
    struct weir_domains *domains = weir_arena_array(reader->arena, 1, sizeof *domains);
    struct weir_list_file file;
    struct weir_list_line line = {0};
    if (!weir_list_file_open(reader, name, "'domains'", &file))
        return NULL;
    if (domains) {
        domains->capacity = 64;
        domains->slots = weir_arena_array(reader->arena, domains->capacity, sizeof *domains->slots);
    }
    if (!domains || !domains->slots) {
        reader->no_memory = true;
        return NULL;
    }
    for (size_t count = 0; weir_list_file_next(reader, &file, &line); count++) {
        if (count == HOSTS_MAX) {
            weir_diagnostics_error(reader->diagnostics, line.place, line.whole,
                                   "more than %u hosts; split the list over several patterns", HOSTS_MAX);
            break;
        }
        read_host(reader, domains, &line);
    }
    if (runs && domains->count)
        weir_expression_add(reader, pattern, WEIR_VIEW_FOLDED, WEIR_TEXT_LITERAL(TRIGGER), 0, true, false, name);
    return domains;
}
