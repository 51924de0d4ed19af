/* Digests, identifiers and base64, all through libcrypto. Keeps no state and prints nothing. */
#include "weir/hash.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

enum weir_status weir_hash_sha256(struct weir_text data, uint8_t digest[WEIR_SHA256_BYTES])
{
    if (EVP_Digest(data.data, data.length, digest, NULL, EVP_sha256(), NULL) != 1)
        return WEIR_UNAVAILABLE;
    return WEIR_OK;
}

enum weir_status weir_hash_sha256_parts(const struct weir_text *parts, size_t count, uint8_t digest[WEIR_SHA256_BYTES])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    for (size_t i = 0; good && i < count; i++)
        good = EVP_DigestUpdate(context, parts[i].data, parts[i].length) == 1;
    good = good && EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    return good ? WEIR_OK : WEIR_UNAVAILABLE;
}

enum weir_status weir_hash_hmac_sha256(struct weir_text key, struct weir_text data, uint8_t digest[WEIR_SHA256_BYTES])
{
    /* libcrypto takes a NULL key as "the one before". */
    const char *key_data = key.length > 0 ? key.data : "";
    if (key.length > INT_MAX)
        return WEIR_INVALID;
    if (!HMAC(EVP_sha256(), key_data, (int)key.length, (const unsigned char *)data.data, data.length, digest, NULL))
        return WEIR_UNAVAILABLE;
    return WEIR_OK;
}

void weir_hash_hex(const uint8_t *bytes, size_t count, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 0x0F];
    }
    out[2 * count] = '\0';
}

static bool digest_sha1(const uint8_t name_space[16], struct weir_text name, uint8_t digest[EVP_MAX_MD_SIZE])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context && EVP_DigestInit_ex(context, EVP_sha1(), NULL) == 1 &&
                EVP_DigestUpdate(context, name_space, 16) == 1 &&
                EVP_DigestUpdate(context, name.data, name.length) == 1 &&
                EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

enum weir_status weir_hash_uuid5(const uint8_t name_space[16], struct weir_text name, char out[WEIR_UUID_SIZE])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    if (!digest_sha1(name_space, name, digest))
        return WEIR_UNAVAILABLE;
    digest[6] = (uint8_t)((digest[6] & 0x0F) | 0x50); /* version 5 */
    digest[8] = (uint8_t)((digest[8] & 0x3F) | 0x80); /* variant 10 */

    static const uint8_t groups[] = {4, 2, 2, 2, 6};
    const uint8_t *from = digest;
    char *to = out;
    for (size_t i = 0; i < sizeof groups; i++) {
        if (i > 0)
            *to++ = '-';
        weir_hash_hex(from, groups[i], to);
        from += groups[i];
        to += 2 * groups[i];
    }
    return WEIR_OK;
}

struct weir_text weir_hash_base64(struct weir_text bytes, struct weir_arena *arena)
{
    /* Whole groups of three, so that only the last call pads; the encoder counts in int. */
    const size_t step = 3 * 4096;
    if (bytes.length > SIZE_MAX / 2)
        return (struct weir_text){NULL, 0};
    size_t length = (bytes.length + 2) / 3 * 4;
    char *out = weir_arena_alloc(arena, length + 1);
    if (!out)
        return (struct weir_text){NULL, 0};
    out[0] = '\0';
    for (size_t at = 0, to = 0; at < bytes.length; at += step, to += step / 3 * 4) {
        size_t count = bytes.length - at < step ? bytes.length - at : step;
        EVP_EncodeBlock((unsigned char *)out + to, (const unsigned char *)bytes.data + at, (int)count);
    }
    return (struct weir_text){out, length};
}

/* The decoder itself takes white space at the ends. */
static bool is_base64(struct weir_text text, size_t padding)
{
    if (text.length % 4 != 0)
        return false;
    for (size_t i = 0; i < text.length - padding; i++) {
        const char c = text.data[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/'))
            return false;
    }
    return true;
}

enum weir_status weir_hash_base64_bytes(struct weir_text base64, struct weir_arena *arena,
                                        struct weir_padded_text *bytes)
{
    const size_t step = 4 * 4096; /* the decoder counts in int */
    size_t padding = 0;
    while (padding < 2 && padding < base64.length && base64.data[base64.length - 1 - padding] == '=')
        padding++;
    if (!is_base64(base64, padding))
        return WEIR_INVALID;
    size_t length = base64.length / 4 * 3;
    char *out = weir_arena_alloc(arena, length + WEIR_PADDING);
    if (!out)
        return WEIR_NO_MEMORY;
    for (size_t at = 0; at < base64.length; at += step) {
        size_t count = base64.length - at < step ? base64.length - at : step;
        if (EVP_DecodeBlock((unsigned char *)out + at / 4 * 3, (const unsigned char *)base64.data + at, (int)count) < 0)
            return WEIR_INVALID;
    }
    memset(out + length - padding, 0, WEIR_PADDING + padding);
    *bytes = (struct weir_padded_text){out, length - padding};
    return WEIR_OK;
}

const char *weir_openssl_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}
