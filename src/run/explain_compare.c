/* Compares by rule, and in each rule by place: field, start, end, pattern and view. In a caption stream, whose record
 * has places in fragments and no more than one of the rules that may have flagged it, by that rule and its quotes. */
#include "explain_compare.h"

#define PLACES_MAX 10 /* of one rule that differ and are shown */
#define RULES_MAX 20

static const struct weir_match *find_match(const struct weir_verdict *verdict, enum weir_channel channel,
                                           struct weir_text id)
{
    for (size_t i = 0; i < verdict->match_count[channel]; i++)
        if (weir_text_is(id, verdict->matches[channel][i].rule->id))
            return &verdict->matches[channel][i];
    return NULL;
}

static const json_t *find_recorded(const struct record *record, const struct weir_match *match)
{
    for (size_t i = 0; i < json_array_size(record->rules); i++) {
        const json_t *rule = json_array_get(record->rules, i);
        if (weir_text_is(record_text(rule, "id"), match->rule->id))
            return rule;
    }
    return NULL;
}

static bool is_same_place(const json_t *recorded, const struct weir_evidence *evidence,
                          const struct weir_ruleset *rules)
{
    bool is_same = record_is_of_fragments(recorded) ? weir_text_equal(record_text(recorded, "quote"), evidence->quote)
                                                    : (size_t)record_number(recorded, "start") == evidence->start &&
                                                          (size_t)record_number(recorded, "end") == evidence->end;
    return is_same && weir_text_is(record_text(recorded, "field"), rules->fields.at[evidence->field]) &&
           weir_text_is(record_text(recorded, "pattern"), evidence->pattern->name) &&
           weir_text_is(record_text(recorded, "view"), weir_view_name(evidence->view));
}

static bool has_recorded(const json_t *list, const struct weir_evidence *evidence, const struct weir_ruleset *rules)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (is_same_place(json_array_get(list, i), evidence, rules))
            return true;
    return false;
}

static bool has_place(const struct weir_match *match, const json_t *recorded, const struct weir_ruleset *rules)
{
    for (size_t i = 0; i < match->evidence_count; i++)
        if (is_same_place(recorded, &match->evidence[i], rules))
            return true;
    return false;
}

static size_t count_places(const struct weir_match *match, const json_t *list, const struct weir_ruleset *rules)
{
    size_t differ = 0;
    for (size_t i = 0; i < match->evidence_count; i++)
        differ += !has_recorded(list, &match->evidence[i], rules);
    for (size_t i = 0; i < json_array_size(list); i++)
        differ += !has_place(match, json_array_get(list, i), rules);
    return differ;
}

size_t record_differences(const struct record *record, const struct weir_ruleset *ruleset,
                          const struct weir_verdict *verdict)
{
    size_t differ = 0;
    for (size_t i = 0; i < json_array_size(record->rules); i++) {
        const json_t *rule = json_array_get(record->rules, i);
        const json_t *list = json_object_get(rule, "evidence");
        const struct weir_match *match = find_match(verdict, record->channel, record_text(rule, "id"));
        differ += match ? count_places(match, list, ruleset) : 1 + json_array_size(list);
    }
    for (size_t i = 0; i < verdict->match_count[record->channel] && record->kind == WEIR_POST; i++)
        differ += !find_recorded(record, &verdict->matches[record->channel][i]);
    return differ;
}

/* ---- Words ---- */

static const struct weir_rule *find_rule(const struct weir_ruleset *ruleset, struct weir_text id)
{
    for (size_t i = 0; i < ruleset->rule_count; i++)
        if (weir_text_is(id, ruleset->rules[i].id))
            return &ruleset->rules[i];
    return NULL;
}

/* A rule of the record that gives no flag of the same kind now. */
static void print_lost(const struct explain_session *session, const struct record *record,
                       const struct explained *explained, struct weir_text id)
{
    const struct explain_page *page = &session->page;
    const struct weir_rule *rule = find_rule(session->run->ruleset, id);
    enum weir_channel other = record->channel == WEIR_CHANNEL_REVIEW ? WEIR_CHANNEL_SHADOW : WEIR_CHANNEL_REVIEW;
    fputs("  - ", page->out);
    explain_put_text(page, id, 200);
    if (!rule)
        fputs(" is in the record, but is not among these rules: it was removed, renamed or deprecated since\n",
              page->out);
    else if (find_match(&explained->explanation.verdict, other, id))
        fprintf(page->out, " flags this in both, but its status is %s now\n", weir_rule_status_name(rule->status));
    else
        fputs(" is in the record, but does not flag this now; see above\n", page->out);
}

static void print_only(const struct explain_session *session, const char *whose, struct weir_text pattern,
                       struct weir_text quote, struct weir_text field)
{
    const struct explain_page *page = &session->page;
    fprintf(page->out, "      only %s: ", whose);
    explain_put_text(page, pattern, 100);
    fputs(" at ", page->out);
    explain_put_quote(page, quote);
    fputs(", ", page->out);
    explain_put_text(page, field, 100);
}

/* Offsets as records have them, so that both sides can be laid beside each other. */
static void print_recorded_place(const struct explain_session *session, const json_t *evidence)
{
    const json_t *fragments = json_object_get(evidence, "fragments");
    FILE *out = session->page.out;
    print_only(session, "in the record", record_text(evidence, "pattern"), record_text(evidence, "quote"),
               record_text(evidence, "field"));
    if (fragments)
        fprintf(out, ", fragments %lld to %lld\n", (long long)record_number(json_array_get(fragments, 0), "sequence"),
                (long long)record_number(json_array_get(fragments, json_array_size(fragments) - 1), "sequence"));
    else
        fprintf(out, ", start %lld, end %lld\n", (long long)record_number(evidence, "start"),
                (long long)record_number(evidence, "end"));
}

static void print_new_place(const struct explain_session *session, const struct weir_evidence *evidence)
{
    print_only(session, "now", weir_text_of(evidence->pattern->name), evidence->quote,
               weir_text_of(session->run->ruleset->fields.at[evidence->field]));
    fprintf(session->page.out, ", start %zu, end %zu\n", evidence->start, evidence->end);
}

/* A rule that flags in both, and points at other places. */
static void print_moved(const struct explain_session *session, const struct weir_match *match, const json_t *list)
{
    const struct weir_ruleset *rules = session->run->ruleset;
    size_t shown = 0;
    fputs("  - ", session->page.out);
    explain_put_string(&session->page, match->rule->id);
    fputs(" flags this in both, but points at other places\n", session->page.out);
    for (size_t i = 0; i < json_array_size(list) && shown < PLACES_MAX; i++)
        if (!has_place(match, json_array_get(list, i), rules)) {
            print_recorded_place(session, json_array_get(list, i));
            shown++;
        }
    for (size_t i = 0; i < match->evidence_count && shown < PLACES_MAX; i++)
        if (!has_recorded(list, &match->evidence[i], rules)) {
            print_new_place(session, &match->evidence[i]);
            shown++;
        }
    if (count_places(match, list, rules) > shown)
        fputs("      and more\n", session->page.out);
}

static void print_differences(const struct explain_session *session, const struct record *record,
                              const struct explained *explained)
{
    const struct weir_verdict *verdict = &explained->explanation.verdict;
    FILE *out = session->page.out;
    for (size_t i = 0; i < json_array_size(record->rules) && i < RULES_MAX; i++) {
        const json_t *rule = json_array_get(record->rules, i);
        const json_t *list = json_object_get(rule, "evidence");
        const struct weir_match *match = find_match(verdict, record->channel, record_text(rule, "id"));
        if (!match)
            print_lost(session, record, explained, record_text(rule, "id"));
        else if (count_places(match, list, session->run->ruleset) > 0)
            print_moved(session, match, list);
    }
    for (size_t i = 0; i < verdict->match_count[record->channel] && i < RULES_MAX; i++) {
        const struct weir_match *match = &verdict->matches[record->channel][i];
        if (record->kind == WEIR_CAPTION || find_recorded(record, match))
            continue;
        fputs("  - ", out);
        explain_put_string(&session->page, match->rule->id);
        fputs(" flags this now, but is not in the record\n", out);
    }
}

/* What may have made the difference. */
static void print_causes(const struct explain_session *session, const struct record *record)
{
    const struct explain_page *page = &session->page;
    const char *ours = session->run->ruleset->sha256;
    if (record->sha256[0] && strcmp(record->sha256, ours) != 0) {
        fputs("  Why: these are not the rules that made the record. Its rules have the sha256 ", page->out);
        explain_put_text(page, weir_text_of(record->sha256), 64);
        fprintf(page->out, ", these have %s.\n", ours);
    } else {
        fputs(
            "  The rules are the very same, so the cause is elsewhere: the limits or fields of the configuration (-c), "
            "another version of weir, or a part of the post that the record does not hold.\n",
            page->out);
    }
    if (record->kind == WEIR_CAPTION)
        fputs("  The record of a stream does not hold its times, which `within` needs.\n", page->out);
    if (record->has_unknown_fields)
        fputs("  The record holds fields that neither the rules nor the configuration name; -c may be missing.\n",
              page->out);
    if (json_is_true(json_object_get(record->root, "truncated")))
        fputs("  The record says truncated: it shows only a part of what was found.\n", page->out);
    for (size_t i = 0; i < json_array_size(record->rules) && i < RULES_MAX; i++) {
        const json_t *recorded = json_array_get(record->rules, i);
        const struct weir_rule *rule = find_rule(session->run->ruleset, record_text(recorded, "id"));
        struct weir_text version = record_text(recorded, "version");
        if (!rule || weir_text_is(version, rule->version))
            continue;
        fprintf(page->out, "  %s was of version ", rule->id);
        explain_put_text(page, version, 40);
        fprintf(page->out, " then, and is of version %s now.\n", rule->version);
    }
}

/* How the lines of the content were taken. */
static void print_values(const struct explain_session *session, const struct record *record,
                         const struct explained *explained)
{
    FILE *out = session->page.out;
    size_t extra = explained->item->value_count - record->field_count;
    if (record->seam_count == 0)
        return;
    fputs("  The record joins the texts of a field by line breaks, and does not say which line breaks these are; read ",
          out);
    if (extra == 0)
        fputs("as one text per field.\n", out);
    else
        fprintf(out, "with %zu of the %zu between two texts.\n", extra, record->seam_count);
}

void record_print_comparison(const struct explain_session *session, const struct record *record,
                             const struct explained *explained)
{
    const struct explain_page *page = &session->page;
    size_t differ = record_differences(record, session->run->ruleset, &explained->explanation.verdict);
    fputc('\n', page->out);
    explain_put(page, EXPLAIN_STRONG, "Compared with the record: ");
    if (differ == 0) {
        explain_put(page, EXPLAIN_GOOD, "the same answer");
        fprintf(page->out, ", by the same %s, at the same places.\n",
                json_array_size(record->rules) == 1 ? "rule" : "rules");
        if (record->sha256[0] && strcmp(record->sha256, session->run->ruleset->sha256) != 0)
            fputs("  The rules have been changed since, but that makes no difference here.\n", page->out);
    } else {
        explain_put(page, EXPLAIN_BAD, "another answer");
        fputs(".\n", page->out);
        print_differences(session, record, explained);
        print_causes(session, record);
    }
    print_values(session, record, explained);
}
