/* Counts of the demo. Its memory is fixed at the start, however long the demo runs; never prints but the summary. */
#include "demo_tally.h"

#include "weir/demo.h"

#include <inttypes.h>
#include <stdlib.h>

enum weir_status demo_tally_init(struct demo_tally *tally, const struct weir_ruleset *ruleset)
{
    *tally = (struct demo_tally){.ruleset = ruleset, .latency_from_ms = INT64_MAX};
    tally->by_rule = calloc(ruleset->rule_count + 1, sizeof *tally->by_rule);
    return tally->by_rule ? WEIR_OK : WEIR_NO_MEMORY;
}

void demo_tally_fini(struct demo_tally *tally)
{
    free(tally->by_rule);
    tally->by_rule = NULL;
}

static const char *string_of(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static void count_rules(struct demo_tally *tally, const json_t *flag)
{
    size_t i;
    json_t *found;
    json_array_foreach(json_object_get(flag, "rules"), i, found)
    {
        for (size_t rule = 0; rule < tally->ruleset->rule_count; rule++)
            tally->by_rule[rule] += strcmp(tally->ruleset->rules[rule].id, string_of(found, "id")) == 0;
    }
}

static void count_latency(struct demo_tally *tally, const json_t *flag, int64_t now_ms)
{
    const json_t *timestamp = json_object_get(json_object_get(flag, "source"), "timestamp");
    int64_t sent_ms = json_integer_value(timestamp);
    if (!timestamp || sent_ms < tally->latency_from_ms)
        return;
    uint64_t took_ms = now_ms > sent_ms ? (uint64_t)(now_ms - sent_ms) : 0;
    tally->latency[took_ms < DEMO_LATENCY_MAX_MS ? took_ms : DEMO_LATENCY_MAX_MS]++;
    tally->latency_count++;
    tally->latency_last_ms = took_ms;
}

/* Each stream once, whatever rules flag it. */
static void count_stream(struct demo_tally *tally, const json_t *flag)
{
    uint64_t stream;
    if (!weir_demo_stream_number(weir_text_of(string_of(json_object_get(flag, "item"), "stream")), &stream))
        return;
    uint64_t *seen = &tally->seen_streams[stream % DEMO_SEEN_MAX];
    if (*seen == stream + 1)
        return;
    *seen = stream + 1;
    if (weir_demo_stream_is_harmful(stream))
        tally->spoken_flagged++;
    else
        tally->spoken_ordinary_flagged++;
}

static void count_sample(struct demo_tally *tally, const json_t *flag, uint64_t seed)
{
    uint64_t number;
    struct weir_demo_post post;
    if (!weir_demo_post_number(weir_text_of(string_of(json_object_get(flag, "item"), "id")), &number))
        return;
    uint64_t *seen = &tally->seen[number % DEMO_SEEN_MAX];
    if (*seen == number + 1)
        return;
    *seen = number + 1;
    weir_demo_post(seed, number, &post);
    if (post.nature == WEIR_DEMO_HARMFUL)
        tally->harmful_flagged++;
    else
        tally->ordinary_flagged++;
}

void demo_tally_flag(struct demo_tally *tally, const json_t *flag, uint64_t seed, bool is_sample, int64_t now_ms)
{
    tally->flags++;
    if (tally->latency_from_ms == INT64_MAX)
        tally->latency_from_ms = now_ms;
    count_rules(tally, flag);
    count_latency(tally, flag, now_ms);
    if (is_sample && strcmp(string_of(flag, "kind"), "caption") == 0)
        count_stream(tally, flag);
    else if (is_sample)
        count_sample(tally, flag, seed);
}

void demo_tally_shadow(struct demo_tally *tally)
{
    tally->shadow_flags++;
}

void demo_tally_dead_letter(struct demo_tally *tally, const json_t *dead_letter)
{
    tally->dead_letters++;
    for (int i = 0; i < WEIR_BAD_REASON_COUNT; i++)
        if (strcmp(weir_bad_reason_name((enum weir_bad_reason)i), string_of(dead_letter, "reason")) == 0)
            tally->dead_by_reason[i]++;
}

uint64_t demo_tally_latency(const struct demo_tally *tally, unsigned percent)
{
    uint64_t wanted = (tally->latency_count * percent + 99) / 100;
    uint64_t sum = 0;
    for (uint64_t ms = 0; ms < DEMO_LATENCY_MAX_MS; ms++) {
        sum += tally->latency[ms];
        if (sum >= wanted)
            return ms;
    }
    return DEMO_LATENCY_MAX_MS;
}

/* ---- The summary ---- */

static void print_rules(const struct demo_tally *tally, size_t columns, FILE *out)
{
    const size_t before_title = 42;
    int title_max = columns > before_title ? (int)(columns - before_title) : 200;
    uint64_t before = UINT64_MAX;
    /* Most frequent first, without sorting the ruleset: one round per distinct count. */
    for (;;) {
        uint64_t most = 0;
        for (size_t i = 0; i < tally->ruleset->rule_count; i++)
            if (tally->by_rule[i] < before && tally->by_rule[i] > most)
                most = tally->by_rule[i];
        if (most == 0)
            return;
        if (before == UINT64_MAX)
            fputs("\n  flags by rule\n", out);
        for (size_t i = 0; i < tally->ruleset->rule_count; i++)
            if (tally->by_rule[i] == most)
                fprintf(out, "  %7" PRIu64 "  %-30s %.*s\n", most, tally->ruleset->rules[i].id, title_max,
                        tally->ruleset->rules[i].title);
        before = most;
    }
}

static bool is_category_of_earlier(const struct weir_ruleset *ruleset, size_t rule)
{
    for (size_t i = 0; i < rule; i++)
        if (strcmp(ruleset->rules[i].category, ruleset->rules[rule].category) == 0)
            return true;
    return false;
}

/* A flag counts once for each of its rules, as above. */
static void print_categories(const struct demo_tally *tally, FILE *out)
{
    const struct weir_ruleset *ruleset = tally->ruleset;
    fputs("\n  flags by category\n", out);
    for (size_t i = 0; i < ruleset->rule_count; i++) {
        uint64_t count = 0;
        if (is_category_of_earlier(ruleset, i))
            continue;
        for (size_t rule = i; rule < ruleset->rule_count; rule++)
            if (strcmp(ruleset->rules[rule].category, ruleset->rules[i].category) == 0)
                count += tally->by_rule[rule];
        fprintf(out, "  %7" PRIu64 "  %s\n", count, ruleset->rules[i].category);
    }
}

static void print_dead_letters(const struct demo_tally *tally, FILE *out)
{
    fprintf(out, "  dead letters   %7" PRIu64, tally->dead_letters);
    const char *before = "   ";
    for (int i = 0; i < WEIR_BAD_REASON_COUNT; i++) {
        if (tally->dead_by_reason[i] == 0)
            continue;
        fprintf(out, "%s%s %" PRIu64, before, weir_bad_reason_name((enum weir_bad_reason)i), tally->dead_by_reason[i]);
        before = ", ";
    }
    fputc('\n', out);
}

static void print_sample(const struct demo_tally *tally, const struct demo_feed_counts *feed, FILE *out)
{
    fprintf(out, "  planted harm   %7" PRIu64 "   of them flagged: %" PRIu64 "\n", feed->harmful,
            tally->harmful_flagged);
    fprintf(out, "  ordinary posts %7" PRIu64 "   of them flagged: %" PRIu64 "\n",
            feed->sent - feed->harmful - feed->bad, tally->ordinary_flagged);
    fprintf(out, "  live captions  %7" PRIu64 "\n", feed->captions);
    fprintf(out,
            "  spoken harm    %7" PRIu64 "   in streams that have ended; streams flagged: %" PRIu64
            ", and without one: %" PRIu64 "\n",
            feed->spoken_harmful, tally->spoken_flagged, tally->spoken_ordinary_flagged);
}

static void print_latency(const struct demo_tally *tally, FILE *out)
{
    if (tally->latency_count == 0)
        return;
    fprintf(out, "  post to flag   %7" PRIu64 " ms (median), ", demo_tally_latency(tally, 50));
    if (tally->latency_count < 100)
        fprintf(out, "at most %" PRIu64 " ms\n", demo_tally_latency(tally, 100));
    else
        fprintf(out, "99 %% within %" PRIu64 " ms\n", demo_tally_latency(tally, 99));
}

void demo_tally_print(const struct demo_tally *tally, const struct demo_totals *totals, FILE *out)
{
    const struct demo_feed_counts *feed = &totals->feed;
    int64_t feed_ms = totals->feed_ms > 0 ? totals->feed_ms : 1;
    fprintf(out, "%sSummary%s\n", totals->has_colour ? "\033[1m" : "", totals->has_colour ? "\033[0m" : "");
    fprintf(out, "  posts          %7" PRIu64 "   in %.1f s, %.0f a second\n", feed->sent, (double)feed_ms / 1000,
            (double)feed->sent * 1000 / (double)feed_ms);
    fprintf(out, "  flags          %7" PRIu64 "\n", tally->flags);
    if (tally->shadow_flags > 0)
        fprintf(out, "  shadow flags   %7" PRIu64 "   of rules on trial, not shown to reviewers\n",
                tally->shadow_flags);
    print_dead_letters(tally, out);
    if (totals->is_sample)
        print_sample(tally, feed, out);
    print_latency(tally, out);
    if (feed->refused > 0)
        fprintf(out, "  too large      %7" PRIu64 "   lines that the broker does not take\n", feed->refused);
    if (totals->taken < feed->sent + feed->captions)
        fprintf(out, "  not read       %7" PRIu64 "   messages that the daemon had no time for\n",
                feed->sent + feed->captions - totals->taken);
    print_categories(tally, out);
    print_rules(tally, totals->columns, out);
    fflush(out);
}
