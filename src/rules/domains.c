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
#define MIXED_MAX 4u /* labels of two forms of which all mixtures are kept */

/* A dot between two characters that a host can hold, in folded text: where to look for hosts at all. */
#define TRIGGER "[^\\x00-\\x20.](?:\\.|\\xe3\\x80\\x82)[0-9_a-z\\x80-\\xff]"

struct weir_domains {
    struct weir_text *slots; /* data == NULL: free */
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

static struct weir_text *find_slot(const struct weir_domains *domains, uint64_t hash, struct weir_text host)
{
    size_t at = (size_t)hash & (domains->capacity - 1);
    while (domains->slots[at].data && !weir_text_equal(domains->slots[at], host))
        at = (at + 1) & (domains->capacity - 1);
    return &domains->slots[at];
}

bool weir_domains_have(const struct weir_domains *domains, uint64_t hash, struct weir_text host)
{
    return find_slot(domains, hash, host)->data != NULL;
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
        if (domains->slots[i].data)
            *find_slot(&grown, hash_host(domains->slots[i]), domains->slots[i]) = domains->slots[i];
    *domains = grown;
    return true;
}

/* A longer one no text is asked about; only Punycode of much that folding removes makes one. */
static void add_host(struct weir_pack_reader *reader, struct weir_domains *domains, struct weir_text host)
{
    if (host.length > WEIR_HOST_BYTES_MAX)
        return;
    if (domains->count * 2 >= domains->capacity && !grow(domains, reader->arena)) {
        reader->no_memory = true;
        return;
    }
    struct weir_text *slot = find_slot(domains, hash_host(host), host);
    if (slot->data)
        return;
    *slot = weir_arena_text(reader->arena, host);
    if (!slot->data) {
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
static struct weir_text fold_host(struct weir_pack_reader *reader, struct weir_text host)
{
    const struct weir_folding *folding = reader->tools.folding;
    struct weir_writer out;
    struct weir_text folded;
    if (folding->fold(folding->context, WEIR_VIEW_FOLDED, host, reader->tools.arena, &folded) != WEIR_OK) {
        reader->no_memory = true;
        return (struct weir_text){0};
    }
    weir_writer_init(&out, reader->tools.arena);
    for (size_t at = 0, width; at < folded.length; at += width) {
        width = weir_utf8_width(folded.data[at]);
        struct weir_text character = weir_text_slice(folded, at, at + width);
        weir_writer_add(&out, weir_text_is(character, IDEOGRAPHIC_STOP) ? WEIR_TEXT_LITERAL(".") : character);
    }
    struct weir_text made = weir_writer_finish(&out);
    reader->no_memory |= !made.data;
    return made;
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

static unsigned count_mixed(struct weir_text unicode, struct weir_text ascii)
{
    struct weir_text wide;
    struct weir_text coded;
    unsigned count = 0;
    for (size_t i = 0, j = 0; next_label(unicode, &i, &wide) && next_label(ascii, &j, &coded);)
        count += !weir_text_equal(wide, coded);
    return count;
}

/* Of the labels that have two forms, those whose bit is set are in ASCII. */
static struct weir_text mix(struct weir_pack_reader *reader, struct weir_text unicode, struct weir_text ascii,
                            unsigned in_ascii)
{
    struct weir_writer out;
    struct weir_text wide;
    struct weir_text coded;
    unsigned number = 0;
    weir_writer_init(&out, reader->tools.arena);
    for (size_t i = 0, j = 0; next_label(unicode, &i, &wide) && next_label(ascii, &j, &coded);) {
        bool has_two = !weir_text_equal(wide, coded);
        weir_writer_add_string(&out, out.length ? "." : "");
        weir_writer_add(&out, has_two && in_ascii >> number & 1 ? coded : wide);
        number += has_two;
    }
    struct weir_text made = weir_writer_finish(&out);
    reader->no_memory |= !made.data;
    return made;
}

/* Each label may be written in either form, whatever the others are. */
static void add_forms(struct weir_pack_reader *reader, struct weir_domains *domains, struct weir_text unicode,
                      struct weir_text ascii)
{
    unsigned count = count_mixed(unicode, ascii);
    add_host(reader, domains, unicode);
    add_host(reader, domains, ascii);
    for (unsigned in_ascii = 1; count <= MIXED_MAX && in_ascii < 1u << count && !reader->no_memory; in_ascii++) {
        struct weir_text mixed = mix(reader, unicode, ascii, in_ascii);
        if (mixed.data)
            add_host(reader, domains, mixed);
    }
}

static void read_host(struct weir_pack_reader *reader, struct weir_domains *domains, const struct weir_list_line *line)
{
    weir_arena_reset(reader->tools.arena);
    struct weir_text folded = fold_host(reader, line->text);
    struct weir_text unicode = folded.data ? convert(reader, folded, FORM_UNICODE) : folded;
    /* What Punycode holds need not be folded. */
    struct weir_text host = unicode.data ? fold_host(reader, unicode) : unicode;
    struct weir_text ascii = host.data ? convert(reader, host, FORM_ASCII) : host;
    if (reader->no_memory)
        return;
    if (!ascii.data || !is_host(ascii) || host.length > WEIR_HOST_BYTES_MAX) {
        weir_diagnostics_error(reader->diagnostics, line->place, line->whole,
                               "this is not a host; write one alone in each line, as in example.com");
        return;
    }
    add_forms(reader, domains, host, ascii);
    add_host(reader, domains, folded);
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
