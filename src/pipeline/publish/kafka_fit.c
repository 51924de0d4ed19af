/* Records that are too large for their topic. Must never make two records of one, or none. */
#include "kafka_fit.h"

#include "record_shorten.h"

#include <librdkafka/rdkafka.h>

#include <stdlib.h>

/* A key may take this part of what a topic takes. */
#define KEY_SHARE 4

static size_t string_length(const char *string)
{
    return string ? strlen(string) : 0;
}

/* What differs between messages; what the protocol adds is about the same for all. */
static size_t measure(const struct weir_record *record)
{
    return record->key.length + record->value.length + string_length(record->flag_id) +
           string_length(record->severity) + string_length(record->category);
}

static struct weir_record view_of(const struct kafka_record *record)
{
    return (struct weir_record){
        .output = record->output,
        .key = record->key,
        .value = record->value,
        .flag_id = record->flag_id,
        .severity = record->severity,
        .category = record->category,
        .ticket = record->ticket,
    };
}

static bool fits(const struct weir_record *record, const struct kafka_limit limits[WEIR_OUTPUT_COUNT])
{
    size_t refused = limits[record->output].refused;
    return refused == 0 || measure(record) < refused;
}

/* A long key makes way for the text: it only chooses the partition. */
static void drop_long_key(struct weir_record *record, const struct kafka_limit limits[WEIR_OUTPUT_COUNT])
{
    if (!fits(record, limits) && record->key.length > limits[record->output].refused / KEY_SHARE)
        record->key = (struct weir_text){0};
}

/* A dead letter keeps the flag's headers: who reads it can tell how grave it is. */
static enum weir_status make_letter(struct weir_record *record, const struct weir_settings *settings,
                                    const struct kafka_limit limits[WEIR_OUTPUT_COUNT], struct weir_arena *arena)
{
    struct weir_text letter;
    const char *topic = kafka_record_topic(settings, record->output);
    enum weir_status status = weir_record_undeliverable(record->value, topic, measure(record), arena, &letter);
    if (status != WEIR_OK)
        return status == WEIR_INVALID ? WEIR_OK : status; /* none is due: it stays as it is */
    record->output = WEIR_OUTPUT_DEAD_LETTERS;
    record->value = letter;
    drop_long_key(record, limits);
    return WEIR_OK;
}

static enum weir_status fit(struct weir_record *record, const struct weir_settings *settings,
                            const struct kafka_limit limits[WEIR_OUTPUT_COUNT], struct weir_arena *arena)
{
    struct weir_text shorter;
    drop_long_key(record, limits);
    if (fits(record, limits))
        return WEIR_OK;
    size_t refused = limits[record->output].refused;
    size_t beside = measure(record) - record->value.length;
    size_t max = refused > beside ? refused - beside - 1 : 0;
    enum weir_status status = weir_record_shorten_to(record->value, max, arena, &shorter);
    if (status == WEIR_NO_MEMORY)
        return status;
    if (status == WEIR_OK && shorter.length < record->value.length)
        record->value = shorter;
    return fits(record, limits) ? WEIR_OK : make_letter(record, settings, limits, arena);
}

struct kafka_record *kafka_fit_copy(const struct weir_record *record, const struct weir_settings *settings,
                                    const struct kafka_limit limits[WEIR_OUTPUT_COUNT])
{
    if (fits(record, limits))
        return kafka_record_copy(record, kafka_record_topic(settings, record->output));
    struct weir_record fitted = *record;
    struct kafka_record *copy = NULL;
    struct weir_arena *arena = weir_arena_new(0);
    if (arena && fit(&fitted, settings, limits, arena) == WEIR_OK)
        copy = kafka_record_copy(&fitted, kafka_record_topic(settings, fitted.output));
    weir_arena_free(arena);
    return copy;
}

/* Where messages are compressed, a shorter one may be refused after a longer one was accepted. */
static void learn_refused(struct kafka_limit *limit, size_t bytes)
{
    if (limit->refused == 0 || bytes < limit->refused)
        limit->refused = bytes;
}

struct kafka_record *kafka_fit_again(const struct kafka_record *record, const struct weir_settings *settings,
                                     struct kafka_limit limits[WEIR_OUTPUT_COUNT])
{
    struct weir_record before = view_of(record);
    learn_refused(&limits[record->output], measure(&before));
    struct kafka_record *made = kafka_fit_copy(&before, settings, limits);
    if (!made)
        return NULL;
    struct weir_record after = view_of(made);
    if (made->output != record->output || measure(&after) < measure(&before))
        return made;
    free(made);
    return NULL;
}

static void say(struct weir_kafka_cluster *cluster, const char *event, const char *topic, const char *reason,
                const char *advice)
{
    const struct weir_kafka_trouble trouble = {
        .event = event, .subject_key = "topic", .subject = topic, .cause = "", .reason = reason, .advice = advice};
    weir_kafka_trouble_begin(cluster, &trouble);
}

void kafka_fit_say(const struct kafka_record *record, struct weir_kafka_cluster *cluster,
                   struct kafka_limit limits[WEIR_OUTPUT_COUNT])
{
    struct kafka_limit *limit = &limits[record->output];
    if (limit->is_said)
        return;
    limit->is_said = true;
    say(cluster, "records_too_large", record->topic, rd_kafka_err2str(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE),
        record->is_too_large_here
            ? "raise kafka.message.max.bytes, to no more than max.message.bytes of the topic, and restart; records "
              "that "
              "are too large are cut, and flags for which that is not enough become dead letters"
            : "raise max.message.bytes of the topic, or lower kafka.message.max.bytes to it, and restart; records that "
              "are too large are cut, and flags for which that is not enough become dead letters");
}

void kafka_fit_note(const struct kafka_record *record, enum weir_output output, const struct weir_settings *settings,
                    struct weir_kafka_cluster *cluster, struct weir_counters *counters,
                    struct kafka_limit limits[WEIR_OUTPUT_COUNT])
{
    if (record->output == output)
        return;
    weir_count(counters, WEIR_COUNT_DEAD_LETTERS, 1);
    if (!limits[output].has_dead_letters)
        say(cluster, "flags_undeliverable", kafka_record_topic(settings, output),
            "flags are too large for it however they are cut",
            "raise max.message.bytes of the topic and restart; until then each becomes a dead letter "
            "(flag_too_large), which says where its message is");
    limits[output].has_dead_letters = true;
}
