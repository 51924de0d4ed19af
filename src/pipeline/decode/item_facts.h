/* decode: whether what a payload says about an item can be believed. What cannot is left out; it makes nothing a dead
 * letter. */
#ifndef WEIR_ITEM_FACTS_H
#define WEIR_ITEM_FACTS_H

#include "weir/text.h"

/* Looks like a BCP 47 tag: 2 to 8 letters, then subtags of 1 to 8 letters or digits. */
bool weir_fact_is_lang(struct weir_text text);
/* An RFC 3339 date-time, or an integer (as seconds or milliseconds since some epoch usually are). */
bool weir_fact_is_time(struct weir_text text);

#endif
