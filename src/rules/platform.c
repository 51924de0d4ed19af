/* What a memo must fit: this build of weir, its libraries, this processor. Runs nothing of a memo. */
#include "compiled_format.h"
#include "hs_stored.h"

#include <elf.h>
#include <link.h>
#include <stdio.h>

#define LINE_MAX_BYTES 256u

static const struct {
    const char *label;
    const char *difference;
} lines[] = {
    {"weir ", "it was made by another build of weir"},
    {"hyperscan ", "it was made with another version of Hyperscan"},
    {"pcre2 ", "it was made with another version of PCRE2"},
    {"processor ", "it was made for another processor"},
};

#define LINE_COUNT (sizeof lines / sizeof lines[0])

/* The search for the program or library that holds this code, and its build id. */
struct build_search {
    uintptr_t address;
    char *out; /* hexadecimal */
    size_t size;
};

/* Notes are padded to four bytes. */
static size_t pad(size_t length)
{
    return (length + 3) & ~(size_t)3;
}

static void find_build_id(struct build_search *search, const char *notes, size_t length)
{
    ElfW(Nhdr) note;
    while (length >= sizeof note) {
        memcpy(&note, notes, sizeof note);
        size_t name = pad(note.n_namesz);
        size_t whole = sizeof note + name + pad(note.n_descsz);
        if (whole > length)
            return;
        bool is_id = note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof ELF_NOTE_GNU &&
                     memcmp(notes + sizeof note, ELF_NOTE_GNU, sizeof ELF_NOTE_GNU) == 0;
        if (is_id && (size_t)note.n_descsz * 2 < search->size) {
            weir_hash_hex((const uint8_t *)notes + sizeof note + name, note.n_descsz, search->out);
            return;
        }
        notes += whole;
        length -= whole;
    }
}

static int look_at_object(struct dl_phdr_info *object, size_t size, void *context)
{
    struct build_search *search = context;
    bool is_ours = false;
    (void)size;
    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        uintptr_t start = object->dlpi_addr + part->p_vaddr;
        is_ours |= part->p_type == PT_LOAD && search->address >= start && search->address - start < part->p_memsz;
    }
    for (size_t i = 0; is_ours && i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        if (part->p_type == PT_NOTE)
            find_build_id(search, (const char *)(object->dlpi_addr + part->p_vaddr), part->p_memsz);
    }
    return is_ours;
}

enum weir_status weir_identity_make(char *out)
{
    char build[LINE_MAX_BYTES] = "unknown";
    char pcre2[LINE_MAX_BYTES];
    char processor[LINE_MAX_BYTES];
    struct build_search search = {.address = (uintptr_t)weir_identity_make, .out = build, .size = sizeof build};
    dl_iterate_phdr(look_at_object, &search);
    weir_pcre2_version(pcre2, sizeof pcre2);
    enum weir_status status = weir_hs_processor(processor, sizeof processor);
    if (status != WEIR_OK)
        return status;
    snprintf(out, WEIR_IDENTITY_MAX, "%s%s %.128s\n%s%.128s\n%s%.64s\n%s%.255s\n", lines[0].label, WEIR_VERSION, build,
             lines[1].label, weir_hyperscan_version(), lines[2].label, pcre2, lines[3].label, processor);
    return WEIR_OK;
}

static struct weir_text take_line(struct weir_text *rest)
{
    const char *end = rest->length ? memchr(rest->data, '\n', rest->length) : NULL;
    size_t length = end ? (size_t)(end - rest->data) + 1 : rest->length;
    struct weir_text line = {rest->data, length};
    *rest = (struct weir_text){rest->data + length, rest->length - length};
    return line;
}

const char *weir_identity_compare(const char *own, struct weir_text other)
{
    struct weir_text mine = weir_text_of(own);
    for (size_t i = 0; i < LINE_COUNT; i++)
        if (!weir_text_equal(take_line(&mine), take_line(&other)))
            return lines[i].difference;
    return other.length ? lines[0].difference : NULL;
}
