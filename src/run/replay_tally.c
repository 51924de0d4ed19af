/* Counts, and the first records to name. Keeps nothing of a payload. */
#include "replay_tally.h"

const char *weir_replay_left_name(enum weir_replay_left left)
{
    static const char *const names[WEIR_REPLAY_LEFT_COUNT] = {
        [WEIR_REPLAY_NO_LETTER] = "no_dead_letter",
        [WEIR_REPLAY_NO_SOURCE] = "unknown_topic",
        [WEIR_REPLAY_CAPTION] = "captions",
        [WEIR_REPLAY_NO_PAYLOAD] = "no_payload",
    };
    return names[left];
}

uint64_t weir_replay_bad(const struct weir_replay_report *report)
{
    uint64_t sum = 0;
    for (int i = 0; i < WEIR_BAD_REASON_COUNT; i++)
        sum += report->still_bad[i];
    return sum;
}

uint64_t weir_replay_left(const struct weir_replay_report *report)
{
    uint64_t sum = 0;
    for (int i = 0; i < WEIR_REPLAY_LEFT_COUNT; i++)
        sum += report->left[i];
    return sum;
}

/* NULL: there are enough. */
static struct weir_replay_example *add_example(struct weir_replay_report *report, const struct weir_origin *record,
                                               const char *why, const char *detail)
{
    if (report->example_count == WEIR_REPLAY_EXAMPLES)
        return NULL;
    struct weir_replay_example *example = &report->examples[report->example_count++];
    *example = (struct weir_replay_example){.partition = record->partition, .offset = record->offset, .why = why};
    snprintf(example->detail, sizeof example->detail, "%s", detail);
    return example;
}

static void set_source(struct weir_replay_example *example, const struct weir_origin *source)
{
    example->has_source = true;
    example->is_file = source->is_file;
    if (source->is_file)
        return; /* its name may hold anything */
    snprintf(example->topic, sizeof example->topic, "%.*s", (int)source->topic.length, source->topic.data);
    example->source_partition = source->partition;
    example->source_offset = source->offset;
}

void replay_tally_left(struct weir_replay_report *report, const struct weir_origin *record, enum weir_replay_left left,
                       const struct weir_dead_letter *letter, const char *detail)
{
    report->left[left]++;
    struct weir_replay_example *example = add_example(report, record, weir_replay_left_name(left), detail);
    if (example && letter)
        set_source(example, &letter->source);
}

void replay_tally_bad(struct weir_replay_report *report, const struct weir_message *message,
                      const struct weir_bad_payload *bad)
{
    report->still_bad[bad->reason]++;
    const struct weir_origin source = weir_message_source(message);
    struct weir_replay_example *example =
        add_example(report, &message->origin, weir_bad_reason_name(bad->reason), bad->detail);
    if (example)
        set_source(example, &source);
}
