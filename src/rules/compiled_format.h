/* rules, private: the bytes of a memo. Numbers are little-endian; nothing is aligned.
 *
 *   head     magic 8, format 4, identity length 4, total length 8, proof 32, sources 32, facts 4, groups 4,
 *            texts length 8
 *   identity lines: what the rest must fit, see platform.c
 *   facts    each: key 32, text at 4, text length 4, width_min 4, width_max 4, prefilter 4; keys ascending
 *   texts    the facts' expressions, each with NUL
 *   groups   each: view 4, expressions 4, length 8, a database as Hyperscan writes it; views ascending */
#ifndef WEIR_RULES_COMPILED_FORMAT_H
#define WEIR_RULES_COMPILED_FORMAT_H

#include "weir/hash.h"

#define WEIR_COMPILED_MAGIC "weirmemo"
#define WEIR_COMPILED_MAGIC_BYTES 8u
#define WEIR_COMPILED_FORMAT 1u
#define WEIR_COMPILED_HEAD_BYTES (8u + 4 + 4 + 8 + 2 * WEIR_SHA256_BYTES + 4 + 4 + 8)
#define WEIR_COMPILED_FACT_BYTES (WEIR_SHA256_BYTES + 5u * 4)
#define WEIR_COMPILED_GROUP_BYTES (4u + 4 + 8)

/* platform.c */
#define WEIR_IDENTITY_MAX 1024u

/* The lines that say which weir, libraries and processor this is; out has room for WEIR_IDENTITY_MAX. */
enum weir_status weir_identity_make(char *out) WEIR_MUST_CHECK;
/* NULL: the same; else what differs, as in "it is of another processor". */
const char *weir_identity_compare(const char *own, struct weir_text other);

#endif
