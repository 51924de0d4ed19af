/* One part of a condition as a sentence: what is asked, and what was found instead. */
#include "explain_sentence.h"

#include <inttypes.h>

#define NAMES_MAX 12 /* of the patterns in one sentence */

static FILE *out_of(const struct explain_writer *writer)
{
    return writer->session->page.out;
}

static void put_name(const struct explain_writer *writer, uint32_t pattern)
{
    fputc('\'', out_of(writer));
    explain_put_string(&writer->session->page, writer->rule->patterns[pattern].pattern->name);
    fputc('\'', out_of(writer));
}

static bool is_open(const struct explain_writer *writer, uint32_t pattern)
{
    return writer->rule->patterns[pattern].truncated || writer->rule->patterns[pattern].inconclusive;
}

static size_t count_hits(const struct explain_writer *writer, uint32_t pattern)
{
    return writer->rule->patterns[pattern].counts[WEIR_FATE_COUNTED];
}

/* What joins the wish to what was found. */
static const char *say_but(enum weir_truth truth)
{
    return truth == WEIR_TRUTH_NO ? ", but " : ", and ";
}

static void put_times(const struct explain_writer *writer, uint64_t times)
{
    if (times == 1)
        fputs("once", out_of(writer));
    else
        fprintf(out_of(writer), "%" PRIu64 " times", times);
}

/* "was not found", "was found once", "was found, but only where it does not count". */
static void put_finding(const struct explain_writer *writer, uint32_t pattern)
{
    const struct weir_explained_pattern *explained = &writer->rule->patterns[pattern];
    size_t count = count_hits(writer, pattern);
    if (count > 0) {
        fputs("was found ", out_of(writer));
        put_times(writer, count);
        fputs(is_open(writer, pattern) ? ", perhaps more often" : "", out_of(writer));
    } else if (is_open(writer, pattern)) {
        fputs("may have been found", out_of(writer));
    } else {
        fputs(explained->hit_count ? "was found only where it does not count" : "was not found", out_of(writer));
    }
}

/* ---- One sentence for each kind ---- */

static void say_name(const struct explain_writer *writer, const struct weir_explained_condition *condition)
{
    put_name(writer, condition->condition->patterns[0]);
    fprintf(out_of(writer), " has to be found%sit ", say_but(condition->truth));
    put_finding(writer, condition->condition->patterns[0]);
}

static void say_count(const struct explain_writer *writer, const struct weir_explained_condition *condition)
{
    static const char *const words[] = {
        [WEIR_AT_LEAST] = "at least", [WEIR_MORE] = "more than",  [WEIR_LESS] = "fewer than",
        [WEIR_AT_MOST] = "at most",   [WEIR_EXACTLY] = "exactly",
    };
    const struct weir_condition *asked = condition->condition;
    put_name(writer, asked->patterns[0]);
    fprintf(out_of(writer), " has to be found %s ", words[asked->comparison]);
    put_times(writer, asked->number);
    fprintf(out_of(writer), "%sit ", say_but(condition->truth));
    put_finding(writer, asked->patterns[0]);
}

/* The names of the patterns that have a counted hit, or have none. */
static void list_names(const struct explain_writer *writer, const struct weir_condition *asked, bool found,
                       size_t total)
{
    size_t named = 0;
    for (size_t i = 0; i < asked->pattern_count && named < NAMES_MAX; i++) {
        if ((count_hits(writer, asked->patterns[i]) > 0) != found)
            continue;
        fputs(explain_comma(named, total), out_of(writer));
        put_name(writer, asked->patterns[i]);
        named++;
    }
    if (total > named)
        fprintf(out_of(writer), " and %zu more", total - named);
}

static void say_of(const struct explain_writer *writer, const struct weir_explained_condition *condition)
{
    const struct weir_condition *asked = condition->condition;
    size_t total = asked->pattern_count;
    size_t found = (size_t)condition->found;
    FILE *out = out_of(writer);
    if (total == 1) {
        say_name(writer, condition);
        return;
    }
    if (asked->number == total)
        fprintf(out, "all %zu of these have to be found%s", total, say_but(condition->truth));
    else
        fprintf(out, "at least %" PRIu64 " of these %zu %s to be found%s", asked->number, total,
                asked->number == 1 ? "has" : "have", say_but(condition->truth));
    if (found == 0) {
        fputs("none was (", out);
        list_names(writer, asked, false, total);
        fputc(')', out);
        return;
    }
    const char *only = condition->truth == WEIR_TRUTH_NO ? "only " : "";
    if (found == total)
        fprintf(out, "all %zu were (", total);
    else
        fprintf(out, "%s%zu %s (", only, found, found == 1 ? "was" : "were");
    list_names(writer, asked, true, found);
    if (found < total) {
        fputs("; not ", out);
        list_names(writer, asked, false, total - found);
    }
    fputc(')', out);
}

static void put_pair(const struct explain_writer *writer, const struct weir_explained_condition *condition)
{
    for (int i = 0; i < 2; i++) {
        fputs(i ? " and " : " (", out_of(writer));
        explain_put_quote(&writer->session->page, condition->closest[i].quote);
    }
    fputc(')', out_of(writer));
}

/* Why there are no two hits to compare. */
static void say_no_pair(const struct explain_writer *writer, const struct weir_condition *asked)
{
    uint32_t a = asked->patterns[0];
    uint32_t b = asked->patterns[1];
    FILE *out = out_of(writer);
    if (a == b) {
        put_name(writer, a);
        fputc(' ', out);
        put_finding(writer, a);
    } else if (count_hits(writer, a) && count_hits(writer, b)) {
        fputs("they were found only in different texts", out);
    } else {
        bool lacks_both = !count_hits(writer, a) && !count_hits(writer, b);
        uint32_t missing = count_hits(writer, a) ? b : a;
        put_name(writer, missing);
        fputc(' ', out);
        put_finding(writer, missing);
        if (lacks_both) {
            fputs(", and ", out);
            put_name(writer, b);
            fputc(' ', out);
            put_finding(writer, b);
        }
    }
}

static void say_near(const struct explain_writer *writer, const struct weir_explained_condition *condition)
{
    const struct weir_condition *asked = condition->condition;
    FILE *out = out_of(writer);
    if (asked->patterns[0] == asked->patterns[1]) {
        fputs("two places of ", out);
        put_name(writer, asked->patterns[0]);
    } else {
        put_name(writer, asked->patterns[0]);
        fputs(" and ", out);
        put_name(writer, asked->patterns[1]);
    }
    fputs(" have to stand close together, with at most ", out);
    explain_put_number(&writer->session->page, asked->number, "character", "characters");
    fprintf(out, " between them%s", say_but(condition->truth));
    if (condition->found == WEIR_FOUND_NONE) {
        say_no_pair(writer, asked);
        return;
    }
    if (condition->found == 0)
        fputs("the closest two touch or overlap", out);
    else
        fprintf(out, "the closest two have %" PRIu64 " between them", condition->found);
    put_pair(writer, condition);
}

static void say_within(const struct explain_writer *writer, const struct weir_explained_condition *condition)
{
    const struct weir_condition *asked = condition->condition;
    FILE *out = out_of(writer);
    put_name(writer, asked->patterns[0]);
    fputs(" and ", out);
    put_name(writer, asked->patterns[1]);
    fputs(" have to be spoken at most ", out);
    explain_put_number(&writer->session->page, asked->number, "second", "seconds");
    fprintf(out, " apart%s", say_but(condition->truth));
    if (condition->found != WEIR_FOUND_NONE) {
        fprintf(out, "the closest two are %" PRIu64 ".%" PRIu64 " seconds apart", condition->found / 1000,
                condition->found / 100 % 10);
        put_pair(writer, condition);
    } else if (writer->item->fragment_count == 0) {
        fputs("this text has no times, as the captions of a stream do", out);
    } else {
        say_no_pair(writer, asked);
    }
}

static void say_not_name(const struct explain_writer *writer, const struct weir_explained_condition *condition)
{
    uint32_t pattern = condition->condition->first->patterns[0];
    put_name(writer, pattern);
    fprintf(out_of(writer), " must not be found%sit ", say_but(condition->truth));
    put_finding(writer, pattern);
}

static bool is_name(const struct weir_condition *condition)
{
    return condition->kind == WEIR_CONDITION_NAME ||
           (condition->kind == WEIR_CONDITION_OF && condition->pattern_count == 1);
}

bool explain_is_sentence(const struct weir_condition *condition)
{
    return !condition->first || (condition->kind == WEIR_CONDITION_NOT && is_name(condition->first));
}

void explain_say(const struct explain_writer *writer, const struct weir_explained_condition *condition)
{
    switch (condition->condition->kind) {
    case WEIR_CONDITION_COUNT:
        say_count(writer, condition);
        break;
    case WEIR_CONDITION_NEAR:
        say_near(writer, condition);
        break;
    case WEIR_CONDITION_WITHIN:
        say_within(writer, condition);
        break;
    case WEIR_CONDITION_OF:
        say_of(writer, condition);
        break;
    case WEIR_CONDITION_NOT:
        say_not_name(writer, condition);
        break;
    case WEIR_CONDITION_NAME:
    case WEIR_CONDITION_AND:
    case WEIR_CONDITION_OR:
    default:
        say_name(writer, condition);
        break;
    }
}
