/* Texts of librdkafka, which quotes what it was given, without the values that are nobody else's business: those that
 * come from ${env:...} or ${file:...}, and passwords. Must never let one through, at the price of a text that says
 * less.
 */
#include "conf.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define BETWEEN_PIECES ",; \t\r\n"
#define SURE_BYTES 4 /* a shorter piece may be part of an ordinary word, and counts only as a word of its own */

static bool names_a_secret(const char *name)
{
    static const char *const MARKS[] = {"password", "secret", "pem",         ".key",
                                        "username", "token",  "oauthbearer", "certificate"};
    for (size_t i = 0; i < sizeof MARKS / sizeof MARKS[0]; i++)
        if (strstr(name, MARKS[i]))
            return true;
    return false;
}

const char *conf_stand_in(const struct weir_property *property)
{
    if (property->origin)
        return property->origin;
    return names_a_secret(property->name) ? "(not shown)" : NULL;
}

/* Where a text is looked through. */
struct place {
    const char *at;
    bool starts_word;
};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Bytes of the text that are the piece; at the text's end a part of it counts, since librdkafka cuts what is long. */
static size_t match_piece(struct place place, struct weir_text piece)
{
    size_t left = strnlen(place.at, piece.length);
    if (left == 0 || strncmp(place.at, piece.data, left) != 0)
        return 0;
    if (left < piece.length)
        return left >= SURE_BYTES ? left : 0;
    bool is_alone = place.starts_word && !is_word(place.at[left]);
    return left >= SURE_BYTES || is_alone ? left : 0;
}

/* A piece, or what is left of "PROTOCOL://HOST:PORT" without its ends. */
static size_t match_address(struct place place, struct weir_text piece)
{
    size_t longest = match_piece(place, piece);
    const char *scheme = memmem(piece.data, piece.length, "://", 3);
    struct weir_text rest = piece;
    if (scheme)
        rest = weir_text_slice(piece, (size_t)(scheme - piece.data) + 3, piece.length);
    const char *colon = rest.length > 0 ? memrchr(rest.data, ':', rest.length) : NULL;
    const struct weir_text parts[] = {
        rest, {rest.data, colon && colon > rest.data ? (size_t)(colon - rest.data) : rest.length}};
    for (size_t i = 0; i < 2; i++) {
        size_t length = match_piece(place, parts[i]);
        longest = length > longest ? length : longest;
    }
    return longest;
}

static size_t match_value(struct place place, const char *value)
{
    size_t longest = match_piece(place, weir_text_of(value));
    for (const char *start = value; *start;) {
        size_t length = strcspn(start, BETWEEN_PIECES);
        if (length > 0) {
            size_t found = match_address(place, (struct weir_text){start, length});
            longest = found > longest ? found : longest;
        }
        start += length;
        start += strspn(start, BETWEEN_PIECES);
    }
    return longest;
}

/* The longest hidden value at this place, or 0; what is to be said in its stead. */
static size_t match_any(const struct weir_settings *settings, struct place place, const char **instead)
{
    size_t longest = 0;
    for (size_t i = 0; i < settings->kafka_count; i++) {
        const char *stand_in = conf_stand_in(&settings->kafka[i]);
        size_t length = stand_in ? match_value(place, settings->kafka[i].value) : 0;
        if (length <= longest)
            continue;
        longest = length;
        *instead = stand_in;
    }
    return longest;
}

void weir_kafka_discreet(const struct weir_settings *settings, const char *text, char *out, size_t size)
{
    size_t length = 0;
    bool starts_word = true;
    out[0] = '\0';
    for (const char *at = text; *at && length + 1 < size;) {
        const char *instead;
        size_t hidden = match_any(settings, (struct place){at, starts_word}, &instead);
        starts_word = hidden > 0 || !is_word(*at);
        if (hidden > 0) {
            snprintf(out + length, size - length, "%s", instead);
            length += strlen(out + length);
            at += hidden;
        } else {
            out[length++] = *at++;
            out[length] = '\0';
        }
    }
}

const char *weir_kafka_shown(const struct weir_settings *settings, const char *name)
{
    for (size_t i = settings->kafka_count; i-- > 0;)
        if (strcmp(settings->kafka[i].name, name) == 0)
            return settings->kafka[i].origin ? settings->kafka[i].origin : settings->kafka[i].value;
    return NULL;
}
