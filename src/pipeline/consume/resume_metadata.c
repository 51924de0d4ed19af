/* What stands beside a committed offset. Must never take half a number, or one that does not fit, for an offset. */
#include "resume_metadata.h"

#include <inttypes.h>
#include <stdio.h>

#define HEAD "weir/1 needed="

void resume_metadata_write(int64_t needed, char metadata[RESUME_METADATA_SIZE])
{
    snprintf(metadata, RESUME_METADATA_SIZE, HEAD "%" PRId64, needed);
}

int64_t resume_metadata_read(struct weir_text metadata)
{
    const size_t head = sizeof HEAD - 1;
    int64_t needed = 0;
    if (metadata.length <= head || memcmp(metadata.data, HEAD, head) != 0)
        return -1;
    if (metadata.data[head] == '0' && metadata.length > head + 1)
        return -1;
    for (size_t i = head; i < metadata.length; i++) {
        int digit = metadata.data[i] - '0';
        if (digit < 0 || digit > 9 || needed > (INT64_MAX - digit) / 10)
            return -1;
        needed = needed * 10 + digit;
    }
    return needed;
}
