/* A bearer token as weir needs it: what goes to the brokers, whose it is and until when. Private to kafka. */
#ifndef WEIR_KAFKA_TOKEN_H
#define WEIR_KAFKA_TOKEN_H

#include "weir/status.h"
#include "weir/text.h"

#include <stdatomic.h>
#include <stdint.h>

#define TOKEN_MAX_BYTES 65536

/* Owns its texts. */
struct token {
    char *value;        /* a secret */
    char *principal;    /* the claim sub */
    int64_t expires_ms; /* wall clock, from the claim exp */
};

/* token.c: reads a JSON Web Token, white space around it aside. WEIR_INVALID: it is none, has no sub or exp, or is over
 * at now_ms; the error says which and quotes nothing. Signatures are the brokers' business. */
enum weir_status token_read(struct weir_text text, int64_t now_ms, struct token *token,
                            struct weir_error *error) WEIR_MUST_CHECK;
/* Wipes and frees; an empty one is fine. */
void token_fini(struct token *token);

/* token_source.c: at most TOKEN_MAX_BYTES from a file, or from what a command prints. WEIR_UNAVAILABLE: error says why,
 * without the path, the command or what it printed. The caller wipes buffer, of TOKEN_MAX_BYTES + 1, in any case. */
enum weir_status token_from_file(const char *path, char *buffer, size_t *length,
                                 struct weir_error *error) WEIR_MUST_CHECK;
/* Runs it with /bin/sh -c, and kills it with all that it started after deadline_ms, or when stop becomes true. */
enum weir_status token_from_command(const char *command, int deadline_ms, const atomic_bool *stop, char *buffer,
                                    size_t *length, struct weir_error *error) WEIR_MUST_CHECK;

#endif
