/* publish: the way back from a weir.dead-letter/1 record to the message. Must never take half a payload for a whole
 * one. */
#include "weir/dead_letter.h"

#include "weir/hash.h"

#include <jansson.h>

#define TOPIC_MAX 249 /* Kafka's */

static enum weir_status complain(struct weir_error *error, const char *what)
{
    return weir_error_set(error, WEIR_INVALID, "%s", what);
}

static enum weir_status run_out(struct weir_error *error)
{
    return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a dead letter");
}

static struct weir_text member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return (struct weir_text){json_string_value(value), json_string_length(value)};
}

/* A whole number of this range. */
static bool read_number(const json_t *object, const char *name, int64_t least, int64_t most, int64_t *number)
{
    const json_t *value = json_object_get(object, name);
    int64_t read = json_integer_value(value);
    if (!json_is_integer(value) || read < least || read > most)
        return false;
    *number = read;
    return true;
}

static bool read_reason(const json_t *root, enum weir_bad_reason *reason)
{
    for (int i = 0; i < WEIR_BAD_REASON_COUNT; i++)
        if (weir_text_is(member(root, "reason"), weir_bad_reason_name((enum weir_bad_reason)i))) {
            *reason = (enum weir_bad_reason)i;
            return true;
        }
    return false;
}

static bool is_topic(struct weir_text name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return name.length > 0 && name.length <= TOPIC_MAX && strspn(name.data, allowed) == name.length;
}

static bool read_place(const json_t *source, struct weir_origin *origin)
{
    int64_t partition = 0;
    *origin = (struct weir_origin){.timestamp_ms = -1};
    if (json_object_get(source, "file")) {
        origin->is_file = true;
        origin->topic = member(source, "file");
        return origin->topic.length > 0 && read_number(source, "line", 1, INT64_MAX, &origin->offset);
    }
    origin->topic = member(source, "topic");
    if (!is_topic(origin->topic) || !read_number(source, "partition", 0, INT32_MAX, &partition) ||
        !read_number(source, "offset", 0, INT64_MAX - 1, &origin->offset))
        return false;
    origin->partition = (int32_t)partition;
    return !json_object_get(source, "timestamp") ||
           read_number(source, "timestamp", INT64_MIN, INT64_MAX, &origin->timestamp_ms);
}

static enum weir_status read_payload(const json_t *root, struct weir_arena *arena, struct weir_dead_letter *letter,
                                     struct weir_error *error)
{
    if (!json_is_string(json_object_get(root, "payload")))
        return json_is_true(json_object_get(root, "payload_omitted"))
                   ? WEIR_OK
                   : complain(error, "a dead letter with neither a payload nor payload_omitted");
    letter->has_payload = true;
    if (letter->reason == WEIR_BAD_TOMBSTONE)
        return WEIR_OK;
    enum weir_status status = weir_hash_base64_bytes(member(root, "payload"), arena, &letter->payload);
    if (status == WEIR_NO_MEMORY)
        return run_out(error);
    return status == WEIR_OK ? WEIR_OK : complain(error, "a dead letter whose payload is no base64");
}

static enum weir_status read_letter(const json_t *root, struct weir_arena *arena, struct weir_dead_letter *letter,
                                    struct weir_error *error)
{
    if (!json_is_object(root))
        return complain(error, "it is no JSON object");
    if (!weir_text_is(member(root, "schema"), "weir.dead-letter/1"))
        return complain(error, "its schema is not weir.dead-letter/1");
    if (!read_reason(root, &letter->reason))
        return complain(error, "a dead letter whose reason is none that this version knows");
    if (!read_place(json_object_get(root, "source"), &letter->source))
        return complain(error, "a dead letter whose source says no place");
    letter->source.topic = weir_arena_text(arena, letter->source.topic);
    if (!letter->source.topic.data)
        return run_out(error);
    return read_payload(root, arena, letter, error);
}

enum weir_status weir_dead_letter_read(struct weir_text record, struct weir_arena *arena,
                                       struct weir_dead_letter *letter, struct weir_error *error)
{
    json_error_t wrong;
    struct weir_dead_letter read = {0};
    json_t *root = record.data ? json_loadb(record.data, record.length, 0, &wrong) : NULL;
    if (!root && record.data && json_error_code(&wrong) == json_error_out_of_memory)
        return run_out(error);
    enum weir_status status = read_letter(root, arena, &read, error);
    json_decref(root);
    if (status == WEIR_OK)
        *letter = read;
    return status;
}
