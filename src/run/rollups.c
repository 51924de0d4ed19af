/* The difference between two observations, cut into records. */
#include "rollups.h"

#include <stdlib.h>
#include <unistd.h>

#define ROWS_MAX ((size_t)500) /* of a record: about 100 KB */

void rollups_init(struct rollups *rollups, const struct observer *observer)
{
    char host[64] = "";
    *rollups = (struct rollups){.from_ms = observer->started_ms};
    gethostname(host, sizeof host - 1);
    snprintf(rollups->instance, sizeof rollups->instance, "%s-%ld", host, (long)getpid());
}

void rollups_fini(struct rollups *rollups)
{
    free(rollups->rows);
    *rollups = (struct rollups){0};
}

bool rollups_due(struct rollups *rollups, int64_t every_ms, int64_t now_ms)
{
    if (rollups->due_ms == 0)
        rollups->due_ms = now_ms + every_ms;
    if (now_ms < rollups->due_ms)
        return false;
    rollups->due_ms = now_ms + every_ms - (now_ms - rollups->due_ms) % every_ms;
    return true;
}

/* What only ever grows is told as the difference. */
static void find_counts(const struct rollups *rollups, const struct observation *observation,
                        uint64_t counts[WEIR_COUNTER_COUNT])
{
    for (int i = 0; i < WEIR_COUNTER_COUNT; i++)
        counts[i] = observation->counts[i] - (weir_counter_is_level((enum weir_counter)i) ? 0 : rollups->counts[i]);
}

static void remember(struct rollups *rollups, struct observation *observation)
{
    free(rollups->rows);
    rollups->rows = observation->rows;
    rollups->row_count = observation->row_count;
    observation->rows = NULL;
    memcpy(rollups->counts, observation->counts, sizeof rollups->counts);
    rollups->from_ms = observation->now_ms;
}

enum weir_status rollups_tell(struct rollups *rollups, struct observer *observer, const struct weir_ruleset *now,
                              struct weir_arena *arena, void (*put)(void *context, const struct weir_record *record),
                              void *context)
{
    struct observation observation;
    if (observer_take(observer, &observation) != WEIR_OK)
        return WEIR_NO_MEMORY;
    struct weir_tally_row *rows = weir_arena_array(arena, observation.row_count, sizeof *rows);
    enum weir_status status = rows ? WEIR_OK : WEIR_NO_MEMORY;
    size_t count = 0;
    if (rows)
        count = weir_tally_since(observation.rows, observation.row_count, rollups->rows, rollups->row_count, rows);
    struct weir_rollup rollup = {.instance = rollups->instance,
                                 .from_ms = rollups->from_ms,
                                 .to_ms = observation.now_ms,
                                 .parts = count > 0 ? (count + ROWS_MAX - 1) / ROWS_MAX : 1};
    find_counts(rollups, &observation, rollup.counts);
    struct weir_record *records = weir_arena_array(arena, rollup.parts, sizeof *records);
    if (!records)
        status = WEIR_NO_MEMORY;
    for (size_t i = 0; status == WEIR_OK && i < rollup.parts; i++) {
        rollup.part = i + 1;
        rollup.rows = rows + i * ROWS_MAX;
        rollup.row_count = count - i * ROWS_MAX < ROWS_MAX ? count - i * ROWS_MAX : ROWS_MAX;
        status = weir_record_rollup(now, &rollup, arena, &records[i]);
    }
    for (size_t i = 0; status == WEIR_OK && i < rollup.parts; i++)
        put(context, &records[i]);
    if (status == WEIR_OK)
        remember(rollups, &observation);
    observation_fini(&observation);
    return status;
}
