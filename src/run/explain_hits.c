/* What the patterns of a rule found, in words. */
#include "explain_parts.h"

#include <inttypes.h>

#define HITS_MAX 8 /* of one pattern that are shown, those that count and the others each */
#define NAMES_MAX 20

static const char *say_kind(const struct weir_pattern *pattern)
{
    if (pattern->kind == WEIR_PATTERN_DOMAINS)
        return "a list of web addresses";
    bool is_exact = pattern->view == WEIR_VIEW_EXACT;
    if (pattern->check != WEIR_CHECK_NONE)
        return "a search pattern for numbers with check digits";
    if (pattern->kind == WEIR_PATTERN_REGEX)
        return is_exact ? "a search pattern, on the text exactly as written" : "a search pattern";
    return is_exact ? "a list of words, exactly as written" : "a list of words";
}

static const char *say_check(enum weir_check check)
{
    switch (check) {
    case WEIR_CHECK_LUHN:
        return "that real payment cards have";
    case WEIR_CHECK_IBAN:
        return "that real IBANs have";
    case WEIR_CHECK_MOD11_2:
    case WEIR_CHECK_NONE:
    default:
        return "that real numbers of this kind have";
    }
}

static void put_reason(const struct explain_session *session, const struct weir_item *item,
                       const struct weir_explained_hit *hit)
{
    const struct explain_page *page = &session->page;
    switch (hit->fate) {
    case WEIR_FATE_EXCEPTED:
        fputs("the rule makes an exception of ", page->out);
        explain_put_quote(page, hit->exception.quote);
        break;
    case WEIR_FATE_BOUNDARY:
        fputs("it is only a part of ", page->out);
        explain_put_whole_word(session, item, &hit->evidence);
        break;
    case WEIR_FATE_CHECK:
        fprintf(page->out, "it does not have the check digits %s", say_check(hit->evidence.pattern->check));
        break;
    case WEIR_FATE_FIELD:
        fputs("the rule does not look there", page->out);
        break;
    case WEIR_FATE_COUNTED:
    case WEIR_FATE_COUNT:
    default:
        break;
    }
}

static void print_counted(const struct explain_session *session, const struct weir_item *item,
                          const struct weir_explained_pattern *pattern)
{
    FILE *out = session->page.out;
    size_t shown = 0;
    for (size_t i = 0; i < pattern->hit_count && shown < HITS_MAX; i++) {
        if (pattern->hits[i].fate != WEIR_FATE_COUNTED)
            continue;
        fputs("      - ", out);
        explain_put_hit(session, item, &pattern->hits[i].evidence);
        fputc('\n', out);
        shown++;
    }
    if (pattern->counts[WEIR_FATE_COUNTED] > shown)
        fprintf(out, "      - and %zu more\n", pattern->counts[WEIR_FATE_COUNTED] - shown);
}

static void print_refused(const struct explain_session *session, const struct weir_item *item,
                          const struct weir_explained_pattern *pattern)
{
    FILE *out = session->page.out;
    size_t shown = 0;
    size_t count = 0;
    for (int fate = WEIR_FATE_COUNTED + 1; fate < WEIR_FATE_COUNT; fate++)
        count += pattern->counts[fate];
    for (size_t i = 0; i < pattern->hit_count && shown < HITS_MAX; i++) {
        if (pattern->hits[i].fate == WEIR_FATE_COUNTED)
            continue;
        fputs("      - does not count: ", out);
        explain_put_hit(session, item, &pattern->hits[i].evidence);
        fputs(": ", out);
        put_reason(session, item, &pattern->hits[i]);
        fputc('\n', out);
        shown++;
    }
    if (count > shown)
        fprintf(out, "      - and %zu more that do not count\n", count - shown);
}

static void print_pattern(const struct explain_session *session, const struct weir_item *item,
                          const struct weir_explained_pattern *pattern)
{
    FILE *out = session->page.out;
    size_t count = pattern->counts[WEIR_FATE_COUNTED];
    fputs("    ", out);
    explain_put(&session->page, EXPLAIN_STRONG, pattern->pattern->name);
    fprintf(out, " (%s): ", say_kind(pattern->pattern));
    if (count == 1)
        fputs("found once", out);
    else if (count > 1)
        fprintf(out, "found %zu times", count);
    else
        fputs(pattern->hit_count ? "found nothing that counts" : "found nothing that is sure", out);
    if (pattern->truncated)
        fputs("; there are more, but weir looks at no more than so many in one item (limits.hits)", out);
    if (pattern->inconclusive)
        fputs("; the search was stopped before its end because it took too long, so there may be more", out);
    fputc('\n', out);
    print_counted(session, item, pattern);
    print_refused(session, item, pattern);
}

static bool found_anything(const struct weir_explained_pattern *pattern)
{
    return pattern->hit_count > 0 || pattern->truncated || pattern->inconclusive;
}

void explain_print_hits(const struct explain_session *session, const struct weir_item *item,
                        const struct weir_explained_rule *rule)
{
    FILE *out = session->page.out;
    const uint32_t count = rule->rule->pattern_count;
    uint32_t missing = 0;
    uint32_t shown = 0;
    fputs("  What it looks for:\n", out);
    for (uint32_t i = 0; i < count; i++)
        if (!found_anything(&rule->patterns[i]))
            missing++;
        else if (shown++ < NAMES_MAX)
            print_pattern(session, item, &rule->patterns[i]);
    if (shown > NAMES_MAX)
        fprintf(out, "    and %" PRIu32 " more patterns found something\n", shown - NAMES_MAX);
    uint32_t named = 0;
    for (uint32_t i = 0; i < count && named < NAMES_MAX; i++) {
        if (found_anything(&rule->patterns[i]))
            continue;
        fputs(named ? ", " : "    not found: ", out);
        explain_put_string(&session->page, rule->patterns[i].pattern->name);
        named++;
    }
    if (missing > named)
        fprintf(out, " and %" PRIu32 " more", missing - named);
    fputs(missing ? "\n" : "", out);
    for (uint32_t i = count; i < count + rule->rule->exception_count; i++)
        if (rule->patterns[i].truncated || rule->patterns[i].inconclusive) {
            fputs("    an exception could not be looked for to the end, so it is not sure what counts\n", out);
            break;
        }
}
