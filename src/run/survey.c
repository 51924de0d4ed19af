/* Reads a corpus, or the rules' own examples, and has them measured and counted. */
#include "weir/survey.h"

#include "survey_cost.h"
#include "survey_flood.h"
#include "weir/consume.h"
#include "weir/decode.h"
#include "weir/normalize.h"

#include <inttypes.h>
#include <stdlib.h>

#define BATCH_MESSAGES 512
#define BATCH_BYTES ((size_t)4 << 20)
#define TURN_MS 1000

/* A corpus that is being read. */
struct reading {
    const struct weir_survey_options *options;
    struct weir_decoder *decoder;
    struct weir_normalizer *normalizer;
    struct weir_source *source;
    struct weir_batch batch;
    struct flood *flood;
    struct sample *sample;
    struct weir_survey *survey;
};

static enum weir_status find_posts(const struct weir_settings *settings, uint32_t *mapping, struct weir_error *error)
{
    for (size_t i = 0; i < settings->mapping_count; i++)
        if (settings->mappings[i].kind == WEIR_POST) {
            *mapping = (uint32_t)i;
            return WEIR_OK;
        }
    return weir_error_set(error, WEIR_INVALID,
                          "the configuration has no source of kind post to read the corpus by; add one to `sources`");
}

static enum weir_status read_line(struct reading *reading, const struct weir_message *message)
{
    struct weir_item item;
    struct weir_bad_payload bad;
    struct weir_scan_text texts;
    reading->survey->lines++;
    enum weir_status status = weir_decode(reading->decoder, message, reading->batch.arena, &item, &bad);
    if (status == WEIR_INVALID) {
        reading->survey->bad++;
        return WEIR_OK;
    }
    if (status == WEIR_OK)
        status = weir_normalize(reading->normalizer, &item, reading->options->ruleset->views, &texts);
    if (status == WEIR_OK)
        status = flood_count(reading->flood, &item, &texts, (uint64_t)message->origin.offset);
    if (status == WEIR_OK && !sample_offer(reading->sample, &item))
        status = WEIR_NO_MEMORY;
    return status;
}

static enum weir_status read_lines(struct reading *reading, struct weir_error *error)
{
    for (;;) {
        weir_batch_reset(&reading->batch);
        enum weir_status ended = reading->source->operations->poll(reading->source, &reading->batch, TURN_MS, error);
        for (size_t i = 0; i < reading->batch.count; i++) {
            enum weir_status status = read_line(reading, &reading->batch.messages[i]);
            if (status != WEIR_OK)
                return weir_error_set(error, status, "no memory for a line of the corpus");
        }
        if (ended == WEIR_FATAL)
            return error->status;
    }
}

static enum weir_status open_reading(struct reading *reading, struct weir_error *error)
{
    const struct weir_settings *settings = reading->options->settings;
    struct weir_file_source_options options = {
        .paths = &reading->options->corpus,
        .path_count = 1,
        .text = reading->options->text,
        .plain_mapping = weir_mapping_plain_number(settings, WEIR_POST),
        .line_max = settings->limits.payload,
    };
    enum weir_status status = options.text ? WEIR_OK : find_posts(settings, &options.mapping, error);
    if (status != WEIR_OK)
        return status;
    if (weir_batch_init(&reading->batch, BATCH_MESSAGES, BATCH_BYTES) != WEIR_OK ||
        weir_decoder_new(settings->mappings, settings->mapping_count, &settings->limits, &reading->decoder) !=
            WEIR_OK ||
        weir_normalizer_new(reading->options->chars, &reading->normalizer) != WEIR_OK)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory to read the corpus");
    return weir_file_source_open(&options, &reading->source, error);
}

static void close_reading(struct reading *reading)
{
    if (reading->source)
        reading->source->operations->close(reading->source, 0);
    weir_normalizer_free(reading->normalizer);
    weir_decoder_free(reading->decoder);
    weir_batch_fini(&reading->batch);
}

static enum weir_status read_corpus(const struct weir_survey_options *options, struct sample *sample,
                                    struct weir_diagnostics *diagnostics, struct weir_survey *survey,
                                    struct weir_error *error)
{
    struct flood flood;
    struct reading reading = {.options = options, .flood = &flood, .sample = sample, .survey = survey};
    enum weir_status status = flood_init(&flood, options);
    if (status != WEIR_OK)
        weir_error_set(error, status, "no memory to count what the rules find");
    else
        status = open_reading(&reading, error);
    if (status == WEIR_OK)
        status = read_lines(&reading, error);
    if (status == WEIR_OK && flood.lines == 0)
        status = weir_error_set(error, WEIR_INVALID,
                                options->text ? "no line of %s holds a text"
                                              : "no line of %s is a post, a JSON object "
                                                "with a text; for plain text give --text",
                                options->corpus);
    if (status == WEIR_OK)
        flood_warn(&flood, diagnostics);
    close_reading(&reading);
    flood_fini(&flood);
    return status;
}

static enum weir_status take_examples(const struct weir_ruleset *ruleset, struct sample *sample)
{
    for (size_t i = 0; i < ruleset->rule_count; i++) {
        for (size_t j = 0; j < ruleset->rules[i].example_count; j++) {
            const struct weir_example *example = &ruleset->rules[i].examples[j];
            struct weir_item item = {
                .lang = example->lang, .values = example->values, .value_count = example->value_count};
            if (!sample_offer(sample, &item))
                return WEIR_NO_MEMORY;
        }
    }
    return WEIR_OK;
}

static enum weir_status measure(const struct weir_survey_options *options, struct sample *sample,
                                struct weir_survey *survey, struct weir_error *error)
{
    survey->texts = sample->count;
    if (sample->count == 0)
        return WEIR_OK;
    enum weir_status status = sample_normalize(sample, options->chars, options->ruleset->views);
    if (status == WEIR_OK)
        status = survey_costs(options, sample, survey);
    return status == WEIR_OK ? status : weir_error_set(error, status, "no memory to measure the rules");
}

enum weir_status weir_survey_run(const struct weir_survey_options *options, struct weir_diagnostics *diagnostics,
                                 struct weir_survey *survey, struct weir_error *error)
{
    struct weir_survey made = {0};
    struct sample sample;
    if (!sample_init(&sample, survey_texts_for(options->ruleset->rule_count))) {
        sample_fini(&sample);
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a sample");
    }
    enum weir_status status;
    if (options->corpus)
        status = read_corpus(options, &sample, diagnostics, &made, error);
    else if ((status = take_examples(options->ruleset, &sample)) != WEIR_OK)
        weir_error_set(error, status, "no memory for a sample");
    if (status == WEIR_OK)
        status = measure(options, &sample, &made, error);
    sample_fini(&sample);
    if (status == WEIR_OK)
        *survey = made;
    else
        weir_survey_fini(&made);
    return status;
}

void weir_survey_fini(struct weir_survey *survey)
{
    free(survey->costs);
    *survey = (struct weir_survey){0};
}
