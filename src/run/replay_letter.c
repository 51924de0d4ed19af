/* Which letters are tried, and what of. Must never let a record pass uncounted. */
#include "replay_letter.h"

#include "replay_tally.h"

/* The source of the configuration that reads the topic, or NULL. */
static const struct weir_mapping *find_mapping(const struct weir_settings *settings, struct weir_text topic,
                                               uint32_t *number)
{
    for (size_t i = 0; i < settings->mapping_count; i++)
        if (settings->mappings[i].topic && weir_text_is(topic, settings->mappings[i].topic)) {
            *number = (uint32_t)i;
            return &settings->mappings[i];
        }
    return NULL;
}

/* Why a letter is not tried, for a person, or NULL. */
static const char *find_hindrance(const struct weir_mapping *mapping, const struct weir_dead_letter *letter,
                                  enum weir_replay_left *left)
{
    *left = WEIR_REPLAY_NO_SOURCE;
    if (letter->source.is_file)
        return "it is of a line of a file, which weir scan reads";
    if (!mapping)
        return "no source of the configuration reads its topic";
    *left = WEIR_REPLAY_CAPTION;
    if (mapping->kind == WEIR_CAPTION)
        return "a fragment alone may mean something else than in its stream";
    *left = WEIR_REPLAY_NO_PAYLOAD;
    if (letter->reason == WEIR_BAD_FLAG_TOO_LARGE)
        return "it stands for a flag that its topic did not take";
    return letter->has_payload ? NULL : "its message was left out, as too long; it may still be at its place";
}

static bool unwrap(const struct weir_dead_letter *letter, uint32_t mapping, struct weir_arena *arena,
                   struct weir_message *message)
{
    struct weir_origin *original = weir_arena_alloc(arena, sizeof *original);
    if (!original)
        return false;
    *original = letter->source;
    message->original = original;
    message->payload = letter->payload;
    message->mapping = mapping;
    message->is_skipped = false;
    return true;
}

enum weir_status replay_letter_take(const struct weir_replay_options *options, struct weir_arena *arena,
                                    struct weir_message *message, struct weir_replay_report *report)
{
    struct weir_dead_letter letter = {0};
    struct weir_error wrong = {0};
    enum weir_replay_left left;
    uint32_t number = 0;
    enum weir_status status = weir_dead_letter_read(weir_text_from_padded(message->payload), arena, &letter, &wrong);
    if (status == WEIR_NO_MEMORY)
        return status;
    report->letters++;
    message->is_skipped = true;
    if (status != WEIR_OK) {
        replay_tally_left(report, &message->origin, WEIR_REPLAY_NO_LETTER, NULL, wrong.text);
        return WEIR_OK;
    }
    if (options->reasons && !(options->reasons & 1u << letter.reason)) {
        report->passed_over++;
        return WEIR_OK;
    }
    const char *hindrance =
        find_hindrance(find_mapping(options->settings, letter.source.topic, &number), &letter, &left);
    if (hindrance) {
        replay_tally_left(report, &message->origin, left, &letter, hindrance);
        return WEIR_OK;
    }
    report->tried++;
    return unwrap(&letter, number, arena, message) ? WEIR_OK : WEIR_NO_MEMORY;
}
