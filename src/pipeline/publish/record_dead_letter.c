/* publish: a bad payload as a weir.dead-letter/1 record, whole, so that it can be sent again after a fix. */
#include "record_json.h"

/* What stands around the payload, roughly; only saves the trouble of encoding what cannot fit. */
#define AROUND_PAYLOAD 256

static size_t measure_base64(size_t bytes)
{
    return (bytes + 2) / 3 * 4;
}

/* With the payload, or without it and with its length instead. */
static enum weir_record_fit encode_letter(const struct weir_message *message, const struct weir_bad_payload *bad,
                                          bool with_payload, size_t max, struct weir_arena *arena,
                                          struct weir_text *line)
{
    struct weir_record_json json = {.arena = arena};
    weir_record_object(&json, NULL);
    weir_record_put_string(&json, "schema", "weir.dead-letter/1");
    weir_record_put_source(&json, &message->origin);
    weir_record_put_string(&json, "reason", weir_bad_reason_name(bad->reason));
    weir_record_put_string(&json, "detail", bad->detail);
    if (with_payload) {
        struct weir_text encoded = weir_hash_base64(weir_text_from_padded(message->payload), arena);
        json.failed = json.failed || !encoded.data;
        weir_record_put_text(&json, "payload", encoded);
    } else {
        weir_record_put_true(&json, "payload_omitted");
        weir_record_put_number(&json, "payload_bytes",
                               (int64_t)(message->whole_bytes ? message->whole_bytes : message->payload.length));
    }
    weir_record_end_object(&json);
    return weir_record_finish(&json, max, line);
}

enum weir_status weir_record_dead_letter(const struct weir_encoder *encoder, const struct weir_message *message,
                                         const struct weir_bad_payload *bad, struct weir_arena *arena,
                                         struct weir_record *record)
{
    size_t max = encoder->record_max;
    struct weir_text line = {NULL, 0};
    enum weir_record_fit fit = WEIR_RECORD_TOO_LONG;
    bool is_whole =
        message->whole_bytes == 0; /* half a payload cannot be sent again, and must not look as if it could */
    if (is_whole && (measure_base64(message->payload.length) + AROUND_PAYLOAD <= max || message->payload.length == 0))
        fit = encode_letter(message, bad, true, max, arena, &line);
    if (fit == WEIR_RECORD_TOO_LONG)
        fit = encode_letter(message, bad, false, SIZE_MAX, arena, &line);
    if (fit != WEIR_RECORD_FITS)
        return WEIR_NO_MEMORY;
    *record = (struct weir_record){.output = WEIR_OUTPUT_DEAD_LETTERS, .key = message->key, .value = line};
    return WEIR_OK;
}
