/* The report as tables, for a person, and as JSON. */
#include "report_store.h"

#include "weir/clock.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

/* Everything that is shown. */
struct shown {
    struct weir_report *report;
    struct report_totals totals;
    struct report_audit audit;
    struct report_category *categories;
    size_t category_count;
    struct report_lang *langs;
    size_t lang_count;
    struct report_rule *rules;
};

static enum weir_status open_shown(struct weir_report *report, struct shown *shown)
{
    *shown = (struct shown){.report = report};
    enum weir_status status = report_sum(report, &shown->totals, &shown->categories, &shown->category_count,
                                         &shown->langs, &shown->lang_count);
    if (status != WEIR_OK)
        return status;
    report_sum_audit(report, &shown->audit);
    status = report_sort_rules(report, &shown->rules);
    if (status != WEIR_OK) {
        free(shown->categories);
        free(shown->langs);
    }
    return status;
}

static void close_shown(struct shown *shown)
{
    free(shown->categories);
    free(shown->langs);
    free(shown->rules);
}

static bool has_period(const struct weir_report *report)
{
    return report->first_ms <= report->last_ms;
}

/* ---- For a person ---- */

/* "94.3 % (93.5 to 95.0)", or "-". */
static void format_precision(const struct report_sums *sums, char out[48])
{
    double low, high;
    snprintf(out, 48, "-");
    if (sums->reviewed == 0)
        return;
    weir_wilson(sums->upheld, sums->reviewed, &low, &high);
    snprintf(out, 48, "%5.1f %% (%.1f to %.1f)", 100 * (double)sums->upheld / (double)sums->reviewed, 100 * low,
             100 * high);
}

static void print_row(const char *name, const struct report_sums *sums, FILE *out)
{
    char precision[48];
    format_precision(sums, precision);
    fprintf(out, "  %-44s %10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64 "  %s\n", name, sums->flags,
            sums->shadow, sums->reviewed, sums->upheld, precision);
}

static void print_head(const char *what, FILE *out)
{
    fprintf(out, "\n%-46s %10s %10s %10s %10s  %s\n", what, "flags", "shadow", "reviewed", "upheld",
            "precision (95 %)");
}

static void print_count(const char *name, uint64_t count, FILE *out)
{
    fprintf(out, "  %-44s %10" PRIu64 "\n", name, count);
}

static void print_totals(const struct shown *shown, FILE *out)
{
    const struct weir_report *report = shown->report;
    const struct report_totals *totals = &shown->totals;
    if (report->rollups > 0) {
        fprintf(out, "\nread, by %" PRIu64 " rollups\n", report->rollups);
        print_count("messages", report->counts[WEIR_COUNT_MESSAGES], out);
        print_count("posts and fragments scanned", report->counts[WEIR_COUNT_ITEMS], out);
        print_count("messages that could not be read", report->counts[WEIR_COUNT_DEAD_LETTERS], out);
    }
    fprintf(out, "\nflags\n");
    print_count("in review", totals->places[WEIR_REPORT_REVIEW], out);
    print_count("in overflow", totals->places[WEIR_REPORT_OVERFLOW], out);
    print_count("in shadow", totals->places[WEIR_REPORT_SHADOW], out);
    print_count("withdrawn, and not counted above", totals->withdrawn, out);
    print_count("that repeat another one", totals->repeats, out);
    if (totals->unknown > 0)
        print_count("verdicts of flags that were not read", totals->unknown, out);
    if (totals->median_ms != UINT64_MAX)
        fprintf(out, "  %-44s %8.1f h\n", "half were decided within", (double)totals->median_ms / 3600000);
}

static void print_audit(const struct report_audit *audit, FILE *out)
{
    if (audit->records == 0)
        return;
    fprintf(out, "\naudit sample\n");
    print_count("unflagged items drawn", audit->records, out);
    print_count("of them reviewed", audit->reviewed, out);
    print_count("of these missed by the rules", audit->missed, out);
    if (audit->unknown > 0)
        print_count("verdicts of items that were not read", audit->unknown, out);
    fprintf(out, "  %-44s %10.0f\n", "unflagged items that they stand for, about", audit->unflagged);
    if (audit->reviewed > 0)
        fprintf(out, "  %-44s %10.0f (%.0f to %.0f)\n", "missed by the rules, about (95 %)", audit->estimate,
                audit->low, audit->high);
}

enum weir_status weir_report_print(struct weir_report *report, FILE *out)
{
    struct shown shown;
    char from[WEIR_RFC3339_SIZE] = "";
    char to[WEIR_RFC3339_SIZE] = "";
    if (open_shown(report, &shown) != WEIR_OK)
        return WEIR_NO_MEMORY;
    if (has_period(report)) {
        weir_clock_format_rfc3339(report->first_ms, from);
        weir_clock_format_rfc3339(report->last_ms, to);
        fprintf(out, "From %s to %s\n", from, to);
    } else {
        fputs("No flag and no rollup\n", out);
    }
    print_totals(&shown, out);
    print_audit(&shown.audit, out);
    print_head("by category", out);
    for (size_t i = 0; i < shown.category_count; i++)
        print_row(shown.categories[i].name, &shown.categories[i].sums, out);
    print_row("all", &shown.totals.all, out);
    print_head("by language", out);
    for (size_t i = 0; i < shown.lang_count; i++)
        print_row(shown.langs[i].name, &shown.langs[i].sums, out);
    print_head("by rule", out);
    for (size_t i = 0; i < report->rule_count; i++)
        print_row(shown.rules[i].id, &shown.rules[i].sums, out);
    fputs("\nA flag of several rules counts for each of them. Precision is the share of the reviewed flags that were "
          "upheld, with\nWilson's interval; flags in shadow are not reviewed.\n",
          out);
    close_shown(&shown);
    return WEIR_OK;
}

/* ---- JSON ---- */

static json_t *integer(uint64_t value)
{
    return json_integer((json_int_t)value);
}

/* Adds the sums to the object. */
static json_t *put_sums(json_t *object, const struct report_sums *sums)
{
    json_object_set_new(object, "flags", integer(sums->flags));
    json_object_set_new(object, "shadow", integer(sums->shadow));
    json_object_set_new(object, "reviewed", integer(sums->reviewed));
    json_object_set_new(object, "upheld", integer(sums->upheld));
    if (sums->reviewed > 0) {
        double low, high;
        weir_wilson(sums->upheld, sums->reviewed, &low, &high);
        json_object_set_new(object, "precision",
                            json_pack("{s:f, s:f, s:f}", "share", (double)sums->upheld / (double)sums->reviewed, "low",
                                      low, "high", high));
    }
    return object;
}

static json_t *make_rules(const struct shown *shown)
{
    json_t *rules = json_array();
    for (size_t i = 0; i < shown->report->rule_count; i++) {
        const struct report_rule *rule = &shown->rules[i];
        json_t *object =
            json_pack("{s:s, s:s, s:s}", "id", rule->id, "category", rule->category, "severity", rule->severity);
        if (rule->keyword[0])
            json_object_set_new(object, "keyword", json_string(rule->keyword));
        json_array_append_new(rules, put_sums(object, &rule->sums));
    }
    return rules;
}

static json_t *make_named(const char *key, const char *name, const struct report_sums *sums)
{
    return put_sums(json_pack("{s:s}", key, name), sums);
}

static json_t *make_totals(const struct shown *shown)
{
    const struct report_totals *totals = &shown->totals;
    json_t *object = put_sums(json_object(), &totals->all);
    json_object_set_new(object, "in_review", integer(totals->places[WEIR_REPORT_REVIEW]));
    json_object_set_new(object, "in_overflow", integer(totals->places[WEIR_REPORT_OVERFLOW]));
    json_object_set_new(object, "posts", integer(totals->kinds[WEIR_POST]));
    json_object_set_new(object, "captions", integer(totals->kinds[WEIR_CAPTION]));
    json_object_set_new(object, "withdrawn", integer(totals->withdrawn));
    json_object_set_new(object, "repeats", integer(totals->repeats));
    json_object_set_new(object, "verdicts_of_unknown_flags", integer(totals->unknown));
    if (totals->median_ms != UINT64_MAX)
        json_object_set_new(object, "median_ms_to_verdict", integer(totals->median_ms));
    return object;
}

static json_t *make_audit(const struct report_audit *audit)
{
    json_t *object = json_pack("{s:o, s:o, s:o, s:o, s:f}", "records", integer(audit->records), "reviewed",
                               integer(audit->reviewed), "missed", integer(audit->missed),
                               "verdicts_of_unknown_records", integer(audit->unknown), "unflagged", audit->unflagged);
    if (audit->reviewed > 0)
        json_object_set_new(
            object, "missed_in_all",
            json_pack("{s:f, s:f, s:f}", "items", audit->estimate, "low", audit->low, "high", audit->high));
    return object;
}

static json_t *make_read(const struct weir_report *report)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "rollups", integer(report->rollups), "messages",
                     integer(report->counts[WEIR_COUNT_MESSAGES]), "items", integer(report->counts[WEIR_COUNT_ITEMS]),
                     "dead_letters", integer(report->counts[WEIR_COUNT_DEAD_LETTERS]));
}

static json_t *make_report(const struct shown *shown)
{
    const struct weir_report *report = shown->report;
    json_t *root = json_pack("{s:s}", "schema", "weir.report/1");
    if (has_period(report)) {
        char time[WEIR_RFC3339_SIZE];
        weir_clock_format_rfc3339(report->first_ms, time);
        json_object_set_new(root, "from", json_string(time));
        weir_clock_format_rfc3339(report->last_ms, time);
        json_object_set_new(root, "to", json_string(time));
    }
    json_t *categories = json_array();
    json_t *langs = json_array();
    for (size_t i = 0; i < shown->category_count; i++)
        json_array_append_new(categories,
                              make_named("category", shown->categories[i].name, &shown->categories[i].sums));
    for (size_t i = 0; i < shown->lang_count; i++)
        json_array_append_new(langs, make_named("lang", shown->langs[i].name, &shown->langs[i].sums));
    json_object_set_new(root, "read", make_read(report));
    json_object_set_new(root, "totals", make_totals(shown));
    if (shown->audit.records > 0)
        json_object_set_new(root, "audit", make_audit(&shown->audit));
    json_object_set_new(root, "categories", categories);
    json_object_set_new(root, "languages", langs);
    json_object_set_new(root, "rules", make_rules(shown));
    return root;
}

enum weir_status weir_report_print_json(struct weir_report *report, FILE *out)
{
    struct shown shown;
    if (open_shown(report, &shown) != WEIR_OK)
        return WEIR_NO_MEMORY;
    json_t *root = make_report(&shown);
    char *text = root ? json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(12)) : NULL;
    if (text)
        fprintf(out, "%s\n", text);
    free(text);
    json_decref(root);
    close_shown(&shown);
    return text ? WEIR_OK : WEIR_NO_MEMORY;
}
