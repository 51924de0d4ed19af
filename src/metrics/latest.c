/* A ring of records under a lock. */
#include "weir/latest.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#define RECORD_MAX ((size_t)64 * 1024)

struct weir_latest {
    pthread_mutex_t mutex;                       /* guards the rest */
    struct weir_text records[WEIR_LATEST_COUNT]; /* owned */
    size_t next;                                 /* where the next one goes: the oldest */
};

struct weir_latest *weir_latest_new(void)
{
    struct weir_latest *latest = calloc(1, sizeof *latest);
    if (latest && pthread_mutex_init(&latest->mutex, NULL) != 0) {
        free(latest);
        return NULL;
    }
    return latest;
}

static void drop(struct weir_text *record)
{
    free((void *)(uintptr_t)record->data);
    *record = (struct weir_text){0};
}

void weir_latest_free(struct weir_latest *latest)
{
    if (!latest)
        return;
    for (size_t i = 0; i < WEIR_LATEST_COUNT; i++)
        drop(&latest->records[i]);
    pthread_mutex_destroy(&latest->mutex);
    free(latest);
}

void weir_latest_add(struct weir_latest *latest, struct weir_text record)
{
    char *copy = record.length <= RECORD_MAX ? malloc(record.length + 1) : NULL;
    if (!copy)
        return;
    memcpy(copy, record.data, record.length);
    pthread_mutex_lock(&latest->mutex);
    drop(&latest->records[latest->next]);
    latest->records[latest->next] = (struct weir_text){copy, record.length};
    latest->next = (latest->next + 1) % WEIR_LATEST_COUNT;
    pthread_mutex_unlock(&latest->mutex);
}

size_t weir_latest_read(struct weir_latest *latest, struct weir_arena *arena,
                        struct weir_text records[WEIR_LATEST_COUNT])
{
    size_t count = 0;
    pthread_mutex_lock(&latest->mutex);
    for (size_t i = 1; i <= WEIR_LATEST_COUNT; i++) {
        const struct weir_text *record = &latest->records[(latest->next + WEIR_LATEST_COUNT - i) % WEIR_LATEST_COUNT];
        if (!record->data)
            continue;
        records[count] = weir_arena_text(arena, *record);
        count += records[count].data != NULL;
    }
    pthread_mutex_unlock(&latest->mutex);
    return count;
}
