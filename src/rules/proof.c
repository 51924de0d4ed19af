/* Under what the examples of a ruleset passed, as a digest. */
#include "writer.h"

#include "weir/compiled.h"

#define KEEP_BYTES 4096u

/* Every text ends in a line feed, which no name holds. */
static struct weir_text describe(const struct weir_ruleset *ruleset, const struct weir_folding *folding,
                                 const struct weir_limits *limits, struct weir_arena *arena)
{
    struct weir_writer out;
    weir_writer_init(&out, arena);
    weir_writer_add_format(&out, "rules %s\nhits %zu\nevidence %zu\n", ruleset->sha256, limits->hits, limits->evidence);
    weir_writer_add_string(&out, "folding ");
    weir_writer_add_string(&out, folding->version ? folding->version : "");
    for (size_t i = 0; i < ruleset->fields.count; i++) {
        weir_writer_add_string(&out, "\nfield ");
        weir_writer_add_string(&out, ruleset->fields.at[i]);
    }
    return weir_writer_finish(&out);
}

enum weir_status weir_proof_make(const struct weir_ruleset *ruleset, const struct weir_folding *folding,
                                 const struct weir_limits *limits, struct weir_proof *proof)
{
    struct weir_arena *arena = weir_arena_new(KEEP_BYTES);
    struct weir_text text = arena ? describe(ruleset, folding, limits, arena) : (struct weir_text){0};
    enum weir_status status = text.data ? weir_hash_sha256(text, proof->sha256) : WEIR_NO_MEMORY;
    weir_arena_free(arena);
    return status;
}
