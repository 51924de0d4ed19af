/* run: rules made ready with a cache: see weir_rules_ready in weir/run.h, which does the same without one. */
#ifndef WEIR_RULES_READY_H
#define WEIR_RULES_READY_H

#include "weir/chars.h"
#include "weir/compiled.h"
#include "weir/log.h"
#include "weir/settings.h"

/* Where rules come from, and what spares work. */
struct weir_rules_source {
    const char *const *paths;
    size_t path_count;
    const struct weir_settings *settings;
    const struct weir_chars *chars;
    const struct weir_compiled *compiled; /* at hand already; NULL: what the cache holds */
    const char *cache;                    /* a folder (weir/rules_cache.h); NULL: none */
    const struct weir_log *log;           /* says what the cache did; NULL: silent */
};

/* Loads the rules and runs their examples, unless they passed under the very same before; keeps what it had to work out
 * for the next time. Every mistake is in the diagnostics; trouble with the cache is logged and never fails a load.
 * bytes (NULL: not wanted): the memo of these rules, whether or not it is new; the caller's, as *ruleset is. */
enum weir_status weir_rules_ready_from(const struct weir_rules_source *source, struct weir_diagnostics *diagnostics,
                                       struct weir_ruleset **ruleset, struct weir_bytes *bytes) WEIR_MUST_CHECK;

#endif
