/* decode: what a payload says of a caption fragment. What cannot be believed is left out. */
#ifndef WEIR_CAPTION_FACTS_H
#define WEIR_CAPTION_FACTS_H

#include "collector.h"

/* The fragment by the collected facts; without a stream's name it has the message's key. */
struct weir_caption weir_caption_of_facts(const struct weir_fact facts[WEIR_FACTS], struct weir_text key);
/* A message without a value under this key: the end of its stream. */
struct weir_caption weir_caption_of_tombstone(struct weir_text key);

#endif
