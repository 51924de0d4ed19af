/* rules: what a load worked out, as bytes that spare the next load the work. Nothing in them replaces the packs: those
 * are read each time, and whatever the bytes do not know is worked out anew.
 *
 *   facts      of each regex that passed all checks without a warning, under a digest of its text, its view and the
 *              folding; so after an edit only what was edited is checked
 *   database   Hyperscan's, for exactly this list of expressions
 *   proof      under what the examples passed
 *
 * The bytes fit one build of weir, its libraries and one kind of processor. Reading them is safe whatever they are, but
 * a database that an attacker wrote would be run as code is: take them only from where nobody else can write
 * (weir/rules_cache.h, or a pipe from a process of one's own). */
#ifndef WEIR_COMPILED_H
#define WEIR_COMPILED_H

#include "weir/limits.h"
#include "weir/ruleset.h"

/* Owned by whoever holds it; free(data). */
struct weir_bytes {
    char *data;
    size_t length;
};

struct weir_compiled; /* immutable; any thread */

/* Borrows the bytes for its life. WEIR_INVALID: they are damaged, or of another build, library or processor; why says
 * which. */
enum weir_status weir_compiled_read(struct weir_text bytes, struct weir_compiled **compiled,
                                    struct weir_error *why) WEIR_MUST_CHECK;
void weir_compiled_free(struct weir_compiled *compiled); /* NULL is fine */

/* How much of a memo a load could use. */
struct weir_compiled_use {
    bool database; /* its database serves; false: compiled anew */
    size_t regexes_known;
    size_t regexes_checked; /* anew */
};

struct weir_compiled_use weir_ruleset_compiled_use(const struct weir_ruleset *ruleset);

/* All that decides whether a rule's examples do as they say. */
struct weir_proof {
    uint8_t sha256[WEIR_SHA256_BYTES];
};

/* folding: the one that the ruleset was loaded with. */
enum weir_status weir_proof_make(const struct weir_ruleset *ruleset, const struct weir_folding *folding,
                                 const struct weir_limits *limits, struct weir_proof *proof) WEIR_MUST_CHECK;
/* Whether the examples passed under the same when the bytes were made. */
bool weir_compiled_proves(const struct weir_compiled *compiled, const struct weir_proof *proof);

/* What the ruleset's own load worked out, for weir_compiled_read. proof: its examples passed under this; NULL: they
 * were not run. *bytes is the caller's. */
enum weir_status weir_ruleset_compiled(const struct weir_ruleset *ruleset, const struct weir_proof *proof,
                                       struct weir_bytes *bytes) WEIR_MUST_CHECK;

#endif
