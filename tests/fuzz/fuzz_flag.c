/* Flag records as `weir explain --flag` reads them: any bytes. It ends well or says what is wrong with the file, and
 * what it prints of it is UTF-8 without control characters. */
#include "weir/explain_run.h"
#include "weir/normalize.h"
#include "weir/utf8.h"

#include <stdlib.h>

#define RECORDS_MAX ((size_t)1 << 16)

static const char PACK[] =
    "pack: t\nversion: 1.0.0\nrules:\n"
    "  - {id: t.a, title: t, why: w, category: scams_and_fraud, severity: low, patterns: {a: {literals: [safe "
    "account]}, "
    "b: {regex: 'a+b?c'}, c: {literals: [c], boundary: word}}, condition: 'near(a, b, 9) or c', except: [{literals: "
    "[c c]}], examples: {flag: [c], pass: [d]}}\n"
    "  - {id: t.b, title: t, why: w, category: scams_and_fraud, severity: low, status: shadow, patterns: {a: {regex: "
    "'a(?!b)'}, b: {literals: [d], view: exact, field: author_name}}, condition: 'a and not b', examples: {flag: [a], "
    "pass: [d]}}\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Made once. */
struct fuzz {
    struct weir_settings_file *file;
    struct weir_chars *chars;
    struct weir_normalizer *normalizer;
    struct weir_ruleset *ruleset;
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void open_fuzz(struct fuzz *fuzz)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(5);
    struct weir_field_names fields = {.at = {"text", "author_name"}, .count = 2};
    fuzz->chars = weir_chars_new();
    require(diagnostics && fuzz->chars && weir_settings_default(&fuzz->file) == WEIR_OK);
    require(weir_normalizer_new(fuzz->chars, &fuzz->normalizer) == WEIR_OK);
    struct weir_folding folding = weir_normalizer_folding(fuzz->normalizer);
    enum weir_status status =
        weir_ruleset_parse("t.yaml", weir_text_of(PACK), &fields, &folding, diagnostics, &fuzz->ruleset);
    weir_diagnostics_print(diagnostics, stderr);
    weir_diagnostics_free(diagnostics);
    require(status == WEIR_OK);
}

static void check_printed(struct weir_text printed)
{
    require(weir_utf8_valid(printed));
    for (size_t i = 0; i < printed.length; i++)
        require((unsigned char)printed.data[i] >= 0x20 || printed.data[i] == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fuzz fuzz;
    if (!fuzz.file)
        open_fuzz(&fuzz);
    if (size == 0 || size > RECORDS_MAX)
        return 0;
    union {
        const uint8_t *given;
        void *taken; /* only read from */
    } records = {data};
    char *printed = NULL;
    size_t length = 0;
    FILE *in = fmemopen(records.taken, size, "r");
    FILE *out = open_memstream(&printed, &length);
    require(in && out);
    const struct weir_explain_run run = {
        .settings = weir_settings_get(fuzz.file), .ruleset = fuzz.ruleset, .chars = fuzz.chars, .out = out};
    struct weir_explain_tally tally;
    struct weir_error error = {0};
    enum weir_status status = weir_explain_flags(&run, in, "flags", &tally, &error);
    require(status == WEIR_OK || (status == WEIR_INVALID && error.text[0]));
    require(status != WEIR_OK || tally.same + tally.different + tally.unusable > 0);
    fclose(in);
    fclose(out);
    check_printed((struct weir_text){printed, length});
    free(printed);
    return 0;
}
