/* rules, private: patterns into Hyperscan's databases. */
#ifndef WEIR_RULES_HS_DATABASE_H
#define WEIR_RULES_HS_DATABASE_H

#include "weir/database.h"
#include "weir/status.h"

/* One expression as Hyperscan is given it. */
struct weir_scan_source {
    const char *expression;
    enum weir_view view;
    bool is_regex;
    bool prefilter; /* Hyperscan can only tell where it might match */
};

/* Compiles one regex alone. WEIR_INVALID: Hyperscan refuses it, error says why. */
enum weir_status weir_hs_try(const struct weir_scan_source *source, struct weir_error *error) WEIR_MUST_CHECK;
/* How many bytes a match of a regex has, at least and at most (UINT32_MAX: no bound). WEIR_INVALID: Hyperscan cannot
 * say. */
enum weir_status weir_hs_measure(const char *expression, uint32_t *width_min, uint32_t *width_max) WEIR_MUST_CHECK;

/* Compiles all sources, whose ids are their indices; of those that are the same the first. *failed: the index of the
 * one that Hyperscan names as the cause, or SIZE_MAX. *database is the caller's, to be given to weir_database_fini. */
enum weir_status weir_database_compile(const struct weir_scan_source *sources, size_t count,
                                       struct weir_database *database, size_t *failed,
                                       struct weir_error *error) WEIR_MUST_CHECK;
void weir_database_fini(struct weir_database *database);

/* twins.c: weir_database.twins of the sources; the caller's, to be freed. NULL: no memory. */
uint32_t *weir_twins_new(const struct weir_scan_source *sources, size_t count);
/* Of each source whether an earlier one is the same, by its twins; the caller's, to be freed. NULL: no memory. */
bool *weir_twins_later(const uint32_t *twins, size_t count);

#endif
