/* The condition of a rule as a tree of sentences, each with its truth. */
#include "explain_sentence.h"

#define LINES_MAX 100

static void put_truth(const struct explain_writer *writer, enum weir_truth truth, int depth)
{
    const struct explain_page *page = &writer->session->page;
    fprintf(page->out, "    %*s", depth * 2, "");
    if (truth == WEIR_TRUTH_YES)
        explain_put(page, EXPLAIN_GOOD, "yes");
    else if (truth == WEIR_TRUTH_NO)
        explain_put(page, EXPLAIN_BAD, "no");
    else
        explain_put(page, EXPLAIN_DOUBT, "not sure");
    fputs(": ", page->out);
}

static void print_node(const struct explain_writer *writer, const struct weir_explained_condition *condition, int depth,
                       int *lines)
{
    static const char *const all[] = {
        "all of this has to be so, but it is not:", "all of this has to be so, and part of it is not known:",
        "all of this has to be so, and it is:"};
    static const char *const one[] = {
        "one of these is enough, but none is so:", "one of these is enough, and it is not known whether one is so:",
        "one of these is enough, and it is so:"};
    static const char *const not [] = {"this must not be so, but it is:", "this must not be so, and it is not known:",
                                       "this must not be so, and it is not:"};
    FILE *out = writer->session->page.out;
    if ((*lines)++ >= LINES_MAX)
        return;
    put_truth(writer, condition->truth, depth);
    const struct weir_condition *asked = condition->condition;
    if (explain_is_sentence(asked))
        explain_say(writer, condition);
    else if (asked->kind == WEIR_CONDITION_AND)
        fputs(all[condition->truth], out);
    else
        fputs(asked->kind == WEIR_CONDITION_OR ? one[condition->truth] : not [condition->truth], out);
    fputc('\n', out);
    for (const struct weir_explained_condition *part = explain_is_sentence(asked) ? NULL : condition->first; part;
         part = part->next)
        print_node(writer, part, depth + 1, lines);
}

void explain_put_reason(const struct explain_session *session, const struct weir_item *item,
                        const struct weir_explained_rule *rule)
{
    const struct explain_writer writer = {.session = session, .item = item, .rule = rule};
    const struct weir_explained_condition *condition = rule->condition;
    while (condition->condition->kind == WEIR_CONDITION_AND) {
        condition = condition->first;
        while (condition->next && condition->truth != WEIR_TRUTH_NO)
            condition = condition->next;
    }
    if (explain_is_sentence(condition->condition))
        explain_say(&writer, condition);
    else if (condition->condition->kind == WEIR_CONDITION_OR)
        fputs("none of the things is there of which one would be enough", session->page.out);
    else
        fputs("something is there that must not be", session->page.out);
}

void explain_print_condition(const struct explain_session *session, const struct weir_item *item,
                             const struct weir_explained_rule *rule)
{
    const struct explain_writer writer = {.session = session, .item = item, .rule = rule};
    int lines = 0;
    fputs("  When it flags: ", session->page.out);
    explain_put_text(&session->page, rule->condition->condition->source, 2000);
    fputc('\n', session->page.out);
    print_node(&writer, rule->condition, 0, &lines);
    if (lines > LINES_MAX)
        fprintf(session->page.out, "    ... (%d more lines)\n", lines - LINES_MAX);
}
