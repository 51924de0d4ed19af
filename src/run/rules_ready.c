/* Rules that may run: loaded, compiled, and their own examples tried, or known from an earlier load to pass. Decides
 * what the cache of compiled rules is asked and told; nothing about it fails a load. */
#include "weir/rules_ready.h"

#include "weir/normalize.h"
#include "weir/rules_cache.h"
#include "weir/run.h"

#include <stdio.h>
#include <stdlib.h>

/* One call. */
struct preparation {
    const struct weir_rules_source *source;
    struct weir_diagnostics *diagnostics;
    struct weir_bytes cached;             /* what `from_cache` borrows */
    struct weir_compiled *from_cache;     /* NULL: none */
    const struct weir_compiled *compiled; /* the one to use; NULL: none */
    struct weir_ruleset *ruleset;
    struct weir_proof proof;
    bool all_known; /* nothing was compiled and no example was run */
};

static void warn(const struct preparation *preparation, const char *event, const char *why)
{
    if (preparation->source->log)
        weir_log_event(preparation->source->log, WEIR_LOG_WARNING, event, WEIR_LOG_TEXT("reason", why));
}

static void open_cache(struct preparation *preparation)
{
    const struct weir_rules_source *source = preparation->source;
    struct weir_error why;
    preparation->compiled = source->compiled;
    if (source->compiled || !source->cache)
        return;
    if (weir_rules_cache_load(source->cache, source->paths, source->path_count, &preparation->cached, &why) !=
        WEIR_OK) {
        warn(preparation, "rules_cache_refused", why.text);
        return;
    }
    if (!preparation->cached.data)
        return;
    struct weir_text bytes = {preparation->cached.data, preparation->cached.length};
    if (weir_compiled_read(bytes, &preparation->from_cache, &why) != WEIR_OK) {
        char reason[sizeof why.text];
        snprintf(reason, sizeof reason, "the file in %.200s: %.200s", source->cache, why.text);
        warn(preparation, "rules_cache_refused", reason);
    }
    preparation->compiled = preparation->from_cache;
}

static enum weir_status load(struct preparation *preparation)
{
    const struct weir_rules_source *source = preparation->source;
    const struct weir_settings *settings = source->settings;
    const struct weir_compiled *compiled = preparation->compiled;
    struct weir_normalizer *normalizer;
    enum weir_status status = weir_normalizer_new(source->chars, &normalizer);
    if (status != WEIR_OK)
        return status;
    struct weir_folding folding = weir_normalizer_folding(normalizer);
    status = weir_ruleset_load(source->paths, source->path_count, &settings->fields, &folding, compiled,
                               preparation->diagnostics, &preparation->ruleset);
    if (status == WEIR_OK)
        status = weir_proof_make(preparation->ruleset, &folding, &settings->limits, &preparation->proof);
    weir_normalizer_free(normalizer);
    if (status != WEIR_OK)
        return status;
    preparation->all_known = compiled && weir_ruleset_compiled_use(preparation->ruleset).database &&
                             weir_compiled_proves(compiled, &preparation->proof);
    if (preparation->all_known)
        return WEIR_OK;
    return weir_trial_run(preparation->ruleset, source->chars, &settings->limits, preparation->diagnostics);
}

static void log_use(const struct preparation *preparation, struct weir_bytes bytes)
{
    struct weir_compiled_use use = weir_ruleset_compiled_use(preparation->ruleset);
    if (!preparation->source->log)
        return;
    weir_log_event(
        preparation->source->log, WEIR_LOG_INFO, preparation->all_known ? "rules_cache_used" : "rules_cache_stored",
        WEIR_LOG_NUMBER("regexes_known", use.regexes_known), WEIR_LOG_NUMBER("regexes_checked", use.regexes_checked),
        WEIR_LOG_TEXT("database", use.database ? "known" : "compiled"),
        WEIR_LOG_TEXT("examples", preparation->all_known ? "known" : "run"), WEIR_LOG_NUMBER("bytes", bytes.length));
}

/* Keeps what is new. */
static void tell_cache(const struct preparation *preparation, struct weir_bytes bytes)
{
    const struct weir_rules_source *source = preparation->source;
    struct weir_error error;
    if (!source->cache)
        return;
    if (!preparation->all_known &&
        weir_rules_cache_store(source->cache, source->paths, source->path_count,
                               (struct weir_text){bytes.data, bytes.length}, &error) != WEIR_OK)
        warn(preparation, "rules_cache_not_stored", error.text);
    else
        log_use(preparation, bytes);
}

static enum weir_status hand_out(struct preparation *preparation, struct weir_bytes *bytes)
{
    struct weir_bytes made = preparation->cached;
    bool is_made = bytes || (preparation->source->cache && !preparation->all_known);
    if (is_made) {
        enum weir_status status = weir_ruleset_compiled(preparation->ruleset, &preparation->proof, &made);
        if (status != WEIR_OK)
            return status;
    }
    tell_cache(preparation, made);
    if (bytes)
        *bytes = made;
    else if (is_made)
        free(made.data);
    return WEIR_OK;
}

enum weir_status weir_rules_ready_from(const struct weir_rules_source *source, struct weir_diagnostics *diagnostics,
                                       struct weir_ruleset **ruleset, struct weir_bytes *bytes)
{
    struct preparation preparation = {.source = source, .diagnostics = diagnostics};
    open_cache(&preparation);
    enum weir_status status = load(&preparation);
    if (status == WEIR_OK)
        status = hand_out(&preparation, bytes);
    weir_compiled_free(preparation.from_cache);
    free(preparation.cached.data);
    if (status != WEIR_OK) {
        weir_ruleset_free(preparation.ruleset);
        return status;
    }
    *ruleset = preparation.ruleset;
    return WEIR_OK;
}

enum weir_status weir_rules_ready(const char *const *paths, size_t path_count, const struct weir_settings *settings,
                                  const struct weir_chars *chars, struct weir_diagnostics *diagnostics,
                                  struct weir_ruleset **ruleset)
{
    struct weir_rules_source source = {.paths = paths, .path_count = path_count, .settings = settings, .chars = chars};
    return weir_rules_ready_from(&source, diagnostics, ruleset, NULL);
}
