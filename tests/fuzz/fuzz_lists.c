/* Files that patterns name, from strangers: any bytes as a list of hosts after a first byte `D`, and as literals_from
 * after `L` (folded view) or `E` (exact). Loading may refuse, and then says where; a host that is listed is found. */
#include "weir/domains.h"
#include "weir/normalize.h"
#include "weir/ruleset.h"
#include "weir/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define LIST_MAX 4096

#define HEAD                                                                                                           \
    "pack: p\nversion: 1.0.0\nrules:\n- id: p.r\n  title: t\n  why: w\n  category: violence\n  severity: low\n"        \
    "  examples: {flag: [a], pass: [b]}\n  patterns: {a: {"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Made once. */
struct fuzz {
    struct weir_chars *chars;
    struct weir_normalizer *normalizer;
    int list;      /* a file in memory, so that none is left behind */
    char path[32]; /* of it */
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void open_fuzz(struct fuzz *fuzz)
{
    fuzz->chars = weir_chars_new();
    require(fuzz->chars && weir_normalizer_new(fuzz->chars, &fuzz->normalizer) == WEIR_OK);
    fuzz->list = memfd_create("list", MFD_CLOEXEC);
    require(fuzz->list >= 0);
    snprintf(fuzz->path, sizeof fuzz->path, "/proc/self/fd/%d", fuzz->list);
}

/* A line of plain ASCII letters, digits and inner hyphens between dots is a host as it stands. */
static void check_hosts(const struct weir_domains *domains, struct weir_text host)
{
    uint64_t hash = WEIR_DOMAINS_HASH_START;
    for (size_t i = 0; i < host.length; i++)
        hash = weir_domains_hash(hash, host.data[i]);
    require(weir_domains_length_max(domains) >= 1 && weir_domains_length_max(domains) <= WEIR_HOST_BYTES_MAX);
    require(weir_domains_find(domains, hash, host) == WEIR_LISTED);
}

static bool is_plain_host(struct weir_text line)
{
    bool has_dot = false;
    for (size_t i = 0; i < line.length; i++) {
        bool is_letter = line.data[i] >= 'a' && line.data[i] <= 'z';
        has_dot = has_dot || line.data[i] == '.';
        if (!is_letter && !(line.data[i] == '.' && i > 0 && i + 1 < line.length && line.data[i - 1] != '.'))
            return false;
    }
    return has_dot;
}

static void check_domains(const struct weir_ruleset *ruleset, struct weir_text list)
{
    const struct weir_domains *domains = ruleset->patterns[0].domains;
    require(domains != NULL);
    for (size_t at = 0; at < list.length;) {
        const char *feed = memchr(list.data + at, '\n', list.length - at);
        size_t end = feed ? (size_t)(feed - list.data) : list.length;
        struct weir_text line = weir_text_slice(list, at, end);
        if (is_plain_host(line))
            check_hosts(domains, line);
        at = end + 1;
    }
}

static void load(const struct fuzz *fuzz, char kind, struct weir_text list)
{
    char pack[512];
    const char *view = kind == 'E' ? "view: exact, " : "";
    snprintf(pack, sizeof pack, HEAD "%s%s: %s}}\n", view, kind == 'D' ? "domains" : "literals_from", fuzz->path);
    struct weir_folding folding = weir_normalizer_folding(fuzz->normalizer);
    struct weir_field_names fields = {.at = {"text"}, .count = 1};
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(20);
    struct weir_ruleset *ruleset = NULL;
    require(diagnostics != NULL);
    enum weir_status status =
        weir_ruleset_parse("pack.yaml", weir_text_of(pack), &fields, &folding, diagnostics, &ruleset);
    require((status == WEIR_OK) == (ruleset != NULL));
    require((status == WEIR_INVALID) == (weir_diagnostics_errors(diagnostics) > 0));
    require(status == WEIR_OK || status == WEIR_INVALID);
    for (size_t i = 0; i < weir_diagnostics_count(diagnostics); i++)
        require(weir_utf8_valid(weir_text_of(weir_diagnostics_at(diagnostics, i)->text)));
    if (ruleset && kind == 'D')
        check_domains(ruleset, list);
    weir_ruleset_free(ruleset);
    weir_diagnostics_free(diagnostics);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fuzz fuzz;
    if (!fuzz.chars)
        open_fuzz(&fuzz);
    if (size == 0 || size > LIST_MAX)
        return 0;
    require(ftruncate(fuzz.list, 0) == 0 && pwrite(fuzz.list, data + 1, size - 1, 0) == (ssize_t)size - 1);
    load(&fuzz, (char)data[0], (struct weir_text){(const char *)data + 1, size - 1});
    return 0;
}
