/* consume: the metadata of a committed offset of captions, "weir/1 needed=880". Anybody who may commit for the group
 * can write there, so it is read with doubt. Private to consume. */
#ifndef WEIR_CONSUME_RESUME_METADATA_H
#define WEIR_CONSUME_RESUME_METADATA_H

#include "weir/text.h"

#include <stdint.h>

#define RESUME_METADATA_SIZE 64 /* of one that is written, with its NUL */

void resume_metadata_write(int64_t needed, char metadata[RESUME_METADATA_SIZE]);

/* The offset, from 0; -1: it is not what resume_metadata_write writes, to the byte. */
int64_t resume_metadata_read(struct weir_text metadata);

#endif
