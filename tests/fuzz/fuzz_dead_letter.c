/* Records of the topic of dead letters, as weir replay reads them: any bytes. What is read and written again is read as
 * the same. */
#include "weir/dead_letter.h"
#include "weir/publish.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* The padding must be there to be read. */
static void check_payload(struct weir_padded_text payload)
{
    for (size_t i = 0; payload.data && i < WEIR_PADDING; i++)
        require(payload.data[payload.length + i] == 0);
}

static void check_again(const struct weir_dead_letter *letter, struct weir_arena *arena)
{
    const struct weir_encoder encoder = {.record_max = SIZE_MAX};
    const struct weir_message message = {.origin = letter->source, .payload = letter->payload};
    const struct weir_bad_payload bad = {letter->reason, "detail"};
    struct weir_record record;
    struct weir_dead_letter again;
    require(weir_record_dead_letter(&encoder, &message, &bad, arena, &record) == WEIR_OK);
    require(weir_dead_letter_read(record.value, arena, &again, NULL) == WEIR_OK);
    require(again.reason == letter->reason && again.has_payload);
    require(weir_text_equal(again.source.topic, letter->source.topic) &&
            again.source.is_file == letter->source.is_file);
    require(again.source.partition == letter->source.partition && again.source.offset == letter->source.offset);
    require(again.source.timestamp_ms == letter->source.timestamp_ms || letter->source.is_file);
    require((again.payload.data == NULL) == (letter->payload.data == NULL));
    require(weir_text_equal(weir_text_from_padded(again.payload), weir_text_from_padded(letter->payload)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = malloc(size ? size : 1); /* so that a byte too far is seen */
    struct weir_arena *arena = weir_arena_new(0);
    require(bytes && arena);
    if (size > 0)
        memcpy(bytes, data, size);
    struct weir_dead_letter letter;
    struct weir_error error = {0};
    enum weir_status status =
        weir_dead_letter_read((struct weir_text){size > 0 ? bytes : NULL, size}, arena, &letter, &error);
    require(status == WEIR_OK || (status == WEIR_INVALID && error.text[0]));
    if (status == WEIR_OK) {
        check_payload(letter.payload);
        require(letter.source.topic.length > 0 && letter.source.offset >= 0 && letter.source.partition >= 0);
        if (letter.has_payload)
            check_again(&letter, arena);
    }
    weir_arena_free(arena);
    free(bytes);
    return 0;
}
