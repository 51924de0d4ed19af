/* The answer, and what each rule made of the item, in words. */
#include "explain_parts.h"

#include <inttypes.h>

#define FLAGGING_MAX 50 /* rules that are shown, those that flag and the others each */
#define OTHERS_MAX 20

static void print_gate(const struct explain_session *session, const struct weir_item *item,
                       const struct weir_explained_rule *explained)
{
    const struct explain_page *page = &session->page;
    const struct weir_rule *rule = explained->rule;
    if (explained->gate == WEIR_GATE_KIND) {
        fprintf(page->out, " it looks at %ss only, and this is a %s.\n",
                weir_kind_name(item->kind == WEIR_POST ? WEIR_CAPTION : WEIR_POST), weir_kind_name(item->kind));
        return;
    }
    fprintf(page->out, " it is for %ss in ", weir_kind_name(item->kind));
    for (size_t i = 0; i < rule->language_count; i++) {
        fputs(i ? ", " : "", page->out);
        explain_put_text(page, rule->languages[i], 40);
    }
    fputs(" only, and this one says that it is in ", page->out);
    explain_put_text(page, item->lang, 40);
    fputs(".\n", page->out);
}

static void print_answer_of(const struct explain_session *session, const struct weir_item *item,
                            const struct weir_explained_rule *explained)
{
    const struct explain_page *page = &session->page;
    const struct weir_match *match = explained->match;
    fputs("  ", page->out);
    if (explained->gate != WEIR_GATE_OPEN) {
        explain_put(page, EXPLAIN_STRONG, "Does not look at this:");
    } else if (!match) {
        explain_put(page, EXPLAIN_BAD, "Does not flag this");
        fputs(", because ", page->out);
        explain_put_reason(session, item, explained);
        fputc('.', page->out);
    } else if (match->inconclusive) {
        explain_put(page, EXPLAIN_DOUBT, "Gives this to a person to decide");
        fputs(", as inconclusive: a limit kept weir from looking at everything, and what is not known is never taken "
              "for harmless.",
              page->out);
    } else if (match->rule->status == WEIR_RULE_SHADOW) {
        explain_put(page, EXPLAIN_GOOD, "Flags this on trial");
        fputs(" (status: shadow): the flag goes to the shadow topic, and reviewers do not see it.", page->out);
    } else {
        explain_put(page, EXPLAIN_GOOD, "Flags this.");
    }
    if (explained->gate == WEIR_GATE_OPEN)
        fputc('\n', page->out);
    if (match && match->truncated)
        fputs("  There is more of it in the text than a flag shows.\n", page->out);
}

static void print_heading(const struct explain_session *session, const struct weir_rule *rule)
{
    const struct explain_page *page = &session->page;
    fputc('\n', page->out);
    explain_put(page, EXPLAIN_STRONG, "Rule ");
    explain_put_string(page, rule->id);
    fputs(": ", page->out);
    explain_put_string(page, rule->title);
    fprintf(page->out, " (severity %s)\n", weir_severity_name(rule->severity));
}

static void print_rule(const struct explain_session *session, const struct weir_item *item,
                       const struct weir_explained_rule *explained)
{
    const struct explain_page *page = &session->page;
    print_heading(session, explained->rule);
    print_answer_of(session, item, explained);
    if (explained->gate != WEIR_GATE_OPEN) {
        print_gate(session, item, explained);
        return;
    }
    if (explained->match) {
        fputs("  Why it matters: ", page->out);
        explain_put_string(page, explained->rule->why);
        fputc('\n', page->out);
    }
    explain_print_hits(session, item, explained);
    explain_print_condition(session, item, explained);
}

static void list_matches(const struct explain_page *page, const struct weir_verdict *verdict, enum weir_channel channel)
{
    size_t count = verdict->match_count[channel];
    for (size_t i = 0; i < count && i < FLAGGING_MAX; i++) {
        fputs(i ? ", " : "", page->out);
        explain_put_string(page, verdict->matches[channel][i].rule->id);
    }
    fputs(count > FLAGGING_MAX ? ", ...\n" : "\n", page->out);
}

static bool is_sure(const struct weir_verdict *verdict)
{
    for (size_t i = 0; i < verdict->match_count[WEIR_CHANNEL_REVIEW]; i++)
        if (!verdict->matches[WEIR_CHANNEL_REVIEW][i].inconclusive)
            return true;
    return false;
}

static void print_answer(const struct explain_session *session, const struct weir_explanation *explanation)
{
    const struct explain_page *page = &session->page;
    const struct weir_verdict *verdict = &explanation->verdict;
    explain_put(page, EXPLAIN_STRONG, "The answer: ");
    if (verdict->match_count[WEIR_CHANNEL_REVIEW] == 0) {
        explain_put(page, EXPLAIN_BAD, "not flagged");
        fputs(verdict->match_count[WEIR_CHANNEL_SHADOW] ? " for reviewers.\n" : ".\n", page->out);
    } else if (is_sure(verdict)) {
        explain_put(page, EXPLAIN_GOOD, "flagged");
        fputs(", for people to review, by ", page->out);
        list_matches(page, verdict, WEIR_CHANNEL_REVIEW);
    } else {
        explain_put(page, EXPLAIN_DOUBT, "not decided");
        fputs(", and so flagged as inconclusive for people to decide, by ", page->out);
        list_matches(page, verdict, WEIR_CHANNEL_REVIEW);
    }
    if (verdict->match_count[WEIR_CHANNEL_SHADOW]) {
        fputs("On trial only (shadow), flagged by ", page->out);
        list_matches(page, verdict, WEIR_CHANNEL_SHADOW);
    }
    if (explanation->failed)
        fputs("The scan of the text itself failed, so nothing is known of what it holds.\n", page->out);
}

static void print_quiet(const struct explain_session *session, const struct weir_explanation *explanation)
{
    const struct explain_page *page = &session->page;
    size_t total = session->run->ruleset->rule_count;
    if (explanation->failed || explanation->quiet_count == 0)
        return;
    fputc('\n', page->out);
    if (explanation->quiet_count == total && total > 1)
        fprintf(page->out, "None of the %zu rules found anything in it.\n", total);
    else if (total == 1)
        fputs("The one rule found nothing in it.\n", page->out);
    else
        fprintf(page->out, "%zu other %s found nothing in it.\n", explanation->quiet_count,
                explanation->quiet_count == 1 ? "rule" : "rules");
}

/* A rule that was asked for and has nothing to show. */
static void print_nothing(const struct explain_session *session)
{
    const struct explain_page *page = &session->page;
    const struct weir_rule *rule = session->only;
    print_heading(session, rule);
    fputs("  None of its patterns found anything: ", page->out);
    for (uint32_t i = 0; i < rule->pattern_count && i < OTHERS_MAX; i++) {
        fputs(i ? ", " : "", page->out);
        explain_put_string(page, session->run->ruleset->patterns[rule->pattern_first + i].name);
    }
    fputs(rule->pattern_count > OTHERS_MAX ? ", ...\n" : "\n", page->out);
}

void explain_print_rules(const struct explain_session *session, const struct explained *explained)
{
    const struct weir_explanation *explanation = &explained->explanation;
    size_t shown[2] = {0};
    size_t hidden[2] = {0};
    print_answer(session, explanation);
    for (int pass = 0; pass < 2; pass++) {
        const size_t most = pass == 0 ? FLAGGING_MAX : OTHERS_MAX;
        for (size_t i = 0; i < explanation->rule_count; i++) {
            const struct weir_explained_rule *rule = &explanation->rules[i];
            if ((pass == 0) != (rule->match != NULL) || (session->only && session->only != rule->rule))
                continue;
            if (shown[pass] == most) {
                hidden[pass]++;
                continue;
            }
            print_rule(session, explained->item, rule);
            shown[pass]++;
        }
        if (hidden[pass])
            fprintf(session->page.out, "\n... and %zu more rules that %s (--rule ID shows one)\n", hidden[pass],
                    pass == 0 ? "flag this" : "found something and do not flag this");
    }
    if (!session->only)
        print_quiet(session, explanation);
    else if (shown[0] + shown[1] == 0)
        print_nothing(session);
}
