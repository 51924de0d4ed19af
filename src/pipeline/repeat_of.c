/* Which earlier flag a flag repeats: what of an item is compared, and at what time it counts. Must not compare authors.
 */
#include "path.h"

/* The folded view, also where no rule asks for it. */
static enum weir_status fold(struct weir_pipeline *pipeline, const struct path_passage *passage,
                             struct weir_view_text *folded)
{
    struct weir_scan_text texts = *passage->texts;
    enum weir_status status = WEIR_OK;
    if (!texts.views[WEIR_VIEW_FOLDED].text.data)
        status = weir_normalize(pipeline->normalizer, passage->item, 1u << WEIR_VIEW_FOLDED, &texts);
    if (status == WEIR_OK)
        *folded = texts.views[WEIR_VIEW_FOLDED];
    return status;
}

static bool has_evidence(const struct weir_finding *finding, uint32_t field)
{
    const struct weir_match *matches = finding->verdict->matches[finding->channel];
    for (size_t i = 0; i < finding->verdict->match_count[finding->channel]; i++)
        for (size_t j = 0; j < matches[i].evidence_count; j++)
            if (matches[i].evidence[j].field == field)
                return true;
    return false;
}

/* All but the author's name, unless the name is what was flagged: a wave comes from many accounts. */
static uint64_t compared_fields(const struct weir_ruleset *ruleset, const struct weir_finding *finding)
{
    for (uint32_t field = 0; field < ruleset->fields.count; field++)
        if (strcmp(ruleset->fields.at[field], "author_name") == 0 && !has_evidence(finding, field))
            return ~(UINT64_C(1) << field);
    return UINT64_MAX;
}

/* In files time stands still. */
static int64_t time_of(const struct weir_origin *origin, int64_t now_ms)
{
    if (origin->is_file)
        return 0;
    return origin->timestamp_ms != -1 ? origin->timestamp_ms : now_ms;
}

enum weir_status path_find_repeat(struct weir_pipeline *pipeline, const struct path_passage *passage,
                                  const struct weir_finding *finding, struct weir_repeat *repeat)
{
    const struct weir_item *item = passage->item;
    struct weir_view_text folded;
    const struct weir_sighting sighting = {
        .item = item,
        .folded = &folded,
        .fields = compared_fields(pipeline->parts.ruleset, finding),
        .matches = passage->verdict->matches[finding->channel],
        .match_count = passage->verdict->match_count[finding->channel],
        .channel = finding->channel,
        .flag_id = finding->flag_id,
        .when_ms = time_of(&item->origin, finding->now_ms),
    };
    *repeat = (struct weir_repeat){.count = 0};
    if (item->kind != WEIR_POST)
        return WEIR_OK;
    enum weir_status status = fold(pipeline, passage, &folded);
    return status == WEIR_OK ? weir_repeats_see(pipeline->repeats, &sighting, pipeline->batch.arena, repeat) : status;
}
