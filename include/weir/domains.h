/* rules: a list of hosts, to be asked whether a text that may be a host is one of them. Immutable; lives with its
 * ruleset; any thread. */
#ifndef WEIR_DOMAINS_H
#define WEIR_DOMAINS_H

#include "weir/text.h"

#include <stdint.h>

#define WEIR_HOST_BYTES_MAX 1024 /* of a host in folded text; the limit of DNS, 253, is one of its Punycode form */

struct weir_domains;

/* A host's hash, byte by byte: so that a text's beginnings need not be hashed anew. */
#define WEIR_DOMAINS_HASH_START UINT64_C(0xCBF29CE484222325)

static inline uint64_t weir_domains_hash(uint64_t hash, char byte)
{
    return (hash ^ (unsigned char)byte) * UINT64_C(0x100000001B3); /* FNV-1a */
}

/* Whether the host is listed, in one of its forms; folded, with `.` for every dot, and hash over its bytes. */
bool weir_domains_have(const struct weir_domains *domains, uint64_t hash, struct weir_text host);
/* Bytes of the longest. */
size_t weir_domains_length_max(const struct weir_domains *domains);

#endif
