/* JSON Web Tokens (RFC 7519), as far as a client must understand its own: header.payload.signature, of whose payload
 * sub and exp matter. Must never quote a token, nor a part of one. */
#include "token.h"

#include <jansson.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS_MAX 253402300799 /* the end of the year 9999 */

static struct weir_text trim(struct weir_text text)
{
    while (text.length > 0 && strchr(" \t\r\n", text.data[text.length - 1]))
        text.length--;
    while (text.length > 0 && strchr(" \t\r\n", *text.data))
        text = weir_text_slice(text, 1, text.length);
    return text;
}

/* The value of a character of base64url (RFC 4648, 5), or -1. */
static int digit_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* Where the payload stands; false: these are not three parts of base64url. The last may be empty. */
static bool find_payload(struct weir_text text, struct weir_text *payload)
{
    size_t dots[2] = {0};
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] != '.' && digit_of(text.data[i]) < 0)
            return false;
        if (text.data[i] == '.' && count == 2)
            return false;
        if (text.data[i] == '.')
            dots[count++] = i;
    }
    if (count < 2 || dots[0] == 0 || dots[1] == dots[0] + 1)
        return false;
    *payload = weir_text_slice(text, dots[0] + 1, dots[1]);
    return true;
}

/* To out, of at least 3/4 of the length; bits that fill no byte are left out. */
static size_t decode(struct weir_text text, char *out)
{
    size_t length = 0;
    unsigned bits = 0;
    unsigned held = 0;
    for (size_t i = 0; i < text.length; i++) {
        held = (held << 6 | (unsigned)digit_of(text.data[i])) & 0xFFFF;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[length++] = (char)(held >> bits & 0xFF);
        }
    }
    return length;
}

static enum weir_status read_claims(const json_t *claims, int64_t now_ms, struct token *token, struct weir_error *error)
{
    const json_t *subject = json_object_get(claims, "sub");
    const json_t *expiry = json_object_get(claims, "exp");
    if (!json_is_string(subject) || json_string_length(subject) == 0)
        return weir_error_set(error, WEIR_INVALID, "the token names no subject (claim sub)");
    double seconds = json_is_number(expiry) ? json_number_value(expiry) : 0;
    if (!(seconds >= 1 && seconds <= SECONDS_MAX))
        return weir_error_set(error, WEIR_INVALID, "the token does not say when it expires (claim exp)");
    int64_t expires_ms = (int64_t)seconds * 1000;
    if (expires_ms <= now_ms)
        return weir_error_set(error, WEIR_INVALID, "the token expired %" PRId64 " s ago", (now_ms - expires_ms) / 1000);
    token->principal = strdup(json_string_value(subject));
    token->expires_ms = expires_ms;
    return token->principal ? WEIR_OK : weir_error_set(error, WEIR_NO_MEMORY, "no memory for a token");
}

static enum weir_status read_payload(struct weir_text payload, int64_t now_ms, struct token *token,
                                     struct weir_error *error)
{
    char *json = malloc(payload.length);
    if (!json)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a token");
    size_t length = decode(payload, json);
    json_error_t ignored;
    json_t *claims = json_loadb(json, length, JSON_REJECT_DUPLICATES, &ignored);
    explicit_bzero(json, length);
    free(json);
    enum weir_status status = json_is_object(claims)
                                  ? read_claims(claims, now_ms, token, error)
                                  : weir_error_set(error, WEIR_INVALID, "the token's second part is no JSON object");
    json_decref(claims);
    return status;
}

enum weir_status token_read(struct weir_text text, int64_t now_ms, struct token *token, struct weir_error *error)
{
    struct token made = {0};
    struct weir_text payload;
    struct weir_text trimmed = trim(text);
    if (trimmed.length == 0)
        return weir_error_set(error, WEIR_INVALID, "it is empty");
    if (trimmed.length > TOKEN_MAX_BYTES)
        return weir_error_set(error, WEIR_INVALID, "it is larger than %d bytes", TOKEN_MAX_BYTES);
    if (!find_payload(trimmed, &payload))
        return weir_error_set(error, WEIR_INVALID,
                              "it is no JSON Web Token: three parts of A-Z a-z 0-9 - _ with dots between them");
    enum weir_status status = read_payload(payload, now_ms, &made, error);
    if (status == WEIR_OK && !(made.value = strndup(trimmed.data, trimmed.length)))
        status = weir_error_set(error, WEIR_NO_MEMORY, "no memory for a token");
    if (status != WEIR_OK) {
        token_fini(&made);
        return status;
    }
    *token = made;
    return WEIR_OK;
}

void token_fini(struct token *token)
{
    if (token->value)
        explicit_bzero(token->value, strlen(token->value));
    free(token->value);
    free(token->principal);
    *token = (struct token){0};
}
