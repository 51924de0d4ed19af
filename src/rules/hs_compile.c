/* Compiles expressions for this machine, each alone and all together. Owns the flags; knows no rules.
 *
 * MULTILINE: all values of an item stand in one buffer, each a line. Never SOM_LEFTMOST, SINGLEMATCH or
 * hs_compile_lit_multi: the first refuses ordinary patterns, the second hides matches after one that is not counted,
 * the third finds nothing. */
#include "hs_database.h"

#include <hs/hs.h>
#include <stdlib.h>

static unsigned flags_of(const struct weir_scan_source *source)
{
    unsigned flags = HS_FLAG_DOTALL;
    if (source->is_regex)
        flags |= HS_FLAG_MULTILINE;
    if (source->prefilter)
        flags |= HS_FLAG_PREFILTER;
    return flags;
}

/* Takes compile_error. */
static enum weir_status report(hs_error_t answer, hs_compile_error_t *compile_error, size_t *failed,
                               struct weir_error *error)
{
    if (answer == HS_NOMEM || !compile_error) {
        hs_free_compile_error(compile_error);
        return WEIR_NO_MEMORY;
    }
    if (failed)
        *failed = compile_error->expression >= 0 ? (size_t)compile_error->expression : SIZE_MAX;
    weir_error_set(error, WEIR_INVALID, "%s", compile_error->message);
    hs_free_compile_error(compile_error);
    return WEIR_INVALID;
}

enum weir_status weir_hs_try(const struct weir_scan_source *source, struct weir_error *error)
{
    hs_database_t *database = NULL;
    hs_compile_error_t *compile_error = NULL;
    hs_error_t answer =
        hs_compile(source->expression, flags_of(source), HS_MODE_BLOCK, NULL, &database, &compile_error);
    if (answer != HS_SUCCESS)
        return report(answer, compile_error, NULL, error);
    hs_free_database(database);
    return WEIR_OK;
}

enum weir_status weir_hs_measure(const char *expression, uint32_t *width_min, uint32_t *width_max)
{
    struct weir_scan_source source = {.expression = expression, .is_regex = true};
    hs_expr_info_t *info = NULL;
    hs_compile_error_t *compile_error = NULL;
    struct weir_error error;
    hs_error_t answer = hs_expression_info(expression, flags_of(&source), &info, &compile_error);
    if (answer != HS_SUCCESS)
        return report(answer, compile_error, NULL, &error);
    *width_min = info->min_width;
    *width_max = info->max_width;
    free(info);
    return WEIR_OK;
}

/* What hs_compile_multi takes. */
struct batch {
    const char **expressions;
    unsigned *flags;
    unsigned *ids;
    unsigned count;
};

static void fini_batch(struct batch *batch)
{
    free(batch->expressions);
    free(batch->flags);
    free(batch->ids);
}

static enum weir_status init_batch(struct batch *batch, const struct weir_scan_source *sources, const bool *later,
                                   size_t count, enum weir_view view)
{
    *batch = (struct batch){
        .expressions = malloc((count + 1) * sizeof *batch->expressions),
        .flags = malloc((count + 1) * sizeof *batch->flags),
        .ids = malloc((count + 1) * sizeof *batch->ids),
    };
    if (!batch->expressions || !batch->flags || !batch->ids) {
        fini_batch(batch);
        return WEIR_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        if (sources[i].view != view || later[i])
            continue;
        batch->expressions[batch->count] = sources[i].expression;
        batch->flags[batch->count] = flags_of(&sources[i]);
        batch->ids[batch->count++] = (unsigned)i;
    }
    return WEIR_OK;
}

static enum weir_status compile_group(const struct weir_scan_source *sources, const bool *later, size_t count,
                                      enum weir_view view, struct weir_database *database, size_t *failed,
                                      struct weir_error *error)
{
    struct batch batch;
    enum weir_status status = init_batch(&batch, sources, later, count, view);
    if (status != WEIR_OK)
        return status;
    if (batch.count > 0) {
        hs_database_t *compiled = NULL;
        hs_compile_error_t *compile_error = NULL;
        hs_error_t answer = hs_compile_multi(batch.expressions, batch.flags, batch.ids, batch.count, HS_MODE_BLOCK,
                                             NULL, &compiled, &compile_error);
        if (answer == HS_SUCCESS)
            database->groups[database->group_count++] =
                (struct weir_database_group){.database = compiled, .view = view, .expressions = batch.count};
        else
            status = report(answer, compile_error, failed, error);
        if (status == WEIR_INVALID && *failed != SIZE_MAX)
            *failed = batch.ids[*failed];
    }
    fini_batch(&batch);
    return status;
}

enum weir_status weir_database_compile(const struct weir_scan_source *sources, size_t count,
                                       struct weir_database *database, size_t *failed, struct weir_error *error)
{
    static const enum weir_view views[] = {WEIR_VIEW_FOLDED, WEIR_VIEW_SKELETON, WEIR_VIEW_EXACT};
    struct weir_database made = {.twins = weir_twins_new(sources, count)};
    bool *later = made.twins ? weir_twins_later(made.twins, count) : NULL;
    enum weir_status status = later ? WEIR_OK : WEIR_NO_MEMORY;
    for (size_t i = 0; status == WEIR_OK && i < sizeof views / sizeof views[0]; i++)
        status = compile_group(sources, later, count, views[i], &made, failed, error);
    free(later);
    if (status == WEIR_OK)
        *database = made;
    else
        weir_database_fini(&made);
    return status;
}

void weir_database_fini(struct weir_database *database)
{
    for (size_t i = 0; i < database->group_count; i++)
        hs_free_database(database->groups[i].database);
    free(database->twins);
    *database = (struct weir_database){0};
}
