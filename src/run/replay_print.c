/* What a replay did, in words and as JSON. */
#include "json_document.h"

#include "weir/replay.h"

#include <inttypes.h>

static const char *ending(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* ---- For a person ---- */

static void print_count(const char *name, uint64_t count, FILE *out)
{
    if (count > 0)
        fprintf(out, " %s %" PRIu64, name, count);
}

static void print_flags(const struct weir_replay_options *options, const struct weir_replay_report *report, FILE *out)
{
    fprintf(out, "%" PRIu64 " replayed, %" PRIu64 " flag%s %s", report->tried - weir_replay_bad(report), report->flags,
            ending(report->flags), options->is_dry ? "would come of them" : "came of them");
    if (report->overflow > 0)
        fprintf(out, ", beyond the rules' budgets to %s", options->settings->topics.overflow);
    if (report->undeliverable > 0)
        fprintf(out, "; %" PRIu64 " more too large for their topic, now dead letters", report->undeliverable);
    fputs("\n", out);
}

static void print_example(const struct weir_replay_options *options, const struct weir_replay_example *example,
                          FILE *out)
{
    if (example->has_source && !example->is_file)
        fprintf(out, "  %s/%" PRId32 "/%" PRId64 " (%s/%" PRId32 "/%" PRId64 "): ", example->topic,
                example->source_partition, example->source_offset, options->topic, example->partition, example->offset);
    else
        fprintf(out, "  %s/%" PRId32 "/%" PRId64 ": ", options->topic, example->partition, example->offset);
    fprintf(out, "%s: %s\n", example->why, example->detail);
}

void weir_replay_print(const struct weir_replay_options *options, const struct weir_replay_report *report, FILE *out)
{
    const uint64_t bad = weir_replay_bad(report);
    const uint64_t left = weir_replay_left(report);
    fprintf(out, "%" PRIu64 " dead letter%s read from %s%s\n", report->letters, ending(report->letters), options->topic,
            options->is_dry ? ", to see what would come of them: nothing is written or committed" : "");
    print_flags(options, report, out);
    if (bad > 0) {
        fprintf(out, "%" PRIu64 " still bad:", bad);
        for (int i = 0; i < WEIR_BAD_REASON_COUNT; i++)
            print_count(weir_bad_reason_name((enum weir_bad_reason)i), report->still_bad[i], out);
        fputs("\n", out);
    }
    if (left > 0) {
        fprintf(out, "%" PRIu64 " not replayed:", left);
        for (int i = 0; i < WEIR_REPLAY_LEFT_COUNT; i++)
            print_count(weir_replay_left_name((enum weir_replay_left)i), report->left[i], out);
        fputs("\n", out);
    }
    if (report->passed_over > 0)
        fprintf(out, "%" PRIu64 " of other reasons passed over\n", report->passed_over);
    if (report->example_count > 0)
        fprintf(out, "%s of these:\n", report->example_count < bad + left ? "The first" : "All");
    for (size_t i = 0; i < report->example_count; i++)
        print_example(options, &report->examples[i], out);
}

/* ---- JSON ---- */

static json_t *make_bad(struct json_document *document, const struct weir_replay_report *report)
{
    json_t *object = document_note(document, json_object());
    for (int i = 0; i < WEIR_BAD_REASON_COUNT; i++)
        if (report->still_bad[i] > 0)
            document_put_number(document, object, weir_bad_reason_name((enum weir_bad_reason)i), report->still_bad[i]);
    return object;
}

static json_t *make_left(struct json_document *document, const struct weir_replay_report *report)
{
    json_t *object = document_note(document, json_object());
    for (int i = 0; i < WEIR_REPLAY_LEFT_COUNT; i++)
        if (report->left[i] > 0)
            document_put_number(document, object, weir_replay_left_name((enum weir_replay_left)i), report->left[i]);
    return object;
}

static json_t *make_place(struct json_document *document, const char *topic, int32_t partition, int64_t offset)
{
    json_t *object = document_note(document, json_object());
    document_put(document, object, "topic", document_string(topic));
    document_put(document, object, "partition", json_integer(partition));
    document_put(document, object, "offset", json_integer(offset));
    return object;
}

static json_t *make_examples(struct json_document *document, const struct weir_replay_options *options,
                             const struct weir_replay_report *report)
{
    json_t *list = document_note(document, json_array());
    for (size_t i = 0; i < report->example_count; i++) {
        const struct weir_replay_example *example = &report->examples[i];
        json_t *object = document_note(document, json_object());
        document_put(document, object, "letter",
                     make_place(document, options->topic, example->partition, example->offset));
        if (example->has_source && !example->is_file)
            document_put(document, object, "source",
                         make_place(document, example->topic, example->source_partition, example->source_offset));
        document_put(document, object, "reason", document_string(example->why));
        document_put(document, object, "detail", document_string(example->detail));
        document_append(document, list, object);
    }
    return list;
}

enum weir_status weir_replay_print_json(const struct weir_replay_options *options,
                                        const struct weir_replay_report *report, FILE *out)
{
    struct json_document document = {0};
    json_t *root = document_note(&document, json_object());
    document_put(&document, root, "schema", document_string("weir.replay/1"));
    document_put(&document, root, "topic", document_string(options->topic));
    document_put(&document, root, "dry_run", json_boolean(options->is_dry));
    document_put(&document, root, "complete", json_boolean(report->is_whole));
    document_put_number(&document, root, "letters", report->letters);
    document_put_number(&document, root, "replayed", report->tried - weir_replay_bad(report));
    document_put_number(&document, root, "flags", report->flags);
    document_put_number(&document, root, "undeliverable", report->undeliverable);
    document_put(&document, root, "still_bad", make_bad(&document, report));
    document_put(&document, root, "not_replayed", make_left(&document, report));
    document_put_number(&document, root, "passed_over", report->passed_over);
    document_put(&document, root, "examples", make_examples(&document, options, report));
    int written = document.failed ? -1 : json_dumpf(root, out, JSON_COMPACT);
    json_decref(root);
    if (written != 0)
        return WEIR_NO_MEMORY;
    fputs("\n", out);
    return WEIR_OK;
}
