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

/* Rows of the review topic by rule, whatever their kind and language. */
static size_t sum_review(struct weir_tally_row *rows, size_t count)
{
    size_t made = 0;
    for (size_t i = 0; i < count; i++) { /* in order of rule */
        if (rows[i].key.output != WEIR_TALLY_REVIEW)
            continue;
        if (made > 0 && strcmp(rows[made - 1].key.rule, rows[i].key.rule) == 0)
            rows[made - 1].flags += rows[i].flags;
        else
            rows[made++] = rows[i];
    }
    return made;
}

static int compare_flags(const void *a, const void *b)
{
    const struct weir_tally_row *x = a;
    const struct weir_tally_row *y = b;
    if (x->flags != y->flags)
        return x->flags > y->flags ? -1 : 1;
    return strcmp(x->key.rule, y->key.rule);
}

static void add_category(struct observed_interval *interval, const struct weir_tally_row *row)
{
    size_t at = 0;
    while (at < interval->category_count && strcmp(interval->categories[at].category, row->key.category) != 0)
        at++;
    if (at == OBSERVER_CATEGORIES)
        return;
    if (at == interval->category_count)
        interval->categories[interval->category_count++].category = row->key.category;
    interval->categories[at].flags += row->flags;
}

/* Takes the rows apart. */
static void keep_interval(const struct rollups *rollups, struct observer *observer, const struct weir_rollup *rollup,
                          const struct weir_delays *delays, struct weir_tally_row *rows, size_t count)
{
    struct observed_interval interval = {
        .from_ms = rollup->from_ms,
        .to_ms = rollup->to_ms,
        .messages = rollup->counts[WEIR_COUNT_MESSAGES],
        .flags = rollup->counts[WEIR_COUNT_FLAGS],
        .shadow_flags = rollup->counts[WEIR_COUNT_SHADOW_FLAGS],
        .overflow_flags = rollup->counts[WEIR_COUNT_OVERFLOW_FLAGS],
        .dead_letters = rollup->counts[WEIR_COUNT_DEAD_LETTERS],
        .lag = rollup->counts[WEIR_COUNT_LAG],
    };
    for (size_t i = 0; i < WEIR_DELAY_BUCKETS; i++)
        interval.delays[i] = delays->buckets[i] - rollups->delays.buckets[i];
    count = sum_review(rows, count);
    if (count > 0)
        qsort(rows, count, sizeof *rows, compare_flags);
    for (size_t i = 0; i < count; i++) {
        if (i < OBSERVER_ROWS)
            interval.rows[interval.row_count++] =
                (struct observed_row){rows[i].key.rule, rows[i].key.category, rows[i].flags};
        add_category(&interval, &rows[i]);
    }
    observer_keep(observer, &interval);
}

static void remember(struct rollups *rollups, struct observation *observation)
{
    free(rollups->rows);
    rollups->rows = observation->rows;
    rollups->row_count = observation->row_count;
    observation->rows = NULL;
    memcpy(rollups->counts, observation->counts, sizeof rollups->counts);
    rollups->delays = observation->delays;
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
    if (status == WEIR_OK) {
        keep_interval(rollups, observer, &rollup, &observation.delays, rows, count);
        remember(rollups, &observation);
    }
    observation_fini(&observation);
    return status;
}
