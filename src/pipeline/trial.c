/* Rules' own examples, run through the same stages as real items. Owns nothing beyond one call. */
#include "weir/pipeline.h"

#include "weir/captions.h"
#include "weir/decide.h"
#include "weir/normalize.h"
#include "weir/scan.h"
#include "weir/yaml.h"

#define ARENA_KEEP ((size_t)1 << 20)

/* What one trial needs. */
struct trial {
    const struct weir_ruleset *ruleset;
    const struct weir_chars *chars;
    struct weir_normalizer *normalizer;
    struct weir_scanner *scanner;
    struct weir_decider *decider;
    struct weir_arena *arena;
    struct weir_diagnostics *diagnostics;
};

/* The item's one value and its fragments, in the trial's arena. */
struct stream {
    char *text;
    struct weir_value *value;
    struct weir_fragment *fragments;
    size_t length;
    size_t fragment_count;
};

/* One fragment more, less what it repeats. An example says when a fragment starts, not when it ends: it counts as ended
 * when it started, so that what is said again later stays. */
static enum weir_status add_fragment(struct trial *trial, const struct weir_example *example, size_t i,
                                     struct stream *stream)
{
    struct weir_text so_far = {stream->text, stream->length};
    struct weir_text text = example->values[i].text;
    size_t repeated = 0;
    enum weir_status status = WEIR_OK;
    if (i > 0 && weir_caption_adjoins(example->start_ms[i - 1], example->start_ms[i]))
        status = weir_caption_repeated(trial->chars, so_far, text, trial->arena, &repeated);
    text = weir_text_slice(text, repeated, text.length);
    if (status != WEIR_OK || text.length == 0)
        return status;
    if (weir_caption_takes_space(trial->chars, WEIR_JOIN_AUTO, so_far, text))
        stream->text[stream->length++] = ' ';
    stream->fragments[stream->fragment_count++] =
        (struct weir_fragment){.start_byte = (uint32_t)stream->length, .start_ms = example->start_ms[i]};
    memcpy(stream->text + stream->length, text.data, text.length);
    stream->length += text.length;
    return WEIR_OK;
}

/* Joins the fragments of an example to one text, as those of a live stream are with join and rollup on auto. */
static enum weir_status join_stream(struct trial *trial, const struct weir_example *example, struct weir_item *item)
{
    size_t room = example->value_count;
    for (size_t i = 0; i < example->value_count; i++)
        room += example->values[i].text.length;
    struct stream stream = {
        .text = weir_arena_alloc(trial->arena, room),
        .value = weir_arena_array(trial->arena, 1, sizeof *stream.value),
        .fragments = weir_arena_array(trial->arena, example->value_count, sizeof *stream.fragments),
    };
    if (!stream.text || !stream.value || !stream.fragments)
        return WEIR_NO_MEMORY;
    for (size_t i = 0; i < example->value_count; i++) {
        enum weir_status status = add_fragment(trial, example, i, &stream);
        if (status != WEIR_OK)
            return status;
    }
    *stream.value = (struct weir_value){.field = example->values[0].field, .text = {stream.text, stream.length}};
    item->values = stream.value;
    item->value_count = 1;
    item->fragments = stream.fragments;
    item->fragment_count = stream.fragment_count;
    return WEIR_OK;
}

/* Whether the rule flags the example as an item of this kind. */
static enum weir_status ask(struct trial *trial, const struct weir_rule *rule, const struct weir_example *example,
                            enum weir_kind kind, bool *flagged)
{
    struct weir_item item = {
        .kind = kind,
        .lang = example->lang,
        .values = example->values,
        .value_count = example->value_count,
    };
    struct weir_scan_text texts;
    struct weir_hits hits;
    struct weir_verdict verdict;
    weir_arena_reset(trial->arena);
    enum weir_status status = example->start_ms ? join_stream(trial, example, &item) : WEIR_OK;
    if (status == WEIR_OK)
        status = weir_normalize(trial->normalizer, &item, trial->ruleset->views, &texts);
    if (status != WEIR_OK)
        return status;
    weir_scan(trial->scanner, &texts, &hits);
    status = weir_decide(trial->decider, &item, &texts, &hits, trial->arena, &verdict);
    if (status != WEIR_OK)
        return status;
    *flagged = false;
    for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++)
        for (size_t i = 0; i < verdict.match_count[channel]; i++)
            *flagged = *flagged || verdict.matches[channel][i].rule == rule;
    return WEIR_OK;
}

static enum weir_status try_example(struct trial *trial, const struct weir_rule *rule,
                                    const struct weir_example *example)
{
    static const enum weir_kind kinds[] = {WEIR_POST, WEIR_CAPTION};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!(rule->kinds >> kinds[i] & 1) || (example->start_ms && kinds[i] != WEIR_CAPTION))
            continue;
        bool flagged = false;
        enum weir_status status = ask(trial, rule, example, kinds[i], &flagged);
        if (status != WEIR_OK)
            return status;
        if (flagged == example->must_flag)
            continue;
        weir_yaml_error(example->node, trial->diagnostics,
                        example->must_flag
                            ? "rule '%s' does not flag this %s; mend the patterns or the example"
                            : "rule '%s' flags this %s, which must pass; mend the patterns or the example",
                        rule->id, weir_kind_name(kinds[i]));
        break;
    }
    return WEIR_OK;
}

static enum weir_status try_all(struct trial *trial)
{
    for (size_t i = 0; i < trial->ruleset->rule_count; i++) {
        const struct weir_rule *rule = &trial->ruleset->rules[i];
        for (size_t j = 0; j < rule->example_count; j++) {
            enum weir_status status = try_example(trial, rule, &rule->examples[j]);
            if (status != WEIR_OK)
                return status;
        }
    }
    return WEIR_OK;
}

enum weir_status weir_trial_run(const struct weir_ruleset *ruleset, const struct weir_chars *chars,
                                const struct weir_limits *limits, struct weir_diagnostics *diagnostics)
{
    size_t errors_before = weir_diagnostics_errors(diagnostics);
    struct trial trial = {
        .ruleset = ruleset, .chars = chars, .diagnostics = diagnostics, .arena = weir_arena_new(ARENA_KEEP)};
    enum weir_status status = trial.arena ? WEIR_OK : WEIR_NO_MEMORY;
    if (status == WEIR_OK)
        status = weir_normalizer_new(chars, &trial.normalizer);
    if (status == WEIR_OK)
        status = weir_scanner_new(ruleset, limits->hits, &trial.scanner);
    if (status == WEIR_OK)
        status = weir_decider_new(ruleset, chars, limits, &trial.decider);
    if (status == WEIR_OK)
        status = try_all(&trial);
    weir_decider_free(trial.decider);
    weir_scanner_free(trial.scanner);
    weir_normalizer_free(trial.normalizer);
    weir_arena_free(trial.arena);
    if (status == WEIR_OK && weir_diagnostics_errors(diagnostics) > errors_before)
        return WEIR_INVALID;
    return status;
}
