/* Compiled rules from strangers: any bytes after a first byte `W`; after `F` in a frame (magic, identity, length) that
 * fits this build, so that what stands behind it is read too. What is read is then used for a load, which may refuse,
 * but must hand out whole rulesets. Bytes that Hyperscan itself would accept are those that it wrote: its sum over them
 * is not for a fuzzer to guess, and no database is run. */
#include "weir/compiled.h"
#include "weir/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define HEAD_START 24u /* magic, format, identity length, total length */
#define HEAD_REST 80u  /* proof, sources, counts */

#define PACK                                                                                                           \
    "pack: p\nversion: 1.0.0\nrules:\n- id: p.r\n  title: t\n  why: w\n  category: violence\n  severity: low\n"        \
    "  examples: {flag: [a], pass: [b]}\n  patterns: {a: {literals: [one]}, b: {regex: 'two +x'}}\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static char pack_path[32];    /* of a file in memory, so that none is left behind */
static struct weir_bytes own; /* a memo that fits */

static void require(bool holds)
{
    if (!holds)
        abort();
}

static enum weir_status fold_nothing(void *context, enum weir_view view, struct weir_text text,
                                     struct weir_arena *arena, struct weir_text *folded)
{
    (void)context;
    (void)view;
    *folded = weir_arena_text(arena, text);
    return folded->data ? WEIR_OK : WEIR_NO_MEMORY;
}

/* NULL: refused, and the diagnostics say why. */
static struct weir_ruleset *load(const struct weir_compiled *compiled)
{
    struct weir_folding folding = {.fold = fold_nothing, .version = "fuzz"};
    struct weir_field_names fields = {.at = {"text"}, .count = 1};
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(20);
    struct weir_ruleset *ruleset = NULL;
    const char *path = pack_path;
    require(diagnostics != NULL);
    enum weir_status status = weir_ruleset_load(&path, 1, &fields, &folding, compiled, diagnostics, &ruleset);
    require((status == WEIR_OK) == (ruleset != NULL));
    require((status == WEIR_INVALID) == (weir_diagnostics_errors(diagnostics) > 0));
    weir_diagnostics_free(diagnostics);
    return ruleset;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    int descriptor = memfd_create("pack", MFD_CLOEXEC);
    require(descriptor >= 0 && write(descriptor, PACK, sizeof PACK - 1) == (ssize_t)sizeof PACK - 1);
    snprintf(pack_path, sizeof pack_path, "/proc/self/fd/%d", descriptor);
    struct weir_ruleset *ruleset = load(NULL);
    require(ruleset && weir_ruleset_compiled(ruleset, NULL, &own) == WEIR_OK);
    weir_ruleset_free(ruleset);
    return 0;
}

static void use(const struct weir_compiled *compiled)
{
    struct weir_proof proof = {0};
    (void)weir_compiled_proves(compiled, &proof);
    struct weir_ruleset *ruleset = load(compiled);
    if (!ruleset)
        return;
    for (size_t i = 0; i < ruleset->pattern_count; i++)
        require(ruleset->patterns[i].width_min <= ruleset->patterns[i].width_max);
    for (size_t i = 0; i < ruleset->database->group_count; i++)
        require(ruleset->database->groups[i].database != NULL);
    weir_ruleset_free(ruleset);
}

/* In memory of exactly that size. */
static void read_bytes(struct weir_bytes bytes)
{
    struct weir_compiled *compiled = NULL;
    struct weir_error why = {0};
    enum weir_status status = weir_compiled_read((struct weir_text){bytes.data, bytes.length}, &compiled, &why);
    require(status == WEIR_OK ? compiled != NULL : status == WEIR_INVALID && !compiled && why.text[0]);
    if (compiled)
        use(compiled);
    weir_compiled_free(compiled);
}

static void read_framed(const uint8_t *data, size_t size)
{
    if (size < HEAD_REST)
        return;
    size_t identity = (unsigned char)own.data[12] | (size_t)(unsigned char)own.data[13] << 8;
    struct weir_bytes bytes = {.length = HEAD_START + identity + size};
    bytes.data = malloc(bytes.length);
    require(bytes.data != NULL);
    memcpy(bytes.data, own.data, HEAD_START);
    for (size_t i = 0; i < 8; i++)
        bytes.data[16 + i] = (char)(unsigned char)((uint64_t)bytes.length >> 8 * i);
    memcpy(bytes.data + HEAD_START, data, HEAD_REST);
    memcpy(bytes.data + HEAD_START + HEAD_REST, own.data + HEAD_START + HEAD_REST, identity);
    memcpy(bytes.data + HEAD_START + HEAD_REST + identity, data + HEAD_REST, size - HEAD_REST);
    read_bytes(bytes);
    free(bytes.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (data[0] == 'F') {
        read_framed(data + 1, size - 1);
        return 0;
    }
    struct weir_bytes bytes = {malloc(size), size - 1};
    require(bytes.data != NULL);
    memcpy(bytes.data, data + 1, size - 1);
    read_bytes(bytes);
    free(bytes.data);
    return 0;
}
