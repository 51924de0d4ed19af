/* The report of a backtest for programs: config/schema/weir.backtest-1.schema.json. Only reads. */
#include "backtest_tally.h"
#include "json_document.h"

#include "weir/clock.h"

#include <stdlib.h>

/* ---- What was read ---- */

static json_t *make_topic(struct json_document *document, const struct weir_backtest_input *input)
{
    char from[WEIR_RFC3339_SIZE];
    json_t *object = document_note(document, json_object());
    json_t *partitions = document_note(document, json_array());
    weir_clock_format_rfc3339(input->from_ms, from);
    document_put(document, object, "topic", document_string(input->topic));
    document_put(document, object, "from", document_string(from));
    for (size_t i = 0; i < input->range_count; i++) {
        json_t *range = document_note(document, json_object());
        document_put(document, range, "partition", json_integer(input->ranges[i].partition));
        document_put(document, range, "start", json_integer(input->ranges[i].start));
        document_put(document, range, "end", json_integer(input->ranges[i].end));
        document_append(document, partitions, range);
    }
    document_put(document, object, "partitions", partitions);
    return object;
}

static json_t *make_files(struct json_document *document, const struct weir_backtest_input *input)
{
    json_t *object = document_note(document, json_object());
    json_t *files = document_note(document, json_array());
    for (size_t i = 0; i < input->path_count; i++)
        document_append(document, files, document_string(input->paths[i]));
    document_put(document, object, "files", files);
    return object;
}

static json_t *make_bad(struct json_document *document, const struct weir_backtest *backtest)
{
    json_t *reasons = document_note(document, json_object());
    for (int i = 0; i < WEIR_BAD_REASON_COUNT; i++)
        if (backtest->bad[i] > 0)
            document_put_number(document, reasons, weir_bad_reason_name((enum weir_bad_reason)i), backtest->bad[i]);
    return reasons;
}

static json_t *make_set(struct json_document *document, const struct weir_backtest *backtest,
                        enum weir_backtest_side side)
{
    const struct weir_ruleset *ruleset = backtest->options.rulesets[side];
    json_t *object = document_note(document, json_object());
    json_t *packs = document_note(document, json_array());
    for (size_t i = 0; i < ruleset->pack_count; i++) {
        json_t *pack = document_note(document, json_object());
        document_put(document, pack, "name", document_string(ruleset->packs[i].name));
        document_put(document, pack, "version", document_string(ruleset->packs[i].version));
        document_append(document, packs, pack);
    }
    document_put(document, object, "sha256", document_string(ruleset->sha256));
    document_put_number(document, object, "rules", ruleset->rule_count);
    document_put(document, object, "packs", packs);
    document_put_number(document, object, "inconclusive", backtest->inconclusive[side]);
    return object;
}

/* ---- Counts and samples ---- */

static json_t *make_channels(struct json_document *document, const struct weir_backtest *backtest)
{
    json_t *channels = document_note(document, json_object());
    for (int i = 0; i < WEIR_CHANNEL_COUNT; i++) {
        const struct backtest_flags *flags = &backtest->channels[i];
        json_t *channel = document_note(document, json_object());
        document_put_number(document, channel, "old", flags->flagged[WEIR_BACKTEST_OLD]);
        document_put_number(document, channel, "new", flags->flagged[WEIR_BACKTEST_NEW]);
        document_put_number(document, channel, "both", flags->both);
        document_put_number(document, channel, "added", backtest_flags_changed(flags, BACKTEST_ADDED));
        document_put_number(document, channel, "removed", backtest_flags_changed(flags, BACKTEST_REMOVED));
        document_put(document, channels, weir_channel_name((enum weir_channel)i), channel);
    }
    return channels;
}

/* As in a flag. */
static json_t *make_source(struct json_document *document, const struct weir_origin *origin)
{
    json_t *source = document_note(document, json_object());
    document_put(document, source, origin->is_file ? "file" : "topic", document_text(origin->topic));
    if (!origin->is_file)
        document_put(document, source, "partition", json_integer(origin->partition));
    document_put(document, source, origin->is_file ? "line" : "offset", json_integer(origin->offset));
    if (!origin->is_file && origin->timestamp_ms != -1)
        document_put(document, source, "timestamp", json_integer(origin->timestamp_ms));
    return source;
}

static json_t *make_sample(struct json_document *document, const struct backtest_sample *sample)
{
    json_t *object = document_note(document, json_object());
    json_t *quotes = document_note(document, json_array());
    for (size_t i = 0; i < sample->mark_count; i++)
        document_append(document, quotes,
                        document_text(weir_text_slice(sample->excerpt, sample->marks[i].start, sample->marks[i].end)));
    document_put(document, object, "source", make_source(document, &sample->origin));
    if (sample->id.data)
        document_put(document, object, "id", document_text(sample->id));
    document_put(document, object, "field", document_string(sample->field));
    document_put(document, object, "quotes", quotes);
    document_put(document, object, "excerpt", document_text(sample->excerpt));
    return object;
}

static json_t *make_samples(struct json_document *document, const struct backtest_samples *samples)
{
    const struct backtest_sample *sorted[WEIR_BACKTEST_SAMPLES_MAX];
    json_t *array = document_note(document, json_array());
    backtest_samples_sort(samples, sorted);
    for (size_t i = 0; i < samples->count; i++)
        document_append(document, array, make_sample(document, sorted[i]));
    return array;
}

static json_t *make_status(const struct weir_rule *rule)
{
    return rule ? document_string(weir_rule_status_name(rule->status)) : json_null();
}

static json_t *make_rule(struct json_document *document, const struct backtest_rule *rule)
{
    const struct weir_rule *old = rule->rule[WEIR_BACKTEST_OLD];
    const struct weir_rule *new = rule->rule[WEIR_BACKTEST_NEW];
    json_t *object = document_note(document, json_object());
    json_t *status = document_note(document, json_object());
    json_t *samples = document_note(document, json_object());
    document_put(document, status, "old", make_status(old));
    document_put(document, status, "new", make_status(new));
    document_put(document, samples, "added", make_samples(document, &rule->samples[BACKTEST_ADDED]));
    document_put(document, samples, "removed", make_samples(document, &rule->samples[BACKTEST_REMOVED]));
    document_put(document, object, "id", document_string(new ? new->id : old->id));
    document_put(document, object, "title", document_string(new ? new->title : old->title));
    document_put(document, object, "status", status);
    document_put_number(document, object, "old", rule->flagged[WEIR_BACKTEST_OLD]);
    document_put_number(document, object, "new", rule->flagged[WEIR_BACKTEST_NEW]);
    document_put_number(document, object, "added", rule->changes[BACKTEST_ADDED]);
    document_put_number(document, object, "removed", rule->changes[BACKTEST_REMOVED]);
    document_put_number(document, object, "changed", rule->moved);
    document_put(document, object, "samples", samples);
    return object;
}

static json_t *make_rules(struct json_document *document, const struct weir_backtest *backtest)
{
    size_t count = 0;
    const struct backtest_rule **ranking = backtest_ranking(backtest, &count);
    json_t *rules = document_note(document, json_array());
    document->failed = document->failed || !ranking;
    for (size_t i = 0; i < count; i++)
        document_append(document, rules, make_rule(document, ranking[i]));
    free(ranking);
    return rules;
}

enum weir_status weir_backtest_print_json(const struct weir_backtest *backtest, const struct weir_backtest_input *input,
                                          FILE *out)
{
    struct json_document document = {0};
    const struct weir_backtest_totals totals = weir_backtest_totals(backtest);
    json_t *root = document_note(&document, json_object());
    document_put(&document, root, "schema", document_string("weir.backtest/1"));
    document_put(&document, root, "history",
                 input->topic ? make_topic(&document, input) : make_files(&document, input));
    document_put(&document, root, "complete", json_boolean(!backtest->is_partial));
    document_put_number(&document, root, "messages", totals.messages);
    document_put(&document, root, "unreadable", make_bad(&document, backtest));
    document_put(&document, root, "old", make_set(&document, backtest, WEIR_BACKTEST_OLD));
    document_put(&document, root, "new", make_set(&document, backtest, WEIR_BACKTEST_NEW));
    document_put(&document, root, "items", make_channels(&document, backtest));
    document_put(&document, root, "rules", make_rules(&document, backtest));
    int written = document.failed ? -1 : json_dumpf(root, out, JSON_INDENT(2));
    json_decref(root);
    if (written != 0)
        return WEIR_NO_MEMORY;
    fputs("\n", out);
    return WEIR_OK;
}
