/* base: digests and what is made of them (OpenSSL libcrypto behind). Any thread. */
#ifndef WEIR_HASH_H
#define WEIR_HASH_H

#include "weir/arena.h"

#include <stdint.h>

#define WEIR_SHA256_BYTES 32
#define WEIR_SHA256_HEX_SIZE 65
#define WEIR_UUID_SIZE 37 /* 36 characters and NUL */

enum weir_status weir_hash_sha256(struct weir_text data, uint8_t digest[WEIR_SHA256_BYTES]) WEIR_MUST_CHECK;
/* Of the texts as if they were one. */
enum weir_status weir_hash_sha256_parts(const struct weir_text *parts, size_t count,
                                        uint8_t digest[WEIR_SHA256_BYTES]) WEIR_MUST_CHECK;
enum weir_status weir_hash_hmac_sha256(struct weir_text key, struct weir_text data,
                                       uint8_t digest[WEIR_SHA256_BYTES]) WEIR_MUST_CHECK;
/* Lower-case hexadecimal, with NUL; out has room for 2 * count + 1. */
void weir_hash_hex(const uint8_t *bytes, size_t count, char *out);

/* UUID version 5 (RFC 9562, section 5.5) of name in the namespace. */
enum weir_status weir_hash_uuid5(const uint8_t name_space[16], struct weir_text name,
                                 char out[WEIR_UUID_SIZE]) WEIR_MUST_CHECK;

/* Base64 (RFC 4648, with padding) in the arena, ending in NUL; data == NULL when there is no memory. */
struct weir_text weir_hash_base64(struct weir_text bytes, struct weir_arena *arena);
/* The way back, in the arena. WEIR_INVALID: it is not base64 with padding from end to end. */
enum weir_status weir_hash_base64_bytes(struct weir_text base64, struct weir_arena *arena,
                                        struct weir_padded_text *bytes) WEIR_MUST_CHECK;

/* Version of the linked OpenSSL; a constant. */
const char *weir_openssl_version(void);

#endif
