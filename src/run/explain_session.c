/* The stages that an explanation goes through: those of the daemon, for one item at a time. */
#include "explain_parts.h"

static enum weir_status find_only(struct explain_session *session, struct weir_error *error)
{
    const struct weir_ruleset *ruleset = session->run->ruleset;
    const char *id = session->run->rule;
    if (!id)
        return WEIR_OK;
    for (size_t i = 0; i < ruleset->rule_count; i++)
        if (strcmp(ruleset->rules[i].id, id) == 0) {
            session->only = &ruleset->rules[i];
            return WEIR_OK;
        }
    return weir_error_set(error, WEIR_INVALID, "there is no rule '%.200s' that runs; `weir check` lists what is loaded",
                          id);
}

enum weir_status explain_open(const struct weir_explain_run *run, struct explain_session *session,
                              struct weir_error *error)
{
    *session = (struct explain_session){.run = run, .page = {run->out, run->has_colour, run->chars}};
    enum weir_status status = find_only(session, error);
    if (status != WEIR_OK)
        return status;
    status = weir_normalizer_new(run->chars, &session->normalizer);
    if (status == WEIR_OK)
        status = weir_scanner_new(run->ruleset, run->settings->limits.hits, &session->scanner);
    if (status == WEIR_OK)
        status = weir_decider_new(run->ruleset, run->chars, &run->settings->limits, &session->decider);
    return status == WEIR_OK ? WEIR_OK : weir_error_set(error, status, "no memory to start");
}

void explain_close(struct explain_session *session)
{
    weir_decider_free(session->decider);
    weir_scanner_free(session->scanner);
    weir_normalizer_free(session->normalizer);
}

enum weir_status explain_judge(struct explain_session *session, const struct weir_item *item, struct weir_arena *arena,
                               struct weir_verdict *verdict)
{
    struct weir_scan_text texts;
    struct weir_hits hits;
    enum weir_status status = weir_normalize(session->normalizer, item, session->run->ruleset->views, &texts);
    if (status != WEIR_OK)
        return status;
    weir_scan(session->scanner, &texts, &hits);
    return weir_decide(session->decider, item, &texts, &hits, arena, verdict);
}

enum weir_status explain_item(struct explain_session *session, const struct weir_item *item, struct weir_arena *arena,
                              struct explained *explained)
{
    const unsigned views = session->run->ruleset->views | 1u << WEIR_VIEW_FOLDED;
    struct explained made = {.item = item};
    struct weir_hits hits;
    enum weir_status status = weir_normalize(session->normalizer, item, views, &made.texts);
    if (status != WEIR_OK)
        return status;
    weir_scan(session->scanner, &made.texts, &hits);
    status = weir_explain(session->decider, item, &made.texts, &hits, arena, &made.explanation);
    if (status == WEIR_OK)
        *explained = made;
    return status;
}
