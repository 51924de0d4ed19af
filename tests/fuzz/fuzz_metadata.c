/* The metadata of a committed offset, which anybody who may commit for the group can write: what is read is an offset
 * that writes the same bytes, or nothing. */
#include "../../src/pipeline/consume/resume_metadata.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = malloc(size ? size : 1); /* so that a byte too far is seen */
    if (!bytes)
        abort();
    if (size > 0)
        memcpy(bytes, data, size);
    int64_t needed = resume_metadata_read((struct weir_text){size > 0 ? bytes : NULL, size});
    if (needed < -1)
        abort();
    if (needed >= 0) {
        char text[RESUME_METADATA_SIZE];
        resume_metadata_write(needed, text);
        if (strlen(text) != size || memcmp(text, bytes, size) != 0)
            abort();
    }
    free(bytes);
    return 0;
}
