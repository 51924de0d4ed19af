/* How far back the windows of a partition's streams reach, for each offset that may be committed.
 *
 *   batches      | 100 .. 199 | 200 .. 299 | 300 .. 399 |
 *   needed after          60           150          210
 *   watermark                    250: held up by a record of message 250
 *                                `-- whoever goes on at 250 needs what was needed at 200: 60
 *
 * What is needed only ever grows: a stream lets go of old fragments, and what is new in it came later. So an earlier
 * note is always enough. */
#include "path.h"

int64_t path_captions_needed(struct weir_pipeline *pipeline, uint32_t slot, int64_t watermark)
{
    if (slot >= pipeline->partition_count || watermark < 0)
        return watermark;
    struct path_partition *partition = &pipeline->partitions[slot];
    if (partition->needed < 0)
        return watermark; /* no fragment was ever read here */
    size_t passed = 0;
    while (passed < partition->need_count && partition->needs[passed].offset <= watermark)
        passed++;
    if (passed > 1) { /* the last of these is still the answer for watermarks before the next one */
        memmove(partition->needs, partition->needs + passed - 1,
                (partition->need_count - passed + 1) * sizeof *partition->needs);
        partition->need_count -= passed - 1;
    }
    int64_t needed = passed > 0 ? partition->needs[0].needed : partition->needed;
    return needed < watermark ? needed : watermark;
}

void path_captions_note(struct weir_pipeline *pipeline)
{
    weir_count_now(pipeline->parts.counters, WEIR_COUNT_STREAMS, weir_streams_count(pipeline->streams));
    weir_count_now(pipeline->parts.counters, WEIR_COUNT_STREAM_BYTES, weir_streams_bytes(pipeline->streams));
    for (uint32_t slot = 0; slot < pipeline->partition_count; slot++) {
        struct path_partition *partition = &pipeline->partitions[slot];
        const struct path_need *last = partition->need_count > 0 ? &partition->needs[partition->need_count - 1] : NULL;
        if (partition->next < 0 || (last && last->offset == partition->next) || partition->need_count == PATH_NEEDS_MAX)
            continue;
        int64_t needed = weir_streams_needed(pipeline->streams, slot);
        partition->needs[partition->need_count++] =
            (struct path_need){partition->next, needed < partition->next ? needed : partition->next};
    }
}
