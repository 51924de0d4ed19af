/* The report of a bench for programs: config/schema/weir.bench-1.schema.json. Only reads. */
#include "weir/bench.h"

#include "json_document.h"

static json_t *make_counts(struct json_document *document, const struct weir_bench_report *report)
{
    const struct weir_bench_facts *facts = &report->facts;
    json_t *object = document_note(document, json_object());
    json_t *bad = document_note(document, json_object());
    for (int i = 0; i < WEIR_BAD_REASON_COUNT; i++)
        if (facts->bad[i] > 0)
            document_put_number(document, bad, weir_bad_reason_name((enum weir_bad_reason)i), facts->bad[i]);
    document_put_number(document, object, "messages", facts->messages);
    document_put_number(document, object, "payload_bytes", facts->payload_bytes);
    document_put_number(document, object, "texts_scanned", facts->scanned_texts);
    document_put_number(document, object, "bytes_scanned", facts->scanned_bytes);
    document_put_number(document, object, "records", facts->records);
    document_put_number(document, object, "flags", facts->flags);
    document_put_number(document, object, "dead_letters", facts->dead_letters);
    document_put(document, object, "unreadable", bad);
    return object;
}

static json_t *make_rate(double amount, double ns)
{
    return ns > 0 ? json_real(amount / ns) : json_null();
}

static json_t *make_row(struct json_document *document, const struct weir_bench_report *report, enum weir_bench_row row)
{
    static const char *const names[WEIR_BENCH_ROWS] = {"decode",  "normalize", "scan", "decide",
                                                       "publish", "rest",      "path", "bare_hs_scan"};
    const struct weir_bench_time *time = &report->rows[row];
    const double bytes = (double)report->facts.payload_bytes / (double)report->facts.messages;
    json_t *object = document_note(document, json_object());
    document_put(document, object, "name", document_string(names[row]));
    document_put(document, object, "items_per_second", make_rate(1e9, time->cpu_ns));
    document_put(document, object, "megabytes_per_second", make_rate(bytes * 1e3, time->cpu_ns));
    document_put(document, object, "cpu_ns_per_item", json_real(time->cpu_ns));
    document_put(document, object, "wall_ns_per_item", json_real(time->wall_ns));
    document_put(document, object, "calls_per_item", json_real(time->calls));
    document_put(document, object, "share", row == WEIR_BENCH_BARE_SCAN ? json_null() : json_real(time->share));
    return object;
}

static json_t *make_ruleset(struct json_document *document, const struct weir_ruleset *ruleset)
{
    json_t *object = document_note(document, json_object());
    document_put(document, object, "sha256", document_string(ruleset->sha256));
    document_put_number(document, object, "rules", ruleset->rule_count);
    document_put_number(document, object, "patterns", ruleset->pattern_count);
    document_put_number(document, object, "expressions", ruleset->expression_count);
    return object;
}

enum weir_status weir_bench_print_json(const struct weir_bench_options *options, const struct weir_bench_report *report,
                                       FILE *out)
{
    struct json_document document = {0};
    json_t *root = document_note(&document, json_object());
    json_t *files = document_note(&document, json_array());
    json_t *rows = document_note(&document, json_array());
    for (size_t i = 0; i < options->path_count; i++)
        document_append(&document, files, document_string(options->paths[i]));
    for (int row = 0; row < WEIR_BENCH_ROWS; row++)
        document_append(&document, rows, make_row(&document, report, (enum weir_bench_row)row));
    document_put(&document, root, "schema", document_string("weir.bench/1"));
    document_put(&document, root, "weir", document_string(WEIR_VERSION));
    document_put(&document, root, "hyperscan", document_string(weir_hyperscan_version()));
    document_put(&document, root, "files", files);
    document_put(&document, root, "kind", document_string(weir_kind_name(options->kind)));
    document_put(&document, root, "ruleset", make_ruleset(&document, options->ruleset));
    document_put(&document, root, "counts", make_counts(&document, report));
    document_put(&document, root, "clock", document_string("CLOCK_THREAD_CPUTIME_ID"));
    document_put_number(&document, root, "passes", report->passes);
    document_put(&document, root, "seconds", json_real(report->seconds));
    document_put(&document, root, "spread", json_real(report->spread));
    document_put(&document, root, "stages", rows);
    document_put(&document, root, "scan_percent_of_bare", json_real(report->scan_percent));
    document_put(&document, root, "scan_percent_target", json_real(WEIR_BENCH_SCAN_TARGET));
    document_put(&document, root, "path_cpu_ns_per_message", json_real(report->rows[WEIR_BENCH_PATH].cpu_ns));
    document_put(&document, root, "path_wall_ns_per_message", json_real(report->rows[WEIR_BENCH_PATH].wall_ns));
    int written = document.failed ? -1 : json_dumpf(root, out, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    json_decref(root);
    if (written != 0)
        return WEIR_NO_MEMORY;
    fputs("\n", out);
    return WEIR_OK;
}
