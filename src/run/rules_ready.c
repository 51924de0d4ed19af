/* Rules that may run: loaded, compiled, and their own examples tried. */
#include "weir/run.h"

#include "weir/normalize.h"

enum weir_status weir_rules_ready(const char *const *paths, size_t path_count, const struct weir_settings *settings,
                                  const struct weir_chars *chars, struct weir_diagnostics *diagnostics,
                                  struct weir_ruleset **ruleset)
{
    struct weir_normalizer *normalizer;
    enum weir_status status = weir_normalizer_new(chars, &normalizer);
    if (status != WEIR_OK)
        return status;
    struct weir_folding folding = weir_normalizer_folding(normalizer);
    struct weir_ruleset *loaded = NULL;
    status = weir_ruleset_load(paths, path_count, &settings->fields, &folding, diagnostics, &loaded);
    if (status == WEIR_OK)
        status = weir_trial_run(loaded, chars, &settings->limits, diagnostics);
    weir_normalizer_free(normalizer);
    if (status != WEIR_OK) {
        weir_ruleset_free(loaded);
        return status;
    }
    *ruleset = loaded;
    return WEIR_OK;
}
