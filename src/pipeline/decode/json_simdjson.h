/* decode: the first pass of simdjson over a JSON document, behind a C interface: where its tokens begin.
 *
 * A token begins at each bracket, colon and comma outside strings, at each string's opening quote, and at whatever else
 * follows one of these or white space. It goes on to the next one, white space at its end left aside. */
#ifndef WEIR_JSON_SIMDJSON_H
#define WEIR_JSON_SIMDJSON_H

#include "weir/status.h"
#include "weir/text.h"

#include <stdint.h>

struct weir_json_indexer; /* one thread; grows to the largest document and shrinks after a giant */

struct weir_json_tokens {
    const uint32_t *starts; /* bytes of the document; starts[count] is its length */
    size_t count;
};

enum weir_json_indexing {
    WEIR_JSON_INDEXED,        /* its bytes are UTF-8, each string is closed and has no control character in it */
    WEIR_JSON_INDEX_BAD_UTF8, /* nothing else is known */
    WEIR_JSON_INDEX_BROKEN,
    WEIR_JSON_INDEX_NO_MEMORY,
};

/* NULL when there is no memory. */
struct weir_json_indexer *weir_json_indexer_new(void);
void weir_json_indexer_free(struct weir_json_indexer *indexer); /* NULL is fine */

/* *tokens live until the next call; what is broken is said in *words, a constant. */
enum weir_json_indexing weir_json_index(struct weir_json_indexer *indexer, struct weir_padded_text document,
                                        struct weir_json_tokens *tokens, const char **words) WEIR_MUST_CHECK;

#endif
