/* Rules that another process of ours has compiled and tried: read in again, without that work. */
#include "weir/compiled.h"
#include "weir/normalize.h"
#include "weir/run.h"

enum weir_status weir_rules_adopt(const char *const *paths, size_t path_count, const struct weir_settings *settings,
                                  const struct weir_chars *chars, struct weir_text bytes,
                                  struct weir_diagnostics *diagnostics, struct weir_ruleset **ruleset)
{
    struct weir_normalizer *normalizer = NULL;
    struct weir_compiled *compiled = NULL;
    struct weir_ruleset *loaded = NULL;
    struct weir_proof proof;
    struct weir_error why;
    enum weir_status status = weir_normalizer_new(chars, &normalizer);
    if (status != WEIR_OK)
        return status;
    struct weir_folding folding = weir_normalizer_folding(normalizer);
    status = weir_compiled_read(bytes, &compiled, &why);
    if (status == WEIR_INVALID)
        weir_diagnostics_error(diagnostics, (struct weir_place){0}, WEIR_TEXT_LITERAL(""),
                               "what the loading process compiled cannot be used: %s", why.text);
    if (status == WEIR_OK)
        status = weir_ruleset_load(paths, path_count, &settings->fields, &folding, compiled, diagnostics, &loaded);
    if (status == WEIR_OK)
        status = weir_proof_make(loaded, &folding, &settings->limits, &proof);
    if (status == WEIR_OK && !weir_compiled_proves(compiled, &proof))
        status = WEIR_RETRY;
    weir_compiled_free(compiled);
    weir_normalizer_free(normalizer);
    if (status == WEIR_OK)
        *ruleset = loaded;
    else
        weir_ruleset_free(loaded);
    return status;
}
