/* The report of a backtest for programs: config/schema/weir.backtest-1.schema.json. Only reads. */
#include "backtest_tally.h"

#include "weir/clock.h"
#include "weir/utf8.h"

#include <jansson.h>
#include <stdlib.h>

/* jansson takes a value whether or not it can put it in, and NULL when there was no memory for it; the last of them all
 * says so: `failed`. */
struct document {
    bool failed;
};

static json_t *note(struct document *document, json_t *value)
{
    document->failed = document->failed || !value;
    return value;
}

static void put(struct document *document, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new_nocheck(object, key, value) != 0)
        document->failed = true;
}

static void append(struct document *document, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        document->failed = true;
}

static void put_number(struct document *document, json_t *object, const char *key, uint64_t number)
{
    put(document, object, key, json_integer((json_int_t)number));
}

/* File names need not be UTF-8. */
static json_t *make_text(struct weir_text text)
{
    if (weir_utf8_valid(text))
        return json_stringn_nocheck(text.data, text.length);
    char *repaired = malloc(WEIR_UTF8_REPAIRED_MAX(text.length));
    json_t *made = repaired ? json_stringn_nocheck(repaired, weir_utf8_repair(text, repaired)) : NULL;
    free(repaired);
    return made;
}

static json_t *make_string(const char *string)
{
    return make_text(weir_text_of(string));
}

/* ---- What was read ---- */

static json_t *make_topic(struct document *document, const struct weir_backtest_input *input)
{
    char from[WEIR_RFC3339_SIZE];
    json_t *object = note(document, json_object());
    json_t *partitions = note(document, json_array());
    weir_clock_format_rfc3339(input->from_ms, from);
    put(document, object, "topic", make_string(input->topic));
    put(document, object, "from", make_string(from));
    for (size_t i = 0; i < input->range_count; i++) {
        json_t *range = note(document, json_object());
        put(document, range, "partition", json_integer(input->ranges[i].partition));
        put(document, range, "start", json_integer(input->ranges[i].start));
        put(document, range, "end", json_integer(input->ranges[i].end));
        append(document, partitions, range);
    }
    put(document, object, "partitions", partitions);
    return object;
}

static json_t *make_files(struct document *document, const struct weir_backtest_input *input)
{
    json_t *object = note(document, json_object());
    json_t *files = note(document, json_array());
    for (size_t i = 0; i < input->path_count; i++)
        append(document, files, make_string(input->paths[i]));
    put(document, object, "files", files);
    return object;
}

static json_t *make_bad(struct document *document, const struct weir_backtest *backtest)
{
    json_t *reasons = note(document, json_object());
    for (int i = 0; i < WEIR_BAD_REASON_COUNT; i++)
        if (backtest->bad[i] > 0)
            put_number(document, reasons, weir_bad_reason_name((enum weir_bad_reason)i), backtest->bad[i]);
    return reasons;
}

static json_t *make_set(struct document *document, const struct weir_backtest *backtest, enum weir_backtest_side side)
{
    const struct weir_ruleset *ruleset = backtest->options.rulesets[side];
    json_t *object = note(document, json_object());
    json_t *packs = note(document, json_array());
    for (size_t i = 0; i < ruleset->pack_count; i++) {
        json_t *pack = note(document, json_object());
        put(document, pack, "name", make_string(ruleset->packs[i].name));
        put(document, pack, "version", make_string(ruleset->packs[i].version));
        append(document, packs, pack);
    }
    put(document, object, "sha256", make_string(ruleset->sha256));
    put_number(document, object, "rules", ruleset->rule_count);
    put(document, object, "packs", packs);
    put_number(document, object, "inconclusive", backtest->inconclusive[side]);
    return object;
}

/* ---- Counts and samples ---- */

static json_t *make_channels(struct document *document, const struct weir_backtest *backtest)
{
    json_t *channels = note(document, json_object());
    for (int i = 0; i < WEIR_CHANNEL_COUNT; i++) {
        const struct backtest_flags *flags = &backtest->channels[i];
        json_t *channel = note(document, json_object());
        put_number(document, channel, "old", flags->flagged[WEIR_BACKTEST_OLD]);
        put_number(document, channel, "new", flags->flagged[WEIR_BACKTEST_NEW]);
        put_number(document, channel, "both", flags->both);
        put_number(document, channel, "added", backtest_flags_changed(flags, BACKTEST_ADDED));
        put_number(document, channel, "removed", backtest_flags_changed(flags, BACKTEST_REMOVED));
        put(document, channels, weir_channel_name((enum weir_channel)i), channel);
    }
    return channels;
}

/* As in a flag. */
static json_t *make_source(struct document *document, const struct weir_origin *origin)
{
    json_t *source = note(document, json_object());
    put(document, source, origin->is_file ? "file" : "topic", make_text(origin->topic));
    if (!origin->is_file)
        put(document, source, "partition", json_integer(origin->partition));
    put(document, source, origin->is_file ? "line" : "offset", json_integer(origin->offset));
    if (!origin->is_file && origin->timestamp_ms != -1)
        put(document, source, "timestamp", json_integer(origin->timestamp_ms));
    return source;
}

static json_t *make_sample(struct document *document, const struct backtest_sample *sample)
{
    json_t *object = note(document, json_object());
    json_t *quotes = note(document, json_array());
    for (size_t i = 0; i < sample->mark_count; i++)
        append(document, quotes,
               make_text(weir_text_slice(sample->excerpt, sample->marks[i].start, sample->marks[i].end)));
    put(document, object, "source", make_source(document, &sample->origin));
    if (sample->id.data)
        put(document, object, "id", make_text(sample->id));
    put(document, object, "field", make_string(sample->field));
    put(document, object, "quotes", quotes);
    put(document, object, "excerpt", make_text(sample->excerpt));
    return object;
}

static json_t *make_samples(struct document *document, const struct backtest_samples *samples)
{
    const struct backtest_sample *sorted[WEIR_BACKTEST_SAMPLES_MAX];
    json_t *array = note(document, json_array());
    backtest_samples_sort(samples, sorted);
    for (size_t i = 0; i < samples->count; i++)
        append(document, array, make_sample(document, sorted[i]));
    return array;
}

static json_t *make_status(const struct weir_rule *rule)
{
    return rule ? make_string(weir_rule_status_name(rule->status)) : json_null();
}

static json_t *make_rule(struct document *document, const struct backtest_rule *rule)
{
    const struct weir_rule *old = rule->rule[WEIR_BACKTEST_OLD];
    const struct weir_rule *new = rule->rule[WEIR_BACKTEST_NEW];
    json_t *object = note(document, json_object());
    json_t *status = note(document, json_object());
    json_t *samples = note(document, json_object());
    put(document, status, "old", make_status(old));
    put(document, status, "new", make_status(new));
    put(document, samples, "added", make_samples(document, &rule->samples[BACKTEST_ADDED]));
    put(document, samples, "removed", make_samples(document, &rule->samples[BACKTEST_REMOVED]));
    put(document, object, "id", make_string(new ? new->id : old->id));
    put(document, object, "title", make_string(new ? new->title : old->title));
    put(document, object, "status", status);
    put_number(document, object, "old", rule->flagged[WEIR_BACKTEST_OLD]);
    put_number(document, object, "new", rule->flagged[WEIR_BACKTEST_NEW]);
    put_number(document, object, "added", rule->changes[BACKTEST_ADDED]);
    put_number(document, object, "removed", rule->changes[BACKTEST_REMOVED]);
    put_number(document, object, "changed", rule->moved);
    put(document, object, "samples", samples);
    return object;
}

static json_t *make_rules(struct document *document, const struct weir_backtest *backtest)
{
    size_t count = 0;
    const struct backtest_rule **ranking = backtest_ranking(backtest, &count);
    json_t *rules = note(document, json_array());
    document->failed = document->failed || !ranking;
    for (size_t i = 0; i < count; i++)
        append(document, rules, make_rule(document, ranking[i]));
    free(ranking);
    return rules;
}

enum weir_status weir_backtest_print_json(const struct weir_backtest *backtest, const struct weir_backtest_input *input,
                                          FILE *out)
{
    struct document document = {0};
    const struct weir_backtest_totals totals = weir_backtest_totals(backtest);
    json_t *root = note(&document, json_object());
    put(&document, root, "schema", make_string("weir.backtest/1"));
    put(&document, root, "history", input->topic ? make_topic(&document, input) : make_files(&document, input));
    put(&document, root, "complete", json_boolean(!backtest->is_partial));
    put_number(&document, root, "messages", totals.messages);
    put(&document, root, "unreadable", make_bad(&document, backtest));
    put(&document, root, "old", make_set(&document, backtest, WEIR_BACKTEST_OLD));
    put(&document, root, "new", make_set(&document, backtest, WEIR_BACKTEST_NEW));
    put(&document, root, "items", make_channels(&document, backtest));
    put(&document, root, "rules", make_rules(&document, backtest));
    int written = document.failed ? -1 : json_dumpf(root, out, JSON_INDENT(2));
    json_decref(root);
    if (written != 0)
        return WEIR_NO_MEMORY;
    fputs("\n", out);
    return WEIR_OK;
}
