/* A stranger's text in one short line of a message. Private to run. */
#ifndef WEIR_SURVEY_EXCERPT_H
#define WEIR_SURVEY_EXCERPT_H

#include "weir/arena.h"
#include "weir/chars.h"
#include "weir/item.h"

#define SURVEY_EXCERPT_BYTES_MAX 256

/* The quote, which lies in one of the item's values, with some of what stands around it: controls and invisible
 * characters as <U+202E>, " and \ with a \ before them, ... where text is left out. NULL when there is no memory. */
const char *survey_excerpt(const struct weir_chars *chars, const struct weir_item *item, struct weir_text quote,
                           struct weir_arena *arena);

#endif
