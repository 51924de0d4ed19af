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

/* Characters that hosts may hold (IDNA2008 keeps them: sharp s, final sigma, the joiners) and folding maps away. */
static inline bool weir_host_deviates(uint32_t code_point)
{
    return code_point == 0xDF || code_point == 0x1E9E || code_point == 0x3C2 || code_point == 0x200C ||
           code_point == 0x200D;
}

enum weir_listed {
    WEIR_LISTED_NOT,
    WEIR_LISTED,
    WEIR_LISTED_DEVIATING, /* if the original text holds a character that deviates; else it is another host */
};

/* Whether the host is listed, in one of its forms; folded, with `.` for every dot, and hash over its bytes. */
enum weir_listed weir_domains_find(const struct weir_domains *domains, uint64_t hash, struct weir_text host);
/* Bytes of the longest. */
size_t weir_domains_length_max(const struct weir_domains *domains);

#endif
