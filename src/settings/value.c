/* One value of one type: numbers, times, words, topics, paths, addresses. Says what would have been right. */
#include "reader.h"

#include <stdio.h>
#include <stdlib.h>

#define WORDS_MAX 8
#define TOPIC_MAX_BYTES 249
#define DIGITS_MAX 15 /* far beyond every range, far below an overflow */

const char *weir_value_keep(struct weir_settings_reader *reader, struct weir_text text)
{
    const char *kept = weir_arena_text(reader->file->arena, text).data;
    if (!kept)
        reader->no_memory = true;
    return kept;
}

/* Digits at the start of the text; false when there is none or too many. */
static bool scan_digits(struct weir_text text, size_t *length, int64_t *number)
{
    *length = 0;
    *number = 0;
    while (*length < text.length && text.data[*length] >= '0' && text.data[*length] <= '9') {
        if (*length == DIGITS_MAX)
            return false;
        *number = *number * 10 + (text.data[(*length)++] - '0');
    }
    return *length > 0;
}

static bool read_integer(struct weir_settings_reader *reader, const char *path, const struct weir_setting_key *key,
                         const struct weir_yaml_node *node, int64_t *number)
{
    struct weir_text text = weir_yaml_text(node);
    size_t length;
    bool whole = scan_digits(text, &length, number) && length == text.length;
    if (!whole || weir_yaml_quoted(node)) {
        weir_yaml_error(node, reader->diagnostics, "%s must be a whole number %s%s", path, key->range,
                        whole ? ", without quotes" : "");
        return false;
    }
    if (*number < key->least || *number > key->most) {
        weir_yaml_error(node, reader->diagnostics, "%s is out of range; it must be %s", path, key->range);
        return false;
    }
    return true;
}

static bool read_duration(struct weir_settings_reader *reader, const char *path, const struct weir_setting_key *key,
                          const struct weir_yaml_node *node, int64_t *number)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    struct weir_text text = weir_yaml_text(node);
    size_t length;
    if (scan_digits(text, &length, number)) {
        for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
            if (!weir_text_is(weir_text_slice(text, length, text.length), units[i].name))
                continue;
            if (*number >= key->least / units[i].ms + (key->least % units[i].ms != 0) &&
                *number <= key->most / units[i].ms) {
                *number *= units[i].ms;
                return true;
            }
            weir_yaml_error(node, reader->diagnostics, "%s is out of range; it must be %s", path, key->range);
            return false;
        }
    }
    weir_yaml_error(node, reader->diagnostics, "%s must be a number with ms, s, m, h or d, such as 10s, %s", path,
                    key->range);
    return false;
}

/* A decimal from 0 to 1, in millionths. */
static bool read_share(struct weir_settings_reader *reader, const char *path, const struct weir_setting_key *key,
                       const struct weir_yaml_node *node, int64_t *number)
{
    struct weir_text text = weir_yaml_text(node);
    int64_t scale = 1000000;
    bool good = text.length > 0 && (text.data[0] == '0' || text.data[0] == '1') && !weir_yaml_quoted(node);
    *number = good ? (text.data[0] - '0') * scale : 0;
    if (good && text.length > 1) {
        good = text.data[1] == '.' && text.length > 2 && text.length <= 8;
        for (size_t at = 2; good && at < text.length; at++) {
            scale /= 10;
            good = text.data[at] >= '0' && text.data[at] <= '9';
            *number += (text.data[at] - '0') * scale;
        }
    }
    if (good && *number <= 1000000)
        return true;
    weir_yaml_error(node, reader->diagnostics, "%s must be a number %s, with at most six decimals", path, key->range);
    return false;
}

static bool read_word(struct weir_settings_reader *reader, const char *path, const struct weir_setting_key *key,
                      const struct weir_yaml_node *node, int64_t *number)
{
    struct weir_text text = weir_yaml_text(node);
    size_t count = 0;
    for (; key->words[count]; count++) {
        if (weir_text_is(text, key->words[count])) {
            *number = (int64_t)count;
            return true;
        }
    }
    const char *nearest = weir_nearest_name(text, key->words, count);
    if (nearest)
        weir_yaml_error(node, reader->diagnostics, "unknown word '%.64s'; did you mean '%s'?", text.data, nearest);
    else
        weir_yaml_error(node, reader->diagnostics, "%s must be %s", path, key->range);
    return false;
}

static bool is_topic_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
}

static bool read_topic(struct weir_settings_reader *reader, const char *path, const struct weir_yaml_node *node)
{
    struct weir_text text = weir_yaml_text(node);
    for (size_t i = 0; i < text.length; i++) {
        if (is_topic_byte(text.data[i]))
            continue;
        weir_yaml_error_at(node, i, reader->diagnostics,
                           "this character cannot stand in a topic's name; use letters, digits, '.', '_' and '-'");
        return false;
    }
    if (text.length == 0 || text.length > TOPIC_MAX_BYTES || weir_text_is(text, ".") || weir_text_is(text, "..")) {
        weir_yaml_error(node, reader->diagnostics, "%s must be a topic's name of 1 to %d characters, not '.' or '..'",
                        path, TOPIC_MAX_BYTES);
        return false;
    }
    return true;
}

static bool read_path(struct weir_settings_reader *reader, const char *path, const struct weir_yaml_node *node)
{
    struct weir_text text = weir_yaml_text(node);
    if (text.length > 0 && !memchr(text.data, '\0', text.length))
        return true;
    weir_yaml_error(node, reader->diagnostics, "%s must be the path of a file or folder", path);
    return false;
}

static bool read_address(struct weir_settings_reader *reader, const char *path, const struct weir_yaml_node *node)
{
    struct weir_text text = weir_yaml_text(node);
    if (weir_text_is(text, WEIR_ADDRESS_OFF))
        return true;
    const char *colon = text.length > 0 ? memrchr(text.data, ':', text.length) : NULL;
    if (colon && colon > text.data) {
        struct weir_text port = {colon + 1, (size_t)(text.data + text.length - colon - 1)};
        size_t length;
        int64_t number;
        if (scan_digits(port, &length, &number) && length == port.length && number >= 1 && number <= 65535)
            return true;
    }
    weir_yaml_error(node, reader->diagnostics, "%s must be HOST:PORT, such as 127.0.0.1:8377, or off", path);
    return false;
}

static bool read_number(struct weir_settings_reader *reader, const char *path, const struct weir_setting_key *key,
                        const struct weir_yaml_node *node, int64_t *number)
{
    if (key->type == WEIR_TYPE_INTEGER)
        return read_integer(reader, path, key, node, number);
    if (key->type == WEIR_TYPE_DURATION)
        return read_duration(reader, path, key, node, number);
    if (key->type == WEIR_TYPE_SHARE)
        return read_share(reader, path, key, node, number);
    return read_word(reader, path, key, node, number);
}

bool weir_value_read(struct weir_settings_reader *reader, const char *path, const struct weir_setting_key *key,
                     const struct weir_yaml_node *node, struct weir_setting_value *value)
{
    struct weir_setting_value read = {.node = node};
    bool good;
    if (weir_yaml_kind(node) == WEIR_YAML_NULL) {
        weir_yaml_error(node, reader->diagnostics, "%s has no value; give one, or remove the key", path);
        return false;
    }
    if (weir_yaml_kind(node) != WEIR_YAML_SCALAR) {
        weir_yaml_error(node, reader->diagnostics, "%s must be one value, not a list or a section", path);
        return false;
    }
    if (key->type == WEIR_TYPE_TOPIC)
        good = read_topic(reader, path, node);
    else if (key->type == WEIR_TYPE_PATH)
        good = read_path(reader, path, node);
    else if (key->type == WEIR_TYPE_ADDRESS)
        good = read_address(reader, path, node);
    else
        good = read_number(reader, path, key, node, &read.number);
    if (!good)
        return false;
    read.text = weir_value_keep(reader, weir_yaml_text(node));
    *value = read;
    return true;
}
