/* decode: one walk over a whole JSON document, by the tokens that simdjson finds in it.
 *
 * The walk reads everything, wanted or not, so that what it accepts is RFC 8259 JSON: strings and their escapes,
 * numbers of any size, literals, structure, nothing behind the end. Its recursion is bounded by depth_max. */
#ifndef WEIR_JSON_WALK_H
#define WEIR_JSON_WALK_H

#include "collector.h"
#include "pointer_trie.h"

/* The stack holds this many levels of the walk. */
#define WEIR_JSON_DEPTH_MAX 1000

enum weir_json_outcome {
    WEIR_JSON_OBJECT,    /* well */
    WEIR_JSON_NO_OBJECT, /* well, but an array or a scalar */
    WEIR_JSON_TOO_DEEP,
    WEIR_JSON_BAD_UTF8, /* nothing else is known */
    WEIR_JSON_BROKEN,
    WEIR_JSON_NO_MEMORY,
};

/* What is wrong with a broken document. */
struct weir_json_fault {
    const char *words; /* a constant */
    size_t at;         /* byte of the document; SIZE_MAX: not known, or its end */
};

struct weir_json_parser; /* one thread */

/* depth_max: from 1 to WEIR_JSON_DEPTH_MAX. NULL when there is no memory. */
struct weir_json_parser *weir_json_parser_new(size_t depth_max);
void weir_json_parser_free(struct weir_json_parser *parser); /* NULL is fine */

/* Walks the document and collects what the trie wants; texts point into the document or into the collector's arena.
 * *fault is filled for WEIR_JSON_BROKEN only. */
enum weir_json_outcome weir_json_walk(struct weir_json_parser *parser, struct weir_padded_text document,
                                      struct weir_trie *trie, struct weir_collector *collector,
                                      struct weir_json_fault *fault) WEIR_MUST_CHECK;

#endif
